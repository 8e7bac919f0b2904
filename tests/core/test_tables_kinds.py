"""Texts in tables and JSON of many kinds, none of which loses a row unsaid."""

from __future__ import annotations

import gzip
import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.errors import SourceError
from core.tables.aside import Aside
from core.tables.encodings import detect, guess
from core.tables.objects import objects, text_at
from core.tables.options import TableOptions
from core.tables.table import read_table
from core.text import shelf
from core.text.reading import columns, read
from core.text.rows import Remarks, rows

FRAME = pd.DataFrame(
    {"id": [1, 2, 3], "text": ["rivers and lakes", "bread, cheese", 'a "lamp" here']}
)
JSON = {
    **{f"pandas, {form}": FRAME.to_json(orient=form) for form in
       ("columns", "index", "records", "split", "table")},
    "lines": FRAME.to_json(orient="records", lines=True),
    "indented": json.dumps(FRAME.to_dict("records"), indent=2),
    "inside an object": json.dumps({"version": 1, "data": FRAME.to_dict("records")}, indent=2),
    "lists as columns": json.dumps(FRAME.to_dict("list")),
    "one after the other": "\n".join(json.dumps(r, indent=1) for r in FRAME.to_dict("records")),
}  # fmt: skip


@pytest.mark.parametrize("form", JSON)
def test_json_in_any_form(form: str) -> None:
    name = "t.jsonl" if form == "lines" else "t.json"
    records = [record for _, record in objects([JSON[form]], name, Aside())]
    assert [text_at(record, "text") for record in records] == list(FRAME["text"])


@given(some.lists(some.text(max_size=9), min_size=1, max_size=6), some.integers(1, 9))
@settings(max_examples=50)
def test_an_array_is_read_piece_by_piece(texts: list[str], size: int) -> None:
    whole = json.dumps([{"text": text} for text in texts], indent=1)
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    assert [text_at(r, "text") for _, r in objects(pieces, "t.json", Aside())] == texts


def test_fields_are_found_by_their_paths() -> None:
    record = {"a": [{"b": "one"}, {"b": "two"}], "a.c": "three", "d": [["x", "y"], ["z"]], "n": 7}
    assert [text_at(record, path) for path in ("a.b", "a.c", "d", "n", "no.where")] == [
        "one\ntwo",
        "three",
        "x y\nz",
        "7",
        "",
    ]


def test_a_first_record_of_half_a_megabyte() -> None:
    lines = [json.dumps({"id": 1, "text": "river " * 100_000}), json.dumps({"text": "lake"})]
    source = shelf.store_upload("big.jsonl", "\n".join(lines).encode())
    assert columns(source) == ["text"]
    assert read(source).report.documents == 2


def test_a_cut_last_line_is_named() -> None:
    raw = read(shelf.store_upload("t.jsonl", b'{"text":"a"}\n{"text":"b"}\n{"text":"c'))
    assert (raw.report.documents, raw.report.set_aside[0].place) == (2, "line 3")


@pytest.mark.parametrize(
    ("content", "names", "count"),
    [
        ("# source\n# made\nid,text\n1,rivers\n", ("id", "text"), 1),
        ("Report, May\nid,author,text\n0,a,rivers\n1,b,lakes\n", ("id", "author", "text"), 2),
        ("ham\tGo until\nspam\tFree entry\nham\tU dun\n", ("column 1", "column 2"), 3),
        ("text,text,id\na,b,1\n", ("text", "text (2)", "id"), 1),
        ("id,text,\n1,rivers,\n2,lakes,\n", ("id", "text"), 2),
        ("text\nrivers, and lakes\nbread\n", ("text",), 2),
        ("id,text\r1,a\r2,b\r", ("id", "text"), 2),
        ('id,text\n1,"rivers\n2,lakes\n', ("id", "text"), 2),
        ("Report,,\n,,\nid,author,text\n0,a,rivers\n1,b,lakes\n", ("id", "author", "text"), 2),
        ("text,text\na b,c d\ne f,g h\n", ("text", "text (2)"), 2),
        ("id\ttext\n1\t7\trivers\n2\t8\tlakes\n", ("id", "text"), 2),
        ('"the first text here"\n"another text, longer"\n', ("column 1",), 2),
        ("Werte\na;b;kind\n1,5;2,5;x\n2,5;3,5;y\n", ("a", "b", "kind"), 2),
        ("movie,title,kinds\n1,Toys (1995),A|B\n2,Heat,C|D\n", ("movie", "title", "kinds"), 2),
    ],
)  # fmt: skip
def test_layouts(content: str, names: tuple[str, ...], count: int) -> None:
    for data in (content.encode(), content.encode("utf-16"), gzip.compress(content.encode())):
        table = read_table(data, "t.csv")
        assert (table.columns, len(table.rows)) == (names, count)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("河流 湖泊 面包 奶酪", "gb18030"), ("强,弱\n石头,1", "gb18030"), ("河流 湖泊 麵包", "big5"),
     ("강 호수 빵 치즈 돌", "cp949"), ("川 湖 パン チーズ", "cp932"), ("река озеро хлеб", "cp1251"),
     ("река,озеро\nхлеб,1", "koi8-r"), ("река и лес", "cp866"), ("Größe Maß", "cp1252")],
)  # fmt: skip
def test_a_few_words_tell_their_encoding(text: str, encoding: str) -> None:
    assert text.encode(encoding).decode(detect(text.encode(encoding))) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("item,temp,area\ns1,20℃,3㎡\n", "gb18030"), ("items,temperature\na,20℃\nb,9℃\n", "gb18030"),
     ("温度,面积\n" + "s,20℃,3㎡\n" * 30, "gb18030"), ("name,rating\nAnna,★★★☆\n", "gb18030"),
     ("온도,면적\n" + "s,20℃,3㎡\n" * 30, "cp949"), ("溫度,面積\n" + "s,20℃,3㎡\n" * 30, "big5"),
     ("温度,面積\n" + "s,20℃,3㎡\n" * 30, "cp932"), ("¡Ábrete sésamo! ¡Él viene!", "cp1252"),
     ("Nagyon jó termék, gyorsan megérkezett és tökéletesen működik.", "cp1250"),
     ("Mert hűtő helyett fűtőt küldtek; a felhők eltűntek." * 200, "cp1250"),
     ("Ő egy nő és szép.", "cp1250"), ("Bien sûr, l'été a été dû au goût.", "cp1252"),
     ("Não há opções: a avó põe limões à noite.", "cp1252"), ("limões e avós, já é hora", "cp1252"),
     ("Õpetaja ütles, et sõnad ja mõtted õpivad väga hästi.", "cp1252"),
     ("Die Straße war schön", "cp850"), ("Die Straße war schön", "mac_roman"),
     ("Die Straße war schön", "cp1252"), ("L'été déjà à Nîmes, très bien", "cp850"),
     ("L'été déjà à Nîmes, très bien", "mac_roman"), ("don’t “go” – it’s", "mac_roman"),
     ("don’t “go” – it’s", "cp1252"), ("Příliš žluťoučký kůň úpěl ďábelské ódy", "cp1250")],
)  # fmt: skip
def test_alike_bytes_are_told_apart(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    assert data.decode(guess(data).name) == text
    assert not guess(data).unsure or len(text) < 40


@pytest.mark.parametrize("text", ["os limões", "sõna võib olla", "août 1914", "España"])
def test_too_few_letters_are_said_to_tell_nothing(text: str) -> None:
    notes = read_table(f"a,b\n{text},1\n".encode("cp1252"), "t.csv").notes
    assert any("would do as well" in note for note in notes)
    chosen = TableOptions(encoding="Windows-1252")
    table = read_table(f"a,b\n{text},1\n".encode("cp1252"), "t.csv", chosen)
    assert (table.rows[0][0], table.notes) == (text, ())


@pytest.mark.parametrize(
    ("options", "content", "rows_read"),
    [
        (TableOptions(heading="no"), "id,text\n1,a\n", [["id", "text"], ["1", "a"]]),
        (TableOptions(heading="yes"), "1,a\n2,b\n", [["2", "b"]]),
        (TableOptions(separator="semicolon"), "a;b,c\nd;e,f\n", [["d", "e,f"]]),
        (TableOptions(separator="none"), "x,y\na,b\n", [["x,y"], ["a,b"]]),
        (TableOptions(heading="no", encoding="Windows-1251"), "река,1\n", [["река", "1"]]),
    ],
)
def test_guesses_can_be_overruled(
    options: TableOptions, content: str, rows_read: list[list[str]]
) -> None:
    data = content.encode("cp1251" if options.codec else "utf-8")
    if options.separator == "none":
        options = options.replace(heading="no")
    assert read_table(data, "t.csv", options).rows == rows_read


@given(some.lists(some.text("ab,\t ;", max_size=6), min_size=1, max_size=8), some.booleans())
@settings(max_examples=60)
def test_texts_in_are_texts_read_and_rows_named(lines: list[str], tabs: bool) -> None:
    remarks = Remarks()
    kind, separator = ("tsv", "\t") if tabs else ("csv", ",")
    content = "\n".join([f"id{separator}text", *lines])
    try:
        texts = [text for _, text in rows(kind, [content], "text", "t", remarks=remarks)]
    except SourceError:
        return
    held = [line for line in lines if line.strip() or separator in line]
    assert len(texts) + len(remarks.aside) == len(held)
    kept = "".join(sorted("".join(texts).replace(separator, "")))
    assert len(kept) <= len("".join(lines))


def test_options_set_by_hand_keep_their_key() -> None:
    """Stored results and models are found by it."""
    assert TableOptions(separator="tab").key == "b5eebde3304cef7d"
