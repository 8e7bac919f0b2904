"""The rows of the navigation for the pages about words, texts and tours."""

from __future__ import annotations

from dashboard.page_row import PPMI, SHELVED, SOURCE, Page, Slider

SCOPES = ("counts", "pmi", "rebuilt", "vector", "near", "image", "latent", "cluster", "sample")
"""The scopes of the two paths, by their keys."""

ROWS = (
    Page(
        "start",
        "Vectorscope",
        "See how words, texts, pictures and tables become vectors, and how far to trust them.",
        ":material/troubleshoot:",
        task="",
        specs=(
            "core.paths.words.WordPath",
            "core.paths.images.ImagePath",
            "dashboard.words.views.PictureView",
        ),
        tabs=SOURCE,
    ),
    Page(
        "path",
        "Signal path",
        "One word from counts to neighbours: what each step does, and loses.",
        ":material/route:",
        specs=(
            "core.paths.words.WordPath",
            "core.paths.images.ImagePath",
            "dashboard.words.views.PictureView",
        ),
        slider=Slider("Window L (tokens)"),
        tabs=SOURCE,
        scopes=SCOPES,
    ),
    Page(
        "heatmap",
        "PMI heatmap",
        "Which words meet more often than chance would have them meet.",
        ":material/grid_on:",
        specs=(PPMI, "dashboard.words.views.HeatmapView"),
        slider=Slider("Window L (tokens)"),
        tabs=("Evidence", "Table", *SOURCE),
    ),
    Page(
        "neighbours",
        "Neighbours",
        "The nearest words or items, exactly, under the measure you choose.",
        ":material/hub:",
        subject="vectors",
        specs=(
            PPMI,
            SHELVED,
            "core.vectors.specs.Query",
            "dashboard.words.views.Lists",
            "dashboard.chain.views.Steady",
        ),
        slider=Slider("Dimension d"),
        tabs=("Table", "Vectors", *SOURCE),
    ),
    Page(
        "map",
        "Map",
        "Words or items in the plane, and how far to trust where each of them stands.",
        ":material/map:",
        subject="vectors",
        specs=(
            "core.maps.specs.Trust",
            "core.maps.specs.Clusters",
            "core.maps.specs.Hubs",
            "core.maps.specs.Stability",
            PPMI,
            "dashboard.words.views.MapView",
        ),
        slider=Slider("Neighbours k of the trust"),
        tabs=("Word", "Lasso", "Hubs", "Seeds", "Table", *SOURCE),
    ),
    Page(
        "corpus",
        "Corpus",
        "What was read, and what of it is counted.",
        ":material/menu_book:",
        task="Data",
        specs=("core.text.specs.Corpus", "dashboard.words.views.CorpusView"),
        slider=Slider("Minimum count"),
        tabs=("Find a word", "Most frequent words", "Sample of the text", *SOURCE),
    ),
    Page(
        "tours",
        "Tours",
        "Lessons in steps. On the stage, the arrow keys go on and back.",
        ":material/tour:",
        task="Learn",
        subject="",
    ),
)
