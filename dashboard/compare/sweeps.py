"""Sweeps: the same model at many settings, and which of them are really better."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd
import streamlit as st

from core.errors import CoreError
from core.registry import BY_CLASS
from core.sweeps import Sweep, storage
from core.sweeps.axes import shown
from core.sweeps.judgement import Spread, held_out, judge, winner
from core.sweeps.proposals import STARTUP, propose
from core.sweeps.runs import Table
from core.sweeps.targets import OBJECTIVES
from dashboard import state
from dashboard.compare.figures import sweeps as figures
from dashboard.compare.memory import Choice
from dashboard.compare.parts import sweep_pictures, sweep_run, sweeper
from dashboard.compare.views import SweepView
from dashboard.language import say
from dashboard.markdown import marked, plain_message
from dashboard.slots import slot
from dashboard.spec_code import constructor
from dashboard.ui import address, background, code_tab, downloads, layout, provenance_tab
from dashboard.ui.captions import answer, caption, chain_strip, listed, measured
from dashboard.ui.figure import show_figure
from dashboard.ui.tabs import page_tabs, tabs
from dashboard.ui.work import errors_shown

PLANNED = STARTUP  # settings that are shown before a sweep starts: TPE's later ones depend on them
RULE = (
    "Bars: one standard error of the mean, over seeds and over the list's items (200 bootstraps). "
    "A tie: the difference from the best, paired by seed and by item, is within the 95 % interval "
    "for all settings at once (studentised range): among equally good settings, 95 of 100 sweeps "
    "call no setting worse. With one seed, the luck of training is in neither; another text is in "
    "neither, too."
)
FLATTERED = (
    "The best mean flatters its setting, which was chosen on the very items it is judged by: one "
    "chosen on half of them has {chosen:.4g} there and {other:.4g} on the other half (mean over "
    "{n} random splits), so that {luck:.2g} is the luck of that choice; on the whole list it is "
    "somewhat less."
)


ALONE = "{best} — alone: every other setting is worse."
TIE = "{best} — a tie: {ties} other cannot be told from it."
TIES = "{best} — a tie: {ties} others cannot be told from it."
UNKNOWN = "{best} — not judged: one run each, and nothing to take a spread from."


def sweep_tab() -> None:
    """Pictures left, the sweep's settings right."""
    screen, side = layout.columns()
    sweep: Sweep | None = None
    with side, errors_shown():
        sweep = sweeper.panel()
    if sweep is None:
        return
    with screen:
        result(sweep)
    address.publish(sweep, state.spec(SweepView))


def result(sweep: Sweep) -> None:
    """The results of a sweep so far, and the buttons that start or resume it."""
    try:
        table = sweep_run.table_of(sweep)
    except CoreError as error:
        st.error(plain_message(error), icon=":material/error:")
        if st.button(
            say("Delete this sweep"), icon=":material/delete:", key="sweep-delete-damaged"
        ):
            with errors_shown():
                storage.delete(sweep.key)
                st.rerun()
        return
    job = background.job_of(sweep)
    if job is not None and not job.done:
        live(sweep)
        return
    sweep_run.outcome(sweep)
    if not table.runs and job is None:
        ask(sweep)
    sweep_run.bar(sweep, table)
    if not table.runs:
        if job is None:  # else how it ended is shown above
            planned(sweep)
        return
    pictures(sweep, table)


def ask(sweep: Sweep) -> None:
    """What the sweep will tell, in a sentence."""
    answer(
        say(
            "Which {fields} is best for {model}, judged by {objective}? Press Start to try them.",
            fields=listed([axis.name for axis in sweep.varied]),
            model=BY_CLASS[type(sweep.base).__name__].name, objective=say(_objective(sweep)),
        )
    )  # fmt: skip


def planned(sweep: Sweep) -> None:
    """The first settings, as they will be tried."""
    if sweep.sampler == "tpe":
        caption(say("TPE draws the first 10 settings at random, then looks at what it found."))
    first = range(min(sweep.settings, PLANNED))
    rows = pd.DataFrame([propose(sweep, place, []) for place in first])
    caption(say("The first {n} of {total:,} settings:", n=len(rows), total=sweep.settings))
    st.dataframe(rows, hide_index=True, key="sweep-planned", column_config=column_labels(sweep))
    caption(
        say(
            "Runs go on when the browser is closed, are kept, and are never computed twice: a "
            "sweep that was stopped goes on where it was."
        )
    )


@st.fragment(run_every=sweep_run.EVERY)
def live(sweep: Sweep) -> None:
    """The sweep while it runs: settings are ranked as they come."""
    job = background.job_of(sweep)
    if job is None or job.done:
        st.rerun()
    table = sweep_run.table_of(sweep)
    sweep_run.bar(sweep, table)
    if table.runs:
        name = _objective(sweep)
        draw_ranking(judge(table, name), setting_labels(table), name, "sweep_live")
        rows = pd.DataFrame(table.rows()).iloc[::-1]
        shown = column_labels(sweep) | {judge: say(judge) for judge in sweep.judged}
        st.dataframe(rows, hide_index=True, height=240, key="sweep-live-table", column_config=shown)


def pictures(sweep: Sweep, table: Table) -> None:
    """By one objective: the verdict, the pictures, the best run, the table."""
    name = _objective(sweep)
    if len(sweep.judged) > 1:
        key = state.seed("judged_by", name)
        st.session_state[key] = name
        names = {judge: say(judge) for judge in sweep.judged}
        picked = st.segmented_control(
            say("Judged by"), sweep.judged, default=name, key=key, required=True,
            format_func=names.__getitem__,
        )  # fmt: skip
        name = str(state.keep("judged_by", picked or name))
    spreads, labels = judge(table, name), setting_labels(table)
    verdict(table, spreads, labels, name)
    tabs(
        "sweep-pictures",
        {
            "Ranking": lambda: draw_ranking(spreads, labels, name, "sweep_ranking", sweep),
            "Trade-off": lambda: sweep_pictures.draw_trade(table, spreads, labels, name),
            "Parallel": lambda: sweep_pictures.draw_parallel(table, spreads, name),
            "Importance": lambda: sweep_pictures.draw_importance(table, name),
            "Slices": lambda: sweep_pictures.draw_slices(table, name),
            "Contour": lambda: sweep_pictures.draw_contour(table, name),
        },
    )
    chosen(sweep, table, spreads, labels)
    below(sweep, table, name)


def verdict(table: Table, spreads: list[Spread], labels: dict[int, str], name: str) -> None:
    """Whether there is a winner, in a sentence."""
    outcome, failed = winner(spreads), sum(spread.verdict == "failed" for spread in spreads)
    if outcome == "none":
        st.warning(say("Every run failed; the table says why."), icon=":material/warning:")
        return
    best = spreads[0]
    ties = sum(spread.verdict == "tie" for spread in spreads)
    if outcome == "alone":
        ending = ALONE if len(spreads) - failed > 1 else "{best}."
    elif outcome == "tie":
        ending = TIE if ties == 1 else TIES
    else:
        ending = UNKNOWN
    text = say(
        ending, ties=ties,
        best=marked(
            "**{setting}** has the best {name}, {mean:.4g}",
            setting=labels[best.place], name=say(name), mean=best.mean,
        ),
    )  # fmt: skip
    if failed:
        several = "{text} {failed} settings failed."
        text = say(
            "{text} {failed} setting failed." if failed == 1 else several, text=text, failed=failed
        )
    st.markdown(text)
    if halves := held_out(table, name):
        measured(
            say(
                FLATTERED, chosen=halves.chosen, other=halves.other, n=halves.splits,
                luck=abs(halves.chosen - halves.other),
            )
        )  # fmt: skip


def draw_ranking(
    spreads: list[Spread], labels: dict[int, str], name: str, key: str, sweep: Sweep | None = None
) -> None:
    """Settings by their mean; a click chooses one."""

    def clicked(click: Any) -> None:
        if sweep is not None and click.get("customdata") is not None:
            choice = slot(Choice)
            choice.sweep, choice.place = sweep.key, int(click["customdata"])

    count = min(sum(spread.seeds > 0 for spread in spreads), figures.SHOWN)
    if not count:
        return
    show_figure(
        figures.ranking(spreads, labels, name),
        key,
        alt=say(
            "Settings by {name}, the best first: {settings}",
            name=say(name),
            settings="; ".join(f"{labels[s.place]} {s.mean:.3g}" for s in spreads[:5]),
        ),
        height=24 * count + 130,
        filename="sweep-ranking",
        on_click=clicked if sweep is not None else None,
    )
    more = len(spreads) - figures.SHOWN
    description = say(OBJECTIVES[name].meaning)
    text = say(
        "{what}. Settings are ranked, and the best is chosen, on {items}. {rule}",
        what=f"{description[0].upper()}{description[1:]}", items=say(OBJECTIVES[name].items),
        rule=say(RULE),
    )  # fmt: skip
    if more > 0:
        text = say(
            "{text} The best {n} are shown, {more:,} are not.",
            text=text, n=figures.SHOWN, more=more,
        )  # fmt: skip
    measured(text)


def chosen(sweep: Sweep, table: Table, spreads: list[Spread], labels: dict[int, str]) -> None:
    """The best run, or the one that was clicked, one click from the other pages."""
    key, place = slot(Choice).sweep, slot(Choice).place
    known = {spread.place: spread for spread in spreads if spread.seeds}
    if not known:
        return
    picked = key == sweep.key and place in known
    spread = known[place] if picked else spreads[0]
    run = next(run for run in table.of(spread.place) if run.values)
    with st.container(border=True, key="sweep-chosen"):
        title = "Chosen: {setting}" if picked else "Best: {setting}"
        st.markdown(f"## {marked(title, setting=labels[spread.place])}")
        chain_strip(
            [
                (name, f"{spread.mean:.4g}", OBJECTIVES[name].meaning)
                for name in sweep.judged
                for spread in judge(table, name)
                if spread.place == run.place and spread.seeds
            ]
        )
        with errors_shown():
            sweep_run.go(sweep.at(dict(run.params), run.seed))
    caption(say("Click a setting in the ranking to choose it instead of the best."))


def below(sweep: Sweep, table: Table, name: str) -> None:
    """All runs, the code and the provenance."""
    tabs(
        "sweep-below-tabs",
        {
            "Runs": lambda: _runs(table),
            "Code": lambda: code_tab.show(code(sweep, name)),
            "Provenance": lambda: provenance_tab.show(sweep, sweep.base),
        },
    )


def _runs(table: Table) -> None:
    rows = pd.DataFrame(table.rows())
    downloads.table(rows, "sweep", "sweep-runs", column_labels(table.sweep))
    downloads.later("Table as Parquet", lambda: _parquet(rows), "sweep.parquet",
                        "application/vnd.apache.parquet", "sweep-parquet")  # fmt: skip


def column_labels(sweep: Sweep) -> dict[str, str]:
    """What the columns of a table of runs are called, other than objectives."""
    fields = {axis.path: axis.name for axis in sweep.varied}
    return fields | {"setting": say("setting"), "seed": say("seed"), "failed": say("failed")}


def code(sweep: Sweep, name: str) -> str:
    """Python that gives the same table; it is instant where the sweep has run."""
    return (
        "from core.sweeps import Sweep, run\nfrom core.sweeps.judgement import judge\n\n"
        f"table = run({constructor(sweep)})\n"
        f"for spread in judge(table, {name!r})[:5]:\n"
        "    print(table.params(spread.place), spread.mean, spread.error, spread.verdict)\n"
    )


def stored_sweeps() -> None:
    """All sweeps that are stored, to open or to delete."""
    entries = storage.entries()
    if not entries:
        st.info(
            say("No sweep is kept yet. Start the one on the tab Sweep: it is listed here."),
            icon=":material/tune:",
        )
    for entry in entries:
        sweep = entry.sweep
        with st.container(border=True, key=f"sweep-kept-{entry.id}"):
            description, to_open, delete = st.columns([5, 1, 1], vertical_alignment="center")
            total = sweep.settings * len(sweep.seeds)
            fields = ", ".join(axis.name for axis in sweep.varied)
            kind = say(BY_CLASS[type(sweep.base).__name__].name)
            description.markdown(
                marked(
                    "**{kind}** over {fields} · {sampler} · {done:,} of {total:,} runs · {made}",
                    kind=kind, fields=fields, sampler=say(sweep.sampler),
                    done=entry.done, total=total, made=entry.made.replace("T", " ")[:16],
                )
            )  # fmt: skip
            to_open.button(say("Open"), key=f"sweep-open:{entry.id}", width="stretch",
                           on_click=opened, args=(sweep,))  # fmt: skip
            job = background.job_of(sweep)
            running = job is not None and not job.done
            if delete.button(say("Delete"), key=f"sweep-delete:{entry.id}", width="stretch",
                             disabled=running):  # fmt: skip
                with errors_shown():
                    storage.delete(entry.id)
                    st.rerun()


def opened(sweep: Sweep) -> None:
    """Show a stored sweep."""
    state.put_all(dict(sweep.leaves()))
    st.session_state["sweeps-tabs"] = say("Sweep")


def setting_labels(table: Table) -> dict[int, str]:
    """What each setting is called: the values of its fields."""
    return {
        run.place: ", ".join(
            f"{path.rpartition('.')[2]} {f'{v:g}' if isinstance(v, float) else shown(v)}"
            for path, v in run.params.items()
        )
        for run in table.runs
    }


def _objective(sweep: Sweep) -> str:
    objective = str(state.get("judged_by", ""))
    return objective if objective in sweep.judged else sweep.judged[0]


def _parquet(rows: pd.DataFrame) -> bytes:
    data = io.BytesIO()
    rows.to_parquet(data, index=False)
    return data.getvalue()


def main() -> None:
    page_tabs({"Sweep": sweep_tab, "Kept sweeps": stored_sweeps})


main()
