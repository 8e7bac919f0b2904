"""The settings of a latent model: data, model, clusters, training."""

from __future__ import annotations

import streamlit as st

from core.items.data import Loaded, load
from core.items.specs import Items
from core.latent.specs import AS_PUBLISHED, Vae
from dashboard import state
from dashboard.chain.stages import stage
from dashboard.images.parts import items_read, vae_run
from dashboard.images.parts.vae_run import PRECISIONS, RATES
from dashboard.language import say
from dashboard.ui import callbacks, controls, live_run
from dashboard.ui.work import obtain

MODELS = {"clusters": "Clusters", "vade": "VaDE", "plain": "Plain"}
LAYERS = {"auto": "Fitting", "dense": "Dense", "convolutions": "Convolutions"}
STARTS = {"graph": "Graph", "warm": "Autoencoder", "published": "As published"}


def panel() -> Vae:
    """Draw the controls; returns the run they describe."""
    stage("1", "Data")
    choose_items()
    stage("2", "Model")
    _switch()
    model = controls.pick(
        Vae, "latent_model", "Prior of z", names=MODELS,
    )  # fmt: skip
    if model != "plain":
        _count("clusters", "Clusters K", 30)
    _count("latent", "Latent dimension d", 32)
    controls.choose(
        Vae, "precision", "Precision λ", PRECISIONS, format="{:g}",
    )  # fmt: skip
    if model != "plain":
        controls.pick(
            Vae, "start", "Clusters start from", names=STARTS,
        )  # fmt: skip
    stage("3", "Training")
    _count("vae_epochs", "Epochs", 500, log=True)
    controls.choose(Vae, "vae_rate", "Learning rate", RATES, format="{:g}")
    with st.expander(say("More on the model")):
        _more(model)
    callbacks.panel(Vae)
    return live_run.settle(vae_run.TRAINER, state.spec(Vae))


def items(spec: Items) -> Loaded | None:
    """The items, once they are read. Raises SourceError where they cannot be used."""
    if spec.dataset == "upload" and not spec.dataset_digest:
        st.info(
            say(
                "Give a file above, under “Change”: pictures (IDX, npz, npy, or a zip of them, all "
                "of one size) or a table of numbers (csv)."
            )
        )
        return None
    obtained = obtain(load, spec, "items")
    if obtained is None or not obtained.fresh:
        return None
    if spec.dataset == "upload":
        items_read.say_taken(obtained.result)
    return obtained.result


def _count(name: str, label: str, usual: int, log: bool = False) -> None:
    """A slider up to what is usual, or to more where a link or a file has set more."""
    now = int(state.get(name, Vae().leaf(name)))
    controls.slider(Vae, name, label, high=max(usual, now), log=log)


def _switch() -> None:
    """One switch to the published recipe, and back."""
    settings = {name: state.get(name, Vae().leaf(name)) for name in AS_PUBLISHED}
    key = "vae-published"

    def switched() -> None:
        default = Vae()
        published = st.session_state[key]
        state.put_all(AS_PUBLISHED if published else {n: default.leaf(n) for n in AS_PUBLISHED})

    st.session_state[key] = settings == AS_PUBLISHED
    st.toggle(
        say("The published recipe"), st.session_state[key], key=key, on_change=switched,
        help=say(
            "Centres at 0, a free classifier, the KL of one sample, λ = 2.5. On data this small "
            "the posterior collapses: KL(z) falls to 0, z tells nothing, and all pictures become "
            "alike. Watch it."
        ),
    )  # fmt: skip


def _more(model: str) -> None:
    controls.pick(Vae, "likelihood", "Pixels")  # fmt: skip
    if model == "clusters":
        controls.pick(
            Vae, "classifier", "Classifier p(y|z)",
        )  # fmt: skip
    if model != "plain":
        controls.pick(
            Vae, "divergence", "KL of z",
        )  # fmt: skip
        controls.slider(
            Vae, "guide", "Pull of the graph", step=0.5, format="{:g}",
        )  # fmt: skip
    controls.pick(Vae, "layer_kind", "Layers", names=LAYERS)
    controls.choose(Vae, "width", "Units a layer", [16, 32, 64, 128, 256, 512, 1024])
    controls.choose(Vae, "vae_batch", "Batch", [16, 32, 64, 128, 256, 512, 1024])
    _count("vae_seed", "Seed", 99)


FEW_DIGITS = (
    "On MNIST's test images, in one run each, the graph's clusters had an accuracy of 0.785 with "
    "the first 5,000 and of 0.954 with all 10,000. Its pieces hang together in both cases; but "
    "among fewer items the 10 nearest lie farther away, so that fours and nines become one "
    "cluster and the ones two. With 5 neighbours the first 5,000 give 0.913; with 20, all 10,000 "
    "give 0.863. More items cluster better, and take longer."
)


def choose_items() -> None:
    """How many of the items in use are modelled, and whether their greys are kept."""
    if state.get("dataset", Items().dataset) != "digits":
        controls.choose(
            Items, "most", "Items at most",
            [100, 500, 1000, 2000, 5000, 10_000, 20_000, 70_000], format="{:,}",
        )  # fmt: skip
    if state.get("dataset", "") == "mnist":
        st.caption(say(FEW_DIGITS))
    controls.toggle(Items, "binary", "Black and white")
