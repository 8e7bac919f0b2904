"""The rows of the navigation for the pages about the mathematics beneath."""

from __future__ import annotations

from dashboard.page_row import SOURCE, Page, Slider

ROWS = (
    Page(
        "lowrank",
        "Low rank",
        "A matrix by one of low rank: what five methods miss, and what they cost.",
        ":material/compress:",
        subject="matrix",
        specs=(
            "core.matrices.specs.ProductCurves",
            "core.matrices.specs.Curves",
            "dashboard.mathematics.views.Road",
            "dashboard.mathematics.views.LowRankView",
        ),
        slider=Slider("Rank r"),
        tabs=("Spectrum", "Storage", "Words", "A⁺ and ridge", "Factors", "Table", *SOURCE),
    ),
    Page(
        "similar",
        "Similar matrices",
        "One linear map, two grids: what stays, and what changes.",
        ":material/grid_4x4:",
        specs=("dashboard.mathematics.views.SimilarView",),
        slider=Slider("a₁₁"),
        tabs=("Table", *SOURCE),
    ),
    Page(
        "bounds",
        "Bounds",
        "From an integral without a formula to the ELBO, by one inequality.",
        ":material/vertical_align_top:",
        specs=(
            "core.mathematics.bounds.Integral",
            "core.mathematics.evidence.Evidence",
            "core.mathematics.mixture.Mixture",
            "dashboard.mathematics.views.BoundsView",
        ),
        slider=Slider("Precision p"),
        tabs=("Table", *SOURCE),
    ),
    Page(
        "descent",
        "Descent",
        "Optimisers on their way down: which is fastest, which fails, and what noise does.",
        ":material/trending_down:",
        specs=(
            "core.mathematics.descent.Descent",
            "core.mathematics.walkers.Walkers",
            "core.mathematics.batches.Batches",
            "dashboard.mathematics.views.DescentView",
        ),
        slider=Slider("Step size η"),
        tabs=("Rates", "Noise", "Escape", "Batch size", "Table", *SOURCE),
    ),
)
