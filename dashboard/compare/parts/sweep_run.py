"""A running sweep, its results so far, and the buttons that open its settings on other pages."""

from __future__ import annotations

import time

import streamlit as st

from core import cluster
from core.matrices.specs import Approximation
from core.messages import message
from core.registry import BY_CLASS
from core.specs import Spec
from core.sweeps import Sweep, folders, load, run
from core.sweeps.runs import Table
from core.vectors.kinds import KINDS
from core.vectors.store import shelf
from dashboard import state
from dashboard.chain import training
from dashboard.compare.memory import Leaving
from dashboard.language import say
from dashboard.markdown import marked, plain
from dashboard.navigation import PAGES
from dashboard.slots import slot
from dashboard.ui import background

EVERY = 0.75  # s between two pictures of a sweep that runs
DOORS = {  # where a model's best setting can be looked at
    "ppmi-svd": ("heatmap", "neighbours", "map", "scores", "explain", "models"),
    "vae": ("latent", "latent_samples", "latent_judgement"),
    "codes": ("codes",),
    "gan": ("generators",),
    "ogan": ("generators",),
    "inference": ("generators",),
    "infomax": ("features",),
    "approximation": ("lowrank",),
    "trust": ("map",),
    "labelled": ("doubt", "collection"),
}
SCENES = {"gan": "plane", "ogan": "items", "inference": "inference"}  # of the page Generators
SHELVED = ("neighbours", "scores", "explain", "models")
_loaded: dict[str, tuple[int, Table]] = {}  # by sweep: its file's time of change, and its runs


def start(sweep: Sweep) -> None:
    """Start the missing runs in the background."""
    background.start(run, sweep, "sweep")


def table_of(sweep: Sweep) -> Table:
    """The runs of a sweep so far. Raises SourceError for a damaged file."""
    job = background.job_of(sweep)
    if job is not None and not job.done:  # its file may be half written: it is not read
        table: Table = job.metrics.get("table") or Table(sweep, ())
        return table
    return _stored(sweep)


def outcome(sweep: Sweep) -> None:
    """Show how a job ended, if not well."""
    stopped = message("Stopped. What had ended is kept; the sweep can go on from there.")
    background.outcome(sweep, stopped)


def bar(sweep: Sweep, table: Table | None) -> None:
    """The progress and a button that cancels; else one that starts or resumes, or “Complete”."""
    total = sweep.settings * len(sweep.seeds)
    job = background.job_of(sweep)
    left, right = st.columns([4.2, 1], vertical_alignment="center")
    if job is not None and not job.done:
        elapsed = time.monotonic() - job.started
        duration = say("{elapsed:.0f} s", elapsed=elapsed)
        left.progress(min(job.fraction, 1.0), f"{plain(say(job.stage))} · {duration}")
        if right.button(say("Cancel"), key="sweep-cancel", width="stretch"):
            job.cancel()
            job.wait(2.0)
            st.rerun()
        return
    done = len(table.runs) if table else 0
    several = "{settings:,} settings × {seeds} seeds"
    size = say(
        "{settings:,} settings × {seeds} seed" if len(sweep.seeds) == 1 else several,
        settings=sweep.settings, seeds=len(sweep.seeds),
    )  # fmt: skip
    if table is not None and table.complete:
        left.caption(marked("Complete: {said}.", said=size))
        return
    address = cluster.address()
    if address:
        text = marked("{said}, on the cluster at {address}.", said=size, address=address)
    else:
        text = say("{said}, on this machine's cores.", said=size)
    if done:
        text = say("{text} {done:,} of {total:,} runs done.", text=text, done=done, total=total)
    left.caption(text)
    label, icon = (say("Resume"), "play_arrow") if done else (say("Start"), "tune")
    if right.button(label, key="sweep-start", type="primary", width="stretch",
                    icon=f":material/{icon}:"):  # fmt: skip
        start(sweep)
        st.rerun()


def go(spec: Spec) -> None:
    """Buttons that open the pages with these settings."""
    kind = BY_CLASS[type(spec).__name__]
    pages = DOORS.get(kind.key, SHELVED)
    with st.container(horizontal=True, gap="small"):
        for name in pages:
            row = PAGES[name]
            st.button(
                say(row.title), icon=row.icon, key=f"sweep-go:{name}",
                on_click=_leave, args=(name,),
            )  # fmt: skip
        if kind.live and st.button(
            say("Put on the shelf"), icon=":material/shelves:", key="sweep-shelve"
        ):
            entry = shelf.train(spec)
            st.toast(marked("“{name}” is on the shelf.", name=entry.name))
    if name := slot(Leaving).page:
        slot(Leaving).page = ""
        _open(spec, name)


def _leave(page: str) -> None:
    slot(Leaving).page = page


def _open(spec: Spec, name: str) -> None:
    kind = BY_CLASS[type(spec).__name__]
    if kind in KINDS and not kind.live:
        if name == "models":
            training.start(spec)
            state.adopt(spec)
            state.put("model_kind", kind.key)
        else:
            entry = shelf.train(spec)  # its vectors are in the cache, where it ran here
            state.put("model", entry.id)
            state.put("part", "word")
    else:
        state.adopt(spec)
        if kind.live:
            state.put("model", "")
        if kind.key in SCENES:
            state.put("scene", SCENES[kind.key])
        if isinstance(spec, Approximation):
            _road(spec)
    state.leave_for(name)


def _road(spec: Approximation) -> None:
    """The low-rank page names a method by the road to it."""
    method, _, detail = spec.shown.method.partition(" ")
    if method in ("svd", "randomised", "range"):
        state.put_all({"road": "svd", "sketch": "exact" if method == "svd" else method})
    elif method == "projection":
        state.put_all({"road": method, "subspace": detail})
    else:
        road = "id" if method == "id" else "cur"
        middle = "skeleton" if method == "skeleton" else "optimal"
        state.put_all({"road": road, "chooser": detail, "middle": middle})
    state.put_all({"rank": spec.rank, "repetition": spec.shown.draw})


def _stored(sweep: Sweep) -> Table:
    path = folders.folder(sweep.key) / "runs.db"
    modified = path.stat().st_mtime_ns if path.exists() else 0
    if _loaded.get(sweep.key, (-1,))[0] != modified:
        _loaded[sweep.key] = modified, load(sweep)
    return _loaded[sweep.key][1]
