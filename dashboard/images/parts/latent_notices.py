"""What has to be said of a run before its pictures are believed: steered, or collapsed."""

from __future__ import annotations

import streamlit as st

from core.latent.information import ceiling
from core.latent.snapshots import Trained
from core.latent.specs import Vae
from dashboard.images.parts.vae_run import Run
from dashboard.language import say

NOTHING = 0.05  # nats an item below which z is said to tell nothing


def steered(spec: Vae, trained: Trained) -> str:
    """What was changed while it ran, and when; "" if nothing was."""
    said = [
        say(
            "λ = {value:g} from epoch {epoch} on"
            if change.name == "precision"
            else "learning rate {value:g} from epoch {epoch} on",
            value=change.value,
            epoch=change.epoch + 1,
        )
        for change in spec.steering
        if change.epoch < trained.epoch
    ]
    return "; ".join(said)


def say_steered(run: Run) -> None:
    """That the settings beside the picture did not hold to the end."""
    if changes := steered(run.spec, run.trained):
        st.info(
            say(
                "This run was steered: {changes}; before that the settings, λ = {precision:g} and "
                "learning rate {rate:g}.",
                changes=changes,
                precision=run.spec.precision,
                rate=run.spec.vae_rate,
            )
        )


def told(spec: Vae, trained: Trained, place: int) -> float:
    """Nats that z tells of an item at most, at this stored epoch."""
    return ceiling(trained.network(spec, place), trained.snapshots[place])


def say_collapsed(run: Run, place: int) -> None:
    """That z tells nothing, where that is so after some training."""
    epoch = run.trained.snapshots[place].epoch
    if epoch and (most := told(run.spec, run.trained, place)) < NOTHING:
        st.warning(
            say(
                "Posterior collapse: after epoch {epoch} z tells nothing, at most {most:.4f} nats "
                "of an item. p(z|x) is the prior for every item, and so all pictures are alike.",
                epoch=epoch,
                most=most,
            )
        )
