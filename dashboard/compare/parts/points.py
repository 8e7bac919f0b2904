"""The points of a figure of shares, which a browser keeps while other depths are looked at."""

from __future__ import annotations

from functools import partial

from dashboard.compare.figures.compare import MOST, Shares, points
from dashboard.ui.figure import Kept


def kept_points(name: str, shares: Shares, row: int | None) -> Kept:
    """What does not follow the depth; `name` is of the words and their colours, `row` chosen."""
    sampled = "" if len(shares.words) <= MOST else f" with {row}"
    return Kept(name + sampled, partial(points, shares, row))
