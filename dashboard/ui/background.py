"""Running jobs that belong to the server: they outlive the browser, and every browser sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core import jobs
from core.errors import Cancelled, CoreError
from core.specs import Spec
from dashboard.language import say
from dashboard.markdown import plain_message
from dashboard.ui.work import watcher

# (kind, job) by the settings' key; an ended job stays until it is restarted
_started: dict[str, tuple[str, jobs.Job]] = {}


def start(compute: Callable[..., Any], spec: Spec, what: str) -> None:
    """Run `compute(spec, on_step)` in the background; `what` is its kind, for `running`."""
    job = jobs.submit(compute, spec, watcher(what), kept=True, long=True)
    _started[spec.key] = what, job


def job_of(spec: Spec) -> jobs.Job | None:
    """The job with exactly these settings, running or ended."""
    return _started[spec.key][1] if spec.key in _started else None


def running(what: str) -> list[jobs.Job]:
    """The jobs of a kind that are running, whichever browser started them."""
    return [job for kind, job in _started.values() if kind == what and not job.done]


def outcome(spec: Spec, stopped: str) -> Any:
    """The result of a finished job, if any; shows its error, or `stopped` if it was cancelled."""
    job = job_of(spec)
    if job is None or not job.done:
        return None
    try:
        return job.result()
    except CoreError as error:
        st.error(plain_message(error), icon=":material/error:")
    except Cancelled:
        st.info(say(stopped))
    return None


def forget() -> None:
    """Drop all of them, as a new server would."""
    _started.clear()
