"""UMAP by its authors' library, umap-learn, of the same exact neighbours as ours.

The reference beside `core.layouts.umap`, and what only it does: densMAP, which keeps how dense a
neighbourhood is (Narayan, Berger & Cho 2021, 10.1038/s41587-020-00801-7), supervised UMAP, which
pulls rows of one label together, and `transform`, which puts new points on a map that stays as it
is. Importing and compiling it takes up to half a minute, so that this happens where it is asked
for.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.messages import message
from core.progress import OnStep, report, run_on

F32 = NDArray[np.float32]


def layout(
    X: F32,
    rows: NDArray[np.int32],
    distances: F32,
    start: F32,
    min_dist: float,
    seed: int,
    on_step: OnStep = run_on,
    dense: bool = False,
    labels: NDArray[np.integer] | None = None,
) -> F32:
    """Positions (N, 2) of unit vectors X (N, d) from exact neighbours: rows, distances (N, k − 1).

    start: (N, 2), where the layout begins; dense: densMAP; labels: (N,) codes that the layout is
    told, −1 for none.
    """
    model = _model(rows, distances, start, min_dist, seed, on_step, densmap=dense)
    return np.asarray(model.fit_transform(X, y=labels), np.float32)


def transform(
    X: F32,
    rows: NDArray[np.int32],
    distances: F32,
    xy: F32,
    Q: F32,
    near: NDArray[np.int32],
    apart: F32,
    min_dist: float,
    seed: int,
    on_step: OnStep = run_on,
) -> F32:
    """Places (q, 2) of new unit vectors Q (q, d) on a map xy (N, 2) of X (N, d), by the library.

    It begins at the weighted mean of the places of the new points' neighbours and descends, the
    map held. rows, distances: (N, k − 1) as in `layout`; near, apart: (q, k) the exact nearest
    rows of each new point and their distances, nearest first.
    """
    model = _model(rows, distances, xy, min_dist, seed, on_step, n_epochs=0).fit(X)
    model.embedding_ = np.array(xy, np.float32)  # as it is, not as the library would scale it
    model.n_epochs = None
    model._small_data = False  # it asks the index below for neighbours instead of seeking them
    model._knn_search_index = _Given(near, apart)
    return np.asarray(model.transform(Q), np.float32)


@dataclass(frozen=True)
class _Given:
    """What the library asks for the neighbours of new points: they are known already."""

    rows: NDArray[np.int32]
    distances: F32
    _angular_trees: bool = True

    def query(self, X: F32, k: int, epsilon: float) -> tuple[NDArray[np.int32], F32]:
        """The k exact nearest rows of the new points, and their distances."""
        return self.rows[:, :k].copy(), self.distances[:, :k].copy()


def _model(
    rows: NDArray[np.int32],
    distances: F32,
    start: F32,
    min_dist: float,
    seed: int,
    on_step: OnStep,
    **more: Any,
) -> Any:
    report(on_step, 0.0, "loading umap-learn")
    warnings.filterwarnings("ignore", "Tensorflow not installed", ImportWarning)
    # the library's index is not needed: `transform` gives it the neighbours
    warnings.filterwarnings("ignore", r"precomputed_knn\[2\]", UserWarning)
    from umap import UMAP

    N = len(rows)
    own = np.arange(N, dtype=np.int32)[:, None]
    near = np.hstack([own, rows]), np.hstack([np.zeros((N, 1), np.float32), distances])
    return UMAP(
        n_neighbors=near[0].shape[1],
        metric="cosine",
        precomputed_knn=near,
        init=np.array(start),
        min_dist=min_dist,
        random_state=seed,
        n_jobs=1,
        target_metric="categorical",
        disconnection_distance=np.inf,
        tqdm_kwds={"disable": False, "file": Epochs(on_step), "bar_format": "{n}/{total}"},
        **more,
    )


class Epochs:
    """The file that the library writes its progress to: it reports, and can raise Cancelled."""

    def __init__(self, on_step: OnStep) -> None:
        self.on_step = on_step

    def write(self, text: str) -> None:
        """Report “epoch/epochs”; of other texts nothing."""
        epoch, _, epochs = text.strip().partition("/")
        if epoch.isdecimal() and epochs.isdecimal() and int(epochs):
            stage = message("umap-learn, epoch {epoch} of {epochs}", epoch=epoch, epochs=epochs)
            report(self.on_step, int(epoch) / int(epochs), stage)

    def flush(self) -> None:
        """Nothing is kept back."""
