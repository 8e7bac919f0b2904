"""Tables that pandas, R and Excel write are read back equal; no row is lost."""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from core.errors import SourceError
from core.tables.numbers import read_numbers
from core.tables.table import Table, read_table

quick = settings(max_examples=60)
LETTERS = some.characters(
    categories=("L", "N", "P", "S", "Zs"), exclude_characters="\ufeff", codec="utf-8"
)
CELLS = some.text(LETTERS | some.sampled_from(",;\t|\"'\n # "), max_size=12)
TEXTS = some.lists(CELLS, min_size=3, max_size=9)
NUMBERS = some.floats(-1e6, 1e6).map(lambda value: round(value, 4))
WORDS = some.sampled_from(["nan", "NA", "inf", "null", "i", "j"]) | some.text(
    some.characters(categories=("L",), codec="utf-8"), min_size=1, max_size=8
)
SEPARATORS = [",", ";", "\t", "|"]


def read(content: bytes, name: str = "table.csv") -> Table:
    return read_table(content, name)


@quick
@given(TEXTS, some.sampled_from(SEPARATORS), some.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_texts_as_pandas_writes_them(texts: list[str], separator: str, encoding: str) -> None:
    texts = [text.replace("\r", " ") for text in texts]
    frame = pd.DataFrame({"id": range(len(texts)), "text": texts})
    written = frame.to_csv(index=False, sep=separator).encode(encoding)
    table = read(written)
    assert table.columns == ("id", "text")
    assert table.column("text") == texts
    assert not table.set_aside


@quick
@given(TEXTS, some.sampled_from([",", ";"]), some.sampled_from(["\n", "\r\n"]), some.booleans())
def test_texts_as_excel_writes_them(
    texts: list[str], separator: str, end: str, declared: bool
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=end)
    writer.writerows([("number", "text"), *enumerate(texts)])
    start = f"sep={separator}{end}" if declared else ""
    table = read((start + out.getvalue()).encode("utf-8-sig"))
    assert table.column("text") == texts


@quick
@given(some.lists(some.text(LETTERS, min_size=1, max_size=9), min_size=3, max_size=8))
def test_tab_separated_texts_without_quotes(texts: list[str]) -> None:
    assume(all(text.strip() for text in texts))
    lines = ["id\ttext", *(f"{i}\t{text}" for i, text in enumerate(texts))]
    quoted = any(text.startswith('"') for text in texts)
    table = read("\n".join(lines).encode(), "table.tsv")
    assert len(table.rows) == len(texts)
    if not quoted:
        assert table.column("text") == texts


MATRICES = (
    some.integers(2, 5)
    .flatmap(
        lambda d: some.lists(some.lists(NUMBERS, min_size=d, max_size=d), min_size=3, max_size=6)
    )
    .map(np.array)
)


@quick
@given(MATRICES, some.data(), some.sampled_from(SEPARATORS))
def test_numbers_as_pandas_writes_them(
    values: np.ndarray, data: some.DataObject, separator: str
) -> None:
    n, d = values.shape
    names = data.draw(some.lists(WORDS, min_size=n, max_size=n, unique=True))
    columns = data.draw(some.lists(WORDS, min_size=d, max_size=d, unique=True))
    indexed = data.draw(some.booleans())
    frame = pd.DataFrame(values, index=names, columns=columns)
    numbers = read_numbers(frame.to_csv(sep=separator, index=indexed).encode(), "m.csv")
    assert numbers.columns == tuple(columns)
    assert numbers.row_names == (tuple(names) if indexed else ())
    np.testing.assert_array_equal(numbers.values, values)


@quick
@given(MATRICES, some.sampled_from([";", "\t"]))
def test_decimal_commas(values: np.ndarray, separator: str) -> None:
    assume((values % 1 != 0).any())
    frame = pd.DataFrame(values, columns=[f"c{j}" for j in range(values.shape[1])])
    written = frame.to_csv(sep=separator, decimal=",", index=False).encode()
    np.testing.assert_array_equal(read_numbers(written, "m.csv").values, values)


@quick
@given(MATRICES, some.data(), some.booleans(), some.sampled_from([" ", "\t"]))
def test_numbers_as_r_writes_them(
    values: np.ndarray, data: some.DataObject, quoted: bool, separator: str
) -> None:
    n, d = values.shape
    names = data.draw(some.lists(WORDS, min_size=n, max_size=n, unique=True))
    columns = data.draw(some.lists(WORDS, min_size=d, max_size=d, unique=True))
    mark = '"' if quoted else ""
    lines = [separator.join(f"{mark}{name}{mark}" for name in columns)]
    for name, row in zip(names, values, strict=True):
        lines.append(separator.join([f"{mark}{name}{mark}", *map(repr, row.tolist())]))
    numbers = read_numbers("\n".join(lines).encode(), "m.txt")
    assert (numbers.columns, numbers.row_names) == (tuple(columns), tuple(names))
    np.testing.assert_array_equal(numbers.values, values)


@quick
@given(MATRICES, some.booleans(), some.sampled_from([" ", ",", "\t"]))
def test_numbers_as_numpy_writes_them(values: np.ndarray, headed: bool, separator: str) -> None:
    out = io.BytesIO()
    columns = [f"c{j}" for j in range(values.shape[1])]
    np.savetxt(out, values, delimiter=separator, header=separator.join(columns) * headed)
    numbers = read_numbers(out.getvalue(), "m.txt")
    np.testing.assert_array_equal(numbers.values, values)
    assert not headed or numbers.columns == tuple(columns)


ROW = some.lists(some.text("ab1,' \t;\\#", max_size=4), min_size=1, max_size=4)
ROWS = some.lists(ROW, min_size=1, max_size=8)


@quick
@given(ROWS, some.sampled_from([",", ";", "\t"]), some.booleans())
def test_rows_in_are_rows_read_and_rows_named(
    rows: list[list[str]], separator: str, final: bool
) -> None:
    """Whatever stands in the lines; without quotes, which join lines."""
    lines = [separator.join(row) for row in rows]
    content = ("\n".join(lines) + "\n" * final).encode()
    try:
        table = read(content, "any.tsv" if separator == "\t" else "any.csv")
    except SourceError:
        return
    blank = " \t" + table.dialect.separator
    above = sum(bool(line.strip(blank)) for line in lines[: table.dialect.preamble])
    whole = sum(bool(line.strip(blank)) for line in lines)
    read_and_named = len(table.rows) + sum(entry.rows for entry in table.set_aside)
    assert read_and_named + above + table.dialect.heading == whole


@pytest.mark.parametrize("quotes", ['"', '""', '"a'])
def test_a_stray_quotation_mark_costs_no_other_row(quotes: str) -> None:
    lines = ["id,text", *(f"{i},row {i}" for i in range(50))]
    lines[20] = f"19,{quotes} row"
    table = read("\n".join(lines).encode())
    assert len(table.rows) == 50
    assert table.column("id") == [str(i) for i in range(50)]


def test_large_tables_are_read_as_small_ones() -> None:
    """What pandas reads at once is what would be read row by row; an odd cell stops it."""
    values = np.random.default_rng(0).integers(-999, 999, (3000, 30)) / 8
    frame = pd.DataFrame(values, index=[f"row {i}" for i in range(3000)])
    frame["kind"] = [f"kind {i % 3}" for i in range(3000)]
    written = frame.to_csv().encode()
    numbers = read_numbers(written, "m.csv")
    np.testing.assert_array_equal(numbers.values, values)
    assert numbers.row_names == tuple(frame.index)
    assert numbers.words == {"kind": tuple(frame["kind"])}
    assert (numbers.lines == np.arange(2, 3002)).all()
    lines = written.splitlines()
    lines[2900] = lines[2900].replace(b",", b",x", 1)
    lines[2950] += b",surplus"
    odd = read_numbers(b"\n".join(lines), "m.csv")
    assert next(iter(odd.wrong.values()))[0] == 2901
    assert [entry.place for entry in odd.set_aside] == ["line 2,951"]
    np.testing.assert_array_equal(odd.values[:2800], values[:2800])
    assert (odd.lines[-1], len(odd.values)) == (3001, 2999)
