"""How VAEs are trained on their pages: what can be steered, and a slower second try."""

from __future__ import annotations

import streamlit as st

from core.latent.specs import Vae
from core.latent.training import advance, fit, so_far
from core.learning.specs import Callbacks
from dashboard import state
from dashboard.images.parts import saved_runs
from dashboard.markdown import marked
from dashboard.ui.live_run import Dial, Trainer

SCRUBBER = "vae-epoch"  # the key of its widget
RATES = [m * 10.0**e for e in range(-5, 0) for m in (1, 2, 5)] + [1.0, 2.0, 5.0, 10.0]
PRECISIONS = [m * 10.0**e for e in range(-1, 3) for m in (1, 2, 4)] + [1000.0]


def imports(*specs: Vae) -> str:
    """The names that code has to import to write these specs down."""
    changed = any(spec.callbacks != Callbacks() for spec in specs)
    return "Callbacks, Items, Vae" if changed else "Items, Vae"


def _train_slower(spec: Vae, epoch: int) -> None:
    """A button that trains a run that diverged or died anew, at a tenth of the learning rate."""
    ruinous, _ = spec.at(epoch + 1)
    rate = max((r for r in RATES if r <= 1.001 * ruinous / 10), default=RATES[0])
    if st.button(
        marked("Train again, learning rate {rate:g}", rate=rate),
        icon=":material/restart_alt:", type="primary", key="vae:slower",
    ):  # fmt: skip
        state.put_all({"vae_rate": rate, "changes": "", "train_now": True})
        st.rerun()


TRAINER = Trainer(
    "vae", fit, advance, so_far, "vae_epochs", "changes", "train_now",
    dials=(
        Dial("rate", "Learning rate from here on", RATES),
        Dial("precision", "λ from here on", PRECISIONS),
    ),
    given=saved_runs.given("vae"),
    rescue=_train_slower,
)  # fmt: skip
