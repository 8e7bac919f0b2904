"""Maps and their trust against scikit-learn, scipy and counting by hand."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import skew
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

from core.errors import Cancelled, QueryError, SpecError, UnknownWord
from core.maps import Cloud, Clusters, Hubs, Map, Stability, Trust, cluster, hubness, judge, place
from core.maps.cloud import points, true_neighbours, words_of
from core.maps.clusters import grouped
from core.maps.density import regions
from core.maps.drawing import pca
from core.maps.hubs import all_but_the_top, occurrence, skewness
from core.maps.stability import agreement, repeat
from core.maps.trust import nearest_on_map, own_terms, ranks_of
from core.vectors import PpmiSvd, Query, Shelved, nearest, vectors
from core.vectors.search.graph import neighbours_among, overlap
from core.vectors.store import shelf

NEWS = PpmiSvd(dim=20).replace(source="lee-news")
SMALL = Cloud(NEWS, map_words=300)


def unit(n: int, d: int, seed: int) -> np.ndarray:
    X = np.random.default_rng(seed).normal(size=(n, d))
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32)


def ranks(distance: np.ndarray) -> np.ndarray:
    """r[i, j]: the place of j seen from i, from 1; by sorting."""
    n = len(distance)
    r = np.zeros((n, n), int)
    for i in range(n):
        others = sorted((j for j in range(n) if j != i), key=lambda j: distance[i, j])
        r[i, others] = np.arange(1, n)
    return r


def distances(X: np.ndarray) -> np.ndarray:
    X = X.astype(np.float64)
    return np.linalg.norm(X[:, None] - X[None], axis=2)


class TestTrust:
    @given(n=st.integers(12, 60), d=st.integers(2, 9), k=st.integers(1, 5), seed=st.integers(0, 99))
    def test_against_sorting_everything(self, n: int, d: int, k: int, seed: int) -> None:
        X, xy = unit(n, d, seed), unit(n, 2, seed + 1) * (1 + np.arange(n)[:, None] / n)
        xy = xy.astype(np.float32)
        true, drawn = neighbours_among(X, k).rows, nearest_on_map(xy, k)
        r, r_map = ranks(distances(X)), ranks(distances(xy))
        factor = 2 / (k * (2 * n - 3 * k - 1))
        for i in range(n):
            assert set(true[i]) == set(np.flatnonzero((r[i] <= k) & (r[i] > 0)))
            assert set(drawn[i]) == set(np.flatnonzero((r_map[i] <= k) & (r_map[i] > 0)))
        share, terms = overlap(true, drawn), own_terms(ranks_of(X, xy, true, drawn))
        for i in range(n):
            both = set(true[i]) & set(drawn[i])
            assert share[i] == pytest.approx(len(both) / k)
            false = sum(r[i, j] - k for j in set(drawn[i]) - both)
            torn = sum(r_map[i, j] - k for j in set(true[i]) - both)
            assert terms[0][i] == pytest.approx(1 - factor * false, abs=1e-5)
            assert terms[1][i] == pytest.approx(1 - factor * torn, abs=1e-5)

    @pytest.mark.parametrize("k", [1, 7, 40])
    def test_the_mean_is_scikit_learns(self, k: int) -> None:
        X = unit(400, 12, 0)
        xy, _ = pca(X)
        true = neighbours_among(X, k).rows
        terms = own_terms(ranks_of(X, xy, true, nearest_on_map(xy, k)))
        assert terms[0].mean() == pytest.approx(trustworthiness(X, xy, n_neighbors=k), abs=1e-5)
        assert terms[1].mean() == pytest.approx(trustworthiness(xy, X, n_neighbors=k), abs=1e-5)

    def test_ranks_serve_every_smaller_k(self) -> None:
        X = unit(300, 6, 0)
        xy, _ = pca(X)
        true, drawn = neighbours_among(X, 20).rows, nearest_on_map(xy, 20)
        ranks = ranks_of(X, xy, true, drawn)
        for k in range(1, 21):
            fewer = (np.ascontiguousarray(rows[:, :k]) for rows in (true, drawn))
            alone = own_terms(ranks_of(X, xy, *fewer))
            for own, expected in zip(own_terms(ranks[:, :, :k]), alone, strict=True):
                np.testing.assert_array_equal(own, expected)

    def test_a_map_that_changes_nothing_keeps_everything(self) -> None:
        angle = np.random.default_rng(0).uniform(0, 2 * np.pi, 100)
        X = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
        true, drawn = neighbours_among(X, 5).rows, nearest_on_map(X, 5)
        assert overlap(true, drawn).min() == 1
        assert all((term == 1).all() for term in own_terms(ranks_of(X, X, true, drawn)))

    def test_words_in_one_place(self) -> None:
        """No word is its own neighbour, also where a hundred coincide."""
        xy = np.zeros((100, 2), np.float32)
        nearest = nearest_on_map(xy, 9)
        assert (nearest != np.arange(100)[:, None]).all()
        assert all(len(set(row)) == 9 for row in nearest.tolist())

    def test_of_a_real_map(self) -> None:
        judged = judge(Trust(Map(SMALL), trust_k=8))
        X = points(SMALL).X
        for values, expected in (
            (judged.trustworthiness, trustworthiness(X, judged.xy, n_neighbors=8)),
            (judged.continuity, trustworthiness(judged.xy, X, n_neighbors=8)),
        ):
            assert values.mean() == pytest.approx(expected, abs=1e-4)

    def test_too_many_neighbours(self) -> None:
        with pytest.raises(SpecError, match="choose ≤ 29") as raised:
            judge(Trust(Map(SMALL.replace(map_words=60)), trust_k=30))
        assert raised.value.field == "trust_k"


class TestCloud:
    def test_neighbours_are_those_of_the_neighbours_page(self) -> None:
        whole = Cloud(NEWS, map_words=100_000)
        words, neighbours = words_of(whole).words, true_neighbours(whole, 5)
        ids = points(whole).ids
        for row in (0, 50, 300):
            expected = nearest(NEWS, Query(f'"{words[ids[row]]}"', k=5))
            assert [words[ids[i]] for i in neighbours.rows[row]] == [word for word, _ in expected]
            np.testing.assert_allclose(neighbours.cosines[row], [c for _, c in expected], atol=1e-5)

    def test_short_lists_are_the_beginnings_of_long_ones(self) -> None:
        X = points(SMALL).X
        for k in (3, 20, 21, 299):
            np.testing.assert_array_equal(
                true_neighbours(SMALL, k).rows, neighbours_among(X, k).rows
            )
        with pytest.raises(SpecError, match="choose ≤ 299"):
            true_neighbours(SMALL, 300)

    def test_shuffling_keeps_the_numbers_of_each_dimension_and_nothing_else(self) -> None:
        real, null = points(SMALL), points(SMALL.replace(shuffled=True))
        np.testing.assert_array_equal(np.sort(real.V, axis=0), np.sort(null.V, axis=0))
        assert (real.V != null.V).mean() > 0.9
        kept_real, kept_null = (
            judge(Trust(Map(SMALL.replace(shuffled=s, map_words=1000)))).kept.mean()
            for s in (False, True)
        )
        assert kept_real > 1.2 * kept_null

    def test_vectors_do_not_depend_on_the_measure_shown(self) -> None:
        assert Cloud(NEWS.replace(measure="npmi")).key == Cloud(NEWS).key

    def test_fewer_words_than_asked_for(self) -> None:
        cloud = points(Cloud(NEWS, map_words=100_000))
        assert len(cloud.ids) == (vectors(NEWS).norms > 0).sum()

    def test_of_a_model_on_the_shelf(self, tmp_path: Any, monkeypatch: Any) -> None:
        monkeypatch.setattr(shelf, "folder", lambda: tmp_path / "models")
        entry = shelf.train(NEWS)
        for part in ("word", "sum"):
            cloud = Cloud(Shelved(entry.id, part), map_words=300)
            link = {"model": entry.id, "part": part, "map_words": "300", "dim": "7"}
            assert Cloud.from_query(link) == (cloud, []), "PPMI-SVD's settings are not used"
            rows = vectors(NEWS)
            V = rows.word if part == "word" else rows.word + rows.context
            np.testing.assert_allclose(points(cloud).V, V[points(cloud).ids], rtol=1e-6)
            assert words_of(cloud).words == words_of(SMALL).words
        spec = Map(Cloud(Shelved(entry.id), map_words=300), "axes", x_axis="police",
                   y_axis="court")  # fmt: skip
        same = place(Map(SMALL, "axes", x_axis="police", y_axis="court"))
        np.testing.assert_allclose(place(spec).xy, same.xy, atol=1e-6)

    def test_nothing_to_map(self) -> None:
        with pytest.raises(SpecError, match="a map needs 20"):
            points(Cloud(NEWS.replace(min_count=600, dim=2)))


class TestProjections:
    def test_pca_is_scikit_learns(self) -> None:
        X = unit(200, 15, 3) * np.linspace(2, 0.2, 15, dtype=np.float32)
        xy, share = pca(X)
        reference = PCA(2).fit(X.astype(np.float64))
        expected = reference.transform(X.astype(np.float64))
        np.testing.assert_allclose(np.abs(xy), np.abs(expected), atol=1e-4)
        np.testing.assert_allclose(share, reference.explained_variance_ratio_, rtol=1e-5)

    def test_axes_are_cosines(self) -> None:
        spec = Map(SMALL, "axes", x_axis="police - court", y_axis="2 australia")
        words, rows, cloud = words_of(SMALL), vectors(NEWS), points(SMALL)
        a = rows.word[words.find("police")] - rows.word[words.find("court")]
        b = rows.word[words.find("australia")]
        for row in (0, 17, 299):
            v = rows.word[cloud.ids[row]]
            cosines = [v @ q / np.linalg.norm(v) / np.linalg.norm(q) for q in (a, b)]
            np.testing.assert_allclose(place(spec).xy[row], cosines, atol=1e-5)

    @pytest.mark.parametrize(
        ("axis", "error"),
        [("qqzzqq", UnknownWord), ("", QueryError), ("police - police", QueryError)],
    )
    def test_axes_that_mean_nothing(self, axis: str, error: type[Exception]) -> None:
        with pytest.raises(error):
            place(Map(SMALL, "axes", x_axis=axis, y_axis="police"))

    @pytest.mark.slow
    @pytest.mark.parametrize("method", ["umap", "t-sne"])
    def test_neighbours_stay_together_better_than_by_pca(self, method: str) -> None:
        spec = Map(SMALL, method, perplexity=10.0)
        share = judge(Trust(spec)).kept.mean()
        assert share > 1.5 * judge(Trust(Map(SMALL))).kept.mean()
        again = place.__wrapped__(spec)  # type: ignore[attr-defined]
        np.testing.assert_array_equal(again.xy, place(spec).xy)

    @pytest.mark.slow
    @pytest.mark.parametrize("method", ["umap", "t-sne"])
    def test_progress_is_told_and_can_be_stopped(self, method: str) -> None:
        fractions: list[float] = []

        def stop(fraction: float, metrics: dict[str, str]) -> bool:
            if method not in metrics["stage"].lower() or "loading" in metrics["stage"]:
                return False
            fractions.append(fraction)
            return fraction >= 0.75

        with pytest.raises(Cancelled):
            place(Map(SMALL, method, map_seed=7, perplexity=10.0), stop)
        assert fractions == sorted(fractions) and len(fractions) > 1

    @pytest.mark.parametrize(("method", "field"), [("umap", "map_near"), ("t-sne", "perplexity")])
    def test_more_neighbours_than_words(self, method: str, field: str) -> None:
        spec = Map(SMALL.replace(map_words=50), method, map_near=80, perplexity=60.0)
        with pytest.raises(SpecError, match="choose a smaller value") as raised:
            place(spec)
        assert raised.value.field == field


class TestClusters:
    def test_the_largest_comes_first_and_noise_stays_noise(self) -> None:
        X = unit(9, 3, 0)
        groups = grouped(X, np.array([4, 4, -1, 0, 0, 0, 0, 2, -1]))
        assert groups.labels.tolist() == [1, 1, -1, 0, 0, 0, 0, 2, -1]
        assert set(groups.typical[0]) == {3, 4, 5, 6, -1}

    @pytest.mark.parametrize("method", ["k-means", "hdbscan"])
    def test_groups_that_are_there_are_found(
        self, method: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        X = np.concatenate([unit(60, 8, 1) * 0.1 + unit(1, 8, s) for s in (5, 6, 7)])
        X = (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32)
        cloud = points(SMALL)
        fake = type(cloud)(np.arange(180), X, X, np.ones(180, np.float32))
        monkeypatch.setattr("core.maps.clusters.points", lambda spec, on_step: fake)
        spec = Clusters(SMALL, method, groups=3, group_size=10, group_seed=1)
        labels = cluster.__wrapped__(spec).labels.reshape(3, 60)  # type: ignore[attr-defined]
        assert all(len(set(group)) == 1 for group in labels.tolist())
        assert len(np.unique(labels)) == 3

    def test_more_clusters_than_words(self) -> None:
        with pytest.raises(SpecError, match="not below the 50 words"):
            cluster(Clusters(SMALL.replace(map_words=50), "hdbscan", group_size=100))


class TestHubs:
    def test_counting_by_hand(self) -> None:
        rows = neighbours_among(unit(50, 6, 2), 4).rows
        occurrences = occurrence(rows)
        for i in range(50):
            assert occurrences[i] == sum(i in row for row in rows.tolist())
        assert occurrences.mean() == 4 and skewness(occurrences) == pytest.approx(skew(occurrences))

    def test_what_is_removed(self) -> None:
        V = unit(300, 10, 4) * np.linspace(3, 0.5, 10, dtype=np.float32) + 1
        left = all_but_the_top(V, 3)
        np.testing.assert_allclose(left.mean(axis=0), 0, atol=1e-5)
        reference = PCA(10).fit(V.astype(np.float64))
        expected = reference.transform(V.astype(np.float64))[:, 3:] @ reference.components_[3:]
        np.testing.assert_allclose(left, expected, atol=1e-4)
        np.testing.assert_allclose(all_but_the_top(V, 0), V - V.mean(axis=0), atol=1e-5)

    def test_centring_takes_the_hubs_of_an_offset_away(self, monkeypatch: Any) -> None:
        V = (unit(400, 30, 5) + 0.4).astype(np.float32)
        fake = type(points(SMALL))(np.arange(400), V, V, np.ones(400, np.float32))
        monkeypatch.setattr("core.maps.hubs.points", lambda spec, on_step: fake)
        compute = hubness.__wrapped__  # type: ignore[attr-defined]
        before, after = compute(Hubs(SMALL)), compute(Hubs(SMALL, centred=True))
        assert after.skewness < before.skewness and 0 < after.share < 1 and before.share == 0

    def test_nothing_would_be_left(self) -> None:
        with pytest.raises(SpecError, match="choose ≤ 19"):
            hubness(Hubs(SMALL, removed=30))


class TestStability:
    @given(seed=st.integers(0, 99), angle=st.floats(0, 6), scale=st.floats(0.1, 10))
    def test_turned_mirrored_and_scaled_maps_agree(
        self, seed: int, angle: float, scale: float
    ) -> None:
        xy = np.random.default_rng(seed).normal(size=(40, 2)).astype(np.float32)
        turn = np.array([[np.cos(angle), np.sin(angle)], [np.sin(angle), -np.cos(angle)]])
        other = (scale * xy @ turn + [3, -1]).astype(np.float32)
        agreed = agreement(np.arange(2), [xy, other], 5)
        np.testing.assert_allclose(agreed.xy[1], xy, atol=1e-3)
        assert agreed.shared[0, 1] > 0.97

    def test_shares_by_hand(self) -> None:
        maps = [unit(40, 2, s) for s in range(3)]
        agreed = agreement(np.arange(3), maps, 6)
        near = [nearest_on_map(xy, 6).tolist() for xy in maps]
        for a, b in itertools.combinations(range(3), 2):
            same = [len(set(x) & set(y)) / 6 for x, y in zip(near[a], near[b], strict=True)]
            assert agreed.shared[a, b] == agreed.shared[b, a] == pytest.approx(np.mean(same))
        pairs = [agreed.shared[0, 1], agreed.shared[0, 2], agreed.shared[1, 2]]
        assert agreed.kept.mean() == pytest.approx(np.mean(pairs))

    def test_nothing_random(self) -> None:
        with pytest.raises(SpecError, match="no randomness"):
            repeat(Stability(Map(SMALL)))

    @pytest.mark.slow
    def test_seeds_of_a_real_map(self) -> None:
        repeated = repeat(Stability(Map(SMALL, "umap", map_seed=3), stable_seeds=2))
        assert repeated.seeds.tolist() == [3, 4] and repeated.xy.shape == (2, 300, 2)
        np.testing.assert_array_equal(repeated.xy[0], place(Map(SMALL, "umap", map_seed=3)).xy)
        assert 0.2 < repeated.shared[0, 1] < 1


class TestDenseRegions:
    def test_they_are_the_ellipses_of_a_normal_distribution(self) -> None:
        xy = np.random.default_rng(0).normal(size=(5_000, 2)) * [3, 0.5]
        dense = regions(xy.astype(np.float32))
        assert dense is not None
        cell = np.diff(dense.x[:2])[0] * np.diff(dense.y[:2])[0]
        for share in (0.25, 0.5, 0.75):
            area = (dense.share <= share).sum() * cell
            assert area == pytest.approx(2 * np.pi * 3 * 0.5 * -np.log(1 - share), rel=0.06)

    def test_none_where_there_is_no_area(self) -> None:
        line = np.stack([np.arange(30.0), np.zeros(30)], axis=1).astype(np.float32)
        assert regions(line) is None and regions(line[:5]) is None
