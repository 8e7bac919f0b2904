"""VAE clusters: a clustering autoencoder trained in front of the audience."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.items.data import Loaded, load
from core.latent.exports import as_collection, renamed
from core.latent.judgement import judge
from core.latent.sampling import decode, from_clusters
from core.latent.saving import from_bytes, to_bytes
from core.latent.snapshots import Snapshot
from core.latent.specs import Vae
from core.messages import message
from dashboard import state
from dashboard.figures.latent import cluster_sizes, loss_curves, rate_curve
from dashboard.figures.mosaic import height, mosaic, shape
from dashboard.images.parts import items_preview, latent_map, latent_panel, saved_runs, vae_run
from dashboard.images.parts.latent_notices import say_collapsed
from dashboard.images.parts.latent_shown import epoch_slider, send_pictures
from dashboard.images.parts.vae_run import SCRUBBER
from dashboard.images.views import LatentView
from dashboard.language import say
from dashboard.markdown import marked, plain_message
from dashboard.spec_code import constructor
from dashboard.ui import (
    address,
    captions,
    code_tab,
    downloads,
    layout,
    live_run,
    provenance_tab,
    stored_results,
)
from dashboard.ui.figure import show_figure
from dashboard.ui.live_run import LiveRun
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown

SAMPLES = 16
LOSSES = ["reconstruction, nats", "KL(z), nats", "KL(y), nats", "graph, nats"]


def stage(spec: Vae, data: Loaded) -> None:
    """The buttons of the run, and everything it shows."""
    with errors_shown():
        live_run.bar(vae_run.TRAINER, spec)
        run = live_run.run_of(vae_run.TRAINER, spec)
        if run is None:
            _items(spec, data)
        else:
            if run.fresh and run.trained.epoch < spec.vae_epochs and not run.trained.ended:
                live_run.steer(vae_run.TRAINER, spec, run)
            items = data if run.fresh else load(run.spec.items)
            snapshot = _pictures(run, items)
            _below(run, items, snapshot)
    if not live_run.watched(vae_run.TRAINER).playing:
        address.publish(state.spec(Vae), state.spec(LatentView))


def _items(spec: Vae, data: Loaded) -> None:
    """The items, before anything is trained."""
    several = "Press Train to sort these {n:,} items into {K} clusters, without their labels."
    alone = "Press Train to have a model learn these {n:,} items."
    text = several if spec.components > 1 else alone
    items_preview.draw(spec.items, data, say(text, n=len(data.x), K=spec.components))


def _pictures(run: LiveRun, data: Loaded) -> Snapshot:
    """Map, losses, sizes and samples of the epoch shown."""
    spec, trained = run.spec, run.trained
    playing = live_run.watched(vae_run.TRAINER).playing
    scrub, play = st.columns([6, 1], vertical_alignment="bottom")
    with scrub:
        place = epoch_slider(trained, live_run.watched(vae_run.TRAINER), SCRUBBER, playing)
    with play:
        _play(playing, place, len(trained.snapshots))
    snapshot: Snapshot = trained.snapshots[place]
    captions.answer(answer(run, data, snapshot))
    say_collapsed(run, place)
    left, right = st.columns([1.55, 1.0], gap="medium")
    with left:
        latent_map.draw(run, data, snapshot)
    with right:
        _losses(run, snapshot.epoch)
        show_figure(
            cluster_sizes(snapshot.cluster, spec.components), "sizes",
            alt=say("Items in each of {n} clusters", n=spec.components), height=215,
            dim=not run.fresh,
        )  # fmt: skip
    _samples(run, data, place)
    return snapshot


def answer(run: LiveRun, data: Loaded, snapshot: Snapshot) -> str:
    """The clusters of an epoch: how well they match the labels, else how large they are."""
    K, cluster = run.spec.components, snapshot.cluster
    values = {"epoch": snapshot.epoch, "n": len(cluster), "K": K}
    if K == 1:
        return say("After epoch {epoch}: {n:,} items, and one cluster for all of them.", **values)
    if not len(data.labels):
        sizes = np.bincount(cluster, minlength=K)
        return say(
            "After epoch {epoch} the {K} clusters hold {low:,} to {high:,} of {n:,} items each.",
            low=sizes.min(), high=sizes.max(), **values,
        )  # fmt: skip
    return say(
        "After epoch {epoch} the {K} clusters match the labels, which training never sees, for "
        "{share:.0%} of {n:,} items.",
        share=judge(cluster, data.labels[: len(cluster)], K).accuracy, **values,
    )  # fmt: skip


def _losses(run: LiveRun, epoch: int) -> None:
    """The parts of the loss; with callbacks, also what they measured and set."""
    history, callbacks = run.trained.history, run.spec.callbacks
    watching = bool(callbacks.patience or callbacks.keep_best)
    show_figure(
        loss_curves(
            history.parts, epoch, history.evaluated, run.trained.best if watching else 0
        ),
        "loss",
        alt=say("The parts of the loss by epoch"), height=235, dim=not run.fresh,
    )  # fmt: skip
    if callbacks.rate_schedule != "constant" or callbacks.warmup_epochs:
        show_figure(
            rate_curve(history.rates, epoch), "rate",
            alt=say("The learning rate by epoch"), height=150, dim=not run.fresh,
        )  # fmt: skip


def _play(playing: bool, place: int, count: int) -> None:
    """Start the animation from the first epoch, or stop it."""
    if count < 2:
        return
    icon = "stop" if playing else "play_arrow"
    if st.button(
        say("Stop" if playing else "Play"),
        icon=f":material/{icon}:",
        width="stretch",
        key="vae:play",
    ):
        live_run.watched(vae_run.TRAINER).playing = not playing
        if not playing:
            state.put("shown_epoch", 0)
        st.rerun()
    if playing and place == count - 1:
        live_run.watched(vae_run.TRAINER).playing = False
        st.rerun()


def _samples(run: LiveRun, data: Loaded, place: int) -> None:
    """Generated pictures, one row a cluster, the same ε at every epoch."""
    spec = run.spec
    network = run.trained.network(spec, place)
    z = from_clusters(network, SAMPLES, state.get("temperature", 1.0), state.get("draw", 0))
    pictures = decode(network, z)
    K = len(pictures)
    hover = say("cluster {k}, sample {i}")
    texts = np.array([[hover.format(k=k, i=i) for i in range(SAMPLES)] for k in range(K)])
    show_figure(
        mosaic(pictures, data.picture, rows=[str(k) for k in range(K)], hover=texts),
        "samples", alt=say("Generated samples of {n} clusters, one row each", n=K),
        height=height(K, SAMPLES, data.picture, data.x.shape[1]),
        shape=shape(K, SAMPLES, data.picture, data.x.shape[1]), dim=not run.fresh,
    )  # fmt: skip
    captions.measured(
        say(
            "Generated, not real: the mean of q(x|z) at z = μ + τε, μ the cluster's centre, τ = "
            "{temperature:g}, one row a cluster, the same ε at every epoch.",
            temperature=state.get("temperature", 1.0),
        )
    )


def _below(run: LiveRun, data: Loaded, snapshot: Snapshot) -> None:
    page_tabs(
        {
            "Table": partial(_table, run, data, snapshot),
            "Code": partial(_code, run.spec, snapshot),
            "Provenance": partial(_provenance, run.spec, data),
        },
    )


def _table(run: LiveRun, data: Loaded, snapshot: Snapshot) -> None:
    spec, trained = run.spec, run.trained
    table = pd.DataFrame(trained.losses, columns=LOSSES)
    table.insert(0, "epoch", np.arange(1, len(table) + 1))
    history = trained.history
    if len(history.evaluated):
        table["held out, nats"] = history.curve[:, 2]
    if np.ptp(history.rates) > 0 if len(history.rates) else False:
        table["learning rate"] = history.rates
    downloads.table(table, "losses", "losses")
    codes = message("Codes of epoch {epoch} as CSV", epoch=snapshot.epoch)
    downloads.csv(codes, lambda: _codes(snapshot, data), "codes.csv", "codes")

    saved_runs.as_space(
        "vae", marked("Latents of epoch {epoch} as a collection", epoch=snapshot.epoch),
        lambda: as_collection(data, snapshot),
    )  # fmt: skip
    if names := renamed(data):
        listed = ", ".join(f"“{new}”" for new in names.values())
        captions.caption(
            say(
                "In the collection some of the table's columns have other names, as theirs are "
                "taken: {names}.",
                names=listed,
            )
        )
    saved_runs.saver("vae", trained.kept, lambda: to_bytes(spec, trained))


def _code(spec: Vae, snapshot: Snapshot) -> None:
    code_tab.show(
        f"from core.latent import {vae_run.imports(spec)}, fit\n"
        "from core.latent.sampling import decode, from_clusters\n\n"
        f"spec = {constructor(spec)}\n"
        "trained = fit(spec)\n"
        f"at = [s.epoch for s in trained.snapshots].index({snapshot.epoch})\n"
        "print(trained.losses, trained.snapshots[at].cluster)\n"
        "network = trained.network(spec, at)\n"
        f"z = from_clusters(network, {SAMPLES}, {state.get('temperature', 1.0)!r}, "
        f"{state.get('draw', 0)})\n"
        "print(decode(network, z))\n"
    )


def _provenance(spec: Vae, data: Loaded) -> None:
    for note in data.notes:
        st.caption(plain_message(note))
    provenance_tab.show(spec)


def _send_pictures(spec: Vae) -> None:
    """Send the pictures of these items, and of those still shown from other settings."""
    run = live_run.run_of(vae_run.TRAINER, spec)
    for items in {spec.items, run.spec.items} if run else {spec.items}:
        send_pictures(items)


def _codes(snapshot: Snapshot, data: Loaded) -> pd.DataFrame:
    """Mean of z and the cluster of every item shown."""
    table = pd.DataFrame(snapshot.mean, columns=[f"z{i}" for i in range(snapshot.mean.shape[1])])
    table.insert(0, "cluster", snapshot.cluster)
    if len(data.labels):
        table.insert(1, "label", [data.classes[k] for k in data.labels[: len(table)]])
    return table


def main() -> None:
    screen, side = layout.columns()
    with side, errors_shown():
        spec = latent_panel.panel()
        saved_runs.loader(vae_run.TRAINER, from_bytes)
        stored_results.popover()
    with screen, errors_shown():
        data = latent_panel.items(spec.items)
        if data is not None:
            _send_pictures(spec)
            st.fragment(stage, run_every=live_run.pace(vae_run.TRAINER, spec))(spec, data)
        else:
            address.publish(state.spec(Vae), state.spec(LatentView))


main()
