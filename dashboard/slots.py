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

from functools import cache
from typing import TypeVar

import streamlit as st

T = TypeVar("T")


def slot(kind: type[T]) -> T:
    """The session's one object of this dataclass."""
    name = key(kind)  # type: ignore[arg-type]  # a class can be hashed
    try:  # thousands of times a run, and each look-up takes a lock
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
