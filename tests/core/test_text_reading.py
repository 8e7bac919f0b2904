"""Reading: formats, encodings, limits, and what cannot be read."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import itertools
import lzma
import random
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import cache
from core.errors import Cancelled, SourceError
from core.tables import decoding, encodings
from core.text import files, shelf, wikitext
from core.text.reading import RawText, columns, read
from core.text.specs import Source
from core.text.spool import Spool

CHINESE = (
    "我们在北京的时候，天气一直很好。他说了很多关于这个国家的事情，大家都觉得非常有意思。\n"
    "中国是世界上历史最悠久的国家之一，有着光辉灿烂的文化。\n"
)
TRADITIONAL = "我們在臺北的時候，天氣一直很好。他說了很多關於這個國家的事情，大家都覺得很有意思。"
FRENCH = "Le café était déjà fermé ; où allons-nous maintenant ? Ça va très bien, dit-elle. "


def upload(name: str, data: bytes, column: str = "") -> RawText:
    return read(shelf.store_upload(name, data, column))


def texts(raw: RawText) -> list[str]:
    bounds = raw.document_starts
    return [raw.decode(a, b).strip() for a, b in itertools.pairwise(bounds)]


def zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "texts"
    root.mkdir()
    monkeypatch.setenv("VECTORSCOPE_FILES", str(root))
    return root


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_compressed_text_reads_like_plain(pack: Any) -> None:
    raw = upload("a.txt", pack(b"One line.\r\nAnother.\r\n\r\n\r\n  A paragraph.\n"))
    assert texts(raw) == ["One line.\nAnother.\n\nA paragraph."]
    assert raw.document_names == ["a.txt"]
    assert raw.document_starts.tolist() == [0, len(raw.utf8)]


def test_form_feeds_part_documents() -> None:
    raw = upload("a.txt", b"one\fsecond\x0c\x0cthird")
    assert texts(raw) == ["one", "second", "third"]
    assert raw.document_names == ["a.txt", "a.txt (2)", "a.txt (4)"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("r.csv", b'id,text\n1,"first, with\nnewline"\n2,second\n3,\n'),
        ("r.tsv", b'id\ttext\n1\t"first, with\nnewline"\n2\tsecond\n'),
        ("r.csv", b'id;text\r\n1;"first, with\r\nnewline"\r\n2;second\r\n'),
        ("r.jsonl", b'{"id":1,"text":"first, with\\nnewline"}\n\n{"id":2,"text":"second"}\n{}'),
    ],
)
def test_each_row_is_a_document(name: str, data: bytes) -> None:
    source = shelf.store_upload(name, data, "text")
    assert texts(read(source)) == ["first, with\nnewline", "second"]
    assert read(source).document_names == ["row 1", "row 2"]
    assert "text" in columns(source)


def test_a_table_asks_for_its_column() -> None:
    data = b"title,body\na,b\n"
    with pytest.raises(SourceError, match="title, body"):
        upload("t.csv", data)
    with pytest.raises(SourceError, match="no column “nope”; its columns are: title, body"):
        upload("t.csv", data, "nope")
    with pytest.raises(SourceError, match="a, b"):
        upload("t.jsonl", b'{"a":"x","b":"y"}\n')
    assert texts(upload("one.csv", b"body\nb\nc\n")) == ["b", "c"]
    assert columns(shelf.store_upload("t.csv", data)) == ["title", "body"]
    assert columns(shelf.store_upload("t.txt", data)) == []


def test_a_broken_table_says_where() -> None:
    with pytest.raises(SourceError, match="line 2"):
        upload("t.jsonl", b'{"a":"x"}\nnot json\n', "a")


def test_a_zip_holds_several_documents() -> None:
    data = zipped({"b.txt": b"bee", "a/c.csv": b"text\nsea\nsee", "p.png": b"\x89PNG\0\0"})
    raw = upload("all.zip", data)
    assert texts(raw) == ["bee", "sea", "see"]
    assert raw.document_names == ["b.txt", "a/c.csv, row 1", "a/c.csv, row 2"]
    assert any("p.png" in note for note in raw.report.notes)


def test_what_is_no_text_is_skipped_in_a_zip_and_refused_alone() -> None:
    junk = random.Random(0).randbytes(20_000)
    raw = upload("all.zip", zipped({"junk.txt": junk, "good.txt": b"good"}))
    assert texts(raw) == ["good"]
    assert "junk.txt" in raw.report.notes[0]
    with pytest.raises(SourceError, match="does not look like text"):
        upload("junk.txt", junk)
    with pytest.raises(SourceError, match="does not look like text"):
        upload("nul.txt", b"a\0b\0c\0")


@pytest.mark.parametrize("name", ["sheet.xlsx", "paper.pdf", "x.rar", "x.weird"])
def test_other_kinds_of_files_are_refused_by_name(name: str) -> None:
    with pytest.raises(SourceError, match=r"\.txt"):
        shelf.store_upload(name, b"whatever")


@pytest.mark.parametrize("data", [b"", b" \n\n\t", codecs.BOM_UTF8, b"\f\f"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match="empty"):
        upload("nothing.txt", data)


def test_one_word_is_a_text() -> None:
    assert texts(upload("w.txt", b"word")) == ["word"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_truncated_and_damaged_files_are_named(pack: Any) -> None:
    data = pack(random.Random(1).randbytes(5000).hex().encode())
    with pytest.raises(SourceError, match=r"“cut\.txt” is damaged or incomplete"):
        upload("cut.txt", data[: len(data) // 2])


def test_truncated_zip_is_named() -> None:
    data = zipped({"a.txt": b"hello " * 1000})
    with pytest.raises(SourceError, match=r"“cut\.zip” is damaged"):
        upload("cut.zip", data[:-30])


def test_bombs_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VECTORSCOPE_MAX_TEXT_GB", "0.001")
    bomb = b"hello\n" * 500_000
    with pytest.raises(SourceError, match=r"3 MB of text; the limit is 1 MB.*MAX_TEXT_GB"):
        upload("declared.zip", zipped({"a.txt": bomb}))
    with pytest.raises(SourceError, match="more than"):
        upload("stream.txt", gzip.compress(bomb))
    with pytest.raises(SourceError, match="more than"):  # the zip declares the small .gz only
        upload("nested.zip", zipped({"a.txt.gz": gzip.compress(bomb)}))
    lying = bytearray(zipped({"a.txt": bomb}))
    place = lying.index(b"PK\x01\x02") + 24
    assert int.from_bytes(lying[place : place + 4], "little") == len(bomb)
    lying[place : place + 4] = (1000).to_bytes(4, "little")
    with pytest.raises(SourceError):
        upload("lying.zip", bytes(lying))


@pytest.mark.parametrize(
    ("encoding", "text", "name"),
    [
        ("gb18030", CHINESE, "GB18030"),
        ("gbk", CHINESE * 3000, "GB18030"),
        ("big5", TRADITIONAL, "Big5"),
        ("shift_jis", "日本語の文章をここに書きます。今日は天気がいいです。", "Shift-JIS"),
        ("euc_kr", "나는 오늘 학교에 가서 친구를 만났다. 우리는 점심을 먹었다.", "EUC-KR"),
        ("cp1252", FRENCH, "cp1252"),
        ("cp1252", "plain words only\n" * 20_000 + FRENCH, "cp1252"),
        ("cp1250", "Dziś jest ładna pogoda, więc poszliśmy się przejść.", "cp1250"),
        ("utf-8-sig", FRENCH, "UTF-8"),
        ("utf-16", CHINESE, "UTF-16"),
        ("utf-32", FRENCH, "UTF-32"),
    ],
)
def test_encodings_are_recognised(encoding: str, text: str, name: str) -> None:
    raw = upload("text.txt", text.encode(encoding))
    assert raw.report.encoding == name
    assert raw.report.bad_bytes == 0
    assert texts(raw) == [text.strip()]


def test_bad_bytes_are_counted_and_placed() -> None:
    good = (CHINESE * 400).encode()
    at = good.index("北京".encode(), 40_000)
    raw = upload("bad.txt", good[:at] + b"\xff\xfe" + good[at:] + b"\xff")
    assert (raw.report.encoding, raw.report.bad_bytes) == ("UTF-8", 3)
    assert raw.report.first_bad == at
    assert any(f"{at:,}" in note for note in raw.report.notes)
    assert raw.decode(0, 30).startswith("我们在北京")


@given(st.binary(max_size=300), st.sampled_from(["utf-8", "gb18030", "utf-16-le", "cp1252"]))
def test_decoding_piece_by_piece_loses_nothing(data: bytes, encoding: str) -> None:
    tally = decoding.Tally()
    pieces = (data[i : i + 7] for i in range(0, len(data), 7))
    decoded = "".join(decoding.decoded(pieces, encoding, tally))
    try:
        assert decoded == data.decode(encoding)
        assert tally.bad == 0
    except UnicodeDecodeError as error:
        assert tally.bad > 0
        assert tally.first_bad == error.start
    assert tally.bytes == len(data)


@given(st.text(alphabet="ab \n\r\t\f\x0b。\u2029é\u00ad", max_size=60), st.integers(1, 9))
def test_cleaning_does_not_depend_on_the_pieces(text: str, step: int) -> None:
    def spooled(pieces: list[str]) -> tuple[bytes, list[int]]:
        with Spool() as spool:
            spool.begin("d")
            for piece in pieces:
                spool.write(piece)
            spool.end()
            return spool.array().tobytes(), spool.starts

    pieces = [text[i : i + step] for i in range(0, len(text), step)]
    whole, starts = spooled([text])
    assert spooled(pieces)[1] == starts
    assert spooled(pieces)[0] == whole
    assert b"\n\n\n" not in whole
    assert not whole.startswith((b"\n", b" "))


SPECIAL = (
    "ab \n\t\r\f\v\x00\x1b\x1c\x1f\x7f\x85\xa0\xad\u0301\u200b\u2028\u2029\u2060\u3000\ufeffé我"
)


@given(
    st.text(alphabet=SPECIAL, max_size=60) | st.text(max_size=60),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.integers(1, 9),
    st.binary(max_size=2),
)
def test_plain_pieces_are_cleaned_as_all_others_are(
    text: str, encoding: str, step: int, junk: bytes
) -> None:
    """What skips the patterns comes out as from the patterns."""
    data = text.encode(encoding, "replace") + junk

    def read_all() -> tuple[bytes, list[int], decoding.Tally]:
        tally = decoding.Tally()
        mark, skip = encodings.marked(data)
        pieces = [data[i : i + step] for i in range(skip, len(data), step)]
        with Spool() as spool:
            spool.begin("d")
            for piece in decoding.decoded(pieces, mark or "utf-8", tally):
                spool.write(piece)
            spool.end()
            return spool.array().tobytes(), spool.starts, tally

    cleaned = read_all()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.text.spool._is_plain", lambda text: False)
        patch.setattr("core.text.spool.USUAL_WORD", 4096)
        assert read_all() == cleaned
    mark, skip = encodings.marked(data)
    shown = data[skip:].decode(mark or "utf-8", "replace")
    assert cleaned[2].control == len(re.findall(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", shown))


def test_large_texts_are_mapped_from_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.text.spool.IN_MEMORY", 1000)
    with Spool() as spool:
        spool.begin("d")
        spool.write("word " * 1000)
        spool.end()
        array = spool.array()
    assert isinstance(array, np.memmap)
    assert array.tobytes() == (b"word " * 1000).strip()


def test_the_same_upload_is_kept_once() -> None:
    a = shelf.store_upload("../x/a.txt", b"same")
    b = shelf.store_upload("b.txt", io.BytesIO(b"same"))
    assert (a.name, a.digest) == ("a.txt", b.digest)
    assert (cache.folder() / "uploads" / a.digest).read_bytes() == b"same"
    with pytest.raises(SourceError, match="upload it again"):
        read(Source("upload", name="gone.txt", digest="0" * 64))
    with pytest.raises(SourceError, match="upload it again"):
        read(Source("upload", name="gone.txt", digest="../../etc/passwd"))


def test_files_of_the_server(folder: Path, tmp_path: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "a.txt").write_text("alpha")
    (folder / "sub" / "b.txt").write_text("beta")
    (folder / "sub" / "c.png").write_bytes(b"\x89PNG")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "sub" / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "out").symlink_to(tmp_path)
    assert shelf.list_files() == ["sub/", "sub/a.txt", "sub/b.txt"]
    assert texts(read(shelf.file_source("sub/a.txt"))) == ["alpha"]
    raw = read(shelf.file_source("sub"))
    assert (texts(raw), raw.document_names) == (["alpha", "beta"], ["a.txt", "b.txt"])
    for path in ("../secret.txt", str(tmp_path / "secret.txt"), "sub/link.txt", "out/secret.txt"):
        with pytest.raises(SourceError, match="outside"):
            shelf.file_source(path)
    with pytest.raises(SourceError, match="does not exist"):
        shelf.file_source("nope.txt")


def test_a_file_that_changed_is_another_source(folder: Path) -> None:
    (folder / "a.txt").write_text("before")
    source = shelf.file_source("a.txt")
    (folder / "a.txt").write_text("afterwards")
    with pytest.raises(SourceError, match="changed"):
        read(source)
    assert texts(read(shelf.file_source("a.txt"))) == ["afterwards"]


def test_files_are_off_without_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VECTORSCOPE_FILES", raising=False)
    with pytest.raises(SourceError, match="VECTORSCOPE_FILES"):
        shelf.file_source("a.txt")


def test_lee_news() -> None:
    raw = read(Source("lee-news"))
    assert raw.report.documents == 300
    assert raw.document_names[299] == "Lee news 300"
    assert texts(raw)[0].startswith("Hundreds of people have been forced")


def test_cancelling_stops_reading() -> None:
    seen: list[float] = []

    def stop(fraction: float, metrics: Mapping[str, Any]) -> bool:
        seen.append(fraction)
        assert metrics["stage"]
        return len(seen) > 2

    with pytest.raises(Cancelled):
        read.__wrapped__(Source(), stop)  # type: ignore[attr-defined]
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("'''Bold''' and ''italic''", "Bold and italic"),
        ("[[a|shown]], [[page]]s [http://x.y name] http://bare.url/z", "shown, pages name"),
        ("A{{cite|x={{y}}}} b<ref name=a/> c<ref>n</ref><!-- d -->.", "A b c."),
        ("[[File:a.jpg|thumb|200px|A [[link]] here]]Text [[fr:Texte]][[Category:X]]", "Text"),
        ("a\n{| class=x\n! h\n|-\n| b {| \n| c\n|}\n|}\nd", "a\n\nd"),
        ("x &nbsp; y &amp; z<br/>w", "x y & z\nw"),
        ("== H ==\n* one\n* two\n== See also ==\n* [[x]]\n=== Sub ===\ny", "H\n\none\ntwo"),
        ("{{convert|5|km|mi}} of {{lang|fr|pain}} (; {{IPA|x}})", "5 km of pain"),
        ("<math>x^2</math>Left {{unclosed", "Left {{unclosed"),
    ],
)
def test_wikipedia_markup_goes(markup: str, plain: str) -> None:
    assert wikitext.plain(markup) == plain


def test_extensions_look_through_compression() -> None:
    assert files.extension("A.CSV.gz") == ".csv"
    assert files.extension("noext") == ""
