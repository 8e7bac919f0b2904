"""The items a model is trained on: digits, MNIST from OpenML, or an uploaded file."""

from __future__ import annotations

import functools
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core import network
from core.cache import cached
from core.errors import NotFetched, SourceError
from core.items import limits
from core.items.files import read_upload
from core.items.raw import Raw
from core.items.shape import Shape
from core.items.specs import Items
from core.messages import message
from core.progress import OnStep, report, run_on
from core.tables.aside import SetAside

FEWEST = 2
COLUMNS = 512  # brought to one scale at a time
SILENCE = 8.0  # s without a byte after which the network counts as missing
OPENML = {"mnist": "mnist_784", "fashion": "Fashion-MNIST"}
OPENML_BYTES = 30e6  # of each, packed

_one_at_a_time = threading.Lock()  # how long to wait is a setting of the whole module


@dataclass(frozen=True)
class Loaded:
    """x: (n, D) float32; labels: (n,) int32 or (0,); classes: their names, by number.

    Pictures lie in [0, 1]. Columns of a table have mean 0 and variance 1. axes: (height, width)
    of pictures, (length,) of series, () of a table. ids: (n,) where each row comes from, or ();
    columns: further columns of the table, (n,) each, which no model sees; set_aside: rows and
    files that were not used.
    """

    x: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]
    axes: tuple[int, ...]
    notes: tuple[str, ...]
    ids: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    set_aside: tuple[SetAside, ...] = ()

    @property
    def shape(self) -> Shape:
        """The form of one item."""
        return Shape.of(self.axes, self.x.shape[1])

    @property
    def kind(self) -> str:
        """One of `core.items.shape.KINDS`."""
        return self.shape.kind

    @property
    def picture(self) -> tuple[int, ...]:
        """(height, width) of grey pictures, or ()."""
        return self.shape.picture

    @property
    def grey(self) -> bool:
        """Whether some number is neither 0 nor 1, so that no Bernoulli likelihood exists."""
        return not bool(np.isin(self.x, (0.0, 1.0)).all())

    def take(self, rows: np.ndarray) -> Loaded:
        """Some of the rows, in this order."""
        return Loaded(
            self.x[rows],
            self.labels[rows] if len(self.labels) else self.labels,
            self.classes,
            self.axes,
            self.notes,
            tuple(self.ids[row] for row in rows) if self.ids else (),
            {name: tuple(column[row] for row in rows) for name, column in self.columns.items()},
            self.set_aside,
        )


@cached
def load(spec: Items, on_step: OnStep = run_on) -> Loaded:
    """The items of a spec. Raises SourceError where they cannot be fetched or used."""
    report(on_step, 0.0, message("reading {data}", data=spec.label))
    if spec.dataset == "digits":
        raw = _digits()
    elif spec.dataset == "upload":
        raw = read_upload(spec, on_step)
    else:
        raw = _openml(OPENML[spec.dataset])
    return prepare(raw, spec)


def prepare(raw: Raw, spec: Items) -> Loaded:
    """Check the items and bring them to one scale. Raises SourceError with a remedy."""
    x, name, notes = raw.x, spec.label, list(raw.notes)
    if raw.all > spec.most:
        notes.append(
            message("The first {n:,} of {all:,} items are used.", n=spec.most, all=raw.all)
        )
        x = x[: spec.most]
    if x.dtype.itemsize > 2:
        with np.errstate(over="ignore"):  # infinite numbers are refused with their place
            x = x.astype(np.float32)
    labels, ids = raw.labels[: len(x)], raw.ids[: len(x)]
    further = {name: column[: len(x)] for name, column in raw.columns.items()}
    if len(x) < FEWEST:
        raise SourceError(
            message(
                "“{name}” holds {n} item; at least {least} are needed to learn from.",
                name=name,
                n=len(x),
                least=FEWEST,
            )
        )
    limits.check_item(x.shape[1], name)
    bad = ~np.isfinite(x) if x.dtype.kind == "f" else np.zeros(0, bool)
    if bad.any():
        i, j = np.argwhere(bad)[0]
        raise SourceError(
            message(
                "“{name}” has numbers that are missing or infinite: {n:,} in all, the first in "
                "item {i}, place {j}. Fill them in or leave those items out.",
                name=name,
                n=int(bad.sum()),
                i=i + 1,
                j=j + 1,
            )
        )
    if (x == x[0]).all():
        raise SourceError(
            message(
                "All {n:,} items of “{name}” are the same: nothing can be learnt.",
                n=len(x),
                name=name,
            )
        )
    x = _pictures(x) if raw.axes else _columns(x, notes)
    if spec.binary:
        if not raw.axes:
            raise SourceError(
                message("Only pictures can be made binary; switch it off for a table.")
            )
        x = (x >= 0.5).astype(np.float32)
    classes, labels = _classes(labels)
    x = np.ascontiguousarray(x)
    return Loaded(x, labels, classes, raw.axes, tuple(notes), ids, further, raw.set_aside)


def _pictures(x: np.ndarray) -> np.ndarray:
    """Grey values from [0, 255], or whatever the range, to [0, 1]: (n, D) float32."""
    low, high = min(float(x.min()), 0.0), float(x.max())
    if low == 0.0 and high <= 1.0:
        return x.astype(np.float32)
    top = 255.0 if low == 0.0 and 16.0 < high <= 255.0 else high
    if top - low > np.finfo(np.float32).max:
        return ((x.astype(np.float64) - low) / (top - low)).astype(np.float32)
    greys = x.astype(np.float32)
    greys -= low
    greys /= top - low
    return greys


def _columns(x: np.ndarray, notes: list[str]) -> np.ndarray:
    """Each column to mean 0 and variance 1; columns that never change are left out."""
    scaled, constant = list[np.ndarray](), 0
    for left in range(0, x.shape[1], COLUMNS):  # sums are of 64 bits: not of all columns at once
        part = x[:, left : left + COLUMNS]
        spread = part.std(axis=0, dtype=np.float64)
        kept = spread > 0
        constant += int((~kept).sum())
        part = part[:, kept]
        centred = part - part.mean(axis=0, dtype=np.float64)
        scaled.append((centred / spread[kept]).astype(np.float32))
    if constant:
        notes.append(message("{n:,} columns never change and are left out.", n=constant))
    return np.concatenate(scaled, axis=1)


def _classes(labels: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    if not len(labels):
        return (), np.zeros(0, np.int32)
    names, numbers = np.unique(labels.astype(str), return_inverse=True)
    return tuple(str(name) for name in names), numbers.astype(np.int32)


def _digits() -> Raw:
    """1,797 handwritten digits of 8×8 pixels and 17 grey values, from scikit-learn's wheel."""
    from sklearn.datasets import load_digits

    x, labels = load_digits(return_X_y=True)
    return Raw(x.astype(np.float32) / 16, (8, 8), labels)


def _openml(name: str) -> Raw:
    """A data set of OpenML with its 70,000 pictures, fetched once.

    Raises NotFetched where it is not on this machine and may not, or cannot, be fetched.
    """
    import warnings

    from sklearn.datasets import _openml, fetch_openml

    warnings.filterwarnings("ignore", module=r"sklearn\.datasets")  # of each new attempt
    try:
        with _one_at_a_time:
            _openml.urlopen = functools.partial(_fetched, name)
            bunch = fetch_openml(
                name, version=1, as_frame=False, parser="liac-arff", n_retries=1, delay=0.2
            )
    except NotFetched:
        raise
    except Exception as error:  # whatever the network did
        why = message(
            "{name} is not on this machine and could not be fetched from OpenML ({error}). It "
            "needs the network once; the digits work without. The IDX or NPZ file of it can be "
            "uploaded instead.",
            name=name,
            error=str(error),
        )
        raise NotFetched(why, name) from error
    finally:
        network.attempted(name)
    return Raw(bunch.data.astype(np.float32), (28, 28), bunch.target)


def _fetched(name: str, request: Any) -> Any:
    """What OpenML answers; without a limit `fetch_openml` waits for ever."""
    from urllib.request import urlopen

    network.check(name, OPENML_BYTES)
    return urlopen(request, timeout=SILENCE)
