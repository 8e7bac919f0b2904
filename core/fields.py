"""Plain fields of specs: how they are declared, checked, and written in a link."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

from core.errors import SpecError
from core.messages import message


def integer(default: int, low: int, high: int, help: str = "") -> Any:
    """Declare a whole number in [low, high]."""
    return dataclasses.field(default=default, metadata={"low": low, "high": high, "help": help})


def number(default: float, low: float, high: float, help: str = "") -> Any:
    """Declare a real number in [low, high]."""
    return dataclasses.field(
        default=float(default), metadata={"low": float(low), "high": float(high), "help": help}
    )


def choice(default: str, options: tuple[str, ...], help: str = "", *, silent: bool = False) -> Any:
    """Declare one of a few names. silent: as in `core.specs.nested`."""
    more = {"silent": True} if silent else {}
    return dataclasses.field(default=default, metadata={"options": options, "help": help} | more)


def flag(default: bool, help: str = "", *, silent: bool = False) -> Any:
    """Declare a yes or no. silent: where it is no, keys are those from before there was one."""
    more = {"silent": True} if silent else {}
    return dataclasses.field(default=default, metadata={"help": help, **more})


def text(default: str = "", longest: int = 500, help: str = "", *, silent: bool = False) -> Any:
    """Declare a free text of at most `longest` characters. silent: as in `core.specs.nested`."""
    more = {"silent": True} if silent else {}
    return dataclasses.field(default=default, metadata={"longest": longest, "help": help} | more)


def checked(name: str, kind: Any, limits: Mapping[str, Any], value: Any) -> Any:
    """The value of a field as a spec holds it. Raises SpecError for an impossible one."""
    if getattr(value, "ndim", None) == 0:
        value = value.item()  # NumPy scalars print differently; a spec holds Python's own
    if kind is float and type(value) is int:
        value = float(value) if value.bit_length() < 1024 else math.inf
    if type(value) is not kind:
        raise SpecError(
            message(
                "`{name}={value!r}` must be a {kind}.", name=name, value=value, kind=kind.__name__
            ),
            name,
        )
    if kind is float:
        if not math.isfinite(value):
            raise SpecError(
                message("`{name}={value}` must be a finite number.", name=name, value=value), name
            )
        value += 0.0  # −0.0 equals 0.0 and must not print differently
    if "low" in limits and not limits["low"] <= value <= limits["high"]:
        low, high = _shown(limits["low"]), _shown(limits["high"])
        below = "`{name}={value}` is below {low}; choose {low} to {high}."
        above = "`{name}={value}` is above {high}; choose {low} to {high}."
        raise SpecError(
            message(
                below if value < limits["low"] else above,
                name=name,
                value=_shown(value),
                low=low,
                high=high,
            ),
            name,
        )
    if "options" in limits and value not in limits["options"]:
        known = ", ".join(limits["options"])
        raise SpecError(
            message(
                "`{name}={value}` is not known; choose one of {known}.",
                name=name,
                value=value,
                known=known,
            ),
            name,
        )
    if "longest" in limits and len(value) > limits["longest"]:
        raise SpecError(
            message(
                "`{name}` has {n:,} characters; shorten it to {longest:,}.",
                name=name,
                n=len(value),
                longest=limits["longest"],
            ),
            name,
        )
    if kind is str and any("\ud800" <= c <= "\udfff" for c in value):
        raise SpecError(
            message("`{name}={value!r}` is not valid Unicode; rename it.", name=name, value=value),
            name,
        )
    return value


def _shown(value: float) -> str:
    if isinstance(value, int):
        many = message("a number of more than 19 digits")
        return f"{value:d}" if value.bit_length() <= 64 else many
    return f"{value:g}"


def as_text(value: Any) -> str:
    """A value as it is written in a link."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return repr(value) if isinstance(value, float) else str(value)


def from_text(kind: type, value: str) -> Any:
    """The value of a field from its text in a link. Raises ValueError where there is none."""
    if kind is bool:
        if value not in ("yes", "no"):
            raise ValueError(value)
        return value == "yes"
    return kind(value)
