"""Running a sweep: settings are chosen, run with every seed, stored, and fed to the sampler.

Batches keep it deterministic: TPE chooses a batch from the results of all earlier ones, so it
does not matter in which order, on how many processes, or after how many interruptions runs end.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any, Protocol

from core import cluster
from core.errors import SpecError
from core.messages import Message, message
from core.progress import OnStep, report, run_on
from core.sweeps.ownership import owned
from core.sweeps.processes import Processes
from core.sweeps.proposals import propose
from core.sweeps.runs import Run, Table, unpack
from core.sweeps.scattered import Scattered
from core.sweeps.specs import Sweep
from core.sweeps.storage import Store, create_folder, load, mean
from core.sweeps.targets import write

LOOK = 0.25  # seconds between two reports
AT_ONCE = 64  # settings in a batch, where the sampler does not look at results


class Workers(Protocol):
    """Processes here, or a cluster's."""

    def submit(self, task: dict[str, Any]) -> Future[dict[str, Any]]:
        """Start a task of `core.sweeps.worker.work`; the future holds its outcome."""

    def labelled(self, stage: Message) -> Message:
        """The stage, with what people should know of the workers."""

    def close(self) -> None:
        """End what was started for the sweep."""


def run(sweep: Sweep, on_step: OnStep = run_on) -> Table:
    """Run what is not yet done of a sweep; all its runs, by place and seed.

    Reports the runs so far as `table`. Cancelled or killed, it goes on where it was when it is
    called again. Where another server runs it, this one watches, and takes over when that one has
    ended. On the cluster whose scheduler VECTORSCOPE_SCHEDULER names, if it is set, else
    on this machine's cores. Raises SourceError for a damaged file.

    >>> run(Sweep(axes="dim = 50, 100", objectives="WordSim-353"))      # doctest: +SKIP
    """
    report(on_step, 0.0, "opening the sweep")
    while True:
        with owned(create_folder(sweep)) as mine:
            if mine:
                return _run_owned(sweep, on_step)
        table = load(sweep)
        if table.complete:
            return table
        total = sweep.settings * len(sweep.seeds)
        done = len(table.runs)
        stage = message("{done:,} of {total:,} runs, by another server", done=done, total=total)
        report(on_step, done / total, stage, table=table)
        time.sleep(LOOK)


def _run_owned(sweep: Sweep, on_step: OnStep) -> Table:
    """Run what is not yet done, as the only one who does."""
    with contextlib.closing(Store(sweep)) as store:
        settings, table = store.table()
        if table.complete:
            return table
        store.note(len(table.runs))  # should it be killed before a run ends, lists show it
        report(on_step, 0.0, "reaching the cluster" if cluster.address() else "starting processes")
        with contextlib.closing(workers()) as pool:
            done = {(run.place, run.seed): run for run in table.runs}
            for batch in _batches(sweep):
                for place in batch:
                    if place not in settings:
                        settings[place] = propose(sweep, place, _earlier(sweep, settings, done))
                        store.place(place, settings[place])
                _run_batch(sweep, batch, settings, done, store, pool, on_step)
    return _table(sweep, done)


def workers() -> Workers:
    """The workers of the cluster, if one is set, else processes on this machine."""
    if cluster.address():
        return Scattered(cluster.connect())
    return Processes(os.cpu_count() or 1)


def _batches(sweep: Sweep) -> Iterator[range]:
    size = sweep.together if sweep.sampler == "tpe" else AT_ONCE
    for start in range(0, sweep.settings, size):
        yield range(start, min(start + size, sweep.settings))


def _earlier(
    sweep: Sweep, settings: dict[int, Any], done: dict[tuple[int, int], Run]
) -> list[tuple[Any, float | None]]:
    """(setting, value) of all places so far; the values of its own batch are never looked at."""
    if sweep.sampler != "tpe":
        return []
    return [(params, _value(sweep, place, done)) for place, params in sorted(settings.items())]


def _value(sweep: Sweep, place: int, done: dict[tuple[int, int], Run]) -> float | None:
    runs = [done[place, seed] for seed in sweep.seeds if (place, seed) in done]
    return mean(runs, sweep.judged[0])


def _run_batch(
    sweep: Sweep, batch: range, settings: dict[int, Any], done: dict[tuple[int, int], Run],
    store: Store, pool: Workers, on_step: OnStep,
) -> None:  # fmt: skip
    """Run what a batch lacks, store each outcome as it arrives, and close the settings."""
    total = sweep.settings * len(sweep.seeds)
    waiting: dict[Future[dict[str, Any]], tuple[int, int]] = {}
    for place in batch:
        for seed in sweep.seeds:
            if (place, seed) not in done:
                waiting[_submitted(sweep, settings[place], seed, pool)] = (place, seed)
    while waiting:
        ended, _ = wait(waiting, timeout=LOOK, return_when=FIRST_COMPLETED)
        for future in ended:
            place, seed = waiting.pop(future)
            outcome = unpack(place, seed, settings[place], future.result())
            store.keep(outcome)
            done[place, seed] = outcome
        if ended:
            store.note(len(done))
        stage = message("{done:,} of {total:,} runs", done=len(done), total=total)
        report(on_step, len(done) / total, pool.labelled(stage), table=_table(sweep, done))
    for place in batch:
        store.tell(place, _value(sweep, place, done))


def _submitted(
    sweep: Sweep, params: dict[str, Any], seed: int, pool: Workers
) -> Future[dict[str, Any]]:
    try:
        spec = sweep.at(params, seed)
    except SpecError as error:  # the values do not fit together: a failed run, with its reason
        future: Future[dict[str, Any]] = Future()
        future.set_result({"values": {}, "reason": str(error)})
        return future
    return pool.submit(
        {"run": write(spec), "objectives": list(sweep.judged), "reference": sweep.reference}
    )


def _table(sweep: Sweep, done: dict[tuple[int, int], Run]) -> Table:
    return Table(sweep, tuple(done[key] for key in sorted(done)))
