"""The three doors of the first page: a sample, texts of one's own, vectors or a table."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import streamlit as st

from core import uploads
from core.errors import CoreError, SourceError
from core.messages import message
from dashboard import state
from dashboard.chain import corpus_picker
from dashboard.language import say
from dashboard.markdown import plain_message
from dashboard.slots import slot
from dashboard.ui import context
from dashboard.ui.work import errors_shown
from dashboard.words.memory import Brought

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

TABLES = (".csv", ".tsv")


def show() -> None:
    """The doors, side by side."""
    for place, draw in zip(st.columns(3, gap="medium"), (_sample, _texts, _vectors), strict=True):
        with place, st.container(key=f"door{draw.__name__}", height="stretch"), errors_shown():
            draw()


def _heading(title: str, text: str) -> None:
    st.html(f'<div class="vs-door"><h2>{say(title)}</h2><p>{say(text)}</p></div>')


def _sample() -> None:
    _heading(
        "Try the sample",
        "106 Wikipedia articles, 1,797 handwritten digits: everything works on them at once.",
    )
    with st.container(horizontal=True, gap="small"):
        for label, page, query in (
            ("Nearest words", "neighbours", {"expression": "music"}),
            ("Map of digits", "collection", {"rows_from": "digits"}),
            ("Train on pictures", "latent", {}),
        ):
            st.button(
                say(label), key=f"sample:{page}", on_click=_open_sample, args=(page, query),
                type="primary" if page == "neighbours" else "secondary",
            )  # fmt: skip


def _open_sample(page: str, query: dict[str, str]) -> None:
    from dashboard.navigation import kinds

    state.adopt(*(kind.from_query(query)[0] for kind in kinds(page)))
    state.leave_for(page)


def _texts() -> None:
    _heading(
        "Open my texts",
        "txt, csv, jsonl, zip, any encoding: counts, word vectors, neighbours, map, keywords.",
    )
    corpus_picker.drop(labelled=False)


def _vectors() -> None:
    _heading(
        "Open my vectors or table",
        "word2vec, GloVe, parquet, csv, npy, h5ad, a zip of pictures: map, labels, neighbours, "
        "and how far to trust them.",
    )
    files = st.file_uploader(
        say("Vectors or a table"), key="door-vectors", accept_multiple_files=True,
        label_visibility="collapsed",
    )  # fmt: skip
    brought, ids = slot(Brought), tuple(file.file_id for file in files or ())
    if ids and ids != brought.files:
        brought.files, brought.refusal = ids, None
        try:
            _open(files)
        except CoreError as error:
            brought.refusal = error
    if ids and brought.refusal is not None:
        st.error(plain_message(brought.refusal), icon=":material/error:")
    if brought.vectors is not None:
        from dashboard.chain import vectors_picker

        if vectors_picker.loaded(brought.vectors):
            brought.vectors = None
            state.leave_for("neighbours")


def _open(files: list[UploadedFile]) -> None:
    """Word vectors go on the shelf; pictures are modelled; any other table is a collection.

    Raises SourceError.
    """
    from core.items.collection_specs import of_files
    from core.items.opening import READABLE
    from core.spaces.specs import Kept
    from core.vectors.store.loading import VectorFile
    from dashboard.chain import training

    kept = [(uploads.base_name(file.name), uploads.keep(file.name, file)) for file in files]
    if _are_pictures(kept):
        _model_pictures(files)
    names = [name.lower() for name, _ in kept]
    if all(name.endswith(READABLE) for name in names) and not _are_words(kept):
        collections: Any = context.module("collection")
        state.adopt(Kept())
        collections.bring(of_files("upload", kept))
        state.leave_for("collection")
    [(name, digest), *more] = kept
    if len(more) > 1:
        raise SourceError(
            message(
                "Word vectors come in one file, or in two: the vectors and the list of their "
                "words. These are {n}: {names}.",
                n=len(kept),
                names=", ".join(name for name, _ in kept),
            )
        )
    spec = VectorFile(name=name, digest=digest)
    if more:
        spec = spec.replace(list_name=more[0][0], list_digest=more[0][1])
    training.start(spec)
    slot(Brought).vectors = spec


def _are_pictures(kept: list[tuple[str, str]]) -> bool:
    """Whether there are pictures alone, without a table that they belong to."""
    from core.items.greys import PICTURES
    from core.items.zipped import members

    names = [name for name, _ in kept]
    if len(kept) == 1 and names[0].lower().endswith(".zip"):
        [(name, digest)] = kept
        names = list(members(uploads.path(name, digest), name))
    return bool(names) and all(name.lower().endswith(PICTURES) for name in names)


def _model_pictures(files: list[UploadedFile]) -> NoReturn:
    """Open pictures on the page that sorts them. Raises SourceError."""
    from core.items.files import store_together

    for file in files:
        file.seek(0)
    state.adopt(store_together([(file.name, file) for file in files]))
    state.leave_for("latent")


def _are_words(kept: list[tuple[str, str]]) -> bool:
    """Whether a table is a list of words, each with its vector."""
    from core.reading.kinds import guess

    [(name, digest), *more] = kept
    if more or not name.lower().endswith(TABLES):
        return False
    with tempfile.TemporaryDirectory() as folder:  # the kind follows from the name, too
        path = Path(folder) / Path(name).name
        path.symlink_to(uploads.path(name, digest))
        return guess([path]) == "vectors"
