"""Tables of collections: read at once they are what they are row by row; JSON of any form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from core import uploads
from core.errors import SourceError
from core.items import clean_tables, text_files
from core.items.collection import table_of
from core.items.collection_specs import Collection, of_files
from core.items.opening import preview
from core.items.readers import MOST_COLUMNS, ArrowRows, Stacked
from core.items.text_files import delimited, json_lines
from core.tables.numbers import read_numbers
from core.tables.options import TableOptions
from core.tables.table import read_table

TEXTS = some.text(some.sampled_from('abc é,;\t"\n河1.-'), max_size=8)
CELLS: list[Any] = [
    TEXTS,
    some.integers(-(2**60), 2**60),
    some.floats(allow_nan=True, allow_infinity=True),
    some.sampled_from(["", "NA", "1", " 2 ", "+3", "1e5", "inf", "4.", ".5", "0x1", "1_0", "−2"]),
]


def both(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[ArrowRows, ArrowRows]:
    """A file read as always, and row by row."""
    usual = delimited(path, path.name)
    with monkeypatch.context() as patch:
        patch.setattr(text_files.clean_tables, "columns", lambda *facts: None)
        return usual, delimited(path, path.name)


def same(one: ArrowRows, other: ArrowRows) -> None:
    assert one.notes == other.notes and one.schema == other.schema
    a, b = (
        [row for batch in rows.batches(rows.schema.names, 9) for row in batch.to_pylist()]
        for rows in (one, other)
    )
    assert repr(a) == repr(b)


@given(some.data(), some.integers(1, 4), some.integers(1, 6), some.sampled_from(",;\t|"))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_pandas_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: some.DataObject, columns: int, rows: int,
    separator: str,
) -> None:  # fmt: skip
    kinds = [data.draw(some.sampled_from(CELLS)) for _ in range(columns)]
    frame = pd.DataFrame(
        {f"name {j}": data.draw(some.lists(kind, min_size=rows, max_size=rows))
         for j, kind in enumerate(kinds)}
    )  # fmt: skip
    path = tmp_path / ("t.tsv" if separator == "\t" else "t.csv")
    path.write_bytes(frame.to_csv(index=False, sep=separator).encode())
    same(*both(path, monkeypatch))


@pytest.mark.parametrize(
    "content",
    [
        "id,text\n1,a\n\n2,b\n",
        "id,text\n1,a\n2\n3,c\n",
        "id,text\r\n1,a\r\n2,b",
        "id,text\n,\n1,a\n",
        'id,text\n1,"a\nb"\n2,c\n',
        'id,text\n1,a "b" c\n2,"d" e\n',
        'id,text\n1,"a\n2,b\n3,c\n',
        "\ufeffid,text\n1,a\n",
        "id,text\n1,\x01a\n",
        "id,text\n",
        "id,text\n+1,a\n2,b\n",
    ],
)
def test_odd_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content.encode())
    same(*both(path, monkeypatch))


def test_a_clean_one_is_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.csv"
    path.write_text('id,text,score\n1,"a, ""b""",1.5\n2,c,\n')
    monkeypatch.setattr(text_files, "read_table", None)
    (batch,) = delimited(path, "t.csv").batches(["id", "text", "score"], 9)
    assert batch.to_pylist() == [
        {"id": 1, "text": 'a, "b"', "score": 1.5},
        {"id": 2, "text": "c", "score": None},
    ]
    assert clean_tables.typed(["1,5", "2"], ",").to_pylist() == [1.5, 2.0]


DIGITS = {
    "zip": ["01000", "1000", "NA", "99999"],
    "tweet": ["1234567890123456789", "1234567890123456790", "1234567890123456791", "12"],
    "class": ["1", "01", "001", "10"],
    "flat": ["10e1", "11e1", "0e12", "17"],
    "bits": ["1" * 401, "10" * 3000, "1", "2"],
}


@pytest.mark.parametrize("separator", [",", ";"])
def test_digits_that_a_number_does_not_keep_stay_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, separator: str
) -> None:
    numbers = {"n": ["10000000000000000", "-0.5", "1e20", "0"], "k": ["0", "1", "-2", "12"]}
    numbers["padded"] = ["05.3", "12.5", "07.1", "-00.5"]
    path = tmp_path / "t.csv"
    pd.DataFrame(DIGITS | numbers).to_csv(path, index=False, sep=separator)
    usual, slow = both(path, monkeypatch)
    same(usual, slow)
    table = usual.columns()
    for name, cells in DIGITS.items():
        assert table[name].to_pylist() == [None if cell == "NA" else cell for cell in cells]
    assert table["n"].to_pylist() == [1e16, -0.5, 1e20, 0] and table["k"].type == "int64"
    assert table["padded"].to_pylist() == [5.3, 12.5, 7.1, -0.5]
    assert [note[:6] for note in usual.notes] == ["“zip” ", "“tweet", "“class", "2 more"]
    assert "such as 01000." in usual.notes[0]


def test_a_part_without_such_digits_is_text_as_the_others(tmp_path: Path) -> None:
    paths = [tmp_path / "a-1.csv", tmp_path / "a-2.csv"]
    for path, zips in zip(paths, (["1000", "2000"], ["01000", "2000"]), strict=True):
        pd.DataFrame({"zip": zips, "text": ["a b", "c d"]}).to_csv(path, index=False)
    parts = Stacked([delimited(path, path.name) for path in paths])
    assert parts.columns()["zip"].to_pylist() == ["1000", "2000", "01000", "2000"]


RECORDS = [{"id": i, "vector": [1.5, i], "meta": {"city": "Röm"}} for i in range(4)]
LINES = [json.dumps(record, ensure_ascii=False) for record in RECORDS]


@pytest.mark.parametrize(
    "content",
    ["\n".join(LINES).encode(), "\n".join(LINES).encode("utf-16"), json.dumps(RECORDS).encode(),
     "\n".join(LINES).encode("cp1252"), json.dumps({"data": RECORDS}, indent=1).encode()],
    ids=["lines", "UTF-16", "array", "cp1252", "nested array"],
)  # fmt: skip
def test_json_in_any_form(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(content)
    rows = json_lines(path, "t.jsonl")
    (batch,) = rows.batches(["id", "vector", "meta.city"], 9)
    flat = [{"id": i, "vector": [1.5, i], "meta.city": "Röm"} for i in range(4)]
    assert batch.to_pylist() == flat and rows.dims == {"vector": 2}


def test_vectors_within_records_are_vectors(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    records = [
        {"id": 0, "meta": None, "data": {"of": {"embedding": None}}, "none": {}},
        {"id": 1, "meta": {"lang": "en", "tags": ["a"]}, "data": {"of": {"embedding": [1.0, 2]}}},
        {"id": 2, "meta": {"lang": "de"}, "data": {"of": {"embedding": [0.5, 2]}}},
    ]
    path.write_text("\n".join(map(json.dumps, records)))
    rows = json_lines(path, "t.jsonl")
    assert rows.schema.names == ["id", "meta.lang", "meta.tags", "data.of.embedding", "none"]
    assert rows.dims == {"data.of.embedding": 2}
    assert rows.columns().column("meta.lang").to_pylist() == [None, "en", "de"]


def test_records_whose_fields_can_be_no_columns_stay(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    wide = {f"k{i}": i for i in range(MOST_COLUMNS)}
    record = {"a": {"b": 1}, "a.b": 2, "wide": wide, "img": {"bytes": "x", "path": "y"}}
    path.write_text(json.dumps(record) + "\n" + json.dumps(record))
    assert json_lines(path, "t.jsonl").schema.names == ["a", "a.b", "wide", "img"]


def test_no_column_is_lost_that_the_first_record_lacks(tmp_path: Path) -> None:
    records = [{"id": 0}, *({"id": i, "label": "ab"[i % 2]} for i in range(1, 5))]
    lines = "\n".join(map(json.dumps, records))
    wrapped = json.dumps({"data": records}, indent=1)
    for content in (json.dumps(records), wrapped, lines + '\n{"id": 9, "la'):
        path = tmp_path / "t.jsonl"
        path.write_text(content)
        table = json_lines(path, "t.jsonl").columns()
        assert table["label"].to_pylist() == [None, "b", "a", "b", "a"]


def test_a_field_of_several_kinds_becomes_text_and_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    rows = [{"rating": 3, "n": 1}, {"n": 2.5}, {"rating": "4", "n": 3}, {"rating": [5], "n": None}]
    path.write_text("\n".join(map(json.dumps, rows)))
    read = json_lines(path, "t.jsonl")
    assert read.columns().to_pydict() == {
        "rating": ["3", None, "4", "[5]"], "n": [1.0, 2.5, 3.0, None],
    }  # fmt: skip
    assert read.notes == (
        "“rating” holds a number first and a text in line 3: it was read as text.",
    )
    path.write_text(json.dumps([{"big": 2**70}, {"big": 1}]))
    read = json_lines(path, "t.jsonl")
    assert read.columns()["big"].to_pylist() == [str(2**70), "1"] and "“big”" in read.notes[0]


@pytest.mark.parametrize("whole", [2**53 + 1, 2**63 + 1, 2**64 + 1])
@pytest.mark.parametrize("rest", ["", "no record"])  # read at once, and one by one
def test_whole_numbers_that_no_double_holds_are_text(tmp_path: Path, whole: int, rest: str) -> None:
    path = tmp_path / "t.jsonl"
    records = [{"id": whole + i, "x": i / 2} for i in range(5)]
    path.write_text("\n".join([*map(json.dumps, records), rest]))
    read = json_lines(path, "t.jsonl")
    assert read.columns()["id"].to_pylist() == [str(whole + i) for i in range(5)]
    assert "“id” was read as text: a number does not hold all of its digits." in read.notes


def test_records_of_ever_other_fields_are_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text(json.dumps([{f"k{i}": 1} for i in range(MOST_COLUMNS + 1)]))
    with pytest.raises(SourceError, match="records of 2,001 different fields; the limit is 2,000"):
        json_lines(path, "t.json")


def test_what_is_no_record_of_an_array_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(json.dumps([RECORDS[0], None, 7, *RECORDS[1:]], indent=1))
    rows = json_lines(path, "t.jsonl")
    assert rows.rows == 4 and [note[:17] for note in rows.notes] == [
        "Left out: line 2.",
        "Left out: line 3.",
    ]


def test_lines_that_are_no_json_are_named(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text("\n".join([*LINES[:2], "{", *LINES[2:]]))
    rows = json_lines(path, "t.jsonl")
    assert rows.rows == 4 and "Left out: line 3" in rows.notes[0]


def test_numbers_are_read_to_the_last_bit_and_only_as_many_as_wanted() -> None:
    values = np.random.default_rng(1).standard_normal((4000, 20)) * 1e-3
    written = pd.DataFrame(values).add_prefix("c").to_csv(index=False).encode()
    pieces = [written[at : at + 70_001] for at in range(0, len(written), 70_001)]
    numbers = read_numbers(lambda: iter(pieces), "m.csv", most=2500)
    np.testing.assert_array_equal(numbers.values, values[:2500])
    assert (numbers.total, len(numbers.lines)) == (4000, 2500)
    short = written[: written.rindex(b",")]
    odd = read_numbers(lambda: iter([short]), "m.csv", most=2500)
    assert (odd.total, odd.set_aside[0].place) == (3999, "line 4,001")


def test_a_table_is_read_as_its_spec_says() -> None:
    """The options are part of the spec, of its link, and of nothing where all is guessed."""
    given = of_files(
        "upload", [("t.csv", uploads.keep("t.csv", b"name;size\n\xf5;1,5\n\xfb;2,5\n"))]
    )
    assert "rows_table" not in given.key
    options = TableOptions(encoding="Windows-1250", heading="no")
    told = given.replace(rows_table=options)
    assert Collection.from_query(told.to_query()) == (told, [])
    assert told.to_query()["rows_table_encoding"] == "Windows-1250"
    table = table_of(told)
    assert table.arrow.to_pydict() == {
        "column 1": ["name", "ő", "ű"],
        "column 2": ["size", "1,5", "2,5"],
    }
    assert preview(told).encoding == "cp1250"
    assert table_of(given).arrow.column_names == ["name", "size"]


def test_titles_padded_with_tabs_stand_above_the_heading() -> None:
    rows = "".join(f"City {i}\t{i}.5\t{i}\ta\n" for i in range(9))
    above = "Sales of the north\t\t\t\nSource: office\t\t\t\n\t\t\t\n"
    content = f"{above}city\tprice\tcount\tclass\n{rows}".encode()
    table = table_of(of_files("upload", [("t.tsv", uploads.keep("t.tsv", content))]))
    assert table.arrow.column_names == ["city", "price", "count", "class"] and len(table) == 9
    assert any(
        "2 lines above the table were skipped: “Sales" in note for note in table.stored.notes
    )


def test_rows_with_one_cell_are_no_titles() -> None:
    """Most rows of this table have but one cell."""
    content = "one,,\ntwo,,\nthree,1,2\nfour,,\nfive,,\n"
    table = read_table(content.encode(), "t.csv")
    assert len(table.rows) == 4 and not table.dialect.preamble
