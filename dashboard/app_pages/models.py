"""Models: train word vectors in the background, keep them on a shelf, load and save them."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import streamlit as st

from core import uploads
from core.errors import CoreError
from core.specs import Spec
from core.text.shelf import file_source, list_files
from core.vectors import shelf
from core.vectors.exports import WRITERS
from core.vectors.loading import VectorFile
from core.vectors.model import space
from core.vectors.specs import PpmiSvd
from core.vectors.trainings import Explicit, Glove, Shelved, SimplerGlove, Word2Vec
from dashboard import state
from dashboard.figures.models import loss_curve
from dashboard.model_views import TrainView
from dashboard.ui import models, page, trainer, training
from dashboard.ui.figure import show_figure
from dashboard.ui.work import told

TABS = ["Train", "Gallery", "Load"]
KINDS = {
    "Word2Vec": "word2vec",
    "Glove": "GloVe",
    "SimplerGlove": "simpler GloVe",
    "Explicit": "explicit",
    "PpmiSvd": "PPMI-SVD",
}
"""What the gallery calls a trained model; a loaded one is called by its format."""
SPECS: tuple[type[Spec], ...] = (
    TrainView, Word2Vec, Glove, SimplerGlove, Explicit, PpmiSvd, Shelved,
)  # fmt: skip


def name_of(spec: Spec) -> str:
    """What a job makes, for people."""
    return spec.name if isinstance(spec, VectorFile) else shelf.name_of(spec)


def train() -> None:
    """Formula and losses left, the settings right."""
    screen, side = page.layout()
    spec: Spec | None = None
    with side:
        kind = trainer.kind()
        with told():
            spec = trainer.panel(kind)
    with screen:
        training.watch(name_of)
        if spec is None:
            return
        with st.container(border=True, key="formula"):
            trainer.explain(spec)
        with told():
            ready(spec)
    state.publish(state.spec(TrainView), spec)


def ready(spec: Spec) -> None:
    """The button, or the model these settings already gave."""
    entry = shelf.find(spec.key)
    if entry is not None:
        st.markdown(f"##### {page.plain(entry.name)}")
        finished(entry, spec)
        return
    training.outcome(spec)
    job = training.job_of(spec)
    if job is not None and not job.done:
        st.caption("These settings are being trained; you may close the browser meanwhile.")
    else:
        st.markdown(f"##### {page.plain(shelf.name_of(spec))}")
        st.caption(
            "Not trained yet. It runs on the server, goes on when the browser is closed, and "
            "is kept on the shelf."
        )
        if st.button("Train", type="primary", icon=":material/model_training:", key="train"):
            training.start(spec)
            st.rerun()
    details(spec)


def finished(entry: shelf.Entry, spec: Spec) -> None:
    """Losses and facts of a trained model, and where to go with it."""
    model = shelf.load(entry.id)
    facts(entry)
    if len(model.history) > 1:
        unit = training.unit(spec)
        show_figure(
            loss_curve(model.history, unit, model.optimum, training.step_of(spec)),
            "loss",
            alt=f"Loss of {entry.name} by step, at last {model.history[-1, 1]:.4g} {unit}",
            height=340,
            filename="loss",
        )
        page.caption(said(entry, spec, model.history[-1], model.optimum))
    if st.button("Its neighbours", icon=":material/hub:", key="to-neighbours", type="primary"):
        training.go_to_neighbours(entry.id)
    details(spec)


def said(entry: shelf.Entry, spec: Spec, last: Any, optimum: float) -> str:
    """How the losses were measured."""
    text = f"Loss after each step, in {training.unit(spec)}; at last {last[1]:.4g}"
    if math.isfinite(last[2]):
        text += f", and {last[2]:.4g} on what was held out"
    if math.isfinite(optimum):
        text += f"; the least possible, were every cell free, is {optimum:.4g}"
    if isinstance(spec, Word2Vec):
        text += (
            ". Estimated on the same sampled pairs after each pass: 2 % of the text is held out. "
            f"gensim with {spec.workers} worker{'s' if spec.workers > 1 else ''}: "
        )
        text += "not the same at every run" if spec.workers > 1 else "the same at every run"
    elif isinstance(spec, (Glove, SimplerGlove)):
        text += ". 2 % of the pairs are held out; one thread, the same at every run"
    return text + "."


def facts(entry: shelf.Entry) -> None:
    """Size, time and scores as a strip of cards."""
    cards = [
        ("words", f"{entry.words:,}", "vectors of the model"),
        ("dimension", f"{entry.dim}", "numbers in a vector"),
        ("on disk", size_of(entry.bytes), "all its arrays"),
    ]
    if entry.seconds:
        cards.append(("training", f"{entry.seconds:,.1f} s", "time the training took"))
    cards += [
        (
            name,
            f"{score['value']:.3f}".replace("-", "−"),
            f"{score['covered']:,} of {score['total']:,} covered",
        )
        for name, score in entry.scores.items()
        if score["value"] is not None
    ]
    page.chain_strip(cards)


def size_of(n: int) -> str:
    """Bytes, for people."""
    return f"{n / 1e6:,.1f} MB" if n >= 1e5 else f"{n / 1e3:,.1f} kB"


def details(spec: Spec) -> None:
    """Code and provenance."""
    tabs = st.tabs(["Code", "Provenance"], on_change="rerun", key="train-tabs")
    if tabs[0].open:
        with tabs[0]:
            page.code(_code(spec))
    if tabs[1].open:
        with tabs[1]:
            page.provenance(spec)


def _code(spec: Spec) -> str:
    return f"""from core.counts import Association, Counts
from core.text import Corpus, Source, Text
from core.vectors import Explicit, Glove, PpmiSvd, SimplerGlove, Word2Vec, fit

model = fit({page.constructor(spec)})
print(model.word.shape, model.history[-1] if len(model.history) else None)
"""


def gallery() -> None:
    """All models in a table; one of them to rename, save or delete."""
    training.watch(name_of)
    found = shelf.entries()
    if not found:
        st.info("The shelf is empty. Train a model, or load one.", icon=":material/shelves:")
        return
    table = pd.DataFrame(
        [
            {
                "name": entry.name,
                "kind": KINDS.get(entry.kind, entry.kind),
                "words": entry.words,
                "d": entry.dim,
                "MB": round(entry.bytes / 1e6, 1),
                "training, s": round(entry.seconds, 1) if entry.seconds else None,
                **{name: score["value"] for name, score in entry.scores.items()},
                "made": entry.made.replace("T", " ")[:16],
            }
            for entry in found
        ]
    )
    page.download_table(table, "models", "gallery")
    left, right = st.columns([3, 1.4], vertical_alignment="bottom")
    with left:
        id = models.pick("Open a model", live=None)
    entry = shelf.get(id)
    with right:
        which = models.part(entry)
    with st.container(border=True, key="opened"):
        facts(entry)
        if entry.origin:
            page.caption(f"Loaded from “{entry.origin}”.")
        actions(entry, which)
        if entry.training is not None:
            with st.expander("Settings it was trained with"):
                page.provenance(entry.training)
    state.publish(state.spec(Shelved))


def actions(entry: shelf.Entry, which: str) -> None:
    """Go to its neighbours; save, rename, delete."""
    with st.container(horizontal=True, gap="small"):
        if st.button("Its neighbours", icon=":material/hub:", key="gallery-neighbours"):
            training.go_to_neighbours(entry.id)
        with st.popover("Save as a file", icon=":material/download:"):
            format = st.selectbox("Format", list(WRITERS), key="export-format")
            ending, write = WRITERS[format]
            page.download_later(
                f"{entry.words:,} × {entry.dim} vectors",
                lambda: write(shelf.load(entry.id).words, space(shelf.load(entry.id), which).word),
                f"{'-'.join(entry.name.replace(',', '').split())[:60]}{ending}",
                "application/octet-stream",
                "export",
            )
        with st.popover("Rename", icon=":material/edit:"), told():
            name = st.text_input("New name", entry.name, key=f"name:{entry.id}",
                                 max_chars=shelf.LONGEST_NAME)  # fmt: skip
            if st.button("Rename", key="rename"):
                shelf.rename(entry.id, name)
                st.rerun()
        with st.popover("Delete", icon=":material/delete:"):
            st.caption("The model is removed from the disk.")
            if st.button("Delete for good", key="delete"):
                shelf.delete(entry.id)
                state.put("model", "")
                st.rerun()


def load() -> None:
    """Files of vectors: an upload, or a file on the server."""
    training.watch(name_of)
    st.caption(
        "word2vec text and binary, GloVe text, fastText .vec and .bin, NumPy or safetensors "
        "matrix with a word list, Projector TSV; text and binary also as gz, bz2 or xz. Nothing "
        "is ever unpickled."
    )
    left, right = st.columns(2, gap="large")
    with left:
        data = st.file_uploader("Vectors", key="vectors-file")
    with right:
        listed = st.file_uploader("Word list, where the vectors are a bare matrix", key="list-file")
    served = _served()
    first = int(
        st.number_input(
            "Only the first N words (0: all)", 0, 10_000_000, 0, step=10_000, key="first",
            help="Most files hold the most frequent words first.",
        )
    )  # fmt: skip
    with told():
        spec = _chosen_file(data, listed, served, first)
        if spec is None:
            return
        if st.button("Load", type="primary", icon=":material/upload_file:", key="load"):
            training.start(spec)
            st.rerun()
        if (result := training.outcome(spec)) is not None:
            entry, notes = result
            st.success(f"“{page.plain(entry.name)}” is on the shelf.", icon=":material/check:")
            facts(entry)
            for note in notes:
                st.warning(page.plain_message(note), icon=":material/warning:")
            if st.button("Its neighbours", icon=":material/hub:", key="loaded-neighbours"):
                training.go_to_neighbours(entry.id)


def _served() -> str | None:
    """A file below the folder that may be read, where there is such a folder."""
    try:
        files = [name for name in list_files(text=False) if not name.endswith("/")]
    except CoreError:
        return None
    return st.selectbox("Or a file on the server", files, index=None, key="server-vectors")


def _chosen_file(data: Any, listed: Any, served: str | None, first: int) -> VectorFile | None:
    if data is not None:
        kept: dict[str, str] = st.session_state.setdefault("kept-files", {})
        for file in (data, listed):
            if file is not None and file.file_id not in kept:
                kept[file.file_id] = uploads.keep(file.name, file)
        more = {"list_name": listed.name, "list_digest": kept[listed.file_id]} if listed else {}
        return VectorFile("upload", name=data.name, digest=kept[data.file_id], first=first, **more)
    if served:
        return VectorFile("file", name=served, digest=file_source(served).digest, first=first)
    return None


def main() -> None:
    notices = state.begin("models", SPECS)
    page.header("Models", "Train word vectors, keep them, load and save them.")
    page.notices(notices)
    tabs = st.tabs(TABS, on_change="rerun", key="models-tabs")
    for tab, show in zip(tabs, (train, gallery, load), strict=True):
        if tab.open:
            with tab, told():
                show()


main()
