"""AnnData's .h5ad: the observations' columns, and what stands beside them in `obsm`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from core.errors import SourceError
from core.items.array_files import Arrays, damaged
from core.messages import message
from core.uploads import DAMAGE


def read(path: Path, name: str) -> Arrays:
    """The columns of `obs`, and each matrix of `obsm` as vectors.

    Raises SourceError where h5py, which reads the format, is not installed.
    """
    try:
        import h5py  # no requirement: few have such files
    except ImportError as error:
        raise SourceError(
            message(
                "“{name}” is an AnnData file, which h5py reads; install it with “{line}” where "
                "this app runs.",
                name=name,
                line="pip install h5py",
            )
        ) from error
    try:
        with h5py.File(path, "r") as file:
            matrices = {key: np.asarray(file["obsm"][key]) for key in file.get("obsm", ())
                        if getattr(file["obsm"][key], "ndim", 0) == 2}  # fmt: skip
            plain = {key: values for key in file["obs"] if (values := _column(file["obs"][key]))
                     is not None}  # fmt: skip
    except (*DAMAGE, TypeError, AttributeError) as error:
        raise damaged(name, error) from error
    if not matrices:
        raise SourceError(
            message(
                "“{name}” has no matrix in obsm; compute one, such as X_pca, and save it again.",
                name=name,
            )
        )
    rows = len(next(iter(matrices.values())))
    fitting = {key: values for key, values in plain.items() if len(values) == rows}
    return Arrays(name, rows, matrices, fitting)


def _column(stored: Any) -> np.ndarray | None:
    """A column of `obs`: numbers, text, a category by codes, or values under a mask; None for any
    other."""
    parts = set(getattr(stored, "keys", tuple)())
    if {"values", "mask"} <= parts:
        values = _decoded(stored["values"][:]).astype(object)
        values[np.asarray(stored["mask"][:])] = None
        return values
    if "categories" in parts:
        names = np.array([*_decoded(stored["categories"][:]), None], object)
        return np.asarray(names[np.asarray(stored["codes"][:])])  # −1 is the last: none
    if hasattr(stored, "keys") or stored.ndim != 1:
        return None
    return _decoded(stored[:])


def _decoded(values: np.ndarray) -> np.ndarray:
    if values.dtype.kind not in "OS":
        return values
    texts = [v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in values]
    return np.array(texts, object)
