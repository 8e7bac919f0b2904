"""Anything slow is a job: run in the background, watched, cancelled, joined from any page.

`submit` queues a cached computation and returns its `Job`; asking again for the same
computation and spec, from any page or browser, returns the same job. The result is not kept
here: it is the computation's own, cached by `core.cache`.

Jobs run in threads (the kernels release the interpreter lock), in two lanes (`core.lanes`). A
job is short until it has run for QUANTUM; from then on, or from the start where that is known,
it is long, and few long ones run at once: when one reports its progress after its TURN, it lets
another go on. So a picture never waits for the trainings of a class.
"""

from __future__ import annotations

import logging
import math
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from core import budget, cache, files, turns
from core.errors import Cancelled, CoreError, ProgramError, described
from core.lanes import LONG, SHORT, Lanes
from core.messages import Message, message
from core.specs import Spec

CORES = os.cpu_count() or 4
QUANTUM, TURN = 1.0, 10.0  # seconds
LOOK = 0.05  # seconds between two looks whether others wait
MOST_THREADS = 256  # running jobs, and those that let others go on
RECENT = 20  # jobs of a lane whose durations tell how long the next one will take

_log = logging.getLogger(__name__)
_pool = ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="job")
# One core is left to the pages, whose scripts run in this process, too.
_lanes: Lanes[Job] = Lanes(short=max(4, CORES), long=max(1, CORES - 1))
_jobs: dict[tuple[str, str], Job] = {}
_durations: dict[str, deque[float]] = {lane: deque(maxlen=RECENT) for lane in (SHORT, LONG)}
_alarms: list[threading.Timer] = []
_lock = threading.RLock()
_clock = time.monotonic


@dataclass(eq=False)
class Job:
    """One computation, waiting or under way. `fraction` and `metrics` are from its latest report.

    watchers: who waits for it, "visitor:place"; kept: whether it goes on without them; need: the
    bytes it will take, 0 where that is not known.
    """

    spec: Spec
    fraction: float = 0.0
    metrics: Mapping[str, Any] = field(default_factory=dict)
    started: float = field(default_factory=lambda: _clock())
    future: Future[Any] = field(default_factory=Future)
    watchers: set[str] = field(default_factory=set)
    kept: bool = False
    need: float = 0.0
    _compute: Callable[..., Any] | None = None
    _begun: bool = False
    _turn: threading.Event = field(default_factory=threading.Event)
    _turn_began: float = 0.0
    _looked: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)
    _left: bool = False

    @property
    def done(self) -> bool:
        """Whether the job has ended, in any way."""
        return self.future.done()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked it to stop, or everybody has left it."""
        return self._stop.is_set() or self._left

    @property
    def stage(self) -> str:
        """A few words on what is under way; a `Message` where they have values."""
        if not self.done and not self._turn.is_set() and (line := _line(self)) is not None:
            return line
        stage: str = self.metrics.get("stage", "starting")
        return stage

    def cancel(self) -> None:
        """Ask the computation to stop at its next step. A job that is done stays done."""
        if not self.done:
            self._stop.set()
            self._turn.set()
            self.future.cancel()

    def leave(self, watcher: str) -> None:
        """A watcher loses interest; once the last one has left, what is not kept stops.

        A part of it that another job waits for is finished first.
        """
        self.watchers.discard(watcher)
        if self.watchers or self.kept or self.done:
            return
        self._left = True
        if not self._turn.is_set():  # it does not run
            self.cancel()

    def wait(self, seconds: float) -> bool:
        """Wait until it is done, at most `seconds`; True when it is."""
        finished = threading.Event()
        self.future.add_done_callback(lambda _: finished.set())
        return finished.wait(seconds)

    def result(self) -> Any:
        """The result of a job that is done.

        Raises CoreError and Cancelled as the computation did, CoreError for a full disk, and
        ProgramError for a bug.
        """
        if self.future.cancelled():
            raise Cancelled(self.stage)
        if not self.done:
            raise TimeoutError(self.stage)
        try:
            return self.future.result()
        except (CoreError, Cancelled):
            raise
        except Exception as error:
            if (reason := files.refusal(error)) is not None:
                raise reason from error
            raise ProgramError(
                message(
                    "A bug in this program ended the computation, not your settings: {what}. "
                    "Please report it with the link of this page and what the server's log "
                    "says under {name}.",
                    what=described(error),
                    name=f"{type(self.spec).__name__} {self.spec.key}",
                )
            ) from error

    def _on_step(self, fraction: float, metrics: Mapping[str, Any]) -> bool:
        self.fraction, self.metrics = fraction, metrics
        _let_others(self)
        return self._stop.is_set() or (self._left and not turns.awaited())


def submit(
    compute: Callable[..., Any],
    spec: Spec,
    watcher: str = "",
    *,
    kept: bool = False,
    long: bool = False,
) -> Job:
    """Run `compute(spec, on_step)` in the background, or join the job that does so already.

    watcher: who waits for it, "visitor:place", for `Job.leave` and `leave`; kept: it goes on when
    nobody waits; long: it is known to take more than a moment.
    """
    key = (f"{compute.__module__}.{compute.__qualname__}", spec.to_json())
    with _lock:
        job = _jobs.get(key)
        if job is not None and not job.done and not job.cancelled:
            job.watchers.add(watcher)
            job.kept |= kept
            return job
        visitor, need = watcher.partition(":")[0], budget.need(compute, spec)
        job = Job(spec, watchers={watcher}, kept=kept, need=need, _compute=compute)
        _jobs[key] = job
        _lanes.enter(job, visitor, LONG if long else SHORT, need)
        job.future.add_done_callback(lambda _: _forget(key, job))
        _admit()
    return job


def leave(visitor: str) -> None:
    """A visitor is gone: what nobody else waits for, and is not kept, is given up."""
    with _lock:
        jobs = list(_jobs.values())
    for job in jobs:
        for watcher in [name for name in job.watchers if name.partition(":")[0] == visitor]:
            job.leave(watcher)


def _run(job: Job) -> None:
    """In a thread of the pool: compute, and say how it ended."""
    if job._compute is None or not job.future.set_running_or_notify_cancel():
        return
    try:
        budget.check(job.need)
        with cache.written_later():
            result = job._compute(job.spec, job._on_step)
    except BaseException as error:
        expected = isinstance(error, (CoreError, Cancelled)) or files.refusal(error) is not None
        if not expected:  # a bug: logged here once, for any number of watchers
            _log.exception("%s %s", type(job.spec).__name__, job.spec.key)
        job.future.set_exception(error)
    else:
        job.future.set_result(result)


def _admit() -> None:
    """Let run what may run now, and look again when a job that is short turns out to be long."""
    with _lock:
        now, young = _clock(), False
        for ticket in list(_lanes.running):
            if ticket.lane == SHORT and now - ticket.work._turn_began >= QUANTUM:
                _lanes.lengthen(ticket.work)
            young |= ticket.lane == SHORT
        room = math.inf
        if any(ticket.need for ticket in _lanes.waiting):
            room = budget.room(sum(ticket.need for ticket in _lanes.running))
        for job in _lanes.admit(room):
            job._turn_began, young = now, True
            job._turn.set()
            if not job._begun:
                job._begun = True
                _pool.submit(_run, job)
        if young and _lanes.waiting and not _alarms:
            alarm = threading.Timer(QUANTUM, _ring)
            alarm.daemon = True
            _alarms.append(alarm)
            alarm.start()


def _ring() -> None:
    with _lock:
        _alarms.clear()
    _admit()


def _let_others(job: Job) -> None:
    """Wait, where a long job's turn is over and others want theirs; it is reporting progress.

    Not inside a result that it needs itself: others may need that, too, and wait for it. What
    waits for another job's result gives up its turn at once, for that job may need it.
    """
    now, waits = _clock(), turns.waits()
    if now - job._looked < LOOK or job.cancelled or turns.awaited():
        return
    if cache.depth() > 1 and not waits:
        return
    job._looked = now
    _admit()
    with _lock:
        if not _lanes.must_yield(job, waits or now - job._turn_began >= TURN):
            return
        job._turn.clear()
        _lanes.yielded(job)
        _admit()
    if not job.cancelled:
        job._turn.wait()


def _line(job: Job) -> Message | None:
    """How many go before a job that waits, and how long that may take; None where it does not."""
    with _lock:
        place = _lanes.place(job)
        if place is None:
            return None
        lane, before = place
        past = _durations[lane]
    if not past:
        return message("waiting for its turn, {before} before it", before=before)
    most = _lanes.short if lane == SHORT else _lanes.long
    each = sum(past) / len(past)
    return message(
        "waiting for its turn, {before} before it, about {seconds:.0f} s",
        before=before,
        seconds=(before + 1) * (each if lane == SHORT else min(each, TURN)) / most,
    )


def _forget(key: tuple[str, str], job: Job) -> None:
    with _lock:
        for ticket in _lanes.running:
            if ticket.work is job:
                _durations[ticket.lane].append(_clock() - job._turn_began)
        _lanes.leave(job)
        if _jobs.get(key) is job:
            del _jobs[key]
    _admit()


def _cancel_all() -> None:
    with _lock:
        jobs = list(_jobs.values())
    for job in jobs:
        job.cancel()


# At exit Python waits for the threads of every pool, and calls the functions of
# `atexit` only then; this hook, the pool's own, is called before.
if register := getattr(threading, "_register_atexit", None):
    register(_cancel_all)
