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

_started: dict[str, jobs.Job] = {}  # by the settings' key; an ended job stays until it is restarted


def start(compute: Callable[..., Any], spec: Spec, what: str) -> None:
    """Run `compute(spec, on_step)` in the background; `what` is its kind, for `running`."""
    _started[spec.key] = jobs.submit(compute, spec, what)


def job_of(spec: Spec) -> jobs.Job | None:
    """The job with exactly these settings, running or ended."""
    return _started.get(spec.key)


def running(what: str) -> list[jobs.Job]:
    """The jobs of a kind that are running, whichever browser started them."""
    return [job for job in _started.values() if not job.done and what in job.watchers]


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
