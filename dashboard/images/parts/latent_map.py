"""The latent map: where every item lies in z, what it looks like, and which are chosen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.items.data import Loaded
from core.latent.projection import umap_map
from core.latent.snapshots import Snapshot
from core.latent.training import fit
from dashboard.figures.latent import ellipse, latent_map
from dashboard.figures.mosaic import height, mosaic
from dashboard.images.parts.latent_shown import axes_of, cluster_names, doubt, hover_texts, pictures
from dashboard.images.views import LatentView
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.ui import controls
from dashboard.ui.captions import caption, measured
from dashboard.ui.figure import show_figure
from dashboard.ui.live_run import LiveRun
from dashboard.ui.work import obtain

LASSOED = 32  # chosen items shown
AXES = {"pca": "PCA", "umap": "UMAP"}
COLOURED = {"cluster": "Cluster", "label": "Label", "doubt": "Doubt"}


def draw(run: LiveRun, data: Loaded, snapshot: Snapshot) -> None:
    """The map, its two choices, and the items a lasso holds."""
    spec, last = run.spec, run.trained.result
    options = [o for o in COLOURED if o != "label" or len(data.labels)]
    left, right = st.columns([1.7, 1.0], gap="small")
    with left:
        by = controls.pick(
            LatentView, "map_colour", "Map coloured by", names=COLOURED, options=options
        )
    with right:
        axes = controls.pick(LatentView, "map_axes", "Axes", names=AXES)
    places, outlines, extent = _places(run, snapshot)
    if axes == "umap":
        if not fit.stored(spec):
            st.caption(say("UMAP is of a model trained to its end; until then, principal axes."))
        elif (obtained := obtain(umap_map, spec, "umap")) is not None and obtained.fresh:
            if snapshot is not last:
                st.info(
                    marked(
                        "UMAP of epoch {last}, the last. The scrubber, now at epoch {epoch}, "
                        "moves the map on principal axes, the sizes and the samples, not this one.",
                        last=last.epoch,
                        epoch=snapshot.epoch,
                    )
                )
            places, outlines, extent, snapshot = obtained.result, None, None, last
    by_umap = outlines is None
    labelled, K = by == "label", spec.components
    figure = latent_map(
        places,
        data.labels[: len(places)] if labelled else snapshot.cluster,
        [say("label {name}", name=name) for name in data.classes] if labelled else cluster_names(K),
        hover_texts(snapshot, data),
        axes=(say("UMAP 1, no unit"), say("UMAP 2"))
        if by_umap
        else (say("first principal axis of z"), say("second")),
        ellipses=outlines,
        value=(doubt(snapshot.responsibility), say("entropy of p(y|z), nats"))
        if by == "doubt"
        else None,
        extent=extent,
        uirevision=f"{spec.key} {by_umap}",
    )
    events = show_figure(
        figure, "latent_map",
        alt=say(
            "Map of {n} items in the plane of z, coloured by {by}",
            n=len(places), by=say(by),
        ),
        height=430, dim=not run.fresh, on_select="rerun", pictures=pictures(spec.items),
    )  # fmt: skip
    caption(say("Point at an item to see it; draw a lasso around some."))
    measured(
        say(
            "Means of p(z|x) of {n:,} items after epoch {epoch}, laid out by UMAP (15 neighbours): "
            "nearness means something, distance and axes do not."
            if by_umap
            else "Means of p(z|x) of {n:,} items after epoch {epoch}, on the principal axes of the "
            "last epoch. Numbers: centres of the prior's clusters, not labels; outlines: one "
            "standard deviation.",
            n=len(places),
            epoch=snapshot.epoch,
        )
    )
    chosen = [i for i in events.selection if isinstance(i, int) and 0 <= i < len(places)]
    if chosen:
        _lassoed(chosen, snapshot.cluster, data)


def _places(
    run: LiveRun, snapshot: Snapshot
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray | None]:
    """Items on the principal axes of the last epoch, outlines of the prior, what is in sight."""
    last = run.trained.result
    W, origin = axes_of(last)
    network = run.trained.network(run.spec, run.trained.snapshots.index(snapshot))
    prior = np.asarray(network.prior_mean), np.asarray(network.prior_logvar)
    final = np.asarray(run.trained.network(run.spec).prior_mean)
    spread = (np.concatenate([last.mean, final]) - origin) @ W
    margin = 0.12 * np.ptp(spread, axis=0) + 0.5
    extent = np.array([spread.min(axis=0) - margin, spread.max(axis=0) + margin])
    return (snapshot.mean - origin) @ W, ellipse(*prior, W, origin), extent


def spread_over(chosen: Sequence[int], cluster: np.ndarray, count: int) -> np.ndarray:
    """At most so many of the chosen items, evenly over them in the order of their clusters."""
    items = np.unique(np.asarray(chosen, np.int64))
    items = items[np.argsort(cluster[items], kind="stable")]
    if len(items) > count:
        items = items[np.linspace(0, len(items) - 1, count).round().astype(int)]
    return items


def _lassoed(chosen: list[int], cluster: np.ndarray, data: Loaded) -> None:
    columns = 16
    some = spread_over(chosen, cluster, LASSOED)
    rows = -(-len(some) // columns)
    grid = np.full((rows * columns, data.x.shape[1]), np.nan, np.float32)
    grid[: len(some)] = data.x[some]
    item = say("item {i}, cluster {k}")
    texts = np.full(rows * columns, "", dtype=object)
    texts[: len(some)] = [item.format(i=i, k=cluster[i]) for i in some]
    show_figure(
        mosaic(
            grid.reshape(rows, columns, -1), data.picture, rows=[""] * rows,
            hover=texts.reshape(rows, columns),
        ),
        "lassoed", alt=say("{n} chosen items", n=len(some)),
        height=height(rows, columns, data.picture, data.x.shape[1]) // 2 + 20,
    )  # fmt: skip
    caption(
        say(
            "{n:,} items chosen on the map, in the order of their clusters."
            if len(some) == len(chosen)
            else "{n:,} items chosen on the map; {shown} of them are shown, evenly spaced over all "
            "in the order of their clusters.",
            n=len(chosen), shown=len(some),
        )
    )  # fmt: skip
