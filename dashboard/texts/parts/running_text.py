"""Running text with the cuts made in it: right, wrong, missed."""

from __future__ import annotations

import html
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.text.discovery import Segmenter
from core.text.letters import Letters, letters_of
from core.text.reading import RawText
from dashboard.language import say

BYTES = 1500  # of a passage
MARKS = {"right": "|", "wrong": "‖", "missed": "¦", "made": "|"}
STYLE = """<style>
.vs-cuts { font-size:1.12rem; line-height:2.05; overflow-wrap:anywhere; margin:.2rem 0 .1rem; }
.vs-cuts p { margin:0; }
.vs-cuts b, .vs-key b { font-weight:700; padding:0 .12em; }
.vs-cuts .right, .vs-key .right { color:color-mix(in srgb, #009E73 78%, currentColor); }
.vs-cuts .wrong, .vs-key .wrong { color:color-mix(in srgb, #D55E00 82%, currentColor); }
.vs-cuts .missed, .vs-key .missed { color:color-mix(in srgb, #0072B2 62%, currentColor); }
.vs-cuts .made { opacity:.6; }
.vs-key { display:flex; flex-wrap:wrap; gap:.2rem 1.3rem; font-size:.88rem; margin:0 0 .5rem; }
</style>"""


@dataclass(frozen=True)
class Passage:
    """A text, its letters, where its words begin by hand (if known), and where they are cut."""

    text: str
    letters: Letters
    gold: np.ndarray
    begins: np.ndarray


def excerpt(raw: RawText, place: float) -> str:
    """A passage of the second half of a text, whole lines; place: where it begins, in %."""
    utf8 = np.asarray(raw.utf8)
    half = len(utf8) // 2
    at = half + int(place / 100 * max(len(utf8) - half - BYTES, 0))
    line_ends = np.flatnonzero(utf8[at : at + 8 * BYTES] == ord("\n"))
    start = at + int(line_ends[0]) + 1 if len(line_ends) else at
    end = start + BYTES
    later = line_ends[line_ends + at > end] if len(line_ends) else line_ends
    if len(later):
        end = min(at + int(later[0]), end + BYTES)
    return raw.decode(start, end).strip() or raw.decode(at, at + BYTES).strip()


def cut(text: str, segmenter: Segmenter, *, gold: bool) -> Passage:
    """Cut a passage; gold: whether its spaces tell where words begin."""
    letters = letters_of(text, joined=gold)
    own = letters.begins if gold else np.zeros(0, bool)
    return Passage(text, letters, own, segmenter.begins(letters))


def show(passage: Passage) -> None:
    """The passage, with a mark at every cut that was made or should have been."""
    codes, begins, gold = passage.letters.codes, passage.begins, passage.gold
    inside = np.concatenate([[False], codes[:-1] > 0]) & (codes > 0)
    marks: dict[int, str] = {}
    for unit in np.flatnonzero(inside).tolist():
        kind = _kind(bool(begins[unit]), bool(gold[unit]) if len(gold) else None)
        if kind:
            marks[int(passage.letters.starts[unit])] = kind
    pieces = []
    for place, character in enumerate(passage.text):
        if mark := marks.get(place):
            pieces.append(f'<b class="{mark}">{MARKS[mark]}</b>')
        if character == "\n":
            pieces.append("<br>")
        elif not (len(gold) and character.isspace()):
            pieces.append(html.escape(character))
    text = f'<p class="vs-text">{"".join(pieces)}</p>'
    st.html(f'{STYLE}<div class="vs-cuts">{text}</div>')
    _key(list(marks.values()), len(gold) > 0)


def _kind(made: bool, wanted: bool | None) -> str:
    if wanted is None:
        return "made" if made else ""
    if made:
        return "right" if wanted else "wrong"
    return "missed" if wanted else ""


def _key(kinds: list[str], judged: bool) -> None:
    """What the marks mean, and how many there are."""
    texts = {
        "right": say("{n:,} right", n=kinds.count("right")),
        "wrong": say("{n:,} wrong", n=kinds.count("wrong")),
        "missed": say("{n:,} missed", n=kinds.count("missed")),
    }
    if not judged:
        texts = {"made": say("{n:,} cuts; nothing tells which are right", n=kinds.count("made"))}
    entries = "".join(
        f'<span><b class="{kind}">{MARKS[kind]}</b> {html.escape(text)}</span>'
        for kind, text in texts.items()
    )
    st.html(f'<div class="vs-key">{entries}</div>')
