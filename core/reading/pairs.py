"""Judged pairs and analogies, as the page of scores reads them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.reading.report import Reading
from core.vectors.evaluate.benchmarks import read_pairs, read_questions


def describe(files: Sequence[Path]) -> Reading:
    """One list of either kind. Raises SourceError."""
    name = files[0].name
    lines = files[0].read_bytes().decode("utf-8-sig", "replace").splitlines()
    content = [line for line in lines if line.strip() and not line.startswith(("#", ":"))]
    if content and len(content[-1].split()) == 4:
        questions = read_questions(lines, name)
        first = questions[0]
        return Reading(
            "analogies",
            rows=len(questions),
            names=tuple(question.a for question in questions),
            first=(first.a, first.b, first.c, first.d),
        )
    pairs = read_pairs(lines, name)
    return Reading(
        "pairs",
        rows=len(pairs),
        names=tuple(pair.a for pair in pairs),
        first=(pairs[0].a, pairs[0].b, pairs[0].score),
    )
