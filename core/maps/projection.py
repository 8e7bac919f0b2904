"""Words brought into the plane: PCA, UMAP, t-SNE, or two axes of meaning.

UMAP and t-SNE are fed with the exact neighbours (`core.maps.cloud`) and start from PCA,
so that a seed changes details and not the whole picture. (Kobak & Berens 2019.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.errors import QueryError, SpecError
from core.layouts.umap import layout
from core.maps.cloud import F32, Points, points, rows_of, true_neighbours, words_of
from core.maps.specs import Map
from core.messages import message
from core.progress import OnStep, report, run_on
from core.vectors.search.graph import Nearest
from core.vectors.search.nearest import weights_of

STRETCHES, STEPS = 4, 250  # of t-SNE: 1000 steps in all, the first stretch exaggerated
EXAGGERATION = 12.0


@dataclass(frozen=True, eq=False)
class Placed:
    """Places xy (N, 2) of the cloud's words; share (2,) of the variance, for PCA only."""

    xy: F32
    share: NDArray[np.float64]


@cached
def place(spec: Map, on_step: OnStep = run_on) -> Placed:
    """A place in the plane for each word of the cloud.

    Raises SpecError where there are too few words for the method's neighbourhood, and
    QueryError and UnknownWord for axes that mean nothing.
    """
    cloud = points(spec.cloud, on_step)
    if spec.map_method == "axes":
        return Placed(semantic_axes(cloud, spec, on_step), np.zeros(0))
    xy, share = pca(cloud.X)
    if spec.map_method == "pca":
        return Placed(xy, share)
    others = spec.map_near - 1 if spec.map_method == "umap" else int(3 * spec.perplexity + 1)
    if others >= len(cloud.ids):
        name = "map_near" if spec.map_method == "umap" else "perplexity"
        raise SpecError(
            message(
                "`{name}={value:g}` needs more than {others:,} words, but there are {n:,}; choose "
                "a smaller value.",
                name=name,
                value=getattr(spec, name),
                others=others,
                n=len(cloud.ids),
            ),
            name,
        )
    near = true_neighbours(spec.cloud, others, on_step)
    if spec.map_method == "umap":
        apart = np.maximum(1 - near.cosines, 0)
        drawn = layout(near.rows, apart, xy, spec.min_dist, spec.map_seed, on_step)
    else:
        drawn = tsne(near, xy, spec.perplexity, spec.map_seed, on_step)
    return Placed(centred(drawn), np.zeros(0))


def pca(X: F32) -> tuple[F32, NDArray[np.float64]]:
    """The two leading principal components of the rows of X (N, d), and their share of variance.

    The sign of a component is that which makes its largest loading positive.
    """
    centred = X - X.mean(axis=0, dtype=np.float64)
    lam, U = np.linalg.eigh(centred.T @ centred)
    axes = U[:, [-1, -2]]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), [0, 1]])
    share: NDArray[np.float64] = lam[[-1, -2]] / lam.sum()
    return (centred @ axes).astype(np.float32), share


def semantic_axes(cloud: Points, spec: Map, on_step: OnStep = run_on) -> F32:
    """The cosine of each word with the two sums of words that the axes are: (N, 2)."""
    words, rows = words_of(spec.cloud, on_step), rows_of(spec.cloud, on_step)
    xy = np.empty((len(cloud.ids), 2), np.float32)
    for column, text in enumerate((spec.x_axis, spec.y_axis)):
        target = weights_of(text, words)
        q = sum(weight * rows.word[i].astype(np.float64) for i, weight in target.items())
        length = float(np.linalg.norm(q))
        if length <= 1e-6 * sum(abs(w) * rows.norms[i] for i, w in target.items()):
            template = "“{text}” adds up to zero, which has no direction; change a weight."
            raise QueryError(message(template, text=text))
        xy[:, column] = cloud.X @ (q / length).astype(np.float32)
    return xy


def tsne(near: Nearest, start: F32, perplexity: float, seed: int, on_step: OnStep = run_on) -> F32:
    """t-SNE (van der Maaten 2014) of the exact neighbours: (N, 2).

    Done in stretches of 250 steps, between which it reports and can be stopped; each
    goes on where the last one ended, the learning rate the same.
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
