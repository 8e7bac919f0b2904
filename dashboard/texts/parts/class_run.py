"""How networks of text classes are trained on their page: what can be steered, and their names."""

from __future__ import annotations

from core.text_classes.training import advance, fit, so_far
from dashboard.ui.live_run import Dial, Trainer

RATES = [m * 10.0**e for e in range(-4, -1) for m in (1, 2, 3, 5)]
LAMBDAS = [0.0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
TRAINER = Trainer(
    "classes", fit, advance, so_far, "class_epochs", "class_changes", "classes_train",
    dials=(
        Dial("rate", "Learning rate from here on", RATES),
        Dial("bottleneck", "λ from here on", LAMBDAS[1:], used=lambda spec: spec.bottleneck > 0),
    ),
)  # fmt: skip
INPUTS = {"characters": "Characters", "words": "Words", "one-hot": "One-hot characters"}
BODIES = {"convolution": "Convolution", "lstm": "LSTM"}
NETWORKS = {"convolution": "a convolution", "lstm": "an LSTM"}  # in a sentence
