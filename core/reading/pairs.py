"""Judged pairs and analogies, as the page of scores reads them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.errors import SourceError
from core.messages import message
from core.reading.report import Reading
from core.vectors.evaluate.lists import read_list


def describe(files: Sequence[Path]) -> Reading:
    """One list of either kind. Raises SourceError."""
    if len(files) > 1:
        raise SourceError(message("A list of judged words is one file; give them one by one."))
    judged = read_list(files[0], files[0].name)
    rows = judged.pairs or judged.questions
    first = rows[0]
    return Reading(
        judged.kind,
        format=files[0].suffix.lower().lstrip("."),
        encoding=judged.encoding,
        rows=len(rows),
        names=tuple(row.a for row in rows),
        labels=tuple(dict.fromkeys(question.section for question in judged.questions)),
        first=(judged.pairs[0].a, judged.pairs[0].b, judged.pairs[0].score)
        if judged.pairs
        else (first.a, first.b, judged.questions[0].c, judged.questions[0].d),
        set_aside=judged.set_aside,
        notes=judged.notes,
    )
