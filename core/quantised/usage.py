"""How many codes are used, and how evenly: over a window of items, never over one batch."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np


class Usage(NamedTuple):
    """used: share of the codes that occur; perplexity: e^H of their frequencies, 1 to K.

    bits: H in bits, the least a code takes when each is written for itself.
    """

    used: float
    perplexity: float
    bits: float


def frequencies(codes: np.ndarray, K: int) -> np.ndarray:
    """How often each code occurs: (K,) int64."""
    return np.bincount(np.asarray(codes).ravel(), minlength=K)


def usage(counts: np.ndarray) -> Usage:
    """Use of a codebook from the frequencies of its codes, (K,).

    >>> usage(np.array([2, 2, 0, 0]))
    Usage(used=0.5, perplexity=2.0, bits=1.0)
    """
    share = counts[counts > 0] / counts.sum()
    bits = float(-(share * np.log2(share)).sum()) + 0.0
    return Usage(len(share) / len(counts), 2**bits, bits)


def spelt_bits(K: int) -> float:
    """Bits of a code written with a fixed length: log₂ K."""
    return math.log2(K)
