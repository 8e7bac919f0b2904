"""How networks of series are trained on their page: what can be steered, and what it needs."""

from __future__ import annotations

from core.series.training import advance, fit, so_far
from dashboard.ui.live_run import Dial, Trainer

RATES = [m * 10.0**e for e in range(-4, 0) for m in (1, 2, 5)]
SHARES = [i / 4 for i in range(5)]
TRAINER = Trainer(
    "spectra", fit, advance, so_far, "net_epochs", "net_changes", "spectra_train",
    dials=(
        Dial("rate", "Learning rate from here on", RATES),
        Dial("soft", "Share of soft F1 from here on", SHARES, "{:.0%}"),
    ),
)  # fmt: skip
