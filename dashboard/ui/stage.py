"""The stage: a step of a tour beside its page, in large type, without the app's frame.

The address alone says that a step is shown (`tour`, `step`), so that each step is a link.
"""

from __future__ import annotations

import html
import re
from dataclasses import asdict, dataclass
from functools import partial

import streamlit as st

from core.errors import CoreError
from dashboard import navigation, state, tours
from dashboard.language import say
from dashboard.markdown import plain_message
from dashboard.slots import slot
from dashboard.ui.browser_code import component

WORDS = {
    "previous": "← Previous",
    "next": "Next →",
    "leave": "Leave",
    "seek": "See it in the picture ↓",
    "controls": "All controls (C)",
    "notes": "Notes (N)",
    "save": "Save for offline",
    "saving": "Saving: showing each step …",
    "next step": "Next",
}
_mount = st.components.v2.component(
    "vectorscope_stage",
    js=component("stage"),
    isolate_styles=False,  # it hides the app's frame
)


@dataclass
class Opened:
    """The step whose tab was opened; the user may open another one."""

    step: tuple[str, int] = ("", 0)


def begin(tour: tours.Tour, number: int) -> None:
    """Go to a step, within this session."""
    step, link = tour.steps[number - 1], tour.link(number)
    query = dict(step.settings)
    state.adopt(*(kind.from_query(query)[0] for kind in navigation.kinds(step.page)))
    slot(state.Place).stage = {name: link[name] for name in state.STAGE}
    state.leave_for(step.page, link)


def leave() -> None:
    """Back to the list of tours."""
    slot(state.Place).stage = {}
    state.leave_for("tours")


def show() -> None:
    """Show the current step; call it before the page itself runs."""
    parameters = state.stage()
    try:
        tour = tours.find(parameters.get("tour", ""))
    except CoreError as error:
        st.error(plain_message(error), icon=":material/error:")
        st.button(say("Go on without it"), key="stage-close", on_click=parameters.clear)
        return
    _text(tour, _number(parameters.get("step", "1"), len(tour.steps)))


def _text(tour: tours.Tour, number: int) -> None:
    step, total = tour.steps[number - 1], len(tour.steps)
    links = {"leave": "tours"}
    if number > 1:
        links["previous"] = tour.address(number - 1, **state.language_parameter())
    if number < total:
        links["next"] = tour.address(number + 1, **state.language_parameter())
    _open_tab(tour, number)
    with st.container(key="stage"):
        _mount(
            key="stage-text",
            data={
                "id": tour.id, "tour": tour.title, "number": number, "total": total,
                "title": step.title,
                "text": list(step.text), "question": step.question, "answer": step.answer,
                "point": asdict(step.point) if step.point else None, "show": list(step.show),
                "scopes": list(step.scopes), "tab": bool(step.tab), "notes": step.notes,
                "following": tour.steps[number].title if number < total else "",
                "links": links, "names": {name: say(label) for name, label in WORDS.items()},
            },
            on_turn_change=partial(_turn_page, tour, number),
        )  # fmt: skip


def _open_tab(tour: tours.Tour, number: int) -> None:
    """Open the tab that a step names, once: call it before the page draws its tabs."""
    step, opened = tour.steps[number - 1], slot(Opened)
    if step.tab and opened.step != (tour.id, number):
        st.session_state[f"{step.page}-tabs"] = say(step.tab)
    opened.step = tour.id, number


def _turn_page(tour: tours.Tour, number: int) -> None:
    turn = st.session_state["stage-text"].get("turn")
    if not turn or turn["from"] != number:  # from a step that was left meanwhile
        return
    target = int(turn["to"])
    if target == 0:
        leave()
    elif 1 <= target <= len(tour.steps):
        begin(tour, target)


def _number(text: str, total: int) -> int:
    """The number of a step, clamped to those that exist."""
    number = int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else 1
    return min(max(number, 1), total)


def outline(tour: tours.Tour) -> None:
    """A tour in a list: its summary and its steps."""
    steps = "".join(f"<li>{html.escape(step.title)}</li>" for step in tour.steps)
    st.html(
        f'<div class="vs-tour"><h2>{html.escape(tour.title)}</h2>'
        f"<p>{html.escape(tour.summary)}</p><ol>{steps}</ol></div>"
    )
