"""The rows of the navigation for the pages about texts and series."""

from __future__ import annotations

from dashboard.page_row import SOURCE, Page, Slider

ROWS = (
    Page(
        "discovery",
        "Word discovery",
        "Where words begin in a text that sets none apart, without a dictionary.",
        ":material/content_cut:",
        specs=("dashboard.texts.views.DiscoveryView",),
        slider=Slider("Cost of a word (nats)"),
        tabs=("Words found", "Words missed", "Templates", "Bits", *SOURCE),
    ),
    Page(
        "sentences",
        "Sentences",
        "An encoder that learns which sentences belong together, and what a margin does.",
        ":material/short_text:",
        subject="labelled",
        specs=("core.sequences.specs.Sentences", "dashboard.texts.views.SentenceView"),
        slider=Slider("Margin m"),
        tabs=("Retrieval", "Your sentence", "People", "Losses", *SOURCE),
    ),
    Page(
        "spectra",
        "Spectra",
        "Series sorted by what convolutions find in them: stars, galaxies, quasars, or yours.",
        ":material/ssid_chart:",
        subject="labelled",
        slider=Slider("Redshift z"),
        specs=("core.series.specs.SeriesNet", "dashboard.texts.views.SpectraView"),
        tabs=("Where it looks", "Methods", "Kernels", "Last layer", "Seeds", *SOURCE),
    ),
    Page(
        "text_classes",
        "Text classes",
        "Reviews judged, or any texts with labels: by characters or by words, and how surely.",
        ":material/thumbs_up_down:",
        subject="labelled",
        specs=("core.text_classes.specs.TextClasses", "dashboard.texts.views.ClassView"),
        slider=Slider("Characters read", "train_texts=300&read_characters=20"),
        tabs=("Methods", "One text", "Mistakes", "Characters or words", "Bottleneck", *SOURCE),
    ),
)
