"""Warnings about a run that a reader needs before its pictures: steered, or collapsed."""

from __future__ import annotations

import streamlit as st

from core.latent.information import ceiling
from core.latent.snapshots import Trained
from core.latent.specs import Vae
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.ui.live_run import LiveRun

NOTHING = 0.05  # nats an item below which z counts as uninformative


def steered(spec: Vae, trained: Trained) -> str:
    """The settings changed during the run, and when; "" if none were."""
    changes = [
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
    return "; ".join(changes)


def say_steered(run: LiveRun) -> None:
    """Note that the settings beside the picture did not hold to the end."""
    if changes := steered(run.spec, run.trained):
        st.info(
            marked(
                "This run was steered: {changes}; before that the settings, λ = {precision:g} and "
                "learning rate {rate:g}.",
                changes=changes,
                precision=run.spec.precision,
                rate=run.spec.vae_rate,
            )
        )


def information_ceiling(spec: Vae, trained: Trained, place: int) -> float:
    """Upper bound of the information, in nats, of z about an item, at this stored epoch."""
    return ceiling(trained.network(spec, place), trained.snapshots[place])


def say_collapsed(run: LiveRun, place: int) -> None:
    """Warn that z carries no information, if so after at least one epoch."""
    epoch = run.trained.snapshots[place].epoch
    if epoch and (most := information_ceiling(run.spec, run.trained, place)) < NOTHING:
        st.warning(
            marked(
                "Posterior collapse: after epoch {epoch} z tells nothing, at most {most:.4f} nats "
                "of an item. p(z|x) is the prior for every item, and so all pictures are alike.",
                epoch=epoch,
                most=most,
            )
        )
