"""The weights of a network as arrays, and by the names that identify them in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array


def is_weight(leaf: object) -> bool:
    """Whether a leaf of a network, or of its skeleton of shapes, is an array."""
    return isinstance(leaf, (jax.ShapeDtypeStruct, Array))


def names(network: Any) -> tuple[str, ...]:
    """The path to each array of a network, in the order of `jax.tree.leaves`.

    Such as "encoder.weights[0]". A skeleton of shapes does as well.
    """
    leaves, _ = jax.tree_util.tree_flatten_with_path(eqx.filter(network, is_weight))
    return tuple(jax.tree_util.keystr(path).lstrip(".") for path, _ in leaves)


def named(prefix: str, network: Any, weights: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """The weights under `prefix` and the names that they have in a network."""
    return {f"{prefix}.{n}": w for n, w in zip(names(network), weights, strict=True)}


def unnamed(prefix: str, network: Any, arrays: Mapping[str, np.ndarray]) -> tuple[np.ndarray, ...]:
    """The weights of `named`, in the network's order. Raises KeyError where one is missing."""
    return tuple(arrays[f"{prefix}.{name}"] for name in names(network))


def weights(network: Any) -> tuple[np.ndarray, ...]:
    """All arrays of a network, as NumPy's."""
    return tuple(np.asarray(leaf) for leaf in jax.tree.leaves(eqx.filter(network, is_weight)))


def filled(skeleton: Any, arrays: Sequence[np.ndarray]) -> Any:
    """The network of these weights; a skeleton has shapes in their places, in the same order."""
    shapes, rest = eqx.partition(skeleton, is_weight)
    leaves = [jnp.asarray(array) for array in arrays]
    return eqx.combine(jax.tree.unflatten(jax.tree.structure(shapes), leaves), rest)
