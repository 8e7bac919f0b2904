"""Settings of the pages on words that are not the signal chain's."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.specs import Spec
from core.vectors.specs import PpmiSvd, Query

MODES = ("typed", "neighbourhood", "partners", "frequency")
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
    """Which part of the association matrix is shown, and how."""

    rows: RowWords = specs.nested(RowWords)
    columns: ColumnWords = specs.nested(ColumnWords)
    order: str = specs.choice("as given", ORDERS, "the order of the rows (and of equal columns)")
    limit: float = specs.number(
        6.0, 0.5, 12.0, "The colour scale is the same for all settings, so that pictures compare."
    )
    least_expected: float = specs.number(
        0.0,
        0.0,
        10.0,
        "Cells in which chance alone would give fewer meetings are greyed: too little evidence.",
    )
    least_g2: float = specs.number(
        0.0,
        0.0,
        50.0,
        "Cells with a lower log-likelihood ratio are greyed. 3.84 is the 5 % point of χ² with one "
        "degree of freedom: of 100 pairs that meet as often as chance has it, about 5 exceed it by "
        "the luck of the text.",
    )
    cell_word: str = specs.text("", 200, "the word of the opened cell")
    cell_context: str = specs.text("", 200, "the context of the opened cell")


@dataclass(frozen=True)
class Lists(Spec):
    """How the second list of neighbours differs from the first."""

    compare: bool = specs.flag(False, "show a second list, B, beside the first")
    b_model: str = specs.text("", 40, "the model of list B on the shelf; the same as A's if empty")
    b_similarity: str = specs.as_in(Query, "similarity", "pmi")
    b_window: int = specs.as_in(PpmiSvd, "window", 5)
    b_dim: int = specs.as_in(PpmiSvd, "dim", 100)
    b_shift: float = specs.as_in(PpmiSvd, "shift", 1.0)
    b_smoothing: float = specs.as_in(PpmiSvd, "smoothing", 1.0)


@dataclass(frozen=True)
class CorpusView(Spec):
    """What is looked up in the corpus."""

    search: str = specs.text("music", 200, "a word whose occurrences are listed")


MAP_COLOURS = (
    "trust", "trustworthiness", "continuity", "cluster", "frequency", "norm", "hubness",
)  # fmt: skip


@dataclass(frozen=True)
class MapView(Spec):
    """How the words of a map are coloured, and which of them are selected."""

    map_colour: str = specs.choice("trust", MAP_COLOURS, "what the colour of a word means")
    map_word: str = specs.text("", 200, "the word whose true neighbours are joined to it")
    lasso: str = specs.text("", 4_000, "words drawn around, separated by spaces")


@dataclass(frozen=True)
class PictureView(Spec):
    """Which of the digits goes through the latent model."""

    digit: int = specs.integer(3, 0, 1796, "Its number in the data.")
