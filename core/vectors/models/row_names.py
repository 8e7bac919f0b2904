"""The rows of a collection as the words of a model: by name, and by number as “#17”."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.errors import UnknownWord
from core.text.words import Vocabulary

I64 = NDArray[np.int64]
NUMBER = re.compile(r"#(\d{1,12})")


@dataclass(frozen=True)
class RowNames(Vocabulary):
    """Names of rows, all different, and the rows' numbers in their table (V,), ascending."""

    rows: I64 = field(default_factory=lambda: np.zeros(0, np.int64))

    @classmethod
    def of(cls, names: Sequence[str], rows: I64) -> RowNames:
        """The vocabulary of these rows; how often they occur has no meaning."""
        return cls(list(names), np.zeros(len(names), np.int64), 0, 0, len(names), False, rows=rows)

    def find(self, word: str) -> int:
        """The place of a row, given “#” and its number, or its name. Raises UnknownWord."""
        number = NUMBER.fullmatch(word.strip())
        if number is None:
            return super().find(word)
        place = int(np.searchsorted(self.rows, int(number[1])))
        if place == len(self.rows) or self.rows[place] != int(number[1]):
            raise UnknownWord(word.strip(), ())
        return place

    def number(self, place: int) -> str:
        """How a row is named whatever its title: “#17”."""
        return f"#{self.rows[place]}"
