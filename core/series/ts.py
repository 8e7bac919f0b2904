"""Series from the .ts files of UCR and UEA: a head of lines that begin with @, then the data."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.errors import SourceError
from core.messages import message
from core.series.rows import Rows
from core.tables.cells import number
from core.tables.table import chunks

MISSING = ("?", "nan", "")


def read_ts(path: Path, name: str, most: int) -> Rows:
    """The series of a .ts file of one dimension, with classes. Raises SourceError."""
    head: dict[str, str] = {}
    series, labels, total, body = list[list[float]](), list[str](), 0, False
    for at, line in enumerate(_lines(path), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if not body and line.startswith("@"):
            word, _, rest = line[1:].partition(" ")
            head[word.lower()] = rest.strip().lower()
            body = word.lower() == "data"
            if body:
                _check(head, name)
            continue
        if not body:
            raise _no_ts(name, at)
        total += 1
        if total <= most:
            points, _, label = line.rpartition(":")
            series.append(_numbers(points, at, name))
            labels.append(label.strip())
    if not series:
        raise _no_ts(name, 1)
    longest = max(map(len, series))
    values = np.full((len(series), longest), np.nan)
    for i, row in enumerate(series):
        values[i, : len(row)] = row
    notes: tuple[str, ...] = ()
    if total > most:
        notes = (message("The first {n:,} of {all:,} series are used.", n=most, all=total),)
    return Rows(values, tuple(labels), notes=notes)


def _lines(path: Path) -> list[str]:
    return b"".join(chunks(path)).decode("utf-8-sig", "replace").splitlines()


def _check(head: dict[str, str], name: str) -> None:
    if head.get("univariate", "true") != "true" or int(head.get("dimensions", "1") or 1) != 1:
        raise SourceError(
            message(
                "“{name}” holds series of several dimensions; only those of one can be read. Save "
                "one dimension.",
                name=name,
            )
        )
    if head.get("timestamps", "false") == "true":
        raise SourceError(
            message("“{name}” holds times beside its values; save the values alone.", name=name)
        )
    if not head.get("classlabel", "true").startswith("true"):
        raise SourceError(
            message("“{name}” says that its series have no classes (@classLabel).", name=name)
        )


def _numbers(points: str, line: int, name: str) -> list[float]:
    row = []
    for cell in points.split(","):
        value = number(cell.strip())
        if value is None and cell.strip().lower() not in MISSING:
            raise SourceError(
                message(
                    "Line {line:,} of “{name}” holds “{cell}”, which is no number; a series of "
                    "one dimension reads 1.5,2.5,…:class.",
                    line=line,
                    name=name,
                    cell=cell.strip()[:40],
                )
            )
        row.append(np.nan if value is None else value)
    return row


def _no_ts(name: str, line: int) -> SourceError:
    return SourceError(
        message(
            "“{name}” is no .ts file: line {line:,} is not what its format has there (a head of "
            "lines with @, @data, then one series a line).",
            name=name,
            line=line,
        )
    )
