"""A setting is a value: the frozen dataclasses that everything is built on.

A *spec* describes one computation completely. It validates itself on creation,
is hashable, nests (the counts' spec contains its corpus's), holds no arrays,
and converts to JSON (`to_json`), to a flat URL query (`to_query`) and back.
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

A field may hold one of several specs. In a link, a key says which:

>>> @dataclass(frozen=True)
... class Sentence(Spec):
...     ends: str = choice(".", (".", "?"), "the sign at its end")
>>> @dataclass(frozen=True)
... class Meeting(Spec):
...     inside: Window | Sentence = one_of(Window, Sentence, key="unit")
>>> Meeting(Sentence("?")).to_query()
{'unit': 'sentence', 'ends': '?'}
>>> Meeting.from_query({"unit": "sentence"})[0]
Meeting(inside=Sentence(ends='.'))
"""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from core.chains import (
    Held,
    Leaf,
    declared,
    defaults,
    held_by,
    impossible,
    inside,
    limits,
    misfit,
    ordered,
    types_of,
    walk,
)  # fmt: skip
from core.errors import SpecError
from core.fields import as_text, checked, choice, flag, from_text, integer, number, text
from core.messages import message

__all__ = [
    "Leaf", "Spec", "as_in", "choice", "declared", "defaults", "flag", "integer", "limits",
    "nested", "number", "one_of", "text", "walk",
]  # fmt: skip


def nested(kind: type[Spec], *, prefix: str = "", silent: bool = False) -> Any:
    """Declare a spec inside a spec; its default is the kind's own default.

    prefix: put before the names of its fields wherever they are flat, as in a link. silent:
    at its default it is left out of the JSON, so that keys are those from before there was one.
    """
    held = Held((kind,), prefix=prefix)
    return dataclasses.field(default_factory=kind, metadata={"held": held, "silent": silent})


def is_silent(field: dataclasses.Field[Any], value: Any) -> bool:
    """Whether a field's value is left out of the JSON."""
    if not field.metadata.get("silent"):
        return False
    usual = field.default
    if usual is dataclasses.MISSING and field.default_factory is not dataclasses.MISSING:
        usual = field.default_factory()
    return bool(value == usual)


def one_of(
    *kinds: type[Spec],
    key: str = "",
    names: tuple[str, ...] = (),
    by: tuple[str, ...] = (),
    prefix: str = "",
    help: str = "",
) -> Any:
    """Declare a field that holds one of several specs, by default the first.

    key: the parameter that selects one; names: its values, by default the names of the classes
    in lower case. by: fields that select one without a key. An alternative that has such a field
    is selected if the field is filled, and only then: a model's id means a model on the shelf.
    """
    names = names or tuple(kind.__name__.lower() for kind in kinds)
    held = Held(kinds, names, key, by, prefix, help)
    return dataclasses.field(default_factory=kinds[0], metadata={"held": held})


def as_in(kind: type[Spec], name: str, default: Any) -> Any:
    """Declare a field with the limits and the help of another spec's."""
    return dataclasses.field(default=default, metadata=dict(limits(kind, name)))


@dataclass(frozen=True)
class Spec:
    """Base of every spec. Field names are unique along a chain, so a URL can be flat."""

    def __init_subclass__(cls) -> None:
        """Refuse a spec whose flat form would be ambiguous as soon as it is declared."""
        names = [name for field in _declarations(cls) for name in _names(*field)]
        twice = sorted({name for name in names if names.count(name) > 1} | {"spec"} & {*names})
        if twice:
            raise TypeError(f"{cls.__name__}: `{twice[0]}` means two things; give it a prefix")

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            name, value, held = field.name, getattr(self, field.name), held_by(field)
            if held:
                held.check(name, value)
            else:
                value = checked(name, types_of(type(self))[name], field.metadata, value)
                object.__setattr__(self, name, value)

    def to_dict(self) -> dict[str, Any]:
        """The spec as plain nested dictionaries, with each spec's class name under "spec"."""
        fields = ((f, getattr(self, f.name)) for f in dataclasses.fields(self))
        values = {f.name: value for f, value in fields if not is_silent(f, value)}
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
            template = "This is not the JSON of a {kind} spec: {error}."
            raise SpecError(message(template, kind=cls.__name__, error=reason)) from error

    @classmethod
    def _from_dict(cls, plain: dict[str, Any]) -> Self:
        if plain["spec"] != cls.__name__:
            raise ValueError(f"it describes a {plain['spec']}")
        fields = {field.name: held_by(field) for field in dataclasses.fields(cls)}
        values = {k: v for k, v in plain.items() if k != "spec"}
        if unknown := set(values) - set(fields):
            raise ValueError(f"unknown fields {', '.join(sorted(unknown))}")
        return cls(**{k: held.plain(v) if (held := fields[k]) else v for k, v in values.items()})

    def to_query(self) -> dict[str, str]:
        """The flat URL form: only what differs from the defaults, every value as text."""
        return dict(self._query)

    @cached_property
    def _query(self) -> dict[str, str]:
        return {name: as_text(value) for name, value in self._changed(self._plainest())}

    def _plainest(self) -> Self:
        """The same alternatives, all else at the defaults; itself where that is impossible."""
        values: dict[str, Any] = {}
        for field in dataclasses.fields(self):
            if held := held_by(field):
                value = getattr(self, field.name)
                plain = value._plainest()
                fields = {} if plain is value else held.distinguishing(value)
                values[field.name] = plain.replace(**fields) if fields else plain
        try:
            return type(self)(**values)
        except SpecError:
            return self

    def _changed(self, default: Spec) -> Iterator[tuple[str, Any]]:
        """What differs from a default that has the same alternatives."""
        for field in ordered(type(self)):
            value, usual = getattr(self, field.name), getattr(default, field.name)
            if held := held_by(field):
                if held.key and type(value) is not held.kinds[0]:
                    yield held.prefix + held.key, held.name(value)
                changed = held.distinguishing(value) | dict(value._changed(usual))
                yield from ((held.prefix + name, leaf) for name, leaf in changed.items())
            elif value != (field.default if self is default else usual):
                yield field.name, value

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Self, list[str]]:
        """Read a URL's parameters. Impossible values fall back to their defaults.

        Returns the spec and a sentence for each value that was corrected.
        Parameters of other specs are ignored.
        """
        return cls._read(query, "")

    @classmethod
    def _read(cls, query: Mapping[str, str], prefix: str) -> tuple[Self, list[str]]:
        """As `from_query`; `prefix` stands before these names in the link."""
        notices: list[str] = []
        values: dict[str, Any] = {}
        for field in dataclasses.fields(cls):
            if held := held_by(field):
                values[field.name], inner = held.read(query, prefix)
                notices += inner
            elif field.name in query:
                kind, value = types_of(cls)[field.name], query[field.name]
                try:
                    parsed = from_text(kind, value)
                    values[field.name] = checked(field.name, kind, field.metadata, parsed)
                except (SpecError, ValueError):
                    notices.append(impossible(prefix + field.name, value, field.default))
        try:
            return cls(**values), notices
        except SpecError as error:  # each value possible, their combination not
            return cls(), [*notices, misfit(error)]

    @classmethod
    def _of(cls, values: Mapping[str, Any]) -> Self:
        """The spec of these flat values; other fields are at their defaults."""
        fields: dict[str, Any] = {}
        for field in dataclasses.fields(cls):
            if held := held_by(field):
                within = inside(values, held.prefix)
                fields[field.name] = held.chosen(within)._of(within)
            elif field.name in values:
                fields[field.name] = values[field.name]
        return cls(**fields)

    def leaves(self) -> Iterator[tuple[str, Any]]:
        """(name, value) of every plain field, the innermost spec's first."""
        return iter(self._leaves.items())

    @cached_property
    def _leaves(self) -> dict[str, Any]:
        """They are asked for dozens of times in a run of a page, and never change."""
        leaves: dict[str, Any] = {}
        for field in ordered(type(self)):
            value = getattr(self, field.name)
            if held := held_by(field):
                if held.key:
                    leaves[held.prefix + held.key] = held.name(value)
                leaves |= {held.prefix + name: leaf for name, leaf in value.leaves()}
            else:
                leaves[field.name] = value
        return leaves

    def leaf(self, name: str) -> Any:
        """The value of a plain field anywhere in the chain."""
        return self._leaves[name]

    def replace(self, **changes: Any) -> Self:
        """A copy with plain fields changed, wherever in the chain they live.

        Changing the key selects another alternative, which keeps the fields that both have. A
        field that only another alternative has changes nothing.
        """
        values: dict[str, Any] = {}
        remaining = dict(changes)
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if field.name in remaining:
                value = remaining.pop(field.name)
            elif held := held_by(field):
                within = {name: remaining.pop(name) for name in [*remaining] if name in held.leaves}
                value = held.replace(value, inside(within, held.prefix)) if within else value
            values[field.name] = value
        if remaining:
            unknown = ", ".join(sorted(remaining))
            raise SpecError(
                message("{kind} has no field {unknown}.", kind=type(self).__name__, unknown=unknown)
            )
        return type(self)(**values)

    @cached_property
    def key(self) -> str:
        """A short name of this setting, equal for equal specs: 16 hex digits."""
        return hashlib.blake2b(self.to_json().encode(), digest_size=8).hexdigest()


def _declarations(cls: type[Spec]) -> Iterator[tuple[str, Any]]:
    """(name, declaration) of a class's fields, before `dataclass` has seen them."""
    inherited = {field.name: field for field in dataclasses.fields(cls.__mro__[1])}
    own = {name: vars(cls).get(name) for name in inspect.get_annotations(cls)}
    yield from (inherited | own).items()


def _names(name: str, field: Any) -> Iterator[str]:
    """The names that a field adds to those of its chain; alternatives share theirs.

    Raises TypeError where they share one that is not declared alike.
    """
    yield name
    held = held_by(field) if isinstance(field, dataclasses.Field) else None
    if held is None:
        return
    inner: set[str] = {held.key} - {""}
    alike: dict[str, Any] = {}
    for kind in held.kinds:
        inner |= {n for field in dataclasses.fields(kind) for n in _names(field.name, field)}
        for leaf in declared(kind).values():
            meaning = leaf.kind, {k: v for k, v in leaf.limits.items() if k != "help"}
            if alike.setdefault(leaf.name, meaning) != meaning or leaf.name == held.key:
                raise TypeError(f"`{leaf.name}` is not alike in the alternatives of `{name}`")
    yield from (held.prefix + name for name in inner)
