"""The points of a figure of shares, which a browser keeps while other depths are looked at."""

from __future__ import annotations

from functools import partial

from dashboard import state
from dashboard.compare.figures.compare import MOST, Shares, points
from dashboard.ui.figure import Click, Kept


def kept_points(name: str, shares: Shares, row: int | None) -> Kept:
    """What does not follow the depth; `name` is of the words and their colours, `row` chosen."""
    sampled = "" if len(shares.words) <= MOST else f" with {row}"
    return Kept(name + sampled, partial(points, shares, row))


def choose(shares: Shares, click: Click) -> None:
    """Look at the word whose point was clicked."""
    if click["curve"] == 0 and isinstance(click["point"], int):
        _, _, *sampled = click["customdata"]
        state.put("compared_word", shares.words[sampled[0] if sampled else click["point"]])
