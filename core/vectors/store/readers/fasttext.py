"""fastText's own model file: a header, the dictionary, and one matrix of words and subwords.

::

    int32 magic, version; 12 × int32 and a float64, the settings it was trained with
    int32 entries, words, labels; int64 tokens, pruned        the dictionary's sizes
    entries × (word, 0, int64 count, int8 kind)
    int8 quantised; int64 rows, columns; float32 × rows × columns     words, then buckets

A word's vector is the mean of its own row and of the rows of its n-grams' buckets; the end of
a sentence, </s>, has no n-grams. Of the matrix only those rows are read that the words wanted need.
(github.com/facebookresearch/fastText, `dictionary.cc` and `fasttext.cc`, version 12.)
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from core.messages import message
from core.vectors.store.readers.reading import (
    LARGEST_DIM,
    LONGEST_WORD,
    Loaded,
    Reading,
    opened,
    read_bytes,
)

MAGIC = 793712314
NEWEST = 12
HEADER = struct.Struct("<14id3i2q")
ENTRY = struct.Struct("<qb")
MATRIX = struct.Struct("<b2q")
SENTENCE_END = "</s>"
LONGEST_NGRAM = 50  # characters; usual are 3 to 6
PIECE = 1 << 20
MOST_PIECES = 5_000_000  # n-grams at once, a sixth of a gigabyte


@dataclass(frozen=True)
class Header:
    """Sizes: d numbers a row, V words, `bucket` rows of n-grams of minn to maxn characters."""

    d: int
    V: int
    bucket: int
    minn: int
    maxn: int


def read(reading: Reading) -> Loaded:
    """The first words of the file, or all of them. Raises SourceError."""
    with opened(reading.path) as file:
        header = _header(reading, file)
        names, at = _dictionary(reading, file, header)
        _check_matrix(reading, file, at, header)
        at += MATRIX.size
        own = _rows(reading, file, at, header, range(len(names)))
        reading.check_size(len(names), header.d)
        matrix = np.empty((len(names), header.d), np.float32)
        for k, row in enumerate(own):
            matrix[k] = row
        if header.bucket and header.maxn:
            _add_subwords(reading, file, at, header, names, matrix)
    for n, (word, row) in enumerate(zip(names, matrix, strict=True), start=1):
        reading.add(word, row, "word {n:,}", n)
    return reading.loaded("fastText binary")


def _header(reading: Reading, file: BinaryIO) -> Header:
    data = read_bytes(file, HEADER.size, reading.name)
    if len(data) < HEADER.size:
        reading.fail(message("it ends inside its header; download it again."))
    _, version, d, *_, bucket, minn, maxn, _, _, entries, V, labels, _, pruned = HEADER.unpack(data)
    if version > NEWEST:
        reading.fail(
            message(
                "it is of fastText's format {version}; up to {newest} are read.",
                version=version,
                newest=NEWEST,
            )
        )
    if not (0 < d <= LARGEST_DIM and V > 0 and bucket >= 0):
        reading.fail(
            message(
                "its header declares {V:,} words of {d:,} numbers, which is impossible.", V=V, d=d
            )
        )
    if labels or entries != V:
        reading.fail(
            message("it is a classifier with labels; only models of word vectors are read.")
        )
    if not 0 <= minn <= LONGEST_NGRAM >= maxn >= 0:
        reading.fail(
            message(
                "its header declares subwords of {minn:,} to {maxn:,} characters, which is "
                "impossible.",
                minn=minn,
                maxn=maxn,
            )
        )
    needed = 4 * d * (V + bucket) + V * (ENTRY.size + 1)
    if not reading.packed and needed > reading.size:
        reading.fail(
            message(
                "its header declares {V:,} words and {bucket:,} pieces of {d:,} numbers, "
                "{need:,} bytes, but the file has {size:,}: it is cut off, or quantised "
                "(.ftz), which is not read.",
                V=V,
                bucket=bucket,
                d=d,
                need=needed,
                size=reading.size,
            )
        )
    if pruned > 0:
        reading.fail(message("it is quantised (.ftz), which is not read; export it as .vec."))
    return Header(d, V, bucket, minn, maxn)


def _dictionary(reading: Reading, file: BinaryIO, header: Header) -> tuple[list[str], int]:
    """The first words, and the offset at which the dictionary ends."""
    most = min(reading.limit or header.V, header.V)
    names: list[str] = []
    data, offset, passed = b"", 0, HEADER.size
    for n in range(1, header.V + 1):
        while (end := data.find(b"\0", offset)) < 0 or end + ENTRY.size >= len(data):
            if end < 0 and len(data) - offset > LONGEST_WORD:
                reading.fail(
                    message("word {n:,} of the dictionary has no end; download it again.", n=n)
                )
            more = read_bytes(file, PIECE, reading.name)
            if not more:
                template = "it ends at word {n:,} of {V:,} of its dictionary; download it again."
                reading.fail(message(template, n=n, V=header.V))
            passed += offset
            data, offset = data[offset:] + more, 0
        if end - offset > LONGEST_WORD:
            reading.fail(
                message("word {n:,} of the dictionary has no end; download it again.", n=n)
            )
        if n <= most:
            names.append(data[offset:end].decode("utf-8", "backslashreplace"))
        offset = end + 1 + ENTRY.size
        reading.tell(n, 4 * header.V, n)
    return names, passed + offset


def _check_matrix(reading: Reading, file: BinaryIO, at: int, header: Header) -> None:
    file.seek(at)
    data = read_bytes(file, MATRIX.size, reading.name)
    if len(data) < MATRIX.size:
        reading.fail(message("it ends before its vectors; download it again."))
    quantised, rows, columns = MATRIX.unpack(data)
    if quantised:
        reading.fail(message("it is quantised (.ftz), which is not read; export it as .vec."))
    if (rows, columns) != (header.V + header.bucket, header.d):
        reading.fail(
            message(
                "its matrix has {rows:,} rows of {columns:,} numbers where {V:,} words "
                "and {bucket:,} pieces of {d:,} are expected: it is damaged.",
                rows=rows,
                columns=columns,
                V=header.V,
                bucket=header.bucket,
                d=header.d,
            )
        )


def _rows(
    reading: Reading, file: BinaryIO, at: int, header: Header, which: Iterator[int] | range
) -> Iterator[NDArray[np.float32]]:
    """Rows of the matrix that begins at byte `at`, in rising order."""
    width = 4 * header.d
    here = -1
    for row in which:
        if row != here:
            file.seek(at + row * width)
        data = read_bytes(file, width, reading.name)
        if len(data) < width:
            reading.fail(
                message(
                    "it ends inside row {row:,} of its vectors; download it again.", row=row + 1
                )
            )
        here = row + 1
        yield np.frombuffer(data, "<f4").astype(np.float32)


def _add_subwords(
    reading: Reading,
    file: BinaryIO,
    at: int,
    header: Header,
    names: list[str],
    matrix: NDArray[np.float32],
) -> None:
    """Make each word's row the mean of itself and of its n-grams' rows."""
    from gensim.models.fasttext import ft_ngram_hashes

    start = 0
    while start < len(names):
        pieces: list[NDArray[np.uint32]] = []
        held, n = 0, start
        while n < len(names) and held < MOST_PIECES:
            sizes = header.minn, header.maxn, header.bucket
            hashes = [] if names[n] == SENTENCE_END else ft_ngram_hashes(names[n], *sizes)
            pieces.append(np.array(hashes, np.uint32))
            held, n = held + len(hashes), n + 1
            reading.tell(len(names) + n + 2 * start, 4 * len(names), n)
        _add_pieces(reading, file, at, header, pieces, matrix[start:n], (start, len(names)))
        start = n


def _add_pieces(
    reading: Reading,
    file: BinaryIO,
    at: int,
    header: Header,
    pieces: list[NDArray[np.uint32]],
    matrix: NDArray[np.float32],
    place: tuple[int, int],
) -> None:
    """The mean of each row of the matrix and of the rows of its pieces.

    place: (words done before, words in all), for the progress.
    """
    sizes = np.array([len(of_word) for of_word in pieces], np.int64)
    words = np.repeat(np.arange(len(pieces)), sizes)
    buckets = np.concatenate(pieces).astype(np.int64)
    order = np.argsort(buckets, kind="stable")  # the file is passed once, forwards
    needed, first = np.unique(buckets[order], return_index=True)
    ends = np.append(first[1:], len(order))
    rows = _rows(reading, file, at, header, iter((header.V + needed).tolist()))
    for k, row in enumerate(rows):
        np.add.at(matrix, words[order[first[k] : ends[k]]], row)
        done = place[1] + 3 * place[0] + len(pieces) * (1 + 2 * k / len(needed))
        reading.tell(int(done), 4 * place[1], k)
    matrix /= (sizes + 1)[:, None].astype(np.float32)
