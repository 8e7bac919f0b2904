"""Sweeps that take milliseconds a run: `from tests.core import sweeping`."""

from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from core.messages import Message
from core.sweeps import Sweep, run, running
from core.sweeps.storage import Store
from core.sweeps.worker import work

BASE = "Approximation?kind=synthetic&height=30&width=20&method=randomised&power=0&rank=3"
# 4 batches of 4 settings, 2 seeds each
QUICK = Sweep(
    swept=BASE,
    axes="rank = 1 .. 12; shown.curves.oversampling = 0 .. 8; "
    "shown.curves.matrix.spectrum = power, exponential",
    sampler="tpe", trials=16, repeats=2, objectives="error",
)  # fmt: skip


class Here:
    """Runs in this process, one after the other: no process has to be started."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)

    def submit(self, task: dict[str, Any]) -> Future[dict[str, Any]]:
        return self._pool.submit(work, task)

    def labelled(self, stage: Message) -> Message:
        return stage

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)


def killed_after(sweep: Sweep, runs: int = 0, settings: int = 0) -> None:
    """Run a sweep in this process, and kill it after so many runs, or before so many settings."""

    def on_step(fraction: float, metrics: Any) -> bool:
        if runs and len(metrics["table"].runs if "table" in metrics else ()) >= runs:
            os.kill(os.getpid(), signal.SIGKILL)
        return False

    place = Store.place

    def placed(self: Store, number: int, params: Any) -> None:
        if settings and number >= settings:
            os.kill(os.getpid(), signal.SIGKILL)
        place(self, number, params)

    Store.place = placed  # type: ignore[method-assign]
    run(sweep, on_step)


def kill_once(marker: Path, pid: int) -> None:
    """Kill a process, unless that was done before."""
    if not marker.exists():
        marker.touch()
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    if sys.argv[4] == "here":
        running.workers = Here
    killed_after(Sweep.from_json(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
