"""Networks learn pictures: what they begin with, and what a short training reaches."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import random

from core.items.data import Loaded, load
from core.items.specs import Items
from core.latent import starts, training
from core.latent.specs import Vae
from core.learning import running

SPEC = Vae(Items(most=300), latent_model="plain", width=64, vae_batch=25, vae_rate=0.003)
EPOCHS = {"auto": 10, "dense": 40}


@pytest.fixture(scope="module")
def large() -> Loaded:
    """Digits enlarged to 28×28, black around as MNIST's are."""
    digits = load(SPEC.items)
    pictures = digits.x.reshape(-1, 8, 8).repeat(3, axis=1).repeat(3, axis=2)
    x = np.pad(pictures, ((0, 0), (2, 2), (2, 2))).reshape(len(pictures), -1)
    return Loaded(x, digits.labels, digits.classes, (28, 28), ())


@pytest.mark.parametrize("layers", ["auto", "dense"])
def test_reconstructions_beat_the_mean_picture(large: Loaded, layers: str) -> None:
    running._states.clear()
    spec = SPEC.replace(layer_kind=layers, vae_epochs=EPOCHS[layers])
    trained = training.train(spec, large)
    net = trained.network(spec)
    mean = jnp.asarray(trained.snapshots[-1].mean)
    left = ((np.asarray(jax.vmap(net.mean_of)(mean)) - large.x) ** 2).mean()
    assert left < 0.6 * large.x.var(axis=0).mean()
    assert (trained.losses[:, 0] < SPEC.precision / 2 * (large.x**2).sum(axis=1).mean()).all(), (
        "never as bad as black pictures"
    )


def test_convolutions_begin_neither_dead_nor_saturated(large: Loaded) -> None:
    net, _ = starts.begin(SPEC, large, lambda fraction, metrics: False)
    z = random.normal(random.key(0), (200, SPEC.latent))
    logits = jax.vmap(net.decoder)(z)
    assert 0.3 < logits.std(axis=0).mean() < 1.5, "z decides what is drawn"
    assert jax.nn.sigmoid(logits).mean() == pytest.approx(large.x.mean(), abs=0.1)
    mean, _ = jax.vmap(net.posterior)(jnp.asarray(large.x))
    assert 0.1 < mean.std(axis=0).mean() < 1.5, "and pictures decide z"
    slopes = jax.jacfwd(net.mean_of)(z[0])
    assert jnp.abs(slopes).max() > 0.05, "a gradient reaches z through the sigmoid"
