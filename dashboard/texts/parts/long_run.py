"""A comparison that takes minutes: the button that starts it, its progress, and its kept result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.cache import Computation
from core.messages import message
from core.specs import Spec
from dashboard.language import say
from dashboard.markdown import plain
from dashboard.ui import background

EVERY = 1.0  # s


@dataclass(frozen=True)
class LongRun:
    """What is computed, its kind among running jobs, and how its widgets' keys begin."""

    compute: Computation[Any]
    kind: str
    key: str


def result(run: LongRun, spec: Spec, offer: str, button: str = "Train all") -> Any:
    """The kept result; without one, what it would be (`offer`) and the button, or the progress."""
    if run.compute.stored(spec):
        return run.compute(spec)
    job = background.job_of(spec)
    live = job is not None and not job.done
    st.fragment(_work, run_every=EVERY if live else None)(run, spec, offer, button)
    return None


def _work(run: LongRun, spec: Spec, offer: str, button: str) -> None:
    job = background.job_of(spec)
    if job is not None and job.done and run.compute.stored(spec):
        st.rerun()
    if job is not None and not job.done:
        st.progress(min(job.fraction, 1.0), plain(say(job.stage)))
        if st.button(say("Cancel"), key=f"{run.key}:cancel", icon=":material/stop:"):
            job.cancel()
            st.rerun()
        return
    background.outcome(spec, message("Stopped. Nothing was saved."))
    st.markdown(offer)
    if st.button(say(button), key=f"{run.key}:start", icon=":material/play_arrow:",
                 type="primary"):  # fmt: skip
        background.start(run.compute, spec, run.kind)
        st.rerun()
