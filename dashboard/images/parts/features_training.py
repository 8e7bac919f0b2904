"""Training in front of the audience: what the critics tell, z's moments, what neighbours know."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock

import numpy as np
import streamlit as st
from cachetools import LRUCache, cached

from core.features.exports import as_collection
from core.features.judgement import agreement
from core.features.loss import CEILING
from core.features.saving import to_bytes
from core.features.snapshots import SHOWN, Snapshot, Trained, moments, parted
from core.features.specs import InfoMax
from core.items.data import Loaded, load
from core.items.specs import Items
from core.spaces.probes import Probe
from dashboard.images.figures import features as figures
from dashboard.images.parts import items_preview, saved_runs
from dashboard.images.parts.features_run import SCRUBBER, TRAINER
from dashboard.images.parts.latent_shown import epoch_slider
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.ui import live_run
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.live_run import LiveRun

VOTERS = 5
JUDGED = 1000  # held-out items that an epoch is judged by, while it trains


def before(spec: InfoMax, data: Loaded) -> None:
    """The items, before anything is trained, and what their own numbers know of the labels."""
    text = "Press Train to describe each of these {n:,} items by {d} numbers, without labels."
    answer = say(text, n=len(data.x), d=spec.info_latent)
    rows = judged_rows(spec, data)
    if live_run.running(TRAINER, spec) is not None:
        answer = say(live_run.FIRST_EPOCH)
    elif len(data.labels) and len(rows) > VOTERS:
        pixels = _of_pixels(spec.items, rows.tobytes())
        rival = say(
            "To match: the {k} nearest by the items' own {wide:,} numbers name {share:.1%} of "
            "{judged:,} held-out items rightly.",
            k=VOTERS, wide=data.x.shape[1], share=pixels.score, judged=pixels.n,
        )  # fmt: skip
        answer = paragraph(answer, rival)
    items_preview.draw(spec.items, data, answer)


def draw(run: LiveRun, data: Loaded) -> None:
    """Everything there is to see of a run at the epoch shown."""
    spec: InfoMax = run.spec
    trained: Trained = run.trained
    if run.fresh and trained.epoch < spec.info_epochs and not trained.stopped:
        live_run.steer(TRAINER, spec, run)
    place = epoch_slider(trained, live_run.watched(TRAINER), SCRUBBER)
    shot = trained.snapshots[place]
    rows = judged_rows(spec, data)
    st.markdown(_answer(run, data, shot, rows))
    left, right = st.columns(2, gap="medium")
    with left:
        show_figure(
            figures.estimates(trained.estimates, shot.epoch), "estimates",
            alt=say("Both estimates by epoch, below their ceiling"), height=260,
            dim=not run.fresh,
        )  # fmt: skip
        caption(say("Of how well a critic tells true pairs from dealt ones: ln 2 − L/2, a bound "
                    "from below on their Jensen–Shannon divergence."))  # fmt: skip
    with right:
        if len(data.labels):
            _by_epoch(run, data, shot, rows)
    _moments(run, shot)
    with st.container(horizontal=True, gap="small"):
        saved_runs.as_space(
            "features", saved_runs.space_label(shot.epoch),
            lambda: as_collection(
                spec, data, {"infomax": shot.mean}, parted(spec, len(data.x)).trained
            ),
        )  # fmt: skip
        saved_runs.saver("features", trained.kept, lambda: to_bytes(spec, trained))


def judged_rows(spec: InfoMax, data: Loaded) -> np.ndarray:
    """The held-out items whose z every stored epoch holds, at most `JUDGED`."""
    held = parted(spec, len(data.x)).held_out
    return np.asarray(held[held < SHOWN][:JUDGED])


def _answer(run: LiveRun, data: Loaded, shot: Snapshot, rows: np.ndarray) -> str:
    """What the epoch amounts to, in sentences with their numbers."""
    trained: Trained = run.trained
    first = say("**Before training**, nothing is estimated.")
    if shot.epoch:
        whole, local = trained.estimates[shot.epoch - 1]
        first = marked(
            "**After epoch {epoch} the critics tell {whole:.2f} (global) and {local:.2f} (local) "
            "of at most {most:.2f} nats.**",
            epoch=shot.epoch, whole=whole, local=local, most=CEILING,
        )  # fmt: skip
    second = ""
    if len(data.labels) and len(rows) > VOTERS:
        mine = _agreement(run, shot, rows, data)
        theirs = _of_pixels(run.spec.items, rows.tobytes())
        second = marked(
            "The {k} nearest in z name {mine:.1%} of {n:,} held-out items rightly, the {k} nearest "
            "in the items' own numbers {theirs:.1%}.",
            k=VOTERS, mine=mine.score, n=mine.n, theirs=theirs.score,
        )  # fmt: skip
    return paragraph(first, second)


def _by_epoch(run: LiveRun, data: Loaded, shot: Snapshot, rows: np.ndarray) -> None:
    if len(rows) <= VOTERS:
        st.info(say("Too few held-out items to be judged by neighbours."))
        return
    shots = run.trained.snapshots
    probes = [_agreement(run, one, rows, data) for one in shots]
    pixels = _of_pixels(run.spec.items, rows.tobytes())
    show_figure(
        figures.voted(
            [one.epoch for one in shots], [probe.score for probe in probes], pixels.score,
            pixels.chance, shot.epoch,
        ),
        "voted", alt=say("Held-out items that their neighbours in z name rightly, by epoch"),
        height=260, dim=not run.fresh,
    )  # fmt: skip
    caption(
        say(
            "{n:,} held-out items, each named by its {k} nearest others among them, by distance. "
            "No label is used in training.",
            n=len(rows), k=VOTERS,
        )
    )  # fmt: skip


def _moments(run: LiveRun, shot: Snapshot) -> None:
    """Mean and deviation of z, and whether N(0, I) would give them."""
    logvar = shot.logvar if run.spec.noisy else None
    of, n = moments(shot.mean, logvar), len(shot.mean)
    show_figure(
        figures.z_moments(of, n), "z_moments",
        alt=say("Mean and standard deviation of each dimension of z"), height=240,
        dim=not run.fresh,
    )  # fmt: skip
    off = max(float(np.abs(of.off_mean).max()), float(np.abs(of.off_deviation).max()))
    caption(
        say(
            "Bands: what 95 % of {n:,} draws of N(0, 1) give. Over all dimensions z has the mean "
            "{mean:.3f} and the standard deviation {deviation:.3f}; the dimension farthest off is "
            "{off:.0f} standard errors away.",
            n=n, mean=float(of.mean.mean()), deviation=float(of.deviation.mean()), off=off,
        )
    )  # fmt: skip


@cached(
    LRUCache(512),
    # a saved model's settings may be another's, too: the first z tells them apart
    key=lambda run, shot, rows, data: (run.spec.run_key, shot.epoch, shot.mean[:1].tobytes()),
    lock=Lock(),
)
def _agreement(run: LiveRun, shot: Snapshot, rows: np.ndarray, data: Loaded) -> Probe:
    return agreement(shot.mean[rows], data.labels[rows], VOTERS)


@lru_cache(maxsize=16)
def _of_pixels(items: Items, rows: bytes) -> Probe:
    data, which = load(items), np.frombuffer(rows, np.int64)
    return agreement(data.x[which], data.labels[which], VOTERS)
