"""A text as letters and the breaks between its phrases, for finding words in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.text.classes import class_table, lower_table, marks_of_words

BREAK = 0


@dataclass(frozen=True)
class Letters:
    """N letters and breaks, the last one a break.

    codes: (N,) uint32, folded code points, 0 for a break; starts, ends: (N,) int32, the
    characters [start, end) of each; begins: (N,) bool, whether white space or a break stands
    before a letter.
    """

    codes: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    begins: np.ndarray


def letters_of(text: str, *, joined: bool = False, phrases: np.ndarray | None = None) -> Letters:
    """The letters of a text, a run of digits being one; what is no letter or digit is a break.

    joined: white space inside lines is nothing, as if it were not there. phrases: characters at
    which a phrase begins whatever they are.
    """
    from core.segmentation import kernels  # compiled: see `core.counts.kernels`

    characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    breaks = np.zeros(len(characters), bool)
    if phrases is not None:
        breaks[phrases[phrases < len(characters)]] = True
    size = 2 * len(characters) + 1
    codes, starts, ends = (np.zeros(size, kind) for kind in (np.uint32, np.int32, np.int32))
    begins = np.zeros(size, bool)
    table = class_table(
        (
            (rf"(?:[^\W\d_]|[{marks_of_words()}])", kernels.LETTER),
            (r"\d", kernels.DIGIT),
            (r"[^\S\r\n]", kernels.SPACE),
        )
    )
    n = kernels.units(
        *(characters, table, lower_table(), joined, breaks, codes, starts, ends, begins)
    )
    starts[n] = ends[n] = len(characters)
    n += n == 0 or codes[n - 1] != BREAK
    return Letters(codes[:n].copy(), starts[:n].copy(), ends[:n].copy(), begins[:n].copy())


def numbered(codes: np.ndarray, alphabet: np.ndarray) -> np.ndarray:
    """Letters as places in a sorted alphabet of K, from 1: (N,) int32; unknown ones are K + 1."""
    at = np.searchsorted(alphabet, codes)
    known = alphabet[np.minimum(at, len(alphabet) - 1)] == codes
    return np.where(codes == BREAK, 0, np.where(known, at, len(alphabet)) + 1).astype(np.int32)
