"""O-GAN on items, against plain NumPy, slow loops and itself."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import pearsonr
from sklearn.neighbors import NearestNeighbors

from core.adversarial import Items, OGan
from core.adversarial.coder import Coder, begin, copied, encoded, path, rho, standardised
from core.adversarial.likeness import floor, nearest, told_apart
from core.adversarial.orthogonal import Batch, advance_items, learner, objective
from core.errors import SpecError
from core.items.data import Loaded, load
from core.learning import running

SMALL = OGan(Items(most=120), ogan_latent=6, ogan_width=12, ogan_batch=16, ogan_updates=20,
             ogan_epochs=3)  # fmt: skip


DATA = load(SMALL.items)


@pytest.fixture(scope="module")
def coder() -> Coder:
    return begin(SMALL, DATA.shape)


def table(x: Any) -> Loaded:
    return Loaded(np.asarray(x, np.float32), np.zeros(0, np.int32), (), (), ())


def test_rho_against_scipy() -> None:
    a, b = np.random.default_rng(0).standard_normal((2, 5, 9)) + 3
    wanted = [pearsonr(x, y).statistic for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(rho(jnp.asarray(a), jnp.asarray(b)), wanted, atol=1e-5)
    assert np.isfinite(rho(jnp.ones(4), jnp.ones(4)))


def test_codes_have_mean_0_and_variance_1(coder: Coder) -> None:
    codes = np.asarray(encoded(coder, jnp.asarray(DATA.x[:20])))
    np.testing.assert_allclose(codes.mean(axis=1), 0, atol=1e-5)
    np.testing.assert_allclose(codes.std(axis=1), 1, atol=1e-3)
    np.testing.assert_allclose(
        copied(coder, jnp.asarray(DATA.x[:20])), coder.generate(jnp.asarray(codes)), atol=1e-6
    )
    assert np.isfinite(standardised(jnp.zeros(5))).all()


def test_objective_against_a_slow_reference(coder: Coder) -> None:
    rng = np.random.default_rng(0)
    batch = Batch(rng.integers(0, 120, 8), rng.standard_normal((8, 6)).astype(np.float32))
    value, parts = jax.jit(objective, static_argnums=0)(
        None, coder, jnp.asarray(DATA.x), batch, SMALL.at(1)
    )
    rows = []
    for i, z in zip(batch.rows, batch.z, strict=True):
        x = DATA.x[i]
        fake = np.asarray(coder.generate(jnp.asarray(z)))
        real_mean, code = np.asarray(coder.encoder(x)).mean(), np.asarray(coder.encoder(fake))
        gap = real_mean - code.mean()
        alike = pearsonr(z, code).statistic
        rows.append((gap, alike, gap**2 / (4 * ((x - fake) ** 2).mean())))
    gap, alike, bound = np.mean(rows, axis=0)
    np.testing.assert_allclose(parts[:3], [gap, alike, bound], rtol=1e-3, atol=1e-6)
    assert float(value) == pytest.approx(gap - SMALL.rho_weight * alike + bound, rel=1e-3)


def test_gradient_is_that_of_the_formula(coder: Coder) -> None:
    """As it is published, with E of G(z) and of sg[G(z)] each for itself."""
    rng = np.random.default_rng(1)
    batch = Batch(rng.integers(0, 120, 8), rng.standard_normal((8, 6)).astype(np.float32))
    x = jnp.asarray(DATA.x)

    def formula(coder: Any) -> Any:
        real, fake = x[batch.rows], coder.generate(batch.z)
        still = jax.lax.stop_gradient(fake)
        m_real, m_fake, m_still = (coder.encoder(v).mean(-1) for v in (real, fake, still))
        squared = (m_real - m_still) ** 2 / (4 * ((real - still) ** 2).mean(-1))
        alike = jax.vmap(lambda a, b: jnp.corrcoef(a, b)[0, 1])(batch.z, coder.encoder(fake))
        brackets = (m_real - m_still) + (m_fake - m_still)
        return (brackets - SMALL.rho_weight * alike + squared).mean()

    wanted = jax.jit(jax.grad(formula))(coder)
    actual = jax.jit(jax.grad(lambda c: objective(None, c, x, batch, SMALL.at(1))[0]))(coder)
    for a, b in zip(jax.tree.leaves(actual), jax.tree.leaves(wanted), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)


def test_run_is_the_same_again_and_steered() -> None:
    first = advance_items(SMALL)
    running._states.clear()
    steered = SMALL.steered(1, "rho_weight", 3.0)
    advance_items(SMALL.replace(ogan_epochs=1))
    changed = advance_items(steered)
    running._states.clear()
    again = advance_items(SMALL)
    running._states.clear()
    np.testing.assert_array_equal(first.history.parts, again.history.parts)
    np.testing.assert_array_equal(first.history.parts[0], changed.history.parts[0])
    assert (first.history.parts[1:] != changed.history.parts[1:]).any()
    shot = first.result
    coder, data = first.coder(SMALL), load(SMALL.items)
    error = ((np.asarray(copied(coder, jnp.asarray(data.x))) - data.x) ** 2).mean()
    assert shot.error == pytest.approx(error, rel=1e-4)


def test_rates_too_large_and_nan_are_named() -> None:
    run = advance_items(SMALL.replace(ogan_rate=10.0))
    running._states.clear()
    assert "Diverged in epoch 1" in run.stopped and run.epoch == 0
    made = learner(SMALL, load(SMALL.items))
    coder, begun = made.init(lambda *_: False)
    ill = made.ailment(2, coder, begun.snapshots[0], np.array([0, 0, np.nan, np.nan]))
    assert ill is not None and "no longer a number" in ill and "Epoch 1 is kept" in ill


@pytest.mark.parametrize("x", [np.ones((1, 5)), np.zeros((9, 1))])
def test_odd_items(x: np.ndarray) -> None:
    run = running.run(learner(SMALL, table(x)), SMALL.replace(ogan_seed=7))
    running._states.clear()
    assert run.epoch == 3 or run.stopped
    assert np.isfinite(run.result.error)


def test_bad_settings() -> None:
    with pytest.raises(SpecError, match="ogan_latent"):
        OGan(ogan_latent=2)
    with pytest.raises(SpecError, match="rho_weight"):
        OGan(ogan_changes="3 rho_weight 99")


def test_told_apart_against_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(0, 1, (40, 3)), rng.normal(0.5, 1, (40, 3))
    x, y = np.concatenate([a, b]), np.repeat([0, 1], 40)
    near = NearestNeighbors(n_neighbors=2).fit(x).kneighbors(x)[1][:, 1]
    assert told_apart(a, b) == pytest.approx((y[near] == y).mean())
    assert told_apart(a, a + 100) == 1 and told_apart(a, a + 1e-9) == 0
    same = floor(rng.normal(size=(400, 3)), 0)
    assert abs(same.mean() - 0.5) < 0.05


def test_nearest_and_path() -> None:
    rng = np.random.default_rng(0)
    x, q = rng.normal(size=(30, 4)), rng.normal(size=(5, 4))
    rows, away = nearest(x, q)
    distances = np.linalg.norm(q[:, None] - x, axis=2)
    assert rows.tolist() == distances.argmin(axis=1).tolist()
    np.testing.assert_allclose(away, distances.min(axis=1) / 2)
    a, b = np.eye(4)[:2]
    codes = path(a, b, 5)
    np.testing.assert_allclose(np.linalg.norm(codes, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(codes[[0, -1]], [a, b], atol=1e-6)
