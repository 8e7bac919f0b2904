"""One thread computes a result; others that want it wait, and see how far it is.

A thread knows whether it is waited for, and whether it waits: `core.jobs` goes by both. The next
stop of a slider often needs part of what the last one began, and would otherwise begin it again.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from typing import Any
from weakref import WeakValueDictionary

from core.messages import message
from core.progress import OnStep, report

PATIENCE = 0.2  # seconds between two looks at a computation of another thread


class _Turn:
    """Held by the thread that computes; `waiting` others want the same result."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.waiting = 0
        self.fraction = 0.0
        self.stage: Any = message("waiting for the same computation elsewhere")


class _Thread(threading.local):
    """The turns that a thread holds, and whether it waits for one."""

    def __init__(self) -> None:
        self.held: list[_Turn] = []
        self.waits = False


# Weak: a turn lives as long as a thread holds or awaits it, so that threads
# waiting for a cancelled run and threads that come later share one.
_turns: WeakValueDictionary[str, _Turn] = WeakValueDictionary()
_lock = threading.Lock()
_thread = _Thread()


@contextlib.contextmanager
def taken(key: str, on_step: OnStep) -> Iterator[OnStep]:
    """Within, no other thread computes the result of this name.

    Gives the hook to compute with. Waiting, it reports what the other thread does. Raises
    Cancelled as `report` does.
    """
    with _lock:
        turn = _turns.setdefault(key, _Turn())
    if not turn.lock.acquire(blocking=False):
        _wait(turn, on_step)

    def note(fraction: float, metrics: Mapping[str, Any]) -> bool:
        turn.fraction, turn.stage = fraction, metrics.get("stage", turn.stage)
        return on_step(fraction, metrics)

    _thread.held.append(turn)
    try:
        yield note
    finally:
        _thread.held.remove(turn)
        turn.lock.release()


def awaited() -> bool:
    """Whether another thread waits for what this one computes."""
    return any(turn.waiting for turn in _thread.held)


def waits() -> bool:
    """Whether this thread waits for what another one computes."""
    return _thread.waits


def _wait(turn: _Turn, on_step: OnStep) -> None:
    with _lock:
        turn.waiting += 1
    _thread.waits = True
    try:
        while not turn.lock.acquire(timeout=PATIENCE):
            report(on_step, turn.fraction, turn.stage)
    finally:
        _thread.waits = False
        with _lock:
            turn.waiting -= 1
