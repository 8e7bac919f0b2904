"""A matrix written as text: a table of numbers, of which the room `tables` finds the layout."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from core.errors import SourceError
from core.matrices.contents import Contents
from core.messages import message
from core.tables.encodings import opening
from core.tables.numbers import Numbers, read_numbers
from core.tables.options import TableOptions
from core.tables.table import chunks

LONGEST_LINE = 1 << 22  # bytes
LONGEST_NAME = 200
UNEVEN = 0.1  # of the rows may be longer or shorter than the others
MOST_TEXT = 1 << 30  # bytes, unpacked
LOOKED_AT = 1 << 16
MOST_PRINTED = 1 << 26  # bytes of an array in brackets
CELL = re.compile(rb"[^\s,;|]+")
BRACKETS = re.compile(r"\]\s*,?\s*\[|;|\n")
PRINTED = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:[\w.]+\s*[=(]\s*)*[\[{]")  # “A = [”, “array([[”


def read_table(path: Path, name: str, options: TableOptions, most: int) -> Contents:
    """A table whose cells are numbers, names of rows and columns apart.

    Raises SourceError for text inside, missing numbers, and more than `most` entries. Rows of
    another length are set aside; a column of words is left out, and so said.
    """
    head = _check_size(path, name, most)
    if PRINTED.match(head):
        return _printed(path, name, options)
    return _contents(read_numbers(path, name, options), name)


def _check_size(path: Path, name: str, most: int) -> bytes:
    """The first bytes of a file. Raises SourceError where it is too large, or not text.

    The number of entries is estimated from the first ones, before anything is converted.
    """
    head, size, line = b"", 0, 0
    for chunk in chunks(path):
        head = head or chunk[:LOOKED_AT]
        size += len(chunk)
        last = chunk.rfind(b"\n")
        line = line + len(chunk) if last < 0 else len(chunk) - last - 1
        if line > LONGEST_LINE:
            raise SourceError(
                message(
                    "“{name}” has a line of more than {n:,} characters; save it as .npy, or "
                    "transposed.",
                    name=name,
                    n=LONGEST_LINE,
                )
            )
        if size > MOST_TEXT:
            template = "“{name}” unpacks to more than 1 GiB; give a smaller matrix."
            raise SourceError(message(template, name=name))
    if not head.strip():
        raise SourceError(message("“{name}” is an empty file; give a matrix.", name=name))
    if b"\0" in head and opening(head).name == "utf-8":
        raise SourceError(
            message("“{name}” is not text; save it as comma-separated numbers.", name=name)
        )
    entries = int(len(CELL.findall(head)) * size / len(head))
    if entries > 1.2 * most and b"\0" not in head:
        raise SourceError(
            message(
                "“{name}” has about {n:,} entries, the limit is {most:,}; give a part of it.",
                name=name,
                n=entries,
                most=most,
            )
        )
    return head


def _printed(path: Path, name: str, options: TableOptions) -> Contents:
    """An array as NumPy, Python, JSON, MATLAB or Mathematica print it: rows in brackets."""
    text = b"".join(chunks(path))
    if len(text) > MOST_PRINTED:
        raise SourceError(
            message("“{name}” is a large array in brackets; save it as .npy.", name=name)
        )
    rows = _rows(text.decode("utf-8-sig", "replace"))
    numbers = read_numbers("\n".join(rows).encode(), name, options)
    contents = _contents(numbers, name)
    return contents.noted(message("The brackets of a printed array were left out."))


def _rows(text: str) -> list[str]:
    """The rows of an array in brackets, without them; lines of a long row are joined."""
    text = text.replace("{", "[").replace("}", "]")
    text = text[text.index("[") : text.rfind("]") + 1]
    if text.count("[") > 1:
        rows = [row.strip("[], \t\r\n") for row in re.split(r"\]\s*,?\s*\[", text)]
        rows = [" ".join(row.replace(",", " ").split()) for row in rows]
    else:
        rows = [row.strip("[], \t\r") for row in BRACKETS.split(text)]
    return [row for row in rows if row]


def _contents(numbers: Numbers, name: str) -> Contents:
    """The matrix of a table. Raises SourceError where a cell holds no number."""
    dialect = numbers.dialect
    left = sum(row.rows for row in numbers.set_aside)
    if left > UNEVEN * (left + len(numbers.lines)):
        first = numbers.set_aside[0]
        raise SourceError(
            message(
                "“{name}”: {n:,} rows are longer or shorter than the others. {place}: {why}",
                name=name,
                n=left,
                place=first.place,
                why=first.why,
            )
        )
    for column, (line, cell) in numbers.wrong.items():
        _refuse(name, cell, line, column)
    if not numbers.columns:
        if not len(numbers.lines):
            raise SourceError(message("“{name}” holds no numbers; give a matrix.", name=name))
        column, cells = next(iter(numbers.words.items()), ("", numbers.row_names))
        _refuse(name, cells[0], int(numbers.lines[0]), column)
    if len(numbers.lines) < 2:  # a single cell of text is a mistake rather than a name
        for column, cells in numbers.words.items():
            _refuse(name, cells[0], int(numbers.lines[0]), column)
    missing = np.isnan(numbers.values)
    if missing.any():
        i, j = np.argwhere(missing)[0]
        raise SourceError(
            message(
                "“{name}” lacks a number in line {line:,}, column “{column}” (empty or NaN); fill "
                "it in, or leave the row out.",
                name=name,
                line=int(numbers.lines[i]),
                column=numbers.columns[j][:40],
            )
        )
    rows = numbers.row_names
    notes = list(numbers.notes)
    for column, cells in numbers.words.items():
        if not rows and len({*cells}) == len(cells):
            rows = cells
            continue
        template = "The column “{column}” holds words, such as “{cell}”, and is left out."
        notes.append(message(template, column=column[:40], cell=cells[0][:40]))
    columns = numbers.columns if dialect.heading else ()
    return Contents(
        numbers.values,
        tuple(row[:LONGEST_NAME] for row in rows),
        tuple(column[:LONGEST_NAME] for column in columns),
        tuple(notes),
        numbers.set_aside,
        numbers.encoding,
    )


def _refuse(name: str, cell: str, line: int, column: str) -> None:
    if _is_complex(cell):
        raise SourceError(
            message(
                "“{name}” is complex; give its real part, imaginary part or modulus.", name=name
            )
        )
    raise SourceError(
        message(
            "“{name}” holds text where numbers belong: “{cell}” in line {line:,}, column "
            "“{column}”; correct it, or leave the row out.",
            name=name,
            cell=cell[:40],
            line=line,
            column=column[:40],
        )
    )


def _is_complex(cell: str) -> bool:
    try:
        complex(cell.replace("i", "j").replace(" ", ""))
    except ValueError:
        return False
    return any(letter in cell for letter in "ij")
