"""The process that serves everybody: rare pauses, enough descriptors, nothing kept of the gone."""

from __future__ import annotations

import gc
import resource
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from opening import open_page

from core import jobs
from dashboard.ui import process


class Thing:
    """Something that only a collection of garbage frees: it holds itself."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(process, "_modules_frozen", 0)
    monkeypatch.setattr(process, "_here", set())
    monkeypatch.setattr(process, "_pinned", set())
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_libraries_are_spared_once() -> None:
    at = open_page("corpus")
    spared = gc.get_freeze_count()
    assert spared > 100_000, "streamlit, plotly and numpy are that many at least"
    at.run()
    assert gc.get_freeze_count() <= spared, "nothing more where nothing was imported"


def test_what_a_visitor_held_is_freed_after_they_left(monkeypatch: pytest.MonkeyPatch) -> None:
    given_up: list[str] = []
    closed: list[str] = []
    timers: list[tuple[float, Callable[[], Any]]] = []
    monkeypatch.setattr(jobs, "leave", given_up.append)

    def later(seconds: float, call: Callable[[], Any]) -> None:
        timers.append((seconds, call))

    process._here.update({"first", "second"})
    held = weakref.ref(Thing())
    process.spare_imports()
    gc.collect()
    assert held() is not None, "it is frozen with the libraries"
    process.left("first", closed.append, later)
    process.left("second", closed.append, later)
    process.left("third", closed.append, later)
    assert given_up == closed == ["first", "second", "third"]
    ((seconds, collect),) = timers  # one collection for all of them
    assert seconds == process.BETWEEN
    collect()
    assert held() is None and gc.get_freeze_count() > 0 and not process._pinned


def test_a_visitor_who_came_later_costs_no_collection() -> None:
    process.spare_imports()
    process._here.add("later")
    process.left("later", lambda session: None, pytest.fail)


def test_the_limit_of_descriptors_is_raised() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 256), hard))
        process.raise_descriptors()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
