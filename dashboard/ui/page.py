"""What every page has in common: title, screen and panel, the caption, the tabs below a figure."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import cache
from core.errors import SpecError
from core.messages import Message
from core.specs import Spec
from core.text.reading import ReadReport
from dashboard.language import say
from dashboard.ui import share

if TYPE_CHECKING:
    import pandas as pd  # half a second that the first picture does not need

MARKDOWN = frozenset(r"\`*_{}[]()<>#+-.!|~$:")


def themed(option: str) -> str:
    """A colour of the theme, in CSS."""
    light, dark = (st.get_option(f"theme.{side}.{option}") for side in ("light", "dark"))
    return f"light-dark({light}, {dark})"


STYLE = (
    f"<style>.stApp {{ --vs-card:{themed('secondaryBackgroundColor')}; }}</style>"
    + """
<style>
.vs-head { display:flex; align-items:baseline; gap:.9rem; flex-wrap:wrap; margin:0 0 .1rem; }
.vs-head h1 { font-size:1.55rem; font-weight:650; margin:0; padding:0; letter-spacing:-.01em; }
.vs-head p { margin:0; opacity:.72; font-size:.95rem; }
.vs-stage { font-size:.74rem; text-transform:uppercase; letter-spacing:.09em; font-weight:650;
  opacity:.85; display:flex; gap:.5rem; align-items:center; margin-top:.35rem; }
.vs-stage span { border:1px solid currentColor; border-radius:50%; width:1.25rem; height:1.25rem;
  display:inline-flex; align-items:center; justify-content:center; font-size:.7rem; }
.vs-stage::after { content:""; flex:1; border-top:1px solid currentColor; opacity:.25; }
.vs-caption { font-size:.88rem; opacity:.8; line-height:1.45; margin:.1rem 0 .4rem; }
.vs-chain { position:relative; display:flex; flex-wrap:wrap; gap:.35rem; margin:.2rem 0 .6rem; }
.vs-chain > div { flex:1 1 7.2rem;
  border:1px solid color-mix(in srgb, currentColor 22%, transparent);
  border-radius:.45rem; padding:.4rem .6rem; min-width:0; }
.vs-chain b { display:block; font-size:1.12rem; font-weight:600;
  font-variant-numeric:tabular-nums; }
.vs-chain small { opacity:.75; font-size:.76rem; display:block; }
/* What a number means: below its card while it is pointed at, tapped or reached by key. */
.vs-chain i { position:absolute; width:1px; height:1px; overflow:hidden; clip-path:inset(50%);
  font-style:normal; font-size:.8rem; line-height:1.4; }
.vs-chain > div:is(:hover, :focus) i { width:auto; height:auto; clip-path:none; z-index:30; left:0;
  right:0; margin-top:.6rem; padding:.4rem .6rem; border-radius:.45rem; pointer-events:none;
  border:1px solid color-mix(in srgb, currentColor 22%, transparent);
  background:var(--vs-card); box-shadow:0 2px 10px rgb(0 0 0 / .18); }
.vs-lines { width:100%; border-collapse:collapse; font-size:.9rem; table-layout:fixed; }
.vs-lines td { padding:.28rem .3rem; vertical-align:top; overflow-wrap:anywhere;
  border-bottom:1px solid color-mix(in srgb, currentColor 12%, transparent); }
.vs-lines td:first-child { width:22%; opacity:.65; font-size:.8rem; }
.vs-lines mark { background:color-mix(in srgb, #E69F00 38%, transparent); color:inherit;
  border-radius:.2rem; padding:0 .15rem; font-weight:600; }
.vs-lines mark.other { background:color-mix(in srgb, #56B4E9 40%, transparent); }
.vs-text { margin-top:-.6rem; }
.vs-facts { width:100%; border-collapse:collapse; font-size:.92rem; margin:.2rem 0 .8rem; }
.vs-facts th { text-align:left; font-weight:600; font-size:.8rem; opacity:.85; padding:.3rem; }
.vs-facts td { padding:.3rem; font-variant-numeric:tabular-nums; overflow-wrap:anywhere;
  border-top:1px solid color-mix(in srgb, currentColor 14%, transparent); }
.vs-facts td:first-child { opacity:.75; width:46%; }
.st-key-needed td:first-child { width:72%; }
/* The controls stay beside the picture, and scroll by themselves where they are long. */
@media (min-width: 900px) {
  [data-testid="stColumn"]:has(> div > .st-key-panel), [data-testid="stColumn"]:has(.st-key-panel) {
    position:sticky; top:3.4rem; align-self:flex-start; max-height:calc(100vh - 4rem);
    overflow-y:auto; overflow-x:hidden; scrollbar-width:thin; padding-right:.35rem; } }
/* Work in progress beside a picture floats over the page instead of moving it. */
[class*="st-key-floating-"] { position:fixed; z-index:50; bottom:1rem; left:50%;
  transform:translateX(-50%); width:min(34rem, 92vw); padding:.55rem .9rem;
  background:color-mix(in srgb, Canvas 92%, CanvasText 8%); border-radius:.5rem;
  box-shadow:0 2px 14px rgb(0 0 0 / .28); }
[class*="st-key-floating-"] ~ [class*="st-key-floating-"] { bottom:6rem; }
/* Streamlit's own captions, chosen buttons and highlighted code fall short of 4.5:1 here. */
button[aria-checked="true"] p { color:color-mix(in srgb, currentColor 55%, CanvasText); }
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p {
  color:inherit; opacity:.9; }
[data-testid="stCode"] .token { color:inherit; }
[data-testid="stCode"] .token.keyword { color:color-mix(in srgb, #0072B2 60%, currentColor); }
[data-testid="stCode"] .token.string { color:color-mix(in srgb, #009E73 45%, currentColor); }
[data-testid="stCode"] .token:is(.number, .boolean) {
  color:color-mix(in srgb, #D55E00 50%, currentColor); }
.stMarkdown .katex-display { padding:.2rem 0; overflow:visible; }
@media (max-width: 640px) { .stMarkdown .katex-display { overflow-x:auto; overflow-y:hidden; } }
[class*="st-key-presets-"] { gap:0 .9rem; }
[class*="st-key-presets-"] button { min-height:1.7rem; padding:0; }
/* On a phone the slider stays in sight while one scrolls through what it moves. */
@media (max-width: 640px) {
  [data-testid="stLayoutWrapper"]:has(> .st-key-rank) { position:sticky; top:3.5rem; z-index:20;
    background:color-mix(in srgb, Canvas 78%, transparent); backdrop-filter:blur(14px); } }
@media (max-width: 640px) { [data-testid="stButtonGroup"] [role="radiogroup"] { flex-wrap:wrap; } }
@media (max-width: 640px) {
  .katex-display > .katex { font-size:.92rem; white-space:normal; } }
[data-testid="InputInstructions"] { display:none; }
@media (max-width: 640px) { .vs-lines td:first-child { width:30%; } }
</style>
"""
)


def header(title: str, what: str) -> None:
    """The page's title and one sentence on what it shows, and the way to share it."""
    st.html(STYLE)
    title, what = say(title), say(what)
    st.session_state["title"] = title
    with st.container(key="head", horizontal=True, vertical_alignment="center"):
        st.html(
            f'<div class="vs-head"><h1>{html.escape(title)}</h1><p>{html.escape(what)}</p></div>'
        )
        share.buttons()


def heading(name: str) -> None:
    """A heading among the controls of a panel."""
    st.html(f'<div class="vs-stage">{html.escape(say(name))}</div>')


def layout() -> tuple[DeltaGenerator, DeltaGenerator]:
    """(screen, panel): the picture left and its controls right; on a phone, below it."""
    screen, panel = st.columns([3.3, 1.15], gap="large")
    return screen, panel.container(key="panel")


def notices(sentences: Iterable[str]) -> None:
    """Say what of a link could not be used; `notice` adds to it."""
    place = st.session_state["notices-place"] = st.container()
    with place:
        for sentence in sentences:
            _notice(sentence)


def notice(sentence: str) -> None:
    """Say of a link what came out while its page was drawn, until a setting changes."""
    session = st.session_state
    if sentence in session["notices"]:
        return
    session["notices"].append(sentence)
    session["noticed"] = None  # what `state.publish` tells a change by: it starts from here
    context = get_script_run_ctx()
    if context is not None and context.fragment_ids_this_run:
        _notice(sentence)  # the top of the page is of an earlier run
    else:
        with session["notices-place"]:
            _notice(sentence)


def _notice(sentence: str) -> None:
    st.warning(plain_message(sentence), icon=":material/link_off:")


def caption(text: str) -> None:
    """What was done to the data: plain text under a figure."""
    st.html(f'<div class="vs-caption">{html.escape(text)}</div>')


def chain_strip(steps: Sequence[tuple[str, str, str]]) -> None:
    """Numbers along the chain, as (name, value, explanation)."""
    cards = "".join(
        f'<div tabindex="0" role="note"><small>{html.escape(say(name))}</small>'
        f"<b>{html.escape(value)}</b><i>{html.escape(say(why))}</i></div>"
        for name, value, why in steps
    )
    st.html(f'<div class="vs-chain">{cards}</div>')


def facts(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A small table of text; it costs a tenth of an interactive one."""
    body = "".join(f"<tr>{_cells(row, 'td')}</tr>" for row in rows)
    st.html(
        f'<table class="vs-facts"><thead><tr>{_cells(map(say, head), "th")}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _cells(texts: Iterable[str], tag: str) -> str:
    return "".join(f"<{tag}>{html.escape(text)}</{tag}>" for text in texts)


def reading_report(report: ReadReport) -> None:
    """How the text was read: encoding, size, and whatever was wrong with it."""
    several = "Read {bytes:,} bytes as {encoding}, {documents:,} documents."
    caption(
        say(
            "Read {bytes:,} bytes as {encoding}, 1 document." if report.documents == 1 else several,
            bytes=report.bytes_read,
            encoding=report.encoding,
            documents=report.documents,
        )
    )
    for note in report.notes:
        st.warning(plain_message(note), icon=":material/warning:")


def passages(found: Sequence[tuple[str, str]]) -> None:
    """Pieces of the text as they stand, each under its document's name."""
    for document, text in found:
        st.caption(plain(document))
        st.html(f'<p class="vs-text">{html.escape(text)}</p>')


def provenance(*specs: Spec) -> None:
    """The settings behind a picture, whole, as a table and as the JSON that names its cache."""
    import pandas as pd

    for spec in specs:
        rows = [
            (name, say("yes") if v is True else say("no") if v is False else v)
            for name, v in spec.leaves()
        ]
        table = pd.DataFrame(
            [(name, str(value)) for name, value in rows if value != ""],
            columns=[say("setting"), say("value")],
        )
        st.dataframe(
            table, hide_index=True, height="content", key=f"provenance:{type(spec).__name__}"
        )
        st.caption(say("{kind} · result name {key}", kind=type(spec).__name__, key=spec.key))


def constructor(spec: Spec, named: Mapping[Spec, str] | None = None) -> str:
    """Python that makes this spec, naming only what differs from the defaults.

    named: specs that the lines before have made, and what they called them.
    """
    if named and spec in named:
        return named[spec]
    try:
        default = type(spec)()
    except SpecError:  # it has none
        default = None
    parts = []
    for field in dataclasses.fields(spec):
        value = getattr(spec, field.name)
        if default is None or value != getattr(default, field.name):
            shown = constructor(value, named) if isinstance(value, Spec) else repr(value)
            parts.append(f"{field.name}={shown}")
    return f"{type(spec).__name__}({', '.join(parts)})"


def code(lines: str) -> None:
    """The lines of `core` that give what is shown: to copy, and as a script or a notebook."""
    from dashboard import notebook

    lines = notebook.complete(lines)
    st.code(lines)
    session = st.session_state
    page, title, address = session["page"], session["title"], st.context.url or ""
    told = session.setdefault("published", {})  # at the end of this run: see `state.publish`

    def view() -> notebook.View:
        known = told if told.get("page") == page else {}
        return notebook.View(page, title, address, known.get("query"), known.get("specs", ()))

    stem = notebook.name(view())
    with st.container(horizontal=True, gap="small"):
        download_later(say("Script"), lambda: notebook.script(view(), lines), f"{stem}.py",
                       "text/x-python", "code:script")  # fmt: skip
        download_later(say("Notebook"), lambda: notebook.notebook(view(), lines), f"{stem}.ipynb",
                       "application/x-ipynb+json", "code:notebook")  # fmt: skip


def model_code(spec: Spec, imports: str, lines: str) -> str:
    """Python that does something with a model: `lines`, which call it `spec`."""
    kinds = ", ".join(sorted({type(spec).__name__, "Shelved"}))
    return (
        "from core.counts import Association, Counts\nfrom core.text import Corpus, Source, Text\n"
        f"from core.vectors.specs import {kinds}\n{imports}\nspec = {constructor(spec)}\n{lines}\n"
    )


def download_table(
    table: pd.DataFrame, name: str, key: str, said: Mapping[str, str] | None = None,
    shown_as: pd.DataFrame | None = None,
) -> None:  # fmt: skip
    """A table on the screen, and as CSV, which stays English.

    said: names of columns that hold a value, as they are said; shown_as: the table on the
    screen, where its cells are texts of ours.
    """
    shown = {str(c): (said or {}).get(str(c)) or say(str(c)) for c in table.columns}
    st.dataframe(
        table if shown_as is None else shown_as, hide_index=True, key=f"{key}:table",
        placeholder="–", column_config=shown,
    )  # fmt: skip
    st.download_button(
        say("Table as CSV"),
        data=lambda: table.to_csv(index=False).encode("utf-8-sig"),
        file_name=f"{name}.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        key=f"{key}:csv",
    )


def download_later(label: str, make: Callable[[], Any], file: str, mime: str, key: str) -> None:
    """A download whose bytes are made only when it is asked for."""
    st.download_button(
        say(label), data=make, file_name=file, mime=mime, on_click="ignore",
        icon=":material/download:", key=key,
    )  # fmt: skip


def storage() -> None:
    """How much disk the results take, and a way to forget them."""
    with st.popover(say("Stored results"), icon=":material/database:", width="stretch"):
        st.caption(
            say(
                "{size:,.0f} MB of results in {folder}. They are made again when they are "
                "needed. Uploaded files are kept.",
                size=cache.size() / 1e6,
                folder=cache.folder(),
            )
        )
        if st.button(say("Forget all results"), icon=":material/delete:"):
            cache.clear()
            st.rerun()


def plain(word: str) -> str:
    """A word inside Markdown, its signs taken literally."""
    return "".join(f"\\{sign}" if sign in MARKDOWN else sign for sign in word)


def plain_message(message: object) -> str:
    """A message inside Markdown, in the session's language: what it quotes taken literally,
    `code` kept as code.

    A link or a file can put anything into a message, a picture from elsewhere too.
    """
    if isinstance(message, Exception) and message.args:
        message = message.args[0]
    text = say(message) if isinstance(message, Message) else str(message)
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backtick without its partner is not ours
        return plain(text)
    return "`".join(part if i % 2 else plain(part) for i, part in enumerate(parts))
