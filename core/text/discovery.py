"""Words discovered in a text, and texts cut into them: the tokeniser "discovered"."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from core import specs, turns
from core.cache import cached
from core.errors import SourceError
from core.messages import message
from core.progress import OnStep, part, report, run_on
from core.segmentation import grams as ngrams
from core.segmentation import methods
from core.segmentation.grams import Grams
from core.segmentation.methods import Cutter, Lexicon
from core.segmentation.specs import WIDEST, Discovery
from core.segmentation.unigram import Unigram, by_unigram, learn
from core.specs import Spec
from core.text.letters import Letters, letters_of, numbered
from core.text.reading import read
from core.text.specs import Source

WHOLE = slice(None)
MOST_WALKED = 1 << 27  # bytes of the n-grams of a text that are kept by letter
MOST = 50_000_000  # letters whose n-grams fit into memory


@dataclass(frozen=True)
class Discovered(Spec):
    """The words that a method finds in a text."""

    origin: Source = specs.nested(Source)
    discovery: Discovery = specs.nested(Discovery)


@dataclass(frozen=True)
class Counted(Spec):
    """The n-grams of a text, of up to `gram_letters` letters and one more."""

    origin: Source = specs.nested(Source)
    gram_letters: int = specs.integer(6, 2, 16, "letters of the longest n-gram whose sides count")


@dataclass(frozen=True)
class Spelling:
    """A text as numbers of its letters.

    codes: (N,) int32, 0 a break; alphabet: (K,) uint32, sorted code points of the letters 1 … K.
    gold: (N,) bool, where words begin by the spaces that were taken out; empty where none were.
    """

    codes: np.ndarray
    alphabet: np.ndarray
    gold: np.ndarray


@cached
def spelling(source: Source, on_step: OnStep = run_on) -> Spelling:
    """The letters of a source; of a joined one with the words that its spaces set apart.

    Raises SourceError for a text without letters, and one that is too long.
    """
    spaced = read(source.replace(joined=False), part(on_step, 0.0, 0.7))
    report(on_step, 0.8, "spelling the text")
    letters = letters_of(spaced.utf8.tobytes().decode(), joined=source.joined)
    count = int(np.count_nonzero(letters.codes))
    name = source.name or source.source
    if not count:
        raise SourceError(message("“{name}” holds no letters, of which words are made.", name=name))
    if count > MOST:
        raise SourceError(
            message(
                "“{name}” has {n:,} letters; words are discovered in at most {most:,}. "
                "Choose a part of it.",
                name=name,
                n=count,
                most=MOST,
            )
        )
    alphabet = np.unique(letters.codes)
    alphabet = alphabet[alphabet > 0]
    gold = letters.begins if source.joined else np.zeros(0, bool)
    return Spelling(numbered(letters.codes, alphabet), alphabet, gold)


@cached
def count(spec: Counted, on_step: OnStep = run_on) -> Grams:
    """The n-grams of a source."""
    text = spelling(spec.origin, part(on_step, 0.0, 0.4))
    return ngrams.count_grams(
        text.codes, len(text.alphabet) + 1, spec.gram_letters, part(on_step, 0.4, 1.0)
    )


@cached
def lexicon(spec: Discovered, on_step: OnStep = run_on) -> Lexicon:
    """The words of cohesion or minimum entropy, and the stages on the way to them."""
    counted = count(counted_for(spec), part(on_step, 0.0, 0.5))
    codes, how = spelling(spec.origin).codes, spec.discovery
    find = methods.cohesive if how.found_by == "cohesion" else methods.entropic
    return find(codes, counted, how, part(on_step, 0.5, 1.0))


@cached
def unigram(spec: Discovered, on_step: OnStep = run_on) -> Unigram:
    """The words of a unigram model, as `learned_by` gives its settings."""
    counted = count(counted_for(spec), part(on_step, 0.0, 0.3))
    return learn(spelling(spec.origin).codes, counted, spec.discovery, part(on_step, 0.3, 1.0))


def learned_by(spec: Discovered) -> Discovered:
    """The same without what matters to the cut alone."""
    return basis(spec.replace(further_cost=0.0))


def cutter(spec: Discovered, on_step: OnStep = run_on) -> Cutter:
    """What cuts letters as the method says.

    For branching entropy milliseconds, once the n-grams are counted; for a unigram model once it
    has learned.
    """
    spec = basis(spec)
    grams = count(counted_for(spec), part(on_step, 0.0, 0.5))
    if spec.discovery.found_by == "branching":
        values = autonomy(counted_for(spec), spec.discovery.longest_word)
        return methods.branching(grams, values, spec.discovery)
    if spec.discovery.found_by == "unigram":
        model = unigram(learned_by(spec), part(on_step, 0.5, 1.0))
        return by_unigram(model, grams, spec.discovery)
    found = lexicon(spec, part(on_step, 0.5, 1.0))
    return methods.by_lexicon(found, methods.single_letters(grams))


@functools.lru_cache(8)
def autonomy(counted: Counted, longest: int) -> np.ndarray:
    """`core.segmentation.grams.autonomy` of a text's n-grams, kept while a slider moves."""
    return ngrams.autonomy(count(counted), longest)


def begins(spec: Discovered, part_of: slice = WHOLE, on_step: OnStep = run_on) -> np.ndarray:
    """Where words begin in the text they are found in, or in a part of it: (N,) bool."""
    spec = basis(spec)
    cut = cutter(spec, on_step)
    codes, walks = spelling(spec.origin).codes, None
    counted, longest = counted_for(spec), cut.longest
    if cut.trie is count(counted).trie and len(codes) * longest * 4 <= MOST_WALKED:
        with turns.taken(f"n-grams at each letter {counted.key} {longest}", on_step):
            walks = _walks(counted, longest)[part_of]
    return cut.begins(codes[part_of], walks)


@functools.lru_cache(1)
def _walks(counted: Counted, longest: int) -> np.ndarray:
    """The n-grams at each letter of a text, kept while a slider moves."""
    grams = count(counted)
    return methods.walked(
        spelling(counted.origin).codes, grams.trie, methods.single_letters(grams), longest
    )


def basis(spec: Discovered) -> Discovered:
    """The same without the thresholds that its method does not have."""
    return Discovered(spec.origin, spec.discovery.basis)


def counted_for(spec: Discovered) -> Counted:
    """The n-grams that a method asks for."""
    return Counted(spec.origin, max(spec.discovery.longest_word, WIDEST))


class Segmenter:
    """Cuts any text into the words discovered in one."""

    def __init__(self, spec: Discovered) -> None:
        self.cutter = cutter(spec)
        self.alphabet = spelling(spec.origin).alphabet

    def begins(self, letters: Letters) -> np.ndarray:
        """Where words begin among the letters of a text: (N,) bool."""
        return self.cutter.begins(numbered(letters.codes, self.alphabet))

    def spans(self, text: str, phrases: np.ndarray | None = None) -> np.ndarray:
        """[start, end) of each word, in characters: (W, 2) int64."""
        letters = letters_of(text, phrases=phrases)
        return word_spans(letters, self.begins(letters))


def word_bounds(codes: np.ndarray, begins: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The letters [start, end) of each word of a cut: (W,) each. codes: (N,), the last a break."""
    first = np.flatnonzero(begins)
    stops = np.flatnonzero(begins | (codes == 0))
    return first, stops[np.searchsorted(stops, first, side="right")]


def word_spans(letters: Letters, begins: np.ndarray) -> np.ndarray:
    """[start, end) of each word of a cut, in characters: (W, 2) int64."""
    first, after = word_bounds(letters.codes, begins)
    return np.stack([letters.starts[first], letters.ends[after - 1]], axis=1).astype(np.int64)


@functools.lru_cache(8)
def segmenter(spec: Discovered) -> Segmenter:
    """The segmenter of these settings, kept for the next line."""
    return Segmenter(spec)
