"""Choosing vectors: those of a text, a model of the shelf, or a file of one's own."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core import uploads
from core.text.specs import Source
from core.vectors.specs import PpmiSvd
from core.vectors.store import shelf
from core.vectors.store.loading import VectorFile
from dashboard import state
from dashboard.chain import corpus_picker, models, spaces, training
from dashboard.language import say
from dashboard.slots import slot

OF_ITEMS = ("neighbours", "map")
"""Pages that take the rows of a collection as well as words."""


def context() -> list[tuple[str, str]]:
    """The vectors in use, and the text that they are of where that is known."""
    entry = models.entry_of()
    if entry is None:
        name = say("PPMI-SVD {d}-d", d=state.get("dim", PpmiSvd().dim))
        return [*corpus_picker.context(), ("Vectors", name)]
    text = _text_of(entry)
    known = [("Text", corpus_picker.named(text))] if text is not None else []
    return [*known, ("Vectors", spaces.called(entry))]


def words() -> list[str]:
    """The words that have vectors."""
    entry = models.entry_of()
    if entry is None:
        return corpus_picker.words()
    return [] if entry.of_items else shelf.load(entry.id).words


def pick() -> None:
    """Draw the picker: a text, whose own vectors are used then, or a model or a file of vectors."""
    left, right = st.columns(2, gap="large")
    with left:
        corpus_picker.pick(used=models.entry_of() is None)
    with right:
        _upload()
        models.pick("Vectors", items=state.page() in OF_ITEMS, bring=False)
        if (entry := models.entry_of()) is not None:
            models.part(entry)


@dataclass
class Pending:
    """The last file of vectors that was given: the browser's id, and what is loaded of it."""

    file: str = ""
    spec: VectorFile | None = None


def _upload() -> None:
    """A place for a file of vectors, which is opened once it is on the shelf."""
    data = st.file_uploader(
        say("Open your own vectors"),
        key="vectors-upload",
        help=say(
            "word2vec, GloVe, fastText, CSV, JSON, Parquet and others, also packed. A bare matrix "
            "with a word list, and how a file is to be read: page “Models”, tab “Load”."
        ),
    )
    pending = slot(Pending)
    if data is not None and data.file_id != pending.file:
        pending.file = data.file_id
        pending.spec = VectorFile(name=data.name, digest=uploads.keep(data.name, data))
        training.start(pending.spec)
    if data is not None and pending.spec is not None and loaded(pending.spec):
        pending.spec = None
        st.rerun()


def loaded(spec: VectorFile) -> bool:
    """Show how a file of vectors is loaded; once it is on the shelf it is in use."""
    training.follow(spec)
    kept = training.outcome(spec)
    if kept is None:
        return False
    use(kept.entry.id)
    return True


def use(id: str) -> None:
    """Make a model of the shelf the one in use."""
    state.put_all({"model": id, "part": "word"})


def _text_of(entry: shelf.Entry) -> Source | None:
    """The text that a model was trained on, if that is known."""
    leaves = dict(entry.training.leaves()) if entry.training is not None else {}
    if "source" not in leaves:
        return None
    return Source().replace(**{name: leaves[name] for name, _ in Source().leaves()})
