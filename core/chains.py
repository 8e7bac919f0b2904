"""Chains of specs: what a field may hold, and all plain fields along the way by flat names.

The specs themselves are in `core.specs`, which is what everything else imports.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, TypeVar, cast

from core.errors import SpecError
from core.fields import as_text, checked
from core.messages import message

F = TypeVar("F", bound=Callable[..., Any])


def _once(compute: F) -> F:
    """`functools.cache` for a function of a class, which mypy takes for unhashable."""
    return cast(F, cache(compute))


@dataclass(frozen=True)
class Leaf:
    """A plain field anywhere in a chain: where it is, its flat name, and what is declared of it.

    path: the names of the fields on the way to it, then its own flat name.
    """

    path: str
    name: str
    kind: type
    default: Any
    limits: Mapping[str, Any]

    @property
    def options(self) -> tuple[Any, ...]:
        """All values, where they can be listed; () for numbers and texts."""
        return (False, True) if self.kind is bool else tuple(self.limits.get("options", ()))


def walk(kind: type[Any], path: str = "", prefix: str = "") -> Iterator[Leaf]:
    """Every plain field of a chain, of all alternatives; a name may come again in another."""
    for field in ordered(kind):
        if held := held_by(field):
            way, before = f"{path}{field.name}.", prefix + held.prefix
            if held.key:
                known = {"options": held.names, "help": held.help}
                yield Leaf(way + before + held.key, before + held.key, str, held.names[0], known)
            for inner in held.kinds:
                yield from walk(inner, way, before)
        else:
            name, plain = prefix + field.name, types_of(kind)[field.name]
            yield Leaf(path + name, name, plain, field.default, field.metadata)


@_once
def declared(kind: type[Any]) -> Mapping[str, Leaf]:
    """The plain fields of a chain by their flat names, those of all alternatives."""
    leaves: dict[str, Leaf] = {}
    for leaf in walk(kind):
        leaves.setdefault(leaf.name, leaf)
    return leaves


@_once
def defaults(kind: type[Any]) -> Mapping[str, Any]:
    """The default of every plain field of a chain, those of all alternatives."""
    return {leaf.name: leaf.default for leaf in declared(kind).values()} | dict(kind().leaves())


def limits(kind: type[Any], name: str) -> Mapping[str, Any]:
    """The metadata (low, high, options, help, …) of a field anywhere in the chain of `kind`."""
    return declared(kind)[name].limits


@dataclass(frozen=True)
class Held:
    """What a field of a spec may hold: specs of these kinds. See `nested` and `one_of`."""

    kinds: tuple[type[Any], ...]
    names: tuple[str, ...] = ()
    key: str = ""
    by: tuple[str, ...] = ()
    prefix: str = ""
    help: str = ""

    @cached_property
    def leaves(self) -> frozenset[str]:
        """The flat names of all that the alternatives have, and the key."""
        own = {self.key} if self.key else set()
        return frozenset(self.prefix + n for n in own.union(*(declared(k) for k in self.kinds)))

    def name(self, value: Any) -> str:
        """What the key calls this alternative."""
        return self.names[self.kinds.index(type(value))]

    def chosen(self, values: Mapping[str, Any]) -> type[Any]:
        """The kind that flat values mean: the filled fields tell first, then the key."""
        filled = {name for name in self.by if values.get(name)}
        possible = [k for k in self.kinds if filled == {n for n in self.by if n in declared(k)}]
        named = dict(zip(self.names, self.kinds, strict=False)).get(values.get(self.key, ""))
        return named if named in possible else (possible or self.kinds)[0]

    def check(self, name: str, value: Any) -> None:
        """Raise SpecError for what the field cannot hold."""
        if type(value) not in self.kinds:
            kind = " or ".join(kind.__name__ for kind in self.kinds)
            raise SpecError(message("`{name}` must be a {kind} spec.", name=name, kind=kind), name)
        if empty := self.lacking(value):
            raise SpecError(message("`{name}` is empty; give it a value.", name=empty[0]), empty[0])

    def plain(self, plain: dict[str, Any]) -> Any:
        """The spec that `Spec.to_dict` wrote so."""
        kinds = {kind.__name__: kind for kind in self.kinds}
        return kinds.get(plain["spec"], self.kinds[0])._from_dict(plain)

    def read(self, query: Mapping[str, str], prefix: str) -> tuple[Any, list[str]]:
        """As `Spec.from_query`; `prefix` stands before the query's names in the link."""
        query, prefix = inside(query, self.prefix), prefix + self.prefix
        notices: list[str] = []
        if self.key in query and query[self.key] not in self.names:
            notices.append(impossible(prefix + self.key, query[self.key], self.names[0]))
        try:
            value, inner = self.chosen(query)._read(query, prefix)
        except SpecError as error:  # this alternative has no default to fall back on
            return self.kinds[0](), [*notices, misfit(error)]
        if empty := self.lacking(value):  # what told it was impossible
            rest = {name: text for name, text in query.items() if name not in empty}
            value, more = self.chosen(rest)._read(rest, prefix)
            inner += [notice for notice in more if notice not in inner]
        return value, notices + inner

    def replace(self, value: Any, changes: Mapping[str, Any]) -> Any:
        """A value with fields changed, of another kind if that is what they say."""
        values = {**dict(value.leaves()), **changes}
        if self.key:
            values.setdefault(self.key, self.name(value))
            checked(self.key, str, {"options": self.names}, values[self.key])
        kind = self.chosen(values)
        if kind is not type(value):
            return kind._of(values)
        return value.replace(**{k: v for k, v in changes.items() if k in declared(kind)})

    def telling(self, value: Any) -> dict[str, Any]:
        """The fields that tell this alternative, with their values."""
        return {name: value.leaf(name) for name in self.by if name in declared(type(value))}

    def lacking(self, value: Any) -> list[str]:
        """Those of them that are empty."""
        return [name for name, told in self.telling(value).items() if not told]


def held_by(field: dataclasses.Field[Any]) -> Held | None:
    """What a field may hold; None for a plain one."""
    return field.metadata.get("held")


@_once
def types_of(kind: type) -> dict[str, Any]:
    """The types of a spec's fields."""
    return typing.get_type_hints(kind)


@_once
def ordered(kind: type[Any]) -> list[dataclasses.Field[Any]]:
    """The fields, those that hold specs first."""
    return sorted(dataclasses.fields(kind), key=lambda field: held_by(field) is None)


def inside(values: Mapping[str, Any], prefix: str) -> Mapping[str, Any]:
    """What stands under a prefix, without it."""
    if not prefix:
        return values
    return {k.removeprefix(prefix): v for k, v in values.items() if k.startswith(prefix)}


def impossible(name: str, given: str, default: Any) -> str:
    """The notice that a link gives a field a value it cannot have."""
    shown = " ".join(given.split())[:40]
    return message(
        "`{name}={shown}` in the link is not possible; using {default}.",
        name=name,
        shown=shown,
        default=as_text(default),
    )


def misfit(error: SpecError) -> str:
    """The notice that a link's values are possible, their combination not."""
    return message(
        "The link's settings do not fit together ({error}); using defaults.", error=error.args[0]
    )
