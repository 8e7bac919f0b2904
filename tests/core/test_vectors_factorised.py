"""Vectors cut from the factors of a PPMI matrix, and their neighbours."""

import numpy as np
import pytest
from scipy.sparse import csr_array, random_array

import core.vectors.models.factorised as factorised
from core.errors import QueryError, SpecError
from core.vectors.models.factorised import Vectors, cut, factorise, reconstruct, vectors
from core.vectors.search.neighbours import context_correlation, first_order, neighbours
from core.vectors.specs import PpmiSvd, Query

V = 90
WORDS = [f"w{i}" for i in range(V)]


@pytest.fixture
def matrix(monkeypatch, empty_cache):
    rng = np.random.default_rng(0)
    sparse = random_array((V, V), density=0.3, rng=rng, data_sampler=rng.random)
    sparse = csr_array(sparse.tocsr(), dtype=np.float32)
    monkeypatch.setattr(factorised, "associate", lambda spec, on_step: sparse)
    factorised._assembled.cache_clear()
    yield sparse
    factorised._assembled.cache_clear()


@pytest.fixture
def some() -> Vectors:
    rng = np.random.default_rng(1)
    word = rng.standard_normal((V, 12), dtype=np.float32) + np.float32(0.5)
    word[7] = 0
    norms = np.linalg.norm(word, axis=1)
    return Vectors(word, word, norms, np.ones(12), np.ones(12), 1.0)


def test_a_spec_becomes_vectors(matrix):
    spec = PpmiSvd(dim=20)
    rows = vectors(spec)
    U, s, Vt = np.linalg.svd(matrix.toarray().astype(float))
    assert rows.word.shape == rows.context.shape == (V, 20)
    np.testing.assert_allclose(rows.s, s[:20], rtol=1e-6)
    np.testing.assert_allclose(
        rows.word @ rows.context.T, (U[:, :20] * s[:20]) @ Vt[:20], atol=1e-4
    )
    np.testing.assert_allclose(rows.norms, np.linalg.norm(rows.word, axis=1), rtol=1e-5)
    np.testing.assert_allclose(rows.explained, np.cumsum(s[:20] ** 2) / np.sum(s**2), rtol=1e-5)
    assert not rows.word.flags.writeable
    assert vectors(spec) is rows
    both = vectors(PpmiSvd(dim=20, add_context=True))
    np.testing.assert_allclose(both.word, rows.word + rows.context, atol=1e-6)


def test_every_dim_is_a_prefix(matrix):
    large, small = vectors(PpmiSvd(dim=50)), vectors(PpmiSvd(dim=7))
    np.testing.assert_array_equal(large.word[:, :7], small.word)


def test_rank_gives_way_to_the_vocabulary_and_dim_does_not(matrix):
    assert len(factorise(PpmiSvd(dim=60).factors).s) == V - 1  # 100 was asked for
    assert vectors(PpmiSvd(dim=V - 1)).word.shape == (V, V - 1)
    with pytest.raises(SpecError, match="choose ≤ 89") as raised:
        vectors(PpmiSvd(dim=V))
    assert raised.value.field == "dim"


def test_a_direction_without_energy_has_no_weight():
    rows = cut(
        factorised.Svd(np.eye(5, 2, dtype=np.float32), np.array([2.0, 0.0]),
                       np.eye(2, 5, dtype=np.float32), 4.0, 0.0, ""), 2, exponent=0.0,
    )  # fmt: skip
    assert rows.word[:, 1].tolist() == [0] * 5 and rows.word[0, 0] == 1


def test_reconstruction_of_a_block(matrix):
    svd = factorise(PpmiSvd(dim=60).factors)
    rows, columns = np.array([3, 1, 88]), np.array([0, 5])
    np.testing.assert_allclose(
        reconstruct(svd, 89, rows, columns), matrix.toarray()[np.ix_(rows, columns)], atol=0.1
    )
    full = (svd.U[:, :9] * svd.s[:9]) @ svd.Vt[:9]
    np.testing.assert_allclose(
        reconstruct(svd, 9, rows, columns), full[np.ix_(rows, columns)], atol=1e-5
    )


@pytest.mark.parametrize("basis", [100, 9])
def test_context_correlation_is_pearsons_of_the_profiles(some, basis):
    N = min(basis, V)
    space, inverse = context_correlation(some, N)
    correlation = (space @ space.T) * inverse[:, None] * inverse
    profiles = some.word.astype(float) @ some.word[:N].astype(float).T  # (V, N)
    keep = np.arange(V) != 7
    expected = np.corrcoef(profiles[keep])
    np.testing.assert_allclose(correlation[np.ix_(keep, keep)], expected, atol=1e-4)


def test_second_order_measures(some):
    W = some.word.astype(float)
    target = {3: 1.0, 5: -0.5}
    q = W[3] - 0.5 * W[5]
    with np.errstate(invalid="ignore"):
        cosine = W @ q / np.linalg.norm(W, axis=1) / np.linalg.norm(q)
    profile = W @ (W[:V] - W[:V].mean(0)).T
    expected = {
        "cosine": cosine,
        "inner product": W @ q,
        "euclidean": -np.linalg.norm(W - q, axis=1),
        "context correlation": [
            np.corrcoef(profile[i], profile[3] - 0.5 * profile[5])[0, 1] if i != 7 else np.nan
            for i in range(V)
        ],
    }
    for similarity, scores in expected.items():
        scores = np.nan_to_num(np.array(scores), nan=-np.inf)
        scores[[3, 5]] = -np.inf
        if similarity in ("cosine", "context correlation"):
            scores[7] = -np.inf
        nearest = neighbours(WORDS, some, target, Query(similarity=similarity, k=10))
        np.testing.assert_array_equal(nearest.ids, np.argsort(-scores)[:10])
        sign = -1 if nearest.distance else 1
        np.testing.assert_allclose(nearest.scores * sign, scores[nearest.ids], atol=1e-4)
        assert nearest.distance == (similarity == "euclidean")


def test_inputs_may_stay_in_the_answer(some):
    assert neighbours(WORDS, some, {3: 2.0}, Query(exclude_inputs=False)).ids[0] == 3
    assert neighbours(WORDS, some, {3: 2.0}, Query()).ids[0] != 3


def test_a_sum_that_is_zero_has_no_direction(some):
    for target in ({7: 1.0}, {3: 0.0}):
        for similarity in ("cosine", "context correlation"):
            with pytest.raises(QueryError, match="add up to zero"):
                neighbours(WORDS, some, target, Query(similarity=similarity))
    assert len(neighbours(WORDS, some, {7: 1.0}, Query(similarity="euclidean")).ids) == 15


def test_first_order_by_hand():
    row = np.array([4.0, 0.0, 2.0, 2.0])  # n(x, ·) = 8
    marginal = np.array([40.0, 10.0, 4.0, 20.0])
    pmi = first_order(row, marginal, 80.0, Query(similarity="pmi"))
    assert pmi.ids.tolist() == [2, 0, 3]  # word 1 was never met; 0 and 3 tie
    np.testing.assert_allclose(pmi.scores, np.log([5.0, 1.0, 1.0]), atol=1e-12)
    plain = first_order(row, marginal, 80.0, Query(similarity="conditional", alpha=0.0))
    assert plain.ids.tolist() == [0, 2, 3]
    np.testing.assert_allclose(np.exp(plain.scores), [0.5, 0.25, 0.25])
    one = first_order(row, marginal, 80.0, Query(similarity="conditional", alpha=1.0))
    np.testing.assert_allclose(one.scores, pmi.scores - np.log(80.0))
    less = first_order(row, marginal, 80.0, Query(similarity="pmi"), exclude=[2], least=2.0)
    assert less.ids.tolist() == [0]
    several = first_order(
        np.stack([row, row]), marginal, 80.0, Query(similarity="pmi"), weights=(1.0, 0.5)
    )
    np.testing.assert_allclose(several.scores, 1.5 * pmi.scores, atol=1e-12)
    assert first_order(np.zeros(4), marginal, 80.0, Query(similarity="pmi")).ids.size == 0


def test_measures_are_not_mixed_up(some):
    with pytest.raises(ValueError, match="needs counts"):
        neighbours(WORDS, some, {3: 1.0}, Query(similarity="pmi"))
    with pytest.raises(ValueError, match="needs vectors"):
        first_order(np.ones(3), np.ones(3), 3.0, Query())
