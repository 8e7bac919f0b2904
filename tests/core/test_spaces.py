"""Doubt and probes against brute force and scikit-learn; texts against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import brentq
from sklearn.datasets import make_blobs
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import RidgeClassifier
from sklearn.metrics import r2_score
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.preprocessing import StandardScaler

from core import budget
from core.errors import QueryError, SpecError
from core.items.collection import table_of
from core.items.collection_specs import Collection
from core.items.values import categories
from core.items.values import texts as texts_of
from core.layouts import reference
from core.lengths import directions, lengths
from core.maps import drawing
from core.spaces import doubt, places, probes, texts
from core.spaces.doubts import Predicted
from core.spaces.places import judge, place, settled_place
from core.spaces.queries import LONGEST, Asked, ask, edge_weights, kept, vector_of
from core.spaces.rows import (
    embedded_texts,
    encoded_for,
    neighbours_of,
    rows_of,
    settled,
    true_neighbours,
)
from core.spaces.specs import Kept, Place, Space
from core.vectors.search.graph import Nearest, neighbours_among

F32 = NDArray[np.float32]
K = 7
DIGITS = Space(Collection("digits"))


def unit(V: NDArray[np.floating]) -> F32:
    V = np.asarray(V, np.float32)
    return directions(V, lengths(V))


@pytest.fixture(scope="module")
def blobs() -> tuple[F32, Nearest, NDArray[np.int32]]:
    V, labels = make_blobs(300, 6, centers=3, cluster_std=3.0, random_state=0)
    X = unit(V)
    return X, neighbours_among(X, K), labels.astype(np.int32)


def nearest(X: F32, i: int, k: int = K) -> list[int]:
    order = [j for j in np.argsort(-(X @ X[i]), kind="stable") if j != i]
    return [int(j) for j in order[:k]]


def test_agreement_by_brute_force(blobs: tuple[F32, Nearest, NDArray[np.int32]]) -> None:
    X, near, labels = blobs
    codes = labels.copy()
    codes[::9] = -1
    result = doubt.agreement(near, codes)
    for i in range(0, 300, 13):
        theirs = [codes[j] for j in nearest(X, i) if codes[j] >= 0]
        wanted = np.mean([c == codes[i] for c in theirs]) if codes[i] >= 0 else np.nan
        assert result.own[i] == pytest.approx(wanted, nan_ok=True)
    for label in range(3):
        assert result.label[label] == pytest.approx(np.nanmean(result.own[codes == label]))
    assert result.mean > result.mean_high


def test_null_of_the_agreement_is_what_permutations_give() -> None:
    """The closed form is inside the simulated interval, which covers about as often as it says."""
    rng = np.random.default_rng(0)
    covered, trials = 0, 120
    X = unit(rng.normal(size=(80, 4)))
    near = neighbours_among(X, K)
    for trial in range(trials):
        codes = rng.integers(0, 3, 80).astype(np.int32)
        result = doubt.agreement(near, codes, seed=trial, permutations=100)
        covered += result.mean_low <= result.mean <= result.mean_high
        sizes = np.bincount(codes, minlength=3)
        np.testing.assert_allclose(result.null, (sizes - 1) / 79)
    # binomial(120, .95): outside of 105 … 120 once in a thousand
    assert 105 <= covered <= trials


def test_suspects_are_items_among_another_label(
    blobs: tuple[F32, Nearest, NDArray[np.int32]],
) -> None:
    X, near, labels = blobs
    codes = labels.copy()
    codes[5] = (codes[5] + 1) % 3
    result = doubt.suspects(near, codes, least=0.7)
    for item, says, share in zip(result.items, result.says, result.share, strict=True):
        theirs = [codes[j] for j in nearest(X, item)]
        others = [c for c in theirs if c != codes[item]]
        counts = np.bincount(others, minlength=3)
        assert counts[says] == counts.max() and share == pytest.approx(counts.max() / K)
        assert share >= 0.7 - 1e-6
    brute = [
        i for i in range(300)
        if np.bincount([c for j in nearest(X, i) if (c := codes[j]) != codes[i]] or [0],
                       minlength=3).max() / K >= 0.7
        and any(codes[j] != codes[i] for j in nearest(X, i))
    ]  # fmt: skip
    assert sorted(result.items) == brute
    assert 0 <= result.null < 300


def test_outliers_by_scikit_learn() -> None:
    rng = np.random.default_rng(3)
    V = np.concatenate([rng.normal(size=(100, 5)) * 0.05 + 1, [[-1, 1, 0, 0, 0.5]]])
    X = unit(V)
    result = doubt.outliers(neighbours_among(X, K))
    apart, _ = NearestNeighbors(n_neighbors=K + 1, metric="cosine").fit(X).kneighbors(X)
    np.testing.assert_allclose(result.distance, apart[:, 1:].mean(axis=1), atol=1e-5)
    assert result.items[0] == 100
    assert (result.distance[result.items] > result.fence).all()


def test_probes_by_scikit_learn(blobs: tuple[F32, Nearest, NDArray[np.int32]]) -> None:
    X, near, labels = blobs
    probe = probes.knn_labels(near, labels)
    right = 0
    for i in range(300):
        others = np.arange(300) != i
        model = KNeighborsClassifier(K, metric="cosine").fit(X[others], labels[others])
        counts = model.predict_proba(X[i : i + 1])[0]
        if np.sort(counts)[-1] > np.sort(counts)[-2]:
            right += counts.argmax() == labels[i]
        else:
            near_label = [labels[j] for j in nearest(X, i) if counts[labels[j]] == counts.max()]
            right += near_label[0] == labels[i]
    assert probe.score == pytest.approx(right / 300)
    assert probe.low < probe.score < probe.high and probe.chance == pytest.approx(1 / 3)
    which = probes.folds(300, 0)
    hits = 0
    for fold in range(probes.FOLDS):
        scale = StandardScaler().fit(X[which != fold])
        model = RidgeClassifier(alpha=1.0).fit(
            scale.transform(X[which != fold]), labels[which != fold]
        )
        hits += (model.predict(scale.transform(X[which == fold])) == labels[which == fold]).sum()
    assert probes.linear_labels(X, labels).score == pytest.approx(hits / 300, abs=0.011)


def test_numbers_are_probed_by_r2() -> None:
    rng = np.random.default_rng(4)
    X = unit(rng.normal(size=(200, 4)))
    values = X @ [1.0, -2.0, 0.5, 0.0] + rng.normal(size=200) * 0.1
    values[::10] = np.nan
    assert probes.linear_number(X, values).score > 0.95
    near = neighbours_among(X, K)
    items = np.flatnonzero(np.isfinite(values))
    guess = [np.nanmean(values[nearest(X, i)]) for i in items]
    probe = probes.knn_number(near, values)
    assert probe.score == pytest.approx(r2_score(values[items], guess), abs=1e-6)
    noise = probes.linear_number(X, rng.normal(size=200))
    assert noise.score < 0.1 and noise.low < noise.score < noise.high


TOKENS = [["a", "b", "b"], ["b", "c"], ["c", "c", "d", "a"], [], ["d"]]


def test_tfidf_by_scikit_learn() -> None:
    matrix = texts.counts(TOKENS, texts.index_of(TOKENS))
    rows = texts.tfidf(matrix, 3)
    wanted = TfidfVectorizer(analyzer=list, sublinear_tf=True).fit_transform(TOKENS).toarray()
    U, s, _ = np.linalg.svd(wanted, full_matrices=False)
    np.testing.assert_allclose(
        rows @ rows.T, (U[:, :3] * s[:3] ** 2) @ U[:, :3].T, atol=1e-4
    )  # fmt: skip


def test_common_direction_is_removed() -> None:
    V = np.random.default_rng(5).normal(size=(40, 6)) + 3
    first = np.linalg.svd(V)[2][0]
    np.testing.assert_allclose(
        texts.without_common(V), V - np.outer(V @ first, first), atol=1e-5
    )  # fmt: skip


def test_shorter_vectors_of_texts_are_the_beginnings_of_longer_ones() -> None:
    articles = settled(Space(text_dim=7))
    given = [str(text) for text in texts_of(table_of(articles.collection), "text").to_pylist()]
    weights = texts.weighed(counted := texts.counted(given)[0], texts.frequencies(counted))
    U, s, _ = np.linalg.svd(weights.toarray(), full_matrices=False)
    vectors = embedded_texts(articles)
    assert vectors.matrix.shape[1] == 7 and len(vectors.rows) + len(vectors.missing) == len(given)
    np.testing.assert_allclose(
        vectors.matrix @ vectors.matrix.T,
        ((U[:, :7] * s[:7] ** 2) @ U[:, :7].T)[np.ix_(vectors.rows, vectors.rows)], atol=2e-3,
    )  # fmt: skip
    assert encoded_for(articles) == encoded_for(articles.replace(text_dim=80))
    assert encoded_for(articles.replace(embedder="sif")) == articles.replace(embedder="sif")


@pytest.mark.usefixtures("empty_cache")
def test_few_texts_have_fewer_dimensions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "core.spaces.rows.texts", lambda table, column: texts_of(table, column)[:40]
    )
    for asked in (20, 80, 100):
        vectors = embedded_texts(settled(Space(text_dim=asked)))
        assert vectors.matrix.shape == (40, min(asked, 39))


def test_texts_without_vectors_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = Space()
    rows = rows_of(articles)
    assert len(rows) == len(table_of(articles.collection)) and rows.X.shape[1] == 100
    near = true_neighbours(articles, 5)
    article = np.array(table_of(Collection()).arrow.column("article").to_pylist())[rows.rows]
    same = (article[near.rows] == article[:, None]).mean()
    shuffled = true_neighbours(articles.replace(rows_shuffled=True), 5)
    assert same > 0.4 > 0.1 > (article[shuffled.rows] == article[:, None]).mean()
    assert settled(articles).text_column == "text" and settled(settled(articles)) == settled(
        articles
    )


def test_map_of_a_collection_and_what_it_keeps() -> None:
    placed = place(Place(DIGITS))
    X = rows_of(DIGITS).X
    centre = X - X.mean(axis=0)
    share = np.linalg.svd(centre, compute_uv=False)[:2] ** 2 / np.square(centre).sum()
    np.testing.assert_allclose(placed.share, share, rtol=1e-4)
    judged = judge(Kept(Place(DIGITS), kept_k=5))
    i = 11
    on_map = np.argsort(np.square(placed.xy - placed.xy[i]).sum(axis=1), kind="stable")[1:6]
    assert judged.true[i].tolist() == nearest(X, i, 5)
    assert judged.kept[i] == pytest.approx(len({*on_map} & {*nearest(X, i, 5)}) / 5)
    assert judged.occurrence.sum() == 5 * len(X)


def test_the_library_is_given_our_neighbours_and_the_labels(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: dict[str, object] = {}

    def layout(X: F32, rows: NDArray[np.int32], *more: object) -> F32:
        given.update(rows=rows, dense=more[5], labels=more[6])
        return np.asarray(X[:, :2])

    monkeypatch.setattr(reference, "layout", layout)
    spec = Place(DIGITS, "umap", umap_engine="densmap", told_column="digit", map_near=8)
    drawn = place.__wrapped__(spec)  # type: ignore[attr-defined]
    near = true_neighbours(DIGITS, 7)
    np.testing.assert_array_equal(given["rows"], near.rows)
    codes = categories(table_of(DIGITS.collection), "digit").codes[drawn.rows]
    assert given["dense"] is True
    np.testing.assert_array_equal(given["labels"], codes)


def test_what_plays_no_part_leaves_no_trace() -> None:
    """An engine that lays nothing out; and settings of links from before there was one."""
    other = settled_place(Place(DIGITS, "pca", umap_engine="umap-learn", told_column="digit"))
    assert other == settled_place(Place(DIGITS, "pca"))
    told = settled_place(Place(DIGITS, "umap", told_column="digit"))
    assert told == settled_place(Place(DIGITS, "umap"))
    assert "engine" not in Place(DIGITS).to_json() and "told" not in Place(DIGITS).to_json()
    assert "engine" in Place(DIGITS, umap_engine="densmap").to_json()


class TestQueries:
    """A row asked for as if it were new lies where it is, or near."""

    @pytest.mark.parametrize("embedder", ["tf-idf", "sif", "sum"])
    def test_a_text_gets_the_vector_that_the_rows_text_has(self, embedder: str) -> None:
        space = Space(embedder=embedder, text_dim=20)
        table = table_of(space.collection)
        row = rows_of(space).rows[30]
        text = str(table.arrow.column("text")[int(row)])
        mine = vector_of(settled(space), text)
        X = rows_of(space).X[30]
        assert mine @ X / np.linalg.norm(mine) == pytest.approx(1, abs=1e-3)

    def test_a_vector_is_projected_on_the_components(self) -> None:
        V = rows_of(DIGITS).V
        asked = str((V[7] * 3).tolist())
        answer = ask(Asked(Place(DIGITS), asked, 5))
        assert answer.near[0] == 7 and answer.cosines[0] == pytest.approx(1, abs=1e-6)
        np.testing.assert_allclose(answer.xy, place(Place(DIGITS)).xy[7], atol=1e-5)

    def test_a_vector_too_long_for_a_link_is_kept_by_its_digest(self) -> None:
        V = rows_of(DIGITS).V
        asked = "[" + ", ".join(f"{x:.150f}" for x in V[7]) + "]"
        setting = kept(asked)
        assert len(asked) > LONGEST and len(setting) < 100 and kept(setting) == setting
        np.testing.assert_array_equal(vector_of(DIGITS, setting), V[7])
        assert Asked.from_query({"asked": setting})[0].asked == setting
        with pytest.raises(QueryError, match="not stored here"):
            vector_of(DIGITS, "kept:" + "0" * 64)
        assert kept(" a text ") == "a text"

    def test_elsewhere_it_lies_among_its_neighbours(self, monkeypatch: pytest.MonkeyPatch) -> None:
        apart = np.array([0.1, 0.2, 0.2, 0.4], np.float32)
        sigma = brentq(lambda s: np.exp(-(apart - 0.1) / s).sum() - np.log2(5), 1e-6, 1e3)
        np.testing.assert_allclose(edge_weights(apart), np.exp(-(apart - 0.1) / sigma), atol=1e-3)
        V = rows_of(DIGITS).V
        where = Place(DIGITS, "umap", map_near=8)
        monkeypatch.setattr(drawing, "layout", lambda rows, apart, start, *more: start)
        answer = ask.__wrapped__(Asked(where, str(V[7].tolist()), 4))  # type: ignore[attr-defined]
        assert answer.weights.sum() == pytest.approx(1) and (answer.weights >= 0).all()

    @pytest.mark.parametrize(
        ("asked", "words"),
        [("[1, 2]", "2 numbers"), ("a text", "given with the table"), (str([0] * 64), "finite")],
    )
    def test_what_cannot_be_placed_is_said(self, asked: str, words: str) -> None:
        with pytest.raises(QueryError, match=words):
            ask(Asked(Place(DIGITS), asked))


@pytest.mark.parametrize("columns", ["no JSON", "[]", '{"label": "text"}', '{"label": []}'])
def test_predicted_columns_that_cannot_be_read_are_refused(columns: str) -> None:
    with pytest.raises(SpecError, match="`predicted="):
        Predicted(predicted=columns)


def test_neighbours_say_what_memory_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    """1 797 digits of 64 numbers by hand, and more where they are too many for exact ones."""
    spec = Kept(settled_place(Place(DIGITS)), 10)
    assert budget.need(judge, spec) == 1_797 * (8 * 64 + 12 * 10)
    monkeypatch.setattr(places, "EXACT", 1_000)
    assert budget.need(judge, spec) > 1_797 * (8 * 64 + 12 * 10) + 1_797 * 8 * 64


def test_many_rows_are_laid_out_a_part_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    X = rows_of(DIGITS).X
    U, s, _ = np.linalg.svd(X - X.mean(axis=0, dtype=np.float64), full_matrices=False)
    monkeypatch.setattr(drawing, "ROWS", 100)
    xy, share = drawing.pca(X)
    np.testing.assert_allclose(np.abs(xy), np.abs(U[:, :2] * s[:2]), atol=1e-5)
    np.testing.assert_allclose(share, s[:2] ** 2 / (s**2).sum(), rtol=1e-6)


def test_neighbours_of_one_row_by_brute_force() -> None:
    cosines = rows_of(DIGITS).X @ rows_of(DIGITS).X[40]
    cosines[40] = -2
    near, found = neighbours_of(DIGITS, 40, 9)
    assert near.tolist() == np.argsort(-cosines, kind="stable")[:9].tolist()
    np.testing.assert_allclose(found, np.sort(cosines)[::-1][:9], atol=1e-6)
