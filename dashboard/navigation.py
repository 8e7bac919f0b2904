"""The pages, a row each, by the folder (room) that holds their scripts.

All that is known of a page before it runs stands here and nowhere else.
"""

from __future__ import annotations

import importlib
from dataclasses import replace
from functools import cache

from core.specs import Spec
from dashboard.page_row import Page, Slider


_PPMI = "core.vectors.specs.PpmiSvd"
_SHELVED = "core.vectors.specs.Shelved"
_LATENT = ("core.latent.specs.Vae", "dashboard.images.views.LatentView")
_FEW = "vae_epochs=3"
_SOURCE = ("Code", "Provenance")
ROOMS = {
    "Words": (
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
            tabs=_SOURCE,
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
            tabs=_SOURCE,
        ),
        Page(
            "heatmap",
            "PMI heatmap",
            "Which words meet more often than chance would have them meet.",
            ":material/grid_on:",
            specs=(_PPMI, "dashboard.words.views.HeatmapView"),
            slider=Slider("Window L (tokens)"),
            tabs=("Evidence", "Table", *_SOURCE),
        ),
        Page(
            "neighbours",
            "Neighbours",
            "The nearest words or items, exactly, under the measure you choose.",
            ":material/hub:",
            subject="vectors",
            specs=(
                _PPMI,
                _SHELVED,
                "core.vectors.specs.Query",
                "dashboard.words.views.Lists",
                "dashboard.chain.views.Steady",
            ),
            slider=Slider("Dimension d"),
            tabs=("Table", "Vectors", *_SOURCE),
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
                _PPMI,
                "dashboard.words.views.MapView",
            ),
            slider=Slider("Neighbours k of the trust"),
            tabs=("Word", "Lasso", "Hubs", "Seeds", "Table", *_SOURCE),
        ),
        Page(
            "corpus",
            "Corpus",
            "What was read, and what of it is counted.",
            ":material/menu_book:",
            task="Data",
            specs=("core.text.specs.Corpus", "dashboard.words.views.CorpusView"),
            slider=Slider("Minimum count"),
            tabs=("Find a word", "Most frequent words", "Sample of the text", *_SOURCE),
        ),
        Page(
            "tours",
            "Tours",
            "Lessons in steps. On the stage, the arrow keys go on and back.",
            ":material/tour:",
            task="Learn",
            subject="",
        ),
    ),
    "Vectors": (
        Page(
            "models",
            "Models",
            "Train word vectors, keep them, load and save them.",
            ":material/model_training:",
            task="Train",
            subject="texts",
            apart=True,
            specs=("dashboard.chain.views.TrainView", "core.vectors.kinds.SPECS", _SHELVED),
            tabs=("Train", "Gallery", "Load"),
        ),
        Page(
            "explain",
            "Explain",
            "What the numbers of a trained model mean.",
            ":material/function:",
            specs=("dashboard.vectors.views.ExplainView", _PPMI),
            tabs=("Factorisation", "GloVe's freedom", "Lengths"),
        ),
        Page(
            "scores",
            "Analogies & scores",
            "How well vectors agree with people, and how surely.",
            ":material/scoreboard:",
            task="Compare",
            specs=("dashboard.vectors.views.AnalogyView", _PPMI),
            tabs=("Analogies", "Scores"),
        ),
        Page(
            "keywords",
            "Keywords",
            "The words of a text that say most about the others.",
            ":material/key:",
            specs=("dashboard.vectors.views.KeywordView", _PPMI),
            tabs=("Table", *_SOURCE),
        ),
    ),
    "Texts": (
        Page(
            "discovery",
            "Word discovery",
            "Where words begin in a text that sets none apart, without a dictionary.",
            ":material/content_cut:",
            specs=("dashboard.texts.views.DiscoveryView",),
            slider=Slider("Cost of a word (nats)"),
            tabs=("Words found", "Words missed", "Bits", *_SOURCE),
        ),
        Page(
            "sentences",
            "Sentences",
            "An encoder that learns which sentences belong together, and what a margin does.",
            ":material/short_text:",
            subject="labelled",
            specs=("core.sequences.specs.Sentences", "dashboard.texts.views.SentenceView"),
            slider=Slider("Margin m"),
            tabs=("Retrieval", "Your sentence", "People", "Losses", *_SOURCE),
        ),
        Page(
            "spectra",
            "Spectra",
            "Series sorted by what convolutions find in them: stars, galaxies, quasars, or yours.",
            ":material/ssid_chart:",
            subject="labelled",
            slider=Slider("Redshift z"),
            specs=("core.series.specs.SeriesNet", "dashboard.texts.views.SpectraView"),
            tabs=("Where it looks", "Methods", "Kernels", "Last layer", "Seeds", *_SOURCE),
        ),
        Page(
            "text_classes",
            "Text classes",
            "Reviews judged, or any texts with labels: by characters or by words, and how surely.",
            ":material/thumbs_up_down:",
            subject="labelled",
            specs=("core.text_classes.specs.TextClasses", "dashboard.texts.views.ClassView"),
            slider=Slider("Epochs", "train_texts=300&read_characters=20"),
            tabs=("Methods", "One text", "Mistakes", "Characters or words", "Bottleneck", *_SOURCE),
        ),
    ),
    "Items": (
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
            tabs=("Item", "Query", "Rows", "Clusters", "Columns", *_SOURCE),
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
            tabs=("Suspects", "Duplicates", "Leakage", "Outliers", "Hubs", "Predicted", *_SOURCE),
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
            tabs=("Labels", "Moved", "Row", *_SOURCE),
        ),
    ),
    "Compare": (
        Page(
            "compare",
            "Words that moved",
            "Which words or items moved, how alike the spaces are, and which is better.",
            ":material/compare_arrows:",
            subject="texts",
            specs=(
                "core.compare.specs.Pair",
                _PPMI,
                "dashboard.compare.views.CompareView",
                "core.compare.specs.Repeats",
                "core.compare.specs.Contest",
                "core.compare.specs.Crowd",
            ),
            slider=Slider("Neighbours k"),
            tabs=("Words", "Scores", "Stability", "Several models", *_SOURCE),
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
    ),
    "Mathematics": (
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
            tabs=("Spectrum", "Storage", "Words", "A⁺ and ridge", "Factors", "Table", *_SOURCE),
        ),
        Page(
            "similar",
            "Similar matrices",
            "One linear map, two grids: what stays, and what changes.",
            ":material/grid_4x4:",
            specs=("dashboard.mathematics.views.SimilarView",),
            slider=Slider("a₁₁"),
            tabs=("Table", *_SOURCE),
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
            tabs=("Table", *_SOURCE),
        ),
        Page(
            "descent",
            "Descent",
            "Optimisers on their way down: who is faster, who falls over, and what noise does.",
            ":material/trending_down:",
            specs=(
                "core.mathematics.descent.Descent",
                "core.mathematics.walkers.Walkers",
                "core.mathematics.batches.Batches",
                "dashboard.mathematics.views.DescentView",
            ),
            slider=Slider("Step size η"),
            tabs=("Rates", "Noise", "Escape", "Batch size", "Table", *_SOURCE),
        ),
    ),
    "Images": (
        Page(
            "latent",
            "VAE clusters",
            "An autoencoder that sorts what it sees, trained as you watch.",
            ":material/bubble_chart:",
            specs=_LATENT,
            slider=Slider("Epoch shown", _FEW, button="Train"),
            tabs=("Table", *_SOURCE),
        ),
        Page(
            "latent_samples",
            "VAE samples",
            "What each cluster generates, beside what it holds.",
            ":material/apps:",
            specs=_LATENT,
            slider=Slider("Temperature τ", _FEW, button="Train"),
            tabs=("Clusters", "Traversal", "Walks", *_SOURCE),
        ),
        Page(
            "latent_judgement",
            "VAE judged",
            "Do the clusters mean anything, and what does z tell?",
            ":material/balance:",
            specs=_LATENT,
            slider=Slider("Draws M", _FEW, button="Train", tab="Density"),
            tabs=("Clusters", "Baselines", "Density", "Information", *_SOURCE),
        ),
        Page(
            "latent_pair",
            "VAE repeated",
            "The same items through two models: what stays, and what was luck?",
            ":material/compare:",
            task="Compare",
            specs=(
                "core.latent.specs.Vae",
                "dashboard.images.views.SecondRun",
                "dashboard.images.views.PairView",
            ),
            slider=Slider("Temperature τ", _FEW, button="Train", tab="Samples"),
            tabs=("Clusters", "Samples", "Latents", "Seeds", *_SOURCE),
        ),
        Page(
            "codes",
            "Codes",
            "A picture as a grid of codes: what keeps a codebook from collapsing?",
            ":material/grid_view:",
            specs=(
                "core.quantised.specs.Codes",
                "dashboard.images.views.PlaneView",
                "dashboard.images.views.CodesView",
            ),
            slider=Slider("Angle between z and q"),
            tabs=("Idea", "Training", "One picture", "Methods", "Samples", *_SOURCE),
        ),
        Page(
            "generators",
            "Generators",
            "A generator against a discriminator, and the term that the GAN forgot.",
            ":material/swords:",
            specs=(
                "core.adversarial.claim.Claim",
                "core.adversarial.dirac.Dirac",
                "core.adversarial.mixture.Mixed",
                "core.adversarial.inference_specs.Inference",
                "core.adversarial.rivals.Rivals",
                "core.adversarial.specs.OGan",
                "dashboard.images.views.GeneratorsView",
            ),
            slider=Slider("Start θ", "scene=dirac"),
            tabs=("λ tested", "Models compared", "Formulas", "Table", *_SOURCE),
        ),
        Page(
            "features",
            "Features",
            "Vectors learnt without labels, side by side on items that none of them saw.",
            ":material/fingerprint:",
            specs=("core.features.judgement.Contest", "dashboard.images.views.FeaturesView"),
            slider=Slider("Epoch shown", "info_epochs=3", button="Train", tab="Training"),
            tabs=("Training", "Neighbours‹of items›", "Judged", *_SOURCE),
        ),
    ),
}
_USUAL = {  # of a room's pages: what they are for, and what they show
    "Words": ("Explore", "texts"),
    "Vectors": ("Explore", "vectors"),
    "Texts": ("Train", "texts"),
    "Items": ("Explore", "collection"),
    "Compare": ("Compare", "texts"),
    "Mathematics": ("Learn", ""),
    "Images": ("Train", "items"),
}
TASKS = ("Data", "Explore", "Train", "Compare", "Learn")
"""What one comes to do: the menus of the navigation, in its order."""


def _whole(page: Page, task: str, subject: str) -> Page:
    """A page with what is usual in its room where it says nothing else."""
    return replace(
        page,
        task=task if page.task is None else page.task,
        subject=subject if page.subject is None else page.subject,
    )


_PLACED = [_whole(page, *_USUAL[room]) for room, pages in ROOMS.items() for page in pages]
SECTIONS = {task: tuple(page for page in _PLACED if page.task == task) for task in TASKS}
PAGES = {page.file: page for page in _PLACED}
SCRIPTS = {
    page.file: f"{room.lower()}/{page.file}.py" for room, pages in ROOMS.items() for page in pages
}
"""Where each page's script is, from `app.py`."""
FIRST = "start"
"""The page that opens first."""


def address(page: str) -> str:
    """The last part of a page's path in links."""
    return "" if page == FIRST else page


@cache
def kinds(page: str) -> tuple[type[Spec], ...]:
    """The specs that a page publishes."""
    specs: list[type[Spec]] = []
    for name in PAGES[page].specs:
        module, _, attribute = name.rpartition(".")
        value = getattr(importlib.import_module(module), attribute)
        specs += value if isinstance(value, tuple) else [value]
    return tuple(specs)
