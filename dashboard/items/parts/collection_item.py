"""One row of a collection: its text, its picture, its columns, and its exact neighbours."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.items.collection import Table
from core.items.pictures import picture
from core.items.values import cell
from core.spaces.rows import Rows
from dashboard import state
from dashboard.items.parts.collection_colours import titles
from dashboard.items.parts.mapped import Mapped, nearest_to
from dashboard.items.views import CollectionView
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.ui import controls
from dashboard.ui.captions import facts, user_text

WHOLE = 100_000  # characters of a text that are shown
BESIDE = 6  # columns shown of each neighbour
WIDE = 80  # characters of a neighbour's cell


def item(table: Table, rows: Rows, mapped: Mapped, row: int) -> None:
    """The chosen row, or how to choose one."""
    if row < 0 or row >= len(table):
        st.info(say("Click a point of the map, or a row of the table."))
        return
    left, right = st.columns([1, 1.4], gap="large")
    with left:
        _columns(table, row)
    with right:
        place = rows.of_table(row)
        if place < 0:
            st.info(say("This row has no vector, and so no neighbours."))
        else:
            _neighbours(table, rows, mapped, place)


def _columns(table: Table, row: int) -> None:
    st.markdown(marked("## Row {n:,}", n=row))
    for name in table.names("picture"):
        data = picture(table, name, row)
        if data is not None:
            st.image(data, width=160)
    for name in table.names("text"):
        user_text(name)
        user_text(cell(table, name, row, WHOLE))
    others = [c.name for c in table.columns if not c.dim and c.role not in ("text", "picture")]
    facts(("column", "value"), [(name, cell(table, name, row)) for name in others])


def _neighbours(table: Table, rows: Rows, mapped: Mapped, place: int) -> None:
    k = min(controls.slider(CollectionView, "item_k", "Neighbours shown", high=30), len(rows) - 1)
    near, cosines = nearest_to(mapped.spec.place.space, place, k)
    theirs = rows.rows[near]
    st.markdown(marked("## Its {k} nearest rows by cosine", k=k))
    judged = mapped.judged
    if judged is not None:
        st.caption(
            marked(
                "{kept:.0%} of its {k} true neighbours are among its nearest on the map; it is in "
                "{n:,} lists of {k}.",
                kept=float(judged.kept[place]),
                k=judged.true.shape[1],
                n=int(judged.occurrence[place]),
            )
        )
    names = [c.name for c in table.columns if not c.dim and c.role not in ("picture", "text")]
    line = titles(table)
    data: dict[str, object] = {
        say("row"): theirs,
        say("cosine"): np.round(cosines, 4),
    }
    if table.names("text"):
        data[say("title")] = [line[i][:WIDE] for i in theirs]
    for name in names[:BESIDE]:
        data.setdefault(name, [cell(table, name, int(i), WIDE) for i in theirs])
    event = st.dataframe(
        pd.DataFrame(data), hide_index=True, key=f"near:{place}:{k}", on_select="rerun",
        selection_mode="single-row", placeholder="–",
    )  # fmt: skip
    chosen = event.selection.rows if hasattr(event, "selection") else []
    if chosen and chosen[0] < len(theirs):
        state.put("item_row", int(theirs[chosen[0]]))
        st.rerun()
