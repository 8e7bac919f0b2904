"""A cluster of two worker processes on this machine, and what it is asked to do."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core import cluster
from core.errors import SpecError


@contextmanager
def two_workers() -> Iterator[Any]:
    """A Dask scheduler in this process and two workers in processes of their own.

    Our connection ends with them: else it looks for them in a thread of its own, which draws random
    numbers for its pauses while hypothesis, in a later test, watches that nobody does.
    """
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0",
        silence_logs=50,
    ) as workers:  # fmt: skip
        yield workers
        if (ours := cluster._clusters.get(workers.scheduler_address)) is not None:
            ours.client.close()


def square(x: int) -> int:
    return x * x


def fail_at_three(x: int) -> int:
    if x == 3:
        raise SpecError("`x=3` is too much; choose less.", "x")
    return x


def slow(x: int) -> int:
    time.sleep(0.3)
    return x


def die_once(marker: str, x: int) -> int:
    """Kill the worker that runs this, the first time."""
    try:
        Path(marker).touch(exist_ok=False)
    except FileExistsError:
        return x
    os.kill(os.getpid(), signal.SIGKILL)
    return -1


def die_once_in(marker: str, function: Any, *arguments: Any) -> Any:
    """A function that kills its worker the first time."""
    die_once(marker, 0)
    return function(*arguments)


def die(x: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return x


def process(x: int) -> int:
    return os.getpid()


def inside(where: str) -> str:
    from core import cluster

    os.environ["VECTORSCOPE_SCHEDULER"] = where
    try:
        return cluster.address()
    finally:
        del os.environ["VECTORSCOPE_SCHEDULER"]
