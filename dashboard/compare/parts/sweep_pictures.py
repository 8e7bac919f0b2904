"""The pictures of a sweep besides its ranking, each with what it shows."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from core.errors import QueryError
from core.sweeps.judgement import Spread, judge
from core.sweeps.runs import Table
from core.sweeps.study import importance
from core.sweeps.targets import OBJECTIVES
from dashboard import state
from dashboard.compare.figures import sweeps as figures
from dashboard.language import number, say
from dashboard.markdown import plain_message
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure


def draw_trade(table: Table, spreads: list[Spread], labels: dict[int, str], name: str) -> None:
    """This objective against another."""
    others = [other for other in table.sweep.judged if other != name]
    if not others:
        st.info(say("One objective has nothing to be traded for; choose a second one."))
        return
    other = others[0]
    if len(others) > 1:
        names = {judge: say(judge) for judge in others}
        other = str(st.segmented_control(say("Against"), others, default=other, required=True,
                                         key="sweep-against",
                                         format_func=names.__getitem__))  # fmt: skip
    picture(
        figures.trade(spreads, judge(table, other), labels, (name, other)),
        "sweep_trade",
        say("{name} against {other}, one point a setting", name=say(name), other=say(other)),
        say(
            "{name}: {what}; {other}: {what_other}. One point a setting, means over seeds; bars "
            "are one standard error. The line joins settings that no other beats in both.",
            name=say(name), what=say(OBJECTIVES[name].meaning),
            other=say(other), what_other=say(OBJECTIVES[other].meaning),
        ),
        480,
    )  # fmt: skip


def draw_parallel(table: Table, spreads: list[Spread], name: str) -> None:
    if not figures.can_contour(table):
        st.info(say("Nothing varies yet among the settings that have run."))
        return
    picture(
        figures.parallel(table, spreads, name), "sweep_parallel",
        say(
            "Settings as lines through the values of their fields, coloured by {name}",
            name=say(name),
        ),
        say(
            "A line a setting, coloured by its mean {name}. Drag along an axis to keep only the "
            "lines that pass there.",
            name=say(name),
        ),
        440,
    )  # fmt: skip


def draw_importance(table: Table, name: str) -> None:
    try:
        shares = importance(table, name)
    except QueryError as error:
        st.info(plain_message(error))
        return
    picture(
        figures.importances(shares), "sweep_importance",
        "; ".join(f"{field} {number(share, '.0%')}" for field, share in shares.items()),
        say(
            "The share of the variance of a random forest fitted to all settings that each field "
            "explains, alone and with others (fANOVA, Hutter et al. 2014). It tells of the ranges "
            "that were swept, not beyond, and does not know which differences are noise."
        ),
        60 * len(shares) + 110,
    )  # fmt: skip


def draw_slices(table: Table, name: str) -> None:
    if not figures.can_contour(table):
        st.info(say("Nothing varies yet among the settings that have run."))
        return
    picture(
        figures.slices(table, name), "sweep_slices",
        say("{name} along each field", name=say(name)),
        say(
            "Mean {name} of each setting, once for every field; what the other fields do is the "
            "spread within a column.",
            name=say(name),
        ),
        400,
    )  # fmt: skip


def draw_contour(table: Table, name: str) -> None:
    names = figures.can_contour(table)
    if len(names) < 2:
        st.info(say("A contour needs two fields that vary."))
        return
    chosen: list[str] = []
    places = st.columns(2)
    for column, setting, label in zip(
        places, ("contour_x", "contour_y"), ("Field", "and field"), strict=True
    ):
        options = [field for field in names if field not in chosen]
        key = state.seed(setting, "")
        if st.session_state[key] not in options:
            st.session_state[key] = options[0]
        with column:
            place = options.index(st.session_state[key])
            now = st.selectbox(say(label), options, index=place, key=key)
        chosen.append(str(state.keep(setting, now)))
    picture(
        figures.contour(table, name, (chosen[0], chosen[1])), "sweep_contour",
        say("{name} over {x} and {y}", name=say(name), x=chosen[0], y=chosen[1]),
        say(
            "Mean {name} of all settings that agree in both fields (dots), interpolated between "
            "them: what the other fields do is averaged out.",
            name=say(name),
        ),
        460,
    )  # fmt: skip


def picture(figure: go.Figure, key: str, alt: str, explanation: str, height: int) -> None:
    """A figure and what it shows."""
    show_figure(figure, key, alt=alt, height=height, filename=key.replace("_", "-"))
    caption(explanation)
