"""Anything slow is a job: run in the background, watched, cancelled, joined from any page.

`submit` starts a cached computation in a small pool of threads (the kernels
release the interpreter lock) and returns its `Job`; asking again for the same
computation and spec, from any page or browser, returns the same running job.
The result is not kept here: it is the computation's own, cached by `core.cache`.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from core.errors import Cancelled, CoreError, ProgramError
from core.messages import message
from core.specs import Spec

# Two long trainings may run while pages go on getting their results.
WORKERS = max(4, os.cpu_count() or 4)

_log = logging.getLogger(__name__)
_pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="job")
_jobs: dict[tuple[str, str], Job] = {}
_lock = threading.Lock()


@dataclass
class Job:
    """One computation under way. `fraction` and `metrics` are from its latest report."""

    spec: Spec
    fraction: float = 0.0
    metrics: Mapping[str, Any] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)
    future: Future[Any] = field(default_factory=Future)
    watchers: set[str] = field(default_factory=set)
    _stop: threading.Event = field(default_factory=threading.Event)

    @property
    def done(self) -> bool:
        """Whether the job has ended, in any way."""
        return self.future.done()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked it to stop."""
        return self._stop.is_set()

    @property
    def stage(self) -> str:
        """A few words on what is under way; a `Message` where they have values."""
        waits = not self.future.running()
        stage: str = self.metrics.get("stage", "waiting for a free worker" if waits else "starting")
        return stage

    def cancel(self) -> None:
        """Ask the computation to stop at its next step. A job that is done stays done."""
        if not self.done:
            self._stop.set()
            self.future.cancel()

    def leave(self, watcher: str) -> None:
        """A watcher loses interest; the last one to leave cancels the computation."""
        self.watchers.discard(watcher)
        if not self.watchers and not self.done:
            self.cancel()

    def wait(self, seconds: float) -> bool:
        """Wait until it is done, at most `seconds`; True when it is."""
        finished = threading.Event()
        self.future.add_done_callback(lambda _: finished.set())
        return finished.wait(seconds)

    def result(self) -> Any:
        """The result of a job that is done.

        Raises CoreError and Cancelled as the computation did, ProgramError for a bug in it.
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
            raise ProgramError(
                message(
                    "A bug in this program ended the computation, not your settings: {what}. "
                    "Please report it with the link of this page and what the server's log "
                    "says under {name}.",
                    what=f"{type(error).__name__}: {' '.join(str(error).split())[:160]}",
                    name=f"{type(self.spec).__name__} {self.spec.key}",
                )
            ) from error

    def _on_step(self, fraction: float, metrics: Mapping[str, Any]) -> bool:
        self.fraction, self.metrics = fraction, metrics
        return self._stop.is_set()


def submit(compute: Callable[..., Any], spec: Spec, watcher: str = "") -> Job:
    """Run `compute(spec, on_step)` in the background, or join the run that is already under way.

    `watcher` names who waits for it, for `Job.leave`.
    """
    key = (f"{compute.__module__}.{compute.__qualname__}", spec.to_json())
    with _lock:
        job = _jobs.get(key)
        if job is not None and not job.done and not job.cancelled:
            job.watchers.add(watcher)
            return job
        job = Job(spec, watchers={watcher})
        job.future = _pool.submit(_run, compute, job)
        _jobs[key] = job
    job.future.add_done_callback(lambda _: _forget(key, job))
    return job


def _run(compute: Callable[..., Any], job: Job) -> Any:
    try:
        return compute(job.spec, job._on_step)
    except (CoreError, Cancelled):
        raise
    except Exception:  # a bug: logged here once, for any number of watchers
        _log.exception("%s %s", type(job.spec).__name__, job.spec.key)
        raise


def _forget(key: tuple[str, str], job: Job) -> None:
    with _lock:
        if _jobs.get(key) is job:
            del _jobs[key]


def _cancel_all() -> None:
    with _lock:
        jobs = list(_jobs.values())
    for job in jobs:
        job.cancel()


# At exit Python waits for the threads of every pool, and calls the functions of
# `atexit` only then; this hook, the pool's own, is called before.
if register := getattr(threading, "_register_atexit", None):
    register(_cancel_all)
