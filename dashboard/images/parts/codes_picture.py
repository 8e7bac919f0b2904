"""One item as its grid of codes: change one, see what it decodes to; and what a code means."""

from __future__ import annotations

import math

import numpy as np
import streamlit as st

from core.items.data import Loaded
from core.quantised.patches import holders, mean_patches, occurrences
from core.quantised.snapshots import decode
from dashboard import state
from dashboard.figures.mosaic import height, mosaic, shape
from dashboard.images.figures import codes as figures
from dashboard.images.parts import code_run
from dashboard.images.parts.code_run import SCRUBBER
from dashboard.images.parts.latent_shown import epoch_slider
from dashboard.images.views import CodesView
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.ui import controls, live_run
from dashboard.ui.captions import caption
from dashboard.ui.figure import Click, show_figure
from dashboard.ui.live_run import LiveRun
from dashboard.ui.live_slider import live_slider
from dashboard.ui.mirrors import follow

PATCHES = 32  # codes whose mean patches are shown, the commonest
HOLDERS = 16


def read_edits(text: str, places: int, K: int) -> dict[int, int]:
    """Codes by place, from a text such as "0:12 5:3"; what is out of range is left out."""
    edits = {}
    for word in text.split():
        place, _, code = word.partition(":")
        if place.isdecimal() and code.isdecimal() and int(place) < places and int(code) < K:
            edits[int(place)] = int(code)
    return edits


def write_edits(edits: dict[int, int]) -> str:
    """The text of `read_edits`."""
    return " ".join(f"{place}:{code}" for place, code in sorted(edits.items()))


def draw(run: LiveRun, data: Loaded) -> None:
    """The item, its codes, and what they decode to once some are changed."""
    spec, trained = run.spec, run.trained
    place = epoch_slider(trained, live_run.watched(code_run.TRAINER), SCRUBBER)
    snapshot, K = trained.snapshots[place], spec.size
    left, right = st.columns(2, gap="medium")
    with left:
        item = controls.slider(
            CodesView, "coded_item", "Item", high=min(len(snapshot.codes), 5000) - 1
        )
    own = snapshot.codes[item].astype(np.int64)
    edits = read_edits(state.get("code_edits", ""), len(own), K)
    with right:
        cell = controls.slider(CodesView, "cell", "Place", high=max(len(own) - 1, 1))
    cell = min(cell, len(own) - 1)
    with left:
        edits = _change(own, edits, cell, K, item)
    with right:
        if st.button(say("Undo all changes"), icon=":material/undo:", disabled=not edits):
            state.put("code_edits", "")
            st.rerun()
    codes = own.copy()
    codes[list(edits)] = list(edits.values())
    network = trained.network(spec, place)
    copies = decode(spec, network, np.stack([own, codes]))
    st.markdown(_verdict(own, codes, copies, cell, data, item))
    _figures(run, data, item, codes, codes != own, cell, copies)
    _meaning(run, data, place, int(codes[cell]))


def _change(own: np.ndarray, edits: dict[int, int], cell: int, K: int, item: int) -> dict[int, int]:
    """The slider of the code at the chosen place; returns the changes with its own."""
    current = edits.get(cell, int(own[cell]))
    key = "codes:other"
    follow(key, (item, cell, current), current)
    if K == 1:
        return edits
    chosen = live_slider(say("Code at this place"), 0, K - 1, current, step=1, key=key)
    if chosen != current:
        edits = {**edits, cell: chosen}
        if chosen == own[cell]:
            del edits[cell]
        state.put("code_edits", write_edits(edits))
        follow(key, (item, cell, chosen), chosen)
    return edits


def _verdict(
    own: np.ndarray, codes: np.ndarray, copies: np.ndarray, cell: int, data: Loaded, item: int
) -> str:
    changed = int((own != codes).sum())
    before, after = (float(((copy - data.x[item]) ** 2).sum()) for copy in copies)
    if not changed:
        return marked(
            "Item {item} is **{n} codes**; decoded, they are off by {error:.3g} (squared). Click "
            "a code, and choose another.",
            item=item, n=len(own), error=before,
        )  # fmt: skip
    differs = int((np.abs(copies[0] - copies[1]) > 0.02).sum())
    return marked(
        "**{changed}** of {n} codes are changed: {pixels} of {all} numbers differ by more than "
        "0.02, and the copy is off by {after:.3g} instead of {before:.3g}.",
        changed=changed, n=len(own), pixels=differs, all=data.x.shape[1], after=after,
        before=before,
    )  # fmt: skip


def _figures(
    run: LiveRun, data: Loaded, item: int, codes: np.ndarray, edited: np.ndarray, cell: int,
    copies: np.ndarray,
) -> None:  # fmt: skip
    places = run.trained.places
    r, c = places if len(places) == 2 else (1, math.prod(places))

    def choose(click: Click) -> None:
        if isinstance(click["point"], list):
            state.put("cell", int(click["point"][0]) * c + int(click["point"][1]))

    left, right = st.columns([1, 1.9], gap="medium")
    with left:
        show_figure(
            figures.grid(codes.reshape(r, c), cell, edited.reshape(r, c)), "code_grid",
            alt=say("The codes of item {item}, place {cell} chosen", item=item, cell=cell),
            height=300, on_click=choose, dim=not run.fresh,
        )  # fmt: skip
    with right:
        shown = np.stack([data.x[item], *copies])[None]
        names = (say("item {i}", i=item), say("its codes"), say("the codes shown"))
        show_figure(
            mosaic(shown, data.picture, rows=[""], hover=np.array([names]), heads=()),
            "code_decoded",
            alt=say("Item {item}, its copy, and the copy of the codes shown", item=item),
            height=300, dim=not run.fresh,
        )  # fmt: skip
        caption(say("From left to right: the item; decoded from its codes; from the codes shown."))


def _meaning(run: LiveRun, data: Loaded, place: int, code: int) -> None:
    """Mean patches of the commonest codes, where the chosen one occurs, and items with it."""
    snapshot, K = run.trained.snapshots[place], run.spec.size
    codes, places = snapshot.codes, run.trained.places
    held = holders(codes, code)
    counts = occurrences(codes, code, places)
    st.markdown(
        marked(
            "Code **{code}** stands at {n:,} places, in {items:,} of {all:,} items.",
            code=code, n=int(counts.sum()), items=len(held), all=len(codes),
        )
    )  # fmt: skip
    left, right = st.columns([1, 1.9], gap="medium")
    with left:
        show_figure(
            figures.where(counts.reshape(-1, places[-1]), len(codes)), "code_where",
            alt=say("Where code {code} occurs in the grid", code=code), height=260,
            dim=not run.fresh,
        )  # fmt: skip
        caption(say("Share of the items that have this code at each place."))
    with right:
        if data.picture:
            _patches(run, data, codes, code, K)
        if len(held):
            items = held[:HOLDERS]
            D = data.x.shape[1]
            show_figure(
                mosaic(
                    data.x[items][None], data.picture, rows=[""],
                    hover=np.array([[say("item {i}", i=i) for i in items]]),
                ),
                "code_holders", alt=say("{n} items with code {code}", n=len(items), code=code),
                height=height(1, HOLDERS, data.picture, D, 140), dim=not run.fresh,
            )  # fmt: skip
            caption(say("Items that hold the code most often."))


def _patches(run: LiveRun, data: Loaded, codes: np.ndarray, code: int, K: int) -> None:
    patches = mean_patches(codes, data.x[: len(codes)], data.shape, K)
    common = np.argsort(-np.bincount(codes.ravel(), minlength=K), kind="stable")[:PATCHES]
    chosen = np.concatenate([[code], common[common != code]])[:PATCHES]
    side = patches.shape[1]
    columns = min(16, len(chosen))
    rows = -(-len(chosen) // columns)
    grid = np.full((rows * columns, side * side), np.nan, np.float32)
    grid[: len(chosen)] = patches[chosen].reshape(len(chosen), -1)
    hover = np.full(rows * columns, "", dtype=object)
    hover[: len(chosen)] = [say("code {k}, mean patch", k=k) for k in chosen]
    show_figure(
        mosaic(
            grid.reshape(rows, columns, -1), (side, side), rows=[""] * rows,
            hover=hover.reshape(rows, columns),
        ),
        "code_patches", alt=say("Mean patches of {n} codes, the chosen one first", n=len(chosen)),
        height=height(rows, columns, (side, side), side * side, 170),
        shape=shape(rows, columns, (side, side), side * side), dim=not run.fresh,
    )  # fmt: skip
    caption(
        say(
            "Mean patches, the chosen code first, then the commonest: the pixels of one place and "
            "half a place around it."
        )
    )
