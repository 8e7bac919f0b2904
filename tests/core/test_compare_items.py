"""Two embeddings of the same rows against NumPy, scikit-learn and a bootstrap by hand."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy.stats import t
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier

from core import uploads
from core.compare.item_specs import Better, TwoMaps, Versions
from core.compare.items import (
    accuracy_duel,
    better,
    both_of,
    compare_items,
    draw_both,
    settled_versions,
)
from core.compare.kernels import overlap_without
from core.compare.reductions import as_float16, as_int8, principal
from core.errors import QueryError, SpecError
from core.items.collection_specs import Collection, of_files
from core.spaces.probes import knn_right
from core.spaces.specs import Space

N, D = 120, 12
RNG = np.random.default_rng(0)
CODES = np.arange(N) % 3
V = (RNG.normal(size=(N, D)) + 2.5 * np.eye(D)[CODES]).astype(np.float32)
W = np.concatenate([V[:, 3:], RNG.normal(size=(N, 4))], axis=1).astype(np.float32)
TABLE = pa.table(
    {
        "title": [f"the thing {i} is of kind {'abc'[c]} and no other" for i, c in enumerate(CODES)],
        "kind": ["abc"[c] for c in CODES],
        "one": ["same"] * N,
        "good": [None if i == 3 else v.tolist() for i, v in enumerate(V)],
        "poor": [None if i in (5, 7) else w.tolist() for i, w in enumerate(W)],
    }
)


@pytest.fixture(scope="module")
def things() -> Collection:
    file = io.BytesIO()
    pq.write_table(TABLE, file)
    return of_files("upload", [("things.parquet", uploads.keep("things.parquet", file.getvalue()))])


def lists(X: np.ndarray, k: int) -> list[set[int]]:
    X = X / np.linalg.norm(X, axis=1, keepdims=True)
    scores = X @ X.T
    np.fill_diagonal(scores, -np.inf)
    return [set(row) for row in np.argsort(-scores, axis=1)[:, :k].tolist()]


def test_other_columns_share_rows_and_neighbours(things: Collection) -> None:
    spec = settled_versions(Versions(Space(things), b_by="column"))
    assert (spec.space.embedding, spec.b_column) == ("good", "poor")
    result = compare_items(spec)
    rows = [i for i in range(N) if i not in (3, 5, 7)]
    assert result.rows.tolist() == rows and result.alone == (2, 1) and result.dims == (12, 13)
    a, b = lists(V[rows], 10), lists(W[rows], 10)
    wanted = [len(x & y) / 10 for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(result.overlap(10), wanted, atol=1e-6)
    assert result.mean_overlap(10).value == pytest.approx(np.mean(wanted))


def test_reductions_are_those_of_numpy_and_scikit_learn(things: Collection) -> None:
    ours, theirs = principal(V, 4), PCA(4).fit_transform(V)
    np.testing.assert_allclose(np.abs(ours), np.abs(theirs), atol=1e-4)
    wide = V[:6]  # fewer rows than dimensions
    np.testing.assert_allclose(
        np.abs(principal(wide, 4)), np.abs(PCA(4).fit_transform(wide)), atol=1e-4
    )
    scale = np.abs(V).max(axis=1, keepdims=True)
    assert np.abs(as_int8(V) * scale / 127 - V).max() <= scale.max() / 254 + 1e-6
    assert set(np.unique(as_int8(V) % 1)) == {0.0} and np.abs(as_int8(V)).max() == 127
    assert np.abs(as_float16(V * 1e30) * scale - V).max() <= scale.max() * 2**-11
    cut = both_of(settled_versions(Versions(Space(things), b_by="cut", b_dims=5)))
    wanted = V[cut.rows, :5] / np.linalg.norm(V[cut.rows, :5], axis=1, keepdims=True)
    np.testing.assert_allclose(cut.B, wanted, atol=1e-6)
    nearly = compare_items(settled_versions(Versions(Space(things), b_by="float16")))
    assert nearly.mean_overlap(10).value > 0.99 and nearly.alike.cka.value > 0.9999


def test_fewer_rows_than_dimensions_may_have_a_rank_below_m() -> None:
    poor = (RNG.normal(size=(40, 10)) @ RNG.normal(size=(10, 100))).astype(np.float32)
    reduced = principal(poor, 40)
    np.testing.assert_allclose(
        np.abs(reduced[:, :10]), np.abs(PCA(10).fit_transform(poor)), rtol=0, atol=1e-3
    )
    assert np.abs(reduced[:, 10:]).max() < 1e-4, "there is nothing beyond the rank"
    assert not principal(np.ones((5, 9), np.float32), 5).any(), "nor where all rows are equal"


def test_labels_are_named_as_by_scikit_learn(things: Collection) -> None:
    spec = settled_versions(Versions(Space(things), b_by="column"))
    kinds, one = better(Better(spec, 7, '["kind", "one"]'))
    assert np.isnan(one.a.value)
    both = both_of(spec)
    for X, accuracy in ((both.A, kinds.a), (both.B, kinds.b)):
        right = []
        for i in range(len(X)):  # leave one out
            rest = np.delete(np.arange(len(X)), i)
            model = KNeighborsClassifier(7, metric="cosine").fit(X[rest], CODES[both.rows][rest])
            right.append(model.predict(X[i : i + 1])[0] == CODES[both.rows][i])
        # ties are decided otherwise
        assert accuracy.value == pytest.approx(np.mean(right), abs=0.03)
        assert accuracy.low < accuracy.value < accuracy.high
    assert kinds.real and kinds.difference.value < 0 and kinds.shared == len(both.rows)


def test_all_right_of_few_rows_is_not_certain() -> None:
    """24 rows allow no more than Wilson's interval of 24."""
    codes = np.repeat([0, 1], 12).astype(np.int32)
    lists = [np.array([[(i + 1) % 12 + i // 12 * 12] for i in range(24)], np.int32)] * 2
    duel = accuracy_duel("x", lists, codes, 24)
    reach = t.ppf(0.975, 23) ** 2 / 24
    assert duel.a.value == duel.a.high == 1 and duel.a.low == pytest.approx(1 / (1 + reach))


def test_equal_embeddings_are_seldom_told_apart() -> None:
    """Neighbours with labels at random: A and B are right as often."""
    rng = np.random.default_rng(2)
    others = np.array([np.delete(np.arange(120), i) for i in range(120)], np.int32)
    real = 0
    for trial in range(100):
        codes = rng.integers(0, 2, 120).astype(np.int32)
        lists = [rng.permuted(others, axis=1)[:, :5].copy() for _ in "AB"]
        duel = accuracy_duel("x", lists, codes, 120, trial)
        real += duel.real
        right = [knn_right(rows, codes)[1].mean() for rows in lists]
        assert duel.difference.value == pytest.approx(right[1] - right[0])
    assert real <= 14  # binomial(100, .05): beyond once in a thousand


def test_maps_lie_over_each_other(things: Collection) -> None:
    spec = settled_versions(Versions(Space(things), b_by="int8"))
    drawn = draw_both(TwoMaps(spec))
    np.testing.assert_allclose(drawn.b, drawn.a, atol=0.02)
    assert drawn.kept[0] == pytest.approx(drawn.kept[1], abs=0.05)


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ({"b_by": "cut", "b_dims": 13}, SpecError, "more than the 12 dimensions"),
        ({"b_by": "column", "b_column": "good"}, SpecError, "no other column"),
    ],
)
def test_what_cannot_be_compared_is_said(
    things: Collection, more: dict[str, object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        compare_items(settled_versions(Versions(Space(things)).replace(**more)))


@pytest.mark.parametrize("columns", ["no JSON", '"a text"', "[1]", "{}", "[" * 3_000])
def test_columns_that_are_no_list_are_refused(columns: str) -> None:
    with pytest.raises(SpecError, match="`better_columns="):
        Better(better_columns=columns)
    spec, notices = Better.from_query({"better_k": "7", "better_columns": columns})
    assert spec.columns == () and len(notices) == 1


def test_few_shared_rows_are_refused() -> None:
    table = pa.table(
        {"a": [[1.0 * i, 1, 2] for i in range(12)], "b": [[1.0, i] for i in range(12)]}
    )
    file = io.BytesIO()
    pq.write_table(table, file)
    few = of_files("upload", [("few.parquet", uploads.keep("few.parquet", file.getvalue()))])
    with pytest.raises(QueryError, match="12 rows have a vector in both"):
        compare_items(settled_versions(Versions(Space(few), b_by="column")))


@pytest.mark.parametrize(("n", "longest"), [(9, 4), (40, 20), (60, 50)])
@pytest.mark.parametrize("k", [1, 4])
@pytest.mark.parametrize("groups", [3, 7])
def test_overlap_without_a_group_is_that_of_the_lists_without_it(
    n: int, longest: int, k: int, groups: int
) -> None:
    rng = np.random.default_rng(n + k)
    a, b = (np.array([rng.permutation(n)[:longest] for _ in range(n)]) for _ in "ab")
    b[::2] = a[::2, ::-1]  # some alike
    wanted = np.zeros(groups)
    for g in range(groups):
        shares = []
        for i in (i for i in range(n) if i % groups != g):
            kept = [[row for row in near[i] if row % groups != g][:k] for near in (a, b)]
            size = min(map(len, kept))
            if size:
                shares.append(len(set(kept[0][:size]) & set(kept[1][:size])) / size)
        wanted[g] = np.mean(shares)
    found = np.empty(groups)
    overlap_without(a, b, k, groups, found)
    np.testing.assert_allclose(found, wanted)
