"""Scores, analogies, keywords, lengths and targets against slow references."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.stats import spearmanr

from core.counts.cooccurrence import count
from core.counts.specs import Counts
from core.errors import QueryError
from core.text.specs import Corpus, Text
from core.text.vocabulary import vocabulary
from core.text.words import Vocabulary
from core.vectors import Explicit, Glove, PpmiSvd, SimplerGlove, Word2Vec, fit, space
from core.vectors.evaluate import explained, freedom, keywords
from core.vectors.evaluate.analogies import answers, plane
from core.vectors.evaluate.benchmarks import (
    PUBLISHED,
    pairs_of,
    questions_of,
    sections,
)
from core.vectors.evaluate.judged import Pair, Question
from core.vectors.evaluate.scores import analogies, known, scored, similarity, spearman
from core.vectors.models.model import Model, Space

NEWS = Corpus().replace(source="lee-news", min_count=10)


def a_space(V: int = 40, d: int = 6, seed: int = 0) -> tuple[Space, Vocabulary]:
    W = np.random.default_rng(seed).normal(size=(V, d)).astype(np.float32)
    model = Model([f"w{i}" for i in range(V)], np.arange(V, 0, -1), W)
    return space(model), model.vocabulary


class TestSimilarity:
    def test_spearman_is_scipys_with_ties(self) -> None:
        rng = np.random.default_rng(0)
        for _ in range(20):
            x, y = rng.integers(0, 8, (2, 30)).astype(float)
            assert spearman(x, y) == pytest.approx(spearmanr(x, y).statistic)

    def test_score_and_coverage(self) -> None:
        rows, words = a_space()
        rng = np.random.default_rng(1)
        pairs = [Pair(f"w{a}", f"w{b}", s) for a, b, s in
                 zip(*rng.integers(0, 40, (2, 30)), rng.random(30), strict=True)]  # fmt: skip
        score = similarity(rows, words, [*pairs, Pair("w1", "missing", 3.0)], "x")
        cosines = []
        for pair in pairs:
            a, b = (rows.word[int(w[1:])].astype(float) for w in (pair.a, pair.b))
            cosines.append(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
        assert score.value == pytest.approx(
            spearmanr(cosines, [pair.score for pair in pairs]).statistic
        )
        assert (score.covered, score.total) == (30, 31)
        assert score.low < score.value < score.high
        assert score == similarity(rows, words, [*pairs, Pair("w1", "missing", 3.0)], "x")

    def test_judgements_that_are_the_cosines_score_one(self) -> None:
        rows, words = a_space()
        unit = rows.word / rows.norms[:, None]
        pairs = [Pair(f"w{i}", f"w{i + 1}", float(unit[i] @ unit[i + 1])) for i in range(30)]
        score = similarity(rows, words, pairs, "x")
        assert score.value == pytest.approx(1.0) and score.high == pytest.approx(1.0)
        assert score.worst < 0 < score.best, "twenty draws of nothing fall on both sides"
        # Spearman's ρ of n unrelated pairs has a standard deviation of 1/√(n − 1)
        assert abs(score.baseline) < 4 / np.sqrt(29 * 20)
        assert score.best - score.worst < 8 / np.sqrt(29)

    def test_too_few_pairs_have_no_score(self) -> None:
        rows, words = a_space()
        score = similarity(rows, words, [Pair("w1", "w2", 1.0)] * 2, "x")
        assert np.isnan(score.value) and score.covered == 2

    def test_words_are_folded_where_the_vocabulary_is(self) -> None:
        index = Vocabulary(["paris"], np.ones(1, np.int64), 1, 1, 1, lowercase=True)
        assert known(index, {"Paris", "Rome"}) == {"Paris": 0}
        exact = Vocabulary(["paris", "Rome"], np.ones(2, np.int64), 2, 2, 2, lowercase=False)
        assert known(exact, {"Paris", "Rome"}) == {"Paris": 0, "Rome": 1}


class TestAnalogies:
    def test_rules_are_those_of_a_loop(self) -> None:
        rows, words = a_space(60)
        rng = np.random.default_rng(2)
        quadruples = [rng.choice(60, 4, replace=False) for _ in range(300)]
        unit = rows.word.astype(float) / rows.norms[:, None]
        cosine = unit @ unit.T
        right = {"3CosAdd": 0, "3CosMul": 0}
        for n, (a, b, c, d) in enumerate(quadruples):
            s = (cosine + 1) / 2
            for rule, score in (
                ("3CosAdd", cosine[b] - cosine[a] + cosine[c]),
                ("3CosMul", s[b] * s[c] / (s[a] + 1e-3)),
            ):
                score = score.copy()
                score[[a, b, c]] = -np.inf
                if n % 2:  # every other question asks for what the vectors answer
                    quadruples[n][3] = d = score.argmax() if rule == "3CosAdd" else d
                right[rule] += score.argmax() == d
        questions = [Question("odd" if n % 2 else "even", *(f"w{i}" for i in q))
                     for n, q in enumerate(quadruples)]  # fmt: skip
        scores = analogies(rows, words, [*questions, Question("odd", "w1", "w2", "w3", "?")], "all")
        for rule, hits in right.items():
            whole, *parts = scores[rule]
            assert whole.value * 300 == pytest.approx(hits)
            assert (whole.covered, whole.total) == (300, 301)
            assert [p.name for p in parts] == ["even", "odd"]
            assert sum(p.value * p.covered for p in parts) == pytest.approx(hits)
        assert right["3CosAdd"] >= 150 > right["3CosMul"] - 150
        chance = scores["3CosAdd"][0]
        assert 0 <= chance.worst <= chance.baseline <= chance.best < 0.1
        assert chance.baseline == pytest.approx(1 / 57, abs=0.01)

    def test_one_question_by_three_rules(self) -> None:
        rows, _ = a_space(50)
        V = rows.word.astype(float)
        unit = V / np.linalg.norm(V, axis=1)[:, None]
        a, b, c = 3, 7, 11
        cosine, s = unit @ unit.T, (unit @ unit.T + 1) / 2
        raw = V[b] - V[a] + V[c]
        expected = (
            cosine[b] - cosine[a] + cosine[c],
            s[b] * s[c] / (s[a] + 1e-3),
            unit @ raw / np.linalg.norm(raw),
        )
        for out in (True, False):
            for answer, score in zip(
                answers(rows, (a, b, c), 5, exclude_inputs=out), expected, strict=True
            ):
                score = score.copy()
                if out:
                    score[[a, b, c]] = -np.inf
                order = np.argsort(-score)[:5]
                np.testing.assert_array_equal(answer.ids, order)
                np.testing.assert_allclose(answer.scores, score[order], rtol=1e-4)
                assert answer.margin == pytest.approx(score[order[0]] - score[order[1]], abs=1e-5)

    def test_a_zero_vector_asks_nothing(self) -> None:
        W = np.ones((4, 2), np.float32)
        W[1] = 0
        rows = space(Model(list("abcd"), np.ones(4, np.int64), W))
        with pytest.raises(QueryError, match="zeros"):
            answers(rows, (0, 1, 2))
        assert all(1 not in answer.ids for answer in answers(rows, (0, 2, 3), 4))

    def test_the_plane_holds_the_parallelogram(self) -> None:
        rows, _ = a_space()
        places = plane(rows, [3, 7, 11], (3, 7, 11))
        V = rows.word.astype(float)
        for i, j in ((0, 1), (0, 2), (1, 2)):
            there = np.linalg.norm(V[[3, 7, 11][i]] - V[[3, 7, 11][j]])
            assert np.linalg.norm(places[i] - places[j]) == pytest.approx(there, rel=1e-5)


class TestLists:
    def test_of_gensim(self) -> None:
        assert len(pairs_of("WordSim-353")) == 353 and len(pairs_of("SimLex-999")) == 999
        questions = questions_of("Google analogies")
        assert len(questions) == 19544 and len(sections(questions)) == 14
        assert set(PUBLISHED) == {"WordSim-353", "SimLex-999", "Google analogies"}


def test_scores_of_a_whole_model() -> None:
    sheet = scored(PpmiSvd().replace(source="lee-news", dim=20))
    assert [s.name for s in sheet.similarity] == ["WordSim-353", "SimLex-999"]
    assert all(0 < s.covered < s.total for s in sheet.similarity)
    assert set(sheet.analogies) == {"3CosAdd", "3CosMul"}
    assert len(sheet.analogies["3CosAdd"]) == 15


class TestTargets:
    def test_svd_of_full_rank_is_the_ppmi(self) -> None:
        spec = PpmiSvd().replace(source="lee-news", min_count=60, dim=100, shift=2.0)
        comparison = explained.compare(spec)
        assert comparison.label == "max(PMI − log k, 0)"
        assert (
            comparison.correlation > 0.9
            and comparison.low < comparison.correlation < comparison.high
        )

    def test_a_better_trained_sgns_is_nearer_to_shifted_pmi(self) -> None:
        base = Word2Vec(NEWS.replace(min_count=40), dim=40, sample=0.0, negatives=2)
        few, many = (
            explained.compare(base.replace(passes=n, rate=rate))
            for n, rate in ((2, 0.025), (60, 0.05))
        )
        assert many.correlation > few.correlation and many.weighted > few.weighted
        assert many.weighted > 0.4
        assert many.optimum < many.loss < few.loss and many.optimum == few.optimum

    def test_explicit_reaches_its_target(self) -> None:
        spec = Explicit(Counts(NEWS), size=30, dim=30, iterations=300, noise=1.0)
        comparison = explained.compare(spec)
        assert comparison.correlation > 0.95
        model = fit(spec)
        assert comparison.loss == pytest.approx(model.history[-1, 1], rel=1e-3)
        assert comparison.optimum == pytest.approx(model.optimum, rel=1e-6)

    def test_targets_of_glove_and_simpler_glove(self) -> None:
        counts = Counts(NEWS.replace(min_count=40))
        X = count(counts)
        glove = Glove(counts, dim=30, epochs=40, x_max=5.0)
        comparison, model = explained.compare(glove), fit(glove)
        i, j = comparison.rows[7], comparison.columns[7]
        n = X.row(int(i))[j]
        assert comparison.met[7] == pytest.approx(n)
        assert comparison.target[7] == pytest.approx(
            np.log(n) - model.word_bias[i] - model.context_bias[j], abs=1e-5
        )
        assert comparison.product[7] == pytest.approx(
            float(model.word[i] @ model.context[j]), abs=1e-5
        )
        simpler = explained.compare(SimplerGlove(counts, dim=30, epochs=60, x_max=5.0))
        i, j = simpler.rows[7], simpler.columns[7]
        pmi = np.log(simpler.met[7] * X.total / (X.row_sums[i] * X.column_sums[j]))
        assert simpler.target[7] == pytest.approx(pmi) and (simpler.rows != simpler.columns).all()
        assert simpler.correlation > 0.7 and simpler.weighted > 0.85

    def test_models_without_a_target_say_so(self) -> None:
        for spec in (
            Word2Vec(NEWS, architecture="cbow", dim=5, passes=1),
            PpmiSvd().replace(source="lee-news", exponent=1.0, dim=5),
        ):
            with pytest.raises(QueryError, match="choose"):
                explained.compare(spec)

    def test_bands_part_the_pairs_by_frequency(self) -> None:
        spec = SimplerGlove(Counts(NEWS.replace(min_count=40)), dim=30, epochs=60, x_max=5.0)
        comparison, model = explained.compare(spec), fit(spec)
        bands = explained.bands(comparison, model.counts)
        assert sum(band.pairs for band in bands) == len(comparison.rows)
        assert all(a.high < b.low for a, b in pairwise(bands))
        residual = comparison.product - comparison.target
        rarer = np.minimum(model.counts[comparison.rows], model.counts[comparison.columns])
        last = residual[rarer >= bands[-1].low]
        assert bands[-1].quartiles[1] == pytest.approx(np.median(last))


class TestFreedom:
    def test_loss_stays_and_cosines_go_to_one(self) -> None:
        spec = Glove(Counts(NEWS), dim=12, epochs=8)
        model, records = fit(spec), freedom.sample_of(spec)
        before = freedom.loss(model, records)
        mean = [freedom.cosines(space(freedom.moved(model, size))).mean() for size in (0, 2, 10)]
        for size in (0.5, 2.0, 10.0):
            moved = freedom.moved(model, size)
            assert freedom.loss(moved, records) == pytest.approx(before, rel=1e-4)
            i, j = 5, 9
            psi = [float(m.word[i].astype(float) @ m.context[j] + m.word_bias[i]
                         + m.context_bias[j]) for m in (model, moved)]  # fmt: skip
            assert psi[0] == pytest.approx(psi[1], abs=1e-3)
        assert mean[0] < mean[1] < mean[2] and mean[2] > 0.95

    def test_only_glove_has_it(self) -> None:
        with pytest.raises(QueryError, match="no biases"):
            freedom.moved(fit(PpmiSvd().replace(source="lee-news", dim=5)), 1.0)
        with pytest.raises(QueryError, match="Only a GloVe"):
            freedom.sample_of(PpmiSvd())

    def test_lengths_that_are_information(self) -> None:
        counts = np.array([1000, 500, 200, 100, 50, 20, 10, 5, 4, 3, 2, 1])
        information = -np.log(counts / counts.sum())
        W = np.sqrt(information)[:, None].astype(np.float32)
        words = ["the", "of", *(f"w{i}" for i in range(10))]
        model = Model(words, counts, W)
        norms = freedom.norms(model, space(model))
        assert norms.correlation == pytest.approx(1.0) and norms.slope == pytest.approx(1.0)
        assert "most frequent" in norms.stop_source, "two stop words are too few to be a list"

    @pytest.mark.parametrize("english", [False, True])
    def test_of_few_words_a_fifth_is_marked(self, english: bool) -> None:
        """Else their mean place is the middle, by construction: also where nearly all words of a
        text are stop words."""
        some = "the of and to in that it is was for on are as with his they at be this have"
        words = some.split() if english else [f"w{i}" for i in range(24)]
        counts = np.arange(len(words), 0, -1)
        W = np.sqrt(-np.log(counts / counts.sum()))[:, None].astype(np.float32)
        model = Model(words, counts, W)
        norms = freedom.norms(model, space(model))
        assert norms.stop.sum() == len(words) // 5 and not norms.from_list
        assert norms.place == pytest.approx(0.5 * (len(words) // 5) / len(words))

    def test_too_few_words_are_told(self) -> None:
        model = Model(list("abc"), np.array([3, 2, 1]), np.ones((3, 2), np.float32))
        with pytest.raises(QueryError, match="10 words or more have counts, and here 3 have"):
            freedom.norms(model, space(model))

    def test_stop_words_are_marked(self) -> None:
        model = fit(PpmiSvd().replace(source="lee-news", dim=5))
        norms = freedom.norms(model, space(model))
        marked = {model.words[i] for i, stop in zip(norms.ids, norms.stop, strict=True) if stop}
        assert {"the", "of"} <= marked and "police" not in marked
        ranks = np.argsort(np.argsort(norms.squares))
        assert norms.place == pytest.approx((ranks[norms.stop].mean() + 0.5) / len(ranks))

    def test_a_loaded_model_has_no_frequencies(self) -> None:
        model = Model(list("abc"), np.zeros(3, np.int64), np.ones((3, 2), np.float32))
        with pytest.raises(QueryError, match="counts are not known"):
            freedom.norms(model, space(model))


class TestKeywords:
    TEXT = "The police said the court heard that police had found the man in Sydney"

    def model(self) -> Any:
        return fit(Word2Vec(NEWS, output="hierarchical softmax", dim=8, passes=2))

    def test_tree_is_that_of_a_loop(self) -> None:
        model = self.model()
        counts, unknown = keywords.found_in(self.TEXT, model.vocabulary, NEWS.text)
        assert unknown == sum(w.lower() not in model.words for w in self.TEXT.split())
        ranked = keywords.by_tree(model, counts)
        tree = model.tree
        for i, score in zip(ranked.ids, ranked.scores, strict=True):
            total = 0.0
            for k, times in counts.items():
                for at in range(tree.starts[k], tree.starts[k + 1]):
                    x = model.word[i].astype(float) @ tree.theta[tree.points[at]].astype(float)
                    sign = 1 if tree.codes[at] == 0 else -1
                    total += times * -np.log1p(np.exp(-sign * x))
            assert score == pytest.approx(total / sum(counts.values()), rel=1e-6)
        assert (np.diff(ranked.scores) <= 0).all()

    def test_sum_is_that_of_a_loop(self) -> None:
        model = self.model()
        counts, _ = keywords.found_in(self.TEXT, model.vocabulary, NEWS.text)
        ranked = keywords.by_sum(space(model), counts)
        total = sum(n * model.word[k].astype(float) for k, n in counts.items())
        for i, score in zip(ranked.ids, ranked.scores, strict=True):
            expected = total @ model.word[i].astype(float) / sum(counts.values())
            assert score == pytest.approx(expected, rel=1e-5)

    def test_tfidf_counts_documents(self) -> None:
        from core.text.tokens import tokenise

        words = vocabulary(NEWS)
        counts, _ = keywords.found_in(self.TEXT, words, NEWS.text)
        ranked = keywords.by_tfidf(NEWS, words, counts)
        tokens = tokenise(NEWS.text)
        documents = np.split(np.asarray(tokens.ids), tokens.document_starts[1:])
        for i, score in zip(ranked.ids, ranked.scores, strict=True):
            df = sum(int(i) in part for part in documents)
            assert score == pytest.approx(counts[int(i)] * np.log(len(documents) / df))
        assert words.words[ranked.ids[0]] != "the"

    def test_texts_that_have_no_keywords(self) -> None:
        model = self.model()
        with pytest.raises(QueryError, match="Only 0 words"):
            keywords.found_in("zzqq", model.vocabulary, Text())
        with pytest.raises(QueryError, match="shorten it"):
            keywords.found_in(" ".join(model.words[:500]), model.vocabulary, NEWS.text)
        with pytest.raises(QueryError, match="hierarchical"):
            keywords.by_tree(fit(PpmiSvd().replace(source="lee-news", dim=5)), {0: 1, 1: 1})
