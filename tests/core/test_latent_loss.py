"""The terms of the bound against closed forms, integrals and Monte-Carlo."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import random
from scipy import integrate, stats
from scipy.signal import correlate

from core.items.shape import Shape
from core.latent.loss import (
    Draws,
    Recipe,
    draws,
    kl_normal,
    kl_y,
    kl_z,
    learnt,
    log_likelihood,
    shifted,
    terms,
)
from core.latent.networks import Network, build, log_normal, restore
from core.latent.specs import Vae
from core.learning.networks import Conv
from core.learning.saving import weights

PICTURE = (4, 4)
SPEC = Vae(clusters=3, latent=2, width=8)


def network(seed: int = 0, **more: object) -> Network:
    """A small one, its prior nowhere near its start."""
    net = build(SPEC.replace(**more), Shape(PICTURE, 1), random.key(seed))
    rng = np.random.default_rng(seed)
    K, d = net.prior_mean.shape
    return eqx.tree_at(
        lambda n: (n.prior_mean, n.prior_logvar, n.prior_logit),
        net,
        (
            jnp.asarray(rng.normal(size=(K, d)), jnp.float32),
            jnp.asarray(rng.normal(size=(K, d)) / 2, jnp.float32),
            jnp.asarray(rng.normal(size=K), jnp.float32),
        ),
    )


def test_log_normal_is_scipys() -> None:
    z, mean, logvar = np.random.default_rng(1).normal(size=(3, 5))
    expected = stats.norm.logpdf(z, mean, np.exp(logvar / 2)).sum()
    density = log_normal(*(jnp.asarray(v, jnp.float32) for v in (z, mean, logvar)))
    assert float(density) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("m", "v", "mu", "w"), [(0, 0, 0, 0), (1, -2, 0, 0), (-1, 0.5, 2, -1), (3, 1, -1, 2)]
)
def test_kl_of_normals_is_its_integral(m: float, v: float, mu: float, w: float) -> None:
    p, q = stats.norm(m, np.exp(v / 2)), stats.norm(mu, np.exp(w / 2))
    expected, _ = integrate.quad(
        lambda z: p.pdf(z) * (p.logpdf(z) - q.logpdf(z)), *p.interval(1 - 1e-14)
    )
    net = eqx.tree_at(
        lambda n: (n.prior_mean, n.prior_logvar),
        network(latent=1, clusters=2),
        (jnp.array([[9.0], [mu]]), jnp.array([[0.0], [w]])),
    )
    kl = kl_normal(net, jnp.array([m], jnp.float32), jnp.array([v], jnp.float32))
    assert float(kl[1]) == pytest.approx(expected, abs=1e-5)


def test_tied_classifier_is_bayes_rule() -> None:
    net, z = network(), np.array([0.3, -1.2])
    pi = np.exp(net.prior_logit) / np.exp(net.prior_logit).sum()
    joint = [
        pi[y] * stats.norm.pdf(z, net.prior_mean[y], np.exp(net.prior_logvar[y] / 2)).prod()
        for y in range(3)
    ]
    responsibility = np.exp(net.log_responsibility(jnp.asarray(z, jnp.float32)))
    np.testing.assert_allclose(responsibility, np.array(joint) / np.sum(joint), rtol=1e-4)


def test_log_prior_is_scipys_far_from_the_origin() -> None:
    """Multiplied out, the squares lose digits there: no more than a thousandth of a nat."""
    net, z = network(), np.array([11.0, -9.0])
    net = eqx.tree_at(lambda n: n.prior_mean, net, net.prior_mean + 8)
    mean, logvar = np.asarray(net.prior_mean, float), np.asarray(net.prior_logvar, float)
    pi = np.exp(np.asarray(net.prior_logit, float))
    expected = np.log(pi / pi.sum()) + stats.norm.logpdf(z, mean, np.exp(logvar / 2)).sum(axis=1)
    log_prior = net.log_prior(jnp.asarray(z, jnp.float32))
    np.testing.assert_allclose(log_prior, expected, rtol=1e-5, atol=1e-3)


def test_sampled_and_analytic_kl_agree_on_average() -> None:
    """For fixed p(y|z), the mean over z of the one is the other."""
    net, r = network(), jnp.array([0.2, 0.5, 0.3])
    mean, logvar = jnp.array([0.4, -0.7]), jnp.array([-1.0, 0.2])
    noise = random.normal(random.key(3), (200_000, 2))
    z = mean + jnp.exp(logvar / 2) * noise
    each = jax.vmap(lambda z: kl_z(net, True, mean, logvar, z, r))(z)
    analytic = kl_z(net, False, mean, logvar, z[0], r)
    error = float(each.std()) / np.sqrt(len(each))
    assert float(each.mean()) == pytest.approx(float(analytic), abs=5 * error)


def test_kl_of_clusters() -> None:
    net = network()
    r = np.array([0.1, 0.2, 0.7])
    pi = np.exp(net.prior_logit) / np.exp(net.prior_logit).sum()
    expected = (r * np.log(r / pi)).sum()
    assert float(kl_y(net, jnp.log(jnp.asarray(r, jnp.float32)))) == pytest.approx(expected, 1e-4)


def test_loss_is_vades() -> None:
    """Against the formula as its authors write it, term for term (arXiv:1611.05148)."""
    net, eps = network(), np.array([0.7, -1.1], np.float32)
    x = random.uniform(random.key(6), (16,))
    recipe = Recipe("vade", False, False, False, PICTURE, 1)
    parts = terms(net, recipe, x, jnp.zeros(3), Draws(eps), jnp.float32(7.0))
    mean, logvar = (np.asarray(v, float) for v in net.posterior(x))
    z = mean + np.exp(logvar / 2) * eps
    gamma = np.exp(np.asarray(net.log_responsibility(jnp.asarray(z, jnp.float32)), float))
    u, L = np.asarray(net.prior_mean, float), np.exp(np.asarray(net.prior_logvar, float))
    pi = np.exp(net.prior_logit) / np.exp(net.prior_logit).sum()
    inner = (np.log(L) + np.exp(logvar) / L + (mean - u) ** 2 / L).sum(axis=1)
    expected = (
        0.5 * (gamma * inner).sum() - 0.5 * (1 + logvar).sum()
        - (gamma * np.log(pi)).sum() + (gamma * np.log(gamma)).sum()
    )  # fmt: skip
    assert float(parts.kl_z + parts.kl_y) == pytest.approx(expected, rel=1e-4)
    decoded = np.asarray(net.mean_of(jnp.asarray(z, jnp.float32)))
    assert float(parts.reconstruction) == pytest.approx(
        3.5 * float(((np.asarray(x) - decoded) ** 2).sum()), rel=1e-4
    )


def test_loss_is_the_posts() -> None:
    """λ/2‖x−x̂‖² + Σ p_y(½‖z−μ_y‖² − ½Σ ln σ²) + Σ p_y ln p_y, but for constants and noise."""
    net = network(start="published", classifier="free")
    net = eqx.tree_at(
        lambda n: (n.prior_logvar, n.prior_logit), net, (jnp.zeros((3, 2)), jnp.zeros(3))
    )
    eps, x = np.array([-0.4, 1.3], np.float32), random.uniform(random.key(8), (16,))
    recipe = Recipe("clusters", False, True, False, PICTURE, 1)
    parts = terms(net, recipe, x, jnp.zeros(3), Draws(eps), jnp.float32(2.5))
    mean, logvar = (np.asarray(v) for v in net.posterior(x))
    z = mean + np.exp(logvar / 2) * eps
    p = np.exp(np.asarray(net.log_responsibility(jnp.asarray(z))))
    posts = (p * (0.5 * ((z - np.asarray(net.prior_mean)) ** 2).sum(1) - 0.5 * logvar.sum())).sum()
    assert float(parts.kl_z) == pytest.approx(posts - 0.5 * (eps**2).sum(), rel=1e-4)
    assert float(parts.kl_y) == pytest.approx((p * np.log(p)).sum() + np.log(3), rel=1e-3)


def test_likelihoods_are_whole() -> None:
    net, z = network(), jnp.array([0.1, 0.2])
    x = np.random.default_rng(0).uniform(size=16).astype(np.float32)
    mean = np.asarray(net.mean_of(z), float)
    likelihood = float(log_likelihood(net, False, jnp.asarray(x), z, jnp.float32(9.0)))
    assert likelihood == pytest.approx(stats.norm.logpdf(x, mean, 1 / 3).sum(), rel=1e-4)
    bits = (x > 0.5).astype(np.float32)
    likelihood = float(log_likelihood(net, True, jnp.asarray(bits), z, jnp.float32(9.0)))
    assert likelihood == pytest.approx(stats.bernoulli.logpmf(bits, mean).sum(), rel=1e-4)


@pytest.mark.parametrize("model", ["plain", "clusters", "vade"])
@pytest.mark.parametrize(("bernoulli", "sampled"), [(False, False), (True, True)])
def test_gradients_are_finite_for_extreme_inputs(
    model: str, bernoulli: bool, sampled: bool
) -> None:
    spec = SPEC.replace(latent_model=model)
    net = build(spec, Shape(PICTURE, 1), random.key(0))
    recipe = Recipe(model, bernoulli, sampled, model != "plain", PICTURE, 1)
    drawn = draws(np.random.default_rng(1), recipe, (), 2)
    for x in (jnp.zeros(16), jnp.ones(16), jnp.full(16, 1e4), jnp.full(16, -1e4)):

        def loss(net: Network, x: jax.Array = x) -> jax.Array:
            return jnp.stack(terms(net, recipe, x, jnp.eye(3)[0], drawn, jnp.float32(40))).sum()

        for part in jax.tree.leaves(eqx.filter_jit(eqx.filter_grad(loss))(net)):
            assert jnp.isfinite(part).all()


def test_what_a_model_does_not_learn_has_no_gradient() -> None:
    x = random.uniform(random.key(0), (16,))

    def gradient(model: str) -> Network:
        recipe = Recipe(model, False, False, False, PICTURE, 1)
        part, rest = eqx.partition(network(), learnt(network(), model))

        def loss(part: Network) -> jax.Array:
            drawn = Draws(np.ones(2, np.float32))
            whole = eqx.combine(part, rest)
            return jnp.stack(terms(whole, recipe, x, jnp.zeros(3), drawn, jnp.float32(4))).sum()

        return eqx.filter_grad(loss)(part)

    clusters, plain = gradient("clusters"), gradient("plain")
    assert clusters.prior_logvar is clusters.prior_logit is plain.prior_mean is None
    assert clusters.prior_mean.any() and plain.decoder.weights[0].any()
    assert gradient("vade").prior_logvar.any() and gradient("vade").prior_logit.any()


def test_shift_moves_by_at_most_a_pixel() -> None:
    x = jnp.zeros((4, 4)).at[2, 1].set(1.0).reshape(-1)
    places = set()
    for corner in np.ndindex(3, 3):
        moved = np.asarray(shifted(x, PICTURE, jnp.array(corner))).reshape(4, 4)
        assert moved.sum() == 1
        places.add(tuple(int(v) for v in np.argwhere(moved)[0]))
    assert places == {(r, c) for r in (1, 2, 3) for c in (0, 1, 2)}


@pytest.mark.parametrize("picture", [(4, 4), (28, 28), ()])
def test_weights_come_back(picture: tuple[int, ...]) -> None:
    size = int(np.prod(picture)) if picture else 7
    spec, shape = SPEC.replace(classifier="free"), Shape.of(picture, size)
    net = build(spec, shape, random.key(2))
    again = restore(spec, shape, weights(net))
    x = random.uniform(random.key(3), (size,))
    np.testing.assert_array_equal(net.posterior(x)[0], again.posterior(x)[0])
    z = jnp.ones(2)
    assert net.mean_of(z).shape == (size,)
    np.testing.assert_array_equal(net.mean_of(z), again.mean_of(z))
    np.testing.assert_array_equal(net.log_responsibility(z), again.log_responsibility(z))


@pytest.mark.parametrize("stride", [1, 2])
def test_convolution_is_scipys(stride: int) -> None:
    layer = Conv(2, 3, stride, random.key(0))
    x = np.random.default_rng(0).random((8, 6, 2))
    weight = np.asarray(layer.layer.weight).reshape(3, 3, 3, 2)
    for o in range(3):
        whole = sum(correlate(x[..., i], weight[o, :, :, i], "same") for i in range(2))
        convolved = layer(jnp.asarray(x, jnp.float32))[..., o] - layer.layer.bias[o]
        np.testing.assert_allclose(convolved, whole[::stride, ::stride], atol=1e-5)
