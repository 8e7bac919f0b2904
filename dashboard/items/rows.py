"""The rows of the navigation for the pages about collections of items."""

from __future__ import annotations

from dashboard.page_row import SOURCE, Page, Slider

ROWS = (
    Page(
        "collection",
        "Collection",
        "Anything with a vector: its map, its columns, its neighbours.",
        ":material/table_view:",
        task="Data",
        specs=(
            "core.spaces.specs.Kept",
            "core.spaces.clusters.Groups",
            "core.spaces.queries.Asked",
            "dashboard.items.views.CollectionView",
        ),
        slider=Slider("Dimensions"),
        tabs=("Item", "Query", "Rows", "Clusters", "Columns", *SOURCE),
    ),
    Page(
        "doubt",
        "Doubt",
        "What the vectors know of the labels, and which rows are odd.",
        ":material/help_center:",
        task="Data",
        specs=(
            "core.spaces.doubts.Labelled",
            "core.spaces.doubts.Alike",
            "core.spaces.doubts.Predicted",
        ),
        slider=Slider("Neighbours k‹of a row›"),
        tabs=("Suspects", "Duplicates", "Leakage", "Outliers", "Hubs", "Predicted", *SOURCE),
    ),
    Page(
        "two_embeddings",
        "Embedding A or B",
        "The same rows, two vectors each: which rows moved, and which vectors are better.",
        ":material/splitscreen_vertical_add:",
        task="Compare",
        specs=(
            "core.compare.item_specs.TwoMaps",
            "core.compare.item_specs.Better",
            "dashboard.items.views.TwoView",
        ),
        slider=Slider("Neighbours k"),
        tabs=("Labels", "Moved", "Row", *SOURCE),
    ),
)
