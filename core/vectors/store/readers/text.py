"""Vectors as text: word2vec and fastText with a header line, GloVe without, and tables."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.messages import Message, message
from core.tables.cells import is_missing
from core.tables.dialect import Dialect
from core.tables.preview import ROWS, Preview
from core.vectors.store.readers import sparse
from core.vectors.store.readers.layout import MINUS, Layout, layout_of, only_numbers
from core.vectors.store.readers.lines import Lines
from core.vectors.store.readers.reading import (
    FEW,
    LARGEST_DIM,
    UNREADABLE,
    Loaded,
    Reading,
    joined,
    opened,
)

SHOWN = 8  # numbers of a line in a preview
THOUSANDS = re.compile(rb"\d{1,3}( \d{3})+")  # “10 000” is a word
VOCABULARY = ".vocab"  # of SentencePiece: a word and one number a line
Row = NDArray[np.float32]


def read(reading: Reading) -> Loaded:
    """Line by line; words may hold spaces. Raises SourceError where there are no words."""
    with opened(reading.path) as file:
        lines = Lines(reading, file)
        if sparse.is_sparse(lines.sample):
            return sparse.read(reading, lines)
        layout = _layout(reading, lines)
        if layout.d == 1 and _is_word_list(reading, layout, lines.sample):
            reading.fail(message("it is a list of words; add the file of their vectors."))
        if only_numbers(layout, lines.sample):
            reading.fail(
                message(
                    "it holds numbers only, without words; add the list of its words "
                    "(metadata.tsv, vocab.txt), one a line."
                )
            )
        return _read(reading, lines, layout)


def _is_word_list(reading: Reading, layout: Layout, sample: list[bytes]) -> bool:
    """Whether one number a word is no vector, but its frequency."""
    if reading.name.lower().endswith(VOCABULARY):
        return True
    filled = [line for line in sample if line.strip()]
    numbers = [layout.divided(line)[1] for line in filled[layout.heading :]]
    return not layout.declared and all(number[:1] and number[0].isdigit() for number in numbers)


def read_numbers(reading: Reading) -> Iterator[tuple[int, Row | None, Message | None]]:
    """(line, its numbers, why there are none) of a file without words, one vector a line."""
    with opened(reading.path) as file:
        lines = Lines(reading, file)
        layout = _layout(reading, lines, words=False)
        before = b"x" + (layout.separator or b" ")
        for n, line in _rows(lines, layout):
            yield n, *_numbers(layout, before + line, n)[1:]


def holds(reading: Reading) -> str:
    """What a text file holds: “vectors” with words, “numbers” without, or a “list”."""
    with opened(reading.path) as file:
        sample = Lines(reading, file).sample
    if sparse.is_sparse(sample):
        return "vectors"
    layout = layout_of(sample)
    if not layout.d:
        numbers = layout_of(sample, words=False)
        return "numbers" if numbers.d and numbers.agreeing == 1 else "list"
    return "numbers" if only_numbers(layout, sample) else "vectors"


def preview(reading: Reading) -> Preview | None:
    """How the lines are divided, and the first of them; None where they hold no vectors."""
    with opened(reading.path) as file:
        lines = Lines(reading, file)
        layout = layout_of(lines.sample, options=reading.options)
        if not layout.d or sparse.is_sparse(lines.sample):
            return None
        divided = [layout.divided(line) for _, line in itertools.islice(_rows(lines, layout), ROWS)]
    columns = ("word", *(str(k) for k in range(1, min(layout.d, SHOWN) + 1)))
    rows = tuple(
        (lines.words.decoded(word), *(_shown(number) for number in numbers[:SHOWN]))
        for word, numbers in divided
    )
    sign = (layout.separator or b" ").decode()
    dialect = Dialect(
        sign, heading=layout.heading > 0, columns=columns, decimal="," if layout.comma else "."
    )
    return Preview(lines.name, dialect, columns, rows)


def _layout(reading: Reading, lines: Lines, words: bool = True) -> Layout:
    layout = layout_of(lines.sample, words, reading.options)
    if layout.declared:
        _check_declared(reading, *layout.declared)
    if layout.d == 0:
        filled = [line for line in lines.sample if line.strip()][bool(layout.declared) :]
        if not filled:
            reading.fail(message("it holds no vectors; choose another file."))
        template = "its first line (“{shown}”) is not a word and its numbers; choose another file."
        shown = " ".join(filled[0].decode("utf-8", "replace").split())[:40]
        reading.fail(message(template, shown=shown))
    if layout.d > LARGEST_DIM:
        reading.fail(
            message(
                "its lines hold {d:,} numbers; at most {most:,} are read.",
                d=layout.d,
                most=LARGEST_DIM,
            )
        )
    return layout


def _check_declared(reading: Reading, V: int, d: int) -> None:
    """Raises SourceError for a line 1 that declares nothing, or too much."""
    if V == 0 or d == 0:
        template = "line 1 declares {V:,} words of {d:,} numbers: no vectors; choose another file."
        reading.fail(message(template, V=V, d=d))
    if d > LARGEST_DIM + 1:
        template = "line 1 declares {d:,} numbers a word; at most {most:,} are read."
        reading.fail(message(template, d=d, most=LARGEST_DIM))


def _rows(lines: Lines, layout: Layout) -> Iterator[tuple[int, bytes]]:
    """The numbered lines below the headings that are not blank."""
    above = layout.heading + bool(layout.declared)
    for n, line in lines:
        if line.isspace():
            continue
        if above:
            above -= 1
            continue
        yield n, line


def _read(reading: Reading, lines: Lines, layout: Layout) -> Loaded:
    spaced: list[str] = []
    longer: Message | None = None
    spaces = n_longer = 0
    for n, line in _rows(lines, layout):
        word_bytes, row, why = _numbers(layout, line, n)
        if row is None:
            assert why is not None
            reading.leave(UNREADABLE, message("line {n:,}", n=n), why, why)
        else:
            word = lines.words.decoded(word_bytes)
            if reading.add(word, row, "line {n:,}", n) and " " in word:
                spaces += 1
                spaced += [word[:30]] if len(spaced) < FEW else []
            if layout.declared is None and _ends_in_number(layout, word_bytes):
                n_longer += 1
                longer = longer or _ragged(layout, word_bytes, n, layout.d + 1)
        reading.tell(lines.done, reading.size, n)
        if reading.full:
            break
    if longer and reading.too_many(n_longer):
        reading.fail(longer)
    notes = [*lines.notes(), *layout.notes()]
    if layout.declared and not reading.full and reading.met != layout.declared[0]:
        template = "Line 1 declares {V:,} words; the file holds {met:,}."
        notes.append(message(template, V=layout.declared[0], met=reading.met))
    if spaces:
        shown = joined([message("“{word}”", word=word) for word in spaced])
        notes.append(message("{n:,} words contain a space: {shown}.", n=spaces, shown=shown))
    format = "word2vec text" if layout.declared else "GloVe text"
    if layout.separator in (b",", b";") or (layout.heading and not layout.declared):
        format = "table"
    return reading.loaded(format, notes, lines.name)


def _numbers(layout: Layout, line: bytes, n: int) -> tuple[bytes, Row | None, Message | None]:
    """(word, numbers, why there are none) of line n."""
    word, fields = layout.divided(line)
    if len(fields) < layout.d:
        return word, None, _ragged(layout, word or line, n, _run(fields))
    try:
        if b"_" in line:
            _refuse_underscores(fields)
        return word, np.array(fields, np.float32), None
    except ValueError:
        fields = [_plain(field) for field in fields]
        if all(_is_number([field]) for field in fields):
            return word, np.array(fields, np.float32), None
        wrong = next((field for field in fields if not _is_number([field])), b"")
    template = "line {n:,} holds “{wrong}” where a number is expected; correct or remove it"
    return word, None, message(template, n=n, wrong=_shown(wrong))


def _ends_in_number(layout: Layout, word: bytes) -> bool:
    """Whether a word of several fields ends in one more number: the line may be too long."""
    fields = word.split(layout.separator or None)
    return len(fields) > 1 and _is_number(fields[-1:]) and not THOUSANDS.fullmatch(word)


def _plain(field: bytes) -> bytes:
    """A number as Python writes it: Fortran's D, a true minus, NaN where none is given."""
    if is_missing(field.decode("utf-8", "replace")):
        return b"nan"
    return field.replace(MINUS, b"-").replace(b"D", b"e").replace(b"d", b"e")


def _refuse_underscores(fields: list[bytes]) -> None:
    """Raise ValueError for 1_0, which Python takes for ten."""
    if any(b"_" in field for field in fields):
        raise ValueError


def _run(fields: list[bytes]) -> int:
    return sum(_is_number([field]) for field in fields)


def _ragged(layout: Layout, word: bytes, n: int, count: int) -> Message:
    template = (
        "line {n:,} (“{word}”) has {count} numbers where {d} are expected: the file is cut off or "
        "ragged"
    )
    return message(template, n=n, word=_shown(word.split()[:1]), count=count, d=layout.d)


def _shown(word: bytes | list[bytes]) -> str:
    data = b"".join(word) if isinstance(word, list) else word
    return data.decode("utf-8", "replace").strip()[:40]


def _is_number(field: list[bytes]) -> bool:
    """Whether the only field is a number."""
    try:
        float(field[0])
    except (ValueError, IndexError):
        return False
    return b"_" not in field[0]
