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
SHARE = 32  # more than a 32nd of the rows in question: a plain scan is faster
HUGE = 2.0**60  # rows longer than this are always scored; queries never use the codes

_matrix = types.Array(types.float32, 2, "C", readonly=True)
_vector = types.Array(types.float32, 1, "C", readonly=True)
_bytes = types.Array(types.int8, 2, "C", readonly=True)
_shorts = types.Array(types.int16, 1, "C", readonly=True)


@dataclass(frozen=True, eq=False)
class Codes:
    """The rows of a matrix (n, d), rounded; made by `encode` and used by `search.top_k`."""

    codes: NDArray[np.int8]  # (n, d padded with zeros)
    step: F32  # (n,), v̂ = step·codes
    slack: F32  # (n,), the two scores without scale and bias differ by at most slack·‖q‖
    dim: int  # d

    def sift(
        self, q: F32, k: int, scale: F32, bias: F32, low: int = 0, high: int | None = None
    ) -> I64 | None:
        """Rows of low…high, rising, that hold the k best; None where too many are in question.

        `scale` and `bias` belong to all rows, and may be empty.
        """
        length = float(np.linalg.norm(q.astype(np.float64)))
        if not 1 / HUGE < length < HUGE:
            return None
        most = levels(self.dim)
        unit = np.float32(np.abs(q).max() / most)
        whole = np.zeros(self.codes.shape[1], np.int16)
        whole[: self.dim] = np.clip(np.rint(q / unit), -most, most)
        part = slice(low, high)
        step = self.step[part]
        ids = np.empty(max(4 * k, len(step) // SHARE), np.int64)
        found = _sift(
            self.codes[part], step, self.slack[part], whole, unit, np.float32(1.001 * length),
            np.float32(self.dim * 2.0**-120), scale[part], bias[part],
            np.full(k, -np.inf, np.float32), ids, np.empty(len(ids), np.float32),
        )  # fmt: skip
        return None if found < 0 else ids[:found] + low


def encode(V: F32) -> Codes | None:
    """The rows of V (n, d) rounded to bytes, or None where a plain scan is as fast."""
    n, d = V.shape
    if n * d <= FEW or d < PADDING // 4:
        return None
    codes = np.zeros((n, -(-d // PADDING) * PADDING), np.int8)
    step, slack = np.empty(n, np.float32), np.empty(n, np.float32)
    # ‖q − q̂‖ ≤ √d·max|q| / 2·levels; twice as much as float32 can round
    rounded, computed = d**0.5 / (2 * levels(d)), (d + 32) * 2.0**-23
    _encode(np.ascontiguousarray(V, np.float32), rounded, computed, codes, step, slack)
    return Codes(codes, step, slack, d)


def levels(d: int) -> int:
    """The largest |entry| of q̂ with which a sum of d products fits 32 bits."""
    return min(32767, (2**31 - 1) // (127 * d))


@numba.njit(
    types.void(
        _matrix, types.float64, types.float64,
        types.int8[:, ::1], types.float32[::1], types.float32[::1],
    ),
    nogil=True,
    cache=True,
)  # fmt: skip
def _encode(
    V: F32, rounded: float, computed: float, codes: NDArray[np.int8], step: F32, slack: F32
) -> None:
    for i in range(V.shape[0]):
        v, row = V[i], codes[i]
        square, top = 0.0, np.float32(0)
        for c in range(v.size):
            square += np.float64(v[c]) * np.float64(v[c])
            top = max(top, abs(v[c]))
        if not square < HUGE * HUGE:  # NaN and ∞ too
            step[i], slack[i] = np.float32(0), np.float32(np.inf)
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
        step[i], slack[i] = unit, np.float32(1.001 * bound)


@numba.njit(types.void(_bytes, _shorts, types.int32[::1]), nogil=True, cache=True)
def _dots(codes: Any, q: Any, out: Any) -> None:
    """Compiled to multiply-and-add of 16-bit pairs, 32 or more numbers at a time."""
    for i in range(codes.shape[0]):
        row = codes[i]
        total = np.int32(0)
        for c in range(q.size):
            total = np.int32(total + np.int32(row[c]) * np.int32(q[c]))
        out[i] = total


@numba.njit(
    types.void(
        types.int32[::1], _vector, _vector, types.float32, types.float32, types.float32,
        _vector, _vector, types.float32[::1], types.float32[::1],
    ),
    nogil=True,
    cache=True,
)  # fmt: skip
def _intervals(
    dots: Any, step: F32, slack: F32, unit: Any, length: Any, tiny: Any,
    scale: F32, bias: F32, middle: F32, width: F32,
) -> None:  # fmt: skip
    """Scores lie in middle ± width. `tiny` is more than what underflow may lose."""
    for i in range(dots.size):
        middle[i] = np.float32(dots[i]) * unit * step[i]
        width[i] = slack[i] * length + tiny
    if scale.size:
        for i in range(dots.size):
            middle[i] *= scale[i]
            width[i] = width[i] * abs(scale[i]) + tiny
    if bias.size:
        for i in range(dots.size):
            middle[i] += bias[i]
            width[i] += abs(bias[i]) * np.float32(2.0**-21)


@numba.njit(
    types.int64(types.float32, types.int64[::1], types.float32[::1], types.int64),
    nogil=True,
    cache=True,
)
def _reaching(worst: Any, ids: I64, highs: F32, found: int) -> int:
    kept = 0
    for i in range(found):
        if not highs[i] < worst:
            ids[kept], highs[kept] = ids[i], highs[i]
            kept += 1
    return kept


@numba.njit(
    types.int64(
        _bytes, _vector, _vector, _shorts, types.float32, types.float32, types.float32,
        _vector, _vector, types.float32[::1], types.int64[::1], types.float32[::1],
    ),
    nogil=True,
    cache=True,
)  # fmt: skip
def _sift(
    codes: Any, step: F32, slack: F32, q: Any, unit: Any, length: Any, tiny: Any,
    scale: F32, bias: F32, lows: F32, ids: I64, highs: F32,
) -> int:  # fmt: skip
    """Fill `ids` with rows whose interval reaches the k-th largest low end, and count them.

    `lows` (k,) holds the largest low ends so far, falling. What is not finite or
    near overflow is in question always, and NaN compares false: hence the `not`.
    −1 where `ids` is too short.
    """
    dots = np.empty(1024, np.int32)
    middle, width = np.empty(1024, np.float32), np.empty(1024, np.float32)
    last, worst, found = lows.size - 1, lows[0], 0
    for first in range(0, codes.shape[0], 1024):
        end = min(first + 1024, codes.shape[0])
        _dots(codes[first:end], q, dots[: end - first])
        _intervals(
            dots[: end - first], step[first:end], slack[first:end], unit, length, tiny,
            scale[first:end], bias[first:end], middle, width,
        )  # fmt: skip
        for i in range(end - first):
            high = middle[i] + width[i]
            if high < worst:
                continue
            if found == ids.size:
                found = _reaching(worst, ids, highs, found)
                if 2 * found > ids.size:
                    return -1
            ids[found], highs[found] = first + i, high
            found += 1
            low = middle[i] - width[i]
            if low > worst and abs(middle[i]) + width[i] < np.float32(1e37):
                j = last
                while j > 0 and lows[j - 1] < low:
                    lows[j] = lows[j - 1]
                    j -= 1
                lows[j] = low
                worst = lows[last]
    return _reaching(worst, ids, highs, found)
