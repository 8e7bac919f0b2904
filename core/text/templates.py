"""The templates of a text, over the words discovered in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core import specs
from core.cache import cached
from core.progress import OnStep, part, run_on
from core.segmentation import templates as search
from core.segmentation.specs import TemplateRules
from core.specs import Spec
from core.text.discovery import Discovered, begins, spelling, word_bounds

MOST = 2_000_000
"""Words of the text that are looked at, from its beginning."""
PLACE = "…"


@dataclass(frozen=True)
class Templated(Spec):
    """Which words, and what makes a template of them."""

    found: Discovered = specs.nested(Discovered)
    rules: TemplateRules = specs.nested(TemplateRules)


@dataclass(frozen=True)
class Templates:
    """T templates, the largest gain first.

    names: their words, `PLACE` where others stand between; counts: (T,) int64; pmi, gain, freedom:
    (T,) float64, nats, as in `core.segmentation.templates.Template`; fillings: what stands in the
    tightest place most often, with counts; kinds: (T,) int64, how many different fillings;
    examples: one occurrence; looked_at, words: how many words of the text were looked at, and all.
    """

    names: list[str]
    counts: np.ndarray
    pmi: np.ndarray
    gain: np.ndarray
    freedom: np.ndarray
    fillings: list[tuple[tuple[str, int], ...]]
    kinds: np.ndarray
    examples: list[str]
    looked_at: int
    words: int


@cached
def templates(spec: Templated, on_step: OnStep = run_on) -> Templates:
    """The templates of a text, cut into the words that a method finds.

    >>> from core.text.specs import Source
    >>> spec = Templated(Discovered(Source("peoples-daily", joined=True)))
    >>> templates(spec).names[:5]  # doctest: +SKIP
    """
    text = spelling(spec.found.origin, part(on_step, 0.0, 0.1))
    cut = begins(spec.found, on_step=part(on_step, 0.1, 0.5))
    every = word_bounds(text.codes, cut)
    starts, ends = (bound[:MOST] for bound in every)
    words = numbered(text.codes, starts, ends)
    phrases = np.cumsum(text.codes == 0)[starts]
    found = search.find(words, phrases, spec.rules, part(on_step, 0.5, 1.0))
    letters = text.alphabet.astype("<u4").tobytes().decode("utf-32-le")

    def written(first: int, last: int) -> str:
        """The words [first, last) as text."""
        return " ".join(
            "".join(letters[code - 1] for code in text.codes[starts[i] : ends[i]])
            for i in range(first, last)
        )

    _, samples = np.unique(words, return_index=True)

    def name(one: search.Template) -> str:
        spelled = [written(samples[word], samples[word] + 1) for word in one.words]
        joints = [f" {PLACE} " if follow == search.APART else " " for follow in one.follows]
        return spelled[0] + "".join(a + b for a, b in zip(joints, spelled[1:], strict=True))

    return Templates(
        [name(one) for one in found],
        np.array([one.count for one in found], np.int64),
        np.array([one.pmi for one in found]),
        np.array([one.gain for one in found]),
        np.array([one.freedom for one in found]),
        [tuple((written(a, b), n) for a, b, n in one.fillers) for one in found],
        np.array([one.kinds for one in found], np.int64),
        [written(one.at[0], one.at[1] + 1) for one in found],
        len(starts),
        len(every[0]),
    )


def numbered(codes: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """A number for each word, the same for equal ones: (W,) int64, 0 to the number of kinds − 1.

    codes: (N,) int32; starts, ends: (W,), the letters [start, end) of each.
    """
    numbers, sizes = codes[starts].astype(np.int64), ends - starts
    letters = int(codes.max(initial=0)) + 1
    for i in range(1, int(sizes.max(initial=0))):
        longer = np.flatnonzero(sizes > i)
        pairs = numbers[longer] * letters + codes[starts[longer] + i]
        above = int(numbers.max()) + 1
        numbers[longer] = above + np.unique(pairs, return_inverse=True)[1]
    return np.unique(numbers, return_inverse=True)[1]
