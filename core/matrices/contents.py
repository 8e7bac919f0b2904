"""What an uploaded file of a matrix holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from core.messages import Message
from core.tables.aside import SetAside


@dataclass(frozen=True)
class Contents:
    """A matrix as it stands in a file, and what was understood of that.

    values: (m, n) dense, or CSR; rows and columns: their names, empty where there are none;
    set_aside: rows that are not used, each with why.
    """

    values: Any
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    encoding: str = ""

    def noted(self, *notes: Message) -> Contents:
        """The same with more notes."""
        return replace(self, notes=(*self.notes, *notes))
