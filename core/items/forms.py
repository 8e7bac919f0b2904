"""Whether rows of numbers are pictures: (n, 784) and (n, 3072) arrays, MNIST as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.messages import message

SIDES = (28, 32, 48, 64)  # of squares that data sets of pictures have
LEAST_SIDE = 6
GREYS = 17  # different values that pictures have and small codes have not
PROBED = 200  # rows that tell the order of colours
CHANNELS = 3


def side(numbers: int) -> int:
    """The side of the square grey, or else colour, picture of so many numbers; 0 for none."""
    for channels in (1, CHANNELS):
        root = math.isqrt(numbers // channels)
        if root >= LEAST_SIDE and channels * root * root == numbers:
            return root
    return 0


def greys(numbers: int) -> int:
    """How many numbers remain of so many where they may be a picture in colour."""
    root = side(numbers)
    return root * root if root and numbers == CHANNELS * root * root else numbers


def are_pictures(x: np.ndarray, columns: Sequence[str] = ()) -> bool:
    """Whether rows (n, D) are pictures, by their number, their values and their columns' names.

    Bytes of a square are; greys from 0 to 1 are where the square has a usual side, or the columns
    are called after pixels.
    """
    if not (root := side(x.shape[1])) or not x.size:
        return False
    if columns and _are_places(columns):
        return True
    values = x[:PROBED]
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        return False
    low, high = float(values.min()), float(values.max())
    whole = values.dtype.kind in "biu" or bool((values == np.rint(values)).all())
    if low < 0 or high > 255:
        return False
    if whole and high >= GREYS and len(np.unique(values)) >= GREYS:
        return True
    return root in SIDES and high <= 1


def shaped(x: np.ndarray) -> tuple[np.ndarray, tuple[int, int], str]:
    """Rows (n, D) as greys of square pictures (n, s·s), (s, s), and a note on the guess.

    Colours are either side by side at each place or one plane after the other: the order in which
    neighbouring places differ less.
    """
    root = side(x.shape[1])
    if x.shape[1] == root * root:
        note = message("Each row of {n:,} numbers is a picture, {s}×{s}.", n=x.shape[1], s=root)
        return x, (root, root), note
    some = x[:PROBED].astype(np.float64)
    planes = np.abs(np.diff(some.reshape(-1, CHANNELS, root, root), axis=3)).mean()
    places = np.abs(np.diff(some.reshape(-1, root, root, CHANNELS), axis=2)).mean()
    template = (
        "Each row of {n:,} numbers is a picture in colour, {s}×{s}, one plane after the other; its "
        "greys are used."
        if planes <= places
        else "Each row of {n:,} numbers is a picture in colour, {s}×{s}, its colours side by side; "
        "its greys are used."
    )
    shape, axis = ((-1, CHANNELS, root * root), 1) if planes <= places else (
        (-1, root * root, CHANNELS), 2
    )  # fmt: skip
    greys = x.reshape(shape).mean(axis=axis, dtype=np.float32)
    return greys, (root, root), message(template, n=x.shape[1], s=root)


def _are_places(columns: Sequence[str]) -> bool:
    """Whether columns are called 1x1, 1x2 … or pixel0, pixel1 …"""
    first = columns[0].strip().lower()
    stem = first.rstrip("0123456789").rstrip("_- ")
    if stem in ("pixel", "px", "pix"):
        return True
    height, _, width = first.partition("x")
    return height.isdigit() and width.isdigit()
