"""What is fetched from the network: in the dashboard, only what somebody asked for by hand.

A link may name a data set that is not on this machine; opening the link fetches nothing.
"""

from __future__ import annotations

from core import budget
from core.errors import NotFetched
from core.messages import message

_by_hand = False
_asked: set[str] = set()


def only_by_hand() -> None:
    """Refuse from now on what `ask_for` was not called for."""
    global _by_hand
    _by_hand = True


def ask_for(name: str) -> None:
    """Allow the next attempt to fetch this data set."""
    _asked.add(name)


def check(name: str, size: float) -> None:
    """Raise NotFetched where nobody has asked for this data set of `size` bytes."""
    if _by_hand and name not in _asked:
        raise NotFetched(
            message(
                "{name} is not on this machine. It can be fetched from the network once ({size}).",
                name=name,
                size=budget.amount(size),
            ),
            name,
        )


def attempted(name: str) -> None:
    """The attempt is over: another one is asked for anew."""
    _asked.discard(name)
