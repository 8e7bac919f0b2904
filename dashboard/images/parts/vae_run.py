"""How VAEs are trained on their pages: what can be steered, saved runs, and a slower second try."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from core.latent.saving import from_bytes
from core.latent.snapshots import Trained
from core.latent.specs import Vae
from core.latent.training import advance, fit, so_far
from core.learning.specs import Callbacks
from dashboard import state
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.slots import slot
from dashboard.ui import live_run
from dashboard.ui.live_run import Dial, Trainer

SCRUBBER = "vae-epoch"  # the key of its widget
RATES = [m * 10.0**e for e in range(-5, 0) for m in (1, 2, 5)] + [1.0, 2.0, 5.0, 10.0]
PRECISIONS = [m * 10.0**e for e in range(-1, 3) for m in (1, 2, 4)] + [1000.0]


@dataclass
class Opened:
    """The saved model that was read last, by the browser's id, and its run by its settings."""

    file: str = ""
    runs: dict[str, Trained] = field(default_factory=dict)


def imports(*specs: Vae) -> str:
    """The names that code has to import to write these specs down."""
    changed = any(spec.callbacks != Callbacks() for spec in specs)
    return "Callbacks, Items, Vae" if changed else "Items, Vae"


def loaded(spec: Vae) -> Trained | None:
    """The run of these settings that came from a file, in this browser tab."""
    return slot(Opened).runs.get(spec.key)


def load_file() -> None:
    """Load a saved model; its settings become those of the page."""
    file = st.file_uploader(
        say("A saved model"), key="vae-model-file", type=["safetensors"],
        help=say(
            "A file that “Save the model” wrote. It is shown as it was saved, and not trained on."
        ),
    )  # fmt: skip
    opened = slot(Opened)
    if file is None or opened.file == file.file_id:
        return
    opened.file = file.file_id
    spec, trained = from_bytes(file.getvalue())
    opened.runs = {spec.key: trained}
    state.put_all(dict(spec.leaves()))
    live_run.watched(TRAINER).base = spec.run_key  # its steering came with it
    st.rerun()


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
    given=loaded,
    rescue=_train_slower,
)  # fmt: skip
