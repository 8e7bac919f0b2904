"""The tabs of doubt: suspected labels, duplicates, leakage, outliers, hubs, predicted columns."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.items.collection import Table
from core.items.values import categories
from core.maps.hubs import occurrence, skewness
from core.messages import message
from core.spaces import doubt
from core.spaces.doubts import Alike, Labelled, Labels, Predicted, find_alike, predict
from core.spaces.lots import hubs_by_lot
from core.spaces.rows import rows_of, true_neighbours
from core.specs import limits
from dashboard import state
from dashboard.items.figures.doubt import predicted_columns
from dashboard.items.parts.collection_colours import titles
from dashboard.items.parts.collection_panel import column, fitting, label_columns, say_left_out
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.ui import controls, downloads
from dashboard.ui.figure import show_figure
from dashboard.ui.work import obtain

MOST = 2_000  # rows of a list that are sent to the browser
TITLE = 80  # characters
LINES = 44  # px


def suspects(table: Table, spec: Labelled, result: Labels) -> None:
    """Rows whose neighbours agree on another label."""
    found = result.suspects
    st.caption(
        marked(
            "Rows of which at least {share:.0%} of the {k} neighbours agree on one other label: "
            "{n:,}. With permuted labels there would be {null:,.1f}.",
            n=len(found.items), share=spec.suspected, k=spec.doubt_k, null=found.null,
        )
    )  # fmt: skip
    rows = rows_of(spec.place.space).rows[found.items]
    groups = categories(table, spec.label_column)
    data = {
        "row": rows,
        **_titles(table, rows),
        "label": [groups.names[groups.codes[row]] for row in rows],
        "neighbours say": [result.names[label] for label in found.says],
        "share": np.round(found.share, 3),
        "share of its own": np.round(found.own, 3),
    }
    _list(pd.DataFrame(data), "suspected labels", "suspects")


def duplicates(table: Table, spec: Alike) -> None:
    """Groups of near-duplicates."""
    least = controls.slider(Alike, "alike", "Least cosine", step=0.005, format="{:.3f}")
    pairs = obtain(find_alike, spec.replace(alike=least), "alike")
    if pairs is None:
        return
    result = pairs.result.duplicates
    order = np.flatnonzero(result.group >= 0)
    order = order[np.argsort(result.group[order], kind="stable")]
    st.caption(
        marked(
            "Near-duplicates, of cosine ≥ {least:g}: {n:,} in all, groups of them: {groups:,}; "
            "rows with the very same vector as another: {exact:,}.",
            n=len(order), groups=len(result.sizes), least=pairs.spec.alike,
            exact=int(result.exact.sum()),
        )
    )  # fmt: skip
    rows = rows_of(pairs.spec.space).rows[order]
    data = {
        "group": result.group[order] + 1,
        "row": rows,
        **_titles(table, rows),
        "exact copy": result.exact[order],
    }
    _list(pd.DataFrame(data), "near-duplicates", "duplicates")


def leakage(table: Table, spec: Alike) -> None:
    """Rows of one split that have a near-duplicate in another."""
    options = table.names("category")
    if not options:
        st.info(say("No column holds categories; set the role of one on the page “Collection”."))
        return
    name = column(Alike, "split_column", "Column of the splits", options)
    pairs = obtain(find_alike, spec.replace(split_column=name), "leakage")
    if pairs is None:
        return
    result, splits = pairs.result.leakage, pairs.result.splits
    if result is None:
        st.info(marked("“{column}” has one split only.", column=name))
        return
    st.caption(
        marked(
            "Rows of “{second}” with a near-duplicate of cosine ≥ {least:g} in “{first}”: {n:,}, "
            "which is {share:.1%}; with the splits permuted {null:.1%}, 95 % of the times from "
            "{low:.1%} to {high:.1%}. The two largest splits are compared.",
            n=len(result.items), second=splits[1], first=splits[0], share=result.share,
            least=pairs.spec.alike, null=result.null, low=result.low, high=result.high,
        )
    )  # fmt: skip
    numbers = rows_of(pairs.spec.space).rows
    rows, twins = numbers[result.items], numbers[result.twin]
    data = {
        "row": rows,
        **_titles(table, rows),
        "its twin": twins,
        **_titles(table, twins, "title of the twin"),
        "cosine": np.round(result.cosine, 4),
    }
    _list(pd.DataFrame(data), "leakage", "leakage")


def outliers(table: Table, spec: Alike) -> None:
    """Rows far from all others."""
    space = rows_of(spec.space)
    result = doubt.outliers(true_neighbours(spec.space, spec.doubt_k))
    st.caption(
        marked(
            "Rows farther from their {k} neighbours, by mean cosine distance, than {fence:.3f}: "
            "{n:,}. That limit is the third quartile and one and a half times the distance of the "
            "quartiles. Of a normal distribution it would be {share:.2%}.",
            n=len(result.items), k=spec.doubt_k, fence=result.fence, share=0.0035,
        )
    )  # fmt: skip
    rows = space.rows[result.items]
    distance = np.round(result.distance[result.items], 4)
    data = {"row": rows, **_titles(table, rows), "mean distance": distance}
    _list(pd.DataFrame(data), "outliers", "outliers")


def hubs(table: Table, spec: Alike) -> None:
    """Rows that are among the nearest of very many others."""
    space = rows_of(spec.space)
    times = occurrence(true_neighbours(spec.space, spec.doubt_k).rows)
    by_lot = hubs_by_lot(len(space), spec.doubt_k)
    beyond = np.flatnonzero(times > by_lot.limit)
    order = beyond[np.argsort(-times[beyond], kind="stable")]
    st.caption(
        marked(
            "Rows in more than {most} of the lists of {k} neighbours: {n:,}; if neighbours were "
            "drawn at random, {expected:.2g} would be expected. Skewness {skew:.2f}. Rows in no "
            "list: {never:,}.",
            n=len(order), most=by_lot.limit, expected=by_lot.expected, k=spec.doubt_k,
            skew=skewness(times), never=int((times == 0).sum()),
        )
    )  # fmt: skip
    rows = space.rows[order]
    data = {"row": rows, **_titles(table, rows), "lists it is in": times[order]}
    _list(pd.DataFrame(data), "hubs", "hubs")


def predicted(table: Table, spec: Predicted) -> None:
    """Which columns the vectors predict."""
    spec = spec.replace(predicted=columns_of(table))
    result = obtain(predict, spec, "predicted")
    if result is None or not result.result:
        st.info(say("No column holds categories or numbers.")) if result is not None else None
        return
    names, pairs = list(result.result), list(result.result.values())
    show_figure(
        predicted_columns(names, pairs), "predicted", height=90 + LINES * len(names),
        alt=say("How well the vectors predict {n} columns", n=len(names)),
    )  # fmt: skip
    say_left_out(list(_predictable(table)), names)
    st.caption(
        marked(
            "Labels: accuracy; chance is the share of the commonest. Numbers: R²; chance is 0. "
            "k nearest: the commonest label, or the mean, of a row's {k} neighbours, none of which "
            "is the row itself. Linear probe: ridge regression on the vectors, tested on the fifth "
            "that it was not fitted on. Intervals: 95 %, the luck of the rows, for these vectors.",
            k=spec.doubt_k,
        )
    )
    data = {
        "column": names,
        "k-NN": [p[0].score for p in pairs],
        "k-NN low": [p[0].low for p in pairs],
        "k-NN high": [p[0].high for p in pairs],
        "linear": [p[1].score for p in pairs],
        "linear low": [p[1].low for p in pairs],
        "linear high": [p[1].high for p in pairs],
        "chance": [p[0].chance for p in pairs],
        "rows": [p[0].n for p in pairs],
    }
    downloads.table(pd.DataFrame(data).round(4), "predicted", "predicted-columns")


def columns_of(table: Table) -> str:
    """The columns that are predicted, as the spec holds them: categories and numbers."""
    roles = _predictable(table)
    longest = limits(Predicted, "predicted")["longest"]
    return json.dumps({c: roles[c] for c in fitting(list(roles), longest)}, ensure_ascii=False)


def _predictable(table: Table) -> dict[str, str]:
    labels = label_columns(table)
    return {c.name: c.role for c in table.columns if c.name in labels or c.role == "number"}


def _titles(table: Table, rows: np.ndarray, name: str = "title") -> dict[str, list[str]]:
    """A column of titles, where the table has any."""
    if not table.names("text", "id"):
        return {}
    line = titles(table)
    return {name: [line[row][:TITLE] for row in rows]}


def _list(data: pd.DataFrame, name: str, key: str) -> None:
    """A list of rows to look at and to take away; a chosen one can be seen on the map."""
    if data.empty:
        return
    if len(data) > MOST:
        st.caption(marked("The first {n:,} of {all:,}; the file holds all.", n=MOST, all=len(data)))
    shown = data.head(MOST)
    event: Any = st.dataframe(
        shown, hide_index=True, key=f"{key}:list", on_select="rerun", selection_mode="single-row",
        column_config={c: say(c) for c in data.columns}, placeholder="–",
    )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        downloads.csv(
            message("Table as CSV"), lambda: data, f"{name}.csv", f"{key}:csv",
            downloads.formulas(data),
        )  # fmt: skip
        chosen = event.selection.rows if hasattr(event, "selection") else []
        if chosen and chosen[0] < len(shown):
            row = int(shown["row"].iloc[chosen[0]])

            def leave() -> None:
                state.put("item_row", row)
                state.leave_for("collection")

            st.button(
                marked("See row {n:,} on the map", n=row), icon=":material/map:", key=f"{key}:see",
                on_click=leave,
            )  # fmt: skip
