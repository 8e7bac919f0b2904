"""What a page says, read from an AppTest: `from speaking import …`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from opening import figures
from streamlit.testing.v1 import AppTest

from dashboard.language import catalogue

TAG = re.compile(r"<style>.*?</style>|<script>.*?</script>|<[^>]*>", re.S)
CORPUS = re.compile(r'<table class="vs-lines">.*?</table>|<p class="vs-text">.*?</p>', re.S)
"""The user's text, which stays as it is."""
WORDS = (
    "setting:map_word", "setting:compared_word", "collection-", "role-column", "row_colour",
    "two_colour",
)  # fmt: skip
"""Keys of widgets whose choices are words of the text, or columns of a table."""
NAMES = re.compile(  # proper names, formulas and quoted code that every language writes alike
    r"(?:Levy|Hutter) et al\. \d+|PPMI-SVD|scikit-learn|Lee news|result name|king - man \+ woman"
)
ENGLISH = re.compile(r"[A-Za-z]{2,}(?: [a-z]{2,}){2,}")
FIELDS = ("label", "help", "placeholder", "body")
SHOWN = {"hovertemplate", "name", "title", "alt", "text", "label", "help"}
PLACES = {"ticktext", "customdata", "x", "y", "z", "ids", "template", "src", "filename", "token"}


def texts(at: AppTest) -> Iterator[str]:
    """Every text for the eyes and ears of a user, but for table cells and code."""
    for node in _nodes(at._tree):
        proto = getattr(node, "proto", None)
        kind = getattr(node, "type", "")
        if proto is None or kind in ("code", "arrow_data_frame", "bidi_component"):
            continue
        for field in FIELDS:
            value = getattr(proto, field, "")
            if isinstance(value, str) and value:
                yield TAG.sub("\n", CORPUS.sub("", value))
        if any(name in getattr(proto, "id", "") for name in WORDS):
            continue
        if "sweep-fields" in getattr(proto, "id", ""):  # fields are called as in code
            continue
        for option in getattr(proto, "options", ()):
            yield option if isinstance(option, str) else getattr(option, "content", "")
    for options, drawn in figures(at).values():
        yield options["alt"]
        yield from _texts_in(drawn["layout"])
        for trace in drawn["data"]:
            yield from _texts_in({k: v for k, v in trace.items() if k != "text"})
    for element in at.get("bidi_component"):
        if "figure" not in element.proto.component_name and element.proto.json:
            yield from _texts_in(json.loads(element.proto.json))


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in getattr(node, "children", {}).values():
        yield from _nodes(child)
        block = getattr(child, "proto", None)
        for part in ("tab", "expandable", "popover"):
            label = getattr(getattr(block, part, None), "label", "")
            if label:
                yield _Label(label)


class _Label:
    """The name of a tab or of what folds."""

    def __init__(self, label: str) -> None:
        self.proto, self.type, self.label = self, "label", label


def _texts_in(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in PLACES:
                yield from _texts_in(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts_in(inner, key)
    elif isinstance(value, str) and key in SHOWN:
        yield TAG.sub("\n", value)


def recorded(translations: dict[str, str], missed: set[str]) -> dict[str, str]:
    """A catalogue that notes what it was asked for and lacks."""

    class Recorded(dict[str, str]):
        def get(self, text: str, default: str = "") -> str:  # type: ignore[override]
            if text not in translations and re.search("[A-Za-z]{2}", text):
                missed.add(text)
            return translations.get(text, default)

    return Recorded()


def say_in(other: str, text: str) -> str:
    """A text as the pages say it in this language."""
    return catalogue(other).get(text, text)


def all_said(shown: set[str], other: str) -> None:
    """Nothing shown is English, nor stands in the catalogue without having been said."""
    translations = catalogue(other)
    english = [text for text in shown if ENGLISH.search(NAMES.sub("", text))]
    unsaid = [
        text for text in shown if translations.get(text.strip(), text.strip()) != text.strip()
    ]
    assert not english and not unsaid, "\n".join(map(repr, english + unsaid))
