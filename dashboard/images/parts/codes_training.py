"""Training in front of the audience: losses, use of the codes, pictures and what they become."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.items.data import Loaded
from core.quantised.exports import as_collection
from core.quantised.networks import vectors
from core.quantised.saving import to_bytes
from core.quantised.snapshots import Snapshot, decode
from core.quantised.usage import spelt_bits
from dashboard.figures.mosaic import height, mosaic, shape
from dashboard.images.figures import codes as figures
from dashboard.images.parts import code_run, saved_runs
from dashboard.images.parts.code_run import SCRUBBER
from dashboard.images.parts.latent_shown import epoch_slider
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.ui import live_run
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.live_run import LiveRun

COLUMNS, ROWS = 16, 2  # pictures shown, each above what it becomes
FEW = 0.25  # share of used codes below which a codebook is called collapsed


def draw(run: LiveRun, data: Loaded) -> None:
    """Everything there is to see of a run at the epoch shown."""
    trained, spec = run.trained, run.spec
    if run.fresh and trained.epoch < spec.code_epochs and not trained.ended:
        live_run.steer(code_run.TRAINER, spec, run)
    snapshot = trained.snapshots[
        epoch_slider(trained, live_run.watched(code_run.TRAINER), SCRUBBER)
    ]
    _verdict(run, data, snapshot)
    left, right = st.columns(2, gap="medium")
    with left:
        show_figure(
            figures.losses(trained.history.parts, snapshot.epoch), "code_losses",
            alt=say("Reconstruction and commitment by epoch"), height=240, dim=not run.fresh,
        )  # fmt: skip
    with right:
        usages = [shot.usage(spec.size) for shot in trained.snapshots]
        epochs = [shot.epoch for shot in trained.snapshots]
        show_figure(
            figures.use(epochs, usages, spec.size, snapshot.epoch), "code_use",
            alt=say("Codes used and their perplexity by epoch"), height=240, dim=not run.fresh,
        )  # fmt: skip
    _pictures(run, data, snapshot)
    left, right = st.columns(2, gap="medium")
    counts = snapshot.counts(spec.size)
    with left:
        show_figure(
            figures.frequencies(counts), "code_frequencies",
            alt=say("How often each of {K} codes occurs", K=spec.size), height=280,
            dim=not run.fresh,
        )  # fmt: skip
        caption(say("Dotted: every code equally often."))
    with right:
        _map(run, snapshot, counts)
    _taken_away(run, data, snapshot)


def _taken_away(run: LiveRun, data: Loaded, snapshot: Snapshot) -> None:
    """The embedded grids as a space of items, and the model as a file."""
    spec, trained = run.spec, run.trained
    left, right = st.columns(2, gap="medium")
    with left:
        saved_runs.as_space(
            "codes", saved_runs.space_label(snapshot.epoch),
            lambda: as_collection(data, spec, trained, trained.snapshots.index(snapshot)),
        )  # fmt: skip
        caption(
            say(
                "Each item as the vectors of its codes, place after place: {d:,} numbers, to be "
                "mapped, compared and searched like any others.",
                d=snapshot.codes.shape[1] * spec.dimension,
            )
        )
    with right:
        saved_runs.saver("codes", trained.kept, lambda: to_bytes(spec, trained))


def _verdict(run: LiveRun, data: Loaded, snapshot: Snapshot) -> None:
    """What the epoch amounts to, in a sentence with its numbers."""
    K, n = run.spec.size, len(snapshot.codes)
    use = snapshot.usage(K)
    error = _error(run, data, snapshot)
    text = marked(
        "Codes used after epoch {epoch}: **{used} of {K}**, as evenly as {perplexity:.1f} "
        "equally common ones (perplexity); a copy is off by **{error:.3g}** (squared, of a "
        "variance of {variance:.3g}) and costs {bits:.0f} bits.",
        epoch=snapshot.epoch, used=round(use.used * K), K=K, perplexity=use.perplexity,
        error=error, variance=float(data.x.var(axis=0, dtype=np.float64).sum()),
        bits=snapshot.codes.shape[1] * spelt_bits(K),
    )  # fmt: skip
    if snapshot.epoch and use.used < FEW:
        st.warning(text + " " + marked("The codebook has collapsed."))
    else:
        st.markdown(text)
    caption(
        say(
            "Use is counted over all places of {n:,} items with the weights of this epoch, not "
            "over a batch; the error is that of the first {m} items.",
            n=n, m=min(n, COLUMNS * ROWS * 8),
        )
    )  # fmt: skip


def _error(run: LiveRun, data: Loaded, snapshot: Snapshot) -> float:
    """Mean squared error of the copies of some items."""
    network = run.trained.network(run.spec, run.trained.snapshots.index(snapshot))
    m = min(len(snapshot.codes), COLUMNS * ROWS * 8)
    copies = decode(run.spec, network, snapshot.codes[:m])
    return float(((copies - data.x[:m]) ** 2).sum(axis=1).mean())


def _pictures(run: LiveRun, data: Loaded, snapshot: Snapshot) -> None:
    """Items, and below each what its codes decode to."""
    spec, D = run.spec, data.x.shape[1]
    network = run.trained.network(spec, run.trained.snapshots.index(snapshot))
    rows = max(1, min(ROWS, len(snapshot.codes) // COLUMNS))
    columns = min(COLUMNS, len(snapshot.codes))
    count = rows * columns
    copies = decode(spec, network, snapshot.codes[:count])
    grid = np.stack([data.x[:count].reshape(rows, columns, D), copies.reshape(rows, columns, D)], 1)
    texts = np.array([[say("item {i}"), say("item {i}, from its codes")]]).repeat(rows, 0)
    hover = np.array(
        [
            [[texts[r, side].format(i=r * columns + c) for c in range(columns)] for side in (0, 1)]
            for r in range(rows)
        ]
    )
    show_figure(
        mosaic(
            grid.reshape(2 * rows, columns, D), data.picture,
            rows=[say("item"), say("copy")] * rows, hover=hover.reshape(2 * rows, columns),
        ),
        "code_copies",
        alt=say("{n} items, each above what its codes decode to", n=count),
        height=height(2 * rows, columns, data.picture, D),
        shape=shape(2 * rows, columns, data.picture, D), dim=not run.fresh,
    )  # fmt: skip


def _map(run: LiveRun, snapshot: Snapshot, counts: np.ndarray) -> None:
    """The codes in their own plane, or along their two principal axes."""
    network = run.trained.network(run.spec, run.trained.snapshots.index(snapshot))
    book = vectors(run.spec, network)
    axes = (say("first dimension"), say("second dimension"))
    places = book - book.mean(axis=0)
    if book.shape[1] > 2:
        axes = (say("first principal axis"), say("second principal axis"))
        _, _, W = np.linalg.svd(places, full_matrices=False)
        places = places @ (W[:2] * np.sign(W[:2, :1])).T
    places = np.pad(places, ((0, 0), (0, max(0, 2 - places.shape[1]))))
    show_figure(
        figures.codebook_map(places, counts, axes), "codebook_map",
        alt=say("A map of the {K} codes", K=len(book)), height=280, dim=not run.fresh,
    )  # fmt: skip
    caption(say("The larger the circle, the commoner the code."))
