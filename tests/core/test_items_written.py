"""What columns of text mean, and the numbers and dates that they hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.items import open_table, with_roles
from core.items.collection import Table, table_of
from core.items.exports import as_collection
from core.items.remarks import Readings
from core.items.remarks import remarks as remarks_of
from core.items.values import cell, numbers
from core.items.written import is_money

N = 12
UNTIL = [1100.0, 950.0, 12_500.0] * 4


def opened(folder: Path, content: str, **roles: str) -> Table:
    (folder / "t.csv").write_text(content, encoding="utf-8")
    return table_of(with_roles(open_table(folder / "t.csv").spec, roles))


def remarks(read: Table, name: str) -> tuple[str, ...]:
    return tuple(map(str, remarks_of(Readings(read.spec)).get(name, ())))


def table(
    folder: Path, sep: str = ",", roles: dict[str, str] | None = None, **cells: list[str]
) -> Table:
    return opened(folder, pd.DataFrame(cells).to_csv(index=False, sep=sep), **roles or {})


def days(*found: str) -> list[float]:
    return [(date.fromisoformat(day) - date(1970, 1, 1)).days for day in found]


def role(table: Table, name: str) -> str:
    return next(column.role for column in table.columns if column.name == name)


def test_points_are_thousands_where_commas_are_decimal_marks(tmp_path: Path) -> None:
    marks = {"share": ["0,10", "0,25", "1,5"] * 4, "people": ["1.100", "950", "12.500"] * 4}
    read = table(tmp_path, ";", **marks)
    assert numbers(read, "people").tolist() == UNTIL and role(read, "people") == "number"
    assert any("thousands" in note for note in read.stored.notes)
    marks["people"][1] = "unknown"  # text in one cell, and the role set by hand
    read = table(tmp_path, ";", {"people": "number"}, **marks)
    np.testing.assert_array_equal(numbers(read, "people"), [UNTIL[0], np.nan, *UNTIL[2:]])
    assert remarks(read, "people") == (
        "“1.100” was read as 1100.",
        "Cells that are no numbers: 1, such as “unknown”.",
    )
    part = table_of(as_collection(read, np.array([0, 3]), "part.parquet"))
    assert numbers(part, "people").tolist() == [UNTIL[0], UNTIL[3]]


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["$1,100.50", "-$2", "$3,000"], [1100.5, -2, 3000]),
        (["12%", "3.5 %", "0%"], [12, 3.5, 0]),
        (["¥10.00", "¥1,200", "￥7"], [10, 1200, 7]),
        (["1,5 €", "2,25 €", "10 €"], [1.5, 2.25, 10]),
    ],
)
def test_money_and_percentages_are_numbers(
    tmp_path: Path, cells: list[str], wanted: list[float]
) -> None:
    read = table(tmp_path, a=cells * 4)
    assert role(read, "a") == "number" and numbers(read, "a").tolist() == wanted * 4
    assert remarks(read, "a")[0].startswith(f"“{cells[0]}” was read as {wanted[0]:g}")


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["2024/3/5", "2024/12/31"], ["2024-03-05", "2024-12-31"]),
        (["2024年3月5日", "2024年12月31日"], ["2024-03-05", "2024-12-31"]),
        (["5.3.2024", "4.12.2024"], ["2024-03-05", "2024-12-04"]),
        (["5/3/2024", "31/12/2024"], ["2024-03-05", "2024-12-31"]),
        (["3/5/2024", "12/31/2024"], ["2024-03-05", "2024-12-31"]),
        (["1/2/2024", "3/4/2024"], ["2024-01-02", "2024-03-04"]),
    ],
)
def test_dates_as_people_write_them(tmp_path: Path, cells: list[str], wanted: list[str]) -> None:
    read = table(tmp_path, when=cells * 6, n=[*map(str, range(N))])
    assert role(read, "when") == "date" and numbers(read, "when").tolist() == days(*wanted) * 6
    unclear = cells[0] == "1/2/2024"
    assert unclear == any("whether day or month" in note for note in remarks(read, "when"))


def test_what_is_no_number_and_no_date_is_named(tmp_path: Path) -> None:
    texts = {"a": ["north", "south"] * 6, "b": ["2024-01-02", "soon"] * 6}
    read = table(tmp_path, roles={"a": "number", "b": "date"}, **texts)
    assert np.isnan(numbers(read, "a")).all()
    assert remarks(read, "a") == ("Cells that are no numbers: 12, such as “north”.",)
    assert remarks(read, "b") == ("Cells that are no dates: 6, such as “soon”.",)


def test_what_only_looks_like_a_date_is_none(tmp_path: Path) -> None:
    cells = ["2024-01-02", "0000", "0000-01-01", "now", "today", "2024-13-01"]
    read = table(tmp_path, roles={"a": "date"}, a=cells * 2, n=[*map(str, range(N))])
    assert np.isfinite(numbers(read, "a")).tolist() == [True, *[False] * 5] * 2


def test_a_long_text_is_no_sum_of_money() -> None:
    assert not is_money("1" + " " * 200_000 + "x") and is_money("  12 %  ")


def test_numbers_spelt_as_text_make_vectors(tmp_path: Path) -> None:
    price = [f"${i},{i * i % 7}00.50" for i in range(1, N + 1)]
    read = table(tmp_path, price=price, a=[*map(str, range(N))], b=[str(i * i) for i in range(N)])
    wanted = np.array([i * 1000 + i * i % 7 * 100 + 0.5 for i in range(1, N + 1)])
    assert read.numbers == ["price", "a", "b"]
    standard = (wanted - wanted.mean()) / wanted.std()
    np.testing.assert_allclose(read.vectors().matrix[:, 0], standard, rtol=1e-5)


def test_short_chinese_reviews_are_texts_and_names_are_not(tmp_path: Path) -> None:
    reviews = [f"这家店的第{c}道菜很好吃，我还会来" for c in "一二三四五六七八九十百千"]
    people = [f"王小{c}" for c in "一二三四五六七八九十百千"]
    cities = [f"呼和浩特{c}" for c in "一二三四五六七八九十百千"]
    short = [f"味道很好{c}" for c in "一二三四五六七八九十百千"]
    found = {
        "评论": reviews, "x": reviews, "人": people, "城市": cities, "c": cities, "内容": short,
        "情感": ["0", "1"] * 6, "公司": [f"北京某某科技有限公司{c[4:6]}" for c in reviews],
    }  # fmt: skip
    read = table(tmp_path, **found)
    roles = {column.name: column.role for column in read.columns}
    assert [name for name, role in roles.items() if role == "text"] == ["评论", "x", "内容"]
    assert roles["情感"] == "category" and roles["人"] == "id"


def test_a_cell_is_shown_as_the_number_it_is(tmp_path: Path) -> None:
    read = table(tmp_path, a=["1234567.5", "121.473701", "3", "1e-7"] * 3)
    shown = [cell(read, "a", row) for row in range(4)]
    assert shown[:3] == ["1234567.5", "121.473701", "3"] and float(shown[3]) == 1e-7
