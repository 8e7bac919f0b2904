"""Doubt: what the vectors of a collection know of its labels, and which of its rows are odd."""

from __future__ import annotations

import dataclasses

import numpy as np
import streamlit as st

from core.items.collection import Table
from core.maps.specs import SEEDED
from core.spaces.doubts import Alike, Labelled, Labels, Predicted, judge_labels
from core.spaces.places import settled_place
from core.spaces.rows import true_neighbours
from core.spaces.specs import Place, Space
from dashboard import state
from dashboard.chain import engines
from dashboard.items.figures.doubt import Shown, label_agreement
from dashboard.items.parts import collection_picker, doubt_code, doubt_tabs
from dashboard.items.parts.collection_answer import searched
from dashboard.items.parts.collection_panel import LAYOUTS, column, vectors
from dashboard.items.parts.supervised import supervised
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.ui import address, code_tab, controls, layout, provenance_tab
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown, obtain

MOST = 25  # labels drawn, the most frequent
LINE = 21  # px


def panel(table: Table) -> Place:
    """The controls: whose vectors, which labels, how many neighbours, which map."""
    vectors(table)
    column(Labelled, "label_column", "Labels", table.names("category"))
    controls.slider(Labelled, "doubt_k", "Neighbours k‹of a row›", high=50)
    controls.slider(
        Labelled, "suspected", "Share that makes a suspect", step=0.05, format="{:.0%}"
    )  # fmt: skip
    options = [name for name in LAYOUTS if name != "given" or table.places]
    method = controls.pick(Place, "layout", "Map‹that is judged›", names=LAYOUTS, options=options)
    if method == "umap":
        engines.pick(Place)
    if method in SEEDED:
        controls.slider(Place, "map_seed", "Seed", high=20)
    controls.toggle(Space, "rows_shuffled", "Null control")
    return state.spec(Place)


def specs_of(table: Table, placed: Place) -> tuple[Labelled | None, Alike, Predicted]:
    """The settings of the page with nothing left open; no labels where no column holds any."""
    place = settled_place(placed)
    labels = table.names("category")
    labelled = dataclasses.replace(state.spec(Labelled), place=place)
    alike = dataclasses.replace(state.spec(Alike), space=place.space)
    predicted = dataclasses.replace(state.spec(Predicted), space=place.space)
    if labelled.label_column not in labels:
        labelled = labelled.replace(label_column=labels[0] if labels else "")
    if alike.split_column not in labels:
        alike = alike.replace(split_column="")
    return labelled if labels else None, alike, predicted


def picture(spec: Labelled, result: Labels, dim: bool) -> None:
    """Each label's agreement, in truth and on the map, beside that of permuted labels."""
    agreement = result.agreement
    order = np.argsort(-result.sizes, kind="stable")[:MOST]
    order = order[np.argsort(-agreement.label[order], kind="stable")]
    shown = Shown(
        [result.names[i] for i in order], agreement.label[order], result.mapped[order],
        agreement.low[order], agreement.high[order], result.sizes[order],
    )  # fmt: skip
    st.markdown(
        marked(
            "Of a row's {k} true neighbours, {mean:.1%} bear its label in “{column}”; of its {k} "
            "nearest on the map, {mapped:.1%}; with shuffled labels it would be {null:.1%}.",
            k=spec.doubt_k, mean=agreement.mean, column=spec.label_column,
            mapped=result.mapped_mean, null=agreement.mean_null,
        )
    )  # fmt: skip
    show_figure(
        label_agreement(shown), "agreement", height=110 + LINE * len(order), dim=dim,
        alt=say(
            "Share of neighbours with the same label, for {n} labels of “{column}”: {mean:.0%} "
            "over all rows, {null:.0%} by chance",
            n=len(order), column=spec.label_column, mean=agreement.mean, null=agreement.mean_null,
        ),
    )  # fmt: skip
    most = ""
    if len(result.names) > MOST:
        most = say("The {n} most frequent of {all:,} labels are drawn.", n=MOST,
                   all=len(result.names))  # fmt: skip
    near = true_neighbours(spec.place.space, spec.doubt_k)
    bands = say(
        "Bands: 95 % of 200 shuffles of the labels; over all rows these give {low:.1%} to "
        "{high:.1%}.",
        low=agreement.mean_low, high=agreement.mean_high,
    )  # fmt: skip
    caption(paragraph(searched(near.recall), bands, most))


@st.fragment
def screen(table: Table, placed: Place) -> None:
    """The picture and its tabs."""
    with errors_shown():
        labelled, alike, predicted = specs_of(table, placed)
        result = None
        with errors_shown():
            result = _labels(labelled)
        page_tabs(
            {
                "Suspects": lambda: _suspects(table, result),
                "Duplicates": lambda: doubt_tabs.duplicates(table, alike),
                "Leakage": lambda: doubt_tabs.leakage(table, alike),
                "Outliers": lambda: doubt_tabs.outliers(table, alike),
                "Hubs": lambda: doubt_tabs.hubs(table, alike),
                "Predicted": lambda: doubt_tabs.predicted(table, predicted),
                "Code": lambda: code_tab.show(
                    doubt_code.code(
                        labelled, alike, predicted.replace(predicted=doubt_tabs.columns_of(table))
                    )
                ),
                "Provenance": lambda: provenance_tab.show(*filter(None, (labelled, alike))),
            }
        )
    publish()


def publish() -> None:
    """The settings of the page, in its address."""
    address.publish(state.spec(Labelled), state.spec(Alike), state.spec(Predicted))


def _labels(spec: Labelled | None) -> tuple[Labelled, Labels] | None:
    """The labels' agreement, drawn; None while there is none."""
    if spec is None:
        st.info(say("No column holds categories; set the role of one on the page “Collection”."))
        return None
    judged = obtain(judge_labels, spec, "doubt")
    if judged is None or judged.spec.place.space.collection != spec.place.space.collection:
        return None
    supervised(judged.spec.place)
    picture(judged.spec, judged.result, not judged.fresh)
    return judged.spec, judged.result


def _suspects(table: Table, result: tuple[Labelled, Labels] | None) -> None:
    if result is not None:
        doubt_tabs.suspects(table, *result)


def main() -> None:
    """The collection's controls, and the screen."""
    left, side = layout.columns()
    table = None
    with left, errors_shown():
        table = collection_picker.opened(collection_picker.in_use())
    if table is None:
        publish()
        return
    with side:
        placed = panel(table)
    with left:
        screen(table, placed)


main()
