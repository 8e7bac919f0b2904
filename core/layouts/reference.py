"""UMAP by its authors' library, umap-learn, of the same exact neighbours as ours.

The reference beside `core.layouts.umap`, and what only it does: densMAP, which keeps how dense a
neighbourhood is (Narayan, Berger & Cho 2021, 10.1038/s41587-020-00801-7), and supervised UMAP,
which pulls rows of one label together. Importing and compiling it takes up to half a minute, so
that this happens where it is asked for.
"""

from __future__ import annotations

import warnings

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
    report(on_step, 0.0, "loading umap-learn")
    warnings.filterwarnings("ignore", "Tensorflow not installed", ImportWarning)
    warnings.filterwarnings("ignore", r"precomputed_knn\[2\]", UserWarning)  # none is transformed
    from umap import UMAP

    N = len(rows)
    own = np.arange(N, dtype=np.int32)[:, None]
    near = np.hstack([own, rows]), np.hstack([np.zeros((N, 1), np.float32), distances])
    model = UMAP(
        n_neighbors=near[0].shape[1],
        metric="cosine",
        precomputed_knn=near,
        init=np.array(start),
        min_dist=min_dist,
        random_state=seed,
        n_jobs=1,
        densmap=dense,
        target_metric="categorical",
        disconnection_distance=np.inf,
        tqdm_kwds={"disable": False, "file": Epochs(on_step), "bar_format": "{n}/{total}"},
    )
    return np.asarray(model.fit_transform(X, y=labels), np.float32)


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
