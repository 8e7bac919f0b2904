"""The prior over codes, the table of methods and what a code means, against slow references."""

from __future__ import annotations

import equinox as eqx
import numpy as np
import pytest
from jax import random

from core import intervals
from core.errors import SpecError
from core.items.shape import Shape
from core.quantised import methods, patches, prior
from core.quantised.prior import CodePrior
from core.quantised.specs import QUANTISERS, Codes

RNG = np.random.default_rng(5)


@pytest.fixture(scope="module")
def striped() -> np.ndarray:
    """Grids of 6 places of one and the same code of 5: all that is to learn is the first."""
    return np.repeat(RNG.integers(0, 5, (200, 1)), 6, axis=1).astype(np.int32)


@pytest.fixture(scope="module")
def learnt(striped: np.ndarray) -> prior.Prior:
    spec = CodePrior(Codes(codebook=5), prior_epochs=40, prior_width=16, prior_rate=0.01)
    return prior.learn_prior(spec, striped, 5)


def test_no_place_sees_what_comes_after_it() -> None:
    network = eqx.filter_jit(prior._built(7, 6, 8, random.key(1, impl="rbg")))
    codes = RNG.integers(0, 7, 6).astype(np.int32)
    before = np.asarray(network(codes))
    for place in range(6):
        other = codes.copy()
        other[place] = (codes[place] + 1) % 7
        after = np.asarray(network(other))
        np.testing.assert_allclose(after[: place + 1], before[: place + 1], atol=1e-6)
        assert place == 5 or not np.allclose(after[place + 1 :], before[place + 1 :])


def test_samples_are_those_of_the_whole_network_place_by_place() -> None:
    network = prior._built(7, 6, 8, random.key(1, impl="rbg"))
    noise = np.random.default_rng(3).gumbel(size=(6, 5, 7))
    for i, codes in enumerate(prior.sampled(network, 6, 5, 0.5, 3)):
        logits = np.asarray(eqx.filter_jit(network)(codes))
        assert codes.tolist() == (logits / 0.5 + noise[:, i]).argmax(axis=1).tolist()


def test_the_prior_learns_what_independent_codes_cannot(
    learnt: prior.Prior, striped: np.ndarray
) -> None:
    """log₂ 5 = 2.32 bits tell which code; 6 independent ones take 6 times as many."""
    assert learnt.bits == pytest.approx(np.log2(5), abs=0.35)
    assert learnt.independent == pytest.approx(6 * np.log2(5), abs=0.4)
    assert learnt.fixed == pytest.approx(6 * np.log2(5))
    spec = CodePrior(Codes(codebook=5), prior_width=16)
    samples = prior.sampled(prior.restored(spec, learnt), 6, 40, 1.0, 0)
    alike = (samples == samples[:, :1]).all(axis=1)
    assert alike.mean() > 0.9 and len(set(samples[:, 0])) == 5
    control = prior.independent(learnt, 40, 0)
    assert (control == control[:, :1]).all(axis=1).mean() < 0.1
    again = prior.sampled(prior.restored(spec, learnt), 6, 40, 1.0, 0)
    np.testing.assert_array_equal(samples, again)
    coldest = prior.sampled(prior.restored(spec, learnt), 6, 40, 0.01, 3)
    assert len(np.unique(coldest, axis=0)) <= 3


def test_too_few_items_to_hold_any_out(striped: np.ndarray) -> None:
    with pytest.raises(SpecError, match="there are 9; give it 10"):
        prior.learn_prior(CodePrior(Codes(codebook=5)), striped[:9], 5)


def test_nearest_items() -> None:
    x, samples = RNG.random((30, 4)), RNG.random((6, 4))
    items, squares = prior.nearest_items(samples, x)
    slow = np.array([[((s - one) ** 2).sum() for one in x] for s in samples])
    np.testing.assert_array_equal(items, slow.argmin(axis=1))
    np.testing.assert_allclose(squares, slow.min(axis=1), atol=1e-9)


def test_methods_are_compared_once_for_all_quantisers() -> None:
    specs = [Codes(quantiser=q, code_seed=s) for s, q in enumerate(QUANTISERS)]
    assert len({methods.Methods(spec, 2).shared.key for spec in specs}) == 1
    other = Codes(codebook=5)
    assert methods.Methods(other).shared.codes.codebook == 5


def test_ties_are_told_from_winners() -> None:
    noise = RNG.normal(0, 1, (3, 6))
    apart = noise + np.array([[0.0], [50.0], [100.0]])
    assert intervals.ties(apart) == (0, [])
    assert intervals.ties(apart, least_is_best=False) == (2, [])
    best, tied = intervals.ties(noise)
    assert sorted([best, *tied]) == [0, 1, 2]
    assert intervals.ties(np.array([[1.0, 1.0], [1.0, 1.0], [2.0, 2.0]])) == (0, [1])


def test_mean_patches_by_hand() -> None:
    """Grids of 4 × 4 places of 2 × 2 pixels, a pixel around each; a code never used is NaN."""
    x, codes = RNG.random((3, 64)).astype(np.float32), RNG.integers(0, 3, (3, 16))
    means = patches.mean_patches(codes, x, Shape((8, 8), 1), 4)
    pictures = np.pad(x.reshape(3, 8, 8), ((0, 0), (1, 1), (1, 1)))
    for k in range(3):
        of_code = [
            pictures[i, 2 * r : 2 * r + 4, 2 * c : 2 * c + 4]
            for i in range(3) for r in range(4) for c in range(4) if codes[i, 4 * r + c] == k
        ]  # fmt: skip
        np.testing.assert_allclose(means[k], np.mean(of_code, axis=0), rtol=1e-5)
        assert patches.occurrences(codes, k, (4, 4)).sum() == len(of_code)
    assert np.isnan(means[3]).all() and not len(patches.holders(codes, 3))
    counts = [(codes[i] == 0).sum() for i in patches.holders(codes, 0)]
    assert counts == sorted(counts, reverse=True)
