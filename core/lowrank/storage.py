"""What an approximation costs to keep, and where that stops paying."""

from __future__ import annotations

import numpy as np

from core.lowrank.bases import F64, Ints

FAMILIES = ("svd", "range", "id", "cur", "skeleton", "cr")
NUMBER, INDEX = 8, 4  # bytes of a double and of an index


def numbers(family: str, r: Ints | int, m: int, n: int, weighted: bool = False) -> Ints:
    """Real numbers kept at rank r of an (m, n) matrix.

    svd      r(m + n + 1)            U, V and σ
    range    r(m + n)                Q and B (randomised range, projection)
    id       rm + r(n − r)           columns, and Z without its identity
    cur      r(m + n) + r²           columns, rows and U
    skeleton r(m + n) − r²           columns and rows, which share the r² of M[I, J]
    cr       r(m + n), + r weighted  columns of X and rows of Y, and weights
    """
    r = np.asarray(r, np.int64)
    if family in ("svd", "range"):
        return r * (m + n + (family == "svd"))
    if family == "id":
        return r * m + r * (n - r)
    if family in ("cur", "skeleton"):
        return r * (m + n) + (r * r if family == "cur" else -r * r)
    if family == "cr":
        return r * (m + n + weighted)
    raise KeyError(family)


def indices(family: str, r: Ints | int) -> Ints:
    """Row and column numbers kept at rank r."""
    r = np.asarray(r, np.int64)
    return r * {"id": 1, "cur": 2, "skeleton": 2, "cr": 1}.get(family, 0)


def nbytes(family: str, r: Ints | int, m: int, n: int, weighted: bool = False) -> Ints:
    """Bytes at rank r, in doubles and 32-bit indices."""
    return NUMBER * numbers(family, r, m, n, weighted) + INDEX * indices(family, r)


def full(m: int, n: int, nonzeros: int | None = None) -> int:
    """Bytes of the matrix itself: dense, or CSR where the number of its non-zeros is given."""
    if nonzeros is None:
        return NUMBER * m * n
    return (NUMBER + INDEX) * nonzeros + INDEX * (m + 1)


def pays_until(family: str, m: int, n: int, whole: int, weighted: bool = False) -> int:
    """The largest rank whose bytes stay below `whole` (and so do those of all ranks before it)."""
    kept: F64 = nbytes(family, np.arange(1, min(m, n) + 1), m, n, weighted).astype(np.float64)
    over = np.flatnonzero(kept >= whole)
    return int(over[0]) if len(over) else len(kept)
