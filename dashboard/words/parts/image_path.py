"""The second signal path: one picture → its code → its cluster → samples of that cluster."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from core.paths.images import ImagePath, Walked, walk
from core.paths.words import WordPath
from dashboard import state
from dashboard.figures.mosaic import mosaic
from dashboard.language import number, say, session_language
from dashboard.ui import address, controls
from dashboard.ui.figure import Click, Kept
from dashboard.ui.work import errors_shown, obtain
from dashboard.words.figures.path import cluster_scope, codes, image_scope, latent_scope
from dashboard.words.parts import scope
from dashboard.words.parts.scope import PageLink, ScopeText
from dashboard.words.views import PictureView

PICTURE = (8, 8)
ACROSS = 3  # samples in a row
HEIGHT = 280


@st.fragment
def follow_picture() -> None:
    """The whole path; only this runs while its slider is dragged."""
    scope.heading(
        say("One picture, through a latent space"),
        say("The same question for images: what of a handwritten digit survives ten numbers?"),
    )
    with errors_shown():
        walked = obtain(walk, state.spec(ImagePath), "picture path")
        if walked is None:
            st.caption(
                say(
                    "A variational autoencoder is learning 1,797 digits; the way of the word, "
                    "above, can be used meanwhile."
                )
            )
            return
        _strip(walked.spec, walked.result, not walked.fresh)
    address.publish(state.spec(WordPath), state.spec(ImagePath), state.spec(PictureView))


def _strip(spec: ImagePath, walked: Walked, dim: bool) -> None:
    n = len(walked.x)
    with st.container(key="picture-knob"):
        item = controls.slider(PictureView, "digit", "Which digit", high=n - 1)
    p, k = walked.responsibility[item], int(walked.cluster[item])
    label, mostly = int(walked.label[item]), int(walked.majority[k])
    K, d = walked.responsibility.shape[1], walked.mean.shape[1]
    cloud = partial(codes, walked.place, walked.cluster, walked.majority)
    image, latent, cluster, sample = scope.strip("picture", 4)
    with scope.placed(image, "image"):
        scope.scope(
            "image",
            ScopeText("1", say("Image"),
                 say("64 grey values of a {label}; below, what its code gives back.", label=label),
                 f"{walked.missed(item):.2f}", "‖x − x̂‖ / ‖x‖",
                 say("Details that ten numbers cannot carry."), say("item {item}", item=item)),
            partial(image_scope, np.stack([walked.x[item], walked.rebuilt[item]])),
            _page_link("latent", item),
            made_of=(spec, item),
            alt=say("Handwritten {label}, and what the model gives back of it", label=label),
            height=HEIGHT, dim=dim,
        )  # fmt: skip

    def choose(click: Click) -> None:
        if isinstance(click["customdata"], int):
            state.put("digit", click["customdata"])

    with scope.placed(latent, "latent"):
        scope.scope(
            "latent",
            ScopeText("2", say("Latent"),
                 say("Where each of {n:,} digits lies in z, in a plane. Click one.", n=n),
                 number(1 - walked.flat, ".0%"), say("of z’s variance is not in this plane"),
                 say("{d} dimensions drawn as two: neighbours here may be far apart.", d=d),
                 say("{d} numbers", d=d)),
            partial(latent_scope, walked.place, item),
            _page_link("latent", item),
            made_of=(spec, item),
            kept=[Kept(f"{spec.key} {session_language()}", cloud)],
            alt=say("Map of the codes of {n:,} digits, item {item} ringed", n=n, item=item),
            height=HEIGHT, dim=dim, on_click=choose,
        )  # fmt: skip
    correct = "Everything but the cluster, which holds mostly {mostly}s."
    wrong = (
        "Everything but the cluster, which holds mostly {mostly}s. The digit is a {label}: "
        "a mistake."
    )
    with scope.placed(cluster, "cluster"):
        scope.scope(
            "cluster",
            ScopeText("3", say("Cluster"),
                 say("p(y|z): which of {K} clusters z speaks for; no label was used.", K=K),
                 number(1 - p[k], ".1%"), say("of doubt, 1 − max p(y|z)"),
                 say(correct if mostly == label else wrong, mostly=mostly, label=label),
                 say("{K} clusters", K=K)),
            partial(cluster_scope, p, walked.majority),
            _page_link("latent_judgement", item),
            made_of=(spec, item),
            alt=say("Item {item} belongs to cluster {k}, mostly {mostly}, with p = {p:.2f}",
                    item=item, k=k, mostly=mostly, p=p[k]),
            height=HEIGHT, dim=dim,
        )  # fmt: skip
    samples = walked.samples[k].reshape(-1, ACROSS, walked.samples.shape[-1])
    texts = np.full(samples.shape[:2], say("generated from cluster {k}", k=k), dtype=object)
    with scope.placed(sample, "sample", last=True):
        scope.scope(
            "sample",
            ScopeText("4", say("Sample"),
                 say("New pictures drawn from cluster {k}: nobody ever wrote them.", k=k),
                 f"{walked.strangeness(k):.2f}", say("to the nearest real digit, relative"),
                 say("Which picture one started from: all of a cluster give the same samples.")),
            partial(mosaic, samples, PICTURE, rows=[""] * len(samples), hover=texts),
            _page_link("latent_samples", item),
            made_of=(spec, k),
            alt=say("{n} generated pictures of cluster {k}", n=samples.shape[0] * ACROSS, k=k),
            height=HEIGHT, dim=dim,
        )  # fmt: skip


def _page_link(page: str, item: int) -> PageLink:
    """The page behind a scope: the default model, trained already, with this item chosen."""

    def settings(_: Click | None) -> dict[str, object]:
        spec = state.spec(ImagePath)
        return {**dict(spec.leaves()), "base_item": item, "density_item": item}

    return PageLink(page, settings)
