"""Runs in parallel on this machine: a process each, with one thread of its own.

A process that dies loses its current run only, which is tried again in a new one.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from core.cache import folder
from core.messages import Message

ATTEMPTS = 3
ROOT = Path(__file__).resolve().parents[2]
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}


class Processes:
    """`count` processes that take tasks of `core.sweeps.worker`."""

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="sweep")
        self._mine = threading.local()
        self._all: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()
        self._closed = False

    def submit(self, task: dict[str, Any]) -> Future[dict[str, Any]]:
        """Run `work(task)` in the next free process."""
        return self._pool.submit(self._run, task)

    def labelled(self, stage: Message) -> Message:
        """The stage itself: local processes add nothing to it."""
        return stage

    @property
    def pids(self) -> list[int]:
        """The processes that are alive."""
        with self._lock:
            return [process.pid for process in self._all if process.poll() is None]

    def close(self) -> None:
        """End all processes, in the middle of their runs if need be."""
        with self._lock:
            self._closed = True
            processes = list(self._all)
        for process in processes:
            process.kill()
        self._pool.shutdown(cancel_futures=True)
        for process in processes:
            with process:  # closes its pipes
                pass

    def _run(self, task: dict[str, Any]) -> dict[str, Any]:
        died = "never started"
        for _ in range(ATTEMPTS):
            process = self._process()
            if process is None:
                break
            assert process.stdin and process.stdout
            with contextlib.suppress(OSError, ValueError):  # its pipe is gone, as it is
                process.stdin.write(json.dumps(task) + "\n")
                process.stdin.flush()
                if answer := process.stdout.readline():
                    return json.loads(answer)
            died = _end_of(process)
        return {
            "values": {},
            "reason": f"The process that ran it ended {ATTEMPTS} times ({died}); where memory was "
            "short, try a smaller setting.",
        }

    def _process(self) -> subprocess.Popen[str] | None:
        """This thread's process, a new one where the last has died; None once closed."""
        mine: subprocess.Popen[str] | None = getattr(self._mine, "process", None)
        if mine is not None and mine.poll() is None:
            return mine
        with self._lock:
            if self._closed:
                return None
            mine = self._mine.process = subprocess.Popen(
                [sys.executable, "-c", "from core.sweeps.worker import main; main()"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
                env={**os.environ, **ONE_THREAD, "VECTORSCOPE_CACHE": str(folder())},
            )  # fmt: skip
            self._all.add(mine)
        return mine


def _end_of(process: subprocess.Popen[str]) -> str:
    code = process.wait()
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"exit status {code}"
