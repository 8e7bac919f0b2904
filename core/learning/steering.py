"""Settings that are changed while a run goes on, as a text: "12 rate 0.0005; 30 precision 80"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import SpecError
from core.messages import message

_CHANGE = re.compile(r"(\d+) (\w+) ([0-9.eE+-]+)")


@dataclass(frozen=True)
class Change:
    """From the epoch after `epoch` on, a value other than the spec's."""

    epoch: int
    name: str
    value: float


def read(changes: str, names: Sequence[str]) -> tuple[Change, ...]:
    """The changes, by epoch. Raises SpecError where they cannot be read."""
    parsed = []
    for part in filter(None, (p.strip() for p in changes.split(";"))):
        match = _CHANGE.fullmatch(part)
        if match is None or match[2] not in names:
            raise SpecError(
                message(
                    "`changes` holds “{part}”; write, for example, “12 rate 0.0005”. The names "
                    "are {names}.",
                    part=part[:40],
                    names=", ".join(names),
                ),
                "changes",
            )
        try:
            parsed.append(Change(int(match[1]), match[2], float(match[3])))
        except ValueError as error:
            raise SpecError(
                message("`changes` holds “{text}”, not a number.", text=match[3]), "changes"
            ) from error
    return tuple(sorted(parsed, key=lambda change: change.epoch))


def write(changes: Sequence[Change], new: Change) -> str:
    """The text of these changes and a new one; a later one of the same name is dropped."""
    kept = [c for c in changes if not (c.name == new.name and c.epoch >= new.epoch)]
    return "; ".join(f"{c.epoch} {c.name} {c.value:g}" for c in (*kept, new))
