"""Whether a training still has numbers, and what is said of one that has none."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from core.messages import Message, message


def finite(*trees: Any) -> bool:
    """Whether all numbers of all arrays in these trees, networks or losses, are finite."""
    arrays = (np.asarray(leaf) for leaf in jax.tree.leaves(trees) if hasattr(leaf, "dtype"))
    return all(bool(np.isfinite(array).all()) for array in arrays)


def diverged(epoch: int, rate: float) -> Message:
    """Why a run whose only steered setting is its learning rate ended in this epoch."""
    return message(
        "Diverged in epoch {epoch}: the loss is no longer a number (learning rate {rate:g}). "
        "Epoch {kept} is kept; lower the learning rate and train again.",
        epoch=epoch,
        rate=rate,
        kept=epoch - 1,
    )
