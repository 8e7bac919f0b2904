"""Scores and comparisons of word vectors, and sweeps."""

from __future__ import annotations

import itertools
from functools import partial

import numpy as np

from benchmarks.doubt.statement import ERRS, HOLDS, Statement, Trial


def analogies(pairs: int, mean: float, spread: float) -> Trial:
    """A share of questions, each pair of words easy or hard."""
    from scipy.stats import norm

    from core import intervals
    from core.vectors.evaluate.judged import Question
    from core.vectors.evaluate.resampling import draws, structure

    names = [(f"a{i}", f"b{i}") for i in range(pairs)]
    asked = [Question("s", *one, *other) for one, other in itertools.permutations(names, 2)]
    built, rows = structure(asked), list(draws(asked, 200))
    truth = norm.cdf(mean / np.sqrt(1 + 2 * spread**2))

    def trial(rng: np.random.Generator) -> bool:
        ease = rng.normal(0, spread, pairs)
        noise = rng.normal(size=len(asked))
        hit = mean + ease[built.left] + ease[built.right] + noise > 0
        variance = float(np.nanvar([hit[drawn].mean() for drawn in rows], ddof=1))
        low, high = intervals.share(float(hit.mean()), variance, pairs - 1)
        return bool(low <= truth <= high)

    return trial


def correlation(pairs: int) -> Trial:
    """Spearman's ρ of a list of judged pairs, of a normal population with r = 0.6."""
    from core import intervals
    from core.vectors.evaluate.judged import Pair
    from core.vectors.evaluate.resampling import draws
    from core.vectors.evaluate.scores import spearman

    truth = 6 / np.pi * np.arcsin(0.6 / 2)
    rows = list(draws([Pair("a", "b", 0.0)] * pairs, 200))

    def trial(rng: np.random.Generator) -> bool:
        x, y = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], pairs).T
        low, high = intervals.percentiles(np.array([spearman(x[r], y[r]) for r in rows]))
        return bool(low <= truth <= high)

    return trial


def contest(trainings: int) -> Trial:
    """Two models of one recipe: is a difference called real?"""
    from core.compare.versus import share_duel
    from core.vectors.evaluate.judged import Pair

    items = [Pair(f"a{i}", f"b{i}", 0.0) for i in range(200)]

    def trial(rng: np.random.Generator) -> bool:
        base, luck = rng.random(200), 0.02 if trainings > 1 else 0.0
        sides = [
            [base + rng.normal(0, luck) + 0.2 * rng.random(200) for _ in range(trainings)]
            for _ in "AB"
        ]
        return share_duel("", items, sides, (trainings > 1,) * 2).real

    return trial


def sweep(settings: int, seeds: int, items: float) -> Trial:
    """Equal settings: is one called worse?"""
    from core.sweeps.judgement import judge
    from core.sweeps.measuring import Value
    from core.sweeps.runs import Run, Table
    from core.sweeps.specs import Sweep

    drawn = np.random.default_rng(0).integers(0, 200, (200, 200))
    values = ", ".join(str(10 + i) for i in range(settings))
    base = Sweep("PpmiSvd", f"dim = {values}", objectives="WordSim-353")

    def trial(rng: np.random.Generator) -> bool:
        runs = []
        for place in range(settings):
            own = rng.normal(0.5, items, 200)
            for seed in range(seeds):
                whole = own + (rng.normal(0, 0.02) if seeds > 1 else 0.0)
                spread = whole[drawn].mean(axis=1) if items else np.zeros(0)
                value = Value(float(whole.mean()), spread)
                runs.append(Run(place, seed, {"dim": place}, {"WordSim-353": value}))
        verdicts = judge(Table(base, tuple(runs)), "WordSim-353")
        return any(spread.verdict == "worse" for spread in verdicts)

    return trial


def geometry(n: int, name: str) -> Trial:
    """Residual, RSA or CKA of n words against those of the 20,000 they were drawn from."""
    from core.compare.geometry import alike

    rng = np.random.default_rng(1)
    A = rng.normal(size=(20_000, 20)).astype(np.float32)
    A /= np.linalg.norm(A, axis=1, keepdims=True)
    B = A + 0.15 * rng.normal(size=A.shape)
    B = (B / np.linalg.norm(B, axis=1, keepdims=True)).astype(np.float32)
    truth = getattr(alike(A, B), name).value

    def trial(rng: np.random.Generator) -> bool:
        rows = rng.choice(len(A), n, replace=False)
        estimate = getattr(alike(A[rows], B[rows]), name)
        return bool(estimate.low <= truth <= estimate.high)

    return trial


def difference(pairs: int) -> Trial:
    """Spearman's ρ of two models with the same judgements, of normal populations."""
    from core.compare.versus import similarity_duel
    from core.vectors.evaluate.judged import Pair

    covariance = [[1, 0.5, 0.6], [0.5, 1, 0.7], [0.6, 0.7, 1]]
    truth = 6 / np.pi * (np.arcsin(0.6 / 2) - np.arcsin(0.5 / 2))

    def trial(rng: np.random.Generator) -> bool:
        judged, a, b = rng.multivariate_normal(np.zeros(3), covariance, pairs).T
        items = [Pair(f"a{i}", f"b{i}", score) for i, score in enumerate(judged)]
        apart = similarity_duel("", items, [[a], [b]]).difference
        return bool(apart.low <= truth <= apart.high)

    return trial


def explained(pairs: int) -> Trial:
    """The correlation of inner products with their targets, over pairs that met."""
    from core.vectors.evaluate.explained import interval

    def trial(rng: np.random.Generator) -> bool:
        x, y = rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], pairs).T
        low, high = interval(x, y, rng)
        return low <= 0.8 <= high

    return trial


def promise(words: int) -> Trial:
    """Neighbours that all reruns found again: the share of them that another text has."""
    from core.compare.halves import Halves

    k, filler = 10, np.arange(words, words + 10)

    def trial(rng: np.random.Generator) -> bool:
        own = np.stack([np.arange(1, k + 1) + i for i in range(words)]) % words
        kept = rng.random((words, k)) < rng.beta(3, 2, words)[:, None]
        other = np.where(kept, own, filler)
        # the fillers are words, too, with neighbours of their own
        lists = [np.vstack([rows, np.tile(filler, (k, 1))]) for rows in (own, other)]
        lists[0][words:] = -1
        found = Halves(lists[0], lists[1], np.stack([lists[0]] * 3)).promises(k)[-1]
        return found.low <= 0.6 <= found.high

    return trial


def overlap(n: int) -> Trial:
    """The mean overlap of neighbours of n words drawn from 20,000."""
    from core.compare.matched import Matched
    from core.vectors.search.graph import neighbours_among

    rng = np.random.default_rng(1)
    A = rng.normal(size=(20_000, 10)).astype(np.float32)
    B = (A + 0.3 * rng.normal(size=A.shape)).astype(np.float32)
    A, B = (X / np.linalg.norm(X, axis=1, keepdims=True) for X in (A, B))

    def matched(rng: np.random.Generator) -> Matched:
        rows = rng.choice(len(A), n, replace=False)
        a, b = (neighbours_among(X[rows], 10) for X in (A, B))
        return Matched(a.rows, b.rows, a.cosines, b.cosines, None)  # type: ignore[arg-type]

    truth = np.mean([matched(rng).mean_overlap(10).value for _ in range(200)])

    def trial(rng: np.random.Generator) -> bool:
        estimate = matched(rng).mean_overlap(10)
        return bool(estimate.low <= truth <= estimate.high)

    return trial


def evidence(least: float) -> Trial:
    """G² of two words of a shuffled text: is it above the 5 % point of χ²?"""
    from core.counts.association import log_likelihood_ratio

    def trial(rng: np.random.Generator) -> bool:
        text = rng.choice(3, 4000, p=[0.1, 0.05, 0.85])
        pairs = np.zeros((3, 3))
        for step in range(1, 6):  # both sides within five words
            np.add.at(pairs, (text[:-step], text[step:]), 1)
        pairs = pairs + pairs.T
        sums = pairs.sum(axis=1)
        g2 = log_likelihood_ratio(pairs[:1, 1], sums[:1], sums[1:2], float(pairs.sum()))
        return bool(np.ravel(g2)[0] > least)

    return trial


STATEMENTS = (
    Statement("Analogies & scores", "analogies, 12 pairs, half are right", HOLDS,
              partial(analogies, 12, 0.0, 0.6), quick=False),
    Statement("Analogies & scores", "analogies, 12 pairs, few are right", HOLDS,
              partial(analogies, 12, -2.0, 0.6)),
    Statement("Analogies & scores", "analogies, 40 pairs, a third is right", HOLDS,
              partial(analogies, 40, -0.8, 1.0)),
    Statement("Analogies & scores", "word similarity, 60 pairs", HOLDS, partial(correlation, 60),
              200, quick=False),
    Statement("Analogies & scores", "word similarity, 340 pairs", HOLDS, partial(correlation, 340),
              200, quick=False),
    Statement("Explain", "correlation with the target, 300 pairs", HOLDS, partial(explained, 300),
              quick=False),
    Statement("PMI heatmap", "G² above 3.84 by chance", ERRS, partial(evidence, 3.84)),
    Statement("Words that moved", "difference in word similarity, 100 pairs", HOLDS,
              partial(difference, 100), 100, quick=False),
    Statement("Words that moved", "equals called different, nothing random", ERRS,
              partial(contest, 1), 200, quick=False),
    Statement("Words that moved", "equals called different, five trainings each", ERRS,
              partial(contest, 5), 200, quick=False),
    Statement("Words that moved", "found again in all reruns, 100 words", HOLDS,
              partial(promise, 100)),
    Statement("Words that moved", "overlap@10 of 400 words", HOLDS, partial(overlap, 400), 200,
              quick=False),
    *(
        Statement("Words that moved", f"{label} of {n} words", HOLDS,
                  partial(geometry, n, name), 200, quick=n < 1000)
        for label, name in (("Procrustes residual", "residual"), ("RSA", "rsa"), ("CKA", "cka"))
        for n in (500, 2000)
    ),
    Statement("Sweeps", "10 equal settings, 3 seeds: one called worse", ERRS,
              partial(sweep, 10, 3, 0.02)),
    Statement("Sweeps", "10 equal settings, items only: one called worse", ERRS,
              partial(sweep, 10, 1, 0.5)),
    Statement("Sweeps", "4 equal settings, seeds only: one called worse", ERRS,
              partial(sweep, 4, 5, 0.0)),
)  # fmt: skip
