"""Settings of the pages on collections that are not the space's own."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.specs import Spec


@dataclass(frozen=True)
class CollectionView(Spec):
    """How the rows of a map are coloured, which are shown, and which one is looked at."""

    row_colour: str = specs.text(
        "", 310, "The colour of a row: a column of the table, or what the map did to it."
    )
    label_column: str = specs.text(
        "", 300, "The column whose labels a row is compared with its neighbours by."
    )
    filters: str = specs.text("", 8_000, "which rows are shown, as JSON")
    histograms: str = specs.text(
        "", 1_000, "the columns whose values are counted beside the map, as JSON"
    )
    item_row: int = specs.integer(-1, -1, 100_000_000, "the row that is looked at; −1: none")
    dense_regions: bool = specs.flag(
        False,
        "Lines within which the densest quarter, half and three quarters of the shown rows lie, "
        "each in as small an area as that takes.",
    )
    region_names: bool = specs.flag(
        True,
        "Names for the regions in sight: the words that stand out in their texts against the "
        "other texts in sight. Zoom in for finer ones.",
    )
    by_transform: bool = specs.flag(
        False,
        "Beside our place for a query, the one that umap-learn's transform gives it on this map. "
        "The library takes half a minute to start.",
    )
    item_k: int = specs.integer(8, 1, 50, "How many neighbours of the item are listed.")


@dataclass(frozen=True)
class TwoView(Spec):
    """How the rows of two maps are coloured, which are drawn around, and which is looked at."""

    two_colour: str = specs.text(
        "",
        310,
        "The colour of a row: the share of its neighbours that B keeps, or a column of the table.",
    )
    two_rows: str = specs.text("", 7_500, "the rows drawn around, packed")
    label_column: str = specs.as_in(CollectionView, "label_column", "")
    item_row: int = specs.as_in(CollectionView, "item_row", -1)
