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
from dashboard.markdown import plain_message
from dashboard.slots import slot
from dashboard.ui import mirrors
from dashboard.ui.live_slider import live_choice
from dashboard.ui.work import watcher

SLOT = "vae"
EVERY = 0.5  # s between two looks at a run
EPOCH = 5.0  # s that a running epoch is waited for
RATES = [m * 10.0**e for e in range(-5, 0) for m in (1, 2, 5)] + [1.0, 2.0, 5.0, 10.0]
PRECISIONS = [m * 10.0**e for e in range(-1, 3) for m in (1, 2, 4)] + [1000.0]


@dataclass
class Runs:
    """What the session does with runs: it trains one at a time, whichever page shows it.

    base: which run the settings were of last, "" before the first; job: what trains it, None
    while it is paused, at its end or not begun; errors: by run, why it could not be trained;
    last: the settings of the last whole run that was shown; file, loaded: the saved model that
    was read last, and its run by its settings; epoch: the one that the scrubber was set to;
    playing: whether the epochs are shown one after the other; asked: what is computed only when
    asked for, and was.
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
    """What there is to show: of these settings when `fresh`, else of the last ones shown."""

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
    """The job that trains this run, if one does; that of another run is left."""
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
    """Take up a model that was saved: its settings become this page's."""
    given = st.file_uploader(
        say("A saved model"), key="vae-model-file", type=["safetensors"],
        help=say(
            "A file that “Save the model” wrote. It is shown as it was saved, and not trained on."
        ),
    )  # fmt: skip
    runs = slot(Runs)
    if given is None or runs.file == given.file_id:
        return
    runs.file = given.file_id
    spec, trained = from_bytes(given.getvalue())
    runs.loaded = {spec.key: trained}
    state.put_all(dict(spec.leaves()))
    runs.base = spec.run_key  # its steering came with it
    st.rerun()


def look(spec: Vae) -> Run | None:
    """The trained model, or as much of it as there is, or the last one that was shown."""
    if (kept := loaded(spec)) is not None:
        return Run(spec, kept, True)
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
    """The buttons of the run and how far it is; call it inside a fragment."""
    job = running(spec)
    if job is not None and job.done:
        _collect(job, spec)
        st.rerun()
    found = slot(Runs).errors.get(spec.run_key)
    if found is not None:
        st.error(plain_message(found), icon=":material/error:")
    run = look(spec)
    complete = fit.stored(spec) or loaded(spec) is not None
    begun = run is not None and run.fresh
    if job is None and not (complete or begun or found) and state.get("train_now", False):
        _start(spec)
        st.rerun()
    if complete and job is None:
        _said(spec, run, job)
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
        _said(spec, run, job)


def _train_slower(spec: Vae, epoch: int) -> None:
    """Of a run that diverged or died: the same from the start, with steps a tenth as large."""
    ruinous, _ = spec.at(epoch + 1)
    rate = max((r for r in RATES if r <= 1.001 * ruinous / 10), default=RATES[0])
    if st.button(
        say("Train again, learning rate {rate:g}", rate=rate),
        icon=":material/restart_alt:", type="primary", key="vae:slower",
    ):  # fmt: skip
        state.put_all({"vae_rate": rate, "changes": "", "train_now": True})
        st.rerun()


def steer(spec: Vae, run: Run) -> None:
    """Change the learning rate and λ of a run without losing what it has learnt."""
    epoch = run.trained.epoch
    rate, precision = spec.at(epoch + 1)
    mark = (spec.run_key, spec.changes)
    left, right = st.columns(2)
    for place, name, label, now, options in (
        (left, "rate", say("Learning rate from here on"), rate, RATES),
        (right, "precision", say("λ from here on"), precision, PRECISIONS),
    ):
        key = f"vae-now:{name}"
        mirrors.follow(key, mark, now)
        stops = sorted({*options, now})
        with place:
            wanted = live_choice(label, stops, now, key=key, format="{:g}")
        if wanted != now:
            job = running(spec)
            if job is not None:
                job.cancel()
                job.wait(EPOCH)  # to the end of its epoch, where the change begins
            there = so_far(spec)
            changed = spec.steered(there.epoch if there else epoch, name, wanted)
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
        job = jobs.submit(advance, spec.replace(vae_epochs=epochs), watcher(SLOT))
    else:
        job = jobs.submit(fit, spec, watcher(SLOT))
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
        pass  # paused: what it has learnt is kept


def _said(spec: Vae, run: Run | None, job: jobs.Job | None) -> None:
    if job is not None:
        st.progress(min(job.fraction, 1.0), say(job.stage))
        return
    if run is None:
        st.caption(say("Not trained yet: {n} epochs.", n=spec.vae_epochs))
    elif not run.fresh:
        st.caption(say("These settings are not trained yet; the picture shows the last ones."))
    elif run.trained.epoch < spec.vae_epochs and not _is_over(run.trained):
        st.caption(
            say("Paused after epoch {epoch} of {n}.", epoch=run.trained.epoch, n=spec.vae_epochs)
        )
    else:
        trained = run.trained
        st.caption(
            say(
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
