"""One thread computes a result; others that want it wait, and see how far it is.

A thread that is told to stop goes on while another waits for its result: the next stop of a
slider often needs part of what the last one began, and would otherwise begin it again.
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


# Weak: a turn lives as long as a thread holds or awaits it, so that threads
# waiting for a cancelled run and threads that come later share one.
_turns: WeakValueDictionary[str, _Turn] = WeakValueDictionary()
_lock = threading.Lock()


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
        return on_step(fraction, metrics) and not turn.waiting

    try:
        yield note
    finally:
        turn.lock.release()


def _wait(turn: _Turn, on_step: OnStep) -> None:
    with _lock:
        turn.waiting += 1
    try:
        while not turn.lock.acquire(timeout=PATIENCE):
            report(on_step, turn.fraction, turn.stage)
    finally:
        with _lock:
            turn.waiting -= 1
