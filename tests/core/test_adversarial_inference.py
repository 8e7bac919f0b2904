"""AAE and ALI, against slow loops in plain NumPy and against themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from core.adversarial import Inference, Items
from core.adversarial.coder import copied, encoded, generated
from core.adversarial.inference import (
    Batch,
    Game,
    Inputs,
    Match,
    advance_inference,
    ailment,
    learner,
    noise,
)
from core.adversarial.inference_specs import INFERENCES
from core.adversarial.likeness import told_apart
from core.adversarial.rivals import Rivals
from core.adversarial.triad import Triad, begin, coder_loss, judge_loss, penalised, restore, shown
from core.errors import SpecError
from core.families import COPIED, TOLD
from core.items.data import Loaded, load
from core.learning import running
from core.learning.descent import Now
from core.progress import run_on
from core.sweeps.measuring import MEASURES

SMALL = Inference(Items(most=120), inference_latent=4, inference_width=10, inference_batch=16,
                  inference_updates=20, inference_epochs=3)  # fmt: skip
DATA = load(SMALL.items)


def layers(dense: Any, h: np.ndarray) -> np.ndarray:
    """A dense network in NumPy, of one item."""
    pair = dense.weights, dense.biases
    weights, biases = ([np.asarray(a, np.float64) for a in of] for of in pair)
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        h = np.maximum(h @ weight + bias, 0)
    return h @ weights[-1] + biases[-1]


def sigmoid(t: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-t))


def batch() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return DATA.x[rng.integers(0, 120, 6)], rng.standard_normal((6, 4)).astype(np.float32)


def slowly(model: str, triad: Triad, weight: float) -> tuple[float, float, float]:
    """D's loss, what E and G minimise, and the squared error: item by item."""
    of_d, of_coder, errors = [], [], []
    for x, z in zip(*batch(), strict=True):
        code, fake = layers(triad.encoder, x), sigmoid(layers(triad.generator, z))
        pairs = {
            "aae": (z, code),
            "ali": (np.concatenate([x, code]), np.concatenate([fake, z])),
        }[model]
        true, false = (float(sigmoid(layers(triad.judge, pair))[0]) for pair in pairs)
        of_d.append(-np.log(true) - np.log(1 - false))
        if model == "aae":
            error = ((sigmoid(layers(triad.generator, code)) - x) ** 2).sum()
            of_coder.append(error - weight * np.log(false))
            errors.append(error)
        else:
            of_coder.append(-np.log(1 - true) - np.log(false))
            errors.append(0.0)
    return float(np.mean(of_d)), float(np.mean(of_coder)), float(np.mean(errors))


@pytest.mark.parametrize("model", INFERENCES)
def test_losses_against_a_slow_reference(model: str) -> None:
    triad = begin(SMALL.replace(inference_model=model), DATA.shape)
    triad = jax.tree.map(lambda a: 3 * a, triad)  # so that D says something
    x, z = map(jnp.asarray, batch())
    whole, parts = coder_loss(model, triad, x, z, 2.5)
    wanted = slowly(model, triad, 2.5)
    made = float(judge_loss(model, triad, x, z)), float(whole), float(parts[1])
    np.testing.assert_allclose(made, wanted, rtol=1e-4)
    weighed = float(parts[0]) * (2.5 if model == "aae" else 1) + float(parts[1])
    assert weighed == pytest.approx(float(whole), rel=1e-5)


@pytest.mark.parametrize("model", INFERENCES)
def test_the_slope_of_d_against_differences(model: str) -> None:
    triad = jax.tree.map(lambda a: 3 * a, begin(SMALL.replace(inference_model=model), DATA.shape))
    x, z = map(jnp.asarray, batch())
    rows = np.concatenate(shown(model, triad, x, z)).astype(np.float64)
    squares = []
    for row in rows:
        steps = 1e-5 * np.eye(len(row))
        rises = [layers(triad.judge, row + h) - layers(triad.judge, row - h) for h in steps]
        squares.append((np.concatenate(rises) ** 2).sum() / 4e-10)
    loss, steep = penalised(model, triad, x, z)
    assert float(steep) == pytest.approx(np.mean(squares), rel=1e-3)
    assert float(loss) == pytest.approx(float(judge_loss(model, triad, x, z)), rel=1e-5)


@pytest.mark.parametrize("model", INFERENCES)
def test_each_player_lowers_its_own_loss(model: str) -> None:
    """With a tiny rate of one player and none of the other, that player's loss alone falls."""
    spec = SMALL.replace(inference_model=model)
    triad = begin(spec, DATA.shape)
    x, z = map(jnp.asarray, batch())
    match = Match(0.5)
    step = jax.jit(match, static_argnums=0)
    state, rows = match.init(triad), jnp.arange(6)
    for rate, rate_judge in ((1e-4, 0.0), (1e-12, 1e-4)):
        at = spec.at(1)._replace(rate=rate, rate_judge=rate_judge)
        now = Now(np.float32(rate), type(at)(*map(np.float32, at)), np.float32(0), np.float32(0))
        game, data = Game(model, penalised=False), Inputs(x, np.float32(0))
        after, parts = step(game, data, None, state, Batch(rows, z), now)
        own, other = (
            (after.triad.encoder, after.triad.judge)
            if rate_judge == 0
            else (after.triad.judge, after.triad.encoder)
        )
        before = (triad.encoder, triad.judge) if rate_judge == 0 else (triad.judge, triad.encoder)
        assert float(jnp.abs(own.weights[0] - before[0].weights[0]).max()) > 5e-5
        assert float(jnp.abs(other.weights[0] - before[1].weights[0]).max()) < 1e-8
        if rate_judge:
            assert float(judge_loss(model, after.triad, x, z)) < float(parts[0])
        else:
            weight = at.code_weight
            assert float(coder_loss(model, after.triad, x, z, weight)[0]) < float(
                coder_loss(model, triad, x, z, weight)[0]
            )


@pytest.fixture(scope="module")
def trained() -> Any:
    run = advance_inference(SMALL)
    running._states.clear()
    return run


def test_an_aae_learns_to_copy_and_is_the_same_again(trained: Any) -> None:
    assert trained.result.error < 0.95 * trained.snapshots[0].error
    steered = SMALL.steered(1, "code_weight", 30.0)
    advance_inference(SMALL.replace(inference_epochs=1))
    changed = advance_inference(steered)
    running._states.clear()
    again = advance_inference(SMALL.replace(inference_epochs=1))
    running._states.clear()
    np.testing.assert_array_equal(trained.history.parts[:1], again.history.parts)
    np.testing.assert_array_equal(trained.history.parts[0], changed.history.parts[0])
    assert (trained.history.parts[1:] != changed.history.parts[1:]).any()


def test_sweeps_judge_copies_and_samples(trained: Any) -> None:
    judged = {name: MEASURES[name](SMALL, trained, name, run_on).value for name in (COPIED, TOLD)}
    copies = np.asarray(copied(trained.coder(SMALL), jnp.asarray(DATA.x)))
    error = np.sqrt(((copies - DATA.x) ** 2).mean())
    assert judged == {COPIED: pytest.approx(error, rel=1e-4), TOLD: trained.result.told}
    with pytest.raises(SpecError, match="Diverged"):
        MEASURES[TOLD](SMALL, replace(trained, stopped="Diverged"), TOLD, run_on)


def test_scores_are_those_of_the_networks(trained: Any) -> None:
    shot, triad = trained.result, trained.coder(SMALL)
    x, z = jnp.asarray(DATA.x), jnp.asarray(noise(SMALL, 120))
    copies = np.asarray(copied(triad, x))
    assert shot.error == pytest.approx(((copies - DATA.x) ** 2).mean(), rel=1e-4)
    codes = np.asarray(encoded(triad, x))
    np.testing.assert_allclose(generated(triad, jnp.asarray(codes)), copies, atol=1e-6)
    assert shot.prior == pytest.approx(told_apart(np.asarray(z), codes), abs=0.01)
    assert shot.told == pytest.approx(told_apart(DATA.x, np.asarray(generated(triad, z))), abs=0.01)
    again = restore(SMALL, DATA.shape, shot.weights)
    np.testing.assert_array_equal(generated(again, z), generated(triad, z))


def test_items_of_one_number() -> None:
    table = Loaded(np.arange(8, dtype=np.float32)[:, None], np.zeros(0, np.int32), (), (), ())
    spec = SMALL.replace(inference_model="ali", inference_seed=7, inference_epochs=1)
    run = running.run(learner(spec, table), spec)
    running._states.clear()
    assert run.epoch == 1 and np.isfinite(run.result.error)


def test_rates_too_large_and_nan_are_named(trained: Any) -> None:
    run = advance_inference(SMALL.replace(inference_rate=10.0, rate_judge=10.0))
    running._states.clear()
    assert run.stopped and f"Epoch {run.epoch} is kept; lower the learning rate" in run.stopped
    triad, at = trained.coder(SMALL), SMALL.at(2)
    ill = ailment(at, 2, triad, np.array([0, np.nan, 0, 0]), 1e4)
    assert ill is not None and "no longer numbers" in ill and "Epoch 1 is kept" in ill
    ill = ailment(at, 2, triad, np.array([0, 2e4, 0]), 1e4)
    assert ill is not None and "a loss is 2.0e+04" in ill
    assert ailment(at, 2, triad, np.array([0, 2.0, 0]), 1e4) is None


def test_bad_settings() -> None:
    with pytest.raises(SpecError, match="inference_latent"):
        Inference(inference_latent=0)
    with pytest.raises(SpecError, match="code_weight"):
        Inference(inference_changes="3 code_weight 9999")
    with pytest.raises(SpecError, match="names are rate, rate_judge, code_weight"):
        Inference(inference_changes="3 rho_weight 1")


@pytest.mark.parametrize(("n", "updates"), [(40, 2000), (150, 4000), (60_000, 20_000)])
def test_models_side_by_side_have_the_same_updates(n: int, updates: int) -> None:
    """In every update a VAE takes a whole batch, so that few items need many passes."""
    spec = Rivals(rival_updates=20_000)
    assert spec.updates(n) == updates
    vae = spec.run("vae", 0, n)
    assert vae.vae_epochs * max(n // 64, 1) == pytest.approx(updates, rel=0.05)
    assert spec.run("o-gan", 0, n).ogan_epochs * 50 == updates
    assert spec.run("ali", 0, n).inference_epochs * 50 == updates
