"""Choosing a text: a sample, an upload, a file on the server, and how it is cut into words."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from functools import lru_cache

import streamlit as st

from core import network
from core.errors import CoreError
from core.segmentation.specs import Discovery
from core.text.preview import preview
from core.text.reading import ReadReport, columns, read, understood
from core.text.shelf import file_source, list_files, store_upload
from core.text.specs import Source, Text
from core.text.tokenisers import suggest_tokeniser
from dashboard import state
from dashboard.language import say
from dashboard.markdown import marked, plain, plain_message
from dashboard.slots import slot
from dashboard.ui import controls, tables
from dashboard.ui.mirrors import follow

SAMPLES = {
    "wikipedia-sample": "Wikipedia sample (106 articles)",
    "lee-news": "Lee news (300 stories)",
    "peoples-daily": "People's Daily, January 1998",
    "text8": "text8 (17 M words, network)",
}
TABLE = [name for name, _ in Source().leaves() if name.startswith("table_")]
_understood, _columns = lru_cache(64)(understood), lru_cache(64)(columns)
OWN = {"upload": "Your own file …", "file": "A file on the server …"}
TOKENISERS = {
    "words": "Words",
    "chinese": "Chinese words",
    "characters": "Characters",
    "whitespace": "Split at spaces",
    "discovered": "Words discovered here",
}
SUITED = {"peoples-daily": "whitespace"}
METHODS = {
    "branching": "Branching entropy",
    "cohesion": "Cohesion",
    "entropy": "Minimum entropy",
}
SCRIPTS = {"simplified": "Simplified", "as written": "As written"}


def pick(*, cut: bool = True) -> None:
    """Draw the picker; a chosen text becomes a setting once it can be read.

    cut: whether to ask how it is cut into tokens, too.
    """
    current = Source().replace(**{n: state.get(n, v) for n, v in Source().leaves()})
    options: list[str] = [
        *SAMPLES,
        "upload",
        *(["file"] if os.environ.get("VECTORSCOPE_FILES") else []),
    ]
    if current.source not in options:
        options.append(current.source)
    name = current.name if current.source in OWN else say(SAMPLES[current.source])
    name += say(", without spaces") if current.joined else ""
    with st.popover(
        plain(name) or say("Choose a text"), icon=":material/menu_book:", width="stretch"
    ):
        key = "corpus-choice"
        follow(key, current, current.source)
        chosen = st.selectbox(
            say("Text"),
            options,
            options.index(st.session_state[key]),
            key=key,
            format_func={o: say(label) for o, label in (SAMPLES | OWN).items()}.__getitem__,
        )
        try:
            if chosen == "upload":
                _upload(current)
            elif chosen == "file":
                _file(current)
            elif chosen != current.source:
                network.ask_for(chosen)  # text8 alone comes from there
                _adopt(Source(chosen), tokeniser=SUITED.get(chosen, "words"))
        except CoreError as error:
            st.error(plain_message(error), icon=":material/error:")
        controls.toggle(Source, "joined", "Take its spaces out")
        if cut:
            _cutting()


@dataclass
class Stored:
    """The last upload: the browser's id of the file, and the source it was stored as."""

    file: str = ""
    source: Source = field(default_factory=Source)


def _upload(current: Source) -> None:
    if current.source == "upload":
        st.caption(marked("In use: {name}", name=current.name))
    data = st.file_uploader(
        say("Text, table or zip"),
        key="upload",
        help=say(
            "txt, csv, tsv or jsonl, each plain or as gz, bz2 or xz, or several in a zip. "
            "It stays on the machine this app runs on."
        ),
    )
    if data is None:
        if current.source == "upload" and current.column:  # by a link
            with contextlib.suppress(CoreError):  # the page says it
                _with_column(current.replace(column=""), current)
        return
    stored = slot(Stored)
    if stored.file != data.file_id:
        stored.source, stored.file = store_upload(data.name, data), data.file_id
    _with_column(stored.source, current)


def _file(current: Source) -> None:
    files = list_files()
    if not files:
        st.info(say("The folder that may be read holds no text files."))
        return
    index = (
        files.index(current.name) if current.source == "file" and current.name in files else None
    )
    name = st.selectbox(
        say("File or folder"), files, index=index, placeholder=say("Choose …"), key="file"
    )
    if name:
        _with_column(file_source(name), current)


def _with_column(source: Source, current: Source) -> None:
    """Adopt a file; it shows how it was read, and a table asks which column holds the text."""
    if current.digest == source.digest:
        source = source.replace(**{name: dict(current.leaves())[name] for name in TABLE})
    if (shown := _understood(source)) is not None:
        report = _report(source, current)
        options = tables.understood(
            shown,
            source.table,
            f"corpus-table-{source.digest[:12]}",
            rows=report.documents if report and shown.columns else None,
            set_aside=report.set_aside if report else (),
        )
        source = source.replace(**{f"table_{name}": value for name, value in options.leaves()})
    names = _columns(source)
    if names:
        same = current.digest == source.digest and current.column in names
        index = names.index(current.column) if same else (0 if len(names) == 1 else None)
        column = st.selectbox(
            say("Column with the text"), names, index=index, placeholder=say("Choose …")
        )
        if column is None:
            st.info(say("Choose the column that holds the text; until then nothing changes."))
            return
        source = source.replace(column=column)
    if source != current:
        # the example words of the samples may not occur in the user's own text
        _adopt(
            source,
            tokeniser=suggest_tokeniser(preview(source)),
            row_mode="frequency",
            expression="",
            search="",
        )


def _report(source: Source, current: Source) -> ReadReport | None:
    """What reading a file said, where it is in use and has been read."""
    in_use = current.replace(column=source.column) == source
    return read(current).report if in_use and read.ready(current) else None


def _adopt(source: Source, **more: str) -> None:
    state.put_all(dict(source.leaves()) | more)
    st.rerun()


def _cutting() -> None:
    """How the text is cut into tokens."""
    tokeniser = controls.pick(
        Text,
        "tokeniser",
        "Tokens",
        names=TOKENISERS,
        compact=False,
    )
    if tokeniser == "discovered":
        controls.pick(Discovery, "found_by", "Method", names=METHODS, compact=False)
        st.caption(say("Its thresholds are set on the page “Word discovery”."))
    controls.toggle(Text, "lowercase", "Fold to lower case")
    if tokeniser == "chinese":
        controls.pick(
            Text,
            "script",
            "Chinese characters",
            names=SCRIPTS,
        )
        controls.toggle(
            Text,
            "new_words",
            "Guess new words",
        )
    if tokeniser in ("words", "chinese"):
        controls.toggle(Text, "numbers", "Keep numbers")
        controls.toggle(Text, "apostrophes", "Keep apostrophes in words")
