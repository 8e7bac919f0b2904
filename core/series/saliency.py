"""Where along a series the network looks: the slope of log p of a class at each point."""

from __future__ import annotations

from collections.abc import Sequence

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from core.series.networks import SeriesClassifier

NEAR = 0.006  # of a wavelength: what counts as near a line


def saliency(network: SeriesClassifier, x: np.ndarray, classes: np.ndarray) -> NDArray[np.float32]:
    """∂ log p_c / ∂x, (n, L): series (n, L) of mean 0 and variance 1, c (n,) the classes asked."""
    return np.asarray(_slopes(network, jnp.asarray(x), jnp.asarray(classes)))


@eqx.filter_jit
def _slopes(network: SeriesClassifier, x: Array, classes: Array) -> Array:
    def own(x: Array) -> Array:
        logs = jax.nn.log_softmax(network(x))
        return jnp.take_along_axis(logs, classes[:, None], axis=1).sum()

    return jax.grad(own)(x)


def near_lines(axis: NDArray[np.float64], places: Sequence[float]) -> NDArray[np.bool_]:
    """Which points of an axis (L,) lie within 0.6 % of a line."""
    near = np.zeros(len(axis), bool)
    for place in places:
        near |= np.abs(axis / place - 1) <= NEAR
    return near


def share_near(slopes: NDArray[np.floating], near: NDArray[np.bool_]) -> tuple[float, float]:
    """(the share of |slope| near lines, the share of points there) of one series (L,)."""
    whole = float(np.abs(slopes).sum())
    return float(np.abs(slopes[near]).sum()) / whole if whole else 0.0, float(near.mean())


FORMS = ("level", "slope", "curvature")
_BASIS = np.array([[1, 1, 1], [-1, 0, 1], [1, -2, 1]]) / np.sqrt([[3], [2], [6]])


def kernel_forms(kernels: NDArray[np.floating]) -> NDArray[np.float64]:
    """What kernels (k, 3) measure, (k, 3): how much of each's square is each of FORMS.

    The three are orthogonal and complete: level (1, 1, 1)/√3, slope (−1, 0, 1)/√2, curvature
    (1, −2, 1)/√6, by which a line differs from its surroundings. Rows sum to 1.
    """
    parts = (np.asarray(kernels, np.float64) @ _BASIS.T) ** 2
    shares: NDArray[np.float64] = parts / np.maximum(parts.sum(axis=1, keepdims=True), 1e-300)
    return shares
