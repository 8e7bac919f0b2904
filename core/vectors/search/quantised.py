"""Rows rounded to bytes: they tell which few rows an exact search has to score.

A scan of float32 rows waits for memory. With v̂ = step·codes, one byte a number,
and q̂ of 16 bits a number, ⟨v̂, q̂⟩ is a sum of whole numbers over a quarter of the
memory, and by Cauchy–Schwarz

    |⟨v, q⟩ − ⟨v̂, q̂⟩| ≤ ‖v − v̂‖‖q‖ + ‖v̂‖‖q − q̂‖

so every row's score is known to lie in an interval [low, high]. The k best rows are
among those whose `high` reaches the k-th largest `low`: these are scored exactly.
The intervals also hold what float32 rounds in both scores, whatever the order of
summation (Higham 2002, §3.1), so nothing is missed and no tie is decided here.
"""

# mypy: disable-error-code="no-untyped-call, operator, index, arg-type, assignment"
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]

FEW = 1 << 20  # numbers in V up to which a plain scan is as fast
PADDING = 64  # rows are padded with zeros to whole vector registers
BLOCK, GROUP = 128, 32  # rows bounded at once, and rows of which none may be in question
SHARE = 32  # more than a 32nd of the rows in question: a plain scan is faster
HUGE = 2.0**60  # rows longer than this are always scored; queries never use the codes

_matrix = types.Array(types.float32, 2, "C", readonly=True)
_vector = types.Array(types.float32, 1, "C", readonly=True)
_bytes = types.Array(types.int8, 2, "C", readonly=True)


@dataclass(frozen=True, eq=False)
class Codes:
    """The rows of a matrix (n, d), rounded; made by `encode` and used by `search.top_k`.

    A row of bytes holds d codes, zeros, and in its last eight bytes two float32
    numbers, so that all is read in one stream: step, with v̂ = step·codes, and
    slack, with which the two scores without scale and bias differ by at most slack·‖q‖.
    """

    codes: NDArray[np.int8]  # (n, d + 8 and padding)
    dim: int  # d

    @property
    def ends(self) -> F32:
        """The same memory as float32: step and slack are the last two columns."""
        return self.codes.view(np.float32)

    def sift(
        self, q: F32, k: int, scale: F32, bias: F32, low: int = 0, high: int | None = None
    ) -> I64 | None:
        """Rows of low…high, rising, that hold the k best; None where too many are in question.

        `scale` and `bias` belong to all rows, and may be empty.
        """
        part = slice(low, high)
        rows = _sift(self.codes[part], self.ends[part], q, scale[part], bias[part], k, SHARE)
        return rows + low if len(rows) else None


def encode(V: F32) -> Codes | None:
    """The rows of V (n, d) rounded to bytes, or None where a plain scan is as fast."""
    n, d = V.shape
    if n * d <= FEW or d < PADDING // 4:
        return None
    encoded = Codes(np.zeros((n, -(-(d + 8) // PADDING) * PADDING), np.int8), d)
    _encode(np.ascontiguousarray(V, np.float32), encoded.codes, encoded.ends)
    return encoded


@numba.njit(types.int64(types.int64), cache=True)
def levels(d: int) -> int:
    """The largest |entry| of q̂ with which a sum of d products fits 32 bits."""
    return min(32767, (2**31 - 1) // (127 * d))


@numba.njit(types.void(_matrix, types.int8[:, ::1], types.float32[:, ::1]), nogil=True, cache=True)
def _encode(V: F32, codes: NDArray[np.int8], ends: F32) -> None:
    d, last = V.shape[1], ends.shape[1] - 1
    rounded = np.sqrt(d) / (2 * levels(d))  # at least ‖q − q̂‖ / ‖q‖
    computed = (d + 32) * 2.0**-23  # twice what float32 can round, relative to ‖v‖‖q‖
    for i in range(V.shape[0]):
        v, row = V[i], codes[i]
        square, top = 0.0, np.float32(0)
        for c in range(v.size):
            square += np.float64(v[c]) * np.float64(v[c])
            top = max(top, abs(v[c]))
        if not square < HUGE * HUGE:  # NaN and ∞ too
            ends[i, last] = np.inf
            continue
        unit = np.float32(top / np.float32(127))
        error, there = 0.0, 0.0
        for c in range(v.size):
            x = np.float64(v[c])
            code = min(max(np.rint(x / unit), -127.0), 127.0) if unit > 0 else 0.0
            row[c] = np.int8(code)
            error += (x - unit * code) ** 2
            there += (unit * code) ** 2
        there = np.sqrt(there)
        bound = np.sqrt(error) + rounded * there + computed * (np.sqrt(square) + there)
        ends[i, last - 1], ends[i, last] = unit, 1.001 * bound


@numba.njit(
    types.int64(types.float32, types.int64[::1], types.float32[::1], types.int64),
    nogil=True,
    cache=True,
)
def _reaching(worst: Any, ids: I64, highs: F32, count: int) -> int:
    kept = 0
    for i in range(count):
        if not highs[i] < worst:
            ids[kept], highs[kept] = ids[i], highs[i]
            kept += 1
    return kept


@numba.njit(
    types.void(
        _bytes, _matrix, types.Array(types.int16, 1, "C"),
        types.int32[::1], types.float32[::1], types.float32[::1],
    ),
    nogil=True,
    cache=True,
)  # fmt: skip
def _multiply(codes: Any, ends: F32, whole: Any, totals: Any, step: F32, slack: F32) -> None:
    """⟨codes, whole⟩ of each row; compiles to multiply-and-add of 16-bit pairs, 32 or more at
    a time."""
    end = ends.shape[1] - 1
    for i in range(totals.size):
        row, total = codes[i], np.int32(0)
        for c in range(whole.size):
            total = np.int32(total + np.int32(row[c]) * np.int32(whole[c]))
        totals[i], step[i], slack[i] = total, ends[i, end - 1], ends[i, end]


@numba.njit(
    types.void(
        types.int32[::1], _vector, _vector, _vector, _vector,
        types.float32, types.float32, types.float32, types.float32[::1], types.float32[::1],
    ),
    nogil=True,
    cache=True,
)  # fmt: skip
def _bound(
    totals: Any, step: F32, slack: F32, scale: F32, bias: F32,
    unit: Any, length: Any, tiny: Any, middle: F32, width: F32,
) -> None:  # fmt: skip
    """The middle of each row's interval, and half its width; loops without a branch, for many
    rows at a time."""
    for i in range(totals.size):
        middle[i] = np.float32(totals[i]) * unit * step[i]
        width[i] = slack[i] * length + tiny
    if scale.size:
        for i in range(totals.size):
            middle[i] *= scale[i]
            width[i] = width[i] * abs(scale[i]) + tiny
    if bias.size:
        for i in range(totals.size):
            middle[i] += bias[i]
            width[i] += abs(bias[i]) * np.float32(2.0**-21)


@numba.njit(types.int64(_vector, _vector, types.float32), nogil=True, cache=True)
def _in_question(middle: F32, width: F32, worst: Any) -> int:
    """How many intervals reach the worst of the k largest low ends."""
    count = 0
    for i in range(middle.size):
        count += not middle[i] + width[i] < worst
    return count


@numba.njit(
    types.int64[::1](
        _bytes, _matrix, _vector, _vector, _vector, types.int64, types.int64
    ),
    nogil=True,
    cache=True,
)  # fmt: skip
def _sift(codes: Any, ends: F32, q: F32, scale: F32, bias: F32, k: int, share: int) -> I64:
    """Rows whose interval reaches the k-th largest low end; none where they are too many.

    What is not finite or near overflow is in question always, and NaN compares
    false: hence `not … <`.
    """
    square, top = 0.0, np.float32(0)
    for c in range(q.size):
        square += np.float64(q[c]) * np.float64(q[c])
        top = max(top, abs(q[c]))
    if not 1 / HUGE**2 < square < HUGE**2:
        return np.empty(0, np.int64)
    length = np.float32(1.001 * np.sqrt(square))
    most = levels(q.size)
    unit = np.float32(top / np.float32(most))
    whole = np.zeros(codes.shape[1], np.int16)
    for c in range(q.size):
        whole[c] = np.int16(min(max(np.rint(np.float64(q[c]) / unit), -most), most))
    tiny = np.float32(q.size * 2.0**-120)  # more than underflow may lose
    lows = np.full(k, np.float32(-np.inf))  # the largest low ends so far, falling
    room = max(4 * k, codes.shape[0] // share)
    ids, highs = np.empty(room, np.int64), np.empty(room, np.float32)
    totals = np.empty(BLOCK, np.int32)
    step, slack = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    middles, widths = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    last, worst, count = lows.size - 1, lows[0], 0
    for first in range(0, codes.shape[0], BLOCK):
        end = min(first + BLOCK, codes.shape[0])
        size = end - first
        _multiply(codes[first:end], ends[first:end], whole, totals[:size], step, slack)
        _bound(
            totals[:size], step[:size], slack[:size], scale[first:end], bias[first:end],
            unit, length, tiny, middles[:size], widths[:size],
        )  # fmt: skip
        for begin in range(0, size, GROUP):
            group = slice(begin, min(begin + GROUP, size))
            middle, width = middles[group], widths[group]
            if not _in_question(middle, width, worst):
                continue
            for i in range(middle.size):
                high = middle[i] + width[i]
                if high < worst:
                    continue
                if count == ids.size:
                    count = _reaching(worst, ids, highs, count)
                    if 2 * count > ids.size:
                        return ids[:0]
                ids[count], highs[count] = first + begin + i, high
                count += 1
                low = middle[i] - width[i]
                if low > worst and abs(middle[i]) + width[i] < np.float32(1e37):
                    j = last
                    while j > 0 and lows[j - 1] < low:
                        lows[j] = lows[j - 1]
                        j -= 1
                    lows[j] = low
                    worst = lows[last]
    return ids[: _reaching(worst, ids, highs, count)]
