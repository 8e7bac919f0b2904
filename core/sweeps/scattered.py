"""Runs on the workers of a Dask cluster.

A worker that dies loses its current runs, which Dask gives to others; only a run that ends
every worker it is tried on is a failed one. A lost connection ends the sweep, which then can
be resumed: it does not mean that the runs failed.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from core.cluster import Cluster
from core.errors import ClusterError
from core.messages import Message, message
from core.sweeps.worker import work


class Scattered:
    """The workers of a cluster, taking tasks of `core.sweeps.worker`."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._theirs: set[Any] = set()

    def submit(self, task: dict[str, Any]) -> Future[dict[str, Any]]:
        """Run `work(task)` on some worker."""
        ours: Future[dict[str, Any]] = Future()
        theirs = self._cluster.submit(work, task)
        self._theirs.add(theirs)
        theirs.add_done_callback(lambda future: self._pass_on(future, ours))
        return ours

    def labelled(self, stage: Message) -> Message:
        """The stage, with a note where the cluster has no worker."""
        if self._cluster.workers():
            return stage
        return message("{stage}, waiting for a worker", stage=stage)

    def close(self) -> None:
        """Cancel what has not ended."""
        self._cluster.cancel([future for future in self._theirs if not future.done()])
        self._theirs.clear()

    def _pass_on(self, theirs: Any, ours: Future[dict[str, Any]]) -> None:
        from distributed import KilledWorker

        try:
            ours.set_result(self._cluster.outcome(theirs))
        except ClusterError as error:
            if isinstance(error.__cause__, KilledWorker):
                ours.set_result({"values": {}, "reason": str(error)})
            else:
                ours.set_exception(error)
        except BaseException as error:
            ours.set_exception(error)
