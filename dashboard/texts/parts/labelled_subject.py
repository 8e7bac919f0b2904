"""What the pages on texts with labels and on series show, for the bar above them."""

from __future__ import annotations

from core.sequences.specs import TextGroups
from core.text_classes.specs import LabelledTexts
from dashboard import state
from dashboard.chain import corpus_picker
from dashboard.language import say
from dashboard.texts.parts import label_table, series_picker

ORIGINS = {"reviews": "Chinese reviews", "table": "Your table"}
GROUPINGS = {"documents": "Documents", "labels": "Labels of a table"}


def context() -> list[tuple[str, str]]:
    """The text whose documents are groups, or the table or the series in use."""
    if _of_documents():
        return corpus_picker.context()
    if state.page() == "spectra":
        return series_picker.context()
    own = state.page() == "sentences" or state.get("texts_of", "reviews") == "table"
    return [("Texts", state.get("group_file", "") if own else say("Chinese reviews"))]


def pick() -> None:
    """Draw the picker of a text, a table or series."""
    page = state.page()
    if page == "spectra":
        series_picker.pick()
    elif page == "text_classes":
        label_table.origin(LabelledTexts, "texts_of", "Texts are", ORIGINS, "classes-origin")
    elif not label_table.origin(
        TextGroups, "grouping", "Groups are", GROUPINGS, "sentences-grouping"
    ):
        corpus_picker.pick()


def words() -> list[str]:
    """No words: texts are typed here, not words of one text."""
    return []


def _of_documents() -> bool:
    return state.page() == "sentences" and state.get("grouping", "documents") == "documents"
