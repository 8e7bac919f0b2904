"""Trainings that are running, and how a page shows them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from core import jobs
from core.messages import message
from core.specs import Spec
from core.vectors.kinds import kind_of
from core.vectors.store import loading, shelf
from dashboard import state
from dashboard.figures.models import loss_curve
from dashboard.language import say
from dashboard.markdown import plain
from dashboard.ui import background
from dashboard.ui.figure import show_figure

EVERY = 0.5  # seconds between two updates of a job
KIND = "training"


def start(spec: Spec) -> None:
    """Train a model in the background, or put a file's vectors on the shelf."""
    work: Any = loading.keep if isinstance(spec, loading.VectorFile) else shelf.train
    background.start(work, spec, KIND)


def running() -> list[jobs.Job]:
    """The jobs that train or load a model, whichever browser started them."""
    return background.running(KIND)


def outcome(spec: Spec) -> Any:
    """The result of a finished job; errors and cancelling are shown."""
    return background.outcome(spec, message("Stopped. Nothing was saved."))


def watch(names: Callable[[Spec], str]) -> None:
    """Every job that runs: progress, loss so far, time left, cancel."""
    for job in running():
        with st.container(border=True, key=f"job-{job.spec.key}"):
            _progress(job, names(job.spec))


def follow(spec: Spec) -> None:
    """The job of these settings, while it runs: progress, time left, cancel."""
    job = background.job_of(spec)
    if job is not None and not job.done:
        _progress(job, str(spec.leaf("name")))


@st.fragment(run_every=EVERY)
def _progress(job: jobs.Job, name: str) -> None:
    if job.done:
        st.rerun()
    progress, button = st.columns([5, 1], vertical_alignment="center")
    elapsed = time.monotonic() - job.started
    stage = plain(say(job.stage))
    progress.progress(
        min(max(job.fraction, 0.0), 1.0),
        f"**{plain(name)}** · {stage} · {_time(elapsed, job.fraction)}",
    )
    if button.button(say("Cancel"), key=f"cancel:{job.spec.key}", width="stretch"):
        job.cancel()
        st.rerun()
    history = np.array(job.metrics.get("history", []), float).reshape(-1, 3)
    if len(history) > 1:
        show_figure(
            loss_curve(history, unit(job.spec), step=step_of(job.spec)),
            f"live-{job.spec.key}",
            alt=say(
                "Loss of {name} so far, {loss:.4g} after step {step:.0f}",
                name=name,
                loss=history[-1, 1],
                step=history[-1, 0],
            ),
            height=260,
        )


def offer(spec: Spec, why: str) -> None:
    """Say what is missing, and offer to train it."""
    outcome(spec)
    if (job := background.job_of(spec)) is not None and not job.done:
        with st.container(border=True):
            _progress(job, shelf.name_of(spec))
        return
    st.info(why)
    if st.button(say("Train one"), key=f"offer:{spec.key}", icon=":material/model_training:"):
        start(spec)
        st.rerun()


def unit(spec: Spec) -> str:
    """The unit of a model's loss."""
    return kind_of(spec).variant(spec).unit


def step_of(spec: Spec) -> str:
    """What one step of a model's training is."""
    return kind_of(spec).step


def go_to_neighbours(id: str) -> None:
    """Open the neighbours page with this model."""
    state.give({"model": id, "part": "word"})
    state.leave_for("neighbours")


def _time(elapsed: float, fraction: float) -> str:
    if fraction < 0.02 or elapsed < 1:
        return say("{elapsed:.0f} s", elapsed=elapsed)
    left = elapsed * (1 - fraction) / fraction
    return say("{elapsed:.0f} s, about {left:.0f} s left", elapsed=elapsed, left=left)
