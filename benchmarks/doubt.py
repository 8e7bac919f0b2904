"""Do intervals hold the truth, and do verdicts among equals err as seldom as they say?

Each row is a simulation with a known truth: how often an interval held it, or a verdict called
equals different, beside the level that the page states and the error of the simulation (two
standard errors). `bad`: off by more than that and two points on the side that claims too much.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

RUNS = 400
HOLDS, ERRS = 0.95, 0.05


def table() -> list[dict[str, Any]]:
    """A row a statement of doubt."""
    rows = []
    for what, level, trial in STATEMENTS:
        rng = np.random.default_rng(0)
        share = float(np.mean([trial(rng) for _ in range(RUNS)]))
        error = 2 * float(np.sqrt(level * (1 - level) / RUNS))
        over = level - share if level > 0.5 else share - level
        rows.append({"statement": what, "level": level, "measured": share, "±": error,
                     "bad": "bad" if over > error + 0.02 else ""})  # fmt: skip
    return rows


def analogies(pairs: int, mean: float, spread: float) -> Callable[[np.random.Generator], bool]:
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


def correlation(pairs: int) -> Callable[[np.random.Generator], bool]:
    """Spearman's ρ of a list of judged pairs, of a normal population with r = 0.6."""
    from core import intervals
    from core.vectors.evaluate.judged import Pair
    from core.vectors.evaluate.resampling import draws
    from core.vectors.evaluate.scores import spearman

    truth = 6 / np.pi * np.arcsin(0.6 / 2)
    rows = list(draws([Pair("a", "b", 0.0)] * pairs, 300))

    def trial(rng: np.random.Generator) -> bool:
        x, y = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], pairs).T
        low, high = intervals.percentiles(np.array([spearman(x[r], y[r]) for r in rows]))
        return bool(low <= truth <= high)

    return trial


def contest(trainings: int) -> Callable[[np.random.Generator], bool]:
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


def sweep(settings: int, seeds: int, items: float) -> Callable[[np.random.Generator], bool]:
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


def geometry(n: int, name: str) -> Callable[[np.random.Generator], bool]:
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


STATEMENTS: list[tuple[str, float, Callable[[np.random.Generator], bool]]] = [
    ("analogies, 12 pairs, half are right", HOLDS, analogies(12, 0.0, 0.6)),
    ("analogies, 12 pairs, few are right", HOLDS, analogies(12, -2.0, 0.6)),
    ("analogies, 40 pairs, a third is right", HOLDS, analogies(40, -0.8, 1.0)),
    ("word similarity, 60 pairs", HOLDS, correlation(60)),
    ("word similarity, 340 pairs", HOLDS, correlation(340)),
    ("two models in which nothing is random", ERRS, contest(1)),
    ("two models, five trainings each", ERRS, contest(5)),
    ("sweep, 10 equal settings, 3 seeds", ERRS, sweep(10, 3, 0.02)),
    ("sweep, 10 equal settings, items only", ERRS, sweep(10, 1, 0.5)),
    ("sweep, 4 equal settings, seeds only", ERRS, sweep(4, 5, 0.0)),
    *(
        (f"{label} of {n} words", HOLDS, geometry(n, name))
        for label, name in (("Procrustes residual", "residual"), ("RSA", "rsa"), ("CKA", "cka"))
        for n in (500, 2000)
    ),
]
