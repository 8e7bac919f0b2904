"""What each page shows, as specs: the settings that are the page's own, not the signal chain's."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.specs import Spec
from core.vectors.specs import SIMILARITIES

MODES = ("typed", "neighbourhood", "partners", "frequency")
COLOURS = ("cluster", "label", "doubt")
LAST = 2000  # an epoch no run goes beyond: the last one
ORDERS = ("as given", "frequency", "clustered")
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
class Steady(Spec):
    """Whether the model is made again and again, to see which neighbours come back."""

    steady: bool = specs.flag(False, "say in how many reruns each neighbour is found again")
    repeats: int = specs.integer(10, 2, 30, "how many times it is made again")


@dataclass(frozen=True)
class CorpusView(Spec):
    """What is looked up in the corpus."""

    search: str = specs.text("music", 200, "a word whose occurrences are listed")


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
