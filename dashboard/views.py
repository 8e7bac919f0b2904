"""What each page shows, as specs: the settings that are the page's own, not the signal chain's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core import specs
from core.lowrank.choosers import CHOOSERS, MATCHED
from core.lowrank.pseudoinverse import SUBSPACES
from core.specs import Spec
from core.vectors.specs import SIMILARITIES

MODES = ("typed", "neighbourhood", "partners", "frequency")
COLOURS = ("cluster", "label", "doubt")
LAST = 2000  # an epoch no run goes beyond: the last one
ORDERS = ("as given", "frequency", "clustered")
ROADS = ("svd", "id", "cur", "cr", "projection")
EXAMPLE = (
    "war army forces battle government president law rights language english greek latin "
    "philosophy science nature animals species food water sea island river north south music art"
)


@dataclass(frozen=True)
class RowWords(Spec):
    """Which words are the rows of the heatmap."""

    row_mode: str = specs.choice("typed", MODES, "how the rows are chosen")
    row_list: str = specs.text(EXAMPLE, 2000, "words, separated by spaces, commas or lines")
    row_word: str = specs.text("music", 200, "the word whose neighbours or partners are shown")
    row_first: int = specs.integer(100, 1, 500_000, "frequency rank of the first word")
    row_count: int = specs.integer(24, 2, 60, "how many words")


@dataclass(frozen=True)
class ColumnWords(Spec):
    """Which contexts are its columns."""

    column_mode: str = specs.choice("same", ("same", *MODES), "how the columns are chosen")
    column_list: str = specs.text("", 2000, "words, separated by spaces, commas or lines")
    column_word: str = specs.text("music", 200, "the word whose neighbours or partners are shown")
    column_first: int = specs.integer(1, 1, 500_000, "frequency rank of the first word")
    column_count: int = specs.integer(24, 2, 60, "how many words")


@dataclass(frozen=True)
class HeatmapView(Spec):
    """What of the association matrix is shown, and how."""

    rows: RowWords = specs.nested(RowWords)
    columns: ColumnWords = specs.nested(ColumnWords)
    order: str = specs.choice("as given", ORDERS, "the order of the rows (and of equal columns)")
    limit: float = specs.number(6.0, 0.5, 12.0, "where the colours end, the same for all settings")
    least_expected: float = specs.number(
        0.0, 0.0, 10.0, "grey cells in which chance alone would give fewer meetings"
    )
    least_g2: float = specs.number(0.0, 0.0, 50.0, "grey cells whose G² is lower; 3.84 is 5 %")
    cell_word: str = specs.text("", 200, "the word of the opened cell")
    cell_context: str = specs.text("", 200, "the context of the opened cell")


@dataclass(frozen=True)
class Lists(Spec):
    """What the second list of neighbours does differently."""

    compare: bool = specs.flag(False, "show a second list, B, beside the first")
    b_model: str = specs.text("", 40, "the model of list B on the shelf; the same as A's if empty")
    b_similarity: str = specs.choice("pmi", SIMILARITIES, "the measure of list B")
    b_window: int = specs.integer(5, 1, 20, "the window of list B")
    b_dim: int = specs.integer(100, 2, 500, "the dimension of list B")
    b_shift: float = specs.number(1.0, 1.0, 50.0, "the shift of list B")
    b_smoothing: float = specs.number(1.0, 0.0, 1.0, "the context smoothing of list B")


@dataclass(frozen=True)
class CorpusView(Spec):
    """What is looked up in the corpus."""

    search: str = specs.text("music", 200, "a word whose occurrences are listed")


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


@dataclass(frozen=True)
class LatentView(Spec):
    """What is shown of a latent model while and after it trains."""

    train_now: bool = specs.flag(False, "train as soon as the page opens")
    shown_epoch: int = specs.integer(LAST, 0, LAST, "the stored epoch that is shown")
    map_colour: str = specs.choice("cluster", COLOURS, "what colours the latent map")
    map_axes: str = specs.choice("pca", ("pca", "umap"), "how z is laid out in a plane")
    temperature: float = specs.number(1.0, 0.0, 2.0, "τ: how far from the centre samples are drawn")
    draw: int = specs.integer(0, 0, 9999, "number of the draw of random ε")
    enlarged: int = specs.integer(-1, -1, 49, "the cluster shown alone; −1 shows all")
    base_item: int = specs.integer(0, 0, 4999, "the item whose z is moved")
    moved: str = specs.text("", 1000, "offsets of z, such as 0:1.5 3:-2")
    walk_from: int = specs.integer(0, 0, 49, "the cluster a walk starts from")
    walk_to: int = specs.integer(1, 0, 49, "the cluster it goes to")
    draws_shown: int = specs.integer(1000, 1, 5000, "M: weights of the density shown")
    density_item: int = specs.integer(0, 0, 4999, "the item whose density is shown")
