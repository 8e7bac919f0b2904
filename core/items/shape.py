"""The shape of an item: all that networks and figures need to know about the data."""

from __future__ import annotations

import math
from dataclasses import dataclass

KINDS = ("pictures", "series", "table")


@dataclass(frozen=True)
class Shape:
    """axes: (height, width) of a picture, (length,) of a series, () of a row of a table.

    channels: numbers at each place; a row of a table is a single place.

    >>> Shape((28, 28), 1).size, Shape((), 13).kind
    (784, 'table')
    """

    axes: tuple[int, ...]
    channels: int

    @classmethod
    def of(cls, axes: tuple[int, ...], size: int) -> Shape:
        """The shape of items of `size` numbers. Raises ValueError where they do not fill it."""
        places = math.prod(axes)
        if places < 1 or size % places:
            raise ValueError(f"{size} numbers do not fill {axes}")
        return cls(axes, size // places)

    @property
    def size(self) -> int:
        """D, the number of numbers in an item."""
        return math.prod(self.axes) * self.channels

    @property
    def kind(self) -> str:
        """One of KINDS."""
        return {2: "pictures", 1: "series", 0: "table"}[len(self.axes)]

    @property
    def picture(self) -> tuple[int, ...]:
        """(height, width) of a grey picture, or ()."""
        return self.axes if len(self.axes) == 2 and self.channels == 1 else ()
