"""The rows of the navigation for the pages about comparisons."""

from __future__ import annotations

from dashboard.page_row import PPMI, SOURCE, Page, Slider

ROWS = (
    Page(
        "compare",
        "Words that moved",
        "Which words or items moved, how alike the spaces are, and which is better.",
        ":material/compare_arrows:",
        subject="texts",
        specs=(
            "core.compare.specs.Pair",
            PPMI,
            "dashboard.compare.views.CompareView",
            "core.compare.specs.Repeats",
            "core.compare.specs.Contest",
            "core.compare.specs.Crowd",
        ),
        slider=Slider("Neighbours k"),
        tabs=("Words", "Scores", "Stability", "Several models", *SOURCE),
    ),
    Page(
        "sweeps",
        "Sweeps",
        "The same model at many settings, and which of them are really better.",
        ":material/tune:",
        subject="swept",
        specs=("core.sweeps.Sweep", "dashboard.compare.views.SweepView"),
        tabs=("Sweep", "Kept sweeps"),
    ),
)
