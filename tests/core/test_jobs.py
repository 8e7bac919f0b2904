"""Anything slow is a job: watched, joined, cancelled, forgotten."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import core
from core import budget, cache, jobs, specs
from core.cache import cached
from core.errors import Cancelled, ProgramError, SourceError, SpecError
from core.jobs import Job, submit
from core.lanes import LONG, SHORT, Lanes
from core.progress import report, run_on
from core.specs import Spec

SOON = 10.0  # seconds; nothing here takes so long unless it hangs


@dataclass(frozen=True)
class Walk(Spec):
    """So many steps."""

    steps: int = specs.integer(1000, 1, 100_000)


gate = threading.Event()


@cached
def walk(spec: Walk, on_step: cache.OnStep = run_on) -> int:
    """Walks once the gate is open, and says how far it is."""
    for step in range(spec.steps):
        report(on_step, step / spec.steps, "walking", step=step)
        if step >= 1:
            gate.wait(0.01)
    return spec.steps


@cached
def through(spec: Walk, on_step: cache.OnStep = run_on) -> int:
    """Needs the result of another walk."""
    return walk(spec, on_step)


def needing(size: float) -> Callable[..., int]:
    """A walk that takes so many bytes of memory."""

    def compute(spec: Walk, on_step: cache.OnStep = run_on) -> int:
        return walk(spec, on_step)

    return budget.needs(lambda spec: size)(compute)


@cached
def stumble(spec: Walk, on_step: cache.OnStep = run_on) -> int:
    """Fails in its second step."""
    report(on_step, 0.5, "stumbling")
    raise SourceError("There is a stone in the way.")


@pytest.fixture(autouse=True)
def quiet(empty_cache: Path) -> Iterator[None]:
    """No result from before, and no job left after."""
    gate.clear()
    yield
    with jobs._lock:
        left = list(jobs._jobs.values())
    for job in left:
        job.cancel()
    for job in left:
        assert job.wait(SOON)


def until(condition: Callable[[], Any]) -> bool:
    """Wait until something holds; False where it never does."""
    deadline = time.monotonic() + SOON
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def test_a_bug_is_logged_once_and_told_how_to_report(caplog: pytest.LogCaptureFixture) -> None:
    def compute(spec: Walk, on_step: Any) -> None:
        raise ZeroDivisionError("float division\nby zero")

    job = submit(compute, Walk(steps=77))
    assert job.wait(SOON)
    for _ in range(3):
        with pytest.raises(
            ProgramError, match="ZeroDivisionError: float division by zero"
        ) as raised:
            job.result()
    assert job.spec.key in str(raised.value)
    (record,) = caplog.records
    assert job.spec.key in record.getMessage() and record.exc_info


def test_runs_in_the_background_and_has_a_result() -> None:
    gate.set()
    job = submit(walk, Walk(5))
    assert job.wait(SOON)
    assert job.done and not job.cancelled
    assert job.result() == 5
    assert walk.ready(Walk(5))


def test_the_same_setting_joins_the_run_under_way() -> None:
    job = submit(walk, Walk())
    assert submit(walk, Walk()) is job
    assert submit(walk, Walk(999)) is not job
    assert submit(stumble, Walk()) is not job
    with ThreadPoolExecutor(8) as pool:
        assert set(map(id, pool.map(lambda _: submit(walk, Walk()), range(20)))) == {id(job)}


def test_progress_is_seen() -> None:
    job = submit(walk, Walk(10_000))
    assert until(lambda: job.metrics.get("step", 0) > 3)
    first = job.fraction
    assert job.stage == "walking" and 0 < first < 1 and not job.done
    assert until(lambda: job.fraction > first)
    assert not job.wait(0.01)


def test_a_finished_job_is_forgotten() -> None:
    gate.set()
    job = submit(walk, Walk(3))
    assert job.wait(SOON) and until(lambda: not jobs._jobs)
    again = submit(walk, Walk(3))
    assert again is not job
    assert again.wait(SOON) and again.result() == 3  # from the cache


def test_cancelled_within_a_second() -> None:
    job = submit(walk, Walk(100_000))
    assert until(lambda: job.metrics)
    began = time.monotonic()
    job.cancel()
    assert job.cancelled
    assert job.wait(SOON)
    assert time.monotonic() - began < 1
    with pytest.raises(Cancelled):
        job.result()
    assert not walk.stored(Walk(100_000))


def test_started_anew_after_a_cancel() -> None:
    first = submit(walk, Walk(50))
    assert until(lambda: first.metrics)
    first.cancel()
    second = submit(walk, Walk(50))
    assert second is not first
    gate.set()
    assert second.wait(SOON) and second.result() == 50


def test_cancelled_while_it_waits_for_its_turn(two_lanes: list[float]) -> None:
    busy = submit(walk, Walk(10_000))
    assert until(lambda: busy.metrics)
    waiting = submit(walk, Walk(7))
    assert waiting.stage == "waiting for its turn, 0 before it" and not waiting.done
    waiting.cancel()
    assert waiting.wait(0.5)
    with pytest.raises(Cancelled):
        waiting.result()
    assert not busy.done
    assert all(job is not waiting for job in jobs._jobs.values())


@pytest.fixture
def two_lanes(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """One job a visitor in each lane, and a clock that a test sets."""
    clock = [0.0]
    monkeypatch.setattr(jobs, "_lanes", Lanes(2, 1))
    monkeypatch.setattr(jobs, "_clock", lambda: clock[0])
    monkeypatch.setattr(jobs, "_durations", {lane: deque() for lane in (SHORT, LONG)})
    return clock


def test_a_newcomer_does_not_wait_for_ten_trainings(two_lanes: list[float]) -> None:
    trainings = [submit(walk, Walk(1000 + i), f"{i}:page", long=True) for i in range(10)]
    assert until(lambda: trainings[0].metrics)
    heatmap = submit(walk, Walk(1), "newcomer:heatmap")
    assert until(lambda: heatmap.metrics)
    assert [job.metrics != {} for job in trainings] == [True] + 9 * [False]
    assert trainings[9].stage == "waiting for its turn, 8 before it"
    gate.set()
    assert all(job.wait(SOON) for job in trainings), "and all of them finish"
    assert [job.result() for job in trainings] == [1000 + i for i in range(10)]


def test_long_work_takes_turns(two_lanes: list[float]) -> None:
    first, second = (submit(walk, Walk(50_000 + i), f"{i}:page", long=True) for i in range(2))
    assert until(lambda: first.metrics) and not second.metrics
    two_lanes[0] += jobs.TURN
    assert until(lambda: second.metrics) and first.stage == "waiting for its turn, 0 before it"
    step = first.metrics["step"]
    two_lanes[0] += jobs.TURN
    assert until(lambda: first.metrics["step"] > step)
    assert until(lambda: second.stage.startswith("waiting for its turn"))
    second.cancel()
    assert second.wait(SOON) and not first.done


def test_what_is_not_short_after_all_makes_room(two_lanes: list[float]) -> None:
    slow = [submit(walk, Walk(60_000 + i), f"{i}:map") for i in range(2)]
    assert until(lambda: all(job.metrics for job in slow))
    quick = submit(walk, Walk(2), "newcomer:heatmap")
    assert not quick.metrics
    two_lanes[0] += jobs.QUANTUM
    assert until(lambda: quick.metrics)
    assert until(lambda: any(job.stage.startswith("waiting for its turn") for job in slow))


def test_not_paused_inside_a_result_that_others_may_wait_for(two_lanes: list[float]) -> None:
    outer, other = (submit(through, Walk(70_000 + i), f"{i}:p", long=True) for i in range(2))
    assert until(lambda: outer.metrics)
    two_lanes[0] += 2 * jobs.TURN
    step = outer.metrics["step"]
    assert until(lambda: outer.metrics["step"] > step + 20) and not other.metrics


def test_work_of_visitors_who_left_is_given_up() -> None:
    alone, kept, joined = (Walk(80_000 + i) for i in range(3))
    given_up = submit(walk, alone, "a:map")
    goes_on = submit(walk, kept, "a:models", kept=True)
    shared = submit(walk, joined, "a:map")
    assert submit(walk, joined, "b:map") is shared
    jobs.leave("a")
    assert given_up.cancelled and not goes_on.cancelled and not shared.cancelled
    jobs.leave("b")
    assert shared.cancelled


def test_what_another_job_waits_for_is_finished_by_who_was_left() -> None:
    first = submit(walk, Walk(40), "a:map")
    assert until(lambda: first.metrics)
    second = submit(through, Walk(40), "a:map next")
    assert until(lambda: second.metrics)  # it waits, and is told how far the first one is
    first.leave("a:map")
    assert first.cancelled and not first.done
    step = first.metrics["step"]
    assert until(lambda: first.metrics["step"] > step)
    gate.set()
    assert waited_for(first).result() == waited_for(second).result() == 40


def test_what_is_cancelled_stops_though_another_job_waits() -> None:
    first = submit(walk, Walk(41), "a:map")
    assert until(lambda: first.metrics)
    second = submit(through, Walk(41), "b:map")
    assert until(lambda: second.metrics)
    first.cancel()
    with pytest.raises(Cancelled):
        waited_for(first).result()
    gate.set()
    assert waited_for(second).result() == 41


def test_who_waits_lets_what_it_waits_for_go_on(two_lanes: list[float]) -> None:
    owner, other = (submit(walk, Walk(60_000 + i), f"{i}:p", long=True) for i in range(2))
    assert until(lambda: owner.metrics)
    two_lanes[0] += 2 * jobs.TURN
    assert until(lambda: other.metrics)  # the owner's turn is over
    waiting = submit(through, Walk(60_000), "2:p", long=True)
    two_lanes[0] += 2 * jobs.TURN
    assert until(lambda: waiting.metrics)
    step = owner.metrics["step"]
    assert until(lambda: owner.metrics["step"] > step)


def test_what_needs_more_memory_than_there_is_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "room", lambda promised=0.0: 5e8 - promised)
    with pytest.raises(SpecError, match=r"needs about 6\.00 GB of memory, and 0\.50 GB are free"):
        waited_for(submit(needing(6e9), Walk(90_000))).result()
    gate.set()
    assert waited_for(submit(needing(4e8), Walk(5))).result() == 5


def test_what_lacks_memory_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "room", lambda promised=0.0: 5e8 - promised)
    first, second = (submit(needing(3e8), Walk(6000 + i), f"{i}:map") for i in range(2))
    assert until(lambda: first.metrics)
    assert second.stage.startswith("waiting for its turn, 0 before it")
    gate.set()
    assert waited_for(second).result() == 6001


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(28, "No space left on device"), "The disk has no room"),
        (OSError(30, "Read-only file system"), "The disk cannot be written to"),
        (OSError(24, "Too many open files"), "Too many files are open"),
        (MemoryError(), "There was not enough memory"),
    ],
)
def test_a_machine_without_room_is_a_sentence(
    error: Exception, sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    def compute(spec: Walk, on_step: Any) -> None:
        raise error

    with pytest.raises(SourceError, match=sentence):
        waited_for(submit(compute, Walk(3))).result()
    assert not caplog.records


def waited_for(job: Job) -> Job:
    assert job.wait(SOON)
    return job


def test_cancelled_while_another_runs_the_same_computation() -> None:
    started = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(walk, Walk(500), lambda fraction, metrics: bool(started.set()))
        assert started.wait(SOON)
        job = submit(walk, Walk(500))
        assert until(lambda: bool(job.metrics))
        assert not job.done
        job.cancel()
        assert job.wait(1)
        gate.set()
        assert other.result(SOON) == 500


def test_a_failure_carries_its_error_and_is_not_kept() -> None:
    job = submit(stumble, Walk())
    assert job.wait(SOON)
    with pytest.raises(SourceError, match="a stone in the way"):
        job.result()
    assert job.stage == "stumbling"
    assert until(lambda: not jobs._jobs)
    assert submit(stumble, Walk()) is not job


def test_cancelling_what_is_done_changes_nothing() -> None:
    gate.set()
    job = submit(walk, Walk(2))
    assert job.wait(SOON)
    job.cancel()
    assert job.result() == 2 and not job.cancelled


def test_the_result_of_what_is_not_done_is_an_error() -> None:
    with pytest.raises(TimeoutError):
        Job(Walk()).result()


def test_the_program_ends_without_waiting_for_its_jobs(tmp_path: Path) -> None:
    script = tmp_path / "leave.py"
    script.write_text(
        "import time\n"
        "from dataclasses import dataclass\n"
        "from core import cache, jobs, specs\n"
        "from core.progress import report, run_on\n"
        "@dataclass(frozen=True)\n"
        "class Nap(specs.Spec):\n"
        "    number: int = specs.integer(0, 0, 100)\n"
        "@cache.cached\n"
        "def nap(spec, on_step=run_on):\n"
        "    for step in range(6000):\n"
        "        report(on_step, step / 6000, 'sleeping')\n"
        "        time.sleep(0.01)\n"
        "for number in range(20):\n"
        "    jobs.submit(nap, Nap(number))\n"
        "time.sleep(0.1)\n"
        "print('bye')\n"
    )
    root = str(Path(core.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "bye\n", "")
