"""The controls of settings: one call per setting, limits and meaning taken from its spec.

Each control's current value is passed as its default too. Session state alone reaches the
browser only once: where the next run overtakes that message, the browser
starts the control empty and reports that as the user's choice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core.messages import message
from core.specs import Spec, defaults, limits
from dashboard import state
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.ui import notices
from dashboard.ui.live_slider import live_choice, live_slider


def slider(
    kind: type[Spec],
    name: str,
    label: str,
    *,
    step: float | int = 1,
    high: float | int | None = None,
    log: bool = False,
    format: str | Callable[[Any], str] = "{}",
) -> Any:
    """A live slider for a number of the spec; `high` may end it before the spec's own limit."""
    field = limits(kind, name)
    default = _default(kind, name)
    low = field["low"]
    top = field["high"] if high is None else type(default)(high)
    arrived = state.arrived(name)
    key = state.seed(name, default)
    requested = st.session_state[key]
    value = live_slider(
        say(label),
        low,
        top,
        default,
        step=type(default)(step),
        key=key,
        log=log,
        format=format,
        help=say(field["help"]),
    )
    if arrived and requested != default and not low <= requested <= top:
        corrected(name, requested, value)
    return state.keep(name, value)


def corrected(name: str, requested: Any, used: Any) -> None:
    """Warn that a value from a link, or from a page that offers more, was replaced."""
    text = "`{name}={wanted}` goes beyond what can be chosen here; using {used}."
    notices.add(message(text, name=name, wanted=requested, used=used))


def choose(
    kind: type[Spec],
    name: str,
    label: str,
    options: Sequence[Any],
    *,
    format: str | Callable[[Any], str] = "{}",
) -> Any:
    """A live slider along a few chosen values of a number; the setting's own is among them."""
    key = state.seed(name, _default(kind, name))
    chosen = st.session_state[key]
    stops = list(options) if chosen in options else sorted([*options, chosen])
    value = live_choice(
        say(label),
        stops,
        _default(kind, name),
        key=key,
        format=format,
        help=say(limits(kind, name)["help"]),
    )
    return state.keep(name, value)


def pick(
    kind: type[Spec],
    name: str,
    label: str,
    *,
    names: dict[str, str] | None = None,
    options: Sequence[str] | None = None,
    compact: bool = True,
    on_change: Callable[[str], None] | None = None,
) -> str:
    """A choice of the spec, as buttons in a row, or as a list when there is little room.

    on_change: told the choice, first of all, when the user, and no link, has chosen.
    """
    field = limits(kind, name)
    choices = list(options or field["options"])
    default = _default(kind, name)
    arrived = state.arrived(name)
    key = state.seed(name, default, listed=not compact)
    texts = {option: (names or {}).get(option, option) for option in choices}
    # the labels of buttons are Markdown, those of a list are not
    labels = {option: marked(text) if compact else say(text) for option, text in texts.items()}
    if (requested := st.session_state[key]) not in choices:
        st.session_state[key] = default if default in choices else choices[0]
        if arrived and requested != default:
            corrected(name, requested, st.session_state[key])
    current = st.session_state[key]
    tip = say(field["help"])

    def changed() -> None:
        if on_change is not None:
            on_change(str(st.session_state[key]))

    if compact:
        value = st.segmented_control(
            say(label),
            choices,
            default=current,
            key=key,
            format_func=labels.__getitem__,
            help=tip,
            required=True,
            width="stretch",
            on_change=changed,
        )
    else:
        value = st.selectbox(
            say(label),
            choices,
            index=choices.index(current),
            key=key,
            format_func=labels.__getitem__,
            help=tip,
            on_change=changed,
        )
    return str(state.keep(name, value or default))


def toggle(kind: type[Spec], name: str, label: str) -> bool:
    """A yes or no of the spec."""
    key = state.seed(name, _default(kind, name))
    current = st.session_state[key]
    value = st.toggle(say(label), current, key=key, help=say(limits(kind, name)["help"]))
    return bool(state.keep(name, value))


def words(kind: type[Spec], name: str, label: str, *, area: bool = False, hint: str = "") -> str:
    """A free text of the spec."""
    field = limits(kind, name)
    key = state.seed(name, _default(kind, name))
    box = st.text_area if area else st.text_input
    more: dict[str, Any] = {"height": 110} if area else {}
    value = box(
        say(label),
        st.session_state[key],
        key=key,
        max_chars=field["longest"],
        help=say(field["help"]),
        placeholder=say(hint) or None,
        **more,
    )
    return str(state.keep(name, value or ""))


def _default(kind: type[Spec], name: str) -> Any:
    return defaults(kind)[name]
