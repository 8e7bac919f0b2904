"""A run under way: train, pause, step, steer, resume, cancel; whatever there is of it is shown."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from core import jobs
from core.errors import Cancelled, CoreError
from core.quantised.snapshots import Trained
from core.quantised.specs import Codes
from core.quantised.training import advance, fit, forget, so_far
from dashboard import state
from dashboard.images.parts.vae_run import EPOCH, RATES
from dashboard.language import say
from dashboard.markdown import marked, plain, plain_message
from dashboard.slots import slot
from dashboard.ui import mirrors
from dashboard.ui.live_slider import live_choice
from dashboard.ui.work import watcher

SLOT = "codes"
SCRUBBER = "codes-epoch"  # the key of its widget
WEIGHTS = [0.0, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0, 100.0]


@dataclass
class Runs:
    """What the session does with runs: it trains one at a time.

    base: the run that the settings described last; job: the job that trains it, None while it is
    paused, finished or not begun; errors: by run, why it could not be trained; last: the settings
    of the last complete run shown; epoch: the one that the scrubber was set to; asked: the
    computations that were asked for.
    """

    base: str = ""
    job: jobs.Job | None = None
    errors: dict[str, CoreError] = field(default_factory=dict)
    last: Codes | None = None
    epoch: int | None = None
    asked: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Run:
    """The run to show: that of the current settings when `fresh`, else the last one shown."""

    spec: Codes
    trained: Trained
    fresh: bool


def settle(spec: Codes) -> Codes:
    """The spec of this page's run: steering belongs to one run, and goes when others are set."""
    runs, key = slot(Runs), spec.run_key
    if runs.base not in ("", key) and spec.code_changes:
        state.put("code_changes", "")
        spec = spec.replace(code_changes="")
    runs.base = key
    return spec


def running(spec: Codes) -> jobs.Job | None:
    """The job that trains this run, if any; a job of another run is left."""
    job = slot(Runs).job
    if job is None:
        return None
    if not isinstance(job.spec, Codes) or job.spec.run_key != spec.run_key:
        job.leave(watcher(SLOT))
        slot(Runs).job = None
        return None
    return job


def run_of(spec: Codes) -> Run | None:
    """The trained run, or its epochs so far, or the last run that was shown."""
    if fit.stored(spec):
        slot(Runs).last = spec
        return Run(spec, fit(spec), True)
    if (partial := so_far(spec)) is not None:
        return Run(spec, partial, True)
    last = slot(Runs).last
    if last is not None and fit.ready(last):
        return Run(last, fit(last), False)
    return None


def bar(spec: Codes) -> None:
    """The buttons of the run and its progress; call it inside a fragment."""
    job = running(spec)
    if job is not None and job.done:
        _collect(job, spec)
        st.rerun()
    error = slot(Runs).errors.get(spec.run_key)
    if error is not None:
        st.error(plain_message(error), icon=":material/error:")
    run, complete = run_of(spec), fit.stored(spec)
    begun = run is not None and run.fresh
    if job is None and not (complete or begun or error) and state.get("codes_train", False):
        _start(spec)
        st.rerun()
    if complete and job is None:
        _status(spec, run, job)
        return
    columns = st.columns([1.15, 1.0, 1.0, 3.4], vertical_alignment="center")
    if job is not None:
        if _button(columns[0], "Pause", "pause"):
            job.cancel()
            job.wait(EPOCH)
            st.rerun()
        if _button(columns[2], "Cancel", "stop"):
            _abandon(job, spec)
            st.rerun()
    else:
        if _button(columns[0], "Resume" if begun else "Train", "play_arrow", primary=True):
            _start(spec)
            st.rerun()
        if _button(columns[1], "One epoch", "skip_next"):
            _start(spec, (run.trained.epoch if begun and run else 0) + 1)
            st.rerun()
        if begun and _button(columns[2], "Start over", "restart_alt"):
            _abandon(None, spec)
            st.rerun()
    with columns[3]:
        _status(spec, run, job)


def steer(spec: Codes, run: Run) -> None:
    """Controls that change the learning rate and γ of a run from its next epoch on."""
    epoch = run.trained.epoch
    rate, commitment = spec.at(epoch + 1)
    mark = (spec.run_key, spec.code_changes)
    left, right = st.columns(2)
    for place, name, label, current, options in (
        (left, "rate", say("Learning rate from here on"), rate, RATES),
        (right, "commitment", say("γ from here on"), commitment, WEIGHTS),
    ):
        key = f"codes-now:{name}"
        mirrors.follow(key, mark, current)
        with place:
            stops = sorted({*options, current})
            value = live_choice(label, stops, current, key=key, format="{:g}")
        if value != current:
            job = running(spec)
            if job is not None:
                job.cancel()
                job.wait(EPOCH)  # to the end of its epoch, where the change begins
            partial = so_far(spec)
            changed = spec.steered(partial.epoch if partial else epoch, name, value)
            state.put("code_changes", changed.code_changes)
            slot(Runs).job = None
            if job is not None:
                _start(changed)
            st.rerun()


def _start(spec: Codes, epochs: int = 0) -> None:
    """Train to the end, or up to so many epochs."""
    state.put("codes_train", True)
    slot(Runs).errors.pop(spec.run_key, None)
    if epochs and epochs < spec.code_epochs:
        job = jobs.submit(advance, spec.replace(code_epochs=epochs), watcher(SLOT), long=True)
    else:
        job = jobs.submit(fit, spec, watcher(SLOT), long=True)
    slot(Runs).job = job
    job.wait(0.3)


def _abandon(job: jobs.Job | None, spec: Codes) -> None:
    if job is not None:
        job.cancel()
        job.wait(EPOCH)
    forget(spec)
    slot(Runs).job = None
    state.put_all({"codes_train": False, "code_changes": ""})


def _collect(job: jobs.Job, spec: Codes) -> None:
    slot(Runs).job = None
    try:
        job.result()
    except CoreError as error:
        slot(Runs).errors[spec.run_key] = error
    except Cancelled:
        pass  # paused: its epochs so far are kept


def _status(spec: Codes, run: Run | None, job: jobs.Job | None) -> None:
    if job is not None:
        st.progress(min(job.fraction, 1.0), plain(say(job.stage)))
        return
    if run is None:
        st.caption(marked("Not trained yet: {n} epochs.", n=spec.code_epochs))
        return
    trained = run.trained
    if not run.fresh:
        st.caption(say("These settings are not trained yet; the picture shows the last ones."))
        return
    if trained.epoch < spec.code_epochs and not (trained.stopped or trained.ended):
        st.caption(
            marked("Paused after epoch {epoch} of {n}.", epoch=trained.epoch, n=spec.code_epochs)
        )
    else:
        st.caption(
            marked(
                "{n} epochs in {seconds:.1f} s on {device}, compiling and the start not counted.",
                n=trained.epoch, seconds=trained.seconds, device=trained.device,
            )
        )  # fmt: skip
    if trained.stopped:
        st.error(plain_message(trained.stopped), icon=":material/error:")
    elif trained.ended:
        st.caption(plain_message(trained.ended))


def _button(place: object, label: str, icon: str, primary: bool = False) -> bool:
    with place:  # type: ignore[attr-defined]
        return st.button(
            say(label), icon=f":material/{icon}:", width="stretch", key=f"codes:{label}",
            type="primary" if primary else "secondary",
        )  # fmt: skip
