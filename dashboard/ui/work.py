"""Get a result on a page: at once if it is stored, otherwise from a job, with progress.

A page never waits: while new settings are computed it goes on showing the last
result it had, dimmed, below a progress bar with a cancel button.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import jobs, network
from core.cache import Computation
from core.errors import Cancelled, CoreError, NotFetched
from core.files import refusal
from core.specs import Spec
from dashboard.language import say
from dashboard.markdown import marked, plain_message
from dashboard.slots import slot

R = TypeVar("R")
PATIENCE = 0.35
"""Seconds a page waits before it shows a progress bar: shorter work needs none."""
OVERTAKING = 0.02  # seconds in which a job comes to wait for what the last one has begun


@dataclass(frozen=True)
class Obtained(Generic[R]):
    """A result and its spec; `fresh` if that is the spec requested."""

    spec: Any
    result: R
    fresh: bool


@dataclass
class Places:
    """The state of each place of a page where a result is shown.

    last: the settings of its last result; ended: by place and settings' key, the error of what
    failed, None for what was cancelled; jobs: the job running for it; begun: those that nothing
    has asked for yet.
    """

    last: dict[str, Any] = field(default_factory=dict)
    ended: dict[str, CoreError | None] = field(default_factory=dict)
    jobs: dict[str, jobs.Job] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)


def obtain(
    compute: Computation[R], spec: Spec, place: str, beside: bool = False
) -> Obtained[R] | None:
    """The result of `compute(spec)`, or the last one of this place while it is computed.

    beside: it stands beside a picture that is there already, so that its bar floats. None when
    there is nothing to show yet. Raises CoreError where the computation cannot be done.
    """
    last, ended = slot(Places).last, slot(Places).ended
    slot(Places).begun.discard(place)
    if compute.ready(spec):
        last[place] = spec
        return Obtained(spec, compute(spec), True)
    key = f"{place}:{spec.key}"
    if key in ended:
        _offer_again(ended, key)
        return _previous(compute, place)
    job = _submit(compute, spec, place)
    if job.wait(PATIENCE):
        try:
            result = job.result()
        except Cancelled:
            return _previous(compute, place)
        last[place] = spec
        slot(Places).jobs.pop(place, None)
        return Obtained(spec, result, True)
    shown = _previous(compute, place)
    # Beside a picture the bar floats, so that nothing moves; alone it takes the picture's place.
    with st.container(
        key=f"{'floating' if shown or beside else 'waiting'}-{place.replace(' ', '-')}"
    ):
        _progress(job, place, key)
    return shown


def begin(compute: Computation[Any], spec: Spec, place: str) -> bool:
    """Start what `obtain` asks for further down the page, while what is above it is computed.

    Only where the place has shown a result: nothing takes part of the machine from a first picture.
    False where it was stopped or failed.
    """
    places = slot(Places)
    if f"{place}:{spec.key}" in places.ended:
        return False
    if place in places.last and not compute.ready(spec):
        places.begun.add(place)
        _submit(compute, spec, place)
    return True


def ahead(compute: Computation[Any], spec: Spec | None, place: str) -> None:
    """Compute what a slider will need a few moves on, while what this place shows is looked at.

    Called at each run, once all of the page is drawn. What was begun is given up where something
    else is asked for, or None: nothing.
    """
    job = slot(Places).jobs.get(_ahead_of(place))
    if job is not None and job.spec == spec:  # under way, done, or failed: not again
        return
    if spec is None or compute.stored(spec):
        _leave(_ahead_of(place))
    else:
        _submit(compute, spec, _ahead_of(place))


def start_anew(place: str) -> None:
    """Let computations that failed or were stopped in this place start again."""
    ended = slot(Places).ended
    for key in [key for key in ended if key.startswith(f"{place}:")]:
        del ended[key]


def _submit(compute: Computation[Any], spec: Spec, place: str) -> jobs.Job:
    """The job of a place; what the place waited for before is given up."""
    under_way = slot(Places).jobs
    job = jobs.submit(compute, spec, me := watcher(place))
    before, under_way[place] = under_way.get(place), job
    if before is not None and before is not job and not before.done:
        job.wait(OVERTAKING)
        before.leave(me)  # nobody waits for settings that a slider merely passed through
    return job


def _ahead_of(place: str) -> str:
    """The place of what is computed ahead for a place."""
    return f"{place} ahead"


def _leave(place: str) -> None:
    """Nobody here waits for what is under way in a place."""
    job = slot(Places).jobs.pop(place, None)
    if job is not None and not job.done:
        job.leave(watcher(place))


def watcher(place: str) -> str:
    """The name of this place in this browser tab."""
    context = get_script_run_ctx()
    return f"{context.session_id if context else ''}:{place}"


@contextmanager
def errors_shown() -> Iterator[None]:
    """Show errors that a user can act on where they are raised, those of a full disk too.

    Any other is a bug and fails.
    """
    try:
        yield
    except NotFetched as error:
        st.error(plain_message(error), icon=":material/error:")
        _offer_to_fetch(error)
    except CoreError as error:
        st.error(plain_message(error), icon=":material/error:")
    except (OSError, MemoryError) as error:
        if (reason := refusal(error)) is None:
            raise
        st.error(plain_message(reason), icon=":material/error:")


def _offer_again(ended: dict[str, CoreError | None], key: str) -> None:
    """A computation that was cancelled or failed starts again only when asked to."""
    error = ended[key]
    if error is None:
        st.info(say("Stopped. What you see, if anything, belongs to earlier settings."))
    else:
        st.error(plain_message(error), icon=":material/error:")
    if isinstance(error, NotFetched):
        _offer_to_fetch(error, lambda: ended.pop(key, None))
    elif st.button(say("Try again"), key=f"again:{key}", icon=":material/refresh:"):
        del ended[key]
        st.rerun()


def _offer_to_fetch(error: NotFetched, forget: Callable[[], Any] = lambda: None) -> None:
    if st.button(say("Fetch it"), key=f"fetch:{error.name}", icon=":material/download:"):
        network.ask_for(error.name)
        forget()
        st.rerun()


def _previous(compute: Computation[R], place: str) -> Obtained[R] | None:
    spec = slot(Places).last.get(place)
    if spec is None or not compute.ready(spec):
        return None
    return Obtained(spec, compute(spec), False)


@st.fragment(run_every=0.25)
def _progress(job: jobs.Job, place: str, key: str) -> None:
    if job.done:
        try:
            job.result()
        except CoreError as error:
            slot(Places).ended[key] = error
        except Cancelled:  # from another page or browser
            slot(Places).ended[key] = None
        st.rerun()
    bar, button = st.columns([5, 1], vertical_alignment="center")
    elapsed = time.monotonic() - job.started
    bar.progress(
        min(job.fraction, 1.0),
        marked("{stage} … {elapsed:.0f} s", stage=say(job.stage), elapsed=elapsed),
    )
    if button.button(say("Cancel"), key=f"cancel:{place}", width="stretch"):
        job.cancel()
        places = slot(Places)
        for begun in places.begun:  # they may wait for this one, and would compute it themselves
            places.jobs[begun].leave(watcher(begun))
        places.begun.clear()
        places.ended[key] = None
        st.rerun()
