"""The settings of collections: which files are opened, and what their columns mean."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core import specs
from core.errors import SpecError
from core.messages import Message, message
from core.specs import Spec
from core.tables.options import TableOptions

COLLECTIONS = ("articles", "digits", "upload", "file")
OWN = ("upload", "file")
ROLES = (
    "embedding", "place", "text", "picture", "category", "number", "date", "id", "other",
)  # fmt: skip
SAMPLES = {"articles": "Paragraphs of the Wikipedia sample", "digits": "Digits (8×8 pixels)"}


@dataclass(frozen=True)
class Collection(Spec):
    """Rows with columns and vectors: a sample, uploaded files, or files of the server's folder.

    Files are named and pinned by a digest, so that a link means the same rows everywhere.
    """

    rows_from: str = specs.choice("articles", COLLECTIONS, "which items are shown")
    table_files: str = specs.text(
        "", 8_000, "names and digests of the files that hold the rows, as JSON"
    )
    roles: str = specs.text("", 8_000, "columns whose role was set by hand, as JSON: name → role")

    zip_table: str = specs.text(
        "", 300, "Which of the tables in a zip is opened; without one, the largest.", silent=True
    )
    rows_table: TableOptions = specs.nested(TableOptions, prefix="rows_table_", silent=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.rows_from in OWN) != bool(self.files):
            raise SpecError(
                message(
                    "`rows_from={rows_from}` does not fit its {n} files; open the files again.",
                    rows_from=self.rows_from,
                    n=len(self.files),
                ),
                "table_files",
            )
        for name, role in self.overruled.items():
            if role not in ROLES:
                raise SpecError(
                    message(
                        "“{role}” is not a role of the column “{name}”; choose one of {roles}.",
                        role=str(role)[:40],
                        name=name[:80],
                        roles=", ".join(ROLES),
                    ),
                    "roles",
                )

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """(name, digest) of each file, in the order they were given."""
        pairs = _plain(self.table_files, list, "table_files")
        if not all(isinstance(p, list) and len(p) == 2 and _texts(p) for p in pairs):
            raise _malformed("table_files")
        return tuple((name, digest) for name, digest in pairs)

    @property
    def overruled(self) -> dict[str, str]:
        """The role of each column whose role was set by hand."""
        roles: dict[str, str] = _plain(self.roles, dict, "roles")
        if not _texts(list(roles.values())):
            raise _malformed("roles")
        return roles

    @property
    def label(self) -> Message:
        """The name of the collection as shown to people."""
        if self.rows_from in SAMPLES:
            return message(SAMPLES[self.rows_from])
        names = [name for name, _ in self.files]
        if len(names) == 1:
            return message("{name}", name=names[0])
        return message("{name} and {n} more", name=names[0], n=len(names) - 1)


def of_files(kind: str, files: Sequence[tuple[str, str]]) -> Collection:
    """The collection of some files, each with its name and digest."""
    packed = json.dumps([list(pair) for pair in files], ensure_ascii=False, separators=(",", ":"))
    return Collection(kind, packed)


def with_roles(spec: Collection, roles: dict[str, str]) -> Collection:
    """The same rows with these roles set by hand, and no others."""
    packed = json.dumps(roles, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return spec.replace(roles=packed if roles else "")


@dataclass(frozen=True)
class Embedding(Spec):
    """One column of vectors of a collection."""

    collection: Collection = specs.nested(Collection)
    embedding: str = specs.text("", 300, "the column that holds the vectors")


def _plain(source: str, kind: type, field: str) -> Any:
    if not source:
        return kind()
    try:
        value = json.loads(source)
    except (ValueError, RecursionError) as error:
        raise _malformed(field) from error
    if not isinstance(value, kind):
        raise _malformed(field)
    return value


def _texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def _malformed(field: str) -> SpecError:
    return SpecError(message("`{field}` is damaged; open the files again.", field=field), field)
