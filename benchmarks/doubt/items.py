"""Doubt of collections: labels and neighbours, probes, and two embeddings of the same rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.doubt.statement import ERRS, HOLDS, Statement, Trial
from core.spaces.probes import Probe
from core.vectors.search.graph import Nearest, neighbours_among


def near(X: np.ndarray, k: int = 10) -> Nearest:
    """The neighbours of the rows of X (n, d), by cosine."""
    unit = X / np.linalg.norm(X, axis=1, keepdims=True)
    return neighbours_among(unit.astype(np.float32), k)


def probe(of: Callable[[np.random.Generator], Probe]) -> Trial:
    """A probe of rows drawn from a population: its mean over 400 such draws is the truth."""
    rng = np.random.default_rng(1)
    truth = float(np.mean([of(rng).score for _ in range(400)]))

    def trial(rng: np.random.Generator) -> bool:
        one = of(rng)
        return one.low <= truth <= one.high

    return trial


def labelled(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows (n, 6) of two overlapping kinds, and which kind each is."""
    codes = (rng.random(n) < 0.4).astype(np.int32)
    X = rng.normal(size=(n, 6)) + 1.0
    X[:, 0] += 1.6 * codes
    return X.astype(np.float32), codes


def accuracies(n: int, noise: float) -> Trial:
    """B − A by the neighbours of n rows; B is noisier than A, or of another noise as large."""
    from core.compare.duel import Duel
    from core.compare.items import accuracy_duel

    def of(rng: np.random.Generator) -> Duel:
        X, codes = labelled(rng, n)
        sides = (X + s * rng.normal(size=X.shape) for s in (0.3, noise))
        return accuracy_duel("", [near(Y).rows for Y in sides], codes, n)

    rng = np.random.default_rng(1)
    same = noise == 0.3
    truth = 0.0 if same else float(np.mean([of(rng).difference.value for _ in range(400)]))

    def trial(rng: np.random.Generator) -> bool:
        apart = of(rng).difference
        return apart.real if same else apart.low <= truth <= apart.high

    return trial


def encoders(seeds: int, columns: int) -> Trial:
    """Two encoders by seed, each of which deals 200 items anew: their mean difference.

    They are directions learnt from 140 of the items and judged on the other 60, of all six
    columns and of the first ones; with six both are alike, but for the luck of their training.
    """
    from core import intervals

    def right(X: np.ndarray, codes: np.ndarray, order: np.ndarray, luck: np.ndarray) -> float:
        train, held = order[:140], order[140:]
        middles = np.stack([X[train][codes[train] == c].mean(axis=0) for c in (0, 1)])
        middles = middles + luck[: X.shape[1]] * [[-1], [1]]
        direction, middle = middles[1] - middles[0], middles.mean(axis=0)
        return float((((X[held] - middle) @ direction > 0) == codes[held]).mean())

    def of(rng: np.random.Generator) -> intervals.Interval:
        X, codes = labelled(rng, 200)
        apart = []
        for _ in range(seeds):
            order, luck = rng.permutation(200), 0.2 * rng.normal(size=(2, 6))
            sides = zip((X, X[:, :columns]), luck, strict=True)
            a, b = (right(side, codes, order, own) for side, own in sides)
            apart.append(a - b)
        return intervals.mean(np.array(apart), 60 / 140)

    rng = np.random.default_rng(1)
    same = columns == 6
    truth = 0.0 if same else float(np.mean([of(rng).value for _ in range(400)]))

    def trial(rng: np.random.Generator) -> bool:
        one = of(rng)
        within = one.low <= truth <= one.high
        return not within if same else within

    return trial


def knn_labels(n: int, rng: np.random.Generator) -> Probe:
    from core.spaces import probes

    X, codes = labelled(rng, n)
    return probes.knn_labels(near(X), codes)


def linear_labels(n: int, rng: np.random.Generator) -> Probe:
    from core.spaces import probes

    return probes.linear_labels(*labelled(rng, n))


def numbered(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows (n, 6), and a number of each that they tell in part."""
    X = rng.normal(size=(n, 6)) + 1.0
    return X.astype(np.float32), X[:, 0] - X[:, 1] + rng.normal(size=n)


def knn_number(n: int, rng: np.random.Generator) -> Probe:
    from core.spaces import probes

    X, values = numbered(rng, n)
    return probes.knn_number(near(X), values)


def linear_number(n: int, rng: np.random.Generator) -> Probe:
    from core.spaces import probes

    return probes.linear_number(*numbered(rng, n))


def permuted(n: int, label: int | None) -> Trial:
    """Labels that know nothing of the vectors: is their agreement within what chance gives?"""
    from core.spaces.doubt import agreement

    lists = near(np.random.default_rng(1).normal(size=(n, 6)))

    def trial(rng: np.random.Generator) -> bool:
        codes = rng.choice(3, n, p=[0.6, 0.3, 0.1]).astype(np.int32)
        result = agreement(lists, codes, seed=int(rng.integers(1_000_000)))
        if label is None:
            return result.mean_low <= result.mean <= result.mean_high
        return bool(result.low[label] <= result.label[label] <= result.high[label])

    return trial


def leaking(n: int) -> Trial:
    """A split that knows nothing of near-duplicates: is its leakage within what chance gives?"""
    from core.spaces.alike import alike_pairs
    from core.spaces.doubt import leakage

    half = np.random.default_rng(1).normal(size=(n // 2, 8))
    V = np.vstack([half, half])
    X = (V / np.linalg.norm(V, axis=1, keepdims=True)).astype(np.float32)
    pairs = alike_pairs(X, near(V), 0.999)

    def trial(rng: np.random.Generator) -> bool:
        split = (rng.random(n) < 0.3).astype(np.int32)
        result = leakage(pairs, split, 0, 1, seed=int(rng.integers(1_000_000)))
        return result.low <= result.share <= result.high

    return trial


def naming(texts: int) -> Trial:
    """Clusters that know nothing of the texts: does a word stand out in one of them?"""
    from core.spaces.words import present_in, standing_out

    words = [f"w{i}" for i in range(300)]
    chance = 1 / np.arange(3, 303)

    def trial(rng: np.random.Generator) -> bool:
        held = rng.random((texts, 300)) < chance
        values = [" ".join(w for w, has in zip(words, row, strict=True) if has) for row in held]
        labels = rng.integers(0, 4, texts).astype(np.int32)
        named, _ = standing_out(present_in(values).matrix, labels, 4, 1)
        return len(named[0]) > 0

    return trial


STATEMENTS = (
    Statement("Doubt", "agreement of random labels, all rows", HOLDS, partial(permuted, 200, None),
              quick=False),
    Statement("Doubt", "agreement of random labels, a rare label", HOLDS,
              partial(permuted, 200, 2), quick=False),
    Statement("Doubt", "leakage of a random split", HOLDS, partial(leaking, 300), quick=False),
    *(
        Statement("Doubt", f"{what}, {n} rows", HOLDS, partial(probe, partial(of, n)),
                  quick=False)
        for what, of in (
            ("k-NN accuracy", knn_labels), ("accuracy of a linear probe", linear_labels),
            ("k-NN R²", knn_number), ("R² of a linear probe", linear_number),
        )
        for n in (60, 300)
    ),
    Statement("Embedding A or B", "difference in accuracy, 60 rows", HOLDS,
              partial(accuracies, 60, 0.9), quick=False),
    Statement("Embedding A or B", "difference in accuracy, 300 rows", HOLDS,
              partial(accuracies, 300, 0.9), quick=False),
    Statement("Embedding A or B", "equals called different, 100 rows", ERRS,
              partial(accuracies, 100, 0.3), quick=False),
    Statement("Features", "difference of two encoders, five seeds", HOLDS, partial(encoders, 5, 2)),
    Statement("Features", "equals called different, five seeds", ERRS, partial(encoders, 5, 6)),
    Statement("Collection", "a cluster of nothing gets a name", ERRS, partial(naming, 200), 200,
              quick=False),
)  # fmt: skip
