"""Text to numbers: each token becomes the frequency rank of its type.

The text is cut into *blocks* (lines, or pieces of very long lines) that are
tokenised independently, so that any of them can be tokenised again to find
where in the text a token is. Only the ids and the vocabulary are held.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np

from core import budget
from core.cache import cached
from core.errors import SourceError, SpecError
from core.messages import message
from core.progress import OnStep, part, report, run_on
from core.text import tokenisers
from core.text.reading import RawText, read
from core.text.specs import Text
from core.text.spool import mapped, scratch, store

LONGEST_BLOCK = 4096  # bytes
CHUNK = {"chinese": 1 << 16}  # of bytes: a tenth of a second's work or so
USUAL_CHUNK = 1 << 20  # with its numbers, it stays in the processor's cache
NEWLINE = 10
LAST_SPACE = re.compile(r".*\s", re.DOTALL)
LAST_GAP = re.compile(r".*(?:[^\w'’\u200c\u200d,.]|[,.](?=[^0-9]))", re.DOTALL)
NONE = np.uint32(0xFFFFFFFF)
NO_SIZES = np.zeros(0, np.int64)
OFTEN = 1 << 18  # spellings between two reports
# What ranking holds at its height, as `benchmarks reading` measures it
SPELLING_BYTES, BLOCK_BYTES = 450, 55


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
    return SourceError(
        message(
            "“{name}” holds no words that the tokeniser “{tokeniser}” finds; "
            "choose another tokeniser or text.",
            name=_name(text),
            tokeniser=text.tokeniser,
        )
    )


def cut(raw: RawText, text: Text, on_step: OnStep = run_on) -> Tokens:
    """The tokens of a text, or of a part of it that ends with a line; there may be none."""
    from core.text.numbering import numbering  # compiled: see `core.counts.kernels`

    numbers = numbering(text)
    blocks: list[np.ndarray] = []
    sizes: list[np.ndarray] = []
    held = 0
    with scratch() as file:
        for start, end in _chunks(raw.utf8, CHUNK.get(text.tokeniser, USUAL_CHUNK)):
            report(on_step, 0.5 + 0.4 * start / len(raw.utf8), "cutting the text into tokens")
            places = _blocks(raw.utf8, start, end, text)
            ids, tokens = numbers.encode(raw.utf8[start:end], places - start)
            store(file, ids.tobytes())
            blocks.append(places)
            sizes.append(tokens)
            held += BLOCK_BYTES * len(places)
            budget.check_reading(held + SPELLING_BYTES * numbers.known, _name(text))
        names, counts, ranks = _ranked(numbers.spellings(), numbers.counts(), text, on_step)
        report(on_step, 0.95, "numbering the tokens")
        ends = _translated(file, sizes, ranks)
        ids = np.asarray(mapped(file, np.uint32, int(counts.sum())))
    begins = ends[:-1]
    places = np.concatenate(blocks)
    blocks.clear()
    units = _units(raw, places, begins, len(ids))
    filled = ends[1:] > begins
    if not filled.all():
        begins, places = begins[filled], places[filled]
    return Tokens(ids, names, counts, *units, begins, places)


def _name(text: Text) -> str:
    """What people call the text."""
    return text.origin.name or text.origin.source


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
    spellings: list[str], spelling_counts: np.ndarray, text: Text, on_step: OnStep
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """(types by frequency, their counts, rank of each spelling's type or NONE when dropped)."""
    import pyarrow as pa  # a stored result does not need it
    import pyarrow.compute as pc

    types: dict[str, int] = {}
    number = np.full(len(spellings), -1, np.int64)
    for i, spelling in enumerate(spellings):
        if not i % OFTEN:
            report(on_step, 0.9 + 0.05 * i / len(spellings), "ranking words by frequency")
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


def _translated(file: IO[bytes], sizes: list[np.ndarray], ranks: np.ndarray) -> np.ndarray:
    """Replace the numbers in the file by ranks, without those that are dropped.

    sizes: how many numbers each block has, by chunk; emptied, so that memory is not held twice.
    Returns (K+1,) int64, the first token of each block, and the number of tokens.
    """
    total = sum(int(size.sum()) for size in sizes)
    ids = mapped(file, np.uint32, total, writeable=True)
    ends = np.zeros(1 + sum(map(len, sizes)), np.int64)
    dropping = bool((ranks == NONE).any())
    read = written = block = 0
    for i, size in enumerate(sizes):
        sizes[i] = NO_SIZES
        count = int(size.sum())
        ranked = ranks[ids[read : read + count]]
        read += count
        last = np.cumsum(size)
        if dropping:
            kept = ranked != NONE
            last = np.concatenate([[0], np.cumsum(kept)])[last]
            ranked = ranked[kept]
        ends[block + 1 : block + 1 + len(size)] = written + last
        ids[written : written + len(ranked)] = ranked
        written += len(ranked)
        block += len(size)
    if not isinstance(ids, np.memmap):
        file.seek(0)
        file.write(ids.tobytes())
    return ends


def _units(
    raw: RawText, places: np.ndarray, tokens: np.ndarray, total: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tokens that lines, paragraphs and documents begin with.

    A unit without tokens has the same first token as the next one, or none.
    """
    at = np.maximum(places - 1, 0)
    starts_line = raw.utf8[at] == NEWLINE
    np.maximum(at - 1, 0, out=at)
    starts_paragraph = starts_line & (raw.utf8[at] == NEWLINE)
    del at  # texts have hundreds of millions of lines
    starts_line[0] = starts_paragraph[0] = True
    documents = tokens[np.searchsorted(places, raw.document_starts[:-1])]
    return (
        _increasing(tokens[starts_line], total),
        _increasing(tokens[starts_paragraph], total),
        _increasing(documents, total),
    )


def _increasing(places: np.ndarray, below: int) -> np.ndarray:
    """The distinct values below a limit of a nondecreasing array, without sorting it again."""
    places = places[: np.searchsorted(places, below)]
    first = np.ones(len(places), bool)
    np.greater(places[1:], places[:-1], out=first[1:])
    return places if first.all() else places[first]
