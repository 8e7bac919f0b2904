"""Work on other machines: a thin layer over a Dask cluster.

`connect` finds the scheduler (VECTORSCOPE_SCHEDULER, such as tcp://host:8786) and
gives a `Cluster`, which runs pure functions on its workers. Results that stay on
the workers are futures, and may be arguments of further functions. When a worker
dies, Dask runs its tasks again elsewhere, and those whose results died with it,
so functions must give the same result every time.

Workers run the same code: each task names the version that sent it, and a worker
with another one refuses. Dask itself is imported only when a cluster is used.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from core.errors import Cancelled, ClusterError, CoreError
from core.messages import Message, message
from core.progress import OnStep, report, run_on

VARIABLE = "VECTORSCOPE_SCHEDULER"
TIMEOUT = 4.0  # seconds to reach the scheduler, and then to see a worker
PATIENCE = 0.2  # seconds between two checks of the tasks under way
SCHEDULER = "scheduler"
FAN = 4  # pieces merged at once
RETRIES = 2  # times a task that failed for want of its input is tried again
LIBRARIES = ("numpy", "scipy", "numba", "distributed")
LARGE_ARGUMENTS = "200MB"  # a block of vectors is sent in one message

_clusters: dict[str, Cluster] = {}
_lock = threading.Lock()


def address() -> str:
    """The scheduler's address, or "" where work stays on this machine.

    That is so inside a task of a cluster: workers may have the same environment.
    """
    chosen = os.environ.get(VARIABLE, "").strip()
    return "" if not chosen or _inside_worker() else chosen


def connect(where: str | None = None) -> Cluster:
    """The cluster of a scheduler; by default the one that VECTORSCOPE_SCHEDULER names.

    All threads share one connection to each address. Raises ClusterError when nothing
    answers there, no worker is connected, or a worker runs another version.

    >>> connect("tcp://127.0.0.1:8786").map(abs, [-1, 2])        # doctest: +SKIP
    [1, 2]
    """
    where = address() if where is None else where.strip()
    if not where:
        raise ClusterError(
            message(
                "No scheduler is named; set {variable}, such as tcp://host:8786.", variable=VARIABLE
            )
        )
    with _lock:
        cluster = _clusters.get(where)
        if cluster is None or cluster.client.status != "running":
            cluster = _clusters[where] = Cluster(where, _client(where))
    cluster.check()
    return cluster


@dataclass(frozen=True)
class Cluster:
    """A connection. `client` is Dask's own; `checked` are the workers known to be the same code."""

    address: str
    client: Any
    checked: set[str] = field(default_factory=set)
    _kept: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    _turns: dict[str, threading.Lock] = field(default_factory=dict)

    def workers(self) -> dict[str, int]:
        """Threads of each worker, by its address."""
        try:
            threads: dict[str, int] = self.client.nthreads()
        except (OSError, ValueError, RuntimeError) as error:
            raise self._lost() from error
        return threads

    def check(self) -> None:
        """Raise ClusterError unless there are workers and all run this version."""
        start = time.monotonic()
        while not (workers := self.workers()):
            if time.monotonic() - start > TIMEOUT:
                raise ClusterError(
                    message(
                        "The scheduler at {address} has no workers; start some with `dask worker "
                        "{address}`.",
                        address=self.address,
                    )
                )
            time.sleep(PATIENCE)
        if SCHEDULER not in self.checked:  # it reads the tasks, too
            _compare(message(SCHEDULER), self.client.run_on_scheduler(_inspector()))
            self.checked.add(SCHEDULER)
        if new := [worker for worker in workers if worker not in self.checked]:
            for worker, theirs in self.client.run(
                _inspector(), workers=new, on_error="return"
            ).items():
                if isinstance(theirs, dict):  # else it is gone, or its tasks will fail
                    _compare(message("worker {address}", address=worker), theirs)
                    self.checked.add(worker)

    def submit(self, function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
        """Run function(*arguments, **keywords) on a worker; its future.

        Futures among the arguments stand for their results. A worker must be able to import
        `function`. A `priority` above 0 puts it before others, below 0 behind them.
        """
        from dask import config

        priority = keywords.pop("priority", 0)
        with config.set({"distributed.admin.large-graph-warning-threshold": LARGE_ARGUMENTS}):
            try:
                return self.client.submit(
                    _run, version(), function, *arguments,
                    pure=False, retries=RETRIES, priority=priority,
                    key=f"{function.__name__}-{os.urandom(8).hex()}", **keywords,
                )  # fmt: skip
            except (OSError, RuntimeError) as error:
                raise self._lost() from error

    def completed(
        self, futures: Iterable[Any], on_step: OnStep = run_on, stage: str = "on the cluster",
        span: tuple[float, float] = (0.0, 1.0),
    ) -> Iterator[Any]:  # fmt: skip
        """The futures as they end, successfully or not; `outcome` gives the result of each.

        Reports the fraction done, from span[0] to span[1]. Raises Cancelled when the hook says
        stop; what is not done is then cancelled, as it is when the iteration is left early.
        """
        pending = set(futures)
        total, (low, high) = max(len(pending), 1), span
        try:
            while pending:
                fraction = low + (high - low) * (1 - len(pending) / total)
                for future in self.ended(pending, on_step, fraction, stage):
                    pending.discard(future)
                    yield future
        finally:
            if pending:
                self.cancel(pending)

    def ended(self, futures: set[Any], on_step: OnStep, fraction: float, stage: str) -> list[Any]:
        """The futures that have ended, after a short wait for one. Raises Cancelled."""
        from distributed import wait

        if not self.workers():
            named = stage if isinstance(stage, Message) else message(stage)
            stage = message("{stage}, waiting for a worker", stage=named)
        report(on_step, fraction, stage)
        with contextlib.suppress(TimeoutError), self.client.as_current():
            wait(futures, timeout=PATIENCE, return_when="FIRST_COMPLETED")
        return [future for future in futures if future.done()]

    def summed(
        self, tasks: Sequence[tuple[Any, ...]], parts: int, merge: Callable[..., Any],
        on_step: OnStep = run_on, stage: str = "on the cluster",
        span: tuple[float, float] = (0.0, 1.0),
    ) -> list[Any]:  # fmt: skip
        """A tree sum, part by part: futures of merge(*[result[r] for result]) for each r < parts.

        tasks: (function, *arguments); each function returns a list of `parts` pieces.
        merge: several pieces to one, in any order. Only a few tasks for each thread are
        under way at a time, and merging goes first, so that pieces do not pile up.
        """
        remaining, total, (low, high) = iter(tasks), max(len(tasks), 1), span
        under_way: set[Any] = set()
        levels: list[list[list[Any]]] = [[]]  # of each level, what waits to be merged
        done = 0
        try:
            while True:
                room = max(2 * sum(self.workers().values()), 1) - len(under_way)
                under_way |= {
                    self.submit(*task) for task in itertools.islice(remaining, max(room, 0))
                }
                if not under_way:
                    break
                fraction = low + (high - low) * done / total
                for future in self.ended(under_way, on_step, fraction, stage):
                    under_way.discard(future)
                    if future.status != "finished":
                        self.outcome(future)
                    done += 1
                    pieces = [self.submit(_piece, future, r, priority=1) for r in range(parts)]
                    self._add(levels, 0, pieces, merge)
        finally:
            if under_way:
                self.cancel(under_way)
        return self._merged([pieces for level in levels for pieces in level], merge)

    def _add(
        self, levels: list[list[list[Any]]], level: int, pieces: list[Any], merge: Any
    ) -> None:
        """Put pieces on a level, and what a full level merges to on the next one."""
        if level == len(levels):
            levels.append([])
        levels[level].append(pieces)
        if len(levels[level]) == FAN:
            merged = self._merged(levels[level], merge)
            levels[level] = []
            self._add(levels, level + 1, merged, merge)

    def _merged(self, all_pieces: list[list[Any]], merge: Any) -> list[Any]:
        return [self.submit(merge, *pieces, priority=1) for pieces in zip(*all_pieces, strict=True)]

    def held(self, kind: str, key: Any, make: Callable[[], Any], on_step: OnStep = run_on) -> Any:
        """What `make` left on the workers, kept for later calls; one key of each kind.

        make: returns an object with a list `futures`. It is called again when any is lost.
        """
        turn = self._turns.setdefault(kind, threading.Lock())
        while not turn.acquire(timeout=PATIENCE):
            report(on_step, 0.0, "waiting for the same computation elsewhere")
        try:
            stored_key, value = self._kept.get(kind, (None, None))
            if stored_key != key or any(future.status != "finished" for future in value.futures):
                self._kept.pop(kind, None)
                value = None  # frees its memory on the workers
                value = make()
                self._kept[kind] = (key, value)
            return value
        finally:
            turn.release()

    def outcome(self, future: Any) -> Any:
        """The result of a future. Raises what its function raised, or ClusterError."""
        from distributed import CancelledError, KilledWorker

        try:
            return future.result()
        except (CoreError, Cancelled):
            raise
        except KilledWorker as error:
            raise ClusterError(
                message(
                    "“{task}” stopped every worker that ran it, most likely for lack of "
                    "memory; give each worker more memory, or fewer threads.",
                    task=error.task,
                )
            ) from error
        except ModuleNotFoundError as error:
            raise ClusterError(
                message(
                    "A machine of the cluster at {address} lacks the module “{name}”: start "
                    "the scheduler and its workers with the same packages and PYTHONPATH set "
                    "to the same checkout.",
                    address=self.address,
                    name=error.name,
                )
            ) from error
        except (CancelledError, OSError) as error:
            raise self._lost() from error

    def gather(
        self, futures: Sequence[Any], on_step: OnStep = run_on, stage: str = "on the cluster",
        span: tuple[float, float] = (0.0, 1.0),
    ) -> list[Any]:  # fmt: skip
        """The results in order; the first failure cancels the rest and is raised."""
        for future in self.completed(futures, on_step, stage, span):
            if future.status != "finished":
                self.outcome(future)
        return [self.outcome(future) for future in futures]

    def map(
        self, function: Callable[[Any], Any], items: Iterable[Any], on_step: OnStep = run_on,
        stage: str = "on the cluster", span: tuple[float, float] = (0.0, 1.0),
    ) -> list[Any]:  # fmt: skip
        """[function(item) for item in items], on the workers, in this order."""
        return self.gather([self.submit(function, item) for item in items], on_step, stage, span)

    def cancel(self, futures: Iterable[Any]) -> None:
        """Forget futures; tasks that have not begun are dropped."""
        with contextlib.suppress(OSError, RuntimeError):
            self.client.cancel(list(futures), force=True)

    def _lost(self) -> ClusterError:
        return ClusterError(
            message("The connection to the scheduler at {address} was lost; see whether it "
                    "still runs, then try again.", address=self.address)
        )  # fmt: skip


@functools.cache
def version() -> dict[str, str]:
    """The versions that all machines must share: Python, numerical libraries, source of `core`."""
    return _inspector(fresh=True)()


def _client(where: str) -> Any:
    from distributed import Client

    try:
        place = urlsplit(where if "://" in where else f"tcp://{where}")
        if not (place.hostname and place.port):
            raise ValueError("host and port are needed")
        # tried first, because Dask keeps trying some impossible addresses for minutes
        socket.create_connection((place.hostname, place.port), TIMEOUT).close()
        return Client(where, timeout=TIMEOUT, set_as_default=False, name="vectorscope")
    except (OSError, ValueError, TypeError) as error:
        raise ClusterError(
            message(
                "No Dask scheduler answers at “{where}” within {timeout:g} s; start one "
                "with `dask scheduler`, or unset {variable} to stay on this machine.",
                where=where,
                timeout=TIMEOUT,
                variable=VARIABLE,
            )
        ) from error


def _run(
    sender: dict[str, str], function: Callable[..., Any], *arguments: Any, **keywords: Any
) -> Any:
    """Run a task on a worker: check that it has the same code, then call the function."""
    if sender != version():
        import distributed

        here = message("worker {address}", address=distributed.get_worker().address)
        _compare(here, version(), sender)
    return function(*arguments, **keywords)


def _piece(pieces: list[Any], r: int) -> Any:
    return pieces[r]


def _compare(who: str, theirs: dict[str, str], ours: dict[str, str] | None = None) -> None:
    """Raise ClusterError when another machine runs another version."""
    ours = version() if ours is None else ours
    for part, mine in ours.items():
        if (other := theirs.get(part, "none")) != mine:
            raise ClusterError(
                message(
                    "The {who} has {what} {other}, and this program has {mine}; restart it "
                    "with the same packages and PYTHONPATH set to the same checkout.",
                    who=who, what=part, other=other, mine=mine,
                )
            )  # fmt: skip


def _inspector(fresh: bool = False) -> Callable[[], dict[str, str]]:
    """`version` for a worker that may have no `core`: a nested function is sent by value."""
    libraries = LIBRARIES

    def facts() -> dict[str, str]:
        import hashlib
        import importlib.metadata
        import importlib.util
        import sys
        from pathlib import Path

        if "core.cluster" in sys.modules and not fresh:  # files may be newer than running code
            known: dict[str, str] = sys.modules["core.cluster"].version()
            return known
        versions = {"Python": f"{sys.version_info.major}.{sys.version_info.minor}"}
        for library in libraries:
            try:
                versions[library] = importlib.metadata.version(library)
            except importlib.metadata.PackageNotFoundError:
                versions[library] = "none"
        spec = importlib.util.find_spec("core")
        if spec is None or spec.origin is None:
            return versions
        digest, root = hashlib.blake2b(digest_size=6), Path(spec.origin).parent
        for path in sorted(root.rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
        return {**versions, "Vectorscope": digest.hexdigest()}

    return facts


def _inside_worker() -> bool:
    """True in a thread that runs a task."""
    if "distributed" not in sys.modules:
        return False
    from distributed import get_worker

    try:
        get_worker()
    except ValueError:
        return False
    return True
