"""How the table of a collection was read: encoding, separator, heading, and their correction."""

from __future__ import annotations

import streamlit as st

from core.items.collection import Table
from core.items.collection_specs import OWN, Collection
from core.items.opening import preview
from dashboard import state
from dashboard.language import say
from dashboard.ui import tables
from dashboard.ui.captions import caption

OPTIONS = "rows_table_"  # before the names of a table's options


def show(spec: Collection, table: Table | None = None) -> None:
    """Say how the files were read, and let a CSV or TSV be read differently.

    table: what was read, None where that failed. Raises SourceError.
    """
    for note in table.stored.notes if table else ():
        caption(say(note))
    shown = preview(spec) if spec.rows_from in OWN else None
    if shown is None:
        return
    files = "-".join(digest[:8] for _, digest in spec.files[:4])
    options = tables.understood(
        shown, spec.rows_table, f"collection-table-{files}",
        rows=len(table) if table else None, numbers=True, first_rows=table is None,
    )  # fmt: skip
    if options != spec.rows_table:
        chosen = {f"{OPTIONS}{name}": value for name, value in options.leaves()}
        state.put_all(chosen | {"roles": ""})  # they are of columns that may be gone
        st.rerun()
