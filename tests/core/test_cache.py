"""A result is a value too: computed once per setting, in this process or another."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from squares import Square, counted, files, square

import core
from core import cache, turns
from core.cache import cached
from core.errors import Cancelled
from core.progress import report, run_on

pytestmark = pytest.mark.usefixtures("empty_cache")


@dataclass(frozen=True)
class Table:
    """A result of the usual kind."""

    values: np.ndarray
    words: tuple[str, ...]
    history: dict[str, np.ndarray]


class TestOnce:
    def test_computed_once_per_spec(self) -> None:
        compute, calls = counted(square)
        first = compute(Square())
        assert compute(Square(side=3)) is first
        compute(Square(side=4))
        assert calls == [Square(3), Square(4)]

    def test_anew_computes_once_more_and_stores_at_the_end(self) -> None:
        compute, calls = counted(square)
        compute(Square())
        with cache.anew():
            assert np.array_equal(compute(Square()), square(Square()))
            compute(Square())  # made within: not a third time
            compute(Square(4))
            assert calls == [Square(3), Square(3), Square(4)]
            assert not compute.stored(Square(4))
        assert compute.stored(Square(4)) and compute.ready(Square(4))
        compute(Square(3))
        with cache.anew(keep=("squares.",)):  # of this module, nothing
            compute(Square(3))
        assert len(calls) == 3

    def test_read_from_disk_after_a_restart(self) -> None:
        compute, calls = counted(square)
        compute(Square())
        cache.forget_memory()
        again = compute(Square())
        assert calls == [Square()]
        np.testing.assert_array_equal(again, square(Square()))

    def test_ready_and_stored(self, empty_cache: Path) -> None:
        compute, _ = counted(square)
        assert (compute.ready(Square()), compute.stored(Square())) == (False, False)
        compute(Square())
        assert (compute.ready(Square()), compute.stored(Square())) == (True, True)
        cache.forget_memory()
        assert (compute.ready(Square()), compute.stored(Square())) == (False, True)
        files(empty_cache, "*.crc")[0].unlink()
        assert not compute.stored(Square())

    def test_keeps_the_name_of_what_it_wraps(self) -> None:
        compute, _ = counted(square)
        assert compute.__qualname__.endswith("counted.<locals>.compute")

    def test_computations_do_not_share_results(self) -> None:
        @cached
        def once(spec: Square, on_step: cache.OnStep = run_on) -> float:
            return 1.0 * spec.side

        @cached
        def twice(spec: Square, on_step: cache.OnStep = run_on) -> float:
            return 2.0 * spec.side

        assert (once(Square()), twice(Square())) == (3.0, 6.0)

    def test_two_threads_at_once_compute_once(self) -> None:
        def slow(spec: Square) -> np.ndarray:
            time.sleep(0.2)
            return square(spec)

        compute, calls = counted(slow)
        with ThreadPoolExecutor(4) as pool:
            results = list(pool.map(compute, [Square()] * 4))
        assert len(calls) == 1
        assert all(result is results[0] for result in results)

    def test_different_specs_do_not_wait_for_each_other(self) -> None:
        meeting = threading.Barrier(2, timeout=10)

        def meet(spec: Square) -> int:
            meeting.wait()
            return spec.side

        compute, _ = counted(meet)
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(compute, [Square(1), Square(2)])) == [1, 2]

    def test_two_processes_at_once_are_both_right(self, tmp_path: Path) -> None:
        script = tmp_path / "both.py"
        script.write_text(
            "import time\n"
            "from dataclasses import dataclass\n"
            "import numpy as np\n"
            "from core import specs\n"
            "from core.cache import cached, run_on\n"
            "@dataclass(frozen=True)\n"
            "class Side(specs.Spec):\n"
            "    side: int = specs.integer(300, 1, 1000)\n"
            "@cached\n"
            "def grid(spec, on_step=run_on):\n"
            "    time.sleep(0.2)\n"
            "    return np.arange(spec.side**2).reshape(spec.side, -1)\n"
            "for _ in range(2):\n"
            "    print(grid(Side()).sum())\n"
        )
        both = [python(script) for _ in range(2)]
        outputs = [process.communicate(timeout=60) for process in both]
        total = sum(range(300**2))
        assert [out.split() for out, _ in outputs] == [[str(total)] * 2] * 2, outputs


class TestResults:
    @pytest.mark.parametrize(
        "result",
        [
            np.arange(6, dtype=np.float32).reshape(2, 3),
            np.zeros((0, 3)),
            np.array(["一", "two"]),
            np.float64(2.5),
            0,
            "",
            [],
            {"a": np.arange(3)},
            (np.arange(3), ["x"]),
            sp.csr_array(np.eye(3)),
            sp.csr_array((3, 3)),
        ],
    )
    def test_same_before_and_after_a_restart(self, result: Any) -> None:
        compute, calls = counted(lambda spec: result)
        first = compute(Square())
        cache.forget_memory()
        second = compute(Square())
        assert len(calls) == 1
        for got in (first, second):
            assert type(got) is type(result) or isinstance(got, np.memmap)
            plain = [x.toarray() if sp.issparse(x) else x for x in (got, result)]
            np.testing.assert_equal(plain[0], plain[1])

    def test_arrays_are_read_only(self) -> None:
        def table(spec: Square) -> tuple[Table, sp.csr_array]:
            made = Table(np.zeros(3), ("a", "b"), {"loss": np.zeros(2)})
            return made, sp.csr_array(np.eye(2))

        compute, _ = counted(table)
        for _ in range(2):
            made, sparse = compute(Square())
            for array in (made.values, made.history["loss"], sparse.data, sparse.indices):
                with pytest.raises(ValueError, match="read-only"):
                    array[0] = 1
            cache.forget_memory()

    def test_too_large_for_memory_is_read_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cache, "MEMORY_BYTES", 10)
        compute, calls = counted(square)
        compute(Square())
        assert not compute.ready(Square())
        compute(Square())
        assert len(calls) == 1


class TestCancelling:
    def test_cancelled_is_not_stored_and_the_next_call_works(self, empty_cache: Path) -> None:
        @cached
        def steps(spec: Square, on_step: cache.OnStep = run_on) -> int:
            for step in range(spec.side):
                report(on_step, step / spec.side, "squaring", done=step)
            return spec.side

        with pytest.raises(Cancelled):
            steps(Square(), lambda fraction, metrics: metrics["done"] == 1)
        assert not steps.stored(Square())
        assert steps(Square()) == 3

    def test_a_failure_is_not_stored_either(self) -> None:
        outcomes: list[Any] = [RuntimeError("once"), 5]

        def unsteady(spec: Square) -> Any:
            outcome = outcomes.pop(0)
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        compute, _ = counted(unsteady)
        with pytest.raises(RuntimeError, match="once"):
            compute(Square())
        assert compute(Square()) == 5

    def test_who_waits_for_a_cancelled_run_takes_over_alone(self) -> None:
        """Three ask for one setting; the first is cancelled; one of the others computes."""
        entered, let_go = threading.Event(), threading.Event()
        calls: list[float] = []
        running, most = 0, 0

        @cached
        def slow(spec: Square, on_step: cache.OnStep = run_on) -> int:
            nonlocal running, most
            running += 1
            most = max(most, running)
            try:
                calls.append(time.monotonic())
                if len(calls) == 1:
                    entered.set()
                    let_go.wait(10)
                    raise Cancelled("first")
                time.sleep(0.3)
                return spec.side
            finally:
                running -= 1

        with ThreadPoolExecutor(4) as pool:
            first = pool.submit(slow, Square())
            entered.wait(10)
            second = pool.submit(slow, Square())
            time.sleep(0.1)
            let_go.set()
            assert isinstance(first.exception(10), Cancelled)
            third = pool.submit(slow, Square())
            assert (second.result(10), third.result(10)) == (3, 3)
        assert (len(calls), most) == (2, 1)

    def test_who_waits_can_be_cancelled(self) -> None:
        entered, let_go = threading.Event(), threading.Event()

        def slow(spec: Square) -> int:
            entered.set()
            let_go.wait(10)
            return spec.side

        compute, calls = counted(slow)
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(compute, Square())
            entered.wait(10)
            began = time.monotonic()
            with pytest.raises(Cancelled, match="waiting"):
                compute(Square(), lambda fraction, metrics: True)
            assert time.monotonic() - began < 1
            let_go.set()
            assert first.result(10) == 3
        assert len(calls) == 1

    def test_locks_are_not_kept(self) -> None:
        compute, _ = counted(square)
        before = len(turns._turns)
        for side in range(1, 20):
            compute(Square(side))
        assert len(turns._turns) <= before


def python(*arguments: Any, cwd: Path | None = None) -> subprocess.Popen[str]:
    """A fresh interpreter that imports `core` from the current folder or from `cwd`."""
    root = cwd or Path(core.__file__).parent.parent
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
