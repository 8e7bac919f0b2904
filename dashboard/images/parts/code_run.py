"""How autoencoders with codes are trained on their page: what can be steered, and what it needs."""

from __future__ import annotations

from core.quantised.training import advance, fit, so_far
from dashboard.images.parts import saved_runs
from dashboard.images.parts.vae_run import RATES
from dashboard.ui.live_run import Dial, Trainer

SCRUBBER = "codes-epoch"  # the key of its widget
WEIGHTS = [0.0, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0, 100.0]
TRAINER = Trainer(
    "codes", fit, advance, so_far, "code_epochs", "code_changes", "codes_train",
    dials=(
        Dial("rate", "Learning rate from here on", RATES),
        Dial("commitment", "γ from here on", WEIGHTS),
    ),
    given=saved_runs.given("codes"),
)  # fmt: skip
