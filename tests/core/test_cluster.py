"""Work on the workers of a Dask cluster: order, failures, cancelling, dying workers, versions."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import random_array

from core import cluster
from core.cluster import Cluster
from core.errors import Cancelled, ClusterError, SpecError
from core.lowrank import remote
from core.lowrank.truncated import Svd
from tests.core import clusters

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def here(local: Any) -> Cluster:
    return cluster.connect(local.scheduler_address)


def test_map_keeps_the_order_and_uses_both_workers(here: Cluster) -> None:
    assert here.map(clusters.square, range(20)) == [x * x for x in range(20)]
    assert len(here.workers()) == 2
    pids = set(here.map(clusters.process, range(8)))
    assert os.getpid() not in pids and pids


def test_results_stay_on_the_workers_and_feed_further_functions(here: Cluster) -> None:
    first = here.submit(clusters.square, 3)
    assert here.outcome(here.submit(clusters.square, first)) == 81


def test_progress_rises_to_the_end_of_its_span(here: Cluster) -> None:
    seen: list[float] = []
    here.map(
        clusters.square, range(5), lambda f, m: bool(seen.append(f)), "squaring", (0.2, 0.6)
    )  # fmt: skip
    assert seen == sorted(seen) and seen[0] == 0.2 and seen[-1] < 0.6


def test_what_a_task_raises_arrives_whole(here: Cluster) -> None:
    with pytest.raises(SpecError, match="x=3") as caught:
        here.map(clusters.fail_at_three, range(6))
    assert caught.value.field == "x"


def test_failures_can_be_told_one_by_one(here: Cluster) -> None:
    futures = [here.submit(clusters.fail_at_three, x) for x in range(5)]
    ended = {future.key: future.status for future in here.completed(futures)}
    assert [ended[future.key] for future in futures] == ["finished"] * 3 + ["error", "finished"]


def test_cancelling_stops_what_has_not_begun(here: Cluster) -> None:
    futures = [here.submit(clusters.slow, x) for x in range(50)]
    with pytest.raises(Cancelled):
        here.gather(futures, lambda fraction, metrics: fraction > 0.05)
    assert all(future.cancelled() for future in futures[-10:])
    assert here.map(clusters.square, [7]) == [49]


def test_a_worker_that_dies_loses_only_its_task(here: Cluster, tmp_path: Path) -> None:
    marker = str(tmp_path / "died")
    futures = [here.submit(clusters.die_once, marker, x) for x in range(6)]
    assert here.gather(futures) == list(range(6))
    assert (tmp_path / "died").exists()


@pytest.mark.slow
def test_a_worker_that_dies_in_a_factorisation_changes_no_bit_of_it(
    here: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    n, bounds = 700, np.array([0, 250, 500, 700])
    M = random_array((n, n), density=0.02, rng=np.random.default_rng(0), dtype=np.float32).tocsr()

    def factorised() -> Svd:
        blocks = [here.submit(remote._same, M[low:high]) for low, high in pairwise(bounds)]
        return remote.truncated_svd(here, blocks, bounds, 12, tol=1e-5)

    whole = factorised()
    marker = tmp_path / "died"
    dying = functools.partial(clusters.die_once_in, str(marker), remote._gram)
    monkeypatch.setattr(remote, "_gram", functools.update_wrapper(dying, remote._gram))
    again = factorised()
    assert marker.exists(), "a worker was killed, with the blocks it held"
    for a, b in ((whole.U, again.U), (whole.s, again.s), (whole.Vt, again.Vt)):
        np.testing.assert_array_equal(a, b)
    exact = np.linalg.svd(M.toarray().astype(np.float64), compute_uv=False)[:12]
    np.testing.assert_allclose(again.s, exact, rtol=1e-5)


def test_a_task_that_kills_every_worker_is_named(here: Cluster) -> None:
    with pytest.raises(ClusterError, match=r"die.*memory"):
        here.map(clusters.die, [1])
    assert here.map(clusters.square, [7]) == [49]  # the nannies start new workers


def test_tasks_stay_on_their_worker(here: Cluster, local: Any) -> None:
    """They must not ask the cluster in turn: all threads would wait for each other."""
    assert here.map(clusters.inside, [local.scheduler_address]) == [""]


def test_the_environment_names_the_scheduler(
    local: Any, here: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(cluster.VARIABLE, raising=False)
    assert cluster.address() == ""
    with pytest.raises(ClusterError, match=cluster.VARIABLE):
        cluster.connect()
    monkeypatch.setenv(cluster.VARIABLE, local.scheduler_address)
    assert cluster.connect() is here


@pytest.mark.parametrize("where", ["tcp://127.0.0.1:9", "nonsense", "tcp://:::1", "http://x:y"])
def test_a_scheduler_that_does_not_answer(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "TIMEOUT", 0.5)
    with pytest.raises(ClusterError, match="No Dask scheduler answers"):
        cluster.connect(where)


def test_a_worker_of_another_version_is_refused(
    here: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {**cluster.version(), "Vectorscope": "0" * 12}
    monkeypatch.setattr(cluster, "version", lambda: other)
    with pytest.raises(ClusterError, match=r"The worker tcp.* has Vectorscope.*same checkout"):
        Cluster(here.address, here.client).check()  # the scheduler is in this process
    with pytest.raises(ClusterError, match="has Vectorscope"):  # one that joined since
        here.map(clusters.square, [1])


def test_no_dask_without_a_cluster() -> None:
    code = "import core.cluster, core.vectors, sys; print('distributed' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "False"), done.stderr
