"""Vectors that list only their numbers other than zero: “word 3:0.51 17:1.2 …”.

A first line may declare V and d. Positions count from 0, or from 1 where 0 never occurs and the
last is d. (As liblinear writes them; the PPMI vectors of Chinese-Word-Vectors come so.)
"""

from __future__ import annotations

import re
from array import array

import numpy as np
from scipy.sparse import csr_matrix

from core.messages import message
from core.vectors.store.readers.lines import Lines
from core.vectors.store.readers.reading import UNREADABLE, Loaded, Reading

PAIR = re.compile(rb"\d{1,9}:[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
POSITION = re.compile(rb"\d+:")
DECLARED = re.compile(rb"\s*(\d{1,9})[ \t]+(\d{1,9})\s*")
ENTRY_BYTES = 8  # a position and a number


def is_sparse(sample: list[bytes]) -> bool:
    """Whether most lines are a word and pairs of a position and a number."""
    lines = [line for line in sample if line.strip()]
    body = lines[1:] if lines and DECLARED.fullmatch(lines[0]) else lines
    pairs = [all(map(PAIR.fullmatch, fields[-2:])) for line in body if (fields := line.split()[1:])]
    return len(pairs) > 0 and sum(pairs) > 0.8 * len(body)


def read(reading: Reading, lines: Lines) -> Loaded:
    """A CSR matrix (V, d) float32."""
    declared = _declared(lines)
    starts, positions, values = array("q", [0]), array("i"), array("f")
    for n, line in lines:
        if (n == 1 and declared) or line.isspace():
            continue
        where = message("line {n:,}", n=n)
        word, pairs, wrong = _divided(line)
        if wrong:
            template = "line {n:,} holds “{wrong}” where a position and a number are expected"
            what = message(template, n=n, wrong=wrong.decode("utf-8", "replace")[:30])
            reading.leave(UNREADABLE, where, what, what)
            continue
        at, numbers = _parsed(pairs)
        text = lines.words.decoded(word)
        if not np.isfinite(numbers).all():
            reading.leave_infinite(text, where)
        elif reading.new(text, where, n):
            positions.frombytes(at.tobytes())
            values.frombytes(numbers.tobytes())
            starts.append(len(values))
        reading.tell(lines.done, reading.size, n)
        if len(reading.words) % 1_000 == 0:
            reading.check_size(len(values), ENTRY_BYTES // 4)
        if reading.full:
            break
    return _loaded(reading, lines, declared, starts, positions, values)


def _loaded(
    reading: Reading, lines: Lines, declared: tuple[int, int] | None,
    starts: array[int], positions: array[int], values: array[float],
) -> Loaded:  # fmt: skip
    columns = np.frombuffer(positions, np.int32) if positions else np.zeros(0, np.int32)
    numbers = np.frombuffer(values, np.float32) if values else np.zeros(0, np.float32)
    d = declared[1] if declared else 0
    top = int(columns.max(initial=-1))
    if len(columns) and columns.min() > 0 and top >= d:  # they count from 1
        columns, top = columns - 1, top - 1
    d = max(d, top + 1)
    matrix = csr_matrix((numbers, columns, np.frombuffer(starts, np.int64)), (len(starts) - 1, d))
    matrix.sum_duplicates()
    notes = lines.notes()
    if declared and not reading.full and reading.met != declared[0]:
        template = "Line 1 declares {V:,} words; the file holds {met:,}."
        notes.append(message(template, V=declared[0], met=reading.met))
    return reading.loaded("sparse text", notes, lines.name, matrix=matrix)


def _declared(lines: Lines) -> tuple[int, int] | None:
    match = DECLARED.fullmatch(lines.sample[0]) if lines.sample else None
    return (int(match[1]), int(match[2])) if match else None


def _divided(line: bytes) -> tuple[bytes, list[bytes], bytes]:
    """(word, pairs, the first field among the pairs that is none)."""
    fields = line.rstrip().split(b" " if b"\t" not in line else None)
    k = len(fields)
    while k > 1 and PAIR.fullmatch(fields[k - 1]):
        k -= 1
    wrong = next((field for field in reversed(fields[1:k]) if POSITION.match(field)), b"")
    return b" ".join(fields[:k]), fields[k:], wrong


def _parsed(pairs: list[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """Positions (int32) and numbers (float32)."""
    if not pairs:
        return np.zeros(0, np.int32), np.zeros(0, np.float32)
    numbers = np.array(b":".join(pairs).split(b":"), np.float64)
    return numbers[::2].astype(np.int32), numbers[1::2].astype(np.float32)
