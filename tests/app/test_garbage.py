"""Collections of garbage: rare pauses of all threads, kept short."""

from __future__ import annotations

import gc

import pytest
from opening import open_page

from dashboard.ui import garbage


def test_libraries_are_spared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "_modules_frozen", 0)
    gc.unfreeze()
    at = open_page("corpus")
    spared = gc.get_freeze_count()
    assert spared > 100_000, "streamlit, plotly and numpy are that many at least"
    at.run()
    assert gc.get_freeze_count() <= spared, "nothing more where nothing was imported"
