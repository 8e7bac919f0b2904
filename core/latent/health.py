"""Whether a run still learns: what is wrong with an epoch, if something is.

A step too large ruins a network in one of three ways. Numbers overflow; or they stay finite, and
the output of a decoder without bounds strays ever further from the items; or every unit on the way
from z is dead or saturated, so that all z give one and the same output, through which no gradient
comes back. The loss alone does not show the last: it is that of any constant.
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from core.latent.networks import Network
from core.latent.specs import Vae
from core.learning.health import finite
from core.messages import Message, message

ASTRAY = 1e6  # times as far off as the mean item is: no run is seen to come back from there
SAME = 1e-6  # between outputs: a new network's differ by 5e-3, those of a prior fully believed 1e-3
PROBES = 64  # places in z whose outputs are compared


def constant_loss(spec: Vae, x: np.ndarray) -> float:
    """The reconstruction term, nats, at λ = 1 if Gaussian, of a decoder that always gives the mean.

    x: (n, D). Σ var for a Gaussian, halved; the entropy of the mean pixels for a Bernoulli decoder.
    """
    if spec.likelihood == "gaussian":
        return float(x.var(axis=0, dtype=np.float64).sum() / 2)
    p = np.clip(x.mean(axis=0, dtype=np.float64), 1e-12, 1 - 1e-12)
    return float(-(p * np.log(p) + (1 - p) * np.log(1 - p)).sum())


def ailment(
    spec: Vae, epoch: int, network: Network, mean: np.ndarray, losses: np.ndarray, constant: float
) -> Message | None:
    """What stops a run after this epoch, with the remedy, or None.

    mean: (n, d) of the codes; losses: (4,), of the epoch; constant: see `constant_loss`.
    """
    rate, precision = spec.at(epoch)
    values = {"epoch": epoch, "rate": rate, "precision": precision, "kept": epoch - 1}
    if not finite(losses, network):
        return message(
            "Diverged in epoch {epoch}: the loss is no longer a number (learning rate "
            "{rate:g}, λ = {precision:g}). Epoch {kept} is kept; lower the learning rate and "
            "train again.",
            **values,
        )
    times = float(losses[0]) / (constant * (precision if spec.likelihood == "gaussian" else 1))
    if times > ASTRAY:
        return message(
            "Diverged in epoch {epoch}: the reconstruction error is {times:.1e} times that of "
            "always giving the mean item (learning rate {rate:g}, λ = {precision:g}). Epoch "
            "{kept} is kept; lower the learning rate and train again.",
            times=times,
            **values,
        )
    if _span(network, mean) < SAME:
        return message(
            "Dead in epoch {epoch}: the decoder gives the same output for every z, with "
            "{times:.2f} times the error of the mean item, and no longer learns (learning rate "
            "{rate:g}, λ = {precision:g}). Epoch {kept} is kept; lower the learning rate and "
            "train again.",
            times=times,
            **values,
        )
    return None


def _span(network: Network, mean: np.ndarray) -> float:
    """Largest difference of an output between z near codes of items, which may all be alike."""
    chosen = mean[np.linspace(0, len(mean) - 1, PROBES).astype(int)]
    noise = np.random.default_rng(0).standard_normal(chosen.shape, np.float32)
    return float(_output_span(network, jnp.asarray(chosen + noise)))


@eqx.filter_jit
def _output_span(network: Network, z: Array) -> Array:
    return jnp.ptp(jax.vmap(network.mean_of)(z), axis=0).max()
