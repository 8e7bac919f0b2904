"""Doubt of sentences and of discovered words."""

from __future__ import annotations

from functools import partial

import numpy as np

from benchmarks.doubt.statement import ERRS, HOLDS, Statement, Trial

SPREAD = 0.8  # of the ease of groups, in standard deviations of a single text's luck


def hits(
    rng: np.random.Generator, groups: int, *easy: float
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Groups of two to six texts that are easy or hard together, and the hits of each method."""
    group = np.repeat(np.arange(groups), rng.integers(2, 7, groups))
    ease = rng.normal(0, SPREAD, groups)[group]
    return group, [ease + rng.normal(size=len(group)) < level for level in easy]


def truth(level: float) -> float:
    """The share of hits in the population."""
    from scipy.stats import norm

    return float(norm.cdf(level / np.sqrt(1 + SPREAD**2)))


def retrieval(groups: int, level: float) -> Trial:
    """The share of texts that find a mate."""
    from core.sequences.retrieval import clustered_share

    def trial(rng: np.random.Generator) -> bool:
        group, (hit,) = hits(rng, groups, level)
        estimate = clustered_share(hit, group)
        return estimate.low <= truth(level) <= estimate.high

    return trial


def retrievals(groups: int, one: float, other: float) -> Trial:
    """By how much one method finds more; of equals, whether one is said to."""
    from core.sequences.retrieval import difference

    def trial(rng: np.random.Generator) -> bool:
        group, (a, b) = hits(rng, groups, one, other)
        estimate = difference(a, b, group)
        if one == other:
            return estimate.real
        return estimate.low <= truth(one) - truth(other) <= estimate.high

    return trial


def losses(seeds: int, gain: float) -> Trial:
    """Two losses over splits of one corpus: by how much one finds more, or whether it is said to.

    What a training gains depends on the split, by what was trained on and by what is asked.
    """
    from core.intervals import mean

    texts, asked = 600, 120

    def trial(rng: np.random.Generator) -> bool:
        ease = gain + rng.normal(0, 0.3, texts)  # of one loss over the other, text by text
        ease += gain - ease.mean()
        values = np.empty(seeds)
        for seed in range(seeds):
            order = rng.permutation(texts)
            values[seed] = ease[order[:asked]].mean() + rng.normal(0, 0.02)
        estimate = mean(values, asked / (texts - asked))
        if gain:
            return estimate.low <= gain <= estimate.high
        return estimate.real

    return trial


def people(documents: int) -> Trial:
    """Pearson's r with people over pairs of documents, which share documents."""
    from core.sequences.lee import agreement

    def drawn(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
        places = rng.normal(size=(n, 4))
        i, j = np.triu_indices(n, 1)
        alike = (places[i] * places[j]).sum(axis=1)
        own, other = (rng.normal(size=n) for _ in range(2))
        noise = rng.normal(size=(2, len(i)))
        return alike + noise[0] + own[i] + own[j], alike + noise[1] + other[i] + other[j]

    level = float(np.corrcoef(*drawn(np.random.default_rng(1), 3000))[0, 1])

    def trial(rng: np.random.Generator) -> bool:
        estimate = agreement(*drawn(rng, documents), documents)
        return estimate.low <= level <= estimate.high

    return trial


def segmented(letters: int) -> Trial:
    """F1 of a cut whose errors come in runs, as passages are easy or hard."""
    from core.segmentation.scoring import f1_interval

    def drawn(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        codes = np.ones(n, np.int32)
        codes[::12] = 0
        gold = (rng.random(n) < 0.5) & (codes > 0)
        gold[np.flatnonzero(codes == 0) + 1] = True
        hard = np.repeat(rng.beta(1, 4, -(-n // 150)), 150)[:n]
        wrong = (rng.random(n) < hard) & (codes > 0) & ~np.roll(codes == 0, 1)
        return codes, gold, gold ^ wrong

    level = f1_interval(*drawn(np.random.default_rng(1), 6_000_000 + 6)).value

    def trial(rng: np.random.Generator) -> bool:
        estimate = f1_interval(*drawn(rng, letters))
        return estimate.low <= level <= estimate.high

    return trial


SHARES = np.array([0.6, 0.25, 0.1, 0.05])  # of the classes


def answers(rng: np.random.Generator, n: int, *right: float) -> tuple[np.ndarray, list[np.ndarray]]:
    """The classes of n series, and what methods take them for, which are right so often."""
    own = rng.choice(len(SHARES), n, p=SHARES)
    return own, [
        np.where(rng.random(n) < share, own, rng.choice(len(SHARES), n, p=SHARES))
        for share in right
    ]


def macro(n: int, *right: float) -> Trial:
    """Macro-F1 of one method, or how much larger that of the first of two is."""
    from core.series.scores import ahead, confusion, macro_f1, measured

    classes = len(SHARES)
    own, said = answers(np.random.default_rng(1), 1_000_000, *right)
    scores = [float(macro_f1(confusion(own, one, classes))) for one in said]

    def trial(rng: np.random.Generator) -> bool:
        own, said = answers(rng, n, *right)
        seed = int(rng.integers(1_000_000))
        if len(right) == 1:
            estimate = measured(confusion(own, said[0], classes), seed)
            return estimate.low <= scores[0] <= estimate.high
        estimate = ahead(own, said[0], said[1], classes, seed)
        if right[0] == right[1]:
            return estimate.real
        return estimate.low <= scores[0] - scores[1] <= estimate.high

    return trial


def classified(n: int, *right: float) -> Trial:
    """The accuracy of one method on n texts, or how much larger that of the first of two is."""
    from core.text_classes.comparison import accuracy, ahead

    def trial(rng: np.random.Generator) -> bool:
        ease = rng.random(n)
        hits = [ease + 0.4 * (rng.random(n) - 0.5) < share for share in right]
        if len(right) == 1:
            estimate = accuracy(hits[0])
            return estimate.low <= right[0] <= estimate.high
        estimate = ahead(hits[0], hits[1])
        return (
            estimate.real
            if right[0] == right[1]
            else (estimate.low <= right[0] - right[1] <= estimate.high)
        )

    return trial


STATEMENTS = (
    Statement("Spectra", "macro-F1, 100 series, a class of 5", HOLDS, partial(macro, 100, 0.8),
              quick=False),
    Statement("Spectra", "macro-F1, 400 series", HOLDS, partial(macro, 400, 0.8), quick=False),
    Statement("Spectra", "difference in macro-F1, 400 series", HOLDS,
              partial(macro, 400, 0.8, 0.7), quick=False),
    Statement("Spectra", "equals called different, 200 series", ERRS,
              partial(macro, 200, 0.8, 0.8), quick=False),
    Statement("Text classes", "accuracy, 40 texts", HOLDS, partial(classified, 40, 0.75)),
    Statement("Text classes", "difference in accuracy, 100 texts", HOLDS,
              partial(classified, 100, 0.75, 0.65)),
    Statement("Text classes", "equals called different, 40 texts", ERRS,
              partial(classified, 40, 0.7, 0.7)),
    Statement("Word discovery", "F1, 60,000 letters", HOLDS, partial(segmented, 60_006),
              quick=False),
    Statement("Sentences", "share that find a mate, 40 groups", HOLDS, partial(retrieval, 40, 0.5)),
    Statement("Sentences", "share that find a mate, 12 groups, few do", HOLDS,
              partial(retrieval, 12, -1.5)),
    Statement("Sentences", "difference of two methods, 40 groups", HOLDS,
              partial(retrievals, 40, 0.5, 0.3)),
    Statement("Sentences", "equal methods called different, 40 groups", ERRS,
              partial(retrievals, 40, 0.5, 0.5)),
    Statement("Sentences", "difference of two losses, 5 seeds", HOLDS, partial(losses, 5, 0.02)),
    Statement("Sentences", "equal losses called different, 5 seeds", ERRS, partial(losses, 5, 0.0)),
    Statement("Sentences", "agreement with people, 50 documents", HOLDS, partial(people, 50), 200,
              quick=False),
)  # fmt: skip
