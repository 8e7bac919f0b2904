"""What the pages on matrices show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core import specs
from core.lowrank.choosers import CHOOSERS, MATCHED
from core.lowrank.pseudoinverse import SUBSPACES
from core.mathematics.mixture import HALF_STEPS
from core.messages import message
from core.specs import Spec

ROADS = ("svd", "id", "cur", "cr", "projection")


@dataclass(frozen=True)
class Road(Spec):
    """Which approximation is shown, of how many ranks."""

    road: str = specs.choice(
        "svd",
        ROADS,
        "**SVD**: no matrix of that rank is nearer. **ID** (interpolative "
        "decomposition): columns of the matrix itself, and how to mix the others from "
        "them. **CUR**: columns and rows of the matrix, and a small matrix U between. "
        "**CR**: for a product XY, some columns of X times the same rows of Y. **A⁺**: "
        "one factor A is given, the pseudo-inverse finds the best other.",
    )
    rank: int = specs.integer(20, 1, 4000, "how many terms the approximation has")
    sketch: str = specs.choice(
        "exact",
        ("exact", "randomised", "range"),
        "Randomised: the best r directions inside a sketch of r + p random mixtures of "
        "columns. Random range: a sketch of r mixtures, all of them kept.",
    )
    chooser: str = specs.choice(
        "pivoted",
        (*CHOOSERS, MATCHED),
        "Pivoted QR: at each step the column farthest from the span of those taken. "
        "Sketch: the same on a small random mixture of the rows. Leverage scores: "
        "drawn by their weight in the k leading singular vectors. k-DEIM: where those "
        "vectors are interpolated best. Uniform: drawn blindly.",
    )
    middle: str = specs.choice(
        "optimal",
        ("optimal", "skeleton"),
        "Best: $U=C^+MR^+$. Skeleton: $U=M_{IJ}^{-1}$, which reproduces the chosen "
        "rows and columns exactly.",
    )
    subspace: str = specs.choice(
        "random",
        SUBSPACES,
        "A is fixed before the matrix is looked at, only B in AB is fitted. Random: "
        "Gaussian columns. Slow cosines: the smoothest r waves. First: the matrix's "
        "own first r columns.",
    )
    terms: str = specs.choice(
        "longest",
        ("longest", "sampled", "uniform", "greedy"),
        r"$XY=\sum x_iy_i^\top$; r of these terms are kept. Longest: the largest "
        r"$\|x_i\|\|y_i\|$. Sampled: drawn with $p_i$ and divided by $rp_i$, right on "
        "average. Greedy: each time the term that lowers the error most.",
    )
    refitted: bool = specs.flag(
        False, "Instead of weight 1, or of $1/(rp_i)$, which is right on average only."
    )
    repetition: int = specs.integer(0, 0, 19, "which repetition of a random method is shown")

    @property
    def method(self) -> str:
        """Its name in `core.matrices`; a setting that the road does not have is left out."""
        if self.road == "svd":
            return "svd" if self.sketch == "exact" else self.sketch
        if self.road == "cr":
            return f"{self.terms} refitted" if self.refitted else self.terms
        if self.road == "projection":
            return f"projection {self.subspace}"
        if self.road == "id":
            return f"id {CHOOSERS[0] if self.chooser == MATCHED else self.chooser}"
        return f"{'cur' if self.middle == 'optimal' else 'skeleton'} {self.chooser}"


@dataclass(frozen=True)
class LowRankView(Spec):
    """How errors and matrices are drawn."""

    norm: str = specs.choice("frobenius", ("frobenius", "spectral"), "which norm of the residual")
    error_axis: str = specs.choice("log", ("log", "linear"), "the axis of errors")
    rank_axis: str = specs.choice("log", ("log", "linear"), "the axis of ranks")
    lines: str = specs.text("", 2000, "the curves that are drawn; empty: one of each method")
    first_row: int = specs.integer(
        1, 1, 1_000_000, "The first row that is shown, where only a part of the matrix is drawn."
    )
    first_column: int = specs.integer(
        1, 1, 1_000_000, "The first column that is shown, where only a part of the matrix is drawn."
    )
    target: float = specs.number(
        0.1,
        0.001,
        1.0,
        "A relative error to reach: the Frobenius norm of the residual over that of M.",
    )
    epsilon: float = specs.number(1e-3, 1e-12, 1.0, "ε of the ridge, in units of σ₁² of A")


def _entry(row: int, column: int, default: float) -> Any:
    """Declare an entry of a matrix."""
    help = message("Row {i}, column {j}.", i=row, j=column)
    return specs.number(default, -3.0, 3.0, help)


@dataclass(frozen=True)
class SimilarView(Spec):
    """A linear map A and a basis P: the columns of P are the basis vectors."""

    space: str = specs.choice("plane", ("plane", "space"), "2 × 2 or 3 × 3")
    p_basis: str = specs.choice(
        "entries",
        ("entries", "eigenvectors"),
        "The columns of P are the new basis vectors. In the basis of its eigenvectors "
        "a map is diagonal; for a pair a ± bi it is a turn and a stretch.",
    )
    a11: float = _entry(1, 1, 1.2)
    a12: float = _entry(1, 2, 0.6)
    a13: float = _entry(1, 3, 0.0)
    a21: float = _entry(2, 1, 0.3)
    a22: float = _entry(2, 2, 0.9)
    a23: float = _entry(2, 3, 0.0)
    a31: float = _entry(3, 1, 0.0)
    a32: float = _entry(3, 2, 0.0)
    a33: float = _entry(3, 3, 1.0)
    p11: float = _entry(1, 1, 1.0)
    p12: float = _entry(1, 2, -0.4)
    p13: float = _entry(1, 3, 0.0)
    p21: float = _entry(2, 1, 0.5)
    p22: float = _entry(2, 2, 1.2)
    p23: float = _entry(2, 3, 0.0)
    p31: float = _entry(3, 1, 0.0)
    p32: float = _entry(3, 2, 0.0)
    p33: float = _entry(3, 3, 1.0)

    def matrix(self, name: str) -> np.ndarray:
        """A or P: (2, 2) or (3, 3)."""
        n = 2 if self.space == "plane" else 3
        sides = range(1, n + 1)
        return np.array([[self.leaf(f"{name}{i}{j}") for j in sides] for i in sides])


@dataclass(frozen=True)
class BoundsView(Spec):
    """Which bound is shown."""

    question: str = specs.choice(
        "integral",
        ("integral", "evidence", "mixture"),
        "The same inequality three times: for an integral on a line, for the evidence of one x "
        "under a decoder, and for a mixture fitted by EM.",
    )
    half_step: int = specs.integer(
        10, 0, HALF_STEPS, "How many half steps of EM are done: E, M, E, M, …"
    )


@dataclass(frozen=True)
class DescentView(Spec):
    """What is drawn of the descents, and which moment of the walkers."""

    clock: str = specs.choice(
        "steps",
        ("steps", "eta", "own"),
        "Steps n. Or the time t = nη of gradient descent for all. Or each its own clock: t = n√η "
        "for momentum and Nesterov, t = nη for the others; then all follow their own equation.",
    )
    flows: bool = specs.flag(
        True, "The solutions of the differential equations that the steps follow, dotted."
    )
    racers: str = specs.text(
        "gd momentum nesterov sgd rmsprop adam", 60, "The optimisers that are drawn."
    )
    shown_frame: int = specs.integer(40, 0, 40, "Which moment of the walkers is shown.")
