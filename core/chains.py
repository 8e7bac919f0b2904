"""Chains of specs: what a field may hold, and all plain fields of a chain by flat names.

The specs themselves are in `core.specs`; other modules import only that.
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
    """`functools.cache` for a function of a class, which mypy considers unhashable."""
    return cast(F, cache(compute))


@dataclass(frozen=True)
class Leaf:
    """A plain field anywhere in a chain: its path, its flat name, and its declaration.

    path: the names of the fields that lead to it, then its own flat name.
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
    """Every plain field of a chain, of all alternatives, which may share names."""
    for field in ordered(kind):
        if held := held_by(field):
            own_path, own_prefix = f"{path}{field.name}.", prefix + held.prefix
            if held.key:
                options = {"options": held.names, "help": held.help}
                name = own_prefix + held.key
                yield Leaf(own_path + name, name, str, held.names[0], options)
            for inner in held.kinds:
                yield from walk(inner, own_path, own_prefix)
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
        """The flat names of all fields of the alternatives, and the key."""
        own = {self.key} if self.key else set()
        return frozenset(self.prefix + n for n in own.union(*(declared(k) for k in self.kinds)))

    def name(self, value: Any) -> str:
        """The key's value for this alternative."""
        return self.names[self.kinds.index(type(value))]

    def chosen(self, values: Mapping[str, Any]) -> type[Any]:
        """The kind that flat values select: by the filled fields first, then by the key."""
        filled = {name for name in self.by if values.get(name)}
        candidates = [k for k in self.kinds if filled == {n for n in self.by if n in declared(k)}]
        named = dict(zip(self.names, self.kinds, strict=False)).get(values.get(self.key, ""))
        return named if named in candidates else (candidates or self.kinds)[0]

    def check(self, name: str, value: Any) -> None:
        """Raise SpecError for what the field cannot hold."""
        if type(value) not in self.kinds:
            kind = " or ".join(kind.__name__ for kind in self.kinds)
            raise SpecError(message("`{name}` must be a {kind} spec.", name=name, kind=kind), name)
        if empty := self.empty_fields(value):
            raise SpecError(message("`{name}` is empty; give it a value.", name=empty[0]), empty[0])

    def plain(self, plain: dict[str, Any]) -> Any:
        """The spec that `Spec.to_dict` wrote."""
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
        if empty := self.empty_fields(value):  # the value that selected it was impossible
            remaining = {name: text for name, text in query.items() if name not in empty}
            value, more = self.chosen(remaining)._read(remaining, prefix)
            inner += [notice for notice in more if notice not in inner]
        return value, notices + inner

    def replace(self, value: Any, changes: Mapping[str, Any]) -> Any:
        """A value with fields changed, of another kind if they select one."""
        values = {**dict(value.leaves()), **changes}
        if self.key:
            values.setdefault(self.key, self.name(value))
            checked(self.key, str, {"options": self.names}, values[self.key])
        kind = self.chosen(values)
        if kind is not type(value):
            return kind._of(values)
        return value.replace(**{k: v for k, v in changes.items() if k in declared(kind)})

    def distinguishing(self, value: Any) -> dict[str, Any]:
        """The fields that select this alternative, with their values."""
        return {name: value.leaf(name) for name in self.by if name in declared(type(value))}

    def empty_fields(self, alternative: Any) -> list[str]:
        """The selecting fields that are empty."""
        return [name for name, value in self.distinguishing(alternative).items() if not value]


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
    """The values whose names begin with a prefix, without it."""
    if not prefix:
        return values
    return {k.removeprefix(prefix): v for k, v in values.items() if k.startswith(prefix)}


def impossible(name: str, value: str, default: Any) -> str:
    """The notice that a link sets a field to a value it cannot have."""
    shown = " ".join(value.split())[:40]
    if default == "":
        text = "`{name}={shown}` in the link is not possible, and is left empty."
        return message(text, name=name, shown=shown)
    return message(
        "`{name}={shown}` in the link is not possible; using {default}.",
        name=name,
        shown=shown,
        default=as_text(default),
    )


def misfit(error: SpecError) -> str:
    """The notice that a link's values are possible but their combination is not."""
    return message(
        "The link's settings do not fit together; using defaults. {error}", error=error.args[0]
    )
