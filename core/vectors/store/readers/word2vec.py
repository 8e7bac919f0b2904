"""word2vec's binary format: a header line, then word, space and d float32, each."""

from __future__ import annotations

import numpy as np

from core.messages import message
from core.vectors.store.readers.reading import LONGEST_WORD, Loaded, Reading, opened, read_bytes


def read(reading: Reading) -> Loaded:
    """Word by word."""
    with opened(reading.path, reading.name) as file:
        head = reading.line(file, 1)
        V, d = reading.claim([part.decode() for part in head.split()], 4)
        done = len(head)
        for n in range(1, V + 1):
            if reading.full:
                break
            word = bytearray()
            while (letter := read_bytes(file, 1, reading.name)) != b" ":
                if not letter:
                    reading.fail(
                        message("it ends at word {n:,} of {V:,}; download it again.", n=n, V=V)
                    )
                if letter != b"\n":  # some writers end each vector with a line
                    word += letter
                if len(word) > LONGEST_WORD:
                    reading.fail(
                        message("word {n:,} has no end: this is not word2vec's binary format.", n=n)
                    )
            data = read_bytes(file, 4 * d, reading.name)
            if len(data) < 4 * d:
                reading.fail(
                    message(
                        "it ends inside the vector of word {n:,} of {V:,}; download it again.",
                        n=n,
                        V=V,
                    )
                )
            text = word.decode("utf-8", "replace")
            reading.add(text, np.frombuffer(data, "<f4").astype(np.float32), "word {n:,}", n)
            done += len(word) + 1 + 4 * d
            reading.tell(done, reading.size, n)
    return reading.loaded("word2vec binary")
