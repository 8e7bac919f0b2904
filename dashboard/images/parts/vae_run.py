"""A run under way: train, pause, step, steer, resume, cancel; whatever there is of it is shown."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from core import jobs
from core.errors import Cancelled, CoreError
from core.latent.saving import from_bytes
from core.latent.snapshots import Trained
from core.latent.specs import Vae
from core.latent.training import advance, fit, forget, so_far
from core.learning.specs import Callbacks
from dashboard import state
from dashboard.images.views import LatentView
from dashboard.language import say
from dashboard.markdown import marked, plain, plain_message
from dashboard.slots import slot
from dashboard.ui import mirrors
from dashboard.ui.live_slider import live_choice
from dashboard.ui.work import watcher

SLOT = "vae"
SCRUBBER = "vae-epoch"  # the key of its widget
EVERY = 0.5  # s between two updates of the page during a run
EPOCH = 5.0  # s to wait for the end of the current epoch
RATES = [m * 10.0**e for e in range(-5, 0) for m in (1, 2, 5)] + [1.0, 2.0, 5.0, 10.0]
PRECISIONS = [m * 10.0**e for e in range(-1, 3) for m in (1, 2, 4)] + [1000.0]


@dataclass
class Runs:
    """What the session does with runs: it trains one at a time, whichever page shows it.

    base: the run that the settings described last, "" before the first; job: the job that trains
    it, None while it is paused, finished or not begun; errors: by run, why it could not be
    trained; last: the settings of the last complete run that was shown; file, loaded: the saved
    model that was read last, and its run by its settings; epoch: the one that the scrubber was
    set to; playing: whether the epochs are shown one after the other; asked: the computations
    that run only on request, and were requested.
    """

    base: str = ""
    job: jobs.Job | None = None
    errors: dict[str, CoreError] = field(default_factory=dict)
    last: Vae | None = None
    file: str = ""
    loaded: dict[str, Trained] = field(default_factory=dict)
    epoch: int | None = None
    playing: bool = False
    asked: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Run:
    """The run to show: that of the current settings when `fresh`, else the last one shown."""

    spec: Vae
    trained: Trained
    fresh: bool


def imports(*specs: Vae) -> str:
    """The names that code has to import to write these specs down."""
    changed = any(spec.callbacks != Callbacks() for spec in specs)
    return "Callbacks, Items, Vae" if changed else "Items, Vae"


def settle(spec: Vae) -> Vae:
    """The spec of this page's run: steering belongs to one run, and goes when others are set."""
    runs, key = slot(Runs), spec.run_key
    if runs.base not in ("", key) and spec.changes:
        state.put("changes", "")
        spec = spec.replace(changes="")
    runs.base = key
    return spec


def running(spec: Vae) -> jobs.Job | None:
    """The job that trains this run, if any; a job of another run is left."""
    job = slot(Runs).job
    if job is None:
        return None
    if not isinstance(job.spec, Vae) or job.spec.run_key != spec.run_key:
        job.leave(watcher(SLOT))
        slot(Runs).job = None
        return None
    return job


def loaded(spec: Vae) -> Trained | None:
    """The run of these settings that came from a file, in this browser tab."""
    return slot(Runs).loaded.get(spec.key)


def load_file() -> None:
    """Load a saved model; its settings become those of the page."""
    file = st.file_uploader(
        say("A saved model"), key="vae-model-file", type=["safetensors"],
        help=say(
            "A file that “Save the model” wrote. It is shown as it was saved, and not trained on."
        ),
    )  # fmt: skip
    runs = slot(Runs)
    if file is None or runs.file == file.file_id:
        return
    runs.file = file.file_id
    spec, trained = from_bytes(file.getvalue())
    runs.loaded = {spec.key: trained}
    state.put_all(dict(spec.leaves()))
    runs.base = spec.run_key  # its steering came with it
    st.rerun()


def run_of(spec: Vae) -> Run | None:
    """The trained run, or its epochs so far, or the last run that was shown."""
    if (trained := loaded(spec)) is not None:
        return Run(spec, trained, True)
    if fit.stored(spec):
        slot(Runs).last = spec
        return Run(spec, fit(spec), True)
    partial = so_far(spec)
    if partial is not None:
        return Run(spec, partial, True)
    last = slot(Runs).last
    if last is not None and fit.ready(last):
        return Run(last, fit(last), False)
    return None


def bar(spec: Vae) -> None:
    """The buttons of the run and its progress; call it inside a fragment."""
    job = running(spec)
    if job is not None and job.done:
        _collect(job, spec)
        st.rerun()
    error = slot(Runs).errors.get(spec.run_key)
    if error is not None:
        st.error(plain_message(error), icon=":material/error:")
    run = run_of(spec)
    complete = fit.stored(spec) or loaded(spec) is not None
    begun = run is not None and run.fresh
    if job is None and not (complete or begun or error) and state.get("train_now", False):
        _start(spec)
        st.rerun()
    if complete and job is None:
        _status(spec, run, job)
        if run is not None and run.trained.stopped and loaded(spec) is None:
            _train_slower(spec, run.trained.epoch)
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


def _train_slower(spec: Vae, epoch: int) -> None:
    """A button that trains a run that diverged or died anew, at a tenth of the learning rate."""
    ruinous, _ = spec.at(epoch + 1)
    rate = max((r for r in RATES if r <= 1.001 * ruinous / 10), default=RATES[0])
    if st.button(
        marked("Train again, learning rate {rate:g}", rate=rate),
        icon=":material/restart_alt:", type="primary", key="vae:slower",
    ):  # fmt: skip
        state.put_all({"vae_rate": rate, "changes": "", "train_now": True})
        st.rerun()


def steer(spec: Vae, run: Run) -> None:
    """Controls that change the learning rate and λ of a run from its next epoch on."""
    epoch = run.trained.epoch
    rate, precision = spec.at(epoch + 1)
    mark = (spec.run_key, spec.changes)
    left, right = st.columns(2)
    for place, name, label, current, options in (
        (left, "rate", say("Learning rate from here on"), rate, RATES),
        (right, "precision", say("λ from here on"), precision, PRECISIONS),
    ):
        key = f"vae-now:{name}"
        mirrors.follow(key, mark, current)
        stops = sorted({*options, current})
        with place:
            value = live_choice(label, stops, current, key=key, format="{:g}")
        if value != current:
            job = running(spec)
            if job is not None:
                job.cancel()
                job.wait(EPOCH)  # to the end of its epoch, where the change begins
            partial = so_far(spec)
            changed = spec.steered(partial.epoch if partial else epoch, name, value)
            state.put("changes", changed.changes)
            slot(Runs).job = None
            if job is not None:
                _start(changed)
            st.rerun()


def _start(spec: Vae, epochs: int = 0) -> None:
    """Train to the end, or up to so many epochs."""
    state.put("train_now", True)
    slot(Runs).errors.pop(spec.run_key, None)
    if epochs and epochs < spec.vae_epochs:
        job = jobs.submit(advance, spec.replace(vae_epochs=epochs), watcher(SLOT), long=True)
    else:
        job = jobs.submit(fit, spec, watcher(SLOT), long=True)
    slot(Runs).job = job
    job.wait(0.3)


def _abandon(job: jobs.Job | None, spec: Vae) -> None:
    if job is not None:
        job.cancel()
        job.wait(EPOCH)
    forget(spec)
    slot(Runs).job = None
    state.put("train_now", LatentView().train_now)
    state.put("changes", "")


def _collect(job: jobs.Job, spec: Vae) -> None:
    slot(Runs).job = None
    try:
        job.result()
    except CoreError as error:
        slot(Runs).errors[spec.run_key] = error
    except Cancelled:
        pass  # paused: its epochs so far are kept


def _status(spec: Vae, run: Run | None, job: jobs.Job | None) -> None:
    if job is not None:
        st.progress(min(job.fraction, 1.0), plain(say(job.stage)))
        return
    if run is None:
        st.caption(marked("Not trained yet: {n} epochs.", n=spec.vae_epochs))
    elif not run.fresh:
        st.caption(say("These settings are not trained yet; the picture shows the last ones."))
    elif run.trained.epoch < spec.vae_epochs and not _is_over(run.trained):
        st.caption(
            marked("Paused after epoch {epoch} of {n}.", epoch=run.trained.epoch, n=spec.vae_epochs)
        )
    else:
        trained = run.trained
        st.caption(
            marked(
                "{n} epochs in {seconds:.1f} s on {device}, compiling and the start not counted.",
                n=trained.epoch,
                seconds=trained.seconds,
                device=trained.device,
            )
        )
    if run is not None and run.fresh and run.trained.stopped:
        st.error(plain_message(run.trained.stopped), icon=":material/error:")
    elif run is not None and run.fresh and run.trained.ended:
        st.caption(plain_message(run.trained.ended))


def _is_over(trained: Trained) -> bool:
    """Whether it failed, or ended before its last epoch."""
    return bool(trained.stopped or trained.ended)


def _button(place: object, label: str, icon: str, primary: bool = False) -> bool:
    with place:  # type: ignore[attr-defined]
        return st.button(
            say(label), icon=f":material/{icon}:", width="stretch", key=f"vae:{label}",
            type="primary" if primary else "secondary",
        )  # fmt: skip
