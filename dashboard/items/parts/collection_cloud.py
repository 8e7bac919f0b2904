"""The points of a large map, in the parts that a browser keeps while the others change.

A recolouring sends a byte for each row, a filter a bit. `hollow_map` says how each group looks;
dashboard/ui/components/cloud.js draws them.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

import numpy as np

from dashboard.figures.template import escape
from dashboard.items.figures.collection import LARGE, Colour, MappedRows
from dashboard.ui.figure import Kept

UNKNOWN = 255  # the code of a row without a value
SHADES = 254  # of a scale, the code of its upper end


def is_large(m: int) -> bool:
    """Whether a map of m rows is drawn as a cloud."""
    return m > LARGE


def parts(key: str, mapped: MappedRows, colour: Colour) -> tuple[Kept, Kept, Kept]:
    """Points, colours and which rows are shown. key: of the map that the points follow from."""
    codes = codes_of(colour)
    shown = np.packbits(mapped.shown)
    return (
        Kept(key, partial(_places, mapped)),
        Kept(_digest(codes), lambda: {"codes": codes}),
        Kept(_digest(shown), lambda: {"shown": shown}),
    )


def codes_of(colour: Colour) -> np.ndarray:
    """What each row (m,) is drawn as: its category, or its shade from low to high."""
    if colour.names is not None:
        return np.where(colour.values < 0, UNKNOWN, colour.values).astype(np.uint8)
    known = np.isfinite(colour.values)
    share = (np.where(known, colour.values, 0.0) - colour.low) / (colour.high - colour.low)
    shades = np.rint(np.clip(share, 0, 1) * SHADES)
    return np.where(known, shades, UNKNOWN).astype(np.uint8)


def _places(mapped: MappedRows) -> dict[str, Any]:
    part: dict[str, Any] = {
        "x": mapped.xy[:, 0], "y": mapped.xy[:, 1], "customdata": mapped.rows.astype(np.int32)
    }  # fmt: skip
    if mapped.titles is not None:
        part["text"] = [escape(title) for title in mapped.titles]
    return part


def _digest(values: np.ndarray) -> str:
    return hashlib.blake2b(values.tobytes(), digest_size=12).hexdigest()
