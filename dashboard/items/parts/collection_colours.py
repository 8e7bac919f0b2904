"""What the colour of a row means: a column of the table, or what the map did to the row."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pyarrow.compute as pc

from core.items.collection import Table
from core.items.roles import Column
from core.items.values import categories, numbers, texts
from core.spaces.clusters import Grouped
from core.spaces.doubt import shares
from core.spaces.places import Judged
from dashboard.items.figures.collection import HOVER, MOST_NAMES, Colour
from dashboard.language import say

MEASURED = {
    "trust": "Trust: share of neighbours kept",
    "hubness": "Hubness",
    "agreement": "Agreement with the neighbours' labels",
    "cluster": "Cluster of the vectors",
}
COLUMN = "column:"
COLOURED = ("category", "number", "date")


def options(table: Table) -> list[str]:
    """What rows can be coloured by, the default first."""
    named = [f"{COLUMN}{column.name}" for column in table.columns if column.role in COLOURED]
    few = [c for c in table.columns if c.role == "category" and 1 < c.distinct <= MOST_NAMES]
    first = f"{COLUMN}{few[0].name}" if few else "cluster" if table.names("text") else "trust"
    measured = [m for m in MEASURED if m != "agreement" or table.names("category")]
    return [first, *(o for o in (*named, *measured) if o != first)]


def label(option: str) -> str:
    """The name of such an option."""
    return option.removeprefix(COLUMN) if option.startswith(COLUMN) else say(MEASURED[option])


def colour_of(
    option: str, table: Table, rows: np.ndarray, judged: Judged | None, labels: str,
    clusters: Grouped | None,
) -> Colour:  # fmt: skip
    """The colours of the rows (m,) of a map. labels: the column that agreement is about.

    What needs the neighbours has no values while these are not known.
    """
    if option.startswith(COLUMN):
        column = next(c for c in table.columns if c.name == option.removeprefix(COLUMN))
        return of_column(table, column, rows)
    if option == "cluster" and clusters is not None:
        names = [cluster_name(clusters, c) for c in range(len(clusters.names))]
        return Colour(say("cluster"), clusters.labels, names=names)
    if judged is None:
        title = say("once the neighbours are known")
        return Colour(title, np.full(len(rows), np.nan, np.float32))
    if option == "hubness":
        k = judged.true.shape[1]
        logs = np.log10(judged.occurrence + 1.0)
        ticks = [(float(np.log10(n + 1)), f"{n:,}") for n in (0, 1, 4, 10, 30, 100, 300)]
        high = float(max(logs.max(), 0.1))
        return Colour(say("lists of {k} neighbours", k=k), logs, 0.0, high,
                      [t for t in ticks if t[0] <= high])  # fmt: skip
    if option == "agreement" and labels:
        own = shares(judged.true, categories(table, labels).codes[rows])
        return Colour(say("share of neighbours with the same label"), own)
    return Colour(say("share of {k} neighbours kept", k=judged.true.shape[1]), judged.kept)


def cluster_name(clusters: Grouped, c: int) -> str:
    """The words of a cluster, or its number."""
    return ", ".join(clusters.names[c]) or say("cluster {n}", n=c + 1)


def of_column(table: Table, column: Column, rows: np.ndarray) -> Colour:
    """The colours of some rows by their values in a column."""
    if column.role == "category":
        groups = categories(table, column.name)
        codes = groups.codes[rows]
        if len(groups.names) <= MOST_NAMES:
            return Colour(column.name, codes, names=groups.names, rest=say("none"))
        rest = say("{n:,} others, or none", n=len(groups.names) - MOST_NAMES)
        top = np.where(codes < MOST_NAMES, codes, -1)
        return Colour(column.name, top, names=groups.names[:MOST_NAMES], rest=rest)
    values = numbers(table, column.name)[rows]
    known = values[np.isfinite(values)]
    low, high = np.quantile(known, [0.02, 0.98]) if known.size else (0.0, 1.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    ticks = []
    if column.role == "date":
        ticks = [(float(d), day(d)) for d in np.linspace(low, high, 4)]
    return Colour(column.name, values, float(low), float(high), ticks)


def day(days: float) -> str:
    """The date so many days after the start of 1970."""
    return str(np.datetime64(int(days), "D"))


@lru_cache(maxsize=8)
def titles(table: Table) -> list[str]:
    """One line for each row: its text, or what else names it."""
    names = [*table.names("text"), *table.names("id"), *table.names("category")]
    if not names:
        return [f"#{row}" for row in range(len(table))]
    cut = pc.utf8_slice_codeunits(pc.fill_null(texts(table, names[0]), ""), 0, HOVER)
    return [title or f"#{row}" for row, title in enumerate(cut.to_pylist())]
