"""Training with codes: same seed, same run; moving averages and revival by hand; bad input."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from core.errors import SpecError
from core.items.data import Loaded
from core.items.split import split
from core.learning import running
from core.progress import run_on
from core.quantised import methods
from core.quantised.learner import learner
from core.quantised.loss import Recipe, Seen, Weights, normalise
from core.quantised.snapshots import decode, encode
from core.quantised.specs import QUANTISERS, Codes
from core.quantised.step import Book, tend
from core.quantised.training import train
from core.sweeps.measuring import MEASURES

SMALL = Codes(codebook=12, code_dim=3, code_width=4, code_epochs=3, code_batch=16)


def items(axes: tuple[int, ...], n: int = 48) -> Loaded:
    x = np.random.default_rng(1).random((n, math.prod(axes) if axes else 5), np.float32)
    return Loaded(x, np.zeros(0, np.int32), (), axes, ())


@pytest.fixture(scope="module")
def pictures() -> Loaded:
    return items((8, 8))


@pytest.fixture(scope="module")
def trained(pictures: Loaded) -> Any:
    return train(SMALL, pictures)


def test_same_seed_same_run(trained: Any, pictures: Loaded) -> None:
    running.forget(SMALL)
    again = train(SMALL, pictures)
    np.testing.assert_array_equal(again.history.parts, trained.history.parts)
    for a, b in zip(again.result.weights, trained.result.weights, strict=True):
        np.testing.assert_array_equal(a, b)
    running.forget(SMALL)
    other = train(SMALL.replace(code_seed=1, code_epochs=1), pictures)
    assert (other.history.parts[0] != trained.history.parts[0]).any()


def test_compared_runs_are_not_kept(
    trained: Any, pictures: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = []

    def run(_: Any, spec: Any, __: Any) -> Any:
        keys.append(spec.run_key)
        return trained

    monkeypatch.setattr(methods, "load", lambda _: pictures)
    monkeypatch.setattr(methods, "measured", lambda *_: (0, 0, 0, 0))
    monkeypatch.setattr(running, "run", run)
    methods.compared.__wrapped__(methods.Methods(SMALL, 2))  # type: ignore[attr-defined]
    assert keys == [""] * 2 * len(QUANTISERS)


def test_codes_decode_to_what_was_stored(trained: Any, pictures: Loaded) -> None:
    network, last = trained.network(SMALL), trained.result
    assert trained.places == (4, 4) and last.codes.shape == (48, 16)
    codes, distance = encode(SMALL, network, pictures.x)
    np.testing.assert_array_equal(codes, last.codes)
    np.testing.assert_allclose(distance, last.distance, rtol=1e-5)
    copies = decode(SMALL, network, codes)
    assert copies.shape == pictures.x.shape and copies.min() >= 0 and copies.max() <= 1
    assert last.counts(12).sum() == 48 * 16
    z = np.random.default_rng(0).normal(3, 2, (5, 4, 3))
    flat = np.asarray(normalise(jnp.asarray(z))).reshape(-1, 3)
    np.testing.assert_allclose(flat.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(flat.std(axis=0), 1, atol=1e-3)


def test_sweeps_judge_codes_and_copies(
    trained: Any, pictures: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.items.data.load", lambda spec: pictures)
    judged = {
        name: MEASURES[name](SMALL, trained, name, run_on).value
        for name in ("reconstruction error", "codes used", "perplexity")
    }
    copies = decode(SMALL, trained.network(SMALL), trained.result.codes)
    p = np.bincount(trained.result.codes.ravel(), minlength=12) / trained.result.codes.size
    assert judged["reconstruction error"] == pytest.approx(
        np.sqrt(((copies - pictures.x) ** 2).mean()), rel=1e-5
    )
    assert judged["codes used"] == (p > 0).mean()
    assert judged["perplexity"] == pytest.approx(np.exp(-(p[p > 0] * np.log(p[p > 0])).sum()))
    with pytest.raises(SpecError, match="Diverged"):
        MEASURES["perplexity"](SMALL, replace(trained, stopped="Diverged"), "perplexity", run_on)


def test_moving_average_and_revival_by_hand() -> None:
    recipe = Recipe("straight", (), True, averaged=True, revived=True, batch=2)
    codes = jnp.array([[0.0, 0.0], [5.0, 5.0], [9.0, 9.0]])
    seen = Seen(jnp.array([[1.0, 0.0], [3.0, 0.0], [4.0, 4.0]]), jnp.array([0, 0, 1]))
    before = Book(jnp.ones(3), codes, jnp.array([0, 0, 1]))
    weights = Weights(1.0, 0.5, 2)
    after, book = tend(recipe, weights, codes, before, seen, jnp.array([0, 0, 5]))
    np.testing.assert_allclose(after[0], [0.5 * 4 / 1.5, 0])  # N = ½ + ½·2, m = ½·0 + ½·(1 + 3)
    np.testing.assert_allclose(after[1], [4.5, 4.5])  # N = ½ + ½, m = ½·5 + ½·4
    np.testing.assert_allclose(after[2], [4, 4])  # idle for two steps: z number 5 mod 3
    np.testing.assert_array_equal(book.idle, [0, 0, 0])


def test_a_code_without_mass_stays_where_it_is() -> None:
    """Its count falls below any float after some thousand steps without a z."""
    recipe = Recipe("straight", (), True, averaged=True, revived=False, batch=2)
    codes = jnp.array([[0.0, 0.0], [5.0, 5.0]])
    seen = Seen(jnp.array([[1.0, 0.0]]), jnp.array([0]))

    def step(_: int, now: tuple[Any, Book]) -> tuple[Any, Book]:
        return tend(recipe, Weights(1.0, 0.9, 2), *now, seen, jnp.array([0, 0]))

    book = Book(jnp.ones(2), codes, jnp.zeros(2, jnp.int32))
    after, book = lax.fori_loop(0, 1500, step, (codes, book))
    np.testing.assert_allclose(after, [[1, 0], [5, 5]], rtol=1e-5)
    moved, _ = tend(recipe, Weights(1.0, 0.9, 2), after, book, Seen(jnp.array([[2.0, 7.0]]),
                    jnp.array([1])), jnp.array([0, 0]))  # fmt: skip
    np.testing.assert_allclose(moved[1], [2, 7], rtol=1e-4)  # all its mass is that z


@pytest.mark.parametrize(
    ("axes", "changes"),
    [
        ((), {"quantiser": "fsq", "levels": "4 3"}),
        ((1, 6), {"codebook_by": "average", "revive_after": 2, "quantiser": "straight"}),
        ((21,), {"quantiser": "simvq", "normalised": False}),
    ],
)
def test_rows_thin_pictures_and_series(axes: tuple[int, ...], changes: dict[str, Any]) -> None:
    data = items(axes)
    spec = SMALL.replace(code_epochs=1, **changes)
    result = train(spec, data)
    assert not result.stopped and result.epoch == 1
    codes = encode(spec, result.network(spec), data.x)[0]
    assert decode(spec, result.network(spec), codes).shape == data.x.shape


def test_divergence_is_named_and_the_last_good_epoch_kept(pictures: Loaded) -> None:
    spec = SMALL.replace(code_rate=10.0, commitment=100.0, normalised=False)
    huge = replace(pictures, x=pictures.x * 1e18)
    result = train(spec, huge)
    assert "Diverged in epoch" in result.stopped and result.epoch < 3
    assert all(np.isfinite(w).all() for w in result.result.weights)


def test_a_learning_rate_of_ten_is_named(pictures: Loaded) -> None:
    result = train(SMALL.replace(code_rate=10.0, code_epochs=8), pictures)
    kept = result.epoch
    assert f"in epoch {kept + 1}: " in result.stopped and kept < 8
    assert f"Epoch {kept} is kept; lower the learning rate" in result.stopped


def test_more_codes_than_vectors(pictures: Loaded) -> None:
    few = pictures.take(np.arange(2))
    with pytest.raises(SpecError, match="`codebook=33` is above the 32 vectors"):
        learner(SMALL.replace(codebook=33), few)
    learner(SMALL.replace(codebook=32), few)


def test_all_held_out_items_are_measured(pictures: Loaded) -> None:
    spec = SMALL.replace(evaluate_every=1, held_out=0.23, code_batch=4)
    held = learner(spec, pictures).held_out
    assert held is not None and held.batches.rows.shape == (2, 4)
    assert held.smaller.rows.shape == (1, 3) and held.share == pytest.approx(3 / 11)
    rows = {*held.batches.rows.ravel(), *held.smaller.rows.ravel()}
    assert rows == {*split(48, 0.23, spec.code_seed).held_out}


def test_held_out_items_and_steering(pictures: Loaded) -> None:
    spec = SMALL.replace(evaluate_every=1, held_out=0.25, code_changes="1 rate 0.0001")
    result = train(spec, pictures)
    assert np.isfinite(result.history.evaluated[:, 1]).all()
    assert result.history.rates[0] > result.history.rates[1]
