"""Texts and their groups: the sentences of documents, or the rows of a table by a label."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.errors import SourceError
from core.items.collection import Table, table_of
from core.items.collection_specs import of_files
from core.messages import message
from core.progress import OnStep, part, report, run_on
from core.sequences.specs import TextGroups
from core.text import tokenisers
from core.text.reading import read
from core.text.rows import suggest_column

I64 = NDArray[np.int64]
SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[^a-z])|(?<=[。！？])[”’」』）]*|\n+")
LONGEST_LABEL = 200  # characters
NAMED = 10  # columns that a message names
LABELS = (
    "label",
    "labels",
    "class",
    "category",
    "group",
    "topic",
    "target",
    "标签",
    "类别",
    "分类",
)
SEVERAL = 2
"""Fewest groups, and fewest texts of one: with fewer there is nothing to tell apart, or to find."""


@dataclass(frozen=True)
class Grouped:
    """n texts and the group of each.

    texts: n strings; tokens: their tokens, as n lists; group: (n,) int64; names: of the groups.
    duplicates: texts that repeat an earlier one, token by token, and were left out; short: those
    with too few tokens; unlabelled: rows without a text or a label; single: groups of one text,
    left out.
    """

    texts: list[str]
    tokens: list[list[str]]
    group: I64
    names: list[str]
    duplicates: int = 0
    short: int = 0
    unlabelled: int = 0
    single: int = 0


def sentences(text: str) -> list[str]:
    """A text cut at the ends of lines and sentences.

    >>> sentences("It rained. So we stayed at home! 下雨了。我们在家。")
    ['It rained.', 'So we stayed at home!', '下雨了。', '我们在家。']
    """
    return [piece.strip() for piece in SENTENCE_END.split(text) if piece and piece.strip()]


@cached
def grouped(spec: TextGroups, on_step: OnStep = run_on) -> Grouped:
    """Read, cut and group the texts; a text that occurs twice is kept once.

    Raises SourceError where there are fewer than two groups of two texts.
    """
    if spec.grouping == "labels":
        texts, labels, unlabelled = _labelled(spec, part(on_step, 0.0, 0.5))
        shortest = 1
    else:
        texts, labels = _documents(spec, part(on_step, 0.0, 0.5))
        unlabelled, shortest = 0, spec.shortest
    seen: set[tuple[str, ...]] = set()
    kept: list[int] = []
    tokens: list[list[str]] = []
    duplicates = short = 0
    for i, text in enumerate(texts):
        if not i % 2000:
            report(on_step, 0.5 + 0.5 * i / len(texts), "cutting texts into tokens")
        pieces = tokenisers.split(text, spec.text)
        if len(pieces) < shortest:
            short += 1
        elif tuple(pieces) in seen:
            duplicates += 1
        else:
            seen.add(tuple(pieces))
            kept.append(i)
            tokens.append(pieces)
    return _several(
        [texts[i] for i in kept], tokens, [labels[i] for i in kept],
        Grouped([], [], np.zeros(0, np.int64), [], duplicates, short, unlabelled),
    )  # fmt: skip


def _several(
    texts: list[str], tokens: list[list[str]], labels: list[str], counts: Grouped
) -> Grouped:
    """The groups of two texts and more, in the order of their first text."""
    number: dict[str, int] = {}
    group = np.array([number.setdefault(label, len(number)) for label in labels], np.int64)
    sizes = np.bincount(group, minlength=len(number))
    several = sizes >= SEVERAL
    if several.sum() < SEVERAL:
        raise SourceError(
            message(
                "There are {n:,} groups of two texts or more, and two are needed: {texts:,} "
                "different texts in {groups:,} groups are left. Choose another column for the "
                "labels, or a source with more documents.",
                n=int(several.sum()),
                texts=len(texts),
                groups=len(number),
            )
        )
    places = np.flatnonzero(several[group])
    renumbered = np.cumsum(several) - 1
    return Grouped(
        [texts[i] for i in places], [tokens[i] for i in places], renumbered[group[places]],
        [name for name, wanted in zip(number, several, strict=True) if wanted],
        counts.duplicates, counts.short, counts.unlabelled, int((~several).sum()),
    )  # fmt: skip


def _documents(spec: TextGroups, on_step: OnStep) -> tuple[list[str], list[str]]:
    """The sentences of each document, and the documents' names, numbered where two are alike."""
    raw = read(spec.text.origin, on_step)
    texts: list[str] = []
    labels: list[str] = []
    starts = raw.document_starts
    taken: set[str] = set()
    for i, name in enumerate(raw.document_names):
        label = name if name not in taken else f"{name} ({i + 1})"
        taken.add(label)
        pieces = sentences(raw.decode(int(starts[i]), int(starts[i + 1])))
        texts += pieces
        labels += [label] * len(pieces)
    return texts, labels


def table(spec: TextGroups, on_step: OnStep = run_on) -> Table:
    """The table of the labels. Raises SourceError where it cannot be read."""
    return table_of(of_files("upload", [(spec.group_file, spec.group_digest)]), on_step)


def suggested(rows: Table) -> tuple[str, str]:
    """(column of texts, column of labels) that are most likely meant; "" where there is none.

    The texts are in the column called so, or that of the longest cells; the labels in the one
    called so, or in that with the fewest values that repeat.
    """
    columns = rows.arrow.column_names
    first = [[str(cell) for cell in row.values()] for row in rows.preview(200).to_pylist()]
    text = suggest_column(columns, first)
    others = [name for name in columns if name != text]
    called = [name for name in others if name.lower() in LABELS]
    counts = {name: len({row[columns.index(name)] for row in first}) for name in others}
    repeating = [name for name in others if 1 < counts[name] < len(first)]
    best = min(repeating, key=lambda name: counts[name], default="")
    return text, called[0] if called else best


def _labelled(spec: TextGroups, on_step: OnStep) -> tuple[list[str], list[str], int]:
    """(texts, labels, rows without either) of a table."""
    rows = table(spec, on_step)
    columns = _cells(rows, spec.text_column), _cells(rows, spec.group_column)
    if spec.text_column == spec.group_column:
        raise SourceError(
            message(
                "“{column}” is chosen for the texts and for the labels; choose two columns.",
                column=spec.text_column[:80],
            )
        )
    pairs = [(t.strip(), label.strip()) for t, label in zip(*columns, strict=True)]
    full = [(text, label[:LONGEST_LABEL]) for text, label in pairs if text and label]
    return [t for t, _ in full], [label for _, label in full], len(pairs) - len(full)


def _cells(rows: Table, column: str) -> Sequence[str]:
    """The cells of a column as text, "" where a cell is empty; whole numbers without a point."""
    columns = rows.arrow.column_names
    if column not in columns:
        raise SourceError(
            message(
                "“{name}” has no column “{column}”; its columns are: {known}.",
                name=rows.spec.label,
                column=column[:80],
                known=", ".join(name[:40] for name in columns[:NAMED]) or message("none"),
            )
        )
    return ["" if cell is None else _written(cell) for cell in rows.arrow[column].to_pylist()]


def _written(cell: object) -> str:
    if isinstance(cell, float):
        return "" if cell != cell else str(int(cell)) if cell.is_integer() else str(cell)
    return str(cell)
