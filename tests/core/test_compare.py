"""Comparisons of models against scipy, sorting, and counting by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import orthogonal_procrustes
from scipy.stats import pearsonr, spearmanr, t

from core.compare import (
    Changed,
    Contest,
    Crowd,
    Pair,
    Repeats,
    Rerun,
    ShelvedBoth,
    ShelvedFirst,
    ShelvedSecond,
    compare,
    mutual,
    repeat,
    rerun,
    versus,
)
from core.compare.duel import Duel
from core.compare.geometry import alike, cka, rsa, sums
from core.compare.versus import pair_cosines, share_duel, similarity_duel
from core.counts import Counts, count
from core.counts.counting import count_ids
from core.counts.resampling import drawn, pieces, resampled
from core.errors import Cancelled, QueryError, SpecError
from core.intervals import UNKNOWN
from core.text.specs import Corpus
from core.text.tokens import tokenise
from core.vectors import Glove, PpmiSvd, Query, Shelved, Word2Vec, nearest, space
from core.vectors.evaluate.judged import Pair as Judged
from core.vectors.models.model import Model
from core.vectors.store import shelf

NEWS = PpmiSvd(dim=20).replace(source="lee-news", min_count=10)
PAIR = Pair(Changed(NEWS, b_dim=30, b_window=3))
TEXT = Corpus().replace(source="lee-news", min_count=10)
ITEMS = [Judged(f"a{i}", f"b{i}", float(i)) for i in range(100)]


@pytest.fixture(autouse=True)
def own_shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(shelf, "folder", lambda: tmp_path / "models")
    yield
    shelf._loaded.cache_clear()


def unit(n: int, d: int, seed: int) -> np.ndarray:
    X = np.random.default_rng(seed).normal(size=(n, d))
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32)


def put(name: str, words: list[str], V: np.ndarray, counts: np.ndarray | None = None) -> str:
    """Its id is named by what is in it, as that of a real file is: results are kept by it."""
    known = np.zeros(len(words), np.int64) if counts is None else counts
    id = hashlib.blake2b(f"{name}{words}{V.tolist()}".encode(), digest_size=8).hexdigest()
    return shelf.put(Model(words, known, V.astype(np.float32)), id, name, "file").id


class TestGeometry:
    @given(n=st.integers(25, 60), p=st.integers(2, 6), q=st.integers(2, 6), seed=st.integers(0, 99))
    def test_against_scipy_and_all_pairs(self, n: int, p: int, q: int, seed: int) -> None:
        A, B = unit(n, p, seed), unit(n, q, seed + 1)
        measures, s = alike(A, B), sums(A, B)
        wide = max(p, q)
        padded = [np.pad(M.astype(float), ((0, 0), (0, wide - M.shape[1]))) for M in (A, B)]
        cosines = np.empty(n)
        for g in range(20):  # every word is turned by the other groups' words
            own = np.arange(n) % 20 == g
            R, _ = orthogonal_procrustes(padded[0][~own], padded[1][~own])
            cosines[own] = np.einsum("ij,ij->i", padded[0][own] @ R, padded[1][own])
        np.testing.assert_allclose(measures.cosines, cosines, atol=1e-4)
        R, _ = orthogonal_procrustes(*padded)
        both = (cosines + np.einsum("ij,ij->i", padded[0] @ R, padded[1])) / 2
        assert measures.residual.value == pytest.approx(np.sqrt((2 - 2 * both).mean()), abs=1e-4)
        i, j = np.triu_indices(n, 1)
        cos_a, cos_b = ((M.astype(float) @ M.T.astype(float))[i, j] for M in (A, B))
        assert rsa(s) == pytest.approx(pearsonr(cos_a, cos_b).statistic, abs=1e-5)
        K, L = (M.astype(float) @ M.T.astype(float) - np.eye(n) for M in (A, B))

        def hsic(K: np.ndarray, L: np.ndarray) -> float:
            """Over all i, j, q, r that differ, as the statistic is defined."""
            four = (K @ L).sum() - np.trace(K @ L)  # K_ij L_jr, i ≠ r
            apart = K.sum() * L.sum() - 4 * four - 2 * np.trace(K @ L)  # K_ij L_qr, all differ
            return (
                np.trace(K @ L) / (n * (n - 1))
                + apart / (n * (n - 1) * (n - 2) * (n - 3))
                - 2 * four / (n * (n - 1) * (n - 2))
            )

        expected = hsic(K, L) / np.sqrt(hsic(K, K) * hsic(L, L))
        assert cka(s) == pytest.approx(expected, abs=1e-4)

    @pytest.mark.parametrize("n", [200, 800])
    def test_the_intervals_hold_the_truth_of_all_words(self, n: int) -> None:
        """Of words drawn from a population of 20,000; in-sample forms missed it nearly always."""
        every = 20_000
        A = unit(every, 8, 0)
        B = A + 0.3 * np.random.default_rng(1).normal(size=A.shape)
        B = (B / np.linalg.norm(B, axis=1, keepdims=True)).astype(np.float32)
        truth = alike(A, B)
        held = np.zeros(3)
        for draw in range(40):
            rows = np.random.default_rng(draw).choice(every, n, replace=False)
            sample = alike(A[rows], B[rows])
            pairs = ((sample.residual, truth.residual), (sample.rsa, truth.rsa),
                     (sample.cka, truth.cka))  # fmt: skip
            held += [one.low <= whole.value <= one.high for one, whole in pairs]
        assert (held >= 40 * 0.95 - 5).all(), held  # three standard errors

    def test_a_turned_space_is_the_same_space(self) -> None:
        A = unit(200, 8, 0)
        turned = (A @ np.linalg.qr(np.random.default_rng(1).normal(size=(8, 8)))[0]).astype("f4")
        measures = alike(A, turned)
        assert measures.residual.value < 1e-3 and measures.cosines.min() > 0.999
        assert measures.rsa.value == pytest.approx(1) and measures.cka.value == pytest.approx(1)
        assert measures.rsa.chance < 0.1 and measures.residual.chance > 0.8

    def test_interval_is_the_jackknifes(self) -> None:
        A, B = unit(100, 5, 2), unit(100, 5, 3)
        B = (A + B) / np.linalg.norm(A + B, axis=1, keepdims=True)
        left = []
        for g in range(20):
            keep = np.arange(100) % 20 != g
            left.append(rsa(sums(A[keep], B[keep].astype(np.float32))))
        error = np.sqrt(19 / 20 * np.square(np.array(left) - np.mean(left)).sum())
        estimate = alike(A, B.astype(np.float32)).rsa
        assert estimate.high - estimate.value == pytest.approx(t.ppf(0.975, 19) * error, rel=1e-3)

    def test_nothing_varies(self) -> None:
        A = np.ones((30, 1), np.float32)
        assert np.isnan(rsa(sums(A, A))) and np.isnan(cka(sums(A, A)))
        assert alike(A, A).residual.value == 0 and alike(A, -A).cosines.tolist() == [1] * 30


class TestPair:
    def test_overlap_against_the_neighbours_page(self) -> None:
        comparison = compare(PAIR)
        assert comparison.words == compare(Pair(Changed(NEWS))).words, (
            "one text: every word is shared"
        )
        share, k = comparison.overlap(7), 7
        assert comparison.overlap(7) is share and not share.flags.writeable, "computed once"
        for row in (0, 40, 200):
            query = Query(f'"{comparison.words[row]}"', k=k)
            a, b = ({word for word, _ in nearest(side, query)} for side in (PAIR.a, PAIR.b))
            assert share[row] == pytest.approx(len(a & b) / k)
        mean = comparison.mean_overlap(k)
        assert mean.value == pytest.approx(share.mean()) and mean.low < mean.value < mean.high
        assert mean.chance == k / (len(comparison.words) - 1) < mean.low

    def test_a_model_is_itself(self) -> None:
        entry = shelf.train(NEWS)
        comparison = compare(Pair(ShelvedSecond(NEWS, Shelved(entry.id))))
        assert comparison.overlap(10).min() == 1 and comparison.alike.residual.value < 1e-2

    def test_only_shared_words_count_and_keep_their_numbers(self) -> None:
        words = [f"w{i}" for i in range(60)]
        V, shuffle = unit(60, 6, 0), np.random.default_rng(1).permutation(60)
        V[7] = 0
        a = put("a", words, V)
        b = put("b", ["only", *(words[i] for i in shuffle)], np.vstack([unit(1, 6, 9), V[shuffle]]),
                np.arange(61, 0, -1))  # fmt: skip
        comparison = compare(Pair(ShelvedBoth(Shelved(a), Shelved(b))))
        assert comparison.words == [w for w in words if w != "w7"]
        model = shelf.load(b)
        assert [model.words[i] for i in comparison.b_ids] == comparison.words
        np.testing.assert_array_equal(comparison.counts, model.counts[comparison.b_ids])
        assert comparison.overlap(5).min() == 1 and comparison.longest == 50
        assert len(compare(Pair(ShelvedBoth(Shelved(a), Shelved(b)), pair_words=50)).words) == 50

    def test_nothing_shared(self) -> None:
        a = put("a", [f"a{i}" for i in range(30)], unit(30, 3, 0))
        b = put("b", [f"b{i}" for i in range(30)], unit(30, 3, 1))
        with pytest.raises(QueryError, match="share 0 words"):
            compare(Pair(ShelvedBoth(Shelved(a), Shelved(b))))
        with pytest.raises(QueryError, match="deleted"):
            compare(Pair(ShelvedBoth(Shelved(a), Shelved("gone"))))

    def test_idle_settings_are_left_out(self) -> None:
        link = NEWS.to_query() | {"a_model": "x", "b_model": "y", "b_window": "9"}
        assert Pair.from_query(link) == (Pair(ShelvedBoth(Shelved("x"), Shelved("y"))), [])
        assert Pair.from_query({"b_part": "sum"}) == (Pair(), [])
        assert PAIR.b == NEWS.replace(measure="ppmi", dim=30, window=3)
        assert Pair(ShelvedFirst(Shelved("x"), NEWS)).b == NEWS.replace(measure="ppmi")

    def test_can_be_stopped(self) -> None:
        stages: list[str] = []

        def stop(fraction: float, metrics: Any) -> bool:
            stages.append(metrics["stage"])
            return "neighbours in B" in metrics["stage"]

        with pytest.raises(Cancelled):
            compare(PAIR.replace(pair_words=777), stop)
        assert "finding the neighbours in A" in stages


class TestCrowd:
    def test_is_the_pairs(self) -> None:
        words = [f"w{i}" for i in range(80)]
        ids = [put(f"m{s}", words, unit(80, 8, s)) for s in range(3)]
        crowd = mutual(Crowd(" ".join(ids)))
        assert (
            crowd.ids == ids and crowd.words == 80 and crowd.depths.tolist() == [1, 5, 10, 20, 50]
        )
        for level, k in enumerate(crowd.depths):
            two = Pair(ShelvedBoth(Shelved(ids[0]), Shelved(ids[2])))
            expected = compare(two).overlap(k).mean()
            assert crowd.overlaps[level, 0, 2] == pytest.approx(expected)
            np.testing.assert_array_equal(crowd.overlaps[level], crowd.overlaps[level].T)

    @pytest.mark.parametrize("ids", ["", "a", "a a", " ".join("abcdefghijk")])
    def test_too_few_or_too_many(self, ids: str) -> None:
        with pytest.raises(SpecError, match="choose 2 to 10"):
            mutual(Crowd(ids))


class TestVersus:
    def test_scores_are_those_of_the_shared_items(self) -> None:
        rng = np.random.default_rng(0)
        words = [f"w{i}" for i in range(40)]
        pairs = [Judged(words[a], words[b], float(a + b)) for a, b in rng.integers(0, 40, (60, 2))]
        pairs.append(Judged("w1", "unknown", 3.0))
        models = [Model(words, np.zeros(40, int), unit(40, 5, s)) for s in (0, 1)]
        values = [[pair_cosines(space(m), m, pairs)] for m in models]
        contest = similarity_duel("list", pairs, values)
        assert (contest.shared, contest.total) == (60, 61)
        for model, score in zip(models, (contest.a, contest.b), strict=True):
            place = model.vocabulary.index
            cosines = [float(model.word[place[p.a]] @ model.word[place[p.b]]) for p in pairs[:60]]
            expected = spearmanr(cosines, [p.score for p in pairs[:60]]).statistic
            assert score.value == pytest.approx(expected, abs=1e-6)
            assert score.low < score.value < score.high
        assert contest.difference.value == pytest.approx(contest.b.value - contest.a.value)

    def test_a_pairing_finds_what_two_intervals_hide(self) -> None:
        easy = np.random.default_rng(0).random(400)
        sides = easy, easy + 0.02 + 0.01 * np.random.default_rng(1).random(400)
        contest = share_duel("", ITEMS * 4, [[side] for side in sides])
        assert contest.a.high > contest.b.low, "their intervals overlap"
        assert contest.real and contest.difference.low > 0.02

    def test_none_right_or_all_is_not_certain(self) -> None:
        contest = share_duel("", ITEMS, [[np.full(100, hit)] * 3 for hit in (0.0, 1.0)])
        reach = t.ppf(0.975, 99) ** 2 / 100
        assert contest.a.low == 0 and contest.a.high == pytest.approx(reach / (1 + reach))
        assert contest.b.high == 1 and contest.b.low == pytest.approx(1 / (1 + reach))

    def test_chance_is_called_real_about_one_time_in_twenty(self) -> None:
        rng = np.random.default_rng(5)
        called_real = 0
        for _ in range(60):
            sides = rng.random((2, 100))
            called_real += share_duel("", ITEMS, [[side] for side in sides]).real
        assert called_real <= 9

    def test_the_luck_of_seeds_is_called_real_unless_seeds_are_known(self) -> None:
        """Two models of one recipe: each training shifts all items, and each item a little."""
        rng = np.random.default_rng(2)
        called_real = {1: 0, 4: 0}
        for _ in range(30):
            base = rng.random(100)
            for trainings in called_real:
                sides = [
                    [base + rng.normal(0, 0.05) + 0.1 * rng.random(100) for _ in range(trainings)]
                    for _ in "AB"
                ]
                contest = share_duel("", ITEMS, sides, (True, True))
                assert contest.training_known == (trainings > 1)
                called_real[trainings] += contest.real
        assert called_real[1] > 15 and called_real[4] <= 5

    def test_which_luck_is_known(self) -> None:
        known = {
            ((1, 1), (False, False)): True,
            ((1, 3), (False, True)): True,
            ((1, 1), (False, True)): False,
            ((3, 1), (True, None)): False,
        }
        for (trainings, random), expected in known.items():
            one = Duel("", "", *[UNKNOWN] * 3, 9, 9, trainings, random)
            assert one.training_known is expected

    def test_of_real_models(self) -> None:
        duels = versus(Contest(PAIR))
        assert [d.name for d in duels[:2]] == ["WordSim-353", "SimLex-999"]
        assert {d.name for d in duels[2:]} == {
            "Google analogies, 3CosAdd", "Google analogies, 3CosMul"
        }  # fmt: skip
        assert all(0 < d.shared < d.total for d in duels)
        assert all(d.random == (False, False) and d.training_known for d in duels)

    def test_too_few_items(self) -> None:
        contest = share_duel("x", ITEMS, [[np.where(np.arange(100) < 2, 1.0, np.nan)]] * 2)
        assert np.isnan(contest.a.value) and not contest.real


class TestResampling:
    def test_drawn_pieces_follow_each_other_and_windows_end_with_them(self) -> None:
        ids = np.arange(10, dtype=np.uint32)
        starts, breaks = np.array([0, 3, 7]), np.array([0, 5])
        resampled_ids, cut = drawn(ids, starts, breaks, np.array([1, 1, 2]))
        assert resampled_ids.tolist() == [3, 4, 5, 6, 3, 4, 5, 6, 7, 8, 9]
        assert cut.tolist() == [0, 2, 4, 6, 8]

    def test_counts_are_those_of_the_drawn_documents(self) -> None:
        """By counting each document alone: what a draw gives is their sum by how often drawn."""
        spec = Counts(TEXT, window=2, weighting="flat", boundary="document")
        tokens = tokenise(TEXT.text)
        name, starts = pieces(tokens)
        assert name == "documents"
        counts_drawn = resampled(spec, 3)
        times = np.bincount(
            np.random.default_rng(3).integers(0, len(starts), len(starts)), minlength=len(starts)
        )
        ends, V = np.append(starts[1:], len(tokens.ids)), counts_drawn.size
        total = np.zeros((V, V))
        one = np.ones(2, np.uint64)
        for low, high, n in zip(starts, ends, times, strict=True):
            if n:
                part = count_ids(tokens.ids[low:high], np.zeros(1, int), V, before=one, after=one)
                total += n * part.toarray()
        np.testing.assert_array_equal(counts_drawn.matrix.toarray(), total)
        assert (resampled(spec, 3).matrix != counts_drawn.matrix).nnz == 0
        assert (resampled(spec, 4).matrix != counts_drawn.matrix).nnz > 0

    def test_on_average_they_are_the_counts(self) -> None:
        spec = Counts(TEXT, window=2)
        draws = [resampled(spec, s).total for s in range(8)]
        assert np.mean(draws) == pytest.approx(count(spec).total, rel=0.03)

    def test_an_undivided_text_is_cut_into_stretches(self) -> None:
        from types import SimpleNamespace

        none = np.zeros(1, np.int64)
        text: Any = SimpleNamespace(
            ids=np.zeros(5500, np.uint32), document_starts=none, paragraph_starts=none,
            line_starts=none,
        )  # fmt: skip
        name, starts = pieces(text)
        assert "1,000 words" in name and starts.tolist() == [0, 1000, 2000, 3000, 4000, 5000]


class TestStability:
    def test_bootstraps(self) -> None:
        repeated = repeat(Repeats(Rerun(NEWS), repeats=3))
        own = rerun(Rerun(NEWS))
        assert repeated.runs.shape == (3, len(repeated.words), 20) and "documents" in repeated.what
        np.testing.assert_array_equal(repeated.own, own)
        row = repeated.words.index("police")
        expected = [word for word, _ in nearest(NEWS, Query("police", k=20))]
        assert [repeated.words[i] for i in own[row]] == expected
        times = repeated.times(row, own[row, :10], 10)
        for i, other in enumerate(own[row, :10]):
            assert times[i] == sum(other in run[row, :10] for run in repeated.runs)
        assert repeated.stay(10)[row] == pytest.approx(times.mean() / 3)
        assert 0.1 < repeated.stay(10).mean() < 0.9

    def test_seeds(self) -> None:
        training = Word2Vec(TEXT, dim=8, passes=1, seed=4)
        entry = shelf.train(training)
        repeated = repeat(Repeats(Rerun(Shelved(entry.id), repeat_by="seeds"), repeats=2))
        assert repeated.what == "2 trainings from other seeds"
        row = repeated.words.index("police")
        for run, seed in zip(repeated.runs, (5, 6), strict=True):
            near = [w for w, _ in nearest(Shelved(shelf.train(training.replace(seed=seed)).id),
                                          Query("police", k=5))]  # fmt: skip
            assert [repeated.words[i] for i in run[row, :5]] == near

    def test_nothing_can_change(self) -> None:
        with pytest.raises(SpecError, match="choose bootstrap"):
            rerun(Rerun(NEWS, repeat_by="seeds"))
        entry = shelf.train(Glove(Counts(TEXT), dim=5, epochs=1))
        with pytest.raises(SpecError, match="choose seeds"):
            rerun(Rerun(Shelved(entry.id)))
        loaded = put("file", [f"w{i}" for i in range(30)], unit(30, 3, 0))
        with pytest.raises(QueryError, match="loaded model"):
            rerun(Rerun(Shelved(loaded)))

    def test_words_that_were_not_drawn_are_near_nothing(self, monkeypatch: Any) -> None:
        V = unit(40, 4, 0)
        V[5] = 0
        model = Model([f"w{i}" for i in range(40)], np.zeros(40, int), V)
        monkeypatch.setattr("core.compare.stability.retrained", lambda spec, on_step: model)
        nearest_words = rerun.__wrapped__(Rerun(NEWS, draw=9))  # type: ignore[attr-defined]
        assert (nearest_words[5] == -1).all() and not (nearest_words == 5).any()
