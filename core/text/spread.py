"""The tokens of a text on the workers of a cluster, and the vocabulary merged from them."""

from __future__ import annotations

import socket
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core import cluster
from core.cluster import Cluster
from core.errors import ClusterError
from core.messages import message
from core.progress import OnStep, part, run_on
from core.text import files, shards
from core.text.reading import RawText, empty, read
from core.text.shards import Shard, Uncut, read_shard
from core.text.shelf import changed
from core.text.specs import Corpus, Text
from core.text.tokens import Tokens, cut, segments, without_words
from core.text.words import Vocabulary, frequent

STAGE = "reading the text on the cluster"


@dataclass(frozen=True)
class Cut:
    """The tokens of a shard, on its worker.

    ids: (N,) uint32, numbers of `types`, large strings; counts: (T,) int64;
    starts: for each unit the tokens it begins with, as in `Tokens`; apart: for each unit,
    whether one ends before the first token, and whether one begins after the last;
    utf8: bytes of clean text; unpacked: bytes that were read.
    """

    ids: np.ndarray
    types: Any
    counts: np.ndarray
    starts: dict[str, np.ndarray]
    apart: dict[str, tuple[bool, bool]]
    utf8: int = 0
    unpacked: int = 0


@dataclass(frozen=True)
class Spread:
    """A text of which shard i is cut into tokens in futures[i]."""

    shards: list[Shard]
    futures: list[Any]
    tokens: int


def tokens_of(on: Cluster, text: Text, on_step: OnStep = run_on) -> Spread:
    """Read and tokenise a text on the workers, where the last one stays."""
    return on.held("text", text, lambda: _spread(on, text, on_step), on_step)


def merged_vocabulary(corpus: Corpus, on_step: OnStep = run_on) -> Vocabulary:
    """As `core.text.vocabulary.vocabulary`, of a text that no machine holds as a whole.

    Types are counted shard by shard and merged in as many groups as there are
    workers, by a hash of the spelling; only the frequent ones are collected here.
    """
    on = cluster.connect()
    text = tokens_of(on, corpus.text, part(on_step, 0.0, 0.7))
    groups = len(on.workers()) or 1
    tasks = [(types_of, future, groups) for future in text.futures]
    merged = on.summed(tasks, groups, added, on_step, "counting words on the cluster", (0.7, 0.9))
    frequent_types = [
        on.submit(most_frequent, one, corpus.min_count, corpus.max_words) for one in merged
    ]
    collected = on.gather(frequent_types, on_step, "collecting words from the cluster", (0.9, 1.0))
    names = pa.concat_arrays([names for names, _, _ in collected])
    counts = np.concatenate([counts for _, counts, _ in collected])
    order = by_frequency(names, counts)
    if not (all_types := sum(types for _, _, types in collected)):
        raise without_words(corpus.text)
    return frequent(
        corpus, names.take(pa.array(order)).to_pylist(), counts[order], text.tokens, all_types
    )


def cut_shard(shard: Shard, text: Text) -> Cut | Uncut:
    """The tokens of a shard, or the reason why it must not be a slice."""
    for piece, stamp in zip(shard.parts, shard.stamps, strict=True):
        if not piece.path.exists():
            raise ClusterError(
                message(
                    "The worker on {host} does not see the file {path}; mount "
                    "the folder at the same place on every machine of the cluster.",
                    host=socket.gethostname(),
                    path=str(piece.path),
                )
            )
        if shards.stamp(piece) != stamp:
            raise changed(piece.name)
    try:
        raw = read_shard(shard)
    except Uncut as refusal:
        return refusal
    if raw is None:
        empty_ids, units = np.zeros(0, np.int64), (*shards.UNITS, "none")
        return Cut(
            empty_ids.astype(np.uint32), pa.array([], pa.large_string()), empty_ids,
            dict.fromkeys(units, empty_ids), dict.fromkeys(units, (False, False)),
        )  # fmt: skip
    tokens = cut(raw, text)
    return Cut(
        tokens.ids, pa.array(tokens.types, pa.large_string()), tokens.type_counts,
        {unit: segments(tokens, unit) for unit in (*shards.UNITS, "none")},
        _apart(raw, tokens), len(raw.utf8), raw.report.bytes_read,
    )  # fmt: skip


def _apart(raw: RawText, tokens: Tokens) -> dict[str, tuple[bool, bool]]:
    """Units without tokens at the ends of a shard, which `Tokens` omits: see `Cut.apart`."""
    total, block_starts = len(raw.utf8), tokens.block_bytes
    first, last = (int(block_starts[0]), int(block_starts[-1])) if len(block_starts) else (total, 0)
    begins = raw.document_starts[1:-1]
    documents = bool((begins <= first).any()), bool((begins > last).any())
    blank = [b"\n\n" in part.tobytes() for part in (raw.utf8[:first], raw.utf8[last:])]
    return {
        "none": (False, False),
        "document": documents,
        "paragraph": (blank[0] or documents[0], blank[1] or documents[1]),
        "line": (True, True),
    }


def sizes_of(cut: Cut | Uncut) -> tuple[int, int, int] | None:
    """Numbers of tokens, bytes of text and bytes read; None for a slice that cannot be read."""
    return None if isinstance(cut, Uncut) else (len(cut.ids), cut.utf8, cut.unpacked)


def types_of(cut: Cut, groups: int) -> list[tuple[Any, np.ndarray]]:
    """(types, counts) of a shard, grouped by a hash that is the same everywhere."""
    if groups == 1:
        return [(cut.types, cut.counts)]
    hashes = np.array([zlib.crc32(word.encode()) for word in cut.types.to_pylist()], np.int64)
    members = [np.flatnonzero(hashes % groups == group) for group in range(groups)]
    return [(cut.types.take(pa.array(rows)), cut.counts[rows]) for rows in members]


def added(*tables: tuple[Any, np.ndarray]) -> tuple[Any, np.ndarray]:
    """Tables of types merged to one, their counts added."""
    names = pa.concat_arrays([names for names, _ in tables])
    counts = np.concatenate([counts for _, counts in tables])
    total = (
        pa.table({"name": names, "count": counts}).group_by("name").aggregate([("count", "sum")])
    )
    return total["name"].combine_chunks(), total["count_sum"].to_numpy()


def most_frequent(
    table: tuple[Any, np.ndarray], least: int, most: int
) -> tuple[Any, np.ndarray, int]:
    """(types, counts) of at most `most` types with counts ≥ `least`, and the number of all."""
    names, counts = table
    often = np.flatnonzero(counts >= least)
    chosen = often[by_frequency(names.take(pa.array(often)), counts[often])[:most]]
    return names.take(pa.array(chosen)), counts[chosen], len(counts)


def by_frequency(names: Any, counts: np.ndarray) -> np.ndarray:
    """The order by falling count, equal counts alphabetically, as in `Tokens`."""
    alphabet = pc.sort_indices(names).to_numpy().astype(np.int64)
    return alphabet[np.argsort(-counts[alphabet], kind="stable")]


def _spread(on: Cluster, text: Text, on_step: OnStep) -> Spread:
    if text.tokeniser == "discovered":
        raise ClusterError(
            message(
                "Words are discovered on one machine; choose another tokeniser, or count without "
                "the cluster."
            )
        )
    threads = sum(on.workers().values())
    plan = shards.plan(text.origin, threads, part(on_step, 0.0, 0.1))
    submitted: dict[int, tuple[Shard, Any]] = {}  # the shard is kept, so that its id stays its own
    while True:
        for shard in plan:
            if id(shard) not in submitted:
                submitted[id(shard)] = shard, on.submit(cut_shard, shard, text)
        futures = [submitted[id(shard)][1] for shard in plan]
        size_futures = [on.submit(sizes_of, one) for one in futures]
        sizes = on.gather(size_futures, on_step, STAGE, (0.1, 1.0))
        refused = [shard for shard, size in zip(plan, sizes, strict=True) if size is None]
        if not refused:
            break
        for shard in {shard.parts[0].path: shard for shard in refused}.values():
            plan = shards.uncut(plan, shard)
    tokens, utf8, unpacked = (sum(column) for column in zip(*sizes, strict=True))
    if unpacked > files.limit():
        raise files.too_large(text.origin.name, unpacked, files.limit())
    if not utf8:
        read(text.origin)  # names what is wrong, where every file is refused
        raise empty(text.origin)
    return Spread(plan, futures, tokens)
