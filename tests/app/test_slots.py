"""What a session remembers is its own, and has one owner."""

from __future__ import annotations

import pytest
from opening import go, open_page, page_of, slot

from dashboard.slots import key
from dashboard.state import Place


def test_a_slot_is_kept_over_pages_and_is_the_session_s_own() -> None:
    one, two = open_page("similar"), open_page("similar")
    first = slot(one, Place)
    go(one, "tours")
    assert slot(one, Place) is first and page_of(one) == "tours"
    assert slot(two, Place) is not first and page_of(two) == "similar"


def test_a_class_of_a_page_s_script_is_refused() -> None:
    """All pages run under one module's name: two of them could mean the same slot."""
    kind = type("Choice", (), {"__module__": "__main__"})
    with pytest.raises(TypeError, match="Choice"):
        key(kind)
