"""Which encoders are there to be looked at, and the button that trains the others."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.features.encoders import ENCODERS, TRAINED, Encoded, vectors
from core.features.exports import as_collection
from core.features.judgement import EncoderContest, Outcome, compared
from core.features.snapshots import parted
from core.features.specs import InfoMax
from core.features.training import fit
from core.items.data import Loaded
from core.spaces.specs import Kept, Place, Space
from dashboard import state
from dashboard.images.parts import features_shelf
from dashboard.images.parts.features_run import TRAINER
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.ui import controls, live_run
from dashboard.ui.work import Obtained, obtain

QUICK = {"pixels", "pca"}  # there at once


def contest() -> EncoderContest:
    """The comparison that the settings describe."""
    return state.spec(EncoderContest).shared


def controls_of(spec: InfoMax) -> Obtained[Outcome] | None:
    """The settings of the comparison, the button, and what there is of it.

    The InfoMax of the comparison is the page's, with its settings and length.
    """
    left, middle, right = st.columns([1.1, 1.1, 1.0], vertical_alignment="bottom", gap="medium")
    with left:
        controls.slider(Encoded, "rival_epochs", "Epochs of the other encoders", high=300, log=True)
    with middle:
        controls.slider(EncoderContest, "feature_seeds", "Seeds of each encoder", high=10)
    asked = contest()
    mine, stored = live_run.watched(TRAINER), compared.stored(asked)
    runs = asked.feature_seeds * len(TRAINED)
    if right.button(
        say("Train all encoders"), icon=":material/play_arrow:", type="primary", disabled=stored,
        width="stretch", key="features:all",
    ):  # fmt: skip
        mine.asked.add(asked.key)
    if not stored and asked.key not in mine.asked:
        st.info(
            marked(
                "{n} trainings, {S} of each of {m} encoders, on {share:.0%} of the items; the "
                "others judge. It can be cancelled, and what is done is kept.",
                n=runs, m=len(TRAINED), S=asked.feature_seeds, share=1 - spec.kept_back,
            )
        )  # fmt: skip
        return None
    return obtain(compared, asked, "features encoders")


def at_hand(asked: EncoderContest) -> dict[str, np.ndarray]:
    """The vectors (n, d) of all encoders that need no training any more, by name.

    In the order of `ENCODERS`.
    """
    specs = {name: asked.judged(name).encoded for name in ENCODERS}
    trained = {"infomax"} if fit.stored(asked.encoded.infomax) else set()
    return {
        name: vectors(one).V
        for name, one in specs.items()
        if vectors.stored(one) or name in QUICK | trained
    }


def collections(spec: InfoMax, data: Loaded, V: dict[str, np.ndarray]) -> None:
    """A button an encoder: its vectors, beside those of the others, as a collection."""
    st.markdown(f"## {say('Look closer')}")

    def leave(name: str) -> None:
        rows = parted(spec, len(data.x)).trained
        state.adopt(Kept(Place(Space(as_collection(spec, data, V, rows), name))))
        state.leave_for("collection")

    with st.container(horizontal=True, gap="small"):
        for name in V:
            if V[name].shape[1] > 1:
                st.button(
                    features_shelf.name(name), icon=":material/table_view:",
                    key=f"features:open:{name}", on_click=leave, args=(name,),
                    help=say("Its vectors as a collection: map, trust, neighbours, doubt; those "
                             "of the others are further columns, to be compared with."),
                )  # fmt: skip
