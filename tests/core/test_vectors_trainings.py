"""Trained models: gradients, known optima, slow references, reproducibility, cancelling."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tiny_corpora import a_text, corpus, news

from core import budget
from core.counts.cooccurrence import count
from core.counts.counting import Cooccurrence
from core.counts.specs import Counts
from core.errors import Cancelled, QueryError, SpecError
from core.kinds import Kind
from core.progress import run_on
from core.specs import Spec
from core.text.specs import Corpus
from core.text.vocabulary import vocabulary
from core.vectors import Glove, PpmiSvd, SimplerGlove, fit, space
from core.vectors.kinds import KINDS, kind_of
from core.vectors.models import explicit, fitting, glove, simpler_glove, weighted
from core.vectors.models import glove_kernels as kernels
from core.vectors.models.target import pairs_met

EPS = np.float32(1e-3)


@pytest.fixture(scope="module")
def small() -> Corpus:
    return corpus(a_text())


def test_a_training_says_what_memory_it_takes(small: Corpus) -> None:
    far = Corpus().replace(min_count=7, max_words=12345)
    assert fitting.memory(Glove(Counts(far))) == 0.0, "its words are not known"
    words = len(vocabulary(small).words)
    by_hand = 4.0 * fitting.COPIES * words * 50
    assert fitting.memory(Glove(Counts(small), dim=50)) == by_hand > 0
    assert fitting.memory(PpmiSvd(dim=50).replace(**dict(small.leaves()))) == by_hand
    assert budget.need(fit, Glove(Counts(small), dim=50)) == by_hand


def random_model(V: int, d: int, seed: int = 0) -> list[Any]:
    rng = np.random.default_rng(seed)
    arrays = [rng.normal(0, 0.5, shape).astype(np.float32) for shape in ((V, d), (V, d), V, V)]
    return arrays


def loss_of_one(W: Any, C: Any, b: Any, bc: Any, i: int, j: int, t: float, f: float) -> float:
    psi = W[i].astype(np.float64) @ C[j].astype(np.float64) + float(b[i]) + float(bc[j])
    return 0.5 * f * (psi - t) ** 2


def numerical(arrays: list[Any], which: int, at: tuple[int, ...], record: Any) -> float:
    """∂loss/∂arrays[which][at] by central differences in float64."""
    values = []
    for sign in (1, -1):
        moved = [a.astype(np.float64) for a in arrays]
        moved[which][at] += sign * 1e-5
        values.append(loss_of_one(*moved, *record))
    return (values[0] - values[1]) / 2e-5


@pytest.mark.parametrize("step", ["row", "coordinate", "plain"])
def test_one_step_goes_down_the_gradient(step: str) -> None:
    """With all accumulators still near 1, a step of rate ε is −ε times the gradient."""
    V, d, record = 5, 4, (1, 3, 0.7, 0.6)
    before = random_model(V, d)
    if step == "plain":
        before[2][:] = before[3][:] = 0
    after = [a.copy() for a in before]
    i, j, t, f = record
    parts = (
        np.array([i], np.int32), np.array([j], np.int32),
        np.array([t], np.float32), np.array([f], np.float32),
    )  # fmt: skip
    huge = np.float32(1e6)  # accumulators so large that the step does not change them
    shape = (V, d) if step == "coordinate" else (V,)
    G = [np.full(n, huge, np.float32) for n in (shape, shape, V, V)]
    if step == "plain":
        kernels.plain_by_row(*parts, after[0], after[1], G[0], G[1], EPS)
    else:
        run = kernels.two_by_row if step == "row" else kernels.two_by_coordinate
        run(*parts, *after, *G, EPS)
    for which, rows in ((0, (i,)), (1, (j,)), (2, (i,)), (3, (j,))):
        if step == "plain" and which >= 2:
            continue
        for row in rows:
            places = [(row, k) for k in range(d)] if which < 2 else [(row,)]
            for at in places:
                moved = float(after[which][at]) - float(before[which][at])
                expected = -float(EPS) * numerical(before, which, at, record) / 1e3
                assert moved == pytest.approx(expected, rel=0.05, abs=2e-7), (which, at)
        untouched = [r for r in range(V) if r not in rows]
        np.testing.assert_array_equal(after[which][untouched], before[which][untouched])


def test_adagrad_sums_squared_gradients_not_squared_steps() -> None:
    """Stanford's code sums (η g)²; the published rule sums g²."""
    V, d = 3, 2
    W, C, b, bc = random_model(V, d)
    w, c, start = W[0].copy(), C[1].copy(), [a.copy() for a in (W, C, b, bc)]
    G = [np.ones((V, d), np.float32), np.ones((V, d), np.float32), np.ones(V, np.float32),
         np.ones(V, np.float32)]  # fmt: skip
    eta, t, f = np.float32(0.05), np.float32(2.0), np.float32(1.0)
    one = np.array([0], np.int32), np.array([1], np.int32), np.array([t]), np.array([f])
    kernels.two_by_coordinate(*one, W, C, b, bc, *G, eta)
    g = f * (w @ c + start[2][0] + start[3][1] - t)
    np.testing.assert_allclose(G[0][0], 1 + (g * c) ** 2, rtol=1e-5)
    np.testing.assert_allclose(G[1][1], 1 + (g * w) ** 2, rtol=1e-5)
    np.testing.assert_allclose(W[0], w - eta * g * c / np.sqrt(1 + (g * c) ** 2), rtol=1e-5)
    np.testing.assert_allclose(b[0], start[2][0] - eta * g / np.sqrt(1 + g * g), rtol=1e-5)


def test_steps_are_summed_where_that_is_asked_for() -> None:
    """Over three records of one pair, the sums of (η g)² that Stanford's code keeps."""
    first, rate = glove.adagrad(Glove(eta=0.05, squared="step"))
    V, d, eta = 3, 2, 0.05
    W, C, b, bc = random_model(V, d)
    w, c, bw, bcc = (x.astype(float) for x in (W[0], C[1], b[0], bc[1]))
    G = [np.full(n, first, np.float32) for n in ((V, d), (V, d), V, V)]
    sums = [np.ones(d), np.ones(d), 1.0, 1.0]
    one = np.array([0], np.int32), np.array([1], np.int32)
    for t in (2.0, 9.0, -4.0):
        record = *one, np.array([t], np.float32), np.ones(1, np.float32)
        kernels.two_by_coordinate(*record, W, C, b, bc, *G, np.float32(rate))
        g = eta * (w @ c + bw + bcc - t)
        steps = [g * c, g * w, g, g]
        sums = [total + step**2 for total, step in zip(sums, steps, strict=True)]
        w, c, bw, bcc = (
            x - step / np.sqrt(total)
            for x, step, total in zip((w, c, bw, bcc), steps, sums, strict=True)
        )
    np.testing.assert_allclose(W[0], w, rtol=1e-4)
    np.testing.assert_allclose(C[1], c, rtol=1e-4)
    assert b[0] == pytest.approx(bw, rel=1e-4) and bc[1] == pytest.approx(bcc, rel=1e-4)


def test_row_accumulator_is_the_mean_over_the_vector() -> None:
    V, d = 3, 4
    W, C, b, bc = random_model(V, d)
    w, c = W[0].copy(), C[1].copy()
    g = w @ c + b[0] + bc[1] - 1.0
    G = [np.ones(V, np.float32) for _ in range(4)]
    one = (np.array([0], np.int32), np.array([1], np.int32), np.ones(1, np.float32),
           np.ones(1, np.float32))  # fmt: skip
    kernels.two_by_row(*one, W, C, b, bc, *G, np.float32(0.05))
    assert G[0][0] == pytest.approx(1 + np.mean((g * c) ** 2), rel=1e-5)
    assert G[1][1] == pytest.approx(1 + np.mean((g * w) ** 2), rel=1e-5)


class TestObjectives:
    def test_glove_is_that_of_a_slow_reference(self, small: Corpus) -> None:
        counts = Counts(small, window=3)
        spec = Glove(counts, x_max=20.0, power=0.6)
        cooccurrence, n = count(counts), count(counts).size
        W, C, b, bc = random_model(n, 5)
        X = cooccurrence.block(np.arange(n), np.arange(n))
        total, cells = 0.0, 0
        for i in range(n):
            for j in range(n):
                if X[i, j] > 0:
                    off = W[i].astype(float) @ C[j] + b[i] + bc[j] - np.log(X[i, j])
                    total += 0.5 * min(1.0, (X[i, j] / 20.0) ** 0.6) * off**2
                    cells += 1
        records = glove.records_of(spec, cooccurrence)
        assert len(records) == cells
        assert weighted.mean_loss(records, W, C, b, bc) * cells == pytest.approx(total, rel=1e-5)

    @pytest.mark.parametrize("truncate", [True, False])
    @pytest.mark.parametrize("two", [True, False])
    def test_simpler_glove_is_that_of_a_slow_reference(
        self, small: Corpus, two: bool, truncate: bool
    ) -> None:
        counts = Counts(small, window=3, weighting="flat")
        spec = SimplerGlove(counts, x_max=20.0, two_vectors=two, truncate=truncate)
        cooccurrence, n = count(counts), count(counts).size
        W, C, _, _ = random_model(n, 5)
        C = C if two else W
        X = cooccurrence.block(np.arange(n), np.arange(n))
        row, column, T = X.sum(axis=1), X.sum(axis=0), X.sum()
        total = 0.0
        for i in range(n):
            for j in range(n):
                if i != j and X[i, j] > 0:
                    f = (X[i, j] / 20.0) ** 0.75
                    f = min(1.0, f) if truncate else f
                    pmi = np.log(X[i, j] * T / (row[i] * column[j]))
                    total += 0.5 * f * (W[i].astype(float) @ C[j] - pmi) ** 2
        records = simpler_glove.records_of(spec, cooccurrence)
        loss = weighted.mean_loss(records, W, C) * len(records) * (1 if two else 2)
        assert loss == pytest.approx(total, rel=1e-5)

    def test_tiling_changes_the_order_only(self) -> None:
        rng = np.random.default_rng(0)
        n = 3 * weighted.CHUNK // 2
        records = weighted.Records(
            rng.integers(0, 9000, n).astype(np.int32), rng.integers(0, 9000, n).astype(np.int32),
            rng.random(n, np.float32), rng.random(n, np.float32),
        )  # fmt: skip
        tiled = weighted.tiled(records)
        for part in (slice(0, weighted.CHUNK), slice(weighted.CHUNK, None)):
            a, b = (sorted(zip(*(x[part] for x in r.parts), strict=True)) for r in (records, tiled))
            assert a == b
        jumps = np.abs(np.diff(tiled.rows[: weighted.CHUNK] >> weighted.TILE)) > 0
        assert jumps.sum() < 20

    def test_one_sided_counts_have_no_symmetric_pmi(self) -> None:
        with pytest.raises(SpecError, match="not symmetric"):
            SimplerGlove(Counts(side="left"))


def planted(V: int = 60, d: int = 3) -> tuple[Any, Any]:
    """Counts whose log is low rank and biases, and whose PMI therefore nearly is."""
    rng = np.random.default_rng(3)
    U = rng.normal(0, 0.6, (V, d))
    log = U @ U.T
    p = rng.dirichlet(np.full(V, 5.0))
    return U, np.exp(log) * np.outer(p, p) * 1e7


class TestPlanted:
    """Models find the low rank that the counts were made of."""

    @pytest.fixture(scope="class")
    def records(self) -> tuple[Any, weighted.Records]:
        _, X = planted()
        rows, columns = (a.ravel() for a in np.indices(X.shape))
        off = rows != columns
        t = np.log(X.ravel())[off].astype(np.float32)
        one = np.ones(len(t), np.float32)
        known = weighted.Records(rows[off].astype(np.int32), columns[off].astype(np.int32), t, one)
        return X, known

    def train(self, records: weighted.Records, biases: bool, single: bool, V: int, d: int) -> Any:
        rng = np.random.default_rng(0)
        W = (rng.random((V, d), np.float32) - 0.5) * np.float32(0.5)
        C = W if single else (rng.random((V, d), np.float32) - 0.5) * np.float32(0.5)
        b, bc = np.zeros(V, np.float32), np.zeros(V, np.float32)
        G = [np.ones(V, np.float32) for _ in range(4)]
        for _ in range(600):
            part = records.select(rng.permutation(len(records)))
            if biases:
                kernels.two_by_row(*part.parts, W, C, b, bc, *G, np.float32(0.3))
            else:
                GC = G[0] if single else G[1]
                kernels.plain_by_row(*part.parts, W, C, G[0], GC, np.float32(0.1))
        return W.astype(float) @ C.astype(float).T + b[:, None] + bc

    def test_glove(self, records: Any) -> None:
        X, known = records
        fitted = self.train(known, True, False, len(X), 4)
        off = ~np.eye(len(X), dtype=bool)
        assert np.abs(fitted - np.log(X))[off].max() < 0.06

    def test_simpler_glove_also_infers_the_diagonal_it_never_saw(self, records: Any) -> None:
        U, X = planted()
        log = U @ U.T
        _, known = records
        target = log[known.rows, known.columns].astype(np.float32)
        known = weighted.Records(known.rows, known.columns, target, known.weight)
        once = known.select(known.rows < known.columns)
        fitted = self.train(once, False, True, len(X), 3)
        assert np.abs(fitted - log).max() < 0.05

    def test_explicit_sgns(self) -> None:
        _, X = planted(40, 3)
        P = X / X.sum()
        N = 5 * np.outer(P.sum(axis=1), P.sum(axis=0))
        problem = explicit.Cells("sgns", P, N)
        factors, record = explicit.minimised(problem, 8, 400, 0, run_on)
        psi = factors[0] @ factors[1].T
        assert np.abs(psi - problem.best).mean() < 0.1
        assert record.curve[-1, 1] == pytest.approx(problem.optimum, rel=1e-3)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.steps], ids=lambda kind: kind.key)
def test_stops_when_asked_and_reports_its_loss(kind: Kind, empty_cache: Any) -> None:
    spec = kind.spec().replace(source="lee-news", min_count=10, dim=10, **{kind.steps: 200})
    histories: list[Any] = []

    def on_step(fraction: float, metrics: Any) -> bool:
        if "history" in metrics:
            histories.append(metrics["history"])
        return len(histories) > 0 and len(histories[-1]) > 2

    with pytest.raises(Cancelled):
        fit(spec, on_step)
    assert len(histories[-1]) == 3 and histories[-1][2][1] < histories[-1][0][1]
    assert not fit.stored(spec)


@pytest.mark.parametrize("spec", [
    Glove(Counts(news()), dim=12, epochs=8),
    SimplerGlove(Counts(news()), dim=12, epochs=8, x_max=5.0),
    SimplerGlove(Counts(news()), dim=12, epochs=8, x_max=5.0, two_vectors=True), PpmiSvd().replace(
        source="lee-news", min_count=10, dim=12),
], ids=["glove", "simpler", "simpler, two", "svd"])  # fmt: skip
def test_results_are_whole_and_repeatable(spec: Spec) -> None:
    model = fit(spec)
    V = len(vocabulary(news()).words)
    assert model.word.shape == (V, 12) and np.isfinite(model.word).all()
    two = not (isinstance(spec, SimplerGlove) and not spec.two_vectors)
    assert model.context.shape == ((V, 12) if two else (0, 0))
    assert bool(model.word_bias.size) == isinstance(spec, Glove)
    anew = kind_of(spec).load_fit().__wrapped__(spec, run_on)
    np.testing.assert_array_equal(anew.word, model.word)
    if len(model.history):
        assert model.history[-1, 1] < 0.8 * model.history[0, 1]
        assert model.history[-1, 2] < model.history[0, 2]


def test_parts_of_a_model() -> None:
    model = fit(PpmiSvd().replace(source="lee-news", dim=5))
    np.testing.assert_array_equal(space(model, "sum").word, model.word + model.context)
    both = space(model, "concatenated")
    assert both.word.shape[1] == 10
    np.testing.assert_allclose(both.norms, np.linalg.norm(both.word, axis=1), rtol=1e-6)
    single = fit(SimplerGlove(Counts(news()), dim=12, epochs=8))
    with pytest.raises(QueryError, match="no context vectors"):
        space(single, "sum")


def test_a_loss_that_runs_away_is_explained(small: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    def overflow(rows: Any, columns: Any, t: Any, f: Any, W: Any, *more: Any) -> None:
        W[:] = np.inf

    monkeypatch.setattr(kernels, "plain_by_row", overflow)
    with pytest.raises(SpecError, match="lower `step`"):
        simpler_glove.train.__wrapped__(SimplerGlove(Counts(small), dim=4), run_on)


def test_counts_of_subsampled_words_are_weighted(small: Corpus) -> None:
    cooccurrence = count(Counts(small, subsample=1e-2))
    rows, columns, X = pairs_met(cooccurrence)
    block = cooccurrence.block(np.arange(cooccurrence.size), np.arange(cooccurrence.size))
    np.testing.assert_allclose(X, block[rows, columns])
    assert isinstance(cooccurrence, Cooccurrence) and (cooccurrence.keep < 1).any()
