"""Words discovered in a text, described, and judged by the words that its spaces set apart."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core import specs
from core.cache import cached
from core.errors import SourceError
from core.intervals import Interval
from core.messages import message
from core.progress import OnStep, part, report, run_on
from core.segmentation import methods
from core.segmentation.grams import Trie, cohesions, least_gain
from core.segmentation.methods import Spelled, Step
from core.segmentation.scoring import Agreement, agree, f1_interval
from core.specs import Spec
from core.text.discovery import (
    Counted,
    Discovered,
    Spelling,
    basis,
    begins,
    count,
    counted_for,
    lexicon,
    spelling,
)
from core.text.specs import Source

JUDGED = 300_000
"""Letters of each half that are looked at, at most."""
VARIED = {
    "branching": ("cut_cost", np.arange(-3.0, 6.1, 0.75)),
    "unigram": ("further_cost", np.arange(-3.0, 4.6, 0.5)),
    "cohesion": ("cohesion_2", np.arange(-1.0, 5.1, 1.0)),
    "entropy": ("joining_pmi", np.arange(0.0, 4.1, 0.5)),
}
"""By method, the threshold that its curve runs along, and the values there."""


@dataclass(frozen=True)
class FoundWords:
    """W words, the most frequent first; a 0 in a word stands for any number.

    counts: (W,) int64; cohesion: (W,) float64, log of the least P(s)/(P(a) P(b)) over splits, in
    nats, F*: in nats; left, right: entropies of what stands before and after, in nats; NaN where
    a word is one letter, or longer than the n-grams counted. known: (W,) bool, whether the gold
    has the word, empty without one. missed: words of the gold that were never made, with counts
    (M,). steps: the bits of a letter on the way.
    """

    words: list[str]
    counts: np.ndarray
    cohesion: np.ndarray
    least_gain: np.ndarray
    left: np.ndarray
    right: np.ndarray
    known: np.ndarray
    missed: list[str]
    missed_counts: np.ndarray
    steps: list[Step]


@dataclass(frozen=True)
class Along(Spec):
    """What becomes of the cuts along the threshold of a method."""

    found: Discovered = specs.nested(Discovered)


@dataclass(frozen=True)
class Curve:
    """T thresholds (T,), with precision, recall and F1 (T, 2): tuning half, other half."""

    thresholds: np.ndarray
    precision: np.ndarray
    recall: np.ndarray
    f1: np.ndarray


@cached
def found(spec: Discovered, on_step: OnStep = run_on) -> FoundWords:
    """The words that a method makes of the whole text.

    >>> from core.text.specs import Source
    >>> words = found(Discovered(Source("peoples-daily", joined=True)))  # doctest: +SKIP
    >>> words.words[:5]  # doctest: +SKIP
    """
    cut = begins(spec, on_step=part(on_step, 0.0, 0.7))
    text, counted = spelling(spec.origin), counted_for(spec)
    grams = count(counted)
    report(on_step, 0.75, "describing the words")
    words = methods.spell(text.codes, cut)
    rows = _nodes(words, grams.trie)
    inside = (rows >= 0) & (np.diff(words.bounds) <= counted.gram_letters)
    cohesion = np.where(inside, _cohesions(counted)[rows], np.nan)
    cohesion[~np.isfinite(cohesion)] = np.nan
    gain = least_gain(grams.counts[rows] / grams.letters, cohesion)
    left, right = (np.where(inside, side[rows], np.nan) for side in (grams.left, grams.right))
    names = written(words, text.alphabet)
    known, missed, missed_counts = np.zeros(0, bool), list[str](), np.zeros(0, np.int64)
    if len(text.gold):
        golden = _golden(spec.origin)
        known = np.array([name in golden for name in names])
        made = set(names)
        missed = [name for name in golden if name not in made]
        missed_counts = np.array([golden[name] for name in missed], np.int64)
    steps = methods.steps_of(grams, words)
    if spec.discovery.found_by in ("cohesion", "entropy"):
        steps = methods.lexicon_steps(text.codes, grams, lexicon(basis(spec)))
    return FoundWords(
        names, words.counts, cohesion, gain, left, right, known, missed, missed_counts, steps
    )


@functools.lru_cache(1)
def _cohesions(counted: Counted) -> np.ndarray:
    """Of the n-grams of a text, kept while a slider moves."""
    return cohesions(count(counted), counted.gram_letters)


@functools.lru_cache(1)
def _golden(origin: Source) -> dict[str, int]:
    """The words that spaces set apart in a text, the most frequent first, and their counts."""
    text = spelling(origin)
    words = methods.spell(text.codes, text.gold)
    return dict(zip(written(words, text.alphabet), words.counts.tolist(), strict=True))


@cached
def curve(spec: Along, on_step: OnStep = run_on) -> Curve:
    """Precision, recall and F1 along the method's threshold; of cohesion the others move along.

    Raises SourceError for a text without gold.
    """
    text = spelling(spec.found.origin, part(on_step, 0.0, 0.2))
    check_gold(spec.found, text)
    grams = count(counted_for(spec.found), part(on_step, 0.2, 0.4))
    _, thresholds = VARIED[spec.found.discovery.found_by]
    rows = []
    for i, threshold in enumerate(thresholds):
        report(on_step, 0.4 + 0.6 * i / len(thresholds), "trying thresholds")
        tried = at(spec.found, float(threshold))
        if tried.discovery.found_by in ("branching", "unigram"):
            cuts = [begins(tried, half) for half in halves(text)]
        else:
            by_cohesion = tried.discovery.found_by == "cohesion"
            find = methods.cohesive if by_cohesion else methods.entropic
            words = find(text.codes, grams, tried.discovery)
            cutter = methods.by_lexicon(words, methods.single_letters(grams))
            cuts = [cutter.begins(text.codes[half]) for half in halves(text)]
        pair = [
            agree(text.codes[half], text.gold[half], cut)
            for half, cut in zip(halves(text), cuts, strict=True)
        ]
        rows.append([(one.precision, one.recall, one.f1) for one in pair])
    table = np.array(rows)
    return Curve(thresholds.copy(), table[..., 0], table[..., 1], table[..., 2])


@functools.lru_cache(32)
def judged(spec: Discovered) -> Agreement:
    """The cut against the gold, in the half that no threshold is tuned on.

    Raises SourceError for a text without gold.
    """
    return agree(*_cut(spec))


@functools.lru_cache(32)
def judged_f1(spec: Discovered) -> Interval:
    """Its F1, with the luck of the passages of that half."""
    return f1_interval(*_cut(spec))


@functools.lru_cache(4)  # of the same spec for both
def _cut(spec: Discovered) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of the half that no threshold is tuned on: codes, the gold's beginnings, the cut's."""
    text = spelling(spec.origin)
    check_gold(spec, text)
    half = halves(text)[1]
    return text.codes[half], text.gold[half], begins(spec, half)


def along(spec: Discovered) -> Along:
    """The curve that settings lie on: the same for all values of the threshold."""
    name, _ = VARIED[spec.discovery.found_by]
    return Along(basis(at(spec, type(spec.discovery)().leaf(name))))


def at(spec: Discovered, threshold: float) -> Discovered:
    """The same at another threshold; of cohesion all three move by as much."""
    name, _ = VARIED[spec.discovery.found_by]
    changes = {name: threshold}
    if spec.discovery.found_by == "cohesion":
        shift = threshold - spec.discovery.cohesion_2
        for other in ("cohesion_3", "cohesion_4"):
            limits = specs.limits(type(spec.discovery), other)
            moved = spec.discovery.leaf(other) + shift
            changes[other] = float(min(max(moved, limits["low"]), limits["high"]))
    return spec.replace(**changes)


def check_gold(spec: Discovered, text: Spelling) -> None:
    """Raise SourceError where nobody set the words of a text apart."""
    if not len(text.gold):
        name = spec.origin.name or spec.origin.source
        raise SourceError(
            message(
                "Nothing tells where the words of “{name}” begin, so that cuts cannot be judged. "
                "Choose a text with spaces, and have them taken out.",
                name=name,
            )
        )


def written(words: Spelled, alphabet: np.ndarray) -> list[str]:
    """The words as text."""
    letters = alphabet[words.letters - 1].astype("<u4").tobytes().decode("utf-32-le")
    return [letters[a:b] for a, b in pairwise(words.bounds.tolist())]


def halves(text: Spelling) -> tuple[slice, slice]:
    """The half that thresholds may be tuned on and the other, JUDGED letters of each."""
    breaks = np.flatnonzero(text.codes == 0)
    middle = int(breaks[np.searchsorted(breaks, len(text.codes) // 2)]) + 1
    return slice(0, min(middle, JUDGED)), slice(middle, middle + JUDGED)


def _nodes(words: Spelled, trie: Trie) -> np.ndarray:
    from core.segmentation import kernels

    nodes = np.zeros(len(words.counts), np.int64)
    kernels.find(words.letters, words.bounds, trie.keys, trie.nodes, nodes)
    return nodes
