"""What a page waits for is shown before its file is written, and threads share what they begin."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from squares import Square, counted, files, square

from core import buffers, cache, turns
from core.errors import Cancelled
from core.progress import OnStep, report, run_on

pytestmark = pytest.mark.usefixtures("empty_cache")
SOON = 20.0
SLOW = 3 * cache.QUICK


def slow_square(spec: Square) -> np.ndarray:
    time.sleep(SLOW)
    return square(spec)


class Writing:
    """`buffers.write`, which waits at a gate."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gate, write = threading.Event(), buffers.write

        def wait(value: Any, path: Path) -> str:
            assert self.gate.wait(SOON)
            return write(value, path)

        monkeypatch.setattr(buffers, "write", wait)


class TestWrittenLater:
    def test_a_result_is_used_before_its_file_is_there(
        self, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        writing = Writing(monkeypatch)
        compute, calls = counted(slow_square)
        with cache.written_later():
            first = compute(Square())
            assert not files(empty_cache, "*.result")
            assert compute.ready(Square()) and compute(Square()) is first
        writing.gate.set()
        cache.wait_until_written()
        assert len(files(empty_cache, "*.result")) == 1 and not files(empty_cache, "*.claim")
        cache.forget_memory()
        np.testing.assert_array_equal(compute(Square()), first)
        assert len(calls) == 1

    def test_what_is_in_memory_is_then_the_file_itself(self) -> None:
        side = 400  # beyond what is read into memory
        compute, _ = counted(slow_square)
        with cache.written_later():
            first = compute(Square(side))
        cache.wait_until_written()
        mapped = compute(Square(side))
        assert mapped is not first and not mapped.flags.writeable
        np.testing.assert_array_equal(mapped, first)

    def test_forgetting_waits_for_the_files(
        self, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        writing = Writing(monkeypatch)
        compute, _ = counted(slow_square)
        with cache.written_later():
            compute(Square())
        threading.Timer(0.1, writing.gate.set).start()
        cache.forget_memory()
        assert files(empty_cache, "*.result") and not compute.ready(Square())

    def test_what_takes_no_time_has_no_file(self, empty_cache: Path) -> None:
        compute, calls = counted(square)
        with cache.written_later():
            compute(Square())
            cache.wait_until_written()
            assert not files(empty_cache, "*") and compute.ready(Square())
            cache.forget_memory()
            compute(Square())
        assert len(calls) == 2

    def test_no_more_wait_than_there_is_room_for(
        self, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cache, "MOST_UNWRITTEN", 100)
        compute, _ = counted(slow_square)
        with cache.written_later():
            compute(Square(10))  # 800 bytes
            assert files(empty_cache, "*.result")

    def test_a_full_disk_costs_the_file_alone(
        self, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(value: Any, path: Path) -> str:
            raise OSError("no room")

        monkeypatch.setattr(buffers, "write", fail)
        compute, calls = counted(slow_square)
        with cache.written_later():
            compute(Square())
        cache.wait_until_written()
        assert compute.ready(Square()) and not files(empty_cache, "*.claim")
        compute(Square())
        assert len(calls) == 1


class TestTurns:
    def test_who_is_told_to_stop_goes_on_while_another_waits(self) -> None:
        gate, stopped, told = threading.Event(), threading.Event(), list[float]()

        def compute(on_step: OnStep) -> int:
            report(on_step, 0.25, "begun")
            assert gate.wait(SOON)
            report(on_step, 0.5, "further")  # raises where nobody waits
            return 7

        def owner() -> int:
            with turns.taken("a", lambda fraction, metrics: stopped.is_set()) as step:
                begun.set()
                return compute(step)

        def waiter() -> str:
            def hook(fraction: float, metrics: Mapping[str, Any]) -> bool:
                told.append(fraction)
                return False

            with turns.taken("a", hook):
                return "afterwards"

        begun = threading.Event()
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(owner)
            assert begun.wait(SOON)
            second = pool.submit(waiter)
            while not told:
                time.sleep(0.01)
            stopped.set()
            gate.set()
            assert (first.result(SOON), second.result(SOON)) == (7, "afterwards")
        assert set(told) == {0.25}  # how far the other is

    def test_nobody_waits_any_more(self) -> None:
        leaves, stopped = threading.Event(), threading.Event()

        def waiter() -> None:
            with turns.taken("b", lambda fraction, metrics: leaves.is_set()):
                pass

        with (
            ThreadPoolExecutor(1) as pool,
            turns.taken("b", lambda fraction, metrics: stopped.is_set()) as step,
        ):
            waiting = pool.submit(waiter)
            while not turns._turns["b"].waiting:
                time.sleep(0.01)
            stopped.set()
            report(step, 0.1, "for the other")
            leaves.set()
            assert isinstance(waiting.exception(SOON), Cancelled)
            with pytest.raises(Cancelled):
                report(step, 0.2, "for nobody")

    def test_a_turn_ends_with_its_error(self) -> None:
        with pytest.raises(ValueError, match="a stone"), turns.taken("c", run_on):
            raise ValueError("a stone")
        with turns.taken("c", run_on):
            pass
