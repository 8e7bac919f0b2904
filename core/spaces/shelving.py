"""The rows of a space as a model on the shelf, so that what takes words takes items, too.

The shelf's copy is the vectors of the rows that have one; a row's name is its title, and where
rows share one, its number besides. Rows are found by “#” and their number.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

import numpy as np
import pyarrow.compute as pc

from core.errors import CoreError
from core.items.collection import Table, table_of
from core.items.values import texts
from core.messages import Message, message
from core.progress import OnStep, part, report, run_on
from core.spaces.rows import rows_of, settled
from core.spaces.specs import Space
from core.vectors.models.model import Model
from core.vectors.store import shelf

TITLE = 80  # characters of a row's title that are its name


def shelve(space: Space, on_step: OnStep = run_on) -> shelf.Entry:
    """Put the rows of a space on the shelf; those that are there already stay.

    The null control is not kept: what asks for one shuffles by itself. Raises SourceError where
    rows have no vectors, SpecError where the disk is full.

    >>> shelve(Space()).dim                                         # doctest: +SKIP
    """
    spec = plain(space, on_step)
    if (entry := shelf.find(spec.key)) is not None:
        return entry
    rows = rows_of(spec, part(on_step, 0.0, 0.9))
    report(on_step, 0.9, "keeping the vectors")
    names = row_names(table_of(spec.collection))
    counts = np.zeros(len(rows), np.int64)
    model = Model([names[row] for row in rows.rows], counts, rows.V, rows=rows.rows)
    return shelf.put(model, spec.key, str(name_of(spec)), shelf.ITEMS, spec=spec.to_dict())


def plain(space: Space, on_step: OnStep = run_on) -> Space:
    """The spec by which a space is on the shelf: settled, and not shuffled."""
    return settled(space.replace(rows_shuffled=False), on_step)


def name_of(spec: Space) -> Message:
    """The name on the shelf: where the vectors come from, and the collection's."""
    name = spec.collection.label
    if not spec.from_text:
        return message("{column} · {name}", column=spec.embedding, name=name)
    if spec.embedder == "tf-idf":
        return message(
            "{column} by {method}, {d}-d · {name}",
            column=spec.text_column, method=spec.embedder, d=spec.text_dim, name=name,
        )  # fmt: skip
    return message(
        "{column} by {method} · {name}", column=spec.text_column, method=spec.embedder, name=name
    )


def shown_name(entry: shelf.Entry) -> str:
    """What an entry is called: of rows that nobody gave another name, as a `Message`."""
    space = space_of(entry)
    name = entry.name if space is None else name_of(space)
    return name if name == entry.name else entry.name


def space_of(entry: shelf.Entry) -> Space | None:
    """The space whose rows are on the shelf; None for words."""
    if not entry.of_items:
        return None
    try:
        return Space.from_json(json.dumps(entry.spec))
    except (CoreError, *shelf.NONSENSE):
        return None


def row_names(table: Table) -> list[str]:
    """A name for every row, no two alike: its title, with its number where others share it."""
    columns = [*table.names("text"), *table.names("id"), *table.names("category")]
    if not columns:
        return [f"#{row}" for row in range(len(table))]
    titles = pc.utf8_slice_codeunits(pc.fill_null(texts(table, columns[0]), ""), 0, 4 * TITLE)
    return distinct(" ".join(title.split())[:TITLE] for title in titles.to_pylist())


def distinct(titles: Iterable[str]) -> list[str]:
    """Titles made different by their places, where two are alike or one is empty.

    >>> distinct(["a", "b", "a", ""])
    ['a · #0', 'b', 'a · #2', '#3']
    """
    titles = list(titles)
    times, names = Counter(titles), list[str]()
    taken = set(titles)
    for row, title in enumerate(titles):
        name = title
        if times[title] > 1 or not title or title.startswith("#"):
            name = f"{title} · #{row}" if title else f"#{row}"
            while name in taken:  # another row is called so
                name += "′"
        taken.add(name)
        names.append(name)
    return names
