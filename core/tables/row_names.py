"""The column of numbers that names the rows of a table, and measures nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.messages import Message, message
from core.tables.cells import EXACT

NONE = "-"  # what stands for no column, where a name is expected
IDS = re.compile(
    r"(^|_|\b)(uu|gu)?id$|^(_?index|key|row|no\.?|unnamed: 0)$|(编号|序号|单号|学号|工号)$",
    re.IGNORECASE,
)
COUNTED = re.compile(
    r"^(sample|series|record|obs|observation|case|subject|nr\.?|number|#)$", re.IGNORECASE
)  # an id where it counts the rows


def column_of_ids(
    columns: Sequence[str], values: NDArray[np.float64], row_names: Sequence[str] = ()
) -> int | None:
    """The place of the column of ids: it is called so, and its whole numbers all differ.

    A word among the names of the rows names a column of counts instead, and the only column of
    numbers is kept.
    """
    if len(values) < 2 or len(columns) < 2:
        return None
    for j, name in enumerate(columns):
        called = IDS.search(name) or (COUNTED.search(name) and _counts(values[:, j]))
        if called and name not in row_names and _all_differ(values[:, j]):
            return j
    return None


def names(values: NDArray[np.float64]) -> tuple[str, ...]:
    """Numbers as names: 3, not 3.0; () where they are too large to be exact."""
    if (np.abs(values) >= EXACT).any():
        return ()
    return tuple("" if v != v else str(int(v)) if v == int(v) else str(v) for v in values.tolist())


def inexact(column: str) -> Message:
    """What is said of a column of ids that are no numbers any more, nor names."""
    return message(
        "“{column}” is left out: its numbers are too long to be exact. If the rows need these "
        "names, write them as text.",
        column=column[:40],
    )


def note(column: str) -> Message:
    """What is said of a column of numbers that was guessed to be one of ids."""
    return message(
        "“{column}” names the rows and is not among the numbers. If it is measured, choose so "
        "under “Read it differently”.",
        column=column[:40],
    )


def _all_differ(values: NDArray[np.float64]) -> bool:
    if not np.isfinite(values).all() or (values != np.rint(values)).any():
        return False
    return len(np.unique(values)) == len(values) or bool((np.abs(values) >= EXACT).any())


def _counts(values: NDArray[np.float64]) -> bool:
    return bool((np.diff(values) == 1).all())
