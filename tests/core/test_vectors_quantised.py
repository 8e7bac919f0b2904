"""Rows rounded to bytes never change an answer: every bit is that of the plain scan."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import core.vectors.search.exact as scan
import core.vectors.search.neighbours as neighbours
import core.vectors.search.quantised as quantised
from core.lowrank.truncated import Svd
from core.vectors.models.factorised import cut
from core.vectors.search.exact import top_k
from core.vectors.search.quantised import encode, levels
from core.vectors.specs import SECOND_ORDER, Query

KINDS = ("random", "clustered", "equal", "spiky", "scales", "grid", "broken")


@pytest.fixture(autouse=True)
def no_matrix_is_small(monkeypatch):
    monkeypatch.setattr(quantised, "FEW", 0)


def rows(kind: str, n: int, d: int, rng: np.random.Generator) -> np.ndarray:
    V = rng.standard_normal((n, d), dtype=np.float32)
    if kind == "clustered":
        centres = rng.standard_normal((7, d), dtype=np.float32)
        V = centres[rng.integers(7, size=n)] + np.float32(1e-3) * V
    elif kind == "equal":
        V = V[rng.integers(max(1, n // 9), size=n)]
    elif kind == "spiky":
        V[:, 0] *= 1000
    elif kind == "scales":  # from below the least normal number to beyond overflow
        V *= 10.0 ** rng.integers(-44, 39, (n, 1))
    elif kind == "grid":
        V = rng.integers(-2, 3, (n, d)).astype(np.float32)
    elif kind == "broken":
        V[rng.random(n) < 0.05] = 0
        V[rng.random((n, d)) < 0.5 / d] = np.nan
        V[rng.random((n, d)) < 0.5 / d] = np.inf
        V[rng.random((n, d)) < 0.5 / d] = -np.inf
        V[rng.random((n, d)) < 0.5 / d] = 3e38
    return np.ascontiguousarray(V, np.float32)


def same(one, other) -> None:
    assert one[0].tobytes() == other[0].tobytes() and one[1].tobytes() == other[1].tobytes()


@settings(max_examples=200, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    n=st.integers(1, 4000),
    d=st.sampled_from([16, 17, 50, 64, 100, 130, 600]),
    k=st.sampled_from([0, 1, 2, 10, 40, 5000]),
    seed=st.integers(0, 999),
    exclude=st.sets(st.integers(0, 3999), max_size=4),
    weights=st.sampled_from(["none", "cosine", "euclidean", "both", "wild"]),
    query=st.sampled_from(["row", "random", "zero", "tiny", "huge", "nan", "one axis"]),
    share=st.sampled_from([1, quantised.SHARE]),
)
@np.errstate(all="ignore")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_no_bit_of_the_answer_changes(kind, n, d, k, seed, exclude, weights, query, share):
    rng = np.random.default_rng(seed)
    V = rows(kind, n, d, rng)
    norms = np.linalg.norm(V, axis=1)
    q = V[rng.integers(n)] if query == "row" else rng.standard_normal(d, dtype=np.float32)
    q = q * np.float32({"zero": 0, "tiny": 1e-30, "huge": 1e30, "nan": np.nan}.get(query, 1))
    if query == "one axis":
        q[1:] = 0
    scale = bias = None
    if weights in ("cosine", "both"):
        scale = np.where(norms > 0, 1 / norms, np.nan).astype(np.float32)
    if weights in ("euclidean", "both"):
        bias = -np.square(norms)
    if weights == "wild":
        scale = (rng.standard_normal(n) * 10.0 ** rng.integers(-44, 38, n)).astype(np.float32)
        bias = (rng.standard_normal(n) * 10.0 ** rng.integers(-44, 38, n)).astype(np.float32)
        bias[rng.random(n) < 0.3] = -np.inf
    arguments = {"scale": scale, "bias": bias, "exclude": tuple(i for i in exclude if i < n)}
    plain = top_k(V, q, k, **arguments)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quantised, "SHARE", share)
        same(plain, top_k(V, q, k, codes=encode(V), **arguments))


@settings(max_examples=30, deadline=None)
@given(
    kind=st.sampled_from(["random", "spiky", "grid"]),
    d=st.sampled_from([16, 100, 700]),
    seed=st.integers(0, 99),
    size=st.sampled_from([1e-6, 1.0, 1e6]),
)
def test_every_score_is_within_its_interval(kind, d, seed, size):
    """Against exact rational arithmetic, and against float32's own score."""
    rng = np.random.default_rng(seed)
    V, q = rows(kind, 20, d, rng), np.float32(size) * rng.standard_normal(d, dtype=np.float32)
    encoded = encode(V)
    most = levels(d)
    unit = np.float32(np.abs(q).max() / most)
    whole = np.clip(np.rint(q / unit), -most, most).astype(np.int64)
    scores = np.empty(20, np.float32)
    none = np.empty(0, np.float32)
    scan._score(V, q, none, none, scores)
    for i in range(20):
        exact = sum(Fraction(float(a)) * Fraction(float(b)) for a, b in zip(V[i], q, strict=True))
        dot = int(encoded.codes[i, :d].astype(np.int64) @ whole)
        assert abs(dot) < 2**31
        guess = float(dot) * float(unit) * float(encoded.ends[i, -2])
        width = float(encoded.ends[i, -1]) * float(np.linalg.norm(q.astype(float)))
        assert abs(float(exact) - guess) <= width
        assert abs(float(scores[i]) - guess) <= width


def test_few_rows_are_scored():
    rng = np.random.default_rng(0)
    V = rng.standard_normal((20_000, 100), dtype=np.float32)
    encoded, none = encode(V), np.empty(0, np.float32)
    for q in V[:50]:
        assert 10 <= len(encoded.sift(q, 10, none, none)) < 60


def test_where_too_many_rows_are_alike_all_are_scored():
    V = np.ones((20_000, 64), np.float32)
    none = np.empty(0, np.float32)
    assert encode(V).sift(V[0], 10, none, none) is None
    assert top_k(V, V[0], 3, codes=encode(V))[0].tolist() == [0, 1, 2]


@pytest.mark.parametrize("rising", [True, False])
def test_scores_that_rise_with_the_id_do_not_fill_the_list(rising):
    rng = np.random.default_rng(0)
    V = np.abs(rng.standard_normal((20_000, 64), dtype=np.float32))
    V *= np.linspace(1, 9, len(V), dtype=np.float32)[:: 1 if rising else -1, None]
    encoded, q, none = encode(V), np.ones(64, np.float32), np.empty(0, np.float32)
    assert encoded.sift(q, 10, none, none) is not None
    same(top_k(V, q, 10), top_k(V, q, 10, codes=encoded))


def test_a_second_thread_uses_the_codes_of_its_rows(monkeypatch):
    rng = np.random.default_rng(3)
    V, q = rng.standard_normal((5001, 37), dtype=np.float32), rng.standard_normal(37)
    V[2500:] = V[:2501]  # ties across the seam
    alone = top_k(V, q, 20)
    monkeypatch.setattr(scan, "SPLIT", 0)
    monkeypatch.setattr(scan, "THREADS", 2)
    same(alone, top_k(V, q, 20, codes=encode(V)))


def test_small_matrices_are_not_worth_it(monkeypatch):
    monkeypatch.undo()
    assert encode(np.ones((1000, 100), np.float32)) is None


@pytest.mark.parametrize("similarity", SECOND_ORDER)
def test_word_neighbours_are_those_of_the_plain_scan(similarity, monkeypatch):
    rng = np.random.default_rng(1)
    U, Vt = (rng.standard_normal(shape, dtype=np.float32) for shape in ((3000, 32), (32, 3000)))
    vectors = cut(Svd(U, np.arange(32.0, 0, -1), Vt, 1e6, 0.0, "made up"), 32)
    words = [str(i) for i in range(3000)]
    query = Query("x", similarity=similarity, basis=500)
    target = {7: 1.0, 9: -0.5}
    quick = neighbours.neighbours(words, vectors, target, query)
    assert neighbours._codes(vectors, None) is not None
    monkeypatch.setattr(neighbours, "_codes", lambda vectors, basis=None: None)
    plain = neighbours.neighbours(words, vectors, target, query)
    np.testing.assert_array_equal(quick.ids, plain.ids)
    np.testing.assert_array_equal(quick.scores, plain.scores)
