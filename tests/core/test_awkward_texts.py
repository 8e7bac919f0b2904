"""Texts as people have them: what is right for each file is known."""

from __future__ import annotations

from typing import Any

import pytest

from core.reading.report import Reading
from core.text.reading import read
from core.text.shelf import store_upload
from tests.core import awkward

pytestmark = awkward.present

RIGHT: dict[str, dict[str, Any]] = {
    "t01": {"rows": 6, "columns": ("id", "text"), "last": "sixth row about cheese"},
    "t02": {"rows": 4, "first": 'text with " one escaped quote'},
    "t03": {"rows": 2, "columns": ("id", "text"), "first": "rivers and lakes"},
    "t04": {"rows": 2, "columns": ("id", "text"), "first": "rivers and lakes"},
    "t05": {"rows": 1, "encoding": "UTF-16", "begins": "The river runs", "notes": ["UTF-16"]},
    "t06": {"rows": 4, "has": "data.text", "first": "rivers and lakes 0"},
    "t07": {"rows": 2, "columns": ("text",), "first": "rivers and lakes"},
    "t08": {"rows": 3, "first": "rivers and lakes are lovely", "notes": ["names no columns"]},
    "t09": {"rows": 2, "columns": ("id", "title, short, or long", "text")},
    "t10": {
        "rows": 3,
        "encoding": "UTF-8, cp1252",
        "first": "naïve café",
        "last": "Größe und Maß",
        "notes": ["cp1252: line 3"],
    },
    "t11": {"rows": 1, "names": ("测试.txt",), "encoding": "GB18030"},
    "t12": {"rows": 1, "begins": "แม่น้ำ", "notes": ["Thai", "characters"]},
    "t13": {"rows": 2, "first": "line one\nline two of row one", "notes": ["character 29"]},
    "t15": {"rows": 300, "columns": ("id", "author", "text"), "notes": ["Export of 2024"]},
    "t16": {"rows": 2, "first": "rivers and lakes"},
    "t17": {"rows": 4, "first": 'he said "river" and left'},
    "t19": {
        "rows": 2,
        "first": "rivers and lakes, and more lakes, and a mill",
        "set aside": ["line 4"],
        "notes": ["line 2"],
    },
    "t21": {"rows": 300, "words": 7500, "notes": ["line 2–301"]},
    "t23": {"rows": 1, "begins": "naïve café", "notes": ["2 lines", "line 61–62"]},
    "t24": {"rows": 25, "set aside": ["sample_submission.csv"], "has": "text"},
    "t25": {"rows": 1, "columns": ("text", "id"), "first": "rivers, lakes"},
    "t27": {"rows": 2, "columns": ("id", "text"), "first": "rivers, lakes"},
    "t29": {"rows": 1, "encoding": "cp1252"},
    "t31": {"rows": 2, "encoding": "GB18030", "columns": ("编号", "正文")},
}


@pytest.mark.parametrize("file", RIGHT)
def test_what_is_right(file: str) -> None:
    reading, right = awkward.reading("text", file), dict(RIGHT[file])
    assert reading.error == ""
    for note in right.pop("notes", []):
        assert any(note in other for other in reading.notes), reading.notes
    assert [entry.place for entry in reading.set_aside] == right.pop("set aside", [])
    assert reading.first.startswith(right.pop("begins", ""))
    if "has" in right:
        assert right.pop("has") in reading.columns  # type: ignore[operator]
    if {"last", "words"} & set(right):
        _documents(reading, file, right.pop("last", None), right.pop("words", None))
    assert {name: getattr(reading, name) for name in right} == right


def _documents(reading: Reading, file: str, last: str | None, words: int | None) -> None:
    path = awkward.place(file)
    raw = read(store_upload(path.name, path.read_bytes(), "text"))
    texts = raw.decode(0, len(raw.utf8)).split("\n\n")
    assert len(texts) == reading.rows
    assert last is None or texts[-1].strip() == last
    assert words is None or sum(len(text.replace(",", " ").split()) for text in texts) == words
