"""One linear map in two bases: B = P⁻¹AP.

x = Px′ gives y′ = P⁻¹y = (P⁻¹AP) x′. What belongs to the map stays: determinant
(the factor of every volume, in whatever grid it is counted), trace,
eigenvalues, rank. What belongs to the grid changes: entries, norms, condition.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.errors import SpecError
from core.lowrank.bases import F64, checked
from core.messages import message

MOST_CONDITION = 1e8
PRESETS: dict[str, list[list[float]]] = {
    "rotation": [[0.0, -1.0], [1.0, 0.0]],
    "shear": [[1.0, 1.0], [0.0, 1.0]],
    "projection": [[1.0, 0.0], [0.0, 0.0]],
    "defective": [[2.0, 1.0], [0.0, 2.0]],
    "stretch": [[2.0, 0.0], [0.0, 0.5]],
    "reflection": [[1.0, 0.0], [0.0, -1.0]],
    "rotation in space": [[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]],
    "shear in space": [[1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [0.0, 0.0, 1.0]],
    "projection in space": [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]],
    "defective in space": [[2.0, 1.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 1.0]],
}


@dataclass(frozen=True)
class Facts:
    """Invariants and norms of one square matrix."""

    determinant: float
    trace: float
    eigenvalues: np.ndarray  # (n,) complex, by real part, then imaginary part
    rank: int
    frobenius: float
    spectral: float
    condition: float  # inf where singular
    diagonalisable: bool


@dataclass(frozen=True)
class Similar:
    """A map, a basis, and the map seen in it."""

    A: F64
    P: F64
    inverse: F64  # P⁻¹
    B: F64  # P⁻¹AP
    before: Facts
    after: Facts


def change_basis(A: F64, P: F64) -> Similar:
    """B = P⁻¹AP for square A and P of one size, with the facts of A and of B.

    The rank and whether it can be diagonalised are A's: in exact arithmetic B has the same.
    Raises SpecError where sizes differ, or the columns of P (nearly) depend on each other.

    >>> change_basis(np.diag([1.0, 2.0]), np.array([[0.0, 1.0], [1.0, 0.0]])).B.tolist()
    [[2.0, 0.0], [0.0, 1.0]]
    """
    A, P = checked(A), checked(P)
    n = len(A)
    if A.shape != (n, n) or P.shape != (n, n):
        raise SpecError(
            message(
                "A is {a} × {b} and P is {c} × {d}; both must be square and of the same size.",
                a=A.shape[0],
                b=A.shape[1],
                c=P.shape[0],
                d=P.shape[1],
            ),
            "P",
        )
    condition = float(np.linalg.cond(P))
    if not condition <= MOST_CONDITION:
        shown = f"{condition:.1e}" if np.isfinite(condition) else message("infinite")
        raise SpecError(
            message(
                "The columns of P are not a basis: they (nearly) depend on each other "
                "(condition {shown}, at most {most:.0e}); move one of them out of the others' "
                "span.",
                shown=shown,
                most=MOST_CONDITION,
            ),
            "P",
        )
    inverse = np.linalg.inv(P)
    B = inverse @ A @ P
    before = facts(A)
    return Similar(A, P, inverse, B, before, _with(facts(B), before))


def eigenbasis(A: F64) -> F64:
    """A real basis in which A is as simple as possible: (n, n), columns of length 1.

    The eigenvectors; for a pair a ± bi the real and imaginary part of one, in which the map
    is [[a, b], [−b, a]], a rotation and a scaling. Raises SpecError where there are too few.

    >>> eigenbasis(np.array([[2.0, 0.0], [0.0, 1.0]])).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    values, vectors = np.linalg.eig(checked(A))
    if not _diagonalisable(A, values):
        raise SpecError(
            message(
                "This map is defective: its eigenvectors do not make a basis. Give P by its "
                "entries."
            ),
            "p_basis",
        )
    columns = [
        part
        for value, v in zip(values, vectors.T, strict=True)
        if value.imag >= 0  # of a pair, the first
        for part in ((v.real, v.imag) if value.imag > 0 else (v.real,))
    ]
    P = np.stack(columns, axis=1)
    return P / np.linalg.norm(P, axis=0) if not np.iscomplexobj(values) else P


def facts(A: F64) -> Facts:
    """Determinant, trace, eigenvalues, rank, norms and condition of a square matrix (n, n)."""
    s = np.linalg.svd(A, compute_uv=False)
    rank = int((s > len(A) * 1e-12 * s[0]).sum()) if s[0] > 0 else 0
    values = np.asarray(np.linalg.eigvals(A), np.complex128)
    values = values[np.lexsort((values.imag.round(9), values.real.round(9)))]
    return Facts(
        float(np.linalg.det(A)),
        float(np.trace(A)),
        values,
        rank,
        float(np.linalg.norm(s)),
        float(s[0]),
        float(s[0] / s[-1]) if rank == len(A) else float("inf"),
        _diagonalisable(A, values),
    )


def _diagonalisable(A: F64, values: np.ndarray) -> bool:
    """Whether each eigenvalue has as many directions as its multiplicity (to 1e-6 of ‖A‖)."""
    level = 1e-6 * max(float(np.linalg.norm(A)), np.finfo(float).tiny)
    remaining = list(values)
    while remaining:
        near = [v for v in remaining if abs(v - remaining[0]) <= level * 10]
        centre = complex(np.mean(near))
        s = np.linalg.svd(A - centre * np.eye(len(A)), compute_uv=False)
        if int((s <= level).sum()) < len(near):
            return False
        remaining = [v for v in remaining if abs(v - remaining[0]) > level * 10]
    return True


def _with(after: Facts, before: Facts) -> Facts:
    return Facts(
        after.determinant,
        after.trace,
        after.eigenvalues,
        before.rank,
        after.frobenius,
        after.spectral,
        after.condition if np.isfinite(before.condition) else float("inf"),
        before.diagonalisable,
    )
