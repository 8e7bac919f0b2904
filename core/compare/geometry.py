"""How alike two arrangements of the same words are, whatever way each of them is turned.

With the unit vectors of n words as rows of A (n, p) and B (n, q):

* Procrustes: A is turned to lie over B by the orthogonal R that brings it nearest,
  min ‖A R − B‖, from the SVD of AᵀB. What is left is the root mean square distance
  √(2 − 2 mean cos), 0 where both are the same. (Schönemann 1966.) Where p ≠ q, the
  smaller is padded with zeros. A turn fitted to the words that it is judged by leaves too
  little, one fitted to other words as much too much (in squares, to first order, as in least
  squares): the residual is the mean of both, each of 20 groups turned by the R of the other 19.
* RSA: Pearson's correlation of cos(a_i, a_j) with cos(b_i, b_j) over all pairs i ≠ j
  (Kriegeskorte et al. 2008). No pair is formed: Σ_ij cos cos = ‖AᵀB‖²_F.
* Linear CKA, debiased: H(A, B) / √(H(A, A) H(B, B)) (Kornblith et al. 2019), with the unbiased H
  of Song et al. (2012, eq. 5), which leaves out each word's cosine with itself. With K = A Aᵀ − I,
  L = B Bᵀ − I,

      n(n − 3) H = tr K L + (1ᵀK 1)(1ᵀL 1) / ((n − 1)(n − 2)) − 2 (1ᵀK L 1) / (n − 2)

Intervals are 95 %: of the residual from the means of the 20 groups (Student's, on squares), of the
others by a jackknife that leaves out each group in turn. Their luck is that of the words. What
chance gives is the same of B with its rows given to other words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core import intervals
from core.intervals import Interval
from core.procrustes import turn
from core.progress import OnStep, report, run_on

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
GROUPS = 20
ROWS = 8192
ROUNDING = 1e-7


@dataclass(frozen=True)
class Estimate(Interval):
    """A number with its 95 % interval, and what chance alone would give."""

    chance: float


@dataclass(frozen=True)
class Alike:
    """residual: what Procrustes leaves, root mean square; rsa, cka; cosines (n,): of each word
    with itself once A is aligned with B by the other groups' words."""

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
    groups = min(GROUPS, len(A))
    parts = [sums(A[g::groups], B[g::groups]) for g in range(groups)]
    whole = sums(A, B)
    cosines, itself = turned(A, B, whole, parts, on_step), turned(A, B, whole, [whole])
    without = np.array([[rsa(rest), cka(rest)] for rest in map(whole.less, parts)])
    dealt = np.ascontiguousarray(B[np.random.default_rng(seed).permutation(len(B))])
    chance = Sums(whole.aa, whole.bb, product(A, dealt), whole.a, whole.b, whole.n)
    # two groups are enough for what is far from everything
    halves = [sums(A[g::2], dealt[g::2]) for g in range(min(2, len(A)))]
    strange = turned(A, dealt, chance, halves)
    return Alike(
        _residual((cosines + itself) / 2, groups, strange),
        estimate(rsa(whole), without[:, 0], rsa(chance)),
        estimate(cka(whole), without[:, 1], cka(chance)),
        np.clip(cosines, -1, 1).astype(np.float32),
    )


def turned(A: F32, B: F32, whole: Sums, parts: Sequence[Sums], on_step: OnStep = run_on) -> F64:
    """(n,) the cosine of each word with itself once A is aligned with B.

    Every G-th word is a group, `parts` (G,) their sums: each is turned as the others of `whole`
    say, or as it is itself where there are no others.
    """
    G = len(parts)
    cosines = np.empty(len(A))
    for g, part in enumerate(parts):
        report(on_step, g / G, "comparing the geometry, group by group")
        rest = whole.less(part) if G > 1 else whole
        R = turn(rest.ab).matrix.astype(np.float32)
        cosines[g::G] = np.einsum("ij,ij->i", A[g::G] @ R, B[g::G])
    return cosines


def _residual(cosines: F64, groups: int, strange: F64) -> Estimate:
    """The root mean square distance, from the cosines (n,) of words in groups."""
    squares = np.array([np.mean(2 - 2 * cosines[g::groups]) for g in range(groups)])
    half = 0.0
    if groups > 1:
        half = intervals.student(groups - 1) * float(squares.std(ddof=1)) / groups**0.5
    value = float(np.mean(2 - 2 * cosines))
    low, middle, high = (max(square, 0.0) ** 0.5 for square in (value - half, value, value + half))
    by_chance = max(float(np.mean(2 - 2 * strange)), 0.0) ** 0.5
    return Estimate(middle, low, high, by_chance)


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


def rsa(s: Sums) -> float:
    """Pearson's r of the two cosines over all ordered pairs i ≠ j; NaN where one never varies."""
    pairs = s.n * (s.n - 1)
    mean_a, mean_b = ((float(x @ x) - s.n) / pairs for x in (s.a, s.b))
    aa, bb, ab = (float(np.square(G).sum() - s.n) / pairs for G in (s.aa, s.bb, s.ab))
    scale = (aa - mean_a**2) * (bb - mean_b**2)
    return (ab - mean_a * mean_b) / float(np.sqrt(scale)) if scale > 0 else float("nan")


def cka(s: Sums) -> float:
    """Linear CKA, debiased; NaN where one does not vary, or of fewer than four words.

    It may be below 0, as an unbiased estimate of 0 must.
    """
    if s.n < 4:
        return float("nan")
    aa = _hsic(s.n, s.aa, s.a, s.a)
    bb = _hsic(s.n, s.bb, s.b, s.b)
    least = ROUNDING * s.n  # of a sum of n² cosines
    scale = float(np.sqrt(aa * bb)) if min(aa, bb) > least else 0.0
    return _hsic(s.n, s.ab, s.a, s.b) / scale if scale > 0 else float("nan")


def _hsic(n: int, cross: F64, a: F64, b: F64) -> float:
    """n(n − 3) H, of AᵀB (p, q) and the sums of the rows of A and B, whose rows have length 1."""
    trace = float(np.square(cross).sum()) - n
    sum_a, sum_b = float(a @ a) - n, float(b @ b) - n
    # K 1 = A a − 1, row by row
    both = float(a @ cross @ b) - float(a @ a) - float(b @ b) + n
    return trace + sum_a * sum_b / ((n - 1) * (n - 2)) - 2 * both / (n - 2)


def estimate(value: float, left_out: F64, chance: float) -> Estimate:
    """A value with the interval of a delete-a-group jackknife, `left_out` (G,)."""
    G = len(left_out)
    error = float(np.sqrt((G - 1) / G * np.square(left_out - left_out.mean()).sum()))
    half = intervals.student(max(G - 1, 1)) * error
    return Estimate(value, value - half, value + half, chance)
