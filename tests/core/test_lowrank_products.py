"""CR's curves from one Gram matrix against the products themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import SpecError
from core.lowrank import choosers, cr
from core.matrices.products import measure_product, spectrum_of_product

rng = np.random.default_rng(1)
X = rng.standard_normal((30, 60)) * np.exp(rng.standard_normal(60))
Y = rng.standard_normal((60, 20))
TERMS = cr.inner_products(X, Y)
NORM = np.linalg.norm(X @ Y)


def direct(chosen: np.ndarray, weights: np.ndarray | float) -> float:
    return float(np.linalg.norm(X @ Y - (X[:, chosen] * weights) @ Y[chosen]))


def test_every_curve_matches_its_products() -> None:
    order, p = cr.by_length(TERMS), cr.optimal(TERMS)
    uniform, drawn = choosers.uniform(60, 0), cr.draw(p, 60, 0)
    for r in range(1, 61):
        at = order[:r]
        assert cr.unweighted(TERMS, order)[r] == pytest.approx(direct(at, 1.0), abs=1e-9 * NORM)
        w = cr.weights(TERMS, at)
        assert cr.refitted(TERMS, order)[r] == pytest.approx(direct(at, w), abs=1e-5 * NORM)
        at = uniform[:r]
        assert cr.rescaled(TERMS, uniform)[r] == pytest.approx(direct(at, 60 / r), abs=1e-7 * NORM)
        at = drawn[:r]
        error = direct(at, 1 / (r * p[at]))
        assert cr.sampled(TERMS, p, drawn)[r] == pytest.approx(error, rel=1e-9)
    assert cr.unweighted(TERMS, order)[0] == pytest.approx(NORM)


def test_refitted_weights_are_least_squares() -> None:
    chosen = cr.by_length(TERMS)[:12]
    terms = np.stack([np.outer(X[:, i], Y[i]).ravel() for i in chosen], axis=1)
    best = np.linalg.lstsq(terms, (X @ Y).ravel(), rcond=None)[0]
    assert np.allclose(cr.weights(TERMS, chosen), best)


def test_greedy_takes_the_best_next_term() -> None:
    order = cr.greedy(TERMS)
    assert sorted(order.tolist()) == list(range(60))
    for r in (0, 4):
        rivals = [
            cr.refitted(TERMS, np.append(order[:r], i))[r + 1]
            for i in range(60)
            if i not in order[:r]
        ]
        assert cr.refitted(TERMS, order)[r + 1] == pytest.approx(min(rivals), rel=1e-9)
    plain = cr.greedy_unweighted(TERMS)
    rivals = [direct(np.append(plain[:3], i), 1.0) for i in range(60) if i not in plain[:3]]
    assert cr.unweighted(TERMS, plain)[4] == pytest.approx(min(rivals))


@pytest.mark.parametrize("kind", ["optimal", "uniform"])
def test_mean_square_error_matches_its_formula(kind: str) -> None:
    p = cr.optimal(TERMS) if kind == "optimal" else np.full(60, 1 / 60)
    squares = np.array([cr.sampled(TERMS, p, cr.draw(p, 10, s)) ** 2 for s in range(3000)])
    expected = np.square(cr.expected(TERMS, p, 10))
    for r in (1, 3, 10):
        doubt = squares[:, r].std() / np.sqrt(len(squares))
        assert abs(squares[:, r].mean() - expected[r]) < 4 * doubt


def test_unbiased_can_be_worse_than_nothing_and_longest_is_not() -> None:
    p = cr.optimal(TERMS)
    assert cr.expected(TERMS, p, 10)[10] > NORM > cr.unweighted(TERMS, cr.by_length(TERMS))[10]


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9), st.integers(0, 9), st.booleans())
@settings(max_examples=30)
def test_no_product_error_is_below_the_optimum(
    m: int, n: int, p: int, seed: int, zeros: bool
) -> None:
    draws = np.random.default_rng(seed)
    A, B = draws.standard_normal((m, n)), draws.standard_normal((n, p))
    if zeros:
        A[:, : n // 2 + 1] = 0.0
    errors = measure_product(A, B, 2)
    s = np.linalg.svd(A @ B, compute_uv=False)
    assert np.allclose(errors.s[: len(s)], s[: len(errors.s)], atol=1e-12)
    for method, curve in errors.frobenius.items():
        assert (curve.low >= errors.floor[curve.ranks]).all(), method
    for method in ("longest", "greedy", "longest refitted", "greedy refitted"):
        assert errors.frobenius[method].median[n] <= 1e-5 * errors.norm + 1e-12, method


def test_products_that_do_not_fit_are_refused() -> None:
    with pytest.raises(SpecError, match="equal numbers of them"):
        cr.inner_products(np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(SpecError, match="at most"):
        cr.inner_products(np.ones((1, 5000)), np.ones((5000, 1)))


def test_spectrum_of_a_product_without_the_product() -> None:
    for shapes in ((30, 5, 40), (5, 30, 4), (9, 9, 9)):
        A, B = rng.standard_normal(shapes[:2]), rng.standard_normal(shapes[1:])
        s = np.linalg.svd(A @ B, compute_uv=False)
        singular_values = spectrum_of_product(A, B)
        k = min(len(s), len(singular_values))
        assert np.allclose(singular_values[:k], s[:k])
