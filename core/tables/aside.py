"""What a reader did not use, and why: rows in = rows read + rows set aside."""

from __future__ import annotations

from dataclasses import dataclass

from core.messages import message

MOST_NAMED = 1000  # of a file that is wrong throughout, so many are named one by one


@dataclass(frozen=True)
class SetAside:
    """A row, file or word that was not used.

    place: where it is, such as “line 12”, or the name of a file; why: a sentence; rows: how
    many it stands for, 1 but for the rest of a long list.
    """

    place: str
    why: str
    rows: int = 1


class Aside:
    """A growing list of what is set aside; all of it is counted, the first are named."""

    def __init__(self) -> None:
        self._named: list[SetAside] = []
        self._more = 0

    def add(self, place: str, why: str, rows: int = 1) -> None:
        """Set one row aside, or what stands for several."""
        if len(self._named) < MOST_NAMED:
            self._named.append(SetAside(place, why, rows))
        else:
            self._more += rows

    def __len__(self) -> int:
        return sum(entry.rows for entry in self._named) + self._more

    def listed(self) -> tuple[SetAside, ...]:
        """Those named, and one entry for the others."""
        if not self._more:
            return tuple(self._named)
        place = message("{n:,} further rows", n=self._more)
        why = message("Only the first {n:,} are named one by one.", n=MOST_NAMED)
        return (*self._named, SetAside(place, why, self._more))
