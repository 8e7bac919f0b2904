"""The fifty Lee documents: how near people find two of them, and what each method says.

Fifty short news texts, each pair judged by eight to twelve people from 1 to 5; gensim ships the
texts and the mean judgements, a fifth of them. (Lee, Pincombe & Welsh 2005, CogSci.) The single
judgements are not shipped: that one person agrees with the others at r of about 0.6 is what the
authors report.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.intervals import Interval, student
from core.progress import OnStep, part, report, run_on
from core.sequences.groups import sentences
from core.sequences.methods import METHODS, Vectors, baselines, vectors
from core.sequences.retrieval import cosines
from core.sequences.specs import Sentences
from core.sequences.training import fit
from core.text import tokenisers
from core.text.sources import shipped
from core.text.specs import Text

ONE_PERSON = 0.6
"""Pearson's r of one person with others, as published."""
RESAMPLED = 1000


@dataclass(frozen=True)
class Agreements:
    """people: (P,) the mean judgement of each pair i < j; near: (M, P) what each method of METHODS
    says; of: (M,) their agreement with people, Pearson's r over all pairs, the luck of the
    documents."""

    people: NDArray[np.float64]
    near: NDArray[np.float64]
    of: tuple[Interval, ...]


def documents() -> list[str]:
    """The fifty texts."""
    return shipped("lee.cor").read_text("cp1252").splitlines()


def judgements() -> NDArray[np.float64]:
    """The mean judgement of each pair, (50, 50), symmetric, 1 on the diagonal."""
    upper = np.loadtxt(shipped("similarities0-1.txt"))
    upper = np.triu(upper, 1)
    whole: NDArray[np.float64] = upper + upper.T + np.eye(len(upper))
    return whole


@cached
def agree(spec: Sentences, on_step: OnStep = run_on) -> Agreements:
    """Compare every method with people. The texts are in English, whatever was trained on."""
    trained = fit(spec, part(on_step, 0.0, 0.6))
    ways = vectors(
        spec.parting, baselines(spec.parting, part(on_step, 0.6, 0.9)), trained.network(spec)
    )
    texts, people = documents(), judgements()
    i, j = np.triu_indices(len(texts), 1)
    near = []
    for k, method in enumerate(METHODS):
        report(on_step, 0.9 + 0.1 * k / len(METHODS), "comparing with people")
        near.append(_nearness(ways[method], texts, spec.parting.groups.text)[i, j])
    return Agreements(
        people[i, j], np.array(near),
        tuple(agreement(values, people[i, j], len(texts)) for values in near),
    )  # fmt: skip


def _nearness(way: Vectors, texts: list[str], cut: Text) -> NDArray[np.float64]:
    """Cosines of the documents (n, n): a document is the sum of its sentences' unit vectors."""
    pieces = [(i, tokenisers.split(s, cut)) for i, text in enumerate(texts)
              for s in sentences(text)]  # fmt: skip
    rows = way([tokens for _, tokens in pieces])
    rows = np.asarray(rows.toarray() if hasattr(rows, "toarray") else rows, np.float64)
    summed = np.zeros((len(texts), rows.shape[1]))
    np.add.at(summed, [i for i, _ in pieces], rows)
    lengths = np.linalg.norm(summed, axis=1, keepdims=True)
    summed /= np.where(lengths > 0, lengths, 1.0)
    return cosines(summed, summed).astype(np.float64)


def agreement(near: NDArray[np.float64], people: NDArray[np.float64], n: int) -> Interval:
    """Pearson's r over the pairs i < j of n documents, both (n(n−1)/2,).

    The interval is Fisher's, z = artanh r, with a standard error that resamples documents, not
    pairs: pairs share documents, and are not independent. NaN where nothing varies.
    """
    r = _pearson(near, people, np.ones(len(near)))
    if math.isnan(r):
        return Interval(r, math.nan, math.nan)
    i, j = np.triu_indices(n, 1)
    rng = np.random.default_rng(0x1EE)
    drawn = rng.multinomial(n, np.full(n, 1 / n), RESAMPLED)
    weights = (drawn[:, i] * drawn[:, j]).astype(np.float64)
    z = np.arctanh(np.clip([_pearson(near, people, w) for w in weights], -0.999999, 0.999999))
    half = student(n - 1) * float(np.nanstd(z, ddof=1))
    middle = math.atanh(r)
    return Interval(r, math.tanh(middle - half), math.tanh(middle + half))


def _pearson(x: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    total = weight.sum()
    if not total:
        return math.nan
    x, y = x - x @ weight / total, y - y @ weight / total
    spread = math.sqrt(float((x * x) @ weight) * float((y * y) @ weight))
    return float((x * y) @ weight) / spread if spread > 1e-12 else math.nan
