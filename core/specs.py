"""A setting is a value: the frozen dataclasses everything hangs on.

A *spec* describes one computation completely. It validates itself when made,
is hashable, nests (the counts' spec contains its corpus's), holds no arrays,
and turns into JSON (`to_json`), into a flat URL query (`to_query`) and back.
Its JSON is the cache key, the caption and the provenance of every result.

>>> from dataclasses import dataclass
>>> @dataclass(frozen=True)
... class Window(Spec):
...     size: int = integer(5, 1, 20, "context words on each side")
>>> Window(size=3).to_json()
'{"size":3,"spec":"Window"}'
>>> Window(size=99)
Traceback (most recent call last):
...
core.errors.SpecError: `size=99` is above 20; choose 1 to 20.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

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


def choice(default: str, options: tuple[str, ...], help: str = "") -> Any:
    """Declare one of a few names."""
    return dataclasses.field(default=default, metadata={"options": options, "help": help})


def flag(default: bool, help: str = "") -> Any:
    """Declare a yes or no."""
    return dataclasses.field(default=default, metadata={"help": help})


def text(default: str = "", longest: int = 500, help: str = "") -> Any:
    """Declare a free text of at most `longest` characters."""
    return dataclasses.field(default=default, metadata={"longest": longest, "help": help})


def nested(kind: type[Spec]) -> Any:
    """Declare a spec inside a spec; its default is the kind's own default."""
    return dataclasses.field(default_factory=kind)


@dataclass(frozen=True)
class Spec:
    """Base of every spec. Field names are unique along a chain, so a URL can be flat."""

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = _checked(field, _types(type(self))[field.name], getattr(self, field.name))
            object.__setattr__(self, field.name, value)

    def to_dict(self) -> dict[str, Any]:
        """The spec as plain nested dictionaries, with each spec's class name under "spec"."""
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        plain = {k: v.to_dict() if isinstance(v, Spec) else v for k, v in values.items()}
        return {"spec": type(self).__name__, **plain}

    def to_json(self) -> str:
        """Canonical JSON: equal specs give equal strings."""
        return json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, source: str) -> Self:
        """Rebuild from `to_json`. Raises SpecError when it does not describe this kind of spec."""
        try:
            return cls._from_dict(json.loads(source))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            reason = " ".join(str(error).split())[:200]
            said = "This is not the JSON of a {kind} spec: {error}."
            raise SpecError(message(said, kind=cls.__name__, error=reason)) from error

    @classmethod
    def _from_dict(cls, plain: dict[str, Any]) -> Self:
        if plain["spec"] != cls.__name__:
            raise ValueError(f"it describes a {plain['spec']}")
        kinds = _types(cls)
        values = {k: v for k, v in plain.items() if k != "spec"}
        if unknown := set(values) - set(kinds):
            raise ValueError(f"unknown fields {', '.join(sorted(unknown))}")
        return cls(
            **{k: kinds[k]._from_dict(v) if _is_spec(kinds[k]) else v for k, v in values.items()}
        )

    def to_query(self) -> dict[str, str]:
        """The flat URL form: only what differs from the defaults, every value as text."""
        default = dict(type(self)().leaves())
        return {k: _as_text(v) for k, v in self.leaves() if v != default[k]}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Self, list[str]]:
        """Read a URL's parameters. What is impossible falls back to its default.

        Returns the spec and one plain sentence for each value that was corrected.
        Parameters of other specs are ignored.
        """
        notices: list[str] = []
        values: dict[str, Any] = {}
        for field in dataclasses.fields(cls):
            kind = _types(cls)[field.name]
            if _is_spec(kind):
                values[field.name], inner = kind.from_query(query)
                notices += inner
            elif field.name in query:
                try:
                    parsed = _from_text(kind, query[field.name])
                    values[field.name] = _checked(field, kind, parsed)
                except (SpecError, ValueError):
                    shown = " ".join(query[field.name].split())[:40]
                    notices.append(
                        message(
                            "`{name}={shown}` in the link is not possible; using {default}.",
                            name=field.name,
                            shown=shown,
                            default=_as_text(field.default),
                        )
                    )
        try:
            return cls(**values), notices
        except SpecError as error:  # each value possible, their combination not
            notices.append(
                message(
                    "The link's settings do not fit together ({error}); using defaults.",
                    error=error.args[0],
                )
            )
            return cls(), notices

    def leaves(self) -> Iterator[tuple[str, Any]]:
        """(name, value) of every plain field, the innermost spec's first."""
        for name in _order(type(self)):
            value = getattr(self, name)
            if isinstance(value, Spec):
                yield from value.leaves()
            else:
                yield name, value

    def leaf(self, name: str) -> Any:
        """The value of a plain field anywhere in the chain."""
        return dict(self.leaves())[name]

    def replace(self, **changes: Any) -> Self:
        """A copy with plain fields changed, wherever in the chain they live."""
        values: dict[str, Any] = {}
        left = dict(changes)
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if field.name in left:
                values[field.name] = left.pop(field.name)
            elif isinstance(value, Spec):
                inside = {k: left.pop(k) for k, _ in value.leaves() if k in left}
                values[field.name] = value.replace(**inside) if inside else value
            else:
                values[field.name] = value
        if left:
            unknown = ", ".join(sorted(left))
            raise SpecError(
                message("{kind} has no field {unknown}.", kind=type(self).__name__, unknown=unknown)
            )
        return type(self)(**values)

    @cached_property
    def key(self) -> str:
        """A short name of this setting, equal for equal specs: 16 hex digits."""
        return hashlib.blake2b(self.to_json().encode(), digest_size=8).hexdigest()


def limits(kind: type[Spec], name: str) -> Mapping[str, Any]:
    """The metadata (low, high, options, help, …) of a field anywhere in the chain of `kind`."""
    for field in dataclasses.fields(kind):
        inner = _types(kind)[field.name]
        if field.name == name:
            return field.metadata
        if _is_spec(inner):
            try:
                return limits(inner, name)
            except KeyError:
                continue
    raise KeyError(name)


_hints: dict[Any, dict[str, Any]] = {}
_orders: dict[Any, list[str]] = {}


def _types(kind: type) -> dict[str, Any]:
    if kind not in _hints:
        _hints[kind] = typing.get_type_hints(kind)
    return _hints[kind]


def _is_spec(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Spec)


def _order(kind: type) -> list[str]:
    """Names of the fields, those that hold specs first."""
    if kind not in _orders:
        names = [field.name for field in dataclasses.fields(kind)]
        _orders[kind] = sorted(names, key=lambda name: not _is_spec(_types(kind)[name]))
    return _orders[kind]


def _checked(field: dataclasses.Field[Any], kind: Any, value: Any) -> Any:
    name, meta = field.name, field.metadata
    if _is_spec(kind):
        if not isinstance(value, kind):
            raise SpecError(
                message("`{name}` must be a {kind} spec.", name=name, kind=kind.__name__), name
            )
        return value
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
    if "low" in meta and not meta["low"] <= value <= meta["high"]:
        low, high = _shown(meta["low"]), _shown(meta["high"])
        below = "`{name}={value}` is below {low}; choose {low} to {high}."
        above = "`{name}={value}` is above {high}; choose {low} to {high}."
        raise SpecError(
            message(
                below if value < meta["low"] else above,
                name=name,
                value=_shown(value),
                low=low,
                high=high,
            ),
            name,
        )
    if "options" in meta and value not in meta["options"]:
        known = ", ".join(meta["options"])
        raise SpecError(
            message(
                "`{name}={value}` is not known; choose one of {known}.",
                name=name,
                value=value,
                known=known,
            ),
            name,
        )
    if "longest" in meta and len(value) > meta["longest"]:
        raise SpecError(
            message(
                "`{name}` has {n:,} characters; shorten it to {longest:,}.",
                name=name,
                n=len(value),
                longest=meta["longest"],
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


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return repr(value) if isinstance(value, float) else str(value)


def _from_text(kind: type, value: str) -> Any:
    if kind is bool:
        if value not in ("yes", "no"):
            raise ValueError(value)
        return value == "yes"
    return kind(value)
