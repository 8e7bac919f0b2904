"""Counting, against a dictionary that anyone can read."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.counts import counting
from core.counts.counting import count_ids, count_words, keep_weights, weights
from core.counts.specs import Counts
from core.errors import Cancelled

NONE = np.zeros(0, np.uint64)


def dictionary_counts(ids, starts, size, window, weight, side, keep_gaps):
    """The reference: every pair of positions, exact fractions."""
    counts: dict[tuple[int, int], Fraction] = {}
    ends = [*starts[1:], len(ids)]
    for begin, end in zip(starts, ends, strict=True):
        segment = [i for i in ids[begin:end] if keep_gaps or i < size]
        for p, w in enumerate(segment):
            for q, c in enumerate(segment):
                reach = {"both": abs(q - p), "right": q - p, "left": p - q}[side]
                if 1 <= reach <= window and w < size and c < size:
                    counts[w, c] = counts.get((w, c), Fraction(0)) + weight(reach)
    return counts


EXACT = {
    "flat": lambda window: lambda d: Fraction(1),
    "harmonic": lambda window: lambda d: Fraction(1, d),
    "linear": lambda window: lambda d: Fraction(window - d + 1, window),
}


@settings(max_examples=150, deadline=None)
@given(
    ids=st.lists(st.integers(0, 9), min_size=1, max_size=60),
    cuts=st.sets(st.integers(1, 59), max_size=6),
    size=st.integers(2, 10),
    window=st.integers(1, 20),
    weighting=st.sampled_from(sorted(EXACT)),
    side=st.sampled_from(["both", "left", "right"]),
    keep_gaps=st.booleans(),
    threads=st.integers(1, 3),
)
def test_counts_equal_the_dictionary(ids, cuts, size, window, weighting, side, keep_gaps, threads):
    starts = [0, *sorted(c for c in cuts if c < len(ids))]
    integers, unit = weights(window, weighting)
    matrix = count_ids(
        np.array(ids, np.uint32),
        np.array(starts),
        size,
        before=NONE if side == "right" else integers,
        after=NONE if side == "left" else integers,
        keep_gaps=keep_gaps,
        threads=threads,
    )
    expected = dictionary_counts(
        ids, starts, size, window, EXACT[weighting](window), side, keep_gaps
    )
    cells = matrix.tocoo()
    counted = {
        (int(w), int(c)): Fraction(int(n), unit)
        for w, c, n in zip(*cells.coords, cells.data, strict=True)
    }
    assert counted == expected
    rows = np.split(matrix.indices, matrix.indptr[1:-1])
    assert all((np.diff(row) > 0).all() for row in rows), "columns are in order, none twice"


@pytest.mark.parametrize("dense", [True, False], ids=["frequent rows", "rare rows"])
def test_threads_and_chunks_do_not_change_a_bit(dense, monkeypatch):
    rng = np.random.default_rng(0)
    size = 50 if dense else 5000
    ids = rng.zipf(1.3, 20_000).clip(max=size).astype(np.uint32) - 1
    integers, _ = weights(10, "harmonic")
    whole = count_ids(ids, np.array([0, 7, 9000]), size, before=integers, after=integers)
    monkeypatch.setattr(counting, "CHUNK_CELLS", 100)
    parts = count_ids(ids, np.array([0, 7, 9000]), size, before=integers, after=integers, threads=3)
    assert whole.dtype == parts.dtype
    for name in ("data", "indices", "indptr"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(parts, name))
    assert (whole != whole.T).nnz == 0, "a symmetric window gives a symmetric matrix"


@pytest.mark.parametrize("side", ["both", "left", "right"])
def test_the_margins_are_sums_of_the_cells(side):
    ids = np.random.default_rng(1).zipf(1.5, 500).clip(max=4).astype(np.uint32) - 1
    words = SimpleNamespace(words=list("abcd"), counts=np.bincount(ids), all_tokens=len(ids))
    counts = count_words(Counts(side=side, subsample=0.005), ids, np.array([0]), words)
    cells = counts.block(np.arange(4), np.arange(4))
    np.testing.assert_allclose(counts.row_sums, cells.sum(axis=1))
    np.testing.assert_allclose(counts.column_sums, cells.sum(axis=0))


def test_sums_that_overflow_32_bits_are_exact():
    window = 20
    integers, unit = weights(window, "harmonic")
    ids = np.zeros(4000, np.uint32)
    ids[-1] = 1
    matrix = count_ids(ids, np.array([0]), 2, before=integers, after=integers)
    assert matrix.dtype == np.uint64
    expected = 2 * sum((3999 - d) * (unit // d) for d in range(1, window + 1))
    assert int(matrix[0, 0]) == expected


def test_large_vocabularies_use_wider_ids():
    size = 70_000
    ids = np.array([0, 69_999, 65_535, 65_536], np.uint32)
    ones, _ = weights(1, "flat")
    matrix = count_ids(ids, np.array([0]), size, before=NONE, after=ones)
    cells = set(zip(*(axis.tolist() for axis in matrix.nonzero()), strict=True))
    assert cells == {(0, 69_999), (69_999, 65_535), (65_535, 65_536)}


def test_weights_are_whole_multiples_of_the_unit():
    for window in range(1, 21):
        for name, exact in EXACT.items():
            integers, unit = weights(window, name)
            for d, weight in enumerate(integers.tolist(), start=1):
                assert Fraction(weight, unit) == exact(window)(d)


def test_subsampling_keeps_rare_words_whole():
    counts = np.array([400, 100, 1])
    keep = keep_weights(counts, 1000, 0.1)
    np.testing.assert_allclose(keep, [0.5, 1.0, 1.0])
    np.testing.assert_array_equal(keep_weights(counts, 1000, 0.0), 1.0)


def test_a_count_can_be_cancelled():
    ids = np.zeros(100, np.uint32)
    ones, _ = weights(2, "flat")
    with pytest.raises(Cancelled):
        count_ids(
            ids, np.array([0]), 2, before=ones, after=ones, on_step=lambda fraction, metrics: True
        )
