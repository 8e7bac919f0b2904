"""Reading lists of judged pairs and of analogies, in the layouts they are published in.

The kind is known by the content: numbers beside two words are pairs, four words are an analogy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from core.errors import SourceError
from core.messages import message
from core.tables.cells import number
from core.tables.decoding import Tally
from core.tables.notes import encoding_notes
from core.tables.options import GUESSED, TableOptions
from core.tables.preview import Preview
from core.tables.preview import preview as beginning
from core.tables.stream import with_encoding
from core.tables.table import chunks, separator_of
from core.vectors.evaluate import analogy_lists, pair_lists
from core.vectors.evaluate.judged import JudgedList

KINDS = ("auto", "pairs", "analogies")
MOST_CHARACTERS = 50_000_000
LOOKED_AT = 500  # lines
SIGNS = re.compile(r"[\t;,| ]+")


def read_list(
    content: bytes | Path, name: str, kind: str = "auto", options: TableOptions = GUESSED
) -> JudgedList:
    """Read a list in any encoding. kind: one of KINDS; options: how it is written, where the guess
    is wrong.

    Lines that are neither pairs nor analogies are set aside, each with its number. Raises
    SourceError for a list that is too long, or holds too few pairs or no analogies.
    """

    def use(pieces: Iterator[str], tally: Tally) -> tuple[str, Tally]:
        parts, size = list[str](), 0
        for piece in pieces:
            parts.append(piece)
            size += len(piece)
            if size > MOST_CHARACTERS:
                raise SourceError(
                    message(
                        "“{name}” has more than {most:,} characters; lists of judged words are far "
                        "shorter. Give a part of it.",
                        name=name,
                        most=MOST_CHARACTERS,
                    )
                )
        return "".join(parts), tally

    (text, _), encoding, tally = with_encoding(partial(chunks, content), use, options.codec)
    if kind == "auto":
        kind = kind_of(_sample(text))
    reader = analogy_lists.read if kind == "analogies" else pair_lists.read
    judged = reader(text, name, options)
    notes = (*encoding_notes(encoding, tally), *judged.notes)
    return replace(judged, encoding=encoding.label, notes=notes)


def preview(path: Path, name: str, kind: str = "auto", options: TableOptions = GUESSED) -> Preview:
    """The beginning of a list; of analogies, which are no table, as lines. Raises SourceError."""
    lines = beginning(partial(chunks, path), name, options, usual="")
    if kind == "auto":
        kind = kind_of(_sample("\n".join(row[0] for row in lines.rows)))
    if kind == "analogies":
        return lines
    usual = separator_of(name)
    return beginning(partial(chunks, path), name, options, usual=usual, spaces=True)


def _sample(text: str) -> list[str]:
    """The first lines that are no comments."""
    lines = [line.strip() for line in text[: 1 << 18].splitlines()]
    return [line for line in lines if line and not line.startswith("#")][:LOOKED_AT]


def kind_of(lines: Sequence[str]) -> str:
    """“analogies” for sections and lines of four words, else “pairs”.

    >>> kind_of(["king queen man woman"]), kind_of(["king queen 8.1 0.2"])
    ('analogies', 'pairs')
    """
    rows = [line for line in lines if not analogy_lists.SECTION.match(line)]
    body = [[part.strip('"') for part in SIGNS.split(line)] for line in rows[1:] or rows]
    numbered = sum(any(number(part) is not None for part in parts) for parts in body)
    fours = sum(len(parts) >= 4 for parts in body)
    if len(rows) < len(lines) and (numbered < len(body) / 2 or all(len(p) == 4 for p in body)):
        return "analogies"
    return "analogies" if numbered < len(body) / 2 and fours >= len(body) / 2 else "pairs"
