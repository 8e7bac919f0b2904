"""Templates: words that go together although others may stand between, as in “from … to …”.

Source: spaces.ac.cn/archives/6920 and its program, bojone/nlp-zero (pairs of words at one distance,
joined where PMI is high: the merging that minimum entropy asks for, F* = p (PMI − 1) > 0). Here
“…” stands for any distance within the window, and what fills it must vary: a place that holds the
same words each time is no place to fill.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.progress import OnStep, report, run_on
from core.segmentation.specs import TemplateRules

NEXT, APART = 0, 1
"""How a word of a template follows the one before: at once, or after one to `window` − 1 others."""
MOST_WORDS = 4
MOSTLY = 0.8
"""A template is left out where one with a word more is met at least this share of its times."""


@dataclass(frozen=True)
class Template:
    """Words of a template by number, and how each follows the one before (NEXT or APART).

    count: times it was met; pmi: of its weakest joint, in nats; gain: F*, in nats a word of text;
    freedom: entropy of what fills its tightest place, in nats; fillers: [start, end) of the words
    of each kind of filling of that place, the most frequent first, with counts; at: (start, end)
    of one occurrence.
    """

    words: tuple[int, ...]
    follows: tuple[int, ...]
    count: int
    pmi: float
    gain: float
    freedom: float
    fillers: tuple[tuple[int, int, int], ...]
    kinds: int
    at: tuple[int, int]


@dataclass(frozen=True)
class _Level:
    """Templates of one length: (words, follows), counts and PMI, and where they stand.

    `cuts` are the words of each occurrence, (n, length) positions.
    """

    keys: list[tuple[tuple[int, ...], tuple[int, ...]]]
    counts: np.ndarray
    pmi: np.ndarray
    which: np.ndarray
    cuts: np.ndarray


def find(
    words: np.ndarray, phrases: np.ndarray, rules: TemplateRules, on_step: OnStep = run_on
) -> list[Template]:
    """The templates of a text, the largest gain first.

    words: (N,) int, the word at each place of the text; phrases: (N,) int, the stretch without
    punctuation that it stands in: a template never leaves it.
    """
    N = len(words)
    if N < 2:
        return []
    single = np.bincount(words).astype(float)
    report(on_step, 0.1, "pairing words")
    pairs = _pairs(words, phrases, single, rules)
    levels, last = [pairs], pairs
    while last.cuts.shape[1] < MOST_WORDS and len(last.which):
        report(on_step, 0.2 + 0.15 * len(levels), "joining templates")
        last = _longer(last, pairs, words, single, rules)
        levels.append(last)
    report(on_step, 0.8, "looking at what fills them")
    free = [template for level in levels for template in _free(level, words, N, rules)]
    return sorted(_whole(free), key=lambda one: -one.gain)


def _pairs(
    words: np.ndarray, phrases: np.ndarray, single: np.ndarray, rules: TemplateRules
) -> _Level:
    """Pairs of words, next to each other or apart, that are met often and by no chance."""
    N, V = len(words), len(single)
    starts: dict[int, list[np.ndarray]] = {NEXT: [], APART: []}
    gaps: dict[int, list[np.ndarray]] = {NEXT: [], APART: []}
    for gap in range(1, min(rules.template_window, N - 1) + 1):
        together = np.flatnonzero(phrases[:-gap] == phrases[gap:])
        follow = NEXT if gap == 1 else APART
        starts[follow].append(together)
        gaps[follow].append(np.full(len(together), gap))
    keys: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    counts, pmis, whiches, cuts = [], [], [], []
    for follow in (NEXT, APART):
        if not starts[follow]:
            continue
        start = np.concatenate(starts[follow])
        end = start + np.concatenate(gaps[follow])
        pair, which, count = np.unique(
            words[start].astype(np.int64) * V + words[end], return_inverse=True, return_counts=True
        )
        a, b = pair // V, pair % V
        with np.errstate(divide="ignore"):
            pmi = np.log(count / max(len(start), 1)) - np.log(single[a] * single[b] / N**2)
        kept = (count >= rules.template_count) & (pmi > rules.template_pmi)
        number = np.where(kept, np.cumsum(kept) - 1 + len(keys), -1)[which]
        inside = number >= 0
        keys += [((int(x), int(y)), (follow,)) for x, y in zip(a[kept], b[kept], strict=True)]
        counts.append(count[kept])
        pmis.append(pmi[kept])
        whiches.append(number[inside])
        cuts.append(np.stack([start[inside], end[inside]], axis=1))
    return _Level(
        keys, np.concatenate(counts), np.concatenate(pmis), np.concatenate(whiches),
        np.concatenate(cuts),
    )  # fmt: skip


def _longer(
    level: _Level, pairs: _Level, words: np.ndarray, single: np.ndarray, rules: TemplateRules
) -> _Level:
    """Templates with one word more: each of these, and a pair that begins with its last word.

    The PMI is that of the weaker of its two ends with all the rest.
    """
    order = np.argsort(pairs.cuts[:, 0], kind="stable")
    begins = pairs.cuts[order, 0]
    first = np.searchsorted(begins, level.cuts[:, -1])
    times = np.searchsorted(begins, level.cuts[:, -1], side="right") - first
    head = np.repeat(np.arange(len(level.which)), times)
    within = np.arange(len(head)) - np.repeat(np.cumsum(times) - times, times)
    tail = order[np.repeat(first, times) + within]
    joined, which, count = np.unique(
        level.which[head] * len(pairs.keys) + pairs.which[tail],
        return_inverse=True,
        return_counts=True,
    )
    number = {key: i for i, key in enumerate(level.keys)}
    keys, pmis, kept = [], [], np.zeros(len(joined), bool)
    for i in np.flatnonzero(count >= rules.template_count):
        start, pair = divmod(int(joined[i]), len(pairs.keys))
        (front, follows), (ending, follow) = level.keys[start], pairs.keys[pair]
        every, how = (*front, ending[1]), (*follows, *follow)
        rest = number.get((every[1:], how[1:]))  # the same without its first word
        if rest is None:
            continue
        ends = (
            (level.counts[start] * single[ending[1]], how[-1]),
            (level.counts[rest] * single[front[0]], how[0]),
        )
        ways = {NEXT: 1, APART: rules.template_window - 1}  # places that the word may stand in
        pmi = min(
            float(np.log(count[i] * len(words) / (product * ways[follow])))
            for product, follow in ends
        )
        if pmi > rules.template_pmi:
            kept[i] = True
            keys.append((every, how))
            pmis.append(min(pmi, float(level.pmi[start]), float(level.pmi[rest])))
    new = np.where(kept, np.cumsum(kept) - 1, -1)[which]
    inside = new >= 0
    cuts = np.concatenate([level.cuts[head], pairs.cuts[tail, 1:]], axis=1)[inside]
    return _Level(keys, count[kept], np.array(pmis), new[inside], cuts)


def _free(level: _Level, words: np.ndarray, N: int, rules: TemplateRules) -> Iterator[Template]:
    """The templates of one length whose tightest place is filled freely."""
    order = np.argsort(level.which, kind="stable")
    bounds = np.searchsorted(level.which[order], np.arange(len(level.keys) + 1))
    for i, (every, follows) in enumerate(level.keys):
        places = [place for place, follow in enumerate(follows) if follow == APART]
        if not places:
            continue
        cuts = level.cuts[order[bounds[i] : bounds[i + 1]]]
        tightest = min((_filling(words, cuts[:, p : p + 2]) for p in places), key=lambda f: f[0])
        freedom, fillers, kinds = tightest
        if freedom < rules.template_freedom:
            continue
        count, pmi = int(level.counts[i]), float(level.pmi[i])
        at = int(cuts[len(cuts) // 2, 0]), int(cuts[len(cuts) // 2, -1])
        gain = count / N * (pmi - 1)
        yield Template(every, follows, count, pmi, gain, freedom, fillers, kinds, at)


def _whole(templates: list[Template]) -> list[Template]:
    """Those that are no mere part of a template with one word more."""
    counts = {(one.words, one.follows): one.count for one in templates}
    parts = set()
    for one in templates:
        for i in range(len(one.words)):
            words = one.words[:i] + one.words[i + 1 :]
            joint = (APART,) if 0 < i < len(one.words) - 1 else ()
            follows = one.follows[: max(i - 1, 0)] + joint + one.follows[i + 1 :]
            if one.count >= MOSTLY * counts.get((words, follows), np.inf):
                parts.add((words, follows))
    return [one for one in templates if (one.words, one.follows) not in parts]


def _filling(
    words: np.ndarray, sides: np.ndarray
) -> tuple[float, tuple[tuple[int, int, int], ...], int]:
    """What stands between two words: its entropy, the most frequent kinds, and how many kinds."""
    spans: dict[bytes, list[int]] = {}
    for before, end in sides:
        start = before + 1
        spans.setdefault(words[start:end].tobytes(), [int(start), int(end), 0])[2] += 1
    kinds = sorted(spans.values(), key=lambda span: (-span[2], span[0]))
    share = np.array([span[2] for span in kinds]) / len(sides)
    shown = tuple((a, b, n) for a, b, n in kinds[:3])
    return float(-(share * np.log(share)).sum()), shown, len(kinds)
