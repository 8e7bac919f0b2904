"""How columns of text were read as numbers and dates, kept, for large tables take a while."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.cache import cached
from core.items.collection import Table, table_of
from core.items.collection_specs import Collection
from core.items.values import column, reading
from core.items.vectors import is_text
from core.messages import Message
from core.progress import OnStep, part, report, run_on
from core.specs import Spec


@dataclass(frozen=True)
class Readings(Spec):
    """The columns of text of a collection whose role is a number or a date."""

    collection: Collection = specs.nested(Collection)


def read_as_numbers(table: Table) -> list[str]:
    """The names of those columns."""
    names = table.names("number", "date")
    return [name for name in names if is_text(column(table, name).type)]


@cached
def remarks(spec: Readings, on_step: OnStep = run_on) -> dict[str, tuple[Message, ...]]:
    """By column: how its cells were read, and which were not."""
    table = table_of(spec.collection, part(on_step, 0.0, 0.2))
    found = {}
    for i, name in enumerate(names := read_as_numbers(table)):
        report(on_step, 0.2 + 0.8 * i / len(names), "reading numbers and dates")
        found[name] = reading(table, name).notes
    return found
