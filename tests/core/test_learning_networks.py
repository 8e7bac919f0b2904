"""Networks of any shape: sizes, convolutions against SciPy's, gradients, and a training."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import random
from scipy.signal import correlate

from core.errors import SpecError
from core.items.data import Loaded, load
from core.items.shape import Shape
from core.items.specs import Items
from core.latent.specs import Vae
from core.latent.training import train
from core.learning import running
from core.learning.networks import Conv, ConvDecoder, ConvEncoder, Dense, grown

SHAPES = [Shape((28, 28), 1), Shape((8, 8), 1), Shape((5, 9), 3), Shape((1, 2), 1), Shape((21,), 2)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_what_goes_in_comes_out(shape: Shape) -> None:
    encoder = ConvEncoder(shape, 6, 4, random.key(0))
    decoder = ConvDecoder(shape, 3, 4, random.key(1))

    @jax.jit
    def there_and_back(x: jax.Array) -> list[jax.Array]:
        features = encoder.features(x)
        code, pull = jax.vjp(encoder, x)
        decoded, drawn = jax.jvp(decoder, (code[:3],), (random.normal(random.key(4), (3,)),))
        (slopes,) = pull(random.normal(random.key(3), (6,)))
        return [encoder.head(features), code, slopes, decoded, drawn]

    head, code, slopes, decoded, drawn = there_and_back(random.normal(random.key(2), (shape.size,)))
    np.testing.assert_allclose(head, code, rtol=1e-5)
    assert code.shape == (6,) and decoded.shape == (shape.size,)
    assert (slopes != 0).all(), "every number of an item is seen"
    assert (drawn != 0).all(), "and can be drawn"


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("axes", [(8,), (6, 4)])
@pytest.mark.parametrize(("C", "outputs"), [(2, 3), (3, 2)])
def test_convolutions_of_any_axes_are_scipys(
    axes: tuple[int, ...], stride: int, C: int, outputs: int
) -> None:
    layer = Conv(C, outputs, stride, random.key(0), axes=len(axes))
    x = np.random.default_rng(0).standard_normal((*axes, C)).astype(np.float32)
    kernel = np.asarray(layer.layer.weight).reshape(outputs, *(3,) * len(axes), C)
    out, pull = jax.vjp(layer, jnp.asarray(x))
    for o in range(outputs):
        whole = sum(correlate(x[..., c], kernel[o, ..., c], "same") for c in range(C))
        expected = whole[tuple(slice(None, None, stride) for _ in axes)]
        np.testing.assert_allclose(out[..., o], expected, atol=1e-4)
    _, along = jax.jvp(layer, (jnp.asarray(x),), (jnp.ones_like(x),))  # linear but for the bias
    np.testing.assert_allclose((pull(out)[0]).sum(), (out * along).sum(), rtol=1e-4)


def test_channels_become_places() -> None:
    h = jnp.arange(8.0).reshape(1, 2, 4)
    np.testing.assert_array_equal(grown(h)[..., 0], [[0, 1, 4, 5], [2, 3, 6, 7]])
    np.testing.assert_array_equal(grown(jnp.arange(4.0).reshape(2, 2))[:, 0], [0, 1, 2, 3])


def test_the_last_dense_layer_reads_the_features() -> None:
    net = Dense((4, 7, 5, 2), random.key(0))
    h = jnp.array([1.0, -2.0, 0.5, 3.0])
    by_hand = h
    for weight, bias in list(zip(net.weights, net.biases, strict=True))[:-1]:
        by_hand = jnp.maximum(by_hand @ weight + bias, 0)
    np.testing.assert_allclose(net.features(h), by_hand, rtol=1e-6)
    np.testing.assert_allclose(net(h), by_hand @ net.weights[2] + net.biases[2], rtol=1e-6)


def test_pictures_of_other_sizes_are_learnt_by_convolutions() -> None:
    running._states.clear()
    spec = Vae(
        Items(most=200), latent_model="plain", layer_kind="convolutions", width=64,
        vae_epochs=40, vae_batch=20, vae_rate=0.003,
    )  # fmt: skip
    data = load(spec.items)
    trained = train(spec, data)
    net = trained.network(spec)
    assert isinstance(net.encoder, ConvEncoder)
    left = ((np.asarray(jax.vmap(net.mean_of)(trained.result.mean)) - data.x) ** 2).mean()
    assert left < 0.6 * data.x.var(axis=0).mean()


def test_a_table_has_no_convolutions() -> None:
    table = Loaded(np.eye(4, dtype=np.float32), np.zeros(0, np.int32), (), (), ())
    with pytest.raises(SpecError, match="dense layers"):
        train(Vae(layer_kind="convolutions", clusters=2), table)
