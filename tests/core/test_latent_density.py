"""Importance weighting against a model whose likelihood is known: probabilistic PCA."""

from __future__ import annotations

import inspect
from types import SimpleNamespace
from typing import Any, cast

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core.errors import SpecError
from core.items.data import Loaded
from core.latent import annealing, density
from core.latent.annealing import Annealed, annealed_weights
from core.latent.density import (
    Densities,
    bits_per_dimension,
    check,
    expected,
    log_weights,
    running,
    uncertainty,
)
from core.latent.information import ceiling, split
from core.latent.networks import Network
from core.latent.snapshots import Snapshot, Trained
from core.latent.specs import Vae
from dashboard.images.parts import likelihood
from dashboard.ui.live_run import LiveRun

D, d, PRECISION = 5, 2, 4.0


class Affine(eqx.Module):
    """x → A x + b."""

    A: Any
    b: Any

    def __call__(self, x: Any) -> Any:
        return self.A @ x + self.b


def ppca(inflation: float = 1.0) -> tuple[Network, np.ndarray, stats.multivariate_normal]:
    """q(x|z) = N(Wz + b, I/λ), its posterior's variances taken `inflation` times too large."""
    rng = np.random.default_rng(4)
    W, b = rng.normal(size=(D, d)), rng.normal(size=D)
    # orthogonal columns: the true posterior is then diagonal too
    W = np.linalg.qr(W)[0] * np.array([1.5, 0.7])
    S = np.linalg.inv(np.eye(d) + PRECISION * W.T @ W)
    A = PRECISION * S @ W.T
    logvar = np.log(np.diag(S) * inflation)
    encoder = Affine(
        jnp.asarray(np.concatenate([A, np.zeros((d, D))]), jnp.float32),
        jnp.asarray(np.concatenate([-A @ b, logvar]), jnp.float32),
    )
    net = Network(
        encoder,
        Affine(jnp.asarray(W, jnp.float32), jnp.asarray(b, jnp.float32)),
        jnp.zeros((1, d)), jnp.zeros((1, d)), jnp.zeros(1), None, False,
    )  # fmt: skip
    exact = stats.multivariate_normal(b, W @ W.T + np.eye(D) / PRECISION)
    return net, exact.rvs(4, random_state=1).astype(np.float32), exact


def test_exact_proposal_needs_one_draw() -> None:
    net, x, exact = ppca()
    for item in x:
        log_w = log_weights(net, False, PRECISION, item, 16)
        np.testing.assert_allclose(log_w, exact.logpdf(item), atol=1e-4)


def test_meets_the_exact_likelihood_to_three_decimals() -> None:
    """With a proposal that is wrong: a tenth too wide."""
    net, x, exact = ppca(inflation=1.1)
    for seed, item in enumerate(x):
        log_w = log_weights(net, False, PRECISION, item, 200_000, seed)
        assert log_w.mean() < exact.logpdf(item) - 1e-3, "the bound itself is not exact"
        assert running(log_w)[0][-1] == pytest.approx(exact.logpdf(item), abs=1e-3)


def test_bound_climbs_to_the_likelihood() -> None:
    net, x, exact = ppca(inflation=3.0)
    sizes, means = expected(log_weights(net, False, PRECISION, x[0], 4096))
    assert list(sizes) == [2**i for i in range(13)]
    assert (np.diff(means) >= 0).all() and means[0] < exact.logpdf(x[0]) - 0.1
    assert means[-1] == pytest.approx(exact.logpdf(x[0]), abs=0.05)


def test_standard_error_is_that_of_many_estimates() -> None:
    net, x, exact = ppca(inflation=1.5)
    M, rounds = 100, 400
    log_w = log_weights(net, False, PRECISION, x[0], M * rounds).reshape(rounds, M)
    curves = [running(w) for w in log_w]
    estimates = np.array([bound[-1] for bound, _ in curves])
    errors = [uncertainty(ess[-1], M) for _, ess in curves]
    assert np.median(errors) == pytest.approx(estimates.std(), rel=0.15)
    assert (estimates > exact.logpdf(x[0])).any(), "one estimate is no lower bound"
    assert estimates.mean() < exact.logpdf(x[0]), "its expectation is"
    assert np.isnan(uncertainty(1.0, 1)) and uncertainty(50.0, 50) == 0


@given(st.lists(st.floats(-700, 700), min_size=1, max_size=300))
def test_running_bound_and_effective_samples(values: list[float]) -> None:
    log_w = np.array(values)
    bound, ess = running(log_w)
    count = np.arange(1, len(values) + 1)
    assert (bound <= np.maximum.accumulate(log_w) + 1e-9).all()
    assert (bound >= np.minimum.accumulate(log_w) - 1e-9).all()
    assert (ess >= 1 - 1e-9).all() and (ess <= count * (1 + 1e-9)).all()
    assert (np.diff(expected(log_w)[1]) >= -1e-9).all()


def test_equal_weights_are_all_effective() -> None:
    bound, ess = running(np.full(50, -3.0))
    np.testing.assert_allclose(bound, -3.0)
    np.testing.assert_allclose(ess, np.arange(1, 51))


def test_same_seed_same_weights() -> None:
    net, x, _ = ppca(2.0)
    a, b, c = (log_weights(net, False, PRECISION, x[0], 300, s) for s in (1, 1, 2))
    np.testing.assert_array_equal(a, b)
    assert len(a) == 300 and (a != c).any()


def test_cross_entropy_of_grey_pixels_is_no_likelihood() -> None:
    spec = Vae(likelihood="bernoulli")
    with pytest.raises(SpecError, match="make them binary"):
        check(spec, Loaded(np.array([[0.5, 1.0]]), np.zeros(0), (), (1, 2), ()))
    check(spec, Loaded(np.array([[0.0, 1.0]]), np.zeros(0), (), (1, 2), ()))
    check(Vae(), Loaded(np.array([[0.5, 1.0]]), np.zeros(0), (), (1, 2), ()))


def test_bits() -> None:
    assert bits_per_dimension(-64 * np.log(2), 64) == pytest.approx(1.0)


def test_likelihoods_take_the_precision_of_the_epoch_that_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its weights, and not the newest ones, are those that x is judged by."""
    spec = Vae(precision=4.0).steered(2, "precision", 1000.0)
    trained = SimpleNamespace(kept=2, epoch=4, network=lambda spec: None)
    precisions = list[float]()

    def weights(network: Any, bernoulli: bool, precision: Any, *rest: Any) -> Any:
        precisions.append(float(precision))
        return np.zeros((1, 1))

    for module in (annealing, density):
        monkeypatch.setattr(module, "fit", lambda *_: trained)
        monkeypatch.setattr(
            module, "load", lambda _: Loaded(np.zeros((1, 2)), np.zeros(0), (), (1, 2), ())
        )
    monkeypatch.setattr(annealing, "annealed_weights", lambda *given: (weights(*given)[0], 1.0))
    monkeypatch.setattr(density, "_many", weights)
    monkeypatch.setattr(likelihood, "log_weights", weights)
    annealing.annealed(Annealed(spec))
    density.scan(Densities(spec))
    run = LiveRun(spec, cast("Trained", trained), fresh=True)
    inspect.unwrap(likelihood._weights)("", 0, run, np.zeros(2))
    assert precisions == [4.0, 4.0, 4.0]


class TestInformation:
    """The split of E KL(p(z|x) ‖ q(z))."""

    def test_parts_add_up_to_the_closed_form(self) -> None:
        net, _, _ = ppca()
        rng = np.random.default_rng(0)
        m = rng.normal(size=(1500, d)).astype(np.float32)
        v = rng.normal(size=(1500, d)).astype(np.float32) / 2 - 1
        parts = split(net, m, v)
        exact = 0.5 * (m**2 + np.exp(v) - 1 - v).sum(axis=1).mean()
        assert parts.mutual + parts.mismatch == pytest.approx(exact, abs=0.08)

    def test_ceiling_is_never_below_what_the_codes_cost(self) -> None:
        """Of one normal it is the closed form; of a mixture a bound, tight where it is well apart.

        Of clusters that the posteriors are themselves it is ln K, and not 0: z tells the cluster.
        """
        net, _, _ = ppca()
        rng = np.random.default_rng(2)
        m = rng.normal(size=(500, d)).astype(np.float32)
        v = (rng.normal(size=(500, d)) / 2 - 1).astype(np.float32)
        exact = 0.5 * (m**2 + np.exp(v) - 1 - v).sum(axis=1).mean()
        one = np.ones((500, 1), np.float32)
        assert ceiling(net, Snapshot(1, (), m, v, one)) == pytest.approx(exact, rel=1e-5)
        for far in (0.0, 1.0, 30.0):
            places = jnp.asarray([[0.0, 0.0], [far, 0.0], [0.0, far], [far, far]], jnp.float32)
            four = eqx.tree_at(
                lambda n: (n.prior_mean, n.prior_logvar, n.prior_logit),
                net, (places, jnp.zeros((4, d)), jnp.zeros(4)),
            )  # fmt: skip
            at = np.tile(np.asarray(places), (125, 1))
            most = ceiling(four, Snapshot(1, (), at, np.zeros_like(at), np.zeros((500, 4))))
            parts = split(four, at, np.zeros_like(at))
            assert most >= parts.mutual + parts.mismatch - 0.05
            assert far == 1 or most == pytest.approx(np.log(4) if far else 0, abs=1e-4)

    def test_codes_that_say_nothing(self) -> None:
        net, _, _ = ppca()
        parts = split(net, np.zeros((200, d), np.float32), np.zeros((200, d), np.float32))
        assert parts.mutual == pytest.approx(0, abs=1e-5)
        assert parts.mismatch == pytest.approx(0, abs=1e-5)
        np.testing.assert_allclose(parts.by_dimension, 0, atol=1e-5)

    def test_codes_that_say_which_item_it_is(self) -> None:
        net, _, _ = ppca()
        m = np.stack([np.linspace(-50, 50, 64), np.zeros(64)], axis=1).astype(np.float32)
        parts = split(net, m, np.full((64, d), -6, np.float32))
        assert parts.mutual == pytest.approx(np.log(64), abs=1e-3) == pytest.approx(parts.most)
        np.testing.assert_allclose(parts.by_dimension[0], [np.log(64), 0], atol=1e-3)

    def test_aggregate_that_is_the_prior(self) -> None:
        """Half the variance between items and half within: p(z) is N(0, 1)."""
        net, _, _ = ppca()
        m = np.random.default_rng(3).normal(size=(2000, d)) * np.sqrt(0.5)
        parts = split(net, m.astype(np.float32), np.full((2000, d), np.log(0.5), np.float32))
        assert parts.mutual == pytest.approx(d * 0.5 * np.log(2), abs=0.05)
        assert parts.mismatch == pytest.approx(0, abs=0.05)


class TestAnnealing:
    """Annealed importance sampling."""

    def test_the_weights_mean_is_the_likelihood(self) -> None:
        """By 300 chains of a proposal three times too wide, and few bridges."""
        net, x, exact = ppca(inflation=3.0)
        log_w, accepted = annealed_weights(net, False, PRECISION, x[0], 300, 30)
        bound, ess = running(log_w)
        assert bound[-1] == pytest.approx(exact.logpdf(x[0]), abs=4 * uncertainty(ess[-1], 300))
        assert 0.5 < accepted <= 1

    def test_more_bridges_make_more_chains_count(self) -> None:
        net, x, _ = ppca(inflation=3.0)
        few, many = (
            running(annealed_weights(net, False, PRECISION, x[0], 300, bridges)[0])[1][-1]
            for bridges in (5, 40)
        )
        assert few < many and many > 200
