"""Sweeps: the same model at many settings, and which of them are really better."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.errors import CoreError
from core.sweeps import Sweep, storage
from core.sweeps.axes import shown
from core.sweeps.judgement import Spread, judge, winner
from core.sweeps.runs import Table
from core.sweeps.study import importance
from core.sweeps.targets import OBJECTIVES
from dashboard import state
from dashboard.figures import sweeps as figures
from dashboard.sweep_views import NAMES, SweepView
from dashboard.ui import page, sweep_run, sweeper
from dashboard.ui.figure import show_figure
from dashboard.ui.work import told

TABS = ["Sweep", "Kept sweeps"]
PICTURES = ["Ranking", "Trade-off", "Parallel", "Importance", "Slices", "Contour"]
RULE = (
    "Bars: one standard error of the mean, over seeds and over the list's items (200 bootstraps). "
    "A tie: the difference from the best, paired by seed and by item, is within its 95 % interval "
    "(Student's, Welch–Satterthwaite degrees of freedom). Each comparison stands for itself; "
    "only a setting that wins all of them is called best alone."
)


def sweep_tab() -> None:
    """Pictures left, the sweep's settings right."""
    screen, side = page.layout()
    sweep: Sweep | None = None
    with side, told():
        sweep = sweeper.panel()
    if sweep is None:
        return
    with screen:
        result(sweep)
    state.publish(sweep, state.spec(SweepView))


def result(sweep: Sweep) -> None:
    """What there is of a sweep, and the way on."""
    try:
        table = sweep_run.table_of(sweep)
    except CoreError as error:
        st.error(page.plain_message(error), icon=":material/error:")
        if st.button("Delete this sweep", icon=":material/delete:", key="sweep-delete-damaged"):
            storage.delete(sweep.key)
            st.rerun()
        return
    job = sweep_run.job_of(sweep)
    if job is not None and not job.done:
        live(sweep)
        return
    sweep_run.outcome(sweep)
    sweep_run.bar(sweep, table)
    if not table.runs:
        st.info(
            "Nothing has run yet. Runs go on when the browser is closed, are kept, and are never "
            "computed twice: a sweep that was stopped goes on where it was.",
            icon=":material/tune:",
        )
        return
    pictures(sweep, table)


@st.fragment(run_every=sweep_run.EVERY)
def live(sweep: Sweep) -> None:
    """The sweep while it runs: settings are ranked as they come."""
    job = sweep_run.job_of(sweep)
    if job is None or job.done:
        st.rerun()
    table = job.metrics.get("table") or Table(sweep, ())
    sweep_run.bar(sweep, table)
    if table.runs:
        name = _objective(sweep)
        draw_ranking(judge(table, name), labels(table), name, "sweep_live")
        rows = pd.DataFrame(table.rows()).iloc[::-1]
        st.dataframe(rows, hide_index=True, height=240, key="sweep-live-table")


def pictures(sweep: Sweep, table: Table) -> None:
    """By one objective: the verdict, the pictures, the best run, the table."""
    name = _objective(sweep)
    if len(sweep.judged) > 1:
        key = state.seed("judged_by", name)
        st.session_state[key] = name
        picked = st.segmented_control(
            "Judged by", sweep.judged, default=name, key=key, required=True
        )
        name = str(state.keep("judged_by", picked or name))
    found, called = judge(table, name), labels(table)
    verdict(found, called, name)
    tabs = st.tabs(PICTURES, on_change="rerun", key="sweep-pictures")
    draw: tuple[Callable[[], None], ...] = (
        lambda: draw_ranking(found, called, name, "sweep_ranking", sweep),
        lambda: draw_trade(table, found, called, name),
        lambda: draw_parallel(table, found, name),
        lambda: draw_importance(table, name),
        lambda: draw_slices(table, name),
        lambda: draw_contour(table, name),
    )
    for tab, show in zip(tabs, draw, strict=True):
        if tab.open:
            with tab, told():
                show()
    chosen(sweep, table, found, called)
    below(sweep, table, name)


def verdict(found: list[Spread], called: dict[int, str], name: str) -> None:
    """One sentence on whether there is a winner."""
    who, failed = winner(found), sum(spread.verdict == "failed" for spread in found)
    if who == "none":
        st.warning("Every run failed; the table says why.", icon=":material/warning:")
        return
    best = found[0]
    text = f"**{page.plain(called[best.place])}** has the best {page.plain(name)}, {best.mean:.4g}"
    ties = sum(spread.verdict == "tie" for spread in found)
    if who == "alone":
        text += " — alone: every other setting is worse." if len(found) - failed > 1 else "."
    elif who == "tie":
        text += f" — a tie: {ties} other{'s' * (ties > 1)} cannot be told from it."
    else:
        text += " — not judged: one run each, and nothing to take a spread from."
    if failed:
        text += f" {failed} setting{'s' * (failed > 1)} failed."
    st.markdown(text)


def draw_ranking(
    found: list[Spread], called: dict[int, str], name: str, key: str, sweep: Sweep | None = None
) -> None:
    """Settings by their mean; a click chooses one."""

    def clicked(click: Any) -> None:
        if sweep is not None and click.get("customdata") is not None:
            st.session_state["sweep-place"] = (sweep.key, int(click["customdata"]))

    drawn = min(sum(spread.seeds > 0 for spread in found), figures.SHOWN)
    if not drawn:
        return
    show_figure(
        figures.ranking(found, called, name),
        key,
        alt=f"Settings by {name}, the best first: "
        + "; ".join(f"{called[s.place]} {s.mean:.3g}" for s in found[:5]),
        height=24 * drawn + 130,
        filename="sweep-ranking",
        on_click=clicked if sweep is not None else None,
    )
    more = len(found) - figures.SHOWN
    said = OBJECTIVES[name].said
    page.caption(
        f"{said[0].upper()}{said[1:]}. {RULE}"
        + (f" The best {figures.SHOWN} are shown, {more:,} are not." * (more > 0))
    )


def draw_trade(table: Table, found: list[Spread], called: dict[int, str], name: str) -> None:
    """This objective against another."""
    others = [other for other in table.sweep.judged if other != name]
    if not others:
        st.info("One objective has nothing to be traded for; choose a second one.")
        return
    other = others[0]
    if len(others) > 1:
        other = str(st.segmented_control("Against", others, default=other, required=True,
                                         key="sweep-against"))  # fmt: skip
    picture(
        figures.trade(found, judge(table, other), called, (name, other)),
        "sweep_trade", f"{name} against {other}, one point a setting",
        f"{name}: {OBJECTIVES[name].said}; {other}: {OBJECTIVES[other].said}. One point a "
        "setting, means over seeds; bars are one standard error. The line joins "
        "settings that no other beats in both.",
        480,
    )  # fmt: skip


def draw_parallel(table: Table, found: list[Spread], name: str) -> None:
    if not figures.can_contour(table):
        st.info("Nothing varies yet among the settings that have run.")
        return
    picture(
        figures.parallel(table, found, name), "sweep_parallel",
        f"Settings as lines through the values of their fields, coloured by {name}",
        f"A line a setting, coloured by its mean {name}. Drag along an axis to keep only the lines "
        "that pass there.",
        440,
    )  # fmt: skip


def draw_importance(table: Table, name: str) -> None:
    found = importance(table, name)
    picture(
        figures.importances(found), "sweep_importance",
        "; ".join(f"{field} {share:.0%}" for field, share in found.items()),
        "The share of the variance of a random forest fitted to all settings that each field "
        "explains, alone and with others (fANOVA, Hutter et al. 2014). It tells of the ranges "
        "that were swept, not beyond, and does not know which differences are noise.",
        60 * len(found) + 110,
    )  # fmt: skip


def draw_slices(table: Table, name: str) -> None:
    if not figures.can_contour(table):
        st.info("Nothing varies yet among the settings that have run.")
        return
    picture(
        figures.slices(table, name), "sweep_slices", f"{name} along each field",
        f"Mean {name} of each setting, once for every field; what the other fields do is the "
        "spread within a column.",
        400,
    )  # fmt: skip


def draw_contour(table: Table, name: str) -> None:
    names = figures.can_contour(table)
    if len(names) < 2:
        st.info("A contour needs two fields that vary.")
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
            now = st.selectbox(label, options, index=options.index(st.session_state[key]), key=key)
        chosen.append(str(state.keep(setting, now)))
    picture(
        figures.contour(table, name, (chosen[0], chosen[1])), "sweep_contour",
        f"{name} over {chosen[0]} and {chosen[1]}",
        f"Mean {name} of all settings that agree in both fields (dots), interpolated between "
        "them: what the other fields do is averaged out.",
        460,
    )  # fmt: skip


def picture(figure: go.Figure, key: str, alt: str, said: str, height: int) -> None:
    """A figure and what it shows."""
    show_figure(figure, key, alt=alt, height=height, filename=key.replace("_", "-"))
    page.caption(said)


def chosen(sweep: Sweep, table: Table, found: list[Spread], called: dict[int, str]) -> None:
    """The best run, or the one that was clicked, one click from the other pages."""
    key, place = st.session_state.get("sweep-place", ("", -1))
    known = {spread.place: spread for spread in found if spread.seeds}
    if not known:
        return
    picked = key == sweep.key and place in known
    spread = known[place] if picked else found[0]
    run = next(run for run in table.of(spread.place) if run.values)
    with st.container(border=True, key="sweep-chosen"):
        st.markdown(f"##### {'Chosen' if picked else 'Best'}: {page.plain(called[spread.place])}")
        page.chain_strip(
            [
                (name, f"{spread.mean:.4g}", OBJECTIVES[name].said)
                for name in sweep.judged
                for spread in judge(table, name)
                if spread.place == run.place and spread.seeds
            ]
        )
        with told():
            sweep_run.go(sweep.at(dict(run.params), run.seed))
    page.caption("Click a setting in the ranking to choose it instead of the best.")


def below(sweep: Sweep, table: Table, name: str) -> None:
    """All runs, the code, and where it comes from."""
    tabs = st.tabs(["Runs", "Code", "Provenance"], on_change="rerun", key="sweep-below-tabs")
    if tabs[0].open:
        with tabs[0]:
            rows = pd.DataFrame(table.rows())
            page.download_table(rows, "sweep", "sweep-runs")
            page.download_later("Table as Parquet", lambda: _parquet(rows), "sweep.parquet",
                                "application/vnd.apache.parquet", "sweep-parquet")  # fmt: skip
    if tabs[1].open:
        with tabs[1]:
            page.code(code(sweep, name))
    if tabs[2].open:
        with tabs[2]:
            page.provenance(sweep, sweep.base)


def code(sweep: Sweep, name: str) -> str:
    """Python that gives the same table; it is instant where the sweep has run."""
    return (
        "from core.sweeps import Sweep, run\nfrom core.sweeps.judgement import judge\n\n"
        f"table = run({page.constructor(sweep)})\n"
        f"for spread in judge(table, {name!r})[:5]:\n"
        "    print(table.params(spread.place), spread.mean, spread.error, spread.verdict)\n"
    )


def kept() -> None:
    """All sweeps that are stored, to open or to delete."""
    found = storage.entries()
    if not found:
        st.info("No sweep has been started yet.", icon=":material/tune:")
    for entry in found:
        sweep = entry.sweep
        with st.container(border=True, key=f"sweep-kept-{entry.id}"):
            said, to_open, delete = st.columns([5, 1, 1], vertical_alignment="center")
            total = sweep.settings * len(sweep.seeds)
            fields = ", ".join(axis.name for axis in sweep.varied)
            kind = NAMES[type(sweep.base).__name__]
            said.markdown(
                f"**{page.plain(kind)}** over {page.plain(fields)} · {sweep.sampler} · "
                f"{entry.done:,} of {total:,} runs · {entry.made.replace('T', ' ')[:16]}"
            )
            to_open.button("Open", key=f"sweep-open:{entry.id}", width="stretch",
                           on_click=opened, args=(sweep,))  # fmt: skip
            job = sweep_run.job_of(sweep)
            running = job is not None and not job.done
            if delete.button("Delete", key=f"sweep-delete:{entry.id}", width="stretch",
                             disabled=running):  # fmt: skip
                storage.delete(entry.id)
                st.rerun()


def opened(sweep: Sweep) -> None:
    """Show a stored sweep."""
    state.put_all(dict(sweep.leaves()))
    st.session_state["sweeps-tabs"] = TABS[0]


def labels(table: Table) -> dict[int, str]:
    """What each setting is called: the values of its fields."""
    return {
        run.place: ", ".join(
            f"{path.rpartition('.')[2]} {f'{v:g}' if isinstance(v, float) else shown(v)}"
            for path, v in run.params.items()
        )
        for run in table.runs
    }


def _objective(sweep: Sweep) -> str:
    wanted = str(state.get("judged_by", ""))
    return wanted if wanted in sweep.judged else sweep.judged[0]


def _parquet(rows: pd.DataFrame) -> bytes:
    data = io.BytesIO()
    rows.to_parquet(data, index=False)
    return data.getvalue()


def main() -> None:
    said = state.begin("sweeps", (Sweep, SweepView))
    page.header("Sweeps", "The same model at many settings, and which of them are really better.")
    page.notices(said)
    tabs = st.tabs(TABS, on_change="rerun", key="sweeps-tabs")
    for tab, show in zip(tabs, (sweep_tab, kept), strict=True):
        if tab.open:
            with tab, told():
                show()


main()
