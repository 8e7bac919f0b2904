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
from core.progress import report, run_on

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

        def wait(parts: list[memoryview], path: Path) -> str:
            assert self.gate.wait(SOON)
            return write(parts, path)

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

    @pytest.mark.parametrize("side", [400, 800])  # of few bytes, and of enough for a map
    def test_what_is_in_memory_is_then_the_file_itself(self, side: int) -> None:
        compute, _ = counted(slow_square)
        with cache.written_later():
            first = compute(Square(side))
        cache.wait_until_written()
        mapped = compute(Square(side))
        assert (mapped is not first) == (mapped.nbytes >= cache.WORTH_A_MAP)
        assert not mapped.flags.writeable
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
        monkeypatch.setattr(cache, "MOST_LATER", 100)
        compute, _ = counted(slow_square)
        with cache.written_later():
            compute(Square(10))  # 800 bytes
            assert files(empty_cache, "*.result")

    def test_what_needed_another_result_is_written(self, empty_cache: Path) -> None:
        inner, _ = counted(slow_square)
        outer, _ = counted(lambda spec: inner(Square()) + 1)
        with cache.written_later():
            inner(Square())
            outer(Square(4))  # at once, as the other is in memory; not so after a restart
        cache.wait_until_written()
        assert len(files(empty_cache, "*.result")) == 2

    def test_a_page_may_change_what_is_being_written(self, monkeypatch: pytest.MonkeyPatch) -> None:
        writing = Writing(monkeypatch)
        compute, _ = counted(lambda spec: time.sleep(SLOW) or {"side": spec.side})
        with cache.written_later():
            compute(Square())["more"] = 1
        writing.gate.set()
        cache.wait_until_written()
        cache.forget_memory()
        assert compute(Square()) == {"side": 3}

    def test_a_full_disk_costs_the_file_alone(
        self, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(parts: list[memoryview], path: Path) -> str:
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
    def test_both_know_of_each_other(self) -> None:
        told = list[tuple[float, bool]]()

        def waiter() -> str:
            def hook(fraction: float, metrics: Mapping[str, Any]) -> bool:
                told.append((fraction, turns.waits()))
                return False

            with turns.taken("a", hook):
                assert not turns.waits() and not turns.awaited()
                return "afterwards"

        with ThreadPoolExecutor(1) as pool:
            with turns.taken("a", run_on) as step:
                assert not turns.awaited()
                report(step, 0.25, "begun")
                second = pool.submit(waiter)
                while not told:
                    time.sleep(0.01)
                with turns.taken("within", run_on):
                    assert turns.awaited() and not turns.waits()
            assert second.result(SOON) == "afterwards"
        assert set(told) == {(0.25, True)}  # how far the other is
        assert not turns.awaited()

    def test_who_waits_may_leave(self) -> None:
        def waiter() -> None:
            with turns.taken("b", lambda fraction, metrics: True):
                pass

        with ThreadPoolExecutor(1) as pool, turns.taken("b", run_on):
            assert isinstance(pool.submit(waiter).exception(SOON), Cancelled)
            assert not turns.awaited()

    def test_a_turn_ends_with_its_error(self) -> None:
        with pytest.raises(ValueError, match="a stone"), turns.taken("c", run_on):
            raise ValueError("a stone")
        with turns.taken("c", run_on):
            pass
