"""Tables on the screen, and downloads.

A spreadsheet computes a cell that begins like a formula, and a formula can send what it reads to
another place. Words and names come from users' files, so that such cells get an apostrophe before
them, which a spreadsheet does not show; a switch beside the button leaves them as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.messages import Message, message
from dashboard.language import say

if TYPE_CHECKING:
    import pandas as pd  # half a second that the first picture does not need


FORMULA = frozenset("=+-@\t\r\n")
"""The characters with which a cell begins that a spreadsheet computes."""
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?%?", re.IGNORECASE | re.ASCII)


def table(
    table: pd.DataFrame, name: str, key: str, headings: Mapping[str, str] | None = None,
    on_screen: pd.DataFrame | None = None, lazy: bool = False,
) -> None:  # fmt: skip
    """A table on the screen, and as CSV, which stays English.

    headings: what to write over columns whose name holds a value; on_screen: the table as it is
    displayed, where its cells are translated; lazy: send its rows as one scrolls to them.
    """
    columns = {str(c): (headings or {}).get(str(c)) or say(str(c)) for c in table.columns}
    st.dataframe(
        table if on_screen is None else on_screen, hide_index=True, key=f"{key}:table",
        placeholder="–", column_config=columns, lazy=lazy or None,
    )  # fmt: skip
    csv(message("Table as CSV"), lambda: table, f"{name}.csv", f"{key}:csv", formulas(table))


def csv(
    label: Message, make: Callable[[], pd.DataFrame], file: str, key: str, switch: bool = False
) -> None:
    """A table as a CSV file, made when it is asked for.

    switch: whether to offer the text exactly as it is, where cells begin like formulas.
    """
    exact = switch and st.toggle(
        say("Exact text"),
        key=f"{key}:exact",
        help=say(
            "Some cells begin like a formula (=, +, -, @). They get an apostrophe before them, so "
            "that a spreadsheet does not compute them. On: they are saved as they are."
        ),
    )
    later(label, lambda: as_csv(make(), exact=exact), file, "text/csv", key)


def as_csv(table: pd.DataFrame, *, exact: bool = False) -> bytes:
    """A table as CSV for spreadsheets; numbers stay numbers, negative ones too.

    exact: leave cells that begin like a formula as they are.
    """
    if not exact:
        table = table.rename(columns=lambda name: _harmless(str(name)))
        for i, kind in enumerate(table.dtypes):
            if kind.kind not in "biufM":
                table.isetitem(i, table.iloc[:, i].map(_harmless))
    # with CR LF between rows a CR or LF within a cell is quoted
    return str(table.to_csv(index=False, lineterminator="\r\n")).encode("utf-8-sig")


def formulas(table: pd.DataFrame) -> bool:
    """Whether a cell or a heading begins like a formula."""
    if any(_harmless(str(name)) != name for name in map(str, table.columns)):
        return True
    kinds = enumerate(table.dtypes)
    return any(_computed(table.iloc[:, i]) for i, kind in kinds if kind.kind not in "biufM")


def _computed(column: pd.Series[Any]) -> bool:
    """Whether a spreadsheet would compute a cell."""
    from pandas import CategoricalDtype, StringDtype

    if isinstance(column.dtype, CategoricalDtype):
        column = column.cat.categories.to_series()
    strings = isinstance(column.dtype, StringDtype)
    if strings and FORMULA.isdisjoint(column.str[:1].unique()):  # of most columns, however long
        return False
    cells = [cell for cell in column.tolist() if isinstance(cell, str)]
    if FORMULA.isdisjoint({cell[:1] for cell in cells}):
        return False
    return any(_harmless(cell) is not cell for cell in cells)


def _harmless(cell: Any) -> Any:
    """The cell, after an apostrophe where a spreadsheet would compute it."""
    if not isinstance(cell, str) or cell[:1] not in FORMULA or NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}"


def later(label: str, make: Callable[[], Any], file: str, mime: str, key: str) -> None:
    """A download whose bytes are generated only when the user clicks it."""
    st.download_button(
        say(label), data=make, file_name=file, mime=mime, on_click="ignore",
        icon=":material/download:", key=key,
    )  # fmt: skip
