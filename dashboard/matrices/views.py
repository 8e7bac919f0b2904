"""What the pages on matrices show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core import specs
from core.lowrank.choosers import CHOOSERS, MATCHED
from core.lowrank.pseudoinverse import SUBSPACES
from core.specs import Spec

ROADS = ("svd", "id", "cur", "cr", "projection")


@dataclass(frozen=True)
class Road(Spec):
    """Which approximation is shown, of how many ranks."""

    road: str = specs.choice("svd", ROADS, "how the matrix is approximated")
    rank: int = specs.integer(20, 1, 4000, "how many terms the approximation has")
    sketch: str = specs.choice(
        "exact", ("exact", "randomised", "range"), "how the singular vectors are found"
    )
    chooser: str = specs.choice(
        "pivoted", (*CHOOSERS, MATCHED), "how columns, and rows, are chosen"
    )
    middle: str = specs.choice("optimal", ("optimal", "skeleton"), "what U of CUR is")
    subspace: str = specs.choice("random", SUBSPACES, "whose columns the given factor A has")
    terms: str = specs.choice(
        "longest", ("longest", "sampled", "uniform", "greedy"), "how CR chooses terms"
    )
    refitted: bool = specs.flag(False, "weigh the chosen terms by least squares")
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
    lines: str = specs.text("", 2000, "the curves that are drawn; empty: one of each road")
    first_row: int = specs.integer(1, 1, 1_000_000, "the first row that is shown")
    first_column: int = specs.integer(1, 1, 1_000_000, "the first column that is shown")
    target: float = specs.number(0.1, 0.001, 1.0, "a relative error to reach")
    epsilon: float = specs.number(1e-3, 1e-12, 1.0, "ε of the ridge, in units of σ₁² of A")


@dataclass(frozen=True)
class SimilarView(Spec):
    """A linear map A and a basis P: the columns of P are the basis vectors."""

    space: str = specs.choice("plane", ("plane", "space"), "2 × 2 or 3 × 3")
    p_basis: str = specs.choice(
        "entries", ("entries", "eigenvectors"), "P as given by its entries, or A's eigenvectors"
    )
    a11: float = specs.number(1.2, -3.0, 3.0, "entry of A")
    a12: float = specs.number(0.6, -3.0, 3.0, "entry of A")
    a13: float = specs.number(0.0, -3.0, 3.0, "entry of A")
    a21: float = specs.number(0.3, -3.0, 3.0, "entry of A")
    a22: float = specs.number(0.9, -3.0, 3.0, "entry of A")
    a23: float = specs.number(0.0, -3.0, 3.0, "entry of A")
    a31: float = specs.number(0.0, -3.0, 3.0, "entry of A")
    a32: float = specs.number(0.0, -3.0, 3.0, "entry of A")
    a33: float = specs.number(1.0, -3.0, 3.0, "entry of A")
    p11: float = specs.number(1.0, -3.0, 3.0, "entry of P")
    p12: float = specs.number(-0.4, -3.0, 3.0, "entry of P")
    p13: float = specs.number(0.0, -3.0, 3.0, "entry of P")
    p21: float = specs.number(0.5, -3.0, 3.0, "entry of P")
    p22: float = specs.number(1.2, -3.0, 3.0, "entry of P")
    p23: float = specs.number(0.0, -3.0, 3.0, "entry of P")
    p31: float = specs.number(0.0, -3.0, 3.0, "entry of P")
    p32: float = specs.number(0.0, -3.0, 3.0, "entry of P")
    p33: float = specs.number(1.0, -3.0, 3.0, "entry of P")

    def matrix(self, name: str) -> np.ndarray:
        """A or P: (2, 2) or (3, 3)."""
        n = 2 if self.space == "plane" else 3
        sides = range(1, n + 1)
        return np.array([[self.leaf(f"{name}{i}{j}") for j in sides] for i in sides])
