"""What a session remembers: one typed object for each owner, reached by its type alone.

A slot is a dataclass; `slot(Kind)` gives the session's own one, with the defaults of its fields
until its owner writes to it. Streamlit's session state holds, besides:

* `setting:<name>`, the state of the widget that shows a setting. Streamlit wants it under the
  widget's key, and forgets it where a run does not draw the widget. The setting's own value is
  in `dashboard.state.Settings`, which outlives its widget; `dashboard.state.seed`, `latest` and
  `keep` carry it across, and nothing else may.
* the keys of widgets that show no setting, such as tabs and buttons.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

T = TypeVar("T")


class _Run(threading.local):
    """What a thread has looked up already for the run that it makes."""

    def __init__(self) -> None:
        self.context: object = None
        self.slots: dict[type, Any] = {}


_run = _Run()


def slot(kind: type[T]) -> T:
    """The session's one object of this dataclass.

    It is asked for hundreds of times a run, and Streamlit's session state takes a lock each time.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or context is not _run.context:
        _run.context, _run.slots = context, {}
    if kind not in _run.slots:
        _run.slots[kind] = _kept(kind)
    value: T = _run.slots[kind]
    return value


def _kept(kind: type[T]) -> T:
    """This dataclass's object in session state."""
    name = key(kind)  # type: ignore[arg-type]  # a class can be hashed
    try:
        value: T = st.session_state[name]
    except KeyError:
        value = st.session_state[name] = kind()
    return value


@cache
def key(kind: type) -> str:
    """The key of this dataclass in session state."""
    if kind.__module__ == "__main__":  # every page runs under this name
        raise TypeError(f"{kind.__qualname__} is of a page's script; put it where it is imported")
    return f"slot:{kind.__module__}.{kind.__qualname__}"
