"""Vectors made smaller: fewer bits a number, fewer numbers a vector."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.errors import SpecError
from core.messages import message

F32 = NDArray[np.float32]
LEVELS = 127  # of int8, on each side of 0


def reduced(V: F32, by: str, m: int) -> F32:
    """Vectors V (n, d) as float16, int8, cut to the first m numbers, or by PCA to m: (n, d or m).

    Raises SpecError where m is more than there are.
    """
    if by == "float16":
        return as_float16(V)
    if by == "int8":
        return as_int8(V)
    most = min(V.shape) if by == "pca" else V.shape[1]
    if m > most:
        template = "`b_dims={m}` is more than the {most:,} dimensions of A; choose ≤ {most}."
        raise SpecError(message(template, m=m, most=most), "b_dims")
    return principal(V, m) if by == "pca" else np.ascontiguousarray(V[:, :m])


def as_float16(V: F32) -> F32:
    """Each vector over its largest number, so that none overflows, rounded to float16."""
    return (V / _largest(V)).astype(np.float16).astype(np.float32)


def as_int8(V: F32) -> F32:
    """Each vector rounded to whole numbers from −127 to 127, its largest number at the end.

    The scale is each vector's own, as databases of vectors keep it: cosines need no scale.
    """
    return np.rint(V * (LEVELS / _largest(V))).astype(np.int8).astype(np.float32)


def principal(V: F32, m: int) -> F32:
    """The coordinates of V (n, d) along its m leading principal components, the mean subtracted.

    Coordinates beyond the rank of the centred vectors are 0.
    """
    centred = (V - V.mean(axis=0, dtype=np.float64)).astype(np.float64)
    if len(V) >= V.shape[1]:
        axes = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :m]
    else:  # fewer rows than dimensions: the smaller of the two products
        lam, U = np.linalg.eigh(centred @ centred.T)
        lam, U = lam[::-1][:m], U[:, ::-1][:, :m]
        varied = lam > len(V) * np.finfo(float).eps * lam[0]  # below is rounding: no direction
        axes = centred.T @ (U * np.where(varied, 1 / np.sqrt(np.where(varied, lam, 1)), 0))
    signs = np.where(axes[np.abs(axes).argmax(axis=0), np.arange(m)] < 0, -1, 1)
    return np.asarray(centred @ (axes * signs), np.float32)


def _largest(V: F32) -> F32:
    """The largest absolute number of each vector, (n, 1); 1 for a vector of zeros."""
    largest = np.abs(V).max(axis=1, keepdims=True)
    return np.where(largest > 0, largest, np.float32(1))
