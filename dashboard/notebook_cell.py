"""The first cell of a saved notebook: results as tables and, where they are series, as pictures.

The notebook holds the text of this module: it imports nothing of Vectorscope's.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

PAIR = ["name", "value"]


def show(*values: Any) -> None:
    """Print each value as a table where it is one, and draw what has names and numbers."""
    for table in tables(*values):
        if not isinstance(table, pd.DataFrame):
            print(table)
            continue
        print(table.to_string(max_rows=40, max_cols=12))
        if (figure := picture(table)) is not None:
            figure.show()


def tables(*values: Any) -> list[Any]:
    """Tables of results: of pairs, of names beside numbers, of matrices, of a result's fields."""
    if len(values) == 2 and all(map(_series, values)) and len(values[0]) == len(values[1]):
        return [pd.DataFrame(dict(zip(PAIR, values, strict=True)))]
    return [table for value in values for table in _tables(value)]


def _tables(value: Any) -> list[Any]:
    if dataclasses.is_dataclass(value):
        groups: dict[int, dict[str, Any]] = defaultdict(dict)
        for field in dataclasses.fields(value):
            if _series(column := getattr(value, field.name)):
                groups[len(column)][field.name] = column
        return [pd.DataFrame(group) for group in groups.values()] or [value]
    if isinstance(value, np.ndarray) and value.ndim == 2:
        return [pd.DataFrame(value)]
    if isinstance(value, list) and value and all(isinstance(row, tuple) for row in value):
        return [pd.DataFrame(value, columns=PAIR if len(value[0]) == len(PAIR) else None)]
    return [value]


def picture(table: pd.DataFrame) -> go.Figure | None:
    """Bars of a column of numbers by one of names, or a heatmap of numbers alone."""
    numbers = table.select_dtypes("number").columns
    names = [name for name in table.columns if name not in numbers]
    if not len(numbers):
        return None
    if names:
        bars = go.Bar(x=table[numbers[0]], y=table[names[0]].astype(str), orientation="h")
        layout = {"xaxis": {"title": {"text": str(numbers[0])}}, "yaxis": {"autorange": "reversed"}}
        return go.Figure(bars, {**layout, "height": 160 + 22 * len(table)})
    if len(numbers) < 2:
        return None
    axes = {"x": list(map(str, table.columns)), "y": list(map(str, table.index))}
    cells = go.Heatmap(z=table.to_numpy(), colorscale="RdBu_r", zmid=0, **axes)
    return go.Figure(cells, {"yaxis": {"autorange": "reversed"}})


def _series(value: Any) -> bool:
    """Whether a value is a column: names or numbers, one after the other."""
    if isinstance(value, np.ndarray):
        return value.ndim == 1
    return isinstance(value, (list, tuple)) and all(isinstance(x, (str, int, float)) for x in value)
