"""kill −9 at any moment, and two processes on everything that is shared."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.siege.work import TASKS, Task, left_over, prepared
from core import cache

LONGEST = 0.6  # seconds until a kill
fork = multiprocessing.get_context("fork")


def killed(times: int) -> Iterator[dict[str, Any]]:
    """So many kills, shared among the tasks: after each, what is believed must be whole."""
    for task in TASKS:
        with own_folder():
            yield _killed(task, max(times // len(TASKS), 1))


def _killed(task: Task, times: int) -> dict[str, Any]:
    chance, wrong, worst = random.Random(0), list[str](), 0.0
    parts = 0
    for n in range(times):
        writer = fork.Process(target=_write_on, args=(task, n * 7))
        writer.start()
        time.sleep(chance.uniform(0.02, LONGEST))
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        began = time.perf_counter()
        wrong += _wrong(task)
        worst = max(worst, time.perf_counter() - began)
        parts += left_over()
    return {
        "attack": f"kill −9 in a {task.name}", "tries": times, "wrong": len(wrong),
        "worst": f"{worst:.1f} s to check", "left over, removed": parts,
        "first": wrong[0] if wrong else "",
    }  # fmt: skip


def together(seconds: float) -> Iterator[dict[str, Any]]:
    """Two processes that write the same things at once."""
    for task in TASKS:
        with own_folder():
            writers = [fork.Process(target=_write_for, args=(task, n, seconds)) for n in (0, 1)]
            for writer in writers:
                writer.start()
            for writer in writers:
                writer.join()
            failed = sum(writer.exitcode != 0 for writer in writers)
            wrong = _wrong(task)
            yield {
                "attack": f"two processes: {task.name}", "tries": 2, "wrong": failed + len(wrong),
                "worst": f"exit codes {[writer.exitcode for writer in writers]}",
                "first": wrong[0] if wrong else "",
            }  # fmt: skip


@contextmanager
def own_folder() -> Iterator[None]:
    """A cache folder of an attack's own, with what all need in it."""
    before = os.environ.get("VECTORSCOPE_CACHE")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        os.environ["VECTORSCOPE_CACHE"] = name
        cache.forget_memory()
        try:
            # in a process of its own: the threads of compiled code do not survive a fork
            first = fork.Process(target=prepared)
            first.start()
            first.join()
            yield
        finally:
            os.environ.pop("VECTORSCOPE_CACHE")
            if before is not None:
                os.environ["VECTORSCOPE_CACHE"] = before


def _wrong(task: Task) -> list[str]:
    try:
        return task.wrong()
    except Exception as error:  # whatever it is, a reader must not fail
        return [f"{type(error).__name__}: {error}"[:80]]


def _write_on(task: Task, n: int) -> None:
    while True:
        task.write(n)
        n += 1


def _write_for(task: Task, n: int, seconds: float) -> None:
    late = time.monotonic() + seconds
    while time.monotonic() < late:
        task.write(n)
        n += 1
