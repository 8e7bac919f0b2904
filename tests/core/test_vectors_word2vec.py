"""word2vec: repeatable with one worker, and its loss is what it says."""

from __future__ import annotations

import numpy as np
import pytest
from tiny_corpora import a_text, corpus, news

from core.progress import run_on
from core.text.specs import Corpus
from core.text.vocabulary import vocabulary
from core.vectors import Word2Vec, fit, space
from core.vectors.models.word2vec import cut, estimate, path_log_probability, probe


@pytest.fixture(scope="module")
def small() -> Corpus:
    return corpus(a_text())


class TestWord2Vec:
    def test_one_worker_gives_the_same_vectors(self) -> None:
        from core.vectors.models import word2vec

        spec = Word2Vec(news(), dim=20, passes=2)
        one, two = (word2vec.train(spec, run_on) for _ in range(2))
        np.testing.assert_array_equal(one.word, two.word)
        np.testing.assert_array_equal(one.context, two.context)
        other = word2vec.train(spec.replace(seed=1), run_on)
        assert not np.array_equal(one.word, other.word)

    @pytest.mark.parametrize("architecture", ["skip-gram", "cbow"])
    @pytest.mark.parametrize("output", ["negative sampling", "hierarchical softmax"])
    def test_learns_and_says_so(self, architecture: str, output: str, small: Corpus) -> None:
        spec = Word2Vec(
            small, architecture, output, dim=10, passes=10, sample=0.0, negatives=2, rate=0.05
        )
        model = fit(spec)
        assert model.history.shape == (11, 3)
        assert model.history[-1, 1] < model.history[0, 1]
        assert model.history[-1, 2] < model.history[0, 2]
        rows = space(model)
        cosine = rows.word @ rows.word.T / np.outer(rows.norms, rows.norms)
        find = model.vocabulary.find
        topic = [find(f"w{i}") for i in range(12)]
        within, across = cosine[topic[1], topic[2:6]].mean(), cosine[topic[1], topic[6:]].mean()
        assert within > across
        assert (model.tree is not None) == (output == "hierarchical softmax")
        assert bool(model.context.size) == (output == "negative sampling")

    def test_tree_probabilities_add_up_to_one(self, small: Corpus) -> None:
        model = fit(Word2Vec(small, output="hierarchical softmax", dim=10, passes=2))
        assert model.tree is not None
        V = len(model.words)
        h = np.repeat(model.word[:1].astype(float), V, axis=0)
        log_p = path_log_probability(h, np.arange(V), model.tree)
        assert np.exp(log_p).sum() == pytest.approx(1.0, abs=1e-5)

    def test_loss_of_given_vectors_is_that_of_a_loop(self, small: Corpus) -> None:
        spec = Word2Vec(small, negatives=3)
        words = vocabulary(small)
        rng = np.random.default_rng(0)
        W, C = rng.normal(0, 1, (2, len(words.words), 5))
        pieces = cut(rng.integers(0, len(words.words), 500), np.array([0, 100]), len(words.words))
        noise = np.cumsum(words.counts) / words.counts.sum()
        sample = probe(pieces, spec, np.ones(len(words.words)), noise)
        total = 0.0
        for at, word, wrong in zip(sample.contexts, sample.words, sample.noise, strict=True):
            h = W[at[at >= 0]].mean(axis=0)
            total += np.log1p(np.exp(-h @ C[word])) + sum(np.log1p(np.exp(h @ C[n])) for n in wrong)
        assert estimate(W, C, sample, None) == pytest.approx(total / len(sample.words))

    def test_pairs_are_drawn_within_windows_and_pieces(self, small: Corpus) -> None:
        """In 0 1 2 … the two words of a pair are as far apart as their numbers."""
        ids = np.arange(10)
        spec = Word2Vec(small, window=2)
        pieces = cut(ids, np.array([0, 5]), 10)
        sample = probe(pieces, spec, np.ones(10), np.linspace(0.1, 1, 10))
        apart = np.abs(sample.contexts[:, 0] - sample.words)
        assert set(apart) == {1, 2}
        assert (apart == 1).sum() > 1.5 * (apart == 2).sum(), "nearer words are drawn more often"
        assert not ((sample.words == 4) & (sample.contexts[:, 0] == 5)).any()

    def test_cut_drops_words_and_keeps_boundaries(self) -> None:
        pieces = cut(np.array([0, 9, 1, 2, 9, 0, 1]), np.array([0, 3, 5]), 3)
        assert pieces.ids.tolist() == [0, 1, 2, 0, 1]
        assert pieces.starts.tolist() == [0, 2, 3, 5]
