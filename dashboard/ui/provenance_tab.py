"""The tab “Provenance”: every setting behind a picture."""

from __future__ import annotations

import streamlit as st

from core.specs import Spec
from dashboard.language import say
from dashboard.markdown import marked


def show(*specs: Spec) -> None:
    """The settings behind a picture, whole, as a table and as the JSON that names its cache."""
    import pandas as pd

    for spec in specs:
        rows = [
            (name, say("yes") if v is True else say("no") if v is False else v)
            for name, v in spec.leaves()
        ]
        table = pd.DataFrame(
            [(name, str(value)) for name, value in rows if value != ""],
            columns=[say("setting"), say("value")],
        )
        st.dataframe(
            table, hide_index=True, height="content", key=f"provenance:{type(spec).__name__}"
        )
        st.caption(marked("{kind} · result name {key}", kind=type(spec).__name__, key=spec.key))
