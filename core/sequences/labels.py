"""Tables of texts with labels: which file, which columns, and what their rows say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core import specs
from core.errors import SourceError
from core.items.collection import Table, table_of
from core.items.collection_specs import Collection, of_files
from core.messages import message
from core.progress import OnStep, run_on
from core.specs import Spec
from core.tables.options import TableOptions
from core.text.rows import suggest_column

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


@dataclass(frozen=True)
class LabelTable(Spec):
    """A table of the user's, and the columns that hold its texts and their labels."""

    group_file: str = specs.text("", 300, "the name of the table's file")
    group_digest: str = specs.text("", 64, "what pins the file's content")
    text_column: str = specs.text("", 200, "the column that holds the texts")
    group_column: str = specs.text("", 200, "the column that holds the labels")
    group_table: TableOptions = specs.nested(TableOptions, prefix="group_table_", silent=True)


def table(spec: LabelTable, on_step: OnStep = run_on) -> Table:
    """The table itself. Raises SourceError where it cannot be read."""
    return table_of(collection(spec), on_step)


def collection(spec: LabelTable) -> Collection:
    """The table as a collection, read as the spec says."""
    files = of_files("upload", [(spec.group_file, spec.group_digest)])
    return files.replace(rows_table=spec.group_table)


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


def labelled(spec: LabelTable, on_step: OnStep = run_on) -> tuple[list[str], list[str], int]:
    """(texts, labels, rows without either) of a table. Raises SourceError for a missing column."""
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
    full = [(text, label) for text, label in pairs if text and label]
    if long := next((label for _, label in full if len(label) > LONGEST_LABEL), ""):
        raise SourceError(
            message(
                "“{column}” has labels of more than {most} characters, such as “{label} …”; they "
                "look like texts. Choose another column for the labels.",
                column=spec.group_column[:80],
                most=LONGEST_LABEL,
                label=long[:40],
            )
        )
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
