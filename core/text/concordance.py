"""The places in the text where words stand or meet, and the text around them."""

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
    distances: (M,) int64, in tokens as counted, 1 for neighbours."""

    positions: np.ndarray
    distances: np.ndarray


@dataclass(frozen=True)
class Line:
    """A place in the text, to be read as left + keyword + middle + other + right.

    `keyword` is the first of the two words and `other` the second, "" for the places
    of one word; `flipped` is True when the first is the context and the second the word.
    position: the token of the word.
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
    measured. A word meets itself at each ordered pair of its positions.
    Raises UnknownWord.
    """
    tokens = tokenise(corpus.text)
    words = occurrences(corpus, word)
    contexts = occurrences(corpus, context)
    size = len(vocabulary(corpus).words)
    positions = words if keep_gaps else _positions_without_gaps(tokens.ids, words, size)
    context_positions = (
        contexts if keep_gaps else _positions_without_gaps(tokens.ids, contexts, size)
    )
    low = np.searchsorted(context_positions, positions - (window if side != "right" else -1))
    high = np.searchsorted(
        context_positions, positions + (window if side != "left" else -1), side="right"
    )
    matches = np.maximum(high - low, 0)
    index = np.repeat(np.arange(len(words)), matches)
    partner = (
        np.arange(int(matches.sum()))
        - np.repeat(np.cumsum(matches) - matches, matches)
        + low[index]
    )
    starts = segments(tokens, boundary)
    unit = np.searchsorted(starts, words, side="right")
    unit_of_other = np.searchsorted(starts, contexts, side="right")
    valid = (unit[index] == unit_of_other[partner]) & (words[index] != contexts[partner])
    index, partner = index[valid], partner[valid]
    return Meetings(
        np.stack([words[index], contexts[partner]], axis=1),
        np.abs(positions[index] - context_positions[partner]),
    )


def lines(corpus: Corpus, positions: np.ndarray, width: int = 60) -> list[Line]:
    """The text around token positions (M,), or around pairs of them (M, 2).

    `width` characters of context on either side, from the same document; any white
    space becomes one space.
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
    eligible = np.flatnonzero(lengths >= SHORTEST_PARAGRAPH)
    eligible = eligible if len(eligible) >= paragraphs else np.arange(len(starts))
    chosen = np.random.default_rng(seed).choice(
        eligible, min(paragraphs, len(eligible)), replace=False
    )
    sampled: list[Paragraph] = []
    for i in np.sort(chosen):
        start, _ = _block(raw, tokens, int(starts[i]))
        document, _, end = _document(raw, start)
        if i + 1 < len(starts):
            end = min(end, _block(raw, tokens, int(starts[i + 1]))[0])
        shown = raw.decode(start, min(end, start + LONGEST_BYTES * LONGEST_SHOWN)).strip()
        if len(shown) > LONGEST_SHOWN:
            shown = shown[:LONGEST_SHOWN].rstrip() + " …"
        sampled.append(Paragraph(document, int(starts[i]), shown))
    return sampled


def _positions_without_gaps(ids: np.ndarray, positions: np.ndarray, size: int) -> np.ndarray:
    """Positions (M,) in the text without the words outside the vocabulary."""
    ranks = np.empty(len(positions), np.int64)
    total = 0
    for start in range(0, len(ids), CHUNK):
        ranks_in_chunk = np.cumsum(np.asarray(ids[start : start + CHUNK]) < size)
        low, high = np.searchsorted(positions, (start, start + len(ranks_in_chunk)))
        ranks[low:high] = total + ranks_in_chunk[positions[low:high] - start] - 1
        total += int(ranks_in_chunk[-1])
    return ranks


def _line(raw: RawText, tokens: Tokens, corpus: Corpus, p: int, q: int, width: int) -> Line:
    a, b = _span(raw, tokens, corpus, min(p, q))
    c, d = (a, b) if p == q else _span(raw, tokens, corpus, max(p, q))
    document, start, _ = _document(raw, a)
    end = _document(raw, d - 1)[2]
    margin = LONGEST_BYTES * width * 2  # white space shrinks
    left = SPACE.sub(" ", raw.decode(max(start, a - margin), a)).lstrip()
    right = SPACE.sub(" ", raw.decode(d, min(end, d + margin))).rstrip()
    left = left[max(len(left) - width, 0) :]
    keyword, right = raw.decode(a, b), right[:width]
    if p == q:
        return Line(document, p, left, keyword, "", "", right)
    middle = SPACE.sub(" ", raw.decode(b, c))
    if len(middle) > 4 * width:
        middle = f"{middle[: 2 * width]} … {middle[-2 * width :]}"
    return Line(document, p, left, keyword, middle, raw.decode(c, d), right, q < p)


def _span(raw: RawText, tokens: Tokens, corpus: Corpus, position: int) -> tuple[int, int]:
    """Bytes [start, end) of a token, from tokenising its block once more."""
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
