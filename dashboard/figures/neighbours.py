"""The nearest words of a query: one list as bars, or two lists joined by lines."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.figures.template import CATEGORICAL, MUTED, cut, escape
from dashboard.language import say

TITLE = 60  # characters of a row's title in its bar
LINE = 22  # characters in a heading's line: half the width of a phone
HOVER = (
    "<b>%{customdata[1]}</b> · rank %{customdata[2]}<br>"
    "score %{customdata[3]:.4f}<br>"
    "met %{customdata[4]:,} times in the corpus<br>"
    "vector norm %{customdata[5]}<extra></extra>"
)
HOVER_OF_ROWS = (
    "<b>%{customdata[1]}</b> · rank %{customdata[2]}<br>"
    "score %{customdata[3]:.4f}<br>"
    "row %{customdata[4]:,} of the table<br>"
    "vector norm %{customdata[5]}<extra></extra>"
)


@dataclass(frozen=True)
class Ranking:
    """A list of neighbours, best first: words, scores, corpus counts and norms, all (n,).

    notes: a few characters written beside each word, if any; `note_label` says what they are;
    of_items: the words are names of a collection's rows, the counts the rows' numbers.
    """

    title: str
    axis: str
    words: Sequence[str]
    scores: np.ndarray
    counts: np.ndarray
    norms: np.ndarray | None = None
    notes: Sequence[str] | None = None
    note_label: str = ""
    of_items: bool = False

    @property
    def content(self) -> Hashable:
        """All of it, to know an equal list by."""
        arrays = (self.scores, self.counts, self.norms)
        return (
            self.title, self.axis, tuple(self.words), tuple(self.notes or ()), self.note_label,
            self.of_items, *(None if array is None else array.tobytes() for array in arrays),
        )  # fmt: skip

    def labels(self) -> list[str]:
        """The words as displayed, each with its note."""
        notes = self.notes or [""] * len(self.words)
        names = [cut(word, TITLE) for word in self.words]
        return [
            f"{escape(word)} <i>{escape(note)}</i>" if note else escape(word)
            for word, note in zip(names if self.of_items else self.words, notes, strict=True)
        ]

    def details(self) -> list[list[object]]:
        norms = [say("none: a first-order measure")] * len(self.words)
        if self.norms is not None:
            norms = [f"{norm:.3f}" for norm in self.norms]
        if self.notes is not None:
            lines = [f"<br>{self.note_label} {note}" for note in self.notes]
            norms = [f"{norm}{more}" for norm, more in zip(norms, lines, strict=True)]
        return [
            [word, escape(word), rank, float(score), int(count), norm]
            for rank, (word, score, count, norm) in enumerate(
                zip(self.words, self.scores, self.counts, norms, strict=True), start=1
            )
        ]


def bars(ranking: Ranking) -> dict[str, Any]:
    """One list: a bar per neighbour, the best on top; its length is the score."""
    layout = {
        "uirevision": ranking.title,
        "bargap": 0.25,
        "margin": {"t": 30},
        "xaxis": _scores(ranking),
        "yaxis": _places(len(ranking.words))
        | {
            "tickvals": list(range(len(ranking.words))),
            "ticktext": ranking.labels(),
            "showticklabels": not ranking.of_items,
        },
    }
    traces = [_bars(ranking, CATEGORICAL[0], labels=False), *_titles(ranking)]
    return {"data": traces, "layout": layout}


def compared(left: Ranking, right: Ranking) -> dict[str, Any]:
    """Two lists side by side; lines join the words both hold, grey where the rank is the same."""
    size = max(len(left.words), len(right.words))
    traces = [
        _bars(left, CATEGORICAL[0], labels=not left.of_items),
        _bars(right, CATEGORICAL[1], labels=not right.of_items) | {"xaxis": "x3"},
        *_titles(left, "x", "left"),
        *_titles(right, "x3"),
        *_joined(left, right),
    ]
    plain = {"showgrid": False, "zeroline": False, "showticklabels": False, "fixedrange": True}
    headings = [_lines("A · " + left.title), _lines("B · " + right.title)]
    layout = {
        "showlegend": False,
        "bargap": 0.2,
        "margin": {"t": 14 + 16 * max(map(len, headings))},
        "xaxis": _scores(left) | {"domain": [0, 0.42], "autorange": "reversed", "nticks": 4},
        "xaxis2": {"domain": [0.43, 0.57], "range": [0, 1], "anchor": "y", **plain},
        "xaxis3": _scores(right) | {"domain": [0.58, 1], "anchor": "y", "nticks": 4},
        "yaxis": _places(size) | {"showticklabels": False, "ticks": ""},
        "annotations": [_heading(headings[0], 0.21), _heading(headings[1], 0.79)],
    }
    return {"data": traces, "layout": layout}


def _joined(left: Ranking, right: Ranking) -> list[dict[str, Any]]:
    """A line for each word that both lists hold."""
    place = {word: i for i, word in enumerate(right.words)}
    lines = []
    for i, word in enumerate(left.words):
        if word in place:
            moved = place[word] != i
            colour = CATEGORICAL[2] if moved else MUTED
            hover = say("{word}: rank {a} → {b}", word=escape(word), a=i + 1, b=place[word] + 1)
            lines.append(
                {
                    "type": "scatter", "x": [0, 1], "y": [i, place[word]], "mode": "lines",
                    "xaxis": "x2", "line": {"width": 2 if moved else 1, "color": colour},
                    "hovertemplate": f"{hover}<extra></extra>",
                }
            )  # fmt: skip
    return lines


def _scores(ranking: Ranking) -> dict[str, Any]:
    """The axis along the bars."""
    return {"title": {"text": say(ranking.axis)}, "rangemode": "tozero"}


def _bars(ranking: Ranking, colour: str, *, labels: bool) -> dict[str, Any]:
    inside = {
        "text": ranking.labels(),
        "textposition": "inside",
        "insidetextanchor": "start",
        "textangle": 0,
        "constraintext": "none",
    }
    return {
        "type": "bar",
        "x": ranking.scores.astype(np.float32),
        "y": np.arange(len(ranking.words)),
        "orientation": "h",
        "marker": {"color": colour, "opacity": 0.3 if ranking.of_items else 0.85},
        "customdata": ranking.details(),
        "hovertemplate": say(HOVER_OF_ROWS if ranking.of_items else HOVER),
        **(inside if labels else {}),
    }


def _titles(ranking: Ranking, xaxis: str = "x", side: str = "right") -> list[dict[str, Any]]:
    """Titles of rows, too long for an axis: they begin in the bars and may run out of them."""
    if not ranking.of_items:
        return []
    n = len(ranking.words)
    return [
        {
            "type": "scatter",
            "x": np.zeros(n, np.float32),
            "y": np.arange(n),
            "mode": "text",
            "text": ranking.labels(),
            "textposition": f"middle {side}",
            "xaxis": xaxis,
            "hoverinfo": "skip",
            "showlegend": False,
        }
    ]


def _places(size: int) -> dict[str, object]:
    return {"range": [size - 0.5, -0.5], "showgrid": False, "zeroline": False, "fixedrange": True}


def _lines(text: str) -> list[str]:
    """A heading in lines that stand side by side on a phone; Chinese characters are wider."""
    wide = any(unicodedata.east_asian_width(character) in "WF" for character in text)
    return textwrap.wrap(text, LINE // 2 if wide else LINE)


def _heading(lines: Sequence[str], x: float) -> dict[str, object]:
    return {
        "text": f"<b>{'<br>'.join(map(escape, lines))}</b>",
        "x": x,
        "y": 1.0,
        "xref": "paper",
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
    }
