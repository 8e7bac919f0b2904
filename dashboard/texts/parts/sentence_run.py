"""How encoders of sentences are trained on their page: what can be steered, and what it needs."""

from __future__ import annotations

from core.sequences.training import advance, fit, so_far
from dashboard.ui.live_run import Dial, Trainer

RATES = [m * 10.0**e for e in range(-4, 0) for m in (1, 3)]
SCALES = [1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 50.0, 100.0]
MARGINS = [i / 20 for i in range(21)]
TRAINER = Trainer(
    "sentences", fit, advance, so_far, "sentence_epochs", "sentence_changes", "sentences_train",
    dials=(
        Dial("rate", "Learning rate from here on", RATES),
        Dial("scale", "s from here on", SCALES, used=lambda spec: spec.loss != "softmax"),
        Dial("margin", "m from here on", MARGINS, "{:.2f}", lambda s: s.loss == "am-softmax"),
    ),
)  # fmt: skip
