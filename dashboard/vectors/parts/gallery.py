"""The models on the shelf, and what can be done with one of them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.kinds import LONGEST_TITLE
from core.messages import message
from core.specs import Spec
from core.vectors.kinds import KINDS
from core.vectors.models.model import space
from core.vectors.specs import PpmiSvd, Shelved
from core.vectors.store import shelf
from core.vectors.store.exports import WRITERS, file_name
from core.vectors.store.loading import VectorFile
from dashboard import state
from dashboard.chain import models, spaces, training
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.ui import address, downloads, provenance_tab
from dashboard.ui.captions import caption, chain_strip
from dashboard.ui.work import errors_shown


def name_of(spec: Spec) -> str:
    """The name of the model a job makes."""
    return spec.name if isinstance(spec, VectorFile) else spaces.title_of(spec)


def show() -> None:
    """All models in a table; one of them to rename, save or delete."""
    training.watch(name_of)
    for id in shelf.damaged():
        damaged(id)
    entries = shelf.entries()
    if not entries:
        if not training.running():
            text = (
                "The shelf is empty. Train a model, load one, or begin with PPMI-SVD of this text."
            )
            training.offer(state.spec(PpmiSvd), say(text))
        return
    table = pd.DataFrame(
        [
            {
                "name": entry.name,
                "kind": kind_name(entry),
                "words": entry.words,
                "d": entry.dim,
                "MB": round(entry.bytes / 1e6, 1),
                "training, s": round(entry.seconds, 1) if entry.seconds else None,
                **{name: score["value"] for name, score in entry.scores.items()},
                "made": entry.made.replace("T", " ")[:16],
            }
            for entry in entries
        ]
    )
    kinds, names = [say(kind) for kind in table["kind"]], [*map(spaces.called, entries)]
    translated = table.assign(kind=kinds, name=names)
    downloads.table(table, "models", "gallery", on_screen=translated)
    left, right = st.columns([3, 1.4], vertical_alignment="bottom")
    with left:
        id = models.pick("Open a model", live=None, items=True, offers=False)
    entry = shelf.get(id)
    with right:
        which = models.part(entry)
    with st.container(border=True, key="opened"):
        facts(entry)
        if entry.origin:
            caption(say("Loaded from “{origin}”.", origin=entry.origin))
        actions(entry, which)
        if entry.training is not None:
            with st.expander(say("Settings it was trained with")):
                provenance_tab.show(entry.training)
    address.publish(state.spec(Shelved))


def damaged(id: str) -> None:
    """A model that cannot be read, and a button that deletes it."""
    with st.container(border=True, key=f"damaged-{id}"), errors_shown():
        st.warning(
            marked("The model “{id}” is damaged and cannot be opened.", id=id),
            icon=":material/warning:",
        )
        if st.button(say("Delete for good"), key=f"delete:{id}", icon=":material/delete:"):
            shelf.delete(id)
            st.rerun()


def kind_name(entry: shelf.Entry) -> str:
    """The kind of a trained model as the gallery names it; of a loaded one, its format."""
    names: dict[str, str] = {kind.class_name: kind.name for kind in KINDS}
    names[shelf.ITEMS] = message("Items")
    return names.get(entry.kind, entry.kind)


def facts(entry: shelf.Entry) -> None:
    """Size, time and scores as a strip of cards."""
    cards = [
        ("rows" if entry.of_items else "words", f"{entry.words:,}", "vectors of the model"),
        ("dimension", f"{entry.dim}", "numbers in a vector"),
        ("on disk", size_of(entry.bytes), "all its arrays"),
    ]
    if entry.seconds:
        took = say("{seconds:,.1f} s", seconds=entry.seconds)
        cards.append(("training", took, "time the training took"))
    cards += [
        (
            name,
            f"{score['value']:.3f}".replace("-", "−"),
            say("{covered:,} of {total:,} covered", covered=score["covered"], total=score["total"]),
        )
        for name, score in entry.scores.items()
        if score["value"] is not None
    ]
    chain_strip(cards)


def size_of(n: int) -> str:
    """A size in bytes as text, in kB or MB."""
    return f"{n / 1e6:,.1f} MB" if n >= 1e5 else f"{n / 1e3:,.1f} kB"


def to_neighbours(entry: shelf.Entry, key: str, **look: Any) -> None:
    """A button that opens the neighbours page with this model."""
    st.button(
        say("Its neighbours"), icon=":material/hub:", key=key,
        on_click=training.go_to_neighbours, args=(entry.id,), **look,
    )  # fmt: skip


def actions(entry: shelf.Entry, which: str) -> None:
    """Go to its neighbours; save, rename, delete."""
    with st.container(horizontal=True, gap="small"):
        to_neighbours(entry, "gallery-neighbours")
        with st.popover(say("Save as a file"), icon=":material/download:"):
            labels = {name: say(name) for name in WRITERS}
            format = st.selectbox(
                say("Format"), list(WRITERS), key=state.worded("export-format"),
                format_func=labels.__getitem__,
            )  # fmt: skip
            ending, write = WRITERS[format]
            downloads.later(
                message("{words:,} × {dim} vectors", words=entry.words, dim=entry.dim),
                lambda: write(
                    spaces.tokens(shelf.load(entry.id).vocabulary),
                    space(shelf.load(entry.id), which).word,
                ),
                f"{file_name(entry.name)}{ending}",
                "application/octet-stream",
                "export",
            )
        with st.popover(say("Rename"), icon=":material/edit:"), errors_shown():
            name = st.text_input(say("New name"), entry.name, key=f"name:{entry.id}",
                                 max_chars=LONGEST_TITLE)  # fmt: skip
            if st.button(say("Rename"), key="rename"):
                shelf.rename(entry.id, name)
                st.rerun()
        with st.popover(say("Delete"), icon=":material/delete:"), errors_shown():
            st.caption(say("The model is removed from the disk."))
            if st.button(say("Delete for good"), key="delete"):
                shelf.delete(entry.id)
                state.put("model", "")
                st.rerun()
