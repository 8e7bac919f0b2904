"""VAE samples: what each cluster generates, beside what it holds; and ways through z."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from core.items.data import Loaded, load
from core.latent.exports import as_collection
from core.latent.networks import Network
from core.latent.sampling import decode, from_clusters, members
from core.latent.specs import Vae
from dashboard import state
from dashboard.figures.mosaic import height, mosaic, shape
from dashboard.images.parts import (
    items_preview,
    latent_panel,
    saved_runs,
    traversal,
    vae_run,
    walks,
)
from dashboard.images.parts.latent_notices import say_collapsed
from dashboard.images.parts.latent_shown import epoch_slider, temperature_slider
from dashboard.images.parts.vae_run import SCRUBBER
from dashboard.images.views import LatentView
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.spec_code import constructor
from dashboard.ui import address, captions, code_tab, controls, layout, live_run, provenance_tab
from dashboard.ui.figure import Click, show_figure
from dashboard.ui.live_run import EVERY, LiveRun
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown

GENERATED, REAL = 12, 6  # pictures a row: samples; typical and doubtful members, of each
ALONE = (6, 16)  # rows and columns of one cluster


def stage(spec: Vae, data: Loaded) -> None:
    with errors_shown():
        live_run.bar(vae_run.TRAINER, spec)
        run = live_run.run_of(vae_run.TRAINER, spec)
        if run is None:
            text = "Press Train to have {K} clusters draw items like these {n:,}."
            alone = "Press Train to have a model draw items like these {n:,}."
            K = spec.components
            items_preview.draw(spec.items, data, say(text if K > 1 else alone, n=len(data.x), K=K))
        else:
            _tabs(run, data if run.fresh else load(run.spec.items))
    address.publish(state.spec(Vae), state.spec(LatentView))


def _tabs(run: LiveRun, data: Loaded) -> None:
    place = epoch_slider(run.trained, live_run.watched(vae_run.TRAINER), SCRUBBER)
    snapshot = run.trained.snapshots[place]
    say_collapsed(run, place)
    page_tabs(
        {
            "Clusters": partial(_clusters, run, data, place),
            "Traversal": partial(traversal.draw, run, data, place),
            "Walks": partial(walks.draw, run, data, place),
            "Code": partial(_code, run, place),
            "Provenance": partial(provenance_tab.show, run.spec),
        },
    )
    saved_runs.as_space(
        "samples", marked("Latents of epoch {epoch} as a collection", epoch=snapshot.epoch),
        lambda: as_collection(data, snapshot),
    )  # fmt: skip


def _clusters(run: LiveRun, data: Loaded, place: int) -> None:
    spec, snapshot = run.spec, run.trained.snapshots[place]
    network, K = run.trained.network(spec, place), spec.components
    left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom", gap="medium")
    with middle:
        chosen = _one_cluster(K)
    temperature, draw = temperature_slider(LatentView, left, right, "vae")
    if chosen is not None:
        _alone(network, data, chosen, temperature, draw)
        return
    pictures = decode(network, from_clusters(network, GENERATED, temperature, draw))
    grid = np.full((K, GENERATED + 2 * REAL, data.x.shape[1]), np.nan, np.float32)
    grid[:, :GENERATED] = pictures
    texts = np.full(grid.shape[:2], "", dtype=object)
    generated_text, real_text = say("cluster {k}, generated"), say("item {i}, p(y|z) {sure:.2f}")
    texts[:, :GENERATED] = [[generated_text.format(k=k)] * GENERATED for k in range(K)]
    for k in range(K):
        for start, items in zip(
            (GENERATED, GENERATED + REAL), members(snapshot, k, REAL), strict=True
        ):
            grid[k, start : start + len(items)] = data.x[items]
            for i, item in enumerate(items):
                sure = snapshot.responsibility[item, k]
                texts[k, start + i] = real_text.format(i=item, sure=sure)
    sizes = np.bincount(snapshot.cluster, minlength=K)
    captions.answer(
        say(
            "After epoch {epoch}: generated items of {K} clusters, beside real ones. The largest "
            "cluster holds {high:,} items, the smallest {low:,}.",
            epoch=snapshot.epoch, K=K, high=sizes.max(), low=sizes.min(),
        )
        if K > 1
        else say("After epoch {epoch}: generated items, beside real ones.", epoch=snapshot.epoch)
    )  # fmt: skip

    def enlarge(click: Click) -> None:
        if isinstance(click["point"], list):
            state.put("enlarged", int(click["point"][0]))

    show_figure(
        mosaic(
            grid, data.picture, rows=[f"{k} ({n:,})" for k, n in enumerate(sizes)], hover=texts,
            split=GENERATED,
            heads=(
                say("generated, τ = {temperature:g}", temperature=temperature),
                say("real: typical, then doubtful"),
            ),
        ),
        "cluster_samples",
        alt=say(
            "Samples of {n} clusters beside their most typical and most doubtful members", n=K
        ),
        height=height(K, GENERATED + 2 * REAL + 1, data.picture, data.x.shape[1]) + 24,
        shape=shape(K, GENERATED + 2 * REAL + 1, data.picture, data.x.shape[1]),
        on_click=enlarge, dim=not run.fresh,
    )  # fmt: skip
    captions.caption(say("Click a row to see one cluster alone."))
    captions.measured(
        say(
            "One row a cluster, its number of items behind its name; epoch {epoch}. Left: the mean "
            "of q(x|z) at z = μ + τε, μ the cluster's centre, the same ε at every temperature. "
            "Right: items with the largest p(y|z), then {n} with the smallest.",
            epoch=snapshot.epoch,
            n=REAL,
        )
    )


def _one_cluster(K: int) -> int | None:
    """The cluster shown alone, or None for all of them."""
    options = [-1, *range(K)]
    arrived = state.arrived("enlarged")
    key = state.seed("enlarged", -1, listed=True)
    if (requested := st.session_state[key]) not in options:
        st.session_state[key] = -1
        if arrived:
            controls.corrected("enlarged", requested, -1)
    cluster = st.session_state[key]
    labels = {-1: say("all clusters")} | {k: say("cluster {k} alone", k=k) for k in range(K)}
    chosen = st.selectbox(
        say("Shown"), options, options.index(cluster), key=key, format_func=labels.__getitem__
    )
    state.keep("enlarged", chosen)
    return None if chosen < 0 else int(chosen)


def _alone(network: Network, data: Loaded, chosen: int, temperature: float, draw: int) -> None:
    rows, columns = ALONE
    z = from_clusters(network, rows * columns, temperature, draw, chosen)
    grid = decode(network, z).reshape(rows, columns, -1)
    show_figure(
        mosaic(
            grid, data.picture, rows=[""] * rows,
            hover=np.full((rows, columns), say("cluster {k}, generated", k=chosen)),
        ),
        "cluster_alone", alt=say("{n} samples of cluster {k}", n=rows * columns, k=chosen),
        height=height(rows, columns, data.picture, data.x.shape[1]),
        shape=shape(rows, columns, data.picture, data.x.shape[1]),
    )  # fmt: skip
    captions.caption(
        say(
            "{n} generated samples of cluster {k}, τ = {temperature:g}.",
            n=rows * columns, k=chosen, temperature=temperature,
        )
    )  # fmt: skip


def _code(run: LiveRun, place: int) -> None:
    epoch = run.trained.snapshots[place].epoch
    chosen = state.get("enlarged", -1)
    rows, columns = ALONE
    alone = 0 <= chosen < run.spec.components
    count = f"{rows * columns}" if alone else f"{GENERATED}"
    code_tab.show(
        "import numpy as np\n\n"
        f"from core.latent import {vae_run.imports(run.spec)}, fit, load\n"
        "from core.latent.sampling import angle_walk, decode, from_clusters, kl_by_dimension, "
        "members, straight_walk, walk_ends\n\n"
        f"spec = {constructor(run.spec)}\n"
        "trained = fit(spec)\n"
        f"place = [s.epoch for s in trained.snapshots].index({epoch})\n"
        "network, snapshot = trained.network(spec, place), trained.snapshots[place]\n"
        f"temperature, draw = {state.get('temperature', 1.0)!r}, {state.get('draw', 0)}\n"
        f"z = from_clusters(network, {count}, temperature, draw"
        f"{f', {chosen}' if alone else ''})\n"
        "print(decode(network, z))\n"
        f"print([members(snapshot, k, {REAL}) for k in range(spec.components)])\n"
        + traversal.code(run, place)
        + walks.code(run)
    )


def main() -> None:
    screen, side = layout.columns()
    with side, errors_shown():
        spec = latent_panel.panel()
    with screen, errors_shown():
        data = latent_panel.items(spec.items)
        if data is not None:
            live = live_run.running(vae_run.TRAINER, spec) is not None
            st.fragment(stage, run_every=EVERY if live else None)(spec, data)
        else:
            address.publish(state.spec(Vae), state.spec(LatentView))


main()
