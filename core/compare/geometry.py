"""How alike two arrangements of the same words are, whatever way each of them is turned.

With the unit vectors of n words as rows of A (n, p) and B (n, q):

* Procrustes: A is turned to lie over B by the orthogonal R that brings it nearest,
  min ‖A R − B‖, from the SVD of AᵀB. What is left is the root mean square distance
  √(2 − 2 mean cos), 0 where both are the same. (Schönemann 1966.) Where p ≠ q, the
  smaller is padded with zeros.
* RSA: Pearson's correlation of cos(a_i, a_j) with cos(b_i, b_j) over all pairs i ≠ j
  (Kriegeskorte et al. 2008). No pair is formed: Σ_ij cos cos = ‖AᵀB‖²_F.
* Linear CKA: ‖ÃᵀB̃‖²_F / (‖ÃᵀÃ‖_F ‖B̃ᵀB̃‖_F), columns centred (Kornblith et al. 2019).

Intervals are ± 1.96 standard errors of a jackknife that leaves out each of 20 groups of
words in turn. What chance gives is the same of B with its rows dealt to other words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.procrustes import turn
from core.progress import OnStep, report, run_on

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
GROUPS = 20
ROWS = 8192


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval, and what chance alone would give."""

    value: float
    low: float
    high: float
    chance: float


@dataclass(frozen=True)
class Alike:
    """residual: what Procrustes leaves, root mean square; rsa, cka; cosines (n,): of each word
    with itself once A is turned over B."""

    residual: Estimate
    rsa: Estimate
    cka: Estimate
    cosines: F32


class Sums(NamedTuple):
    """Of n words: AᵀA, BᵀB, AᵀB, and the sums of the rows of A and of B."""

    aa: F64
    bb: F64
    ab: F64
    a: F64
    b: F64
    n: int

    def less(self, other: Sums) -> Sums:
        """These without some of them."""
        return Sums(
            self.aa - other.aa, self.bb - other.bb, self.ab - other.ab,
            self.a - other.a, self.b - other.b, self.n - other.n,
        )  # fmt: skip


def alike(A: F32, B: F32, on_step: OnStep = run_on, seed: int = 0) -> Alike:
    """Procrustes, RSA and CKA of unit vectors A (n, p), B (n, q)."""
    report(on_step, 0.0, "comparing the geometry")
    whole = sums(A, B)
    groups = min(GROUPS, len(A))
    left_out: list[list[float]] = []
    for g in range(groups):
        report(on_step, g / groups, "comparing the geometry, group by group")
        left_out.append(_measures(whole.less(sums(A[g::groups], B[g::groups]))))
    dealt = np.random.default_rng(seed).permutation(len(B))
    chance = _measures(Sums(whole.aa, whole.bb, product(A, B[dealt]), whole.a, whole.b, whole.n))
    estimates = [
        estimate(value, np.array(without), by_lot)
        for value, without, by_lot in zip(
            _measures(whole), zip(*left_out, strict=True), chance, strict=True
        )
    ]
    R = turn(whole.ab).matrix.astype(np.float32)
    cosines = np.einsum("ij,ij->i", A @ R, B)
    return Alike(estimates[0], estimates[1], estimates[2], np.clip(cosines, -1, 1))


def sums(A: F32, B: F32) -> Sums:
    """The sums over words from which all three measures are computed."""
    a, b = (M.sum(axis=0, dtype=np.float64) for M in (A, B))
    return Sums(product(A, A), product(B, B), product(A, B), a, b, len(A))


def product(A: F32, B: F32) -> F64:
    """AᵀB, summed in double precision."""
    total = np.zeros((A.shape[1], B.shape[1]))
    for top in range(0, len(A), ROWS):
        part = slice(top, top + ROWS)
        total += A[part].astype(np.float64).T @ B[part].astype(np.float64)
    return total


def residual(s: Sums) -> float:
    """√(‖A R − B‖²/n): √(2 − 2 Σσ/n), σ the singular values of AᵀB."""
    return float(np.sqrt(max(2 - 2 * np.linalg.svd(s.ab, compute_uv=False).sum() / s.n, 0)))


def rsa(s: Sums) -> float:
    """Pearson's r of the two cosines over all ordered pairs i ≠ j; NaN where one never varies."""
    pairs = s.n * (s.n - 1)
    mean_a, mean_b = ((float(x @ x) - s.n) / pairs for x in (s.a, s.b))
    aa, bb, ab = (float(np.square(G).sum() - s.n) / pairs for G in (s.aa, s.bb, s.ab))
    scale = (aa - mean_a**2) * (bb - mean_b**2)
    return (ab - mean_a * mean_b) / float(np.sqrt(scale)) if scale > 0 else float("nan")


def cka(s: Sums) -> float:
    """Linear CKA; NaN where one does not vary."""
    aa, bb, ab = (
        np.square(G - np.outer(x, y) / s.n).sum()
        for G, x, y in ((s.aa, s.a, s.a), (s.bb, s.b, s.b), (s.ab, s.a, s.b))
    )
    scale = float(np.sqrt(aa * bb))
    return float(ab) / scale if scale > 0 else float("nan")


def estimate(value: float, left_out: F64, chance: float) -> Estimate:
    """A value with the interval of a delete-a-group jackknife, `left_out` (G,)."""
    G = len(left_out)
    error = float(np.sqrt((G - 1) / G * np.square(left_out - left_out.mean()).sum()))
    return Estimate(value, value - 1.96 * error, value + 1.96 * error, chance)


def _measures(s: Sums) -> list[float]:
    return [residual(s), rsa(s), cka(s)]
