"""Tables and files to take along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.language import say

if TYPE_CHECKING:
    import pandas as pd  # half a second that the first picture does not need


def table(
    table: pd.DataFrame, name: str, key: str, said: Mapping[str, str] | None = None,
    shown_as: pd.DataFrame | None = None,
) -> None:  # fmt: skip
    """A table on the screen, and as CSV, which stays English.

    said: names of columns that hold a value, as they are said; shown_as: the table on the
    screen, where its cells are texts of ours.
    """
    shown = {str(c): (said or {}).get(str(c)) or say(str(c)) for c in table.columns}
    st.dataframe(
        table if shown_as is None else shown_as, hide_index=True, key=f"{key}:table",
        placeholder="–", column_config=shown,
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
    """A download whose bytes are made only when it is asked for."""
    st.download_button(
        say(label), data=make, file_name=file, mime=mime, on_click="ignore",
        icon=":material/download:", key=key,
    )  # fmt: skip
