"""Macro-F1 as a loss, and the cross-entropy that comes before it.

With y the classes of a batch (one-hot) and ŷ their probabilities, the soft F1 of class c is
2 Σ y_c ŷ_c / Σ (y_c + ŷ_c), both sums over the batch: at probabilities of 0 and 1 the F1 itself.
The true form of the loss is 1 − its mean over classes. As kexue.fm/archives/5505 prints it, it is
−log Σ_c ½ Σ y_c ŷ_c / Σ (y_c + ŷ_c): −log of the mean, plus log(4/C).
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import Array

TINY = 1e-7  # added to denominators: a class that is neither there nor expected counts 0


def soft_f1(probabilities: Array, own: Array) -> Array:
    """Soft F1 of each class, (C,): probabilities (n, C), own (n,) the class of each."""
    truth = jax.nn.one_hot(own, probabilities.shape[-1], dtype=probabilities.dtype)
    both = (truth * probabilities).sum(axis=0)
    return 2 * both / ((truth + probabilities).sum(axis=0) + TINY)


def f1_loss(form: str, probabilities: Array, own: Array) -> Array:
    """The loss in one of `core.series.specs.F1_FORMS`."""
    scores = soft_f1(probabilities, own)
    if form == "printed":
        return -jnp.log((scores / 4).sum() + TINY)
    return 1 - scores.mean()


def cross_entropy(logits: Array, own: Array) -> Array:
    """Mean of −log p of the own class, nats."""
    logs = jax.nn.log_softmax(logits)
    return -jnp.take_along_axis(logs, own[:, None], axis=1).mean()
