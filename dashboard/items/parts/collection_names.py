"""Names for the regions of a collection's map that are in sight."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

from core.items.collection import Table
from core.items.filters import passing, read
from core.spaces.places import place
from core.spaces.regions import Named, Window, named_regions
from core.spaces.specs import Place
from core.spaces.words import Present, Worded, worded
from dashboard import state
from dashboard.figures.template import escape
from dashboard.items.memory import Looked
from dashboard.items.parts.mapped import Mapped
from dashboard.language import say
from dashboard.markdown import plain
from dashboard.slots import slot
from dashboard.ui.work import obtain


def words(table: Table, mapped: Mapped) -> Present | None:
    """The words of the texts that name regions; None without texts or names, or not yet."""
    if not table.names("text") or not state.get("region_names", True):
        return None
    result = obtain(worded, _spec(table, mapped), "collection words", beside=True)
    return result.result if result is not None and result.fresh else None


def _spec(table: Table, mapped: Mapped) -> Worded:
    column = state.get("naming_column", "") or table.names("text")[0]
    return Worded(mapped.spec.place.space.collection, column)


def named(table: Table, mapped: Mapped) -> Named | None:
    """The names in the part of the map that is in sight; None without texts, or not yet."""
    if mapped.words is None:
        return None
    place, window = mapped.spec.place, window_of(mapped)
    return _named(table, place, _spec(table, mapped), window, state.get("filters", ""))


def window_of(mapped: Mapped) -> Window | None:
    """The part of this map that is in sight; None for all of it."""
    looked = slot(Looked)
    return looked.window if looked.map == mapped.spec.place.key else None


def look(mapped: Mapped, window: Window | None) -> None:
    """Remember the part of the map that is in sight."""
    slot(Looked).map, slot(Looked).window = mapped.spec.place.key, window


@lru_cache(maxsize=32)
def _named(table: Table, where: Place, words: Worded, window: Window | None, filters: str) -> Named:
    placed = place(where)
    names = {"", *table.arrow.column_names}
    shown = passing(table, [f for f in read(filters) if f.column in names])
    xy = np.where(shown[placed.rows][:, None], placed.xy, np.nan)
    return named_regions(worded(words), placed.rows, xy, window)


def marks(result: Named | None) -> list[dict[str, Any]]:
    """The names as a trace above the points, the largest region's first."""
    if result is None or not result.regions:
        return []
    regions = result.regions
    return [
        {"type": "scatter", "mode": "text", "name": say("names of regions"),
         "x": [region.x for region in regions], "y": [region.y for region in regions],
         "text": [escape(", ".join(region.words)) for region in regions],
         "hoverinfo": "skip", "showlegend": False},
    ]  # fmt: skip


def in_sight(result: Named | None, mapped: Mapped) -> None:
    """What the part of the map in sight is about."""
    if result is None or window_of(mapped) is None:
        return
    if result.words:
        sentence = say(
            "In sight: {n:,} rows. Words that set this part apart from the rest of the map: "
            "{words}.",
            n=result.rows, words=", ".join(result.words),
        )  # fmt: skip
    else:
        sentence = say(
            "In sight: {n:,} rows. No word here stands out against the rest of the map.",
            n=result.rows,
        )
    st.markdown(plain(sentence))
