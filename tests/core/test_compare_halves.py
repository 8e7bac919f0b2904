"""What reruns of one half of a text promise of the other."""

from __future__ import annotations

import numpy as np
import pytest

from core.compare import Repeats, Rerun, halves
from core.compare.halves import Halves
from core.counts import Counts, count
from core.counts.resampling import resampled
from core.errors import SpecError
from core.text.specs import Corpus
from core.vectors import PpmiSvd, Shelved, Word2Vec
from core.vectors.store import shelf

TEXT = Corpus().replace(source="lee-news", min_count=10)
NEWS = PpmiSvd(dim=20).replace(source="lee-news", min_count=10)


def test_halves_share_no_piece_and_leave_none_out() -> None:
    sizes = [resampled(Counts(TEXT), 0, half=half).total for half in (0, 1)]
    whole = count(Counts(TEXT)).total
    assert sum(sizes) == pytest.approx(whole, rel=0.02) and min(sizes) > 0.3 * whole


def test_promises_are_counted_by_hand() -> None:
    own = np.array([[1, 2], [0, 2], [0, 1], [-1, -1]], np.int32)
    other = np.array([[1, 3], [2, 0], [-1, -1], [0, 1]], np.int32)
    runs = np.stack([own, np.array([[1, 3], [2, 3], [0, 1], [0, 1]], np.int32)])
    once, twice = Halves(own, other, runs).promises(2)
    # word 2 is not in the other half: of 0 remains 1, found twice; of 1 remains 0, found once
    assert (once.times, once.pairs, once.words, once.share) == (1, 1, 1, 1.0)
    assert (twice.times, twice.pairs, twice.words, twice.share) == (2, 1, 1, 1.0)
    assert Halves(own, other, runs).promises(2, first=1) == [twice]


def test_more_reruns_promise_more() -> None:
    rows = halves(Repeats(Rerun(NEWS), repeats=3)).promises(10)
    assert [row.times for row in rows] == [0, 1, 2, 3]
    shares = [row.share for row in rows]
    assert shares == sorted(shares) and all(row.low < row.share < row.high for row in rows)


def test_seeds_have_no_other_text() -> None:
    entry = shelf.train(Word2Vec(TEXT, dim=8, passes=1, seed=4))
    with pytest.raises(SpecError, match="choose bootstrap"):
        halves(Repeats(Rerun(Shelved(entry.id), repeat_by="seeds"), repeats=2))
