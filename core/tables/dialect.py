"""How a table is written: separator, quotes, heading, decimal mark."""

from __future__ import annotations

from dataclasses import dataclass

QUOTES = ("doubled", "escaped", "none")


@dataclass(frozen=True)
class Dialect:
    """How a table is written.

    separator: one character, " " for runs of white space, or "" for a single column. quotes: a
    quotation mark inside quotes is doubled, or escaped by a backslash; with “none”, quotes are
    letters like others. preamble: lines above the heading (or above the first row) that belong
    to neither. heading: whether the next row names the columns; columns: their names, also where
    nothing names them. index: whether the first column names the rows; trailing: whether each
    row ends with a separator.
    """

    separator: str = ","
    quotes: str = "doubled"
    preamble: int = 0
    heading: bool = True
    columns: tuple[str, ...] = ()
    index: bool = False
    trailing: bool = False
    decimal: str = "."
    thousands: str = ""

    @property
    def width(self) -> int:
        """How many cells a row has, its name included."""
        return len(self.columns)
