"""Series as a file holds them, before they are checked: the same for every format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.errors import SourceError
from core.items import labels
from core.messages import message
from core.tables.aside import SetAside

F64 = NDArray[np.float64]
NAMED = 8  # columns that a message names
WAVES = ("wave", "lambda", "loglam", "frequency", "time")  # how an axis is called


@dataclass(frozen=True)
class Rows:
    """values: (n, L), NaN behind the end of a shorter series; labels: (n,) texts, "" for none.

    axis: (L,) where the points lie, or (0,); ids: (n,) names, or (); columns: what the classes
    could be taken from.
    """

    values: F64
    labels: tuple[str, ...]
    axis: F64 = field(default_factory=lambda: np.zeros(0))
    ids: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()


def texts(values: Sequence[object] | np.ndarray) -> tuple[str, ...]:
    """Labels as they are written: 3, not 3.0; "" where there is none."""
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        whole = labels.plain(values)
        return tuple("" if v != v else str(v) for v in whole.tolist())
    return tuple(
        value.decode("utf-8", "replace").strip() if isinstance(value, bytes) else str(value).strip()
        for value in (values.tolist() if isinstance(values, np.ndarray) else values)
    )


def is_axis(name: str) -> bool:
    """Whether an array or a column is called as wavelengths or times are."""
    return name.strip().lower().startswith(WAVES)


def on_axis(name: str, values: np.ndarray) -> F64:
    """An axis from its array; of logarithms to base 10, the wavelengths."""
    at: F64 = np.asarray(values, np.float64).ravel()
    return 10**at if name.strip().lower().startswith("loglam") else at


class NoClasses(SourceError):
    """Raised where nothing in a file looks like classes; columns: where they could stand."""

    def __init__(self, text: str, columns: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.columns = tuple(columns)


def no_classes(name: str, columns: Sequence[str]) -> NoClasses:
    """The error for a file in which nothing looks like classes."""
    if not columns:
        text = message(
            "“{name}” has no column of classes: each series needs one, such as a first column "
            "called “class”.",
            name=name,
        )
        return NoClasses(text)
    text = message(
        "No column of “{name}” looks like classes; name it under “Column of the classes”. There "
        "are: {columns}.",
        name=name,
        columns=_listed(columns),
    )
    return NoClasses(text, columns)


def no_column(name: str, column: str, columns: Sequence[str]) -> SourceError:
    """The error for a column that is not there."""
    return SourceError(
        message(
            "“{name}” has no column “{column}”; its columns are: {known}.",
            name=name,
            column=column[:80],
            known=_listed(columns) or message("none"),
        )
    )


def _listed(columns: Sequence[str]) -> str:
    more = ", …" if len(columns) > NAMED else ""
    return ", ".join(column[:40] for column in columns[:NAMED]) + more
