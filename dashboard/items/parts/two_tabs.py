"""The tabs below two maps: labels, rows that moved, one row's neighbours, code, provenance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from core.compare.duel import Duel
from core.compare.item_specs import Better, TwoMaps
from core.compare.items import Drawn, ItemsCompared
from core.items.collection import Table
from core.items.values import categories
from core.messages import message
from dashboard import state
from dashboard.figures.duels import Match
from dashboard.figures.duels import duels as duels_figure
from dashboard.items.parts import two_code
from dashboard.items.parts.collection_colours import titles
from dashboard.items.parts.collection_panel import label_columns, say_left_out, unfit
from dashboard.items.views import TwoView
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.ui import code_tab, downloads, provenance_tab
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.tabs import page_tabs

SENT = 2_000  # rows that are sent to the browser
TITLE = 80  # characters
LINE = 66  # px
Scored = tuple[Better, list[Duel]]


@dataclass(frozen=True, eq=False)
class Two:
    """What is shown: the settings of two maps, the comparison, the maps, and whether they are
    those of the page's settings or the last ones."""

    spec: TwoMaps
    compared: ItemsCompared
    drawn: Drawn
    fresh: bool


def below(table: Table, two: Two, k: int, scored: Scored, around: np.ndarray) -> None:
    """The tabs; around: (n,) which rows of the table are drawn around."""
    page_tabs(
        {
            "Labels": lambda: _labels(table, *scored),
            "Moved": lambda: _moved(table, two, k, around),
            "Row": lambda: _row(table, two, k),
            "Code": lambda: code_tab.show(two_code.code(two.spec, *scored, state.spec(TwoView))),
            "Provenance": lambda: provenance_tab.show(two.spec, scored[0], state.spec(TwoView)),
        }
    )


def _labels(table: Table, spec: Better, scored: list[Duel]) -> None:
    """Which embedding's neighbours name the labels better, column by column."""
    fine = [duel for duel in scored if np.isfinite(duel.a.value)]
    if not (fitting_columns := label_columns(table)):
        st.info(unfit(table))
        return
    if not fine:
        if scored:  # else they are being scored
            st.info(say("No column has enough rows with labels to be scored."))
        return
    matches = [Match(d.name, d.a, d.b, d.difference, "") for d in fine]
    show_figure(
        duels_figure(matches, ("A", "B")), "two_labels", height=110 + LINE * len(fine),
        alt=say("Accuracy of the {k} nearest rows in A and in B, for {n} columns",
                k=spec.better_k, n=len(fine)),
    )  # fmt: skip
    caption(
        say(
            "Share of rows whose label is the commonest among their {k} nearest, none of which is "
            "the row itself. Lines: 95 %, the luck of the rows, not of how the vectors were made; "
            "the difference is paired, from 40 random halves of the rows, the same for A and B.",
            k=spec.better_k,
        )
    )
    say_left_out(fitting_columns, spec.columns)
    if why := unfit(table):
        st.caption(why)
    data = pd.DataFrame(
        [
            {"column": d.name, "A": d.a.value, "B": d.b.value, "B − A": d.difference.value,
             "low": d.difference.low, "high": d.difference.high, "rows": d.shared, "real": d.real}
            for d in fine
        ]
    )  # fmt: skip
    downloads.table(data, "labels-of-two-embeddings", "two-labels")


def _moved(table: Table, two: Two, k: int, around: np.ndarray) -> None:
    """The rows that keep the fewest neighbours, of those drawn around."""
    share, cosine = two.compared.overlap(k), two.compared.alike.cosines
    inside = np.flatnonzero(around[two.compared.rows])
    order = inside[np.lexsort((cosine[inside], share[inside]))]
    rows = two.compared.rows[order]
    caption(
        say(
            "{n:,} rows, the fewest kept neighbours first; among equals the one whose vectors are "
            "farther apart once A is aligned with B. Choose a row to see its neighbours.",
            n=len(rows),
        )
    )
    data = pd.DataFrame(
        {"row": rows, **titled(table, rows), f"overlap@{k}": np.round(share[order], 3),
         "cosine once aligned": np.round(cosine[order], 4)}
    )  # fmt: skip
    names = {f"overlap@{k}": say("overlap@{k}", k=k)}
    shown = data.head(SENT)
    if len(data) > SENT:
        st.caption(marked("The first {n:,} of {all:,}; the file holds all.", n=SENT, all=len(data)))
    choose(shown, f"two-moved:{two.spec.key}:{k}", names)
    downloads.csv(
        message("Table as CSV"), lambda: data, "moved-rows.csv", "two-moved:csv",
        downloads.formulas(data),
    )  # fmt: skip


def _row(table: Table, two: Two, k: int) -> None:
    """The nearest rows of the chosen row in A and in B."""
    row = state.get("item_row", -1)
    place = np.flatnonzero(two.compared.rows == row)
    if not len(place):
        st.info(say("Click a point of a map, or a row of the table “Moved”."))
        return
    i = int(place[0])
    result = two.compared
    lists = (result.a_rows[i, :k], result.a_cosines[i]), (result.b_rows[i, :k], result.b_cosines[i])
    both = set(lists[0][0].tolist()) & set(lists[1][0].tolist())
    st.markdown(marked("## Row {n:,}", n=row))
    caption(
        say(
            "{title} · {both} of its {k} nearest are in both lists.",
            title=titles(table)[row][:TITLE], both=len(both), k=k,
        )
    )  # fmt: skip
    label = state.get("label_column", "") or next(iter(table.names("category")), "")
    for column, side, (near, cosines) in zip(st.columns(2, gap="medium"), "AB", lists, strict=True):
        rows = result.rows[near]
        data: dict[str, object] = {"row": rows, **titled(table, rows)}
        if label in table.names("category"):
            groups = categories(table, label)
            named = [groups.names[c] if c >= 0 else "" for c in groups.codes[rows]]
            data["label"] = named
        data |= {"cosine": np.round(cosines[: len(near)], 4),
                 "in both": [j in both for j in near.tolist()]}  # fmt: skip
        with column:
            st.markdown(marked("## Nearest in {side}", side=side))
            choose(pd.DataFrame(data), f"two-near:{side}:{row}:{k}", {})


def titled(table: Table, rows: np.ndarray) -> dict[str, list[str]]:
    """A column of titles, where the table has any."""
    if not table.names("text", "id"):
        return {}
    line = titles(table)
    return {"title": [line[row][:TITLE] for row in rows]}


def choose(data: pd.DataFrame, key: str, names: dict[str, str]) -> None:
    """A list of rows, of which one can be chosen."""
    event = st.dataframe(
        data, hide_index=True, key=key, on_select="rerun", selection_mode="single-row",
        column_config={c: names.get(c) or say(c) for c in data.columns}, placeholder="–",
    )  # fmt: skip
    chosen = event.selection.rows if hasattr(event, "selection") else []
    if chosen and chosen[0] < len(data):
        row = int(data["row"].iloc[chosen[0]])
        if state.get("item_row", -1) != row:
            state.put("item_row", row)
            st.rerun()
