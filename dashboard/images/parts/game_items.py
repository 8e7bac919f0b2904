"""A game on items: samples, copies, a path between two items, and scores by epoch."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jax.numpy as jnp
import numpy as np
import pandas as pd
import streamlit as st

from core.adversarial.coder import copied, encoded, generated, path
from core.adversarial.exports import as_collection
from core.adversarial.likeness import floor, nearest
from core.adversarial.saving import to_bytes
from core.adversarial.shots import Coded, Shot
from core.items.data import Loaded, load
from core.items.specs import Items
from dashboard import state
from dashboard.figures.mosaic import height, mosaic, shape
from dashboard.images.figures import ogan as figures
from dashboard.images.parts import saved_runs
from dashboard.images.parts.game_families import Family
from dashboard.images.parts.game_scrubber import scrub
from dashboard.images.views import GeneratorsView
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.ui import controls, downloads, live_run
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.live_run import LiveRun

SAMPLES = 16  # generated items that are shown
COPIED, STOPS = 8, 8  # items that are copied; places on the path


def before(data: Loaded, name: str) -> None:
    """The items, before anything is trained."""
    some = data.x[: 2 * SAMPLES]
    rows = -(-len(some) // SAMPLES)
    grid = np.full((rows * SAMPLES, data.x.shape[1]), np.nan, np.float32)
    grid[: len(some)] = some
    _mosaic(data, grid.reshape(rows, SAMPLES, -1), [""] * rows, "real_items",
            say("The first items of {data}", data=name), say("real‹of a game›"))  # fmt: skip
    caption(say("Nothing is trained yet; press Train."))


def show(family: Family, run: LiveRun, data: Loaded) -> None:
    """Everything of the epoch shown."""
    spec, trained = run.spec, run.trained
    if run.fresh and trained.epoch < spec.epochs:
        live_run.steer(family.trainer, spec, run)
    place = scrub(family.trainer, run)
    shot, coder = trained.snapshots[place], trained.coder(spec, place)
    by_chance = _floor(spec.items)
    st.markdown(answer(trained, shot, by_chance))
    _samples(family, run, coder, data)
    left, right = st.columns([1.3, 1.0], gap="large")
    with left:
        _copies(run, coder, data)
        _path(run, coder, data)
    with right:
        _curves(run, shot, by_chance)
    _taken_away(family, run, coder, shot, data)


@lru_cache(maxsize=8)
def _floor(items: Items) -> np.ndarray:
    """How well real items are told from real ones; too few of them say nothing."""
    x = load(items).x
    return floor(x, 0) if len(x) > 3 else np.array([0.0, 1.0])


def answer(trained: Coded, shot: Shot, by_chance: np.ndarray) -> str:
    """What the epoch amounts to, in plain sentences with its numbers."""
    missed = shot.error / trained.variance if trained.variance else np.nan
    first = marked(
        "**After epoch {epoch}, what comes back from the codes misses {missed:.0%} of the items' "
        "variance**; ρ(z, E(G(z))) is {rho:.2f}.",
        epoch=shot.epoch, missed=missed, rho=shot.rho,
    )  # fmt: skip
    second = marked(
        "The nearest item of {told:.0%} of all is of its own kind, real or generated; were they "
        "alike, it would be {low:.0%} to {high:.0%}.",
        told=shot.told, low=by_chance[0], high=by_chance[-1],
    )  # fmt: skip
    third = marked(
        "Of codes and as many z it is {prior:.0%}; were codes distributed like z, about half.",
        prior=shot.prior,
    )  # fmt: skip
    return paragraph(first, second, third)


def _samples(family: Family, run: LiveRun, coder: Any, data: Loaded) -> None:
    """Generated items, the same z at every epoch, each above its nearest real one."""
    spec, name = run.spec, family.trainer.name
    z = family.noise(spec, SAMPLES, 1 + state.get("sample_draw", 0))
    made = np.asarray(generated(coder, jnp.asarray(z)))
    rows, away = nearest(data.x, made)
    hover = [
        [say("generated, number {i}", i=i) for i in range(SAMPLES)],
        [
            say("item {row}, the nearest to it: it differs by {away:.3f}", row=row, away=a)
            for row, a in zip(rows, away, strict=True)
        ],
    ]
    head, button = st.columns([3, 1], vertical_alignment="bottom")
    head.markdown(f"## {say('Generated, and the nearest real item')}")
    if button.button(say("Resample"), icon=":material/casino:", key=f"{name}:resample"):
        state.put("sample_draw", (state.get("sample_draw", 0) + 1) % 10_000)
        st.rerun()
    _mosaic(data, np.stack([made, data.x[rows]]), [say("G(z)"), say("nearest")], "samples",
            say("Generated items, and below each the nearest real one"), hover,
            dim=not run.fresh)  # fmt: skip


def _copies(run: LiveRun, coder: Any, data: Loaded) -> None:
    """Real items, and what G makes of their codes."""
    most = max(len(data.x) - 1, 1)
    st.markdown(f"## {say('Items, and what comes back from their codes')}")
    first = int(controls.slider(GeneratorsView, "copied_item", "From item", high=min(most, 4999)))
    some = data.x[first : first + COPIED]
    back = np.asarray(copied(coder, jnp.asarray(some)))
    missed = ((back - some) ** 2).mean(axis=1)
    numbers = range(first, first + len(some))
    hover = [
        [say("item {i}", i=i) for i in numbers],
        [
            say("G of the code of item {i}: mean square difference {error:.3f}", i=i, error=m)
            for i, m in zip(numbers, missed, strict=True)
        ],
    ]
    _mosaic(data, np.stack([some, back]), [say("x"), say("G(code)")], "copies",
            say("Items and their copies"), hover, dim=not run.fresh)  # fmt: skip


def _path(run: LiveRun, coder: Any, data: Loaded) -> None:
    """From the code of one item to that of another, on an arc."""
    most = max(len(data.x) - 1, 1)
    st.markdown(f"## {say('From one item to another')}")
    end = int(controls.slider(GeneratorsView, "path_to", "To item", high=min(most, 4999)))
    start = min(int(state.get("copied_item", 0)), len(data.x) - 1)
    end = min(end, len(data.x) - 1)
    codes = np.asarray(encoded(coder, jnp.asarray(data.x[[start, end]])))
    between = np.asarray(generated(coder, jnp.asarray(path(codes[0], codes[1], STOPS))))
    row = np.concatenate([data.x[[start]], between, data.x[[end]]])
    share = [say("{share:.0%} of the way", share=t) for t in np.linspace(0, 1, STOPS)]
    hover = [[say("item {i}", i=start), *share, say("item {i}", i=end)]]
    _mosaic(data, row[None], [""], "path",
            say("Generated items on the way from item {a} to item {b}", a=start, b=end), hover,
            dim=not run.fresh)  # fmt: skip
    caption(
        say(
            "Left and right the items themselves; between them G(cos t · a + sin t · b), a and b "
            "their codes, t from 0 to a quarter turn."
        )
    )


def _mosaic(
    data: Loaded, pictures: np.ndarray, rows: list[str], key: str, alt: str, hover: Any,
    dim: bool = False,
) -> None:  # fmt: skip
    R, C = pictures.shape[:2]
    texts = np.full((R, C), hover, object) if isinstance(hover, str) else np.array(hover, object)
    show_figure(
        mosaic(pictures, data.picture, rows=rows, hover=texts), key, alt=alt,
        height=height(R, C, data.picture, pictures.shape[2]),
        shape=shape(R, C, data.picture, pictures.shape[2]), dim=dim,
    )  # fmt: skip


def _curves(run: LiveRun, shot: Shot, by_chance: np.ndarray) -> None:
    shots, made_of = run.trained.snapshots, (run.spec.run_key, run.spec.steering, run.trained.epoch)
    show_figure(
        lambda: figures.codes(shots, run.trained.variance, shot.epoch), "codes",
        made_of=("codes", *made_of, shot.epoch),
        alt=say("ρ and the share of the variance that copies miss, by epoch"), height=230,
        dim=not run.fresh,
    )  # fmt: skip
    show_figure(
        lambda: figures.told(shots, by_chance, shot.epoch), "told",
        made_of=("told", *made_of, shot.epoch),
        alt=say("How well generated items can be told from real ones, by epoch"), height=230,
        dim=not run.fresh,
    )  # fmt: skip
    caption(
        say(
            "Told apart: the share of items whose nearest other is of their own kind, among as "
            "many real as generated ones. Band: two real samples, dealt ten times."
        )
    )


def _taken_away(family: Family, run: LiveRun, coder: Any, shot: Shot, data: Loaded) -> None:
    """The codes as a space of items, and the model as a file."""
    name = family.trainer.name
    left, right = st.columns(2, gap="large")
    with left:
        saved_runs.as_space(
            name, saved_runs.space_label(shot.epoch),
            lambda: as_collection(data, coder, f"{name}-epoch-{shot.epoch}.parquet"),
        )  # fmt: skip
    with right:
        saved_runs.saver(name, run.trained.kept, lambda: to_bytes(run.spec, run.trained))


def table(family: Family, run: LiveRun) -> None:
    """The scores of the stored epochs."""
    name = family.trainer.name
    rows = [(s.epoch, s.rho, s.error, s.told, s.prior) for s in run.trained.snapshots]
    columns = ["epoch", "ρ(z, E(G(z)))", "mean square error", "told apart", "codes from z"]
    downloads.table(pd.DataFrame(rows, columns=columns), name, name)
