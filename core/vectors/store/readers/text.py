"""Vectors as text: word2vec and fastText with a header line, GloVe without."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.messages import message
from core.vectors.store.readers.reading import Loaded, Reading, opened


def read(reading: Reading) -> Loaded:
    """Line by line; words of GloVe may hold spaces."""
    with opened(reading.path, reading.name) as file:
        first = reading.line(file, 1)
        head = first.split()
        header = len(head) == 2 and all(part.isdigit() for part in head)
        V, d = reading.claim([part.decode() for part in head], 2) if header else (None, 0)
        n, done = 1, len(first)
        line = reading.line(file, 2) if header else first
        n += header
        spaced = 0
        while line and not reading.full:
            if line.strip():
                word, row = numbers(reading, line, d, n)
                if not d:
                    d = len(row)
                spaced += " " in word
                reading.add(word, row, "line {n:,}", n)
            done += len(line)
            reading.tell(done, reading.size, n)
            n += 1
            line = reading.line(file, n)
        met = n - 1 - header
    if V is not None and not reading.full and reading.met != V:
        side = message("it is cut off") if reading.met < V else message("line 1 is wrong")
        reading.fail(
            message(
                "line 1 declares {V:,} words, but the file ends after {met:,}: {side}.",
                V=V,
                met=met,
                side=side,
            )
        )
    notes = [message("{n:,} words contain a space.", n=spaced)] if spaced else []
    return reading.loaded("word2vec text" if header else "GloVe text", *notes)


def numbers(reading: Reading, line: bytes, d: int, n: int) -> tuple[str, NDArray[np.float32]]:
    """A word and its d numbers; d = 0 counts the numbers that end the line."""
    try:
        shown = line.decode("utf-8").rstrip("\r\n ")
    except UnicodeDecodeError:
        reading.fail(
            message("line {n:,} is not UTF-8 text; if the file is binary, name it .bin.", n=n)
        )
    parts = shown.split("\t" if "\t" in shown else " ")
    parts = [part for part in parts if part] if d == 0 else parts
    if d == 0:
        d = len(parts) - 1
        if d < 1:
            reading.fail(
                message(
                    "line {n:,} (“{shown}”) is not a word and its numbers.", n=n, shown=shown[:40]
                )
            )
    if len(parts) < d + 1:
        reading.fail(
            message(
                "line {n:,} (“{word}”) has {count} numbers where {d} are expected: the file "
                "is cut off or ragged.",
                n=n,
                word=parts[0][:40],
                count=len(parts) - 1,
                d=d,
            )
        )
    try:
        row = np.array(parts[-d:], np.float32)
    except ValueError:
        wrong = next(part for part in parts[-d:] if not _is_number(part))
        reading.fail(
            message(
                "line {n:,} holds “{wrong}” where a number is expected; correct or remove it.",
                n=n,
                wrong=wrong[:30],
            )
        )
    rest = parts[:-d]
    if len(rest) > 1 and all(_is_number(part) for part in rest[1:]):
        reading.fail(
            message(
                "line {n:,} (“{word}”) has {count} numbers where {d} are expected: the file "
                "is ragged.",
                n=n,
                word=rest[0][:40],
                count=len(parts) - 1,
                d=d,
            )
        )
    return " ".join(rest), row


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
