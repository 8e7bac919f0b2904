"""Texts and numbers beside a figure: captions, cards along a chain, small tables."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.language import say, set_apart


def caption(text: str) -> None:
    """What was done to the data: plain text under a figure."""
    st.html(f'<div class="vs-caption">{html.escape(text)}</div>')


def answer(text: str, replaced: DeltaGenerator | None = None) -> DeltaGenerator:
    """What a figure shows, in one plain sentence with its numbers, above the figure.

    replaced: an earlier sentence of this run, in whose place it stands. An `st.empty` that is
    filled later would take the sentence of the run before off the screen until then.
    """
    body = f'<p class="vs-answer">{html.escape(text)}</p>'
    return st.html(body) if replaced is None else replaced.html(body)


def measured(*texts: str) -> None:
    """How a figure came about: what was done to the data and its intervals, one click below it."""
    with st.expander(say("How this was measured")):
        for text in filter(None, texts):
            caption(text)


def listed(names: Sequence[str]) -> str:
    """Names as a list in a sentence: “poetry, folk and dance”."""
    if len(names) < 2:
        return "".join(names)
    between, last = say(", ‹between names›"), say(" and ‹between names›")
    return set_apart(set_apart(between.join(names[:-1]), last), names[-1])


def user_text(text: str) -> None:
    """A text of the user's, as it is."""
    st.html(f'<p class="vs-text">{html.escape(text)}</p>')


def titled(title: str, beside: str) -> None:
    """A name of the user's, if there is one, and a few words on it, in little room."""
    name = f"<b>{html.escape(title)}</b>" if title else ""
    st.html(f'<div class="vs-titled">{name}<span>{html.escape(beside)}</span></div>')


def user_lines(lines: Iterable[tuple[str, str]]) -> None:
    """Texts of the user's as they are, each beside a few words: (beside, text)."""
    rows = (
        f"<tr><td>{html.escape(beside)}</td><td>{html.escape(text)}</td></tr>"
        for beside, text in lines
    )
    st.html(f'<table class="vs-lines">{"".join(rows)}</table>')


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
