"""SGNS and likelihood over all cells: optimum, loss and gradient."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tiny_corpora import corpus

from core.counts.cooccurrence import count
from core.counts.specs import Counts
from core.text.specs import Corpus
from core.vectors import Explicit, fit
from core.vectors.models import explicit


class TestExplicit:
    @pytest.fixture(scope="class")
    def dense(self) -> Corpus:
        """A text of which every two words met."""
        rng = np.random.default_rng(0)
        return corpus(" ".join(f"x{i}" for i in rng.integers(0, 6, 3000)))

    @pytest.mark.parametrize("objective", ["sgns", "mle"])
    def test_optimum_is_shifted_pmi_cell_by_cell(self, dense: Corpus, objective: str) -> None:
        counts = Counts(dense, window=2)
        spec = Explicit(counts, objective, dim=6, negatives=3, noise=1.0, iterations=1500)
        model = fit(spec)
        X = count(counts).block(np.arange(6), np.arange(6))
        pmi = np.log(X * X.sum() / np.outer(X.sum(axis=1), X.sum(axis=0)))
        expected = pmi - np.log(3) if objective == "sgns" else pmi
        np.testing.assert_allclose(model.word @ model.context.T, expected, atol=0.02)
        assert model.history[-1, 1] == pytest.approx(model.optimum, rel=1e-5)

    def test_smoothed_noise_moves_the_optimum(self, dense: Corpus) -> None:
        spec = Explicit(Counts(dense), negatives=5, noise=0.75)
        X = count(spec.counts).block(np.arange(6), np.arange(6))
        noise = X.sum(axis=0) ** 0.75
        expected = np.log(X / (5 * np.outer(X.sum(axis=1), noise / noise.sum())))
        np.testing.assert_allclose(explicit.cells(spec, count(spec.counts)).best, expected)

    @pytest.mark.parametrize("objective", ["sgns", "mle"])
    def test_loss_and_gradient_are_those_of_a_slow_reference(self, objective: str) -> None:
        import jax

        rng = np.random.default_rng(0)
        P, N = rng.random((2, 4, 4)).astype(np.float32)
        P[0, 1] = 0.0
        X = rng.normal(0, 0.7, (2, 4, 3)).astype(np.float32)

        exact = P.astype(np.float64), N.astype(np.float64)

        def slow(X: Any) -> float:
            (P, N), total = exact, 0.0
            for i in range(4):
                for j in range(4):
                    psi = float(X[0, i].astype(float) @ X[1, j].astype(float))
                    if objective == "sgns":
                        total += P[i, j] * np.log1p(np.exp(-psi)) + N[i, j] * np.log1p(np.exp(psi))
                    else:
                        total += N[i, j] * np.exp(psi) - P[i, j] * psi
            return total

        loss, slope = jax.value_and_grad(explicit.loss_of(objective))(X, P, N)
        assert float(loss) == pytest.approx(slow(X), rel=1e-5)
        for at in np.ndindex(X.shape):
            up, down = X.astype(np.float64), X.astype(np.float64)
            up[at] += 1e-5
            down[at] -= 1e-5
            assert float(slope[at]) == pytest.approx((slow(up) - slow(down)) / 2e-5, abs=1e-4)

    def test_optimum_is_below_every_other_loss(self, dense: Corpus) -> None:
        problem = explicit.cells(Explicit(Counts(dense)), count(Counts(dense)))
        loss = explicit.loss_of("sgns")
        rng = np.random.default_rng(0)
        for scale in (0.1, 1.0):
            X = rng.normal(0, scale, (2, 6, 6)).astype(np.float32)
            assert float(loss(X, problem.positive, problem.negative)) > problem.optimum
