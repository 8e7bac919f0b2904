"""What is said wherever a layout was told labels."""

from __future__ import annotations

import streamlit as st

from core.spaces.specs import Place
from dashboard.markdown import marked


def supervised(spec: Place) -> None:
    """Say of a layout that was told labels that it was."""
    if spec.told_column:
        st.warning(
            marked(
                "Supervised: this layout was told the labels in “{column}” and pulls rows of one "
                "label together. That they lie apart here proves nothing.",
                column=spec.told_column,
            ),
            icon=":material/school:",
        )
