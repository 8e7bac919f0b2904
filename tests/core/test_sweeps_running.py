"""Running sweeps: the same table however they are run, stopped, killed and resumed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import cache, cluster
from core.errors import Cancelled, ClusterError, SourceError
from core.matrices.approximation import error
from core.specs import Spec
from core.sweeps import Sweep, folders, load, run, storage
from core.sweeps.measuring import Judged, measure
from core.sweeps.processes import Processes
from core.sweeps.runs import Table
from core.sweeps.targets import read, write
from tests.core import clusters, sweeping
from tests.core.sweeping import BASE, QUICK

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Table:
    """The quick sweep, run without any trouble."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VECTORSCOPE_CACHE", str(tmp_path_factory.mktemp("whole")))
        cache.forget_memory()
        table = run(QUICK)
    cache.forget_memory()
    return table


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs stay in this process: starting others takes seconds."""
    monkeypatch.setattr("core.sweeps.running.workers", sweeping.Here)


@pytest.fixture(scope="module")
def local() -> Iterator[Any]:
    with clusters.two_workers() as cluster:
        yield cluster


def same(a: Table, b: Table) -> bool:
    """Equal settings, values, replicates, halves and reasons."""
    return a.rows() == b.rows() and all(
        np.array_equal(getattr(x.values[n], part), getattr(y.values[n], part), equal_nan=True)
        for x, y in zip(a.runs, b.runs, strict=True)
        for n in x.values
        for part in ("replicates", "halves")
    )


def with_changes(sweep: Sweep, **changes: Any) -> Sweep:
    return Sweep(**{**dict(sweep.leaves()), **changes})


def test_every_run_is_the_spec_it_says(whole: Table) -> None:
    assert whole.complete and len(whole.runs) == 32
    for one in whole.runs[::7]:
        spec: Spec = read(BASE).replace(
            draw=one.seed, **{path.rpartition(".")[2]: v for path, v in one.params.items()}
        )
        assert one.values["error"].value == error(spec)


@pytest.mark.parametrize(
    ("runs", "settings", "where"), [(1, 0, "here"), (13, 0, "processes"), (0, 6, "here")]
)
def test_killed_and_resumed_is_the_same(
    whole: Table, empty_cache: Path, in_process: None, runs: int, settings: int, where: str
) -> None:
    """SIGKILL while runs are under way, and between two settings of a batch."""
    arguments = [QUICK.to_json(), str(runs), str(settings), where]
    done = subprocess.run(
        [sys.executable, "-m", "tests.core.sweeping", *arguments],
        cwd=ROOT, env={**os.environ, "VECTORSCOPE_CACHE": str(empty_cache)},
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    left = load(QUICK)
    assert 0 < len(left.runs) < 32
    started: list[int] = []
    again = run(QUICK, lambda f, m: bool(started.append(round(f * 32))))
    assert same(again, whole)
    assert min(n for n in started if n) >= len(left.runs)  # nothing was begun anew
    assert [entry.id for entry in storage.entries()] == [QUICK.key]
    assert storage.entries()[0].complete


def test_cancelled_goes_on_where_it_was(whole: Table, empty_cache: Path, in_process: None) -> None:
    def stop(fraction: float, metrics: Any) -> bool:
        return fraction > 0.3

    with pytest.raises(Cancelled):
        run(QUICK, stop)
    entry = storage.entries()[0]
    assert not entry.complete and entry.done == len(load(QUICK).runs) >= 10
    assert same(run(QUICK), whole)
    storage.delete(QUICK.key)
    assert storage.entries() == [] and load(QUICK).runs == ()


def test_finished_sweeps_start_no_process(
    empty_cache: Path, in_process: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = with_changes(QUICK, trials=2, repeats=1)
    first = run(sweep)
    monkeypatch.setattr("core.sweeps.running.workers", lambda: pytest.fail("started"))
    assert same(run(sweep), first) and same(load(sweep), first)


def test_results_of_earlier_sweeps_are_not_computed_again(
    empty_cache: Path, in_process: None
) -> None:
    sweep = with_changes(QUICK, trials=2, repeats=1)
    for one in run(sweep).runs:
        spec = sweep.at(dict(one.params), one.seed)
        assert measure.stored(Judged(write(spec), "error"))


def test_impossible_settings_are_kept_with_their_reason(
    empty_cache: Path, in_process: None
) -> None:
    """Two that the spec refuses, and two that only the computation finds out."""
    sweep = Sweep(
        swept=BASE, axes="shown.curves.matrix.kind = synthetic, upload; rank = 2, 3",
        objectives="error", repeats=1,
    )  # fmt: skip
    table = run(sweep)
    reasons = [r.reason for r in table.runs]
    assert reasons[:2] == ["", ""] and all("needs a file" in reason for reason in reasons[2:])
    assert table.complete and same(load(sweep), table)
    sweep = Sweep(
        swept="PpmiSvd?source=upload&digest=gone", axes="dim = 2, 3", objectives="WordSim-353"
    )
    assert all(r.reason and not r.values for r in run(sweep).runs)


def test_a_process_that_dies_loses_its_run_only(whole: Table, empty_cache: Path) -> None:
    pool = Processes(2)
    task = {"run": BASE, "objectives": ["error"], "reference": ""}
    try:
        before = pool.submit(task).result()
        for pid in pool.pids:
            os.kill(pid, signal.SIGKILL)
        after = [pool.submit(task) for _ in range(4)]
        assert all(future.result() == before for future in after)
        assert before["values"]["error"][0] > 0
    finally:
        pool.close()
    assert pool.pids == []


def test_a_run_that_always_ends_its_process_is_a_failed_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\nread line\nkill -9 $$\n")
    fake.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(fake))
    pool = Processes(1)
    try:
        outcome = pool.submit({"run": "PpmiSvd"}).result()
    finally:
        pool.close()
    assert outcome["values"] == {} and "3 times (SIGKILL)" in outcome["reason"]


def test_a_killed_worker_of_a_cluster_loses_nothing(
    whole: Table, local: Any, empty_cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The same call on two Dask workers, one of which is killed in the middle."""
    monkeypatch.setenv("VECTORSCOPE_SCHEDULER", local.scheduler_address)
    marker = tmp_path / "killed"
    victim = next(iter(local.workers.values())).process.pid

    def kill(fraction: float, metrics: Any) -> bool:
        if fraction > 0.3:
            sweeping.kill_once(marker, victim)
        return False

    assert same(run(QUICK, kill), whole)
    assert marker.exists()


def test_an_unreachable_cluster_says_so(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VECTORSCOPE_SCHEDULER", "tcp://127.0.0.1:9")
    with pytest.raises(ClusterError, match="No Dask scheduler answers"):
        run(QUICK)
    monkeypatch.delenv("VECTORSCOPE_SCHEDULER")
    assert cluster.address() == ""


@pytest.mark.parametrize("damage", [b"no database", b"SQLite format 3\0" + b"\7" * 4000, None])
def test_a_damaged_file_is_an_error_to_act_on(
    empty_cache: Path, in_process: None, damage: bytes | None
) -> None:
    sweep = with_changes(QUICK, trials=2, repeats=1)
    run(sweep)
    path = folders.folder(sweep.key) / "runs.db"
    whole = path.read_bytes()
    path.write_bytes(damage if damage is not None else whole[:6000])
    for use in (run, load):
        with pytest.raises(SourceError, match="damaged; delete the sweep"):
            use(sweep)
    assert len(storage.entries()) == 1
    storage.delete(sweep.key)
    assert run(sweep).complete


def test_a_file_that_two_make_at_once_is_whole(empty_cache: Path) -> None:
    """A page that looks at a sweep while its job begins, or two browsers that start it."""
    sweep = with_changes(QUICK, trials=2, repeats=1)
    for _ in range(3):
        together = threading.Barrier(4)

        def make(_: int, together: threading.Barrier = together) -> Table:
            together.wait()
            with contextlib.closing(storage.Store(sweep)) as store:
                return store.table()[1]

        with ThreadPoolExecutor(4) as pool:
            assert [table.runs for table in pool.map(make, range(4))] == [()] * 4
        assert [path.name for path in folders.folder(sweep.key).iterdir()] == ["runs.db"]
        storage.delete(sweep.key)


def test_a_list_of_sweeps_leaves_out_what_it_cannot_read(
    empty_cache: Path, in_process: None
) -> None:
    sweep = with_changes(QUICK, trials=1, repeats=1)
    run(sweep)
    for name, text in {"a": "{", "b": json.dumps({"sweep": "{}"}), "c": "[]"}.items():
        (empty_cache / "sweeps" / name).mkdir()
        (empty_cache / "sweeps" / name / "about.json").write_text(text)
    assert [entry.sweep for entry in storage.entries()] == [sweep]
