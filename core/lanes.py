"""Whose turn it is: work that waits in two lanes, short and long, and what of it may run.

Each lane runs so many at once, of which one visitor may have half. Where several wait, the
visitor goes first who has the fewest running in the lane, then the one who was served least
recently. Nothing here knows threads or clocks; `core.jobs` does.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
SHORT, LONG = "short", "long"
REMEMBERED = 500  # visitors


@dataclass
class Ticket(Generic[T]):
    """One piece of work: whose it is, its lane, the bytes it will need, and its place in line."""

    work: T
    visitor: str
    lane: str
    need: float
    number: int


@dataclass
class Lanes(Generic[T]):
    """`short` and `long`: how many may run at once in each lane."""

    short: int
    long: int
    waiting: list[Ticket[T]] = field(default_factory=list)
    running: list[Ticket[T]] = field(default_factory=list)
    _served: dict[str, int] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def enter(self, work: T, visitor: str, lane: str, need: float = 0.0) -> None:
        """Queue a piece of work."""
        self.waiting.append(Ticket(work, visitor, lane, need, next(self._numbers)))

    def leave(self, work: T) -> None:
        """Forget a piece of work, waiting or running; nothing happens where it is unknown."""
        self.waiting = [ticket for ticket in self.waiting if ticket.work != work]
        self.running = [ticket for ticket in self.running if ticket.work != work]

    def lengthen(self, work: T) -> None:
        """Count what runs in the short lane as long from now on."""
        for ticket in self.running:
            if ticket.work == work:
                ticket.lane = LONG

    def yielded(self, work: T) -> None:
        """Put what runs at the end of its lane; its memory is in use by now, not promised."""
        (ticket,) = (ticket for ticket in self.running if ticket.work == work)
        self.running.remove(ticket)
        ticket.number, ticket.need = next(self._numbers), 0.0
        self.waiting.append(ticket)

    def must_yield(self, work: T, is_due: bool) -> bool:
        """Whether what runs in the long lane has to stop for others.

        is_due: whether it has run as long as its turn lasts.
        """
        lane = [ticket for ticket in self.running if ticket.lane == LONG]
        if not any(ticket.work == work for ticket in lane):
            return False
        if len(lane) > self.long:
            return True
        others = [ticket for ticket in self.running if ticket.work != work]
        return is_due and self._first(LONG, others) is not None

    def admit(self, room: float) -> list[T]:
        """Let run what may run now; `room` is the memory free for it, in bytes.

        What needs more than that waits while others hold memory. Where none does it is let
        run, and the caller finds that it cannot.
        """
        admitted: list[T] = []
        for lane in (SHORT, LONG):
            while (ticket := self._first(lane, self.running, room)) is not None:
                self.waiting.remove(ticket)
                self.running.append(ticket)
                self._served.pop(ticket.visitor, None)
                self._served[ticket.visitor] = next(self._numbers)
                if len(self._served) > REMEMBERED:
                    del self._served[next(iter(self._served))]
                room -= ticket.need
                admitted.append(ticket.work)
        return admitted

    def place(self, work: T) -> tuple[str, int] | None:
        """The lane of what waits, and how many go before it; None where it does not wait."""
        for lane in (SHORT, LONG):
            for before, ticket in enumerate(self._line(lane)):
                if ticket.work == work:
                    return lane, before
        return None

    def _first(
        self, lane: str, running: list[Ticket[T]], room: float = math.inf
    ) -> Ticket[T] | None:
        """The one of the lane whose turn it is beside those that run, if any may."""
        beside = [ticket.visitor for ticket in running if ticket.lane == lane]
        limit = self.short if lane == SHORT else self.long
        if len(beside) >= limit:
            return None
        own = -(-limit // 2)
        for ticket in self._line(lane):
            fits = ticket.need <= room or not any(other.need for other in running)
            if fits and beside.count(ticket.visitor) < own:
                return ticket
        return None

    def _line(self, lane: str) -> list[Ticket[T]]:
        """What waits in a lane, the next first."""
        ahead = Counter(ticket.visitor for ticket in self.running if ticket.lane == lane)
        places: list[tuple[int, int, int, Ticket[T]]] = []
        for ticket in sorted(self.waiting, key=lambda ticket: ticket.number):
            if ticket.lane == lane:
                served = self._served.get(ticket.visitor, -1)
                places.append((ahead[ticket.visitor], served, ticket.number, ticket))
                ahead[ticket.visitor] += 1
        return [ticket for *_, ticket in sorted(places, key=lambda place: place[:3])]
