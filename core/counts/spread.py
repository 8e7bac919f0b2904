"""Co-occurrence counts on the workers of a cluster, as blocks of rows.

Each shard of the text is counted where its tokens are, its matrix cut into blocks
of rows, and each block merged over all shards by a tree of exact integer sums. Pairs
in windows across the ends of shards are counted separately, from the few tokens there.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from core import cluster
from core.cluster import Cluster
from core.counts.counting import (
    Cooccurrence,
    count_ids,
    keep_weights,
    no_meetings,
    square,
    weights,
)
from core.counts.specs import Counts
from core.progress import OnStep, part, run_on
from core.text.spread import Cut, tokens_of
from core.text.vocabulary import vocabulary

I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]
DROPPED = np.uint32(0xFFFFFFFF)


@dataclass(frozen=True)
class Rows:
    """A matrix on the workers: rows bounds[r] to bounds[r + 1] are futures[r], of `cells` cells."""

    futures: list[Any]
    bounds: I64
    cells: int


@dataclass(frozen=True)
class Layout:
    """How a shard is counted: among V words, with these weights, into blocks of rows."""

    size: int
    before: np.ndarray
    after: np.ndarray
    boundary: str
    keep_gaps: bool
    bounds: I64
    summing: str  # the type of the sums

    @property
    def window(self) -> int:
        """The longest distance that is counted, in tokens."""
        return max(len(self.before), len(self.after))


def count(spec: Counts, on_step: OnStep = run_on) -> Cooccurrence:
    """As `core.counts.count`, and equal to it: counted on the workers, collected here."""
    on = cluster.connect()
    rows = counted(on, spec, part(on_step, 0.0, 0.9))
    blocks = on.gather(rows.futures, on_step, "collecting the counts", (0.9, 1.0))
    words = vocabulary(spec.corpus)
    ends = np.cumsum([0, *(block.nnz for block in blocks)])
    indptr = [block.indptr[1:].astype(np.int64) + end
              for block, end in zip(blocks, ends[:-1], strict=True)]  # fmt: skip
    matrix = square(
        np.concatenate([block.data for block in blocks]),
        np.concatenate([block.indices for block in blocks]).astype(np.int32, copy=False),
        np.concatenate([np.zeros(1, np.int64), *indptr]),
        len(words.words),
    )
    _, unit = weights(spec.window, spec.weighting)
    keep = keep_weights(words.counts, words.all_tokens, spec.subsample)
    return Cooccurrence(matrix, unit, keep, spec.side == "both")


def counted(on: Cluster, spec: Counts, on_step: OnStep = run_on) -> Rows:
    """The counts, left on the workers, where the last ones stay."""
    return on.held("counts", spec, lambda: _counted(on, spec, on_step), on_step)


def numbers(cut: Cut, words: Any) -> U32:
    """The tokens of a shard as numbers of the words of the whole text, or DROPPED: (N,)."""
    indices = pc.index_in(cut.types, value_set=words)
    table = indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.where(table < 0, DROPPED, table).astype(np.uint32)[cut.ids]


def count_shard(cut: Cut, words: Any, layout: Layout) -> list[csr_array]:
    """The counts of a shard, in blocks of rows."""
    if not len(cut.ids):
        return _blocks(csr_array((layout.size, layout.size), dtype=np.uint32), layout)
    matrix = count_ids(
        numbers(cut, words), cut.starts[layout.boundary], layout.size,
        before=layout.before, after=layout.after, keep_gaps=layout.keep_gaps, threads=1,
    )  # fmt: skip
    return _blocks(matrix, layout)


@dataclass(frozen=True)
class Ends:
    """The tokens of a shard that windows of others may reach: the kept ones at the start of its
    first unit and at the end of its last one, which may be the same; `apart` as in `Cut`."""

    head: U32
    tail: U32
    single: bool
    apart: tuple[bool, bool]


def ends_of(cut: Cut, words: Any, layout: Layout) -> Ends:
    """The ends of a shard, as many tokens as a window holds."""
    ids, starts = numbers(cut, words), cut.starts[layout.boundary]
    single = len(starts) < 2
    first, last = (ids, ids) if single else (ids[: starts[1]], ids[starts[-1] :])
    if not layout.keep_gaps:
        first, last = first[first != DROPPED], last[last != DROPPED]
    n = layout.window
    return Ends(first[:n].copy(), last[-n:].copy(), single, cut.apart[layout.boundary])


def seams(ends: list[Ends], reaches: list[bool], layout: Layout) -> csr_array:
    """The counts of windows that reach back across the starts of shards."""
    i, j = (part.ravel() for part in np.indices((layout.window, layout.window)))
    i, j = i[i + j < layout.window], j[i + j < layout.window]
    pairs: list[tuple[U32, U32, np.ndarray]] = []
    nothing = ends[0].head[:0]
    run = nothing  # the last tokens of the unit that goes on
    for shard, reach in zip(ends, reaches, strict=True):
        run = run if reach and not shard.apart[0] else nothing
        within = (i < len(run)) & (j < len(shard.head))
        a, b = run[::-1][i[within]], shard.head[j[within]]
        kept = (a != DROPPED) & (b != DROPPED)
        pairs.append((a[kept], b[kept], (i[within] + j[within])[kept]))
        run = np.concatenate([run, shard.tail])[-layout.window :] if shard.single else shard.tail
        run = nothing if shard.apart[1] else run
    a, b, distance = (np.concatenate(part) for part in zip(*pairs, strict=True))
    cells = [(a, b, layout.after[distance])] if len(layout.after) else []
    cells += [(b, a, layout.before[distance])] if len(layout.before) else []
    row, column, weight = (np.concatenate(part) for part in zip(*cells, strict=True))
    places = row.astype(np.int64), column.astype(np.int64)
    return coo_array((weight, places), (layout.size, layout.size)).tocsr()


def added(*blocks: csr_array) -> csr_array:
    """The sum of some blocks, columns in order."""
    while len(blocks) > 1:
        pairs = zip(blocks[::2], blocks[1::2], strict=False)
        odd = blocks[-1:] if len(blocks) % 2 else ()
        blocks = (*(first + second for first, second in pairs), *odd)
    return blocks[0]


def cells_of(block: csr_array) -> int:
    """The number of stored cells of a block."""
    return int(block.nnz)


def _counted(on: Cluster, spec: Counts, on_step: OnStep) -> Rows:
    text = tokens_of(on, spec.corpus.text, part(on_step, 0.0, 0.4))
    kept_words = vocabulary(spec.corpus, part(on_step, 0.4, 0.5))
    integers, _ = weights(spec.window, spec.weighting)
    before = integers[:0] if spec.side == "right" else integers
    after = integers[:0] if spec.side == "left" else integers
    heaviest = int(kept_words.counts[0]) * int(before.sum() + after.sum())
    size = len(kept_words.words)
    layout = Layout(
        size, before, after, spec.boundary, spec.keep_gaps,
        _bounds(kept_words.counts, len(before) + len(after), sum(on.workers().values())),
        "uint32" if heaviest < 2**32 else "uint64",
    )  # fmt: skip
    words = on.submit(_same, pa.array(kept_words.words, pa.large_string()))
    tasks: list[tuple[Any, ...]] = [(count_shard, one, words, layout) for one in text.futures]
    stage = "counting on the cluster"
    if any(reaches := [shard.reaches(spec.boundary) for shard in text.shards[1:]]):
        end_futures = [on.submit(ends_of, one, words, layout) for one in text.futures]
        ends = on.gather(end_futures, on_step, stage, (0.5, 0.55))
        tasks.append((_blocks, seams(ends, [False, *reaches], layout), layout))
    blocks = len(layout.bounds) - 1
    futures = on.summed(tasks, blocks, added, on_step, stage, (0.55, 0.95))
    cells = on.gather([on.submit(cells_of, one) for one in futures], on_step, stage, (0.95, 1.0))
    if not sum(cells):
        raise no_meetings(spec, size)
    return Rows(futures, layout.bounds, sum(cells))


def _bounds(counts: np.ndarray, width: int, blocks: int) -> I64:
    """Cut the rows into at most `blocks` blocks with about equally many cells."""
    most = np.cumsum(np.minimum(counts * width, len(counts)))
    shares = np.linspace(0, most[-1], max(blocks, 1) + 1)[1:-1]
    return np.unique([0, *np.searchsorted(most, shares), len(counts)]).astype(np.int64)


def _blocks(matrix: Any, layout: Layout) -> list[csr_array]:
    typed = matrix.astype(layout.summing, copy=False)
    return [typed[low:high] for low, high in pairwise(layout.bounds)]


def _same(value: Any) -> Any:
    return value
