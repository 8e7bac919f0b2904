"""A run that diverged or died is told from one that only learns slowly, or little."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from core.items.data import Loaded, load
from core.items.specs import Items
from core.latent.health import SAME, _span, constant_loss
from core.latent.specs import AS_PUBLISHED, Vae
from core.latent.training import train
from core.learning import running

SMALL = Vae(Items(most=300), clusters=5, latent=4, width=64, vae_epochs=3, vae_batch=50)


@pytest.fixture(autouse=True)
def nothing_to_resume() -> Iterator[None]:
    running._states.clear()
    yield
    running._states.clear()


@pytest.fixture(scope="module")
def digits() -> Loaded:
    return load(SMALL.items)


@pytest.fixture(scope="module")
def table() -> Loaded:
    """200 rows of 30 columns, mean 0 and variance 1."""
    x = np.random.default_rng(0).normal(size=(200, 30))
    x = ((x - x.mean(axis=0)) / x.std(axis=0)).astype(np.float32)
    return Loaded(x, np.zeros(0, np.int32), (), (), ())


@pytest.mark.parametrize("rate", [0.5, 10.0])
@pytest.mark.parametrize("precision", [2.5, 1000.0])
def test_a_rate_too_large_kills_and_is_told(digits: Loaded, rate: float, precision: float) -> None:
    """Every rate here is a stop of the slider; nothing overflows."""
    spec = SMALL.replace(vae_rate=rate, precision=precision, vae_epochs=20)
    trained = train(spec, digits)
    assert trained.epoch < 20 and f"Dead in epoch {trained.epoch + 1}" in trained.stopped
    assert f"learning rate {rate:g}" in trained.stopped
    assert "lower the learning rate" in trained.stopped
    last = trained.snapshots[-1]
    assert _span(trained.network(spec), last.mean) > 100 * SAME, "what is kept is alive"


def test_a_run_that_died_goes_on_when_steered(digits: Loaded) -> None:
    dead = train(SMALL.replace(vae_rate=10.0), digits)
    assert (dead.epoch, dead.losses.shape) == (0, (0, 4))
    alive = train(SMALL.replace(vae_rate=10.0).steered(0, "rate", 0.001), digits)
    assert not alive.stopped and alive.epoch == 3
    running._states.clear()
    np.testing.assert_array_equal(alive.losses, train(SMALL, digits).losses)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        AS_PUBLISHED,
        AS_PUBLISHED | {"precision": 0.1},  # the optimum: z tells nothing
        AS_PUBLISHED | {"vae_rate": 1e-5},
        {"latent_model": "plain", "precision": 0.1},
        {"latent_model": "vade", "vae_rate": 0.01},
        {"likelihood": "bernoulli"},
        {"clusters": 1},
    ],
)
def test_slow_or_poor_runs_are_not_dead(digits: Loaded, settings: dict[str, object]) -> None:
    trained = train(SMALL.replace(vae_epochs=12, **settings), digits)
    assert trained.epoch == 12 and not trained.stopped


def test_items_that_are_alike_are_no_dead_run(digits: Loaded) -> None:
    """The output is compared over z: nearly all items may be the same."""
    x = np.repeat(digits.x[:1], 200, axis=0)
    x[-1] = digits.x[1]
    trained = train(SMALL.replace(clusters=2), Loaded(x, np.zeros(0, np.int32), (), (8, 8), ()))
    assert not trained.stopped


def test_a_run_diverges_by_settings_of_the_page(table: Loaded) -> None:
    """Stops of the sliders, and rows of ordinary numbers: float32 overflows all the same."""
    spec = Vae(precision=1000.0, width=1024, latent=32, vae_rate=10.0, vae_epochs=5)
    trained = train(spec, table)
    assert trained.epoch < 5 and f"Diverged in epoch {trained.epoch + 1}: the " in trained.stopped
    assert trained.losses.shape == (trained.epoch, 4)
    assert all(np.isfinite(w).all() for w in trained.snapshots[-1].weights)


def test_an_error_beyond_all_bounds_is_a_divergence(table: Loaded) -> None:
    spec = SMALL.replace(vae_rate=0.001, vae_epochs=12).steered(2, "rate", 5.0)
    trained = train(spec, table)
    assert trained.epoch == 2 and "Diverged in epoch 3: the reconstruction error" in trained.stopped
    assert "learning rate 5" in trained.stopped and np.isfinite(trained.losses).all()


@pytest.mark.parametrize("likelihood", ["gaussian", "bernoulli"])
def test_the_mean_item_is_the_best_constant(digits: Loaded, likelihood: str) -> None:
    x = digits.x
    spec = SMALL.replace(likelihood=likelihood)

    def loss(y: np.ndarray) -> float:
        if likelihood == "gaussian":
            return float(((x - y) ** 2).sum(axis=1).mean() / 2)
        y = np.clip(y, 1e-12, 1 - 1e-12)
        return float(-(x * np.log(y) + (1 - x) * np.log(1 - y)).sum(axis=1).mean())

    best = constant_loss(spec, x)
    assert best == pytest.approx(loss(x.mean(axis=0, dtype=np.float64)), rel=1e-5)
    for move in (0.02, -0.02):
        assert best < loss(np.clip(x.mean(axis=0) + move, 0, 1))
