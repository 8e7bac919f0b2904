"""A run under way: train, pause, step, steer, resume, cancel; whatever there is of it is shown."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core import jobs
from core.errors import Cancelled, CoreError
from core.sequences.learner import Trained
from core.sequences.specs import Sentences
from core.sequences.training import advance, fit, forget, so_far
from dashboard import state
from dashboard.language import say
from dashboard.markdown import marked, plain, plain_message
from dashboard.slots import slot
from dashboard.texts.memory import SentenceRuns
from dashboard.texts.views import SentenceView
from dashboard.ui import mirrors
from dashboard.ui.live_slider import live_choice
from dashboard.ui.work import watcher

SLOT = "sentences"
EVERY = 0.7  # s between two updates of the page during a run
EPOCH = 5.0  # s to wait for the end of the current epoch
RATES = [m * 10.0**e for e in range(-4, 0) for m in (1, 3)]
SCALES = [1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 50.0, 100.0]
MARGINS = [i / 20 for i in range(21)]


@dataclass(frozen=True)
class Run:
    """The run to show: that of the current settings when `fresh`, else the last one shown."""

    spec: Sentences
    trained: Trained
    fresh: bool


def settle(spec: Sentences) -> Sentences:
    """The spec of this page's run: steering belongs to one run, and goes when others are set."""
    runs, key = slot(SentenceRuns), spec.run_key
    if runs.base not in ("", key) and spec.sentence_changes:
        state.put("sentence_changes", "")
        spec = spec.replace(sentence_changes="")
    runs.base = key
    return spec


def running(spec: Sentences) -> jobs.Job | None:
    """The job that trains this run, if any; a job of another run is left."""
    job = slot(SentenceRuns).job
    if job is None:
        return None
    if not isinstance(job.spec, Sentences) or job.spec.run_key != spec.run_key:
        job.leave(watcher(SLOT))
        slot(SentenceRuns).job = None
        return None
    return job


def run_of(spec: Sentences) -> Run | None:
    """The trained run, or its epochs so far, or the last run that was shown."""
    if fit.stored(spec):
        slot(SentenceRuns).last = spec
        return Run(spec, fit(spec), True)
    if (partial := so_far(spec)) is not None:
        return Run(spec, partial, True)
    last = slot(SentenceRuns).last
    if last is not None and fit.ready(last):
        return Run(last, fit(last), False)
    return None


def bar(spec: Sentences) -> None:
    """The buttons of the run and its progress; call it inside a fragment."""
    job, runs = running(spec), slot(SentenceRuns)
    if job is not None and job.done:
        _collect(job, spec)
        st.rerun()
    error = runs.errors.get(spec.run_key)
    if error is not None:
        st.error(plain_message(error), icon=":material/error:")
    run = run_of(spec)
    begun = run is not None and run.fresh
    if job is None and not (begun or error) and state.get("sentences_train", False):
        _start(spec)
        st.rerun()
    if fit.stored(spec) and job is None:
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


def steer(spec: Sentences, run: Run) -> None:
    """Controls that change the learning rate, s and m of a run from its next epoch on."""
    epoch = run.trained.epoch
    now = spec.at(epoch + 1)
    controls = [("rate", say("Learning rate from here on"), now.rate, RATES, "{:g}")]
    if spec.loss != "softmax":
        controls.append(("scale", say("s from here on"), now.scale, SCALES, "{:g}"))
    if spec.loss == "am-softmax":
        controls.append(("margin", say("m from here on"), now.margin, MARGINS, "{:.2f}"))
    for place, (name, label, current, options, form) in zip(
        st.columns(len(controls)), controls, strict=True
    ):
        key = f"sentences-now:{name}"
        mirrors.follow(key, (spec.run_key, spec.sentence_changes), current)
        with place:
            value = live_choice(label, sorted({*options, current}), current, key=key, format=form)
        if value != current:
            _change(spec, epoch, name, value)


def _change(spec: Sentences, epoch: int, name: str, value: float) -> None:
    """Steer from the end of the epoch under way on."""
    job = running(spec)
    if job is not None:
        job.cancel()
        job.wait(EPOCH)
    partial = so_far(spec)
    changed = spec.steered(partial.epoch if partial else epoch, name, value)
    state.put("sentence_changes", changed.sentence_changes)
    slot(SentenceRuns).job = None
    if job is not None:
        _start(changed)
    st.rerun()


def _start(spec: Sentences, epochs: int = 0) -> None:
    """Train to the end, or up to so many epochs."""
    runs = slot(SentenceRuns)
    state.put("sentences_train", True)
    runs.errors.pop(spec.run_key, None)
    if epochs and epochs < spec.epochs:
        short = spec.replace(sentence_epochs=epochs)
        runs.job = jobs.submit(advance, short, watcher(SLOT), long=True)
    else:
        runs.job = jobs.submit(fit, spec, watcher(SLOT), long=True)
    runs.job.wait(0.3)


def _abandon(job: jobs.Job | None, spec: Sentences) -> None:
    if job is not None:
        job.cancel()
        job.wait(EPOCH)
    forget(spec)
    slot(SentenceRuns).job = None
    state.put("sentences_train", SentenceView().sentences_train)
    state.put("sentence_changes", "")


def _collect(job: jobs.Job, spec: Sentences) -> None:
    slot(SentenceRuns).job = None
    try:
        job.result()
    except CoreError as error:
        slot(SentenceRuns).errors[spec.run_key] = error
    except Cancelled:
        pass  # paused: its epochs so far are kept


def _status(spec: Sentences, run: Run | None, job: jobs.Job | None) -> None:
    if job is not None:
        st.progress(min(job.fraction, 1.0), plain(say(job.stage)))
        return
    if run is None:
        st.caption(marked("Not trained yet: {n} epochs.", n=spec.epochs))
    elif not run.fresh:
        st.caption(say("These settings are not trained yet; the picture shows the last ones."))
    elif run.trained.epoch < spec.epochs and not (run.trained.stopped or run.trained.ended):
        text = "Paused after epoch {epoch} of {n}."
        st.caption(marked(text, epoch=run.trained.epoch, n=spec.epochs))
    else:
        text = "{n} epochs in {seconds:.1f} s on {device}, compiling and the start not counted."
        trained = run.trained
        st.caption(marked(text, n=trained.epoch, seconds=trained.seconds, device=trained.device))
    if run is not None and run.fresh and run.trained.stopped:
        st.error(plain_message(run.trained.stopped), icon=":material/error:")
    elif run is not None and run.fresh and run.trained.ended:
        st.caption(plain_message(run.trained.ended))


def _button(place: object, label: str, icon: str, primary: bool = False) -> bool:
    with place:  # type: ignore[attr-defined]
        return st.button(
            say(label), icon=f":material/{icon}:", width="stretch", key=f"sentences:{label}",
            type="primary" if primary else "secondary",
        )  # fmt: skip
