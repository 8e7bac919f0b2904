"""Choosing a text: a sample, an upload, a file on the server, and how it is cut into words."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from functools import lru_cache

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core import network
from core.errors import CoreError
from core.messages import message
from core.segmentation.specs import Discovery
from core.specs import declared
from core.text.preview import preview
from core.text.reading import ReadReport, columns, read, understood
from core.text.shelf import file_source, list_files, store_upload
from core.text.specs import Corpus, Source, Text
from core.text.tokenisers import suggest_tokeniser
from core.text.vocabulary import vocabulary
from dashboard import state
from dashboard.language import say
from dashboard.markdown import plain_message
from dashboard.navigation import kinds
from dashboard.slots import slot
from dashboard.ui import controls, notices, tables
from dashboard.ui.mirrors import follow

SAMPLES = {
    "wikipedia-sample": "Wikipedia sample (106 articles)",
    "lee-news": "Lee news (300 stories)",
    "peoples-daily": "People's Daily, January 1998",
    "text8": "text8 (17 M words, network)",
}
KEPT = ["joined", *(name for name, _ in Source().leaves() if name.startswith("table_"))]
"""What a file keeps when another of its columns is chosen."""
_understood, _columns = lru_cache(64)(understood), lru_cache(64)(columns)
OWN = ("upload", "file")
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
    "unigram": "Unigram model",
    "cohesion": "Cohesion",
    "entropy": "Minimum entropy",
}
SCRIPTS = {"simplified": "Simplified", "as written": "As written"}


def context() -> list[tuple[str, str]]:
    """The text in use."""
    _warn_of_cutting()
    return [("Text", named(_current()))]


@dataclass
class Warned:
    """The text whose link was warned of last."""

    digest: str = ""


def _warn_of_cutting() -> None:
    """Warn where a link names a file but not how to cut it, and its script needs another way.

    The link is obeyed: it says so of a text that somebody cut like that on purpose, too.
    """
    current, warned = _current(), slot(Warned)
    now = state.get("tokeniser", Text().tokeniser)
    if not current.digest or warned.digest == current.digest or now != Text().tokeniser:
        return
    if "tokeniser" in st.query_params or st.query_params.get("digest") != current.digest:
        return
    warned.digest = current.digest
    with contextlib.suppress(CoreError):  # the page says that the file is not there
        if (suited := suggest_tokeniser(preview(current))) != now:
            text = (
                "The link does not say how to cut “{name}” into words, so it is cut at spaces and "
                "punctuation. “{suited}” suits its script: choose it under “Change”."
            )
            notices.add(message(text, name=current.name, suited=message(TOKENISERS[suited])))


def words() -> list[str]:
    """The words of the text, the most frequent first, once they are counted."""
    corpus = state.spec(Corpus)
    return vocabulary(corpus).words if vocabulary.ready(corpus) else []


def named(source: Source) -> str:
    """What people call a text."""
    name = source.name if source.source in OWN else say(SAMPLES[source.source])
    return name + say(", without spaces") if source.joined else name


def pick(*, used: bool = True) -> None:
    """Draw the picker; a chosen text becomes a setting once it can be read.

    used: whether the page shows the text, rather than a model of the shelf. How the text is cut
    into tokens is asked where the page has that setting.
    """
    drop()
    current = _current()
    try:
        _samples(current, used)
        if os.environ.get("VECTORSCOPE_FILES"):
            _server_files(current)
    except CoreError as error:
        st.error(plain_message(error), icon=":material/error:")
    controls.toggle(Source, "joined", "Take its spaces out")
    if any("tokeniser" in declared(kind) for kind in kinds(state.page())):
        with st.expander(say("How it is cut into words")):
            _cutting()


def drop(*, labelled: bool = True) -> None:
    """A place for a file, and how the one in use, or about to be, was read."""
    current, pending = _current(), slot(Pending)
    try:
        pending.take(_uploader(labelled))
        if pending.source is not None:
            _with_column(pending.source, current)
        elif current.source in OWN:
            _in_use(current)
    except CoreError as error:
        st.error(plain_message(error), icon=":material/error:")


@dataclass
class Pending:
    """A file that was given but is not in use yet: a column may still be asked for.

    file: the browser's id of the last upload, which goes on being there when it is in use;
    refusal: why that could not be kept.
    """

    file: str = ""
    source: Source | None = None
    refusal: CoreError | None = None

    def take(self, data: UploadedFile | None) -> None:
        """Keep a new upload. Raises SourceError where that is no text."""
        if data is None:
            self.refusal = None
        elif data.file_id != self.file:
            self.file, self.source, self.refusal = data.file_id, None, None
            try:
                self.source = store_upload(data.name, data)
            except CoreError as error:
                self.refusal = error
        if self.refusal is not None:
            raise self.refusal


def _current() -> Source:
    return Source().replace(**{n: state.get(n, v) for n, v in Source().leaves()})


def _uploader(labelled: bool) -> UploadedFile | None:
    file: UploadedFile | None = st.file_uploader(
        say("Open your own text"),
        key="upload",
        label_visibility="visible" if labelled else "collapsed",
        help=say(
            "txt, csv, tsv or jsonl, each plain or as gz, bz2 or xz, or several in a zip. "
            "It stays on the machine this app runs on."
        ),
    )
    return file


def _samples(current: Source, used: bool) -> None:
    """The samples, as a list that shows a file of one's own where that is in use."""
    shown = current.source if used else None
    options = [*SAMPLES, *([current.source] if current.source in OWN else [])]
    names = {o: say(label) for o, label in SAMPLES.items()} | {current.source: named(current)}
    key = state.worded("corpus-choice")
    follow(key, (current, used), shown)
    now = st.session_state[key]
    chosen = st.selectbox(
        say("Or a sample"),
        options,
        None if now is None else options.index(now),
        key=key,
        format_func=names.__getitem__,
        placeholder=say("Choose …"),
    )
    if chosen is not None and chosen != shown:
        network.ask_for(chosen)  # text8 alone comes from there
        adopt(Source(chosen), tokeniser=SUITED.get(chosen, "words"))


def _server_files(current: Source) -> None:
    """The files of the folder that may be read, the one in use chosen."""
    files = list_files()
    if not files:
        st.info(say("The folder that may be read holds no text files."))
        return
    used = current.name if current.source == "file" and current.name in files else None
    follow("file", current, used)
    name = st.selectbox(
        say("Or a file on the server"),
        files,
        None if used is None else files.index(used),
        placeholder=say("Choose …"),
        key="file",
    )
    if name and name != used:
        slot(Pending).source = file_source(name)
        st.rerun()


def _in_use(current: Source) -> None:
    """How the file in use was read; a file of the server as it is now."""
    with contextlib.suppress(CoreError):  # the page says it
        source = current
        if current.source == "file" and current.name in list_files():
            source = file_source(current.name)
        _with_column(source.replace(column=""), current)


def _with_column(source: Source, current: Source) -> None:
    """Adopt a file; it shows how it was read, and a table asks which column holds the text."""
    if current.digest == source.digest:
        source = source.replace(**{name: dict(current.leaves())[name] for name in KEPT})
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
    given, slot(Pending).source = slot(Pending).source is not None, None
    if given or source != current:
        adopt(source, tokeniser=suggest_tokeniser(preview(source)))


def _report(source: Source, current: Source) -> ReadReport | None:
    """What reading a file said, where it is in use and has been read."""
    in_use = current.replace(column=source.column) == source
    return read(current).report if in_use and read.ready(current) else None


def adopt(source: Source, **more: str) -> None:
    """Make a text the one in use, with vectors of its own instead of a model's of the shelf."""
    slot(Pending).source = None
    state.put_all(dict(source.leaves()) | {"model": "", "part": "word"} | more)
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
