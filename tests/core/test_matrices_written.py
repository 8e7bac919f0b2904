"""Matrices as programs write them, read back equal; and nothing is lost in silence."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.errors import SourceError
from core.matrices import shelf
from core.matrices.contents import Contents
from core.tables.options import TableOptions
from tests.core.hostile import fuzzed, within

M = np.random.default_rng(5).standard_normal((6, 4)).round(6)
NAMES = ["the", "i", "nan", "2020", "北京", "x y"]
FRAME = pd.DataFrame(M, index=NAMES, columns=["a", "b", "inf", "d"])


def read(name: str, data: bytes | str, *more: Any) -> Contents:
    return shelf.read(*shelf.store_upload(name, data if isinstance(data, bytes) else data.encode()),
                      *more)  # fmt: skip


def savetxt(**look: Any) -> bytes:
    data = io.BytesIO()
    np.savetxt(data, M, **look)
    return data.getvalue()


WRITTEN: dict[str, tuple[str, bytes | str]] = {
    "savetxt": ("m.txt", savetxt()),
    "savetxt with a heading": ("m.txt", savetxt(header="a b c d")),
    "savetxt, commas": ("m.csv", savetxt(delimiter=",")),
    "pandas": ("m.csv", FRAME.to_csv()),
    "pandas, bare": ("m.csv", FRAME.to_csv(index=False, header=False)),
    "semicolons, decimal commas": ("m.csv", FRAME.to_csv(sep=";", decimal=",")),
    "the same, bare": ("m.csv", FRAME.to_csv(sep=";", decimal=",", index=False, header=False)),
    "UTF-16": ("m.tsv", FRAME.to_csv(sep="\t").encode("utf-16")),
    "NumPy's print": ("m.txt", np.array2string(M)),
    "Python's print": ("m.txt", repr(M.tolist())),
    "MATLAB": ("m.txt", "[" + "; ".join(" ".join(map(str, row)) for row in M) + "]"),
    "Fortran": ("m.txt", savetxt(fmt="%.8E").replace(b"E", b"D")),
    "NumPy's repr": ("m.txt", repr(M)),
    "PyTorch": ("m.txt", "tensor(" + repr(M.tolist()).replace("], [", "],\n        [") + ")"),
    "MATLAB, named": ("m.txt", "A = [" + "; ".join(" ".join(map(str, r)) for r in M) + "];"),
    "Mathematica": ("m.txt", str(M.tolist()).replace("[", "{").replace("]", "}")),
    "JSON": ("m.json", json.dumps(M.tolist(), indent=1)),
    "savetxt with a footer": ("m.txt", savetxt(footer="the end")),
    "a heading of MATLAB": ("m.txt", savetxt(header="a b c d", comments="% ")),
    "decimal commas, spaces": ("m.txt", FRAME.to_csv(sep=" ", decimal=",", index=False)),
    "a title and empty cells": ("m.csv", "Values,,,\n,,,\n" + FRAME.to_csv(index=False)),
    "labels beside": ("m.csv", FRAME.assign(kind=["x", "y"] * 3).to_csv(index=False)),
}


@pytest.mark.parametrize("names", [NAMES, ["NA", "null", "inf", "None"], ["1", "2", "3", "4"],
                                   ["2019", "2020", "2021", "2022"], ["e", "1e5", "-", "TRUE"]],
                         ids="_".join)  # fmt: skip
@pytest.mark.parametrize("form", ["pandas", "pandas, index named", "R", "R, quoted"])
def test_words_that_look_like_numbers_are_names(names: list[str], form: str) -> None:
    names = [name for name in names if " " not in name or form != "R"]
    n = len(names)
    values = np.arange(n * n).reshape(n, n) / 8
    frame = pd.DataFrame(values, index=names, columns=names)
    mark = '"' * form.endswith("quoted")
    lines = [names, *([name, *map(str, row)] for name, row in zip(names, values, strict=True))]
    written = "\n".join(" ".join([mark + line[0] + mark, *line[1:]]) for line in lines)
    if mark:
        head = " ".join(f'"{name}"' for name in names)
        written = "\n".join([head, *written.split("\n")[1:]])
    if form.startswith("pandas"):
        written = frame.rename_axis("word" if "named" in form else None).to_csv()
    contents = read("m.txt", written)
    assert contents.rows == contents.columns == (*names,)
    np.testing.assert_array_equal(contents.values, values)


def test_names_beside_the_matrix_of_an_archive() -> None:
    data = io.BytesIO()
    np.savez(data, rows=np.array(NAMES), X=M, columns=np.array(list("abcd")))
    contents = read("m.npz", data.getvalue())
    assert (contents.rows, contents.columns) == ((*NAMES,), ("a", "b", "c", "d"))


@pytest.mark.parametrize("case", WRITTEN)
def test_what_was_written_is_read(case: str) -> None:
    name, data = WRITTEN[case]
    contents = read(name, data)
    np.testing.assert_allclose(contents.values, M, rtol=1e-6)
    assert contents.set_aside == ()
    if case in ("pandas", "UTF-16", "semicolons, decimal commas"):
        assert contents.rows == (*NAMES,) and contents.columns == (*FRAME.columns,)
    if case == "labels beside":
        assert any("“kind” holds words, such as “x”" in note for note in contents.notes)


def test_rows_of_another_length_are_named() -> None:
    rows = [f"{k},{k + 1},{k + 2}" for k in range(20)]
    rows[7] = "1,2"
    contents = read("m.csv", "a,b,c\n" + "\n".join(rows))
    assert contents.values.shape == (19, 3)
    assert [row.place for row in contents.set_aside] == ["line 9"]


def test_a_guess_can_be_overruled() -> None:
    text = "1,2,3\n4,5,6\n"
    assert read("m.csv", text).values.shape == (2, 3)
    assert read("m.csv", text, TableOptions(heading="yes")).columns == ("1", "2", "3")


def test_texts_beside_a_matrix_name_its_rows() -> None:
    data = io.BytesIO()
    np.savez(data, vectors=M, words=np.array(NAMES))
    assert read("m.npz", data.getvalue()).rows == (*NAMES,)


MARKET = "%%MatrixMarket matrix coordinate real general\n"


def test_the_market_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.matrices.market.PIECE", 64)
    i, j = np.divmod(np.arange(200), 20)
    lines = "".join(f"{a + 1} {b + 1} {a}.5D0\n% done\n" for a, b in zip(i, j, strict=True))
    values = read("m.mtx", f"{MARKET}10 20 200\n{lines}").values.toarray()
    np.testing.assert_array_equal(values, np.repeat(np.arange(10) + 0.5, 20).reshape(10, 20))
    with pytest.raises(SourceError, match="150 entries but holds more"):
        read("m.mtx", f"{MARKET}10 20 150\n{lines}")


def test_an_entry_too_many_costs_no_memory() -> None:
    data = f"{MARKET}1000 1000 299999\n" + "7 9 1.5\n" * 300_000
    with within(45), pytest.raises(SourceError, match="holds more"):
        read("m.mtx", data)


def test_refusals_stay_short() -> None:
    data = io.BytesIO()
    np.savez(data, **{f"array{k}": np.ones((2, 2)) for k in range(900)})
    with pytest.raises(SourceError, match="and 894 more") as refusal:
        read("m.npz", data.getvalue())
    assert len(str(refusal.value)) < 300


@fuzzed
@given(
    some.integers(2, 30), some.integers(1, 6), some.integers(0, 99),
    some.sampled_from([(",", "."), (";", ","), ("\t", "."), ("\t", ","), (";", ".")]),
    some.booleans(), some.booleans(), some.sampled_from([0, 2, 3]),
)  # fmt: skip
def test_any_matrix_comes_back(
    m: int, n: int, seed: int, marks: tuple[str, str], heading: bool, names: bool, quoting: int
) -> None:
    values = np.random.default_rng(seed).standard_normal((m, n))
    rows = [f"w{k}" for k in range(m)]
    frame = pd.DataFrame(values, index=rows, columns=[f"c{k}" for k in range(n)])
    if n == 1 and not names:
        marks = (",", ".")
    text = frame.to_csv(
        sep=marks[0], decimal=marks[1], header=heading, index=names,
        quoting=quoting,  # type: ignore[arg-type]
    )  # fmt: skip
    contents = read("m.csv", text)
    np.testing.assert_array_equal(contents.values, values)
    assert contents.rows == (tuple(rows) if names else ())
    assert contents.columns == (tuple(frame.columns) if heading else ())


@fuzzed
@given(some.lists(some.sampled_from(["1,2", "3,4.5", "7,8"] * 8 + ["1", "1,2,3", ",", ""]),
                  min_size=3, max_size=60))  # fmt: skip
def test_rows_are_read_or_named(rows: list[str]) -> None:
    try:
        contents = read("m.csv", "\n".join(rows) + "\n")
    except SourceError:
        return
    named = sum(row.rows for row in contents.set_aside)
    assert contents.values.shape[0] + named == len([row for row in rows if row.strip(",")])
