"""Items as a file holds them, before they are brought to one scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from core.tables.aside import SetAside


@dataclass(frozen=True)
class Raw:
    """x: (n, D) numbers of the file's own type; axes: (height, width), or () for rows of a table.

    ids: (n,) the file each row came from, or (); columns: the columns of a table without numbers.
    total: how many items the file holds, of which x may be the first. set_aside: rows and files
    that were not used. format, encoding: of the file, for people.
    """

    x: np.ndarray
    axes: tuple[int, ...]
    labels: np.ndarray = field(default_factory=lambda: np.zeros(0))
    notes: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    total: int = 0
    set_aside: tuple[SetAside, ...] = ()
    format: str = ""
    encoding: str = ""

    @property
    def all(self) -> int:
        """How many items there are to choose from."""
        return max(self.total, len(self.x))
