"""A training that is watched: train, pause, one epoch, steer, resume, start over, for any model.

A `Trainer` says what a page must know of a family of models; what a session has under way of
each is kept apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st

from core import jobs
from core.cache import Computation
from core.errors import Cancelled, CoreError
from core.learning import running as loop
from dashboard import state
from dashboard.language import say
from dashboard.markdown import marked, plain, plain_message
from dashboard.slots import slot
from dashboard.ui import mirrors
from dashboard.ui.live_slider import live_choice
from dashboard.ui.work import watcher

S = TypeVar("S", bound=Any)
EVERY = 0.5  # s between two updates of the page during a run
FRAME = 0.4  # s that an epoch of the animation lasts
EPOCH = 5.0  # s to wait for the end of the current epoch


@dataclass(frozen=True)
class Dial:
    """A number that can be changed while a run goes on, by its name in the epoch's setting."""

    name: str
    label: str
    options: Sequence[float]
    form: str = "{:g}"
    used: Callable[[Any], bool] = lambda spec: True  # whether a run with these settings has it


@dataclass(frozen=True)
class Extra:
    """A button beside “One epoch”: the run in which the next epoch is another."""

    label: str
    icon: str
    change: Callable[[Any, int], Any]


@dataclass(frozen=True)
class Trainer:
    """A family of models that train live.

    name: begins the keys of its widgets; fit, advance, so_far: as in `core.adversarial.training`;
    epochs, changes: the fields of its spec that hold its length and its steering; train_now: the
    setting to train whenever settings change, one of `dashboard.state.BY_HAND`; given: the run of
    these settings that came from elsewhere, if any; rescue: what is offered, (spec, epoch), below
    a run that failed.
    """

    name: str
    fit: Computation[Any]
    advance: Callable[..., Any]
    so_far: Callable[[Any], Any]
    epochs: str
    changes: str
    train_now: str
    dials: tuple[Dial, ...] = ()
    extras: tuple[Extra, ...] = ()
    given: Callable[[Any], Any] = lambda spec: None
    rescue: Callable[[Any, int], None] = lambda spec, epoch: None


@dataclass
class Watched:
    """What the session does with one family of models.

    base: the run that the settings described last; job: the job that trains it; errors: by run,
    why it could not be trained; last: the settings of the last complete run that was shown;
    epoch: the one that the scrubber was set to; playing: whether the epochs are shown one after
    the other; asked: the computations that run only on request, and were requested.
    """

    base: str = ""
    job: jobs.Job | None = None
    errors: dict[str, CoreError] = field(default_factory=dict)
    last: Any = None
    epoch: int | None = None
    playing: bool = False
    asked: set[str] = field(default_factory=set)


@dataclass
class Families:
    """What the session does, by the name of the trainer."""

    by_name: dict[str, Watched] = field(default_factory=dict)


@dataclass(frozen=True)
class LiveRun:
    """The run to show: that of the current settings when `fresh`, else the last one shown."""

    spec: Any
    trained: Any
    fresh: bool


FIRST_EPOCH = "The first epoch is being trained: there is nothing to show yet."


def watched(trainer: Trainer) -> Watched:
    """What the session has under way of this family."""
    return slot(Families).by_name.setdefault(trainer.name, Watched())


def settle(trainer: Trainer, spec: S) -> S:
    """The spec of this page's run: steering belongs to one run, and goes when others are set.

    So does the animation, which has nothing to show where nothing is trained.
    """
    mine, key = watched(trainer), spec.run_key
    if mine.base not in ("", key) and spec.leaf(trainer.changes):
        state.put(trainer.changes, "")
        spec = spec.replace(**{trainer.changes: ""})
    if mine.playing and (mine.base != key or run_of(trainer, spec) is None):
        mine.playing = False
    mine.base = key
    return spec


def running(trainer: Trainer, spec: Any) -> jobs.Job | None:
    """The job that trains this run, if any; a job of another run is left."""
    mine = watched(trainer)
    if mine.job is None:
        return None
    if getattr(mine.job.spec, "run_key", "") != spec.run_key:
        mine.job.leave(watcher(trainer.name))
        mine.job = None
    return mine.job


def pace(trainer: Trainer, spec: Any) -> float | None:
    """Seconds after which the fragment of a run has to be drawn again, None where it need not."""
    if watched(trainer).playing:
        return FRAME
    return EVERY if running(trainer, spec) is not None else None


def run_of(trainer: Trainer, spec: Any) -> LiveRun | None:
    """The trained run, or its epochs so far, or the last run that was shown."""
    mine = watched(trainer)
    if (given := trainer.given(spec)) is not None:
        return LiveRun(spec, given, True)
    if trainer.fit.stored(spec):
        mine.last = spec
        return LiveRun(spec, trainer.fit(spec), True)
    partial = trainer.so_far(spec)
    if partial is not None:
        return LiveRun(spec, partial, True)
    if mine.last is not None and trainer.fit.ready(mine.last):
        return LiveRun(mine.last, trainer.fit(mine.last), False)
    return None


def is_complete(trainer: Trainer, spec: Any, untrained: str) -> bool:
    """Whether the run was trained to its end; else says why there is nothing: `untrained`, or that
    it is under way."""
    if trainer.fit.stored(spec):
        return True
    under_way = running(trainer, spec) is not None
    st.info(say("It is being trained; this is shown at its end.") if under_way else untrained)
    return False


def bar(trainer: Trainer, spec: Any) -> None:
    """The buttons of the run and its progress; call it inside a fragment."""
    mine, job = watched(trainer), running(trainer, spec)
    if job is not None and job.done:
        _collect(trainer, job, spec)
        st.rerun()
    error = mine.errors.get(spec.run_key)
    if error is not None:
        st.error(plain_message(error), icon=":material/error:")
    run = run_of(trainer, spec)
    begun = run is not None and run.fresh
    given = trainer.given(spec) is not None
    complete = given or trainer.fit.stored(spec)
    if job is None and not (complete or begun or error) and state.get(trainer.train_now, False):
        _start(trainer, spec)
        st.rerun()
    if complete and job is None:
        _status(spec, run, job)
        if run is not None and run.trained.stopped and not given:
            trainer.rescue(spec, run.trained.epoch)
        return
    extras = len(trainer.extras)
    widths = [1.15, 1.0, *[1.0] * extras, 1.0, 3.4 - extras / 2]
    columns = st.columns(widths, vertical_alignment="center")
    if job is not None:
        if _button(trainer, columns[0], "Pause", "pause"):
            _halt(job)
            st.rerun()
        if _button(trainer, columns[-2], "Cancel", "stop"):
            _abandon(trainer, job, spec)
            st.rerun()
    else:
        _idle_buttons(trainer, columns, spec, run if begun else None)
    with columns[-1]:
        _status(spec, run, job)


def _idle_buttons(trainer: Trainer, columns: Sequence[Any], spec: Any, run: LiveRun | None) -> None:
    """Train or resume, one epoch, start over, and the trainer's own ones."""
    epoch = run.trained.epoch if run is not None else 0
    label = "Train" if run is None else "Resume"
    if _button(trainer, columns[0], label, "play_arrow", primary=True):
        _start(trainer, spec)
        st.rerun()
    if _button(trainer, columns[1], "One epoch", "skip_next"):
        _start(trainer, spec, epoch + 1)
        st.rerun()
    if run is not None and _button(trainer, columns[-2], "Start over", "restart_alt"):
        _abandon(trainer, None, spec)
        st.rerun()
    for extra, column in zip(trainer.extras, columns[2:], strict=False):
        if _button(trainer, column, extra.label, extra.icon):
            changed = extra.change(spec, epoch)
            state.put(trainer.changes, changed.leaf(trainer.changes))
            _start(trainer, changed, epoch + 1)
            st.rerun()


def steer(trainer: Trainer, spec: Any, run: LiveRun) -> None:
    """Dials that change a run from its next epoch on."""
    epoch = run.trained.epoch
    now = spec.at(epoch + 1)
    mark = (spec.run_key, spec.leaf(trainer.changes))
    dials = [dial for dial in trainer.dials if dial.used(spec)]
    for dial, place in zip(dials, st.columns(len(dials)), strict=True):
        key, current = f"{trainer.name}-now:{dial.name}", getattr(now, dial.name)
        mirrors.follow(key, mark, current)
        with place:
            stops = sorted({*dial.options, current})
            value = live_choice(say(dial.label), stops, current, key=key, format=dial.form)
        if value != current:
            job = running(trainer, spec)
            if job is not None:
                _halt(job)  # at the end of its epoch, where the change begins
            partial = trainer.so_far(spec)
            changed = spec.steered(partial.epoch if partial else epoch, dial.name, value)
            state.put(trainer.changes, changed.leaf(trainer.changes))
            watched(trainer).job = None
            if job is not None:
                _start(trainer, changed)
            st.rerun()


def _start(trainer: Trainer, spec: Any, epochs: int = 0) -> None:
    """Train to the end, or up to so many epochs."""
    mine, me = watched(trainer), watcher(trainer.name)
    state.put(trainer.train_now, True)
    mine.errors.pop(spec.run_key, None)
    if epochs and epochs < spec.epochs:
        shorter = spec.replace(**{trainer.epochs: epochs})
        mine.job = jobs.submit(trainer.advance, shorter, me, long=True)
    else:
        mine.job = jobs.submit(trainer.fit, spec, me, long=True)
    mine.job.wait(0.3)


def _halt(job: jobs.Job) -> None:
    job.cancel()
    job.wait(EPOCH)


def _abandon(trainer: Trainer, job: jobs.Job | None, spec: Any) -> None:
    if job is not None:
        _halt(job)
    loop.forget(spec)
    watched(trainer).job = None
    state.put(trainer.train_now, False)
    state.put(trainer.changes, "")


def _collect(trainer: Trainer, job: jobs.Job, spec: Any) -> None:
    mine = watched(trainer)
    mine.job = None
    try:
        job.result()
    except CoreError as error:
        mine.errors[spec.run_key] = error
    except Cancelled:
        pass  # paused: its epochs so far are kept


def _status(spec: Any, run: LiveRun | None, job: jobs.Job | None) -> None:
    if job is not None:
        st.progress(min(job.fraction, 1.0), plain(say(job.stage)))
        return
    if run is None:
        st.caption(marked("Not trained yet: {n} epochs.", n=spec.epochs))
        return
    if not run.fresh:
        st.caption(say("These settings are not trained yet; the picture shows the last ones."))
        return
    trained = run.trained
    if trained.epoch < spec.epochs and not (trained.stopped or trained.ended):
        text = "Paused after epoch {epoch} of {n}."
        st.caption(marked(text, epoch=trained.epoch, n=spec.epochs))
    else:
        text = "{n} epochs in {seconds:.1f} s on {device}, compiling and the start not counted."
        st.caption(marked(text, n=trained.epoch, seconds=trained.seconds, device=trained.device))
    if trained.stopped:
        st.error(plain_message(trained.stopped), icon=":material/error:")
    elif trained.ended:
        st.caption(plain_message(trained.ended))


def _button(trainer: Trainer, place: Any, label: str, icon: str, primary: bool = False) -> bool:
    with place:
        return st.button(
            say(label), icon=f":material/{icon}:", width="stretch", key=f"{trainer.name}:{label}",
            type="primary" if primary else "secondary",
        )  # fmt: skip


def warn_of_diverged(runs: int) -> None:
    """Say how many of several runs diverged, if any, and what counts of them."""
    if runs:
        st.warning(marked("Runs that diverged: {n}; of such the last good epoch counts.", n=runs))
