"""Widgets that show a setting in a way of their own: a list whose last entry is a file, say.

Their state follows the setting they stand for: where a link, the back button or another widget
changed that, it is reset; otherwise it is the user's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from dashboard import state
from dashboard.slots import slot


@dataclass
class Mirrors:
    """By a widget's key, the page it was drawn on and what it stood for there."""

    stood_for: dict[str, Any] = field(default_factory=dict)


def follow(key: str, source: Any, value: Any) -> bool:
    """Reset a widget to `value` if `source`, the setting it stands for, changed; return whether.

    The same key on another page is another widget, and one that was not drawn has forgotten.
    """
    if slot(Mirrors).stood_for.get(key) == (state.page(), source) and key in st.session_state:
        return False
    st.session_state[key] = value
    note(key, source)
    return True


def note(key: str, source: Any) -> None:
    """Remember what a widget stands for once the user has changed it."""
    slot(Mirrors).stood_for[key] = state.page(), source
