"""Vectors in the plane by PCA, UMAP or t-SNE: what maps of words and of any rows share.

UMAP and t-SNE are fed with exact neighbours and start from PCA, so that a seed changes details
and not the whole picture. (Kobak & Berens 2019.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import SpecError
from core.layouts import reference
from core.layouts.umap import layout
from core.messages import message
from core.progress import OnStep, part, report, run_on
from core.threads import one_thread
from core.vectors.search.graph import Nearest

F32 = NDArray[np.float32]
STRETCHES, STEPS = 4, 250  # of t-SNE: 1000 steps in all, the first stretch exaggerated
EXAGGERATION = 12.0
ROWS = 16_384  # rows whose numbers are held as float64 at once
ROUNDING = 1e-12  # a variance of unit vectors that is float32's rounding alone
Find = Callable[[int, OnStep], Nearest]
"""Gives the k exact neighbours of every row."""


class Settings(Protocol):
    """What UMAP and t-SNE are told: fields of `core.maps.specs.Map`."""

    @property
    def map_seed(self) -> int:
        """Where the randomness comes from."""

    @property
    def map_near(self) -> int:
        """UMAP: how many neighbours a row is tied to, itself among them."""

    @property
    def min_dist(self) -> float:
        """UMAP: how close points may be packed."""

    @property
    def umap_engine(self) -> str:
        """UMAP: which program lays it out, of `core.maps.specs.ENGINES`."""

    @property
    def perplexity(self) -> float:
        """t-SNE: about how many neighbours count."""


def draw(
    X: F32,
    find: Find,
    method: str,
    settings: Settings,
    field: str,
    on_step: OnStep = run_on,
    labels: NDArray[np.int32] | None = None,
) -> tuple[F32, NDArray[np.float64]]:
    """Places (N, 2) of unit vectors X (N, d), and PCA's shares of the variance (2,), else none.

    field: the setting that chose the method; labels: (N,) codes that umap-learn is told, −1 for
    none; our own program is told nothing. Raises SpecError where there are too few rows for
    the method's neighbourhood, or nothing to lay out.
    """
    xy, share = pca(X)
    if method == "pca":
        return xy, share
    check_spread(xy, method, field)
    name = "map_near" if method == "umap" else "perplexity"
    others = settings.map_near - 1 if method == "umap" else int(3 * settings.perplexity + 1)
    if others >= len(X):
        raise SpecError(
            message(
                "`{name}={value:g}` needs more than {others:,} points, but there are {n:,}; choose "
                "a smaller value.",
                name=name,
                value=getattr(settings, name),
                others=others,
                n=len(X),
            ),
            name,
        )
    near = find(others, part(on_step, 0.0, 0.5))
    rest = part(on_step, 0.5, 1.0)
    if method == "umap":
        drawn = _umap(X, near, xy, settings, rest, labels)
    else:
        drawn = tsne(near, xy, settings.perplexity, settings.map_seed, rest)
    check_finite(drawn, method, field)
    return centred(drawn), np.zeros(0)


def _umap(
    X: F32,
    near: Nearest,
    start: F32,
    settings: Settings,
    on_step: OnStep,
    labels: NDArray[np.int32] | None,
) -> F32:
    """UMAP by the program that the settings name."""
    apart, told = np.maximum(1 - near.cosines, 0), (settings.min_dist, settings.map_seed, on_step)
    if settings.umap_engine == "ours":
        return layout(near.rows, apart, start, *told)
    dense = settings.umap_engine == "densmap"
    return reference.layout(X, near.rows, apart, start, *told, dense, labels)


def check_spread(xy: F32, method: str, field: str) -> None:
    """Raise SpecError where PCA has put all rows at one point: nothing is left to lay out.

    field: the setting that chose the method.
    """
    if not xy.any():
        raise SpecError(
            message(
                "All {n:,} vectors have the same direction: there is nothing that {method} could "
                "lay out. Choose `{field}=pca`, which shows them as one point, or other vectors.",
                n=len(xy),
                method=method,
                field=field,
            ),
            field,
        )


def check_finite(xy: F32, method: str, field: str) -> None:
    """Raise SpecError where a layout has run away."""
    if not np.isfinite(xy).all():
        raise SpecError(
            message(
                "{method} did not converge for these vectors; choose another method or seed.",
                method=method,
            ),
            field,
        )


def pca(X: F32) -> tuple[F32, NDArray[np.float64]]:
    """The two leading principal components of the rows of X (N, d), and their share of variance.

    The sign of a component is that which makes its largest loading positive. Where all rows are
    equal, all are at zero, and the shares are 0.
    """
    mean, axes, share = principal_axes(X)
    if not share.any():
        return np.zeros((len(X), 2), np.float32), share
    xy = np.empty((len(X), 2), np.float32)
    for some in _blocks(X):
        xy[some] = (X[some] - mean) @ axes
    return xy, share


def _blocks(X: F32) -> Iterator[slice]:
    """All rows of X, some at a time."""
    return (slice(top, top + ROWS) for top in range(0, len(X), ROWS))


@one_thread()
def principal_axes(
    X: F32,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The mean (d,) of the rows of X (N, d), the two components (d, 2), and their shares (2,)."""
    mean = X.mean(axis=0, dtype=np.float64)
    scatter = np.zeros((X.shape[1], X.shape[1]))
    for some in _blocks(X):
        apart = X[some] - mean
        scatter += apart.T @ apart
    lam, U = np.linalg.eigh(scatter)
    if X.shape[1] == 1:  # on a line: the second component is zero
        lam, U = np.array([0.0, *lam]), np.array([[0.0, *U[0]]])
    axes = U[:, [-1, -2]]
    axes = axes * np.where(axes[np.abs(axes).argmax(axis=0), [0, 1]] < 0, -1, 1)
    total = lam.sum()
    if total <= ROUNDING * len(X):
        return mean, axes, np.zeros(2)
    share: NDArray[np.float64] = lam[[-1, -2]] / total
    return mean, axes, share


def tsne(near: Nearest, start: F32, perplexity: float, seed: int, on_step: OnStep = run_on) -> F32:
    """t-SNE (van der Maaten 2014) of the exact neighbours: (N, 2).

    Done in stretches of 250 steps, between which it reports and can be stopped; each
    goes on where the last one ended, the learning rate the same. start: (N, 2), finite, not
    all equal.
    """
    from scipy.sparse import csr_array
    from sklearn.manifold import TSNE

    N, k = near.rows.shape
    columns = np.column_stack([np.arange(N), near.rows]).ravel()
    # Euclid's distance of unit vectors, a word's own among them: so scikit-learn wants it
    apart = np.column_stack([np.zeros(N), np.sqrt(np.maximum(2 - 2 * near.cosines, 0))])
    graph = csr_array((apart.ravel(), columns, np.arange(N + 1) * (k + 1)), shape=(N, N))
    xy = (start / start[:, 0].std() * 1e-4).astype(np.float32)
    for stretch in range(STRETCHES):
        stage = message("t-SNE, step {step} of 1000", step=stretch * STEPS)
        report(on_step, stretch / STRETCHES, stage)
        if not np.isfinite(xy).all():  # scikit-learn's tree ends the process over NaN
            break
        xy = TSNE(
            perplexity=perplexity,
            metric="precomputed",
            init=xy,
            early_exaggeration=EXAGGERATION if stretch == 0 else 1.0,
            learning_rate=max(N / EXAGGERATION / 4, 50),
            max_iter=STEPS,
            random_state=seed,
        ).fit_transform(graph)
    return np.asarray(xy, np.float32)


def centred(xy: F32) -> F32:
    """Centred at zero: the position of the origin has no meaning."""
    return xy - xy.mean(axis=0)
