"""Tables on the screen, and downloads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.language import say

if TYPE_CHECKING:
    import pandas as pd  # half a second that the first picture does not need


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
    st.download_button(
        say("Table as CSV"),
        data=lambda: table.to_csv(index=False).encode("utf-8-sig"),
        file_name=f"{name}.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        key=f"{key}:csv",
    )


def later(label: str, make: Callable[[], Any], file: str, mime: str, key: str) -> None:
    """A download whose bytes are generated only when the user clicks it."""
    st.download_button(
        say(label), data=make, file_name=file, mime=mime, on_click="ignore",
        icon=":material/download:", key=key,
    )  # fmt: skip
