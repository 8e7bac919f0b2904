"""Where in the text words are, where two of them meet, and how it reads there."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from core.text import tokenisers
from core.text.reading import RawText, read
from core.text.specs import Corpus
from core.text.tokens import Tokens, segments, tokenise
from core.text.vocabulary import vocabulary

CHUNK = 1 << 22
LONGEST_BYTES = 4  # of a character in UTF-8
SHORTEST_PARAGRAPH = 20  # tokens worth showing
LONGEST_SHOWN = 1000  # characters
SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Meetings:
    """positions: (M, 2) int64, token positions of word and context, in text order of the word;
    distances: (M,) int64, how many tokens apart they count as, 1 for neighbours."""

    positions: np.ndarray
    distances: np.ndarray


@dataclass(frozen=True)
class Line:
    """A place in the text, to be read as left + keyword + middle + other + right.

    `keyword` is whichever of the two words comes first and `other` the second,
    "" where one word was asked for; `flipped` is True when the first is the
    context and the second the word. position: the token of the word.
    """

    document: str
    position: int
    left: str
    keyword: str
    middle: str
    other: str
    right: str
    flipped: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the text and the token it begins with."""

    document: str
    position: int
    text: str


def occurrences(corpus: Corpus, word: str) -> np.ndarray:
    """Token positions of a word, in text order: int64. Raises UnknownWord."""
    number = vocabulary(corpus).find(word)
    return np.flatnonzero(np.asarray(tokenise(corpus.text).ids) == number).astype(np.int64)


def meetings(
    corpus: Corpus,
    word: str,
    context: str,
    *,
    window: int,
    side: str = "both",
    boundary: str = "paragraph",
    keep_gaps: bool = False,
) -> Meetings:
    """Every place where `context` lies within `window` tokens of `word`, as counting sees it.

    side: "left" for contexts before the word, "right", or "both"; without
    `keep_gaps`, words outside the vocabulary are removed before distances are
    taken. A word meets itself at each ordered pair of its places.
    Raises UnknownWord.
    """
    tokens = tokenise(corpus.text)
    words = occurrences(corpus, word)
    contexts = occurrences(corpus, context)
    size = len(vocabulary(corpus).words)
    places = words if keep_gaps else _kept_before(tokens.ids, words, size)
    others = contexts if keep_gaps else _kept_before(tokens.ids, contexts, size)
    low = np.searchsorted(others, places - (window if side != "right" else -1))
    high = np.searchsorted(others, places + (window if side != "left" else -1), side="right")
    met = np.maximum(high - low, 0)
    which = np.repeat(np.arange(len(words)), met)
    other = np.arange(int(met.sum())) - np.repeat(np.cumsum(met) - met, met) + low[which]
    starts = segments(tokens, boundary)
    unit = np.searchsorted(starts, words, side="right")
    unit_of_other = np.searchsorted(starts, contexts, side="right")
    valid = (unit[which] == unit_of_other[other]) & (words[which] != contexts[other])
    which, other = which[valid], other[valid]
    return Meetings(
        np.stack([words[which], contexts[other]], axis=1),
        np.abs(places[which] - others[other]),
    )


def lines(corpus: Corpus, positions: np.ndarray, width: int = 60) -> list[Line]:
    """How the text reads at token positions (M,), or at pairs of them (M, 2).

    `width` characters of context are shown on either side, from the same
    document; white space is shown as one blank.
    """
    raw, tokens = read(corpus.text.origin), tokenise(corpus.text)
    pairs = np.asarray(positions, np.int64)
    pairs = np.stack([pairs, pairs], axis=1) if pairs.ndim == 1 else pairs
    return [_line(raw, tokens, corpus, int(p), int(q), width) for p, q in pairs]


def sample(corpus: Corpus, paragraphs: int = 3, seed: int = 0) -> list[Paragraph]:
    """Some paragraphs of the text, drawn at random, in text order; long ones are cut."""
    raw, tokens = read(corpus.text.origin), tokenise(corpus.text)
    starts = np.asarray(tokens.paragraph_starts)
    lengths = np.diff(starts, append=len(tokens.ids))
    worth = np.flatnonzero(lengths >= SHORTEST_PARAGRAPH)
    worth = worth if len(worth) >= paragraphs else np.arange(len(starts))
    drawn = np.random.default_rng(seed).choice(worth, min(paragraphs, len(worth)), replace=False)
    found: list[Paragraph] = []
    for i in np.sort(drawn):
        start, _ = _block(raw, tokens, int(starts[i]))
        document, _, end = _document(raw, start)
        if i + 1 < len(starts):
            end = min(end, _block(raw, tokens, int(starts[i + 1]))[0])
        shown = raw.decode(start, min(end, start + LONGEST_BYTES * LONGEST_SHOWN)).strip()
        if len(shown) > LONGEST_SHOWN:
            shown = shown[:LONGEST_SHOWN].rstrip() + " …"
        found.append(Paragraph(document, int(starts[i]), shown))
    return found


def _kept_before(ids: np.ndarray, places: np.ndarray, size: int) -> np.ndarray:
    """How many tokens of the vocabulary lie before each place: where it is among the kept."""
    found = np.empty(len(places), np.int64)
    total = 0
    for start in range(0, len(ids), CHUNK):
        kept = np.cumsum(np.asarray(ids[start : start + CHUNK]) < size)
        low, high = np.searchsorted(places, (start, start + len(kept)))
        found[low:high] = total + kept[places[low:high] - start] - 1
        total += int(kept[-1])
    return found


def _line(raw: RawText, tokens: Tokens, corpus: Corpus, p: int, q: int, width: int) -> Line:
    a, b = _span(raw, tokens, corpus, min(p, q))
    c, d = (a, b) if p == q else _span(raw, tokens, corpus, max(p, q))
    document, start, _ = _document(raw, a)
    end = _document(raw, d - 1)[2]
    reach = LONGEST_BYTES * width * 2  # white space shrinks
    left = SPACE.sub(" ", raw.decode(max(start, a - reach), a)).lstrip()
    right = SPACE.sub(" ", raw.decode(d, min(end, d + reach))).rstrip()
    left = left[max(len(left) - width, 0) :]
    keyword, right = raw.decode(a, b), right[:width]
    if p == q:
        return Line(document, p, left, keyword, "", "", right)
    middle = SPACE.sub(" ", raw.decode(b, c))
    if len(middle) > 4 * width:
        middle = f"{middle[: 2 * width]} … {middle[-2 * width :]}"
    return Line(document, p, left, keyword, middle, raw.decode(c, d), right, q < p)


def _span(raw: RawText, tokens: Tokens, corpus: Corpus, position: int) -> tuple[int, int]:
    """Bytes [start, end) of a token, found by cutting its block into tokens once more."""
    start, end = _block(raw, tokens, position)
    shown = raw.decode(start, end)
    k = int(np.searchsorted(tokens.block_tokens, position, side="right")) - 1
    low, high = tokenisers.spans(shown, corpus.text)[position - int(tokens.block_tokens[k])]
    before = start + len(shown[:low].encode())
    return before, before + len(shown[low:high].encode())


def _block(raw: RawText, tokens: Tokens, position: int) -> tuple[int, int]:
    """Bytes [start, end) of the block that holds a token."""
    k = int(np.searchsorted(tokens.block_tokens, position, side="right"))
    end = int(tokens.block_bytes[k]) if k < len(tokens.block_bytes) else len(raw.utf8)
    return int(tokens.block_bytes[k - 1]), end


def _document(raw: RawText, byte: int) -> tuple[str, int, int]:
    """(name, start, end) of the document a byte lies in."""
    i = int(np.searchsorted(raw.document_starts, byte, side="right")) - 1
    return raw.document_names[i], int(raw.document_starts[i]), int(raw.document_starts[i + 1])
