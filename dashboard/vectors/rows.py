"""The rows of the navigation for the pages about trained word vectors."""

from __future__ import annotations

from dashboard.page_row import PPMI, SHELVED, SOURCE, Page

ROWS = (
    Page(
        "models",
        "Models",
        "Train word vectors, keep them, load and save them.",
        ":material/model_training:",
        task="Train",
        subject="texts",
        apart=True,
        specs=("dashboard.chain.views.TrainView", "core.vectors.kinds.SPECS", SHELVED),
        tabs=("Train", "Gallery", "Load"),
    ),
    Page(
        "explain",
        "Explain",
        "What the numbers of a trained model mean.",
        ":material/function:",
        specs=("dashboard.vectors.views.ExplainView", PPMI),
        tabs=("Factorisation", "GloVe's freedom", "Lengths"),
    ),
    Page(
        "scores",
        "Analogies & scores",
        "How well vectors agree with people, and how surely.",
        ":material/scoreboard:",
        task="Compare",
        specs=("dashboard.vectors.views.AnalogyView", PPMI),
        tabs=("Analogies", "Scores"),
    ),
    Page(
        "keywords",
        "Keywords",
        "The words of a text that say most about the others.",
        ":material/key:",
        specs=("dashboard.vectors.views.KeywordView", PPMI),
        tabs=("Table", *SOURCE),
    ),
)
