"""How InfoMax is trained on its page: what can be steered, and what it needs."""

from __future__ import annotations

from core.features.training import advance, fit, so_far
from dashboard.images.parts import saved_runs
from dashboard.images.parts.vae_run import RATES
from dashboard.ui.live_run import Dial, Trainer

SCRUBBER = "features-epoch"  # the key of its widget
WEIGHTS = [0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 5.0, 10.0]
TRAINER = Trainer(
    "features", fit, advance, so_far, "info_epochs", "info_changes", "features_train",
    dials=(
        Dial("rate", "Learning rate from here on", RATES),
        Dial("global_weight", "α from here on", WEIGHTS),
        Dial("local_weight", "β from here on", WEIGHTS),
        Dial("prior_weight", "γ from here on", WEIGHTS),
    ),
    given=saved_runs.given("features"),
)  # fmt: skip
