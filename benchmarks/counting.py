"""Co-occurrence counting, 16 M tokens, 40 000 words, window 5, weights 1/d, both sides.

Every method runs in a process of its own, in turn, several times; the median
is shown. CPU is user + system time, less that of a process which only loads
the same input; memory is the peak of the process above the same base.
Stanford's `cooccur` runs where VECTORSCOPE_COOCCUR names the binary.

From text, both begin with the same file of words between blanks. Stanford's
figure leaves out its pass for the vocabulary (`vocab_count`), which it is
given, and includes writing the cells; ours includes finding the vocabulary,
ends with the matrix in memory, and leaves out writing our cache of results to
disk and compiling, which happens once after installing.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

TOKENS, WORDS, DOCUMENT, WINDOW, RUNS = 16_000_000, 40_000, 250, 5, 5


def corpus(seed: int = 0) -> np.ndarray:
    """Zipfian token ids with topics, so that documents repeat their rarer words: (TOKENS,) uint32.

    Ids are frequency ranks; a document is DOCUMENT tokens.
    """
    rng = np.random.default_rng(seed)
    share = np.cumsum(1 / np.arange(1, WORDS + 1))
    ids = np.searchsorted(share, rng.random(TOKENS) * share[-1])
    topic = rng.integers(0, 200, TOKENS // DOCUMENT).repeat(DOCUMENT)
    topical = (ids > 1000) & (rng.random(TOKENS) < 0.6)
    ids[topical] = 1000 + ids[topical] * 7919 % 195 + topic[topical] * 195
    counts = np.bincount(ids, minlength=WORDS)
    rank = np.empty(WORDS, np.uint32)
    rank[np.argsort(-counts, kind="stable")] = np.arange(WORDS, dtype=np.uint32)
    encoded: np.ndarray = rank[ids]
    return encoded


def ours(ids: np.ndarray, threads: int) -> int:
    from core.counts.counting import count_ids, weights

    weight, _ = weights(WINDOW, "harmonic")
    starts = np.arange(0, TOKENS, DOCUMENT)
    return count_ids(ids, starts, WORDS, before=weight, after=weight, threads=threads).nnz


def scipy_shift(ids: np.ndarray) -> int:
    """One sparse matrix per distance, added up, plus the transpose."""
    from scipy.sparse import coo_array, csr_array

    documents = ids.astype(np.int32).reshape(-1, DOCUMENT)
    total = csr_array((WORDS, WORDS), dtype=np.float32)
    for d in range(1, WINDOW + 1):
        left, right = documents[:, :-d].ravel(), documents[:, d:].ravel()
        weight = np.full(len(left), 1 / d, np.float32)
        total = total + coo_array((weight, (left, right)), shape=(WORDS, WORDS)).tocsr()
    return (total + total.T).tocsr().nnz


def ours_from_text(folder: Path) -> int:
    """Read, tokenise and count without the cache around the first two."""
    from core.counts.counting import count_ids, weights
    from core.text import reading, tokens
    from core.text.shelf import file_source
    from core.text.specs import Text

    tokens.read = reading.read.__wrapped__  # type: ignore[attr-defined]
    text = Text(file_source("corpus.txt"), tokeniser="whitespace", lowercase=False)
    found = tokens.tokenise.__wrapped__(text)  # type: ignore[attr-defined]
    weight, _ = weights(WINDOW, "harmonic")
    return count_ids(
        found.ids, found.line_starts, len(found.types), before=weight, after=weight, threads=1
    ).nnz


def stanford(folder: Path) -> int:
    with (folder / "corpus.txt").open() as text, (folder / "cooccurrences.bin").open("wb") as out:
        subprocess.run(
            [os.environ["VECTORSCOPE_COOCCUR"], "-window-size", str(WINDOW), "-memory", "4.0",
             "-verbose", "0", "-vocab-file", str(folder / "vocab.txt"),
             "-overflow-file", str(folder / "overflow")],
            stdin=text, stdout=out, check=True, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    size = (folder / "cooccurrences.bin").stat().st_size // 16
    (folder / "cooccurrences.bin").unlink()
    return size


def child(method: str, folder: Path) -> None:
    """Run one method and print its figures; the kernels are compiled before the clock starts."""
    ids = np.load(folder / "ids.npy")
    if method.startswith("ours"):
        small = np.arange(100, dtype=np.uint32)
        from core.counts.counting import count_ids, weights

        weight, _ = weights(WINDOW, "harmonic")
        count_ids(small, np.array([0]), WORDS, before=weight, after=weight)
    if method == "ours, from text":
        from core.text.numbering import numbering
        from core.text.specs import Text

        os.environ["VECTORSCOPE_FILES"] = os.environ["VECTORSCOPE_CACHE"] = str(folder)
        numbering(Text(tokeniser="whitespace")).encode(np.zeros(9, np.uint8), np.array([0]))
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu, wall = _cpu(), time.perf_counter()
    runs: dict[str, Callable[[], int]] = {
        "ours, ids": lambda: ours(ids, 1),
        "ours, ids, all threads": lambda: ours(ids, os.cpu_count() or 1),
        "scipy, shift and add": lambda: scipy_shift(ids),
        "ours, from text": lambda: ours_from_text(folder),
        "Stanford cooccur, from text": lambda: stanford(folder),
    }
    cells = runs[method]()
    seconds = time.perf_counter() - wall
    who = resource.RUSAGE_CHILDREN if method.startswith("Stanford") else resource.RUSAGE_SELF
    peak = resource.getrusage(who).ru_maxrss - (0 if method.startswith("Stanford") else base)
    print(_cpu() - cpu, seconds, peak / 1024, cells)


def _cpu() -> float:
    usage = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in usage)


def table() -> list[dict[str, Any]]:
    methods = ["ours, ids", "ours, ids, all threads", "scipy, shift and add", "ours, from text"]
    if os.environ.get("VECTORSCOPE_COOCCUR"):
        methods.append("Stanford cooccur, from text")
    figures: dict[str, list[list[float]]] = {method: [] for method in methods}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ids = corpus()
        np.save(folder / "ids.npy", ids)
        _write_text(folder, ids)
        del ids
        for _ in range(RUNS):
            for method in methods:
                said = subprocess.run(
                    [sys.executable, "-m", "benchmarks.counting", method, name],
                    capture_output=True, text=True, check=True,
                ).stdout  # fmt: skip
                figures[method].append([float(part) for part in said.split()])
    middle = {m: [statistics.median(column) for column in zip(*runs, strict=True)]
              for m, runs in figures.items()}  # fmt: skip
    rows = []
    for method, (cpu, wall, peak, cells) in middle.items():
        peer = "Stanford cooccur, from text" if "text" in method else "scipy, shift and add"
        rows.append(
            {
                "method": method,
                "CPU s": cpu,
                "wall s": wall,
                "M tokens / CPU s": TOKENS / cpu / 1e6,
                "peak MB": round(peak),
                "cells": f"{int(cells):,}",
                "CPU, peer ÷ this": middle[peer][0] / cpu if peer in middle else "",
            }
        )
    return rows


def _write_text(folder: Path, ids: np.ndarray) -> None:
    names = np.array([f"w{i:x}" for i in range(WORDS)], object)
    with (folder / "corpus.txt").open("w") as file:
        for block in np.split(ids.reshape(-1, DOCUMENT), 64):
            file.writelines(" ".join(names[line]) + "\n" for line in block)
    counts = np.bincount(ids, minlength=WORDS)
    with (folder / "vocab.txt").open("w") as file:
        file.writelines(f"w{i:x} {n}\n" for i, n in enumerate(counts.tolist()) if n)


if __name__ == "__main__":
    child(sys.argv[1], Path(sys.argv[2]))
