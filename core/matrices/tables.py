"""A matrix written as text: numbers separated by commas, semicolons, tabs or spaces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.errors import SourceError
from core.lowrank.bases import F64
from core.messages import message

LOOKED_AT = LONGEST_LINE = 1 << 19
LONGEST_NAME = 200
SEPARATORS = ("\t", ";", ",")
DECIMAL = r"^\s*([-+]?\d*),(\d+(?:[eE][-+]?\d+)?)\s*$"


def read_table(path: Path, name: str, most: int) -> tuple[F64, tuple[str, ...], tuple[str, ...]]:
    """(matrix, row names, column names). A first row or column that is not numbers names the rest.

    Between semicolons or tabs a number may have a decimal comma.
    Raises SourceError for text inside, rows of different lengths, and more than `most` entries.
    """
    with path.open("rb") as file:
        head = file.read(LOOKED_AT)
        if b"\0" in head:
            raise SourceError(
                message("“{name}” is not text; save it as comma-separated numbers.", name=name)
            )
        file.seek(0)
        if len(file.readline(LONGEST_LINE)) == LONGEST_LINE:
            raise SourceError(
                message(
                    "“{name}” has more than {n:,} characters in its first line; save it as "
                    ".npy, or transposed.",
                    name=name,
                    n=LONGEST_LINE,
                )
            )
        file.seek(len(head))
        lines = head.count(b"\n")
        while chunk := file.read(LOOKED_AT):
            lines += chunk.count(b"\n")
    first = head.decode("utf-8-sig", "replace").lstrip().splitlines()
    if not first:
        raise SourceError(message("“{name}” is an empty file; give a matrix.", name=name))
    separator = next((s for s in SEPARATORS if s in first[0]), r"\s+")
    width = len(first[0].split(None if separator == r"\s+" else separator))
    if width * lines > most + width:
        raise SourceError(
            message(
                "“{name}” has about {n:,} entries, the limit is {most:,}; give a part of it.",
                name=name,
                n=width * lines,
                most=most,
            )
        )
    try:
        table = pd.read_csv(
            path, sep=separator, header=None, skip_blank_lines=True, low_memory=False,
            encoding="utf-8-sig", skipinitialspace=True,
        )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())[:120]
        raise SourceError(
            message(
                "“{name}” is not a table of numbers ({reason}); every row needs the same "
                "number of them.",
                name=name,
                reason=reason,
            )
        ) from error
    if separator in ("\t", ";"):
        table = _with_points(table)
    return _numbers(table, name)


def _with_points(table: Any) -> Any:
    """Decimal commas as points, where commas do not separate."""
    for place, kind in enumerate(table.dtypes):
        if not pd.api.types.is_numeric_dtype(kind):
            cells = table.iloc[:, place].astype(str).where(table.iloc[:, place].notna())
            table.isetitem(place, cells.str.replace(DECIMAL, r"\1.\2", regex=True))
    return table


def _numbers(table: Any, name: str) -> tuple[F64, tuple[str, ...], tuple[str, ...]]:
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    if len(table) > 1 and _is_text(table.iloc[0, 1:] if table.shape[1] > 1 else table.iloc[0]):
        columns = tuple(str(cell)[:LONGEST_NAME] for cell in table.iloc[0])
        table = table.iloc[1:]
    if table.shape[1] > 1 and _is_text(table.iloc[:, 0]):
        rows = tuple(str(cell)[:LONGEST_NAME] for cell in table.iloc[:, 0])
        table, columns = table.iloc[:, 1:], columns[1:]
    numbers = table.apply(pd.to_numeric, errors="coerce").to_numpy(np.float64)
    missing = table.isna().to_numpy()
    wrong = np.argwhere(np.isnan(numbers) & ~missing)
    if len(wrong):
        i, j = wrong[0]
        cell = str(table.iat[i, j])
        if _is_complex(cell):
            raise SourceError(
                message(
                    "“{name}” is complex; give its real part, imaginary part or modulus.",
                    name=name,
                )
            )
        raise SourceError(
            message(
                "“{name}” holds text where numbers belong: “{cell}” in row {i}, column {j}.",
                name=name,
                cell=cell[:40],
                i=i + 1,
                j=j + 1,
            )
        )
    if missing.any():
        i, j = np.argwhere(missing)[0]
        raise SourceError(
            message(
                "“{name}” lacks a number in row {i}, column {j} (empty or NaN); rows must be "
                "complete and of the same length.",
                name=name,
                i=i + 1,
                j=j + 1,
            )
        )
    return numbers, rows, columns


def _is_text(cells: Any) -> bool:
    """Whether every cell is a word: neither a number nor empty."""
    values = pd.to_numeric(pd.Series(list(cells)), errors="coerce")
    texts = [isinstance(cell, str) and not _is_complex(cell) for cell in cells]
    return len(texts) > 0 and bool(values.isna().all()) and all(texts)


def _is_complex(cell: str) -> bool:
    try:
        complex(cell.replace("i", "j").replace(" ", ""))
    except ValueError:
        return False
    return True
