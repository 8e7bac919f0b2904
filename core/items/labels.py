"""Labels: which array or column holds them, and in which form."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

NAMES = (
    "label", "labels", "class", "classes", "target", "targets", "y", "category", "species",
    "klasse", "kategorie", "classe", "clase", "etiqueta", "étiquette", "etichetta", "класс",
    "метка", "标签", "類別", "类别", "標籤", "ラベル", "クラス", "레이블", "라벨",
)  # fmt: skip
SUBSETS = ("train", "training", "test", "val", "valid", "validation", "trn", "tr")
DATA = ("images", "image", "imgs", "img", "x", "data", "features", "pictures", "inputs")
FEW = 0.5  # labels that nothing names have fewer different values than this share of the items


def is_name(name: str) -> bool:
    """Whether an array or a column is called as labels are.

    >>> is_name("train_labels"), is_name("y_train"), is_name("x_train")
    (True, True, False)
    """
    return any(part in NAMES for part in parts(name))


def parts(name: str) -> list[str]:
    """The words of a name, in lower case.

    >>> parts("mnist.npz/Y_train")
    ['mnist', 'npz', 'y', 'train']
    """
    return "".join(c if c.isalnum() else " " for c in name.strip().lower()).split()


def subset(name: str) -> tuple[str, ...]:
    """What a name says of the part of the data that it holds: train, test."""
    return tuple(part for part in parts(name) if part in SUBSETS)


def flat(array: np.ndarray, items: int) -> np.ndarray | None:
    """Labels (n,) from (n,), (n, 1), (1, n) or one-hot (n, K) arrays; None where there are none.

    >>> flat(np.eye(3, dtype=int)[[2, 0]], 2)
    array([2, 0])
    """
    if array.ndim == 2 and array.shape == (1, items):
        array = array[0]
    if array.ndim not in (1, 2) or len(array) != items or not items:
        return None
    if array.ndim == 1:
        return array
    if array.shape[1] == 1:
        return array[:, 0]
    if array.dtype.kind in "biuf" and array.shape[1] <= 1000:
        ones = array.astype(np.float64)
        if np.isin(ones, (0.0, 1.0)).all() and (ones.sum(axis=1) == 1).all():
            return ones.argmax(axis=1)
    return None


def chosen(data: str, arrays: Mapping[str, np.ndarray], items: int) -> str:
    """The name of the array with the labels of array `data`; "" where none has them.

    One with a label's name and of the same part (train, test) first; without any such name the
    only other array with one whole number or one word an item.
    """
    fitting = [n for n, a in arrays.items() if n != data and flat(a, items) is not None]
    same = [name for name in fitting if subset(name) == subset(data)]
    for names in (same, fitting):
        if named := [name for name in names if is_name(name)]:
            return named[0]
    unnamed = [name for name in fitting if is_like(np.asarray(flat(arrays[name], items)))]
    return unnamed[0] if len(unnamed) == 1 else ""


def plain(values: np.ndarray) -> np.ndarray:
    """Labels as they are written: 3, not 3.0."""
    whole = values.dtype.kind == "f" and np.isfinite(values).all()
    return values.astype(np.int64) if whole and (values == np.rint(values)).all() else values


def is_like(values: np.ndarray) -> bool:
    """Whether numbers that nothing names may be labels: whole, and few different ones."""
    if values.dtype.kind in "SU":
        return True
    whole = values.dtype.kind in "biu" or bool((values == np.rint(values)).all())
    return whole and len(np.unique(values)) <= max(2, FEW * len(values))
