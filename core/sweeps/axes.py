"""An axis of a sweep: a field of a spec, by its path, over a few values or a range.

Written as `path = value, value, …` or `path = low .. high`, with `log` where the range is
even in the logarithm, and `in 7` for the number of grid points; several axes are
separated by semicolons:

>>> from core.vectors.specs import PpmiSvd
>>> [axis] = parse("association.counts.window = 2 .. 10 in 3", PpmiSvd)
>>> axis.points()
(2, 6, 10)
>>> str(axis)
'association.counts.window = 2 .. 10 in 3'
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.errors import SpecError
from core.messages import message
from core.specs import Leaf, Spec, declared, walk

POINTS = 5  # of a range, in a grid
MOST_VALUES = 200
_RANGE = re.compile(r"(?P<low>\S+)\s*\.\.\s*(?P<high>\S+?)(?P<log>\s+log)?(?:\s+in\s+(?P<n>\d+))?")


@dataclass(frozen=True)
class Axis:
    """One swept field: its `values`, or the range from `low` to `high`."""

    path: str
    kind: type
    values: tuple[Any, ...] = ()
    low: Any = None
    high: Any = None
    log: bool = False
    steps: int = POINTS

    @property
    def name(self) -> str:
        """The field's flat name: the last part of the path."""
        return self.path.rpartition(".")[2]

    def points(self) -> tuple[Any, ...]:
        """The grid points: the values, or `steps` points of the range with both ends."""
        if self.values:
            return self.values
        if self.low == self.high:
            return (self.low,)
        values = (self._between(i / (self.steps - 1)) for i in range(self.steps))
        return tuple(dict.fromkeys(values))

    def at(self, u: float) -> Any:
        """The value at u in [0, 1): uniform u give every value of a list or range equally often."""
        if self.values:
            return self.values[min(int(u * len(self.values)), len(self.values) - 1)]
        if self.kind is int:  # each whole number owns an interval of length 1
            low, high = self.low - 0.5, self.high + 0.5
            place = low * (high / low) ** u if self.log else low + u * (high - low)
            return min(max(round(place), self.low), self.high)
        return self._between(u)

    def _between(self, u: float) -> Any:
        if u in (0.0, 1.0):
            return (self.low, self.high)[int(u)]
        low, high = self.low, self.high
        place = low * (high / low) ** u if self.log else low + u * (high - low)
        return round(place) if self.kind is int else float(f"{place:.6g}")

    def __str__(self) -> str:
        if self.values:
            return f"{self.path} = {', '.join(map(shown, self.values))}"
        text = f"{self.path} = {shown(self.low)} .. {shown(self.high)}"
        return text + " log" * self.log + (f" in {self.steps}" if self.steps != POINTS else "")


def fields(kind: type[Spec]) -> Iterator[Leaf]:
    """Every field of a chain of specs that can be swept: numbers, choices and flags.

    Free texts cannot be swept, nor can the seed: it is repeated, not compared.
    """
    yield from filter(_sweepable, declared(kind).values())


def _sweepable(field: Leaf) -> bool:
    return bool(field.options) or "low" in field.limits


def parse(text: str, kind: type[Spec]) -> tuple[Axis, ...]:
    """The axes that a text describes; the last part of a path is enough.

    Raises SpecError for unknown or repeated fields, empty ranges and values outside the limits.
    """
    known = {field.name: field for field in fields(kind)}
    known |= {field.path: known[field.name] for field in walk(kind) if field.name in known}
    axes: dict[str, Axis] = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        path, sign, values = (piece.strip() for piece in part.partition("="))
        if not sign or not values:
            raise SpecError(
                message(
                    "“{part}” gives no values; write, for example, “dim = 50, 100” or “dim = 50 "
                    ".. 300 log”.",
                    part=part[:60],
                ),
                "axes",
            )
        if path not in known:
            raise SpecError(
                message(
                    "{kind} has no field `{path}` to sweep.", kind=kind.__name__, path=path[:60]
                ),
                "axes",
            )
        field = known[path]
        if field.path in axes:
            raise SpecError(
                message("`{path}` is swept twice; give its values once.", path=field.path), "axes"
            )
        axes[field.path] = _axis(field, values)
    if not axes:
        raise SpecError(message("A sweep needs at least one field to vary; choose one."), "axes")
    return tuple(axes.values())


def shown(value: Any) -> str:
    """A value as it is written in an axis."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return repr(value) if isinstance(value, float) else str(value)


def _axis(field: Leaf, values: str) -> Axis:
    if ".." not in values or field.options:
        pieces = (piece for piece in values.split(",") if piece.strip())
        listed = tuple(dict.fromkeys(_value(field, piece) for piece in pieces))
        if not 0 < len(listed) <= MOST_VALUES:
            raise SpecError(
                message(
                    "`{path}` has {n} values; give 1 to {most}.",
                    path=field.path,
                    n=len(listed),
                    most=MOST_VALUES,
                ),
                "axes",
            )
        return Axis(field.path, field.kind, listed)
    bounds = _RANGE.fullmatch(values)
    if bounds is None:
        raise SpecError(
            message(
                "`{path} = {values}` is not a range; write, for example, “2 .. 10”, “10 .. 300 "
                "log” or “0 .. 1 in 5”.",
                path=field.path,
                values=values[:40],
            ),
            "axes",
        )
    low, high = _value(field, bounds["low"]), _value(field, bounds["high"])
    steps = int(bounds["n"] or POINTS)
    if low >= high:
        raise SpecError(
            message(
                "`{path}`: the range {low} .. {high} is empty; the second number must be "
                "the larger.",
                path=field.path,
                low=shown(low),
                high=shown(high),
            ),
            "axes",
        )
    if bounds["log"] and low <= 0:
        raise SpecError(
            message(
                "`{path}`: a logarithmic range cannot begin at {low}; begin above 0.",
                path=field.path,
                low=shown(low),
            ),
            "axes",
        )
    if not 2 <= steps <= MOST_VALUES:
        raise SpecError(
            message(
                "`{path}`: a grid takes 2 to {most} points of a range, not {steps}.",
                path=field.path,
                most=MOST_VALUES,
                steps=steps,
            ),
            "axes",
        )
    return Axis(field.path, field.kind, (), low, high, bool(bounds["log"]), steps)


def _value(field: Leaf, text: str) -> Any:
    text = text.strip()
    if field.kind is bool:
        if text not in ("yes", "no"):
            raise SpecError(
                message("`{path}` is yes or no, not “{text}”.", path=field.path, text=text[:40]),
                "axes",
            )
        return text == "yes"
    if field.options:
        if text not in field.options:
            known = ", ".join(field.options)
            raise SpecError(
                message(
                    "`{path} = {text}` is not known; choose from {known}.",
                    path=field.path,
                    text=text[:40],
                    known=known,
                ),
                "axes",
            )
        return text
    try:
        value = field.kind(text)
    except ValueError as error:
        kind = message("a whole number") if field.kind is int else message("a number")
        raise SpecError(
            message("`{path} = {text}` is not {kind}.", path=field.path, text=text[:40], kind=kind),
            "axes",
        ) from error
    low, high = field.limits["low"], field.limits["high"]
    if not (math.isfinite(value) and low <= value <= high):
        raise SpecError(
            message(
                "`{path} = {text}` is outside {low:g} to {high:g}; choose a value within.",
                path=field.path,
                text=text[:40],
                low=low,
                high=high,
            ),
            "axes",
        )
    return value
