"""Whether a training still has numbers, and what is said of one that has none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import numpy as np

from core.learning.learner import Trainable
from core.messages import Message, message


def finite(*trees: Any) -> bool:
    """Whether all numbers in these trees, networks or losses, are finite.

    >>> finite(1.0, [np.ones(2), None, "a name", 3]), finite([np.ones(2), {"loss": float("nan")}])
    (True, False)
    """
    numbers = filter(eqx.is_inexact_array_like, jax.tree.leaves(trees))
    return all(bool(np.isfinite(np.asarray(number)).all()) for number in numbers)


def diverged(epoch: int, rate: float) -> Message:
    """Why a run whose only steered setting is its learning rate ended in this epoch."""
    return message(
        "Diverged in epoch {epoch}: the loss is no longer a number (learning rate {rate:g}). "
        "Epoch {kept} is kept; lower the learning rate and train again.",
        epoch=epoch,
        rate=rate,
        kept=epoch - 1,
    )


def while_finite(spec: Trainable) -> Callable[[int, Any, Any, np.ndarray], Message | None]:
    """The ailment of a learner that only a loss or a weight which is no number stops."""

    def ailment(epoch: int, network: Any, _: Any, parts: np.ndarray) -> Message | None:
        return None if finite(network, parts) else diverged(epoch, spec.at(epoch).rate)

    return ailment
