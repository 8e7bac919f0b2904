"""The tabs below a collection's map: item, rows, clusters, columns, code, provenance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.items import exports
from core.items.collection import Table
from core.messages import message
from core.spaces.clusters import Grouped, Groups
from core.spaces.queries import Answer
from core.spaces.rows import rows_of, vectors_of
from core.spaces.specs import Kept, Space
from dashboard import state
from dashboard.items.parts import (
    collection_code,
    collection_query,
    collection_reading,
    collection_roles,
    collection_send,
)
from dashboard.items.parts.collection_colours import options, titles
from dashboard.items.parts.collection_item import item
from dashboard.items.parts.collection_panel import highest
from dashboard.items.parts.mapped import Mapped
from dashboard.items.views import CollectionView
from dashboard.language import number, say
from dashboard.markdown import marked
from dashboard.ui import code_tab, controls, downloads, provenance_tab
from dashboard.ui.captions import caption
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import begin, obtain

CLUSTERS = "row groups"  # where their job is shown
SENT = 10_000  # rows that are sent to the browser
CELL = 160  # characters of a cell in the table
NAMED = 5  # rows without a vector that are named


def below(
    table: Table,
    mapped: Mapped | None,
    shown: np.ndarray,
    view: CollectionView,
    answer: Answer | None,
) -> None:
    """The tabs; without a map those that need one say so. shown: (n,) rows of the table; answer:
    to the query, if there is one."""
    page_tabs(
        {
            "Item": lambda: _item(table, mapped, view),
            "Query": lambda: _query(table, mapped, answer),
            "Rows": lambda: _rows(table, shown),
            "Clusters": lambda: _clusters(table, mapped),
            "Columns": lambda: _columns(table, mapped),
            "Code": lambda: _code(table, mapped, view),
            "Provenance": lambda: provenance_tab.show(state.spec(Kept), view),
        }
    )


def by_cluster(table: Table) -> bool:
    """Whether the map is coloured by cluster."""
    return bool((state.get("row_colour", "") or options(table)[0]) == "cluster")


def groups_of(space: Space, table: Table) -> Groups:
    """The clusters of the page's settings, named by the first text."""
    naming = state.get("naming_column", "") or next(iter(table.names("text")), "")
    return Groups(space, state.get("row_groups", Groups().row_groups), naming)


def _item(table: Table, mapped: Mapped | None, view: CollectionView) -> None:
    if mapped is not None:
        space = mapped.spec.place.space
        item(table, rows_of(space), mapped, view.item_row)


def _query(table: Table, mapped: Mapped | None, answer: Answer | None) -> None:
    if mapped is not None:
        collection_query.show(table, mapped, answer)


def _rows(table: Table, shown: np.ndarray) -> None:
    """The rows that pass the filters, to look at and to take away."""
    rows = np.flatnonzero(shown)
    if len(rows) > SENT:
        st.caption(marked("The first {n:,} of {all:,}; the files hold all.", n=SENT, all=len(rows)))
    names = [c.name for c in table.columns if not c.dim and c.role != "picture"]
    first = rows[:SENT]
    head = table.arrow.select(names).take(first).to_pandas() if names else pd.DataFrame()
    for name in head.columns:
        if head[name].dtype == object or pd.api.types.is_string_dtype(head[name]):
            head[name] = head[name].map(lambda value: str(value)[:CELL], na_action="ignore")
    head.insert(0, say("row"), first, allow_duplicates=True)
    head.columns = _distinct(list(head.columns))
    event = st.dataframe(
        head, hide_index=True, key="collection-rows", on_select="rerun",
        selection_mode="single-row", placeholder="–", height=360,
    )  # fmt: skip
    chosen = event.selection.rows if hasattr(event, "selection") else []
    if chosen and chosen[0] < len(first) and state.get("item_row", -1) != int(first[chosen[0]]):
        state.put("item_row", int(first[chosen[0]]))
        st.rerun()
    with st.container(horizontal=True, gap="small"):
        downloads.csv(
            message("Rows as CSV"),
            lambda: exports.readable(table, rows).to_pandas(types_mapper=pd.ArrowDtype),
            "rows.csv", "collection:csv", switch=True,
        )  # fmt: skip
        downloads.later(
            "Rows as Parquet", lambda: exports.parquet(table, rows), "rows.parquet",
            "application/vnd.apache.parquet", "collection:parquet",
        )  # fmt: skip
    st.caption(say("The tab “Code” has the lines of Python that give the same rows."))
    collection_send.send(table, shown)


def _clusters(table: Table, mapped: Mapped | None) -> None:
    """Clusters of the vectors, with the words that stand out in each."""
    if mapped is None:
        return
    grouped = mapped.groups
    if not by_cluster(table):  # else they are asked for above the map
        controls.slider(Groups, "row_groups", "Clusters", high=highest(table, 20, 3))
        grouped = obtain_groups(mapped, table)
    if grouped is None:
        return
    sizes = np.bincount(grouped.labels, minlength=len(grouped.names))
    data = pd.DataFrame(
        {
            "cluster": range(1, len(sizes) + 1),
            "rows": sizes,
            "words that stand out": [", ".join(names) for names in grouped.names],
            "G² of the first": [e[0] if e else np.nan for e in grouped.evidence],
        }
    )
    downloads.table(data, "clusters", "clusters")
    st.caption(
        say(
            "k-means of the unit vectors. A word stands out where it is in more of a cluster's "
            "texts than chance would have it, Fisher's exact test corrected for all words tried: "
            "of 100 clusters that knew nothing of the texts, at most 5 would have such a word. "
            "That is the luck of the texts, for these clusters; the strongest by G² come first."
        )
    )


def begin_groups(space: Space, table: Table) -> None:
    """Start the clusters where the map is coloured by them, while its places are computed."""
    from core.spaces.clusters import group

    if by_cluster(table):
        begin(group, groups_of(space, table), CLUSTERS)


def obtain_groups(mapped: Mapped, table: Table) -> Grouped | None:
    """The clusters, None while they are computed."""
    from core.spaces.clusters import group

    spec = groups_of(mapped.spec.place.space, table)
    result = obtain(group, spec, CLUSTERS, beside=True)
    if result is None or result.spec.space != spec.space:
        return None
    grouped: Grouped = result.result
    return grouped


def _columns(table: Table, mapped: Mapped | None) -> None:
    """What each column means, its first rows, and the rows that were left out."""
    caption(collection_roles.summary(table))
    collection_reading.show(table.spec, table)
    collection_roles.editor(table)
    collection_roles.preview(table)
    data = pd.DataFrame(
        {
            "column": [c.name for c in table.columns],
            "role": [c.role for c in table.columns],
            "guess": [c.guess for c in table.columns],
            "type": [str(c.type) for c in table.columns],
            "filled": [number(c.filled, ".0%") if not c.dim else "" for c in table.columns],
        }
    )
    downloads.csv(message("Columns as CSV"), lambda: data, "columns.csv", "collection-columns:csv")
    if mapped is not None:
        _left_out(table, mapped)


def _left_out(table: Table, mapped: Mapped) -> None:
    """The rows without a usable vector, by reason."""
    vectors = vectors_of(mapped.spec.place.space)
    st.markdown(marked("## Rows that are not on the map: {n:,}", n=len(vectors.missing)))
    line = titles(table)
    for reason, rows in vectors.reasons:
        st.text(
            say(
                "{reason} (rows: {n:,}): {named}",
                reason=say(reason),
                n=len(rows),
                named="; ".join(f"{row:,} “{line[row][:40]}”" for row in rows[:NAMED]),
            )
        )


def _code(table: Table, mapped: Mapped | None, view: CollectionView) -> None:
    if mapped is not None:
        groups = groups_of(mapped.spec.place.space, table)
        asked = collection_query.asked(mapped)
        lines = collection_code.code(mapped.spec, view, table.spec.overruled, groups)
        code_tab.show(lines + (collection_code.of_query(asked) if asked.asked else ""))


def _distinct(names: list[str]) -> list[str]:
    """The names, each once: a column of the user's may be called like one of ours."""
    taken: list[str] = []
    for name in names:
        while name in taken:
            name += "′"
        taken.append(name)
    return taken
