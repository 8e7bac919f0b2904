"""CSV downloads: what a spreadsheet would compute is text, and numbers stay numbers."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard.ui.downloads import as_csv, formulas

FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]
TEXT = ["war", "a=b", "-1.5", "+2e-3", "-.5", "-3%", "", "'=1", "日本", "well-known"]


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_formulas_are_escaped_and_nothing_else() -> None:
    words = [*FORMULAS, *TEXT]
    table = pd.DataFrame({"word": words, "=share": np.linspace(-1.5, 1.5, len(words))})
    before = table.copy()
    head, *rows = cells(as_csv(table))
    assert head == ["word", "'=share"]
    assert [row[0] for row in rows] == [*(f"'{word}" for word in FORMULAS), *TEXT]
    assert [float(row[1]) for row in rows] == pytest.approx(before["=share"].tolist())
    pd.testing.assert_frame_equal(table, before)
    head, *rows = cells(as_csv(table, exact=True))
    assert head == ["word", "=share"] and [row[0] for row in rows] == words


@pytest.mark.parametrize(
    ("column", "there"),
    [(["war", "-1.5", None], False), ([1, -2.5], False), (["a", "=1"], True), ([None, "-x"], True)],
)  # fmt: skip
def test_the_switch_is_offered_where_it_matters(column: list[Any], there: bool) -> None:
    assert formulas(pd.DataFrame({"a": column})) is there
    assert formulas(pd.DataFrame({"-a": [1.0]}))


def test_kinds_of_columns() -> None:
    table = pd.DataFrame({
        "kind": pd.Categorical(["=a", "b"]), "flag": [True, False], "a": ["=a", 2],
        "twice": [1, 2],
    })  # fmt: skip
    table.columns = pd.Index(["kind", "flag", "a", "a"])
    _, *rows = cells(as_csv(table))
    assert rows == [["'=a", "True", "'=a", "1"], ["b", "False", "2", "2"]]
