"""Text to numbers: each token becomes the frequency rank of its type.

The text is cut into *blocks* (lines, or pieces of very long lines) that are
tokenised independently, so that any of them can be tokenised again to find
where in the text a token is. Only the ids and the vocabulary are held.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.cache import cached
from core.errors import SourceError, SpecError
from core.messages import message
from core.progress import OnStep, part, report, run_on
from core.text import tokenisers
from core.text.reading import RawText, read
from core.text.specs import Text

LONGEST_BLOCK = 4096  # bytes
CHUNK = {"chinese": 1 << 16}  # of bytes: a tenth of a second's work or so
USUAL_CHUNK = 1 << 20  # with its numbers, it stays in the processor's cache
NEWLINE = 10
LAST_SPACE = re.compile(r".*\s", re.DOTALL)
LAST_GAP = re.compile(r".*(?:[^\w'’\u200c\u200d,.]|[,.](?=[^0-9]))", re.DOTALL)
NONE = np.uint32(0xFFFFFFFF)


@dataclass(frozen=True)
class Tokens:
    """A tokenised text of N tokens of T types.

    ids: (N,) uint32, 0 for the most frequent type; types: T names by falling
    count, equal counts alphabetically; type_counts: (T,) int64. line_starts,
    paragraph_starts, document_starts: int64, the token each begins with,
    strictly increasing from 0; those without tokens are omitted.
    block_tokens, block_bytes: (K,) int64, the first token of each block and
    the block's place in `RawText.utf8`.
    """

    ids: np.ndarray
    types: list[str]
    type_counts: np.ndarray
    line_starts: np.ndarray
    paragraph_starts: np.ndarray
    document_starts: np.ndarray
    block_tokens: np.ndarray
    block_bytes: np.ndarray


def segments(tokens: Tokens, boundary: str) -> np.ndarray:
    """The tokens that begin the units, beyond whose ends no window reaches: int64 from 0.

    boundary: "paragraph", "line", "document", or "none" for the text as one.
    """
    starts = {
        "paragraph": tokens.paragraph_starts,
        "line": tokens.line_starts,
        "document": tokens.document_starts,
        "none": np.zeros(1, np.int64),
    }
    if boundary not in starts:
        known = ", ".join(starts)
        raise SpecError(
            message(
                "`{name}={value}` is not known; choose one of {known}.",
                name="boundary",
                value=boundary,
                known=known,
            ),
            "boundary",
        )
    return starts[boundary]


@cached
def tokenise(text: Text, on_step: OnStep = run_on) -> Tokens:
    """Cut a source into tokens. Raises SourceError when it holds none.

    >>> tokens = tokenise(Text())
    >>> tokens.types[:4]
    ['the', 'of', 'and', 'in']
    """
    # reading takes as long as tokenising, or there is nothing to read
    raw = read(text.origin, part(on_step, 0.0, 0.5))
    tokens = cut(raw, text, on_step)
    if not tokens.types:
        raise without_words(text)
    return tokens


def without_words(text: Text) -> SourceError:
    """The error for a text without tokens."""
    name = text.origin.name or text.origin.source
    return SourceError(
        message(
            "“{name}” holds no words that the tokeniser “{tokeniser}” finds; "
            "choose another tokeniser or text.",
            name=name,
            tokeniser=text.tokeniser,
        )
    )


def cut(raw: RawText, text: Text, on_step: OnStep = run_on) -> Tokens:
    """The tokens of a text, or of a part of it that ends with a line; there may be none."""
    from core.text.numbering import numbering  # compiled: see `core.counts.kernels`

    numbers = numbering(text)
    parts: deque[tuple[np.ndarray, np.ndarray]] = deque()
    blocks: list[np.ndarray] = []
    for start, end in _chunks(raw.utf8, CHUNK.get(text.tokeniser, USUAL_CHUNK)):
        report(on_step, 0.5 + 0.4 * start / len(raw.utf8), "cutting the text into tokens")
        blocks.append(_blocks(raw.utf8, start, end, text))
        parts.append(numbers.encode(raw.utf8[start:end], blocks[-1] - start))
    report(on_step, 0.9, "ranking words by frequency")
    names, counts, ranks = _ranked(numbers.spellings(), numbers.counts(), text)
    report(on_step, 0.95, "numbering the tokens")
    ids, sizes = _translated(parts, ranks, int(counts.sum()))
    places, tokens = np.concatenate(blocks), np.concatenate([[0], np.cumsum(sizes)])
    filled = sizes > 0
    return Tokens(
        ids,
        names,
        counts,
        *_units(raw, places, tokens[:-1], len(ids)),
        tokens[:-1][filled],
        places[filled],
    )


def _chunks(utf8: np.ndarray, size: int) -> Iterator[tuple[int, int]]:
    """Cut the text into [start, end) of about `size` bytes, after line ends where there are any."""
    start = 0
    while start < len(utf8):
        end = min(start + size, len(utf8))
        if end < len(utf8):
            data = utf8[start:end].tobytes()
            end = start + (data.rfind(b"\n") + 1 or _gap(data))
        yield start, end
        start = end


def _gap(data: bytes, text: Text | None = None) -> int:
    """Where to cut a line: after its last white space, else (not for "whitespace") punctuation."""
    if blank := data.rfind(b" ") + 1:
        return blank
    shown = data.decode("utf-8", "ignore")  # without a character that the end cuts in two
    match = LAST_SPACE.match(shown)
    if match is None and text is not None and text.tokeniser != "whitespace":
        match = LAST_GAP.match(shown)
    return len((match[0] if match else shown).encode())


def _blocks(utf8: np.ndarray, start: int, end: int, text: Text) -> np.ndarray:
    """Where the blocks of a chunk begin: (K,) int64."""
    ends = np.flatnonzero(utf8[start:end] == NEWLINE) + start + 1
    starts = np.concatenate([[start], ends[:-1] if len(ends) and ends[-1] == end else ends])
    lengths = np.diff(starts, append=end)
    extra: list[int] = []
    for line in np.flatnonzero(lengths > LONGEST_BLOCK):
        at, stop = int(starts[line]), int(starts[line] + lengths[line])
        while stop - at > LONGEST_BLOCK:
            at += _gap(utf8[at : at + LONGEST_BLOCK].tobytes(), text)
            extra.append(at)
    return np.sort(np.concatenate([starts, np.array(extra, np.int64)])).astype(np.int64)


def _ranked(
    spellings: list[str], spelling_counts: np.ndarray, text: Text
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """(types by frequency, their counts, rank of each spelling's type or NONE when dropped)."""
    import pyarrow as pa  # a stored result does not need it
    import pyarrow.compute as pc

    types: dict[str, int] = {}
    number = np.full(len(spellings), -1, np.int64)
    for i, spelling in enumerate(spellings):
        name = tokenisers.normalise(spelling, text)
        if name is not None:
            number[i] = types.setdefault(name, len(types))
    counts = np.zeros(len(types), np.int64)
    np.add.at(counts, number[number >= 0], spelling_counts[number >= 0])
    alphabet = pc.sort_indices(pa.array(types, pa.large_string())).to_numpy().astype(np.int64)
    order = alphabet[np.argsort(-counts[alphabet], kind="stable")]
    rank = np.empty(len(types) + 1, np.uint32)
    rank[order] = np.arange(len(types), dtype=np.uint32)
    rank[-1] = NONE
    names = list(types)
    return [names[i] for i in order.tolist()], counts[order], rank[number]


def _translated(
    parts: deque[tuple[np.ndarray, np.ndarray]], ranks: np.ndarray, total: int
) -> tuple[np.ndarray, np.ndarray]:
    """Ranks of all tokens that are not dropped, and how many each block has."""
    ids = np.empty(total, np.uint32)
    sizes: list[np.ndarray] = []
    dropping = bool((ranks == NONE).any())
    n = 0
    while parts:  # emptied in the loop, so that the tokens are held once
        numbers, size = parts.popleft()
        ranked = ranks[numbers]
        if dropping:
            kept_before = np.concatenate([[0], np.cumsum(ranked != NONE)])
            size = np.diff(kept_before[np.cumsum(size)], prepend=0)
            ranked = ranked[ranked != NONE]
        ids[n : n + len(ranked)] = ranked
        n += len(ranked)
        sizes.append(size)
    return ids, np.concatenate(sizes)


def _units(
    raw: RawText, places: np.ndarray, tokens: np.ndarray, total: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tokens that lines, paragraphs and documents begin with.

    A unit without tokens has the same first token as the next one, or none.
    """
    starts_line = raw.utf8[np.maximum(places - 1, 0)] == NEWLINE
    starts_paragraph = starts_line & (raw.utf8[np.maximum(places - 2, 0)] == NEWLINE)
    starts_line[0] = starts_paragraph[0] = True
    documents = tokens[np.searchsorted(places, raw.document_starts[:-1])]
    lines, paragraphs = tokens[starts_line], tokens[starts_paragraph]
    return tuple(_increasing(u[u < total]) for u in (lines, paragraphs, documents))  # type: ignore[return-value]


def _increasing(places: np.ndarray) -> np.ndarray:
    """The distinct values of a nondecreasing array; several times faster than sorting again."""
    return places[np.diff(places, prepend=-1) > 0]
