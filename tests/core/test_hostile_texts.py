"""Texts, tables and archives that mean harm: they are read, or refused with a reason."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core import cache
from core.errors import CoreError, SourceError
from core.text import files, reading
from core.text.preview import preview
from core.text.shelf import list_files, store_upload
from core.text.specs import TOKENISERS, Corpus, Source, Text
from core.text.tokenisers import split, suggest_tokeniser
from core.text.vocabulary import vocabulary
from tests.core.hostile import answered, damaged, fuzzed, refused, within, zipped

TEXT = "The cat — naïve, 1,000 times — sat.\r\n\r\nOn the mat: 3.14!\f\u2028Ünïcødé\u00ad\n" * 3
CHINESE = "我們在北京的時候，天氣很好，他說了很多事。\n" * 4
TABLE = 'id,text,stars\n7,"the cat, ""the"" dog\nand the bird",5\n8,another,-1\n'
LINES = "".join(json.dumps({"text": f"row {n} of cats", "n": n}) + "\n" for n in range(4))
ZIP = zipped({"a/one.txt": TEXT.encode(), "two.csv": TABLE.encode(), "__MACOSX/x": b"x"})
VALID: dict[str, tuple[bytes, ...]] = {
    "a.txt": (
        TEXT.encode(), TEXT.encode("utf-16"), TEXT.encode("utf-32"), CHINESE.encode("big5"),
        CHINESE.encode("gb18030"), "Größe und Maß. ".encode("cp1252") * 5, ZIP,
    ),
    "a.txt.gz": (gzip.compress(TEXT.encode()), bz2.compress(TEXT.encode()),
                 lzma.compress(TEXT.encode())),
    "a.csv": (TABLE.encode(), TABLE.encode("utf-16")),
    "a.tsv": (TABLE.replace(",", "\t").encode(),),
    "a.jsonl": (LINES.encode(),),
    "a.zip": (ZIP, zipped({"a.txt.gz": gzip.compress(b"cats and dogs ")}, packed=False)),
}  # fmt: skip
FILES = some.sampled_from(list(VALID)).flatmap(
    lambda name: some.tuples(some.just(name), some.one_of(damaged(*VALID[name]), some.binary()))
)


def read(name: str, data: bytes, column: str = "text") -> reading.RawText:
    """All that the app does with a text file, nothing of it kept."""
    source = store_upload(name, data)
    columns = reading.columns(source)
    source = source.replace(column=column if column in columns else "".join(columns[:1])[:200])
    suggest_tokeniser(preview(source))
    raw = reading.read.__wrapped__(source)  # type: ignore[attr-defined]
    whole(raw)
    return raw


def whole(raw: reading.RawText) -> None:
    """What every text that was read keeps to."""
    text = raw.utf8.tobytes().decode()  # valid UTF-8
    assert text.strip() and "\r" not in text and "\0" not in text
    starts = raw.document_starts
    assert starts[0] == 0 and starts[-1] == len(raw.utf8) and (starts[:-1] < starts[1:]).all()
    assert len(raw.document_names) == len(starts) - 1 == raw.report.documents
    "\n".join([*raw.document_names, *raw.report.notes]).encode()


class TestAnyBytes:
    @fuzzed
    @given(FILES)
    def test_are_read_or_refused(self, file: tuple[str, bytes]) -> None:
        answered(lambda: read(*file))

    @fuzzed
    @given(FILES, some.sampled_from(TOKENISERS), some.booleans())
    def test_give_words_or_a_reason(
        self, file: tuple[str, bytes], tokeniser: str, fold: bool
    ) -> None:
        def words() -> None:
            source = store_upload(*file)
            source = source.replace(column=(reading.columns(source) or [""])[0][:200])
            text = Text(source, tokeniser=tokeniser, lowercase=fold)
            with cache.anew():
                words = vocabulary(Corpus(text, min_count=1)).words
            assert len(set(words)) == len(words) and all(word.strip() for word in words)
            "".join(words).encode()

        answered(words)

    @fuzzed
    @given(some.text(), some.sampled_from(TOKENISERS))
    def test_any_string_is_cut(self, text: str, tokeniser: str) -> None:
        assert all(
            token and not token.isspace() for token in split(text, Text(tokeniser=tokeniser))
        )


HOSTILE_TABLES: dict[str, tuple[str, bytes]] = {
    "a JSON record nested 100,000 deep": ("a.jsonl", b"[" * 100_000 + b"]" * 100_000),
    "and as an object": ("a.jsonl", b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "a number of 10,000 digits": ("a.jsonl", b'{"text": ' + b"9" * 10_000 + b"}\n"),
    "a field of 20 MB": ("a.csv", b"text,b\n" + b"x" * 20_000_000 + b",1\n"),
    "a quote that never closes": ("a.csv", b'text,b\n"' + b"x y\n" * 5_000_000),
    "a line of 70 MB": ("a.jsonl", b'{"text": "' + b"x" * 70_000_000 + b'"}'),
    "no column": ("a.csv", b"\n\n\n"),
    "rows without words": ("a.csv", b"text\n,\n,\n\n"),
    "zeros": ("a.txt", bytes(100_000)),
    "a program": ("a.txt", bytes(range(256)) * 400),
}


@pytest.mark.parametrize("case", HOSTILE_TABLES)
def test_tables_that_are_none(case: str) -> None:
    name, data = HOSTILE_TABLES[case]
    refused(lambda: read(name, data))


READ_NEVERTHELESS: dict[str, tuple[str, bytes]] = {
    "a field of 10 MB": ("a.csv", b"text,b\n" + b"x " * 5_000_000 + b",1\n"),
    "a word of 1 MB": ("a.txt", b"cat " + b"x" * 1_000_000 + b" dog"),
    "a lone surrogate in JSON": ("a.jsonl", b'{"text": "cat \\ud800 dog"}\n'),
    "NULs between letters": ("a.txt", b"ca\0t dog " + b"bird " * 1000),
    "mixed line ends": ("a.txt", b"cat\rdog\r\nbird\n\rfish\x0b\x0cend"),
    "marks in the middle": ("a.txt", "cat\ufeff dog\ufeff".encode()),
    "combining marks without end": ("a.txt", ("a" + "\u0301" * 100_000).encode()),
    "bytes that are wrong one in twelve": ("a.txt", b"cat and dog\xff" * 50_000),
}


@pytest.mark.parametrize("case", READ_NEVERTHELESS)
def test_odd_texts_are_read(case: str) -> None:
    name, data = READ_NEVERTHELESS[case]
    with within(60 + 30 * len(data) / 1e6):
        assert len(read(name, data).utf8)


def test_columns_of_any_name() -> None:
    """A name that is no Unicode cannot be a setting, nor be shown."""
    for key in ("\\ud800", "\\u0000", "a" * 1000, "<b>", "\\n"):
        data = f'{{"{key}": "cat", "{key}2": "dog"}}\n'.encode()
        source = store_upload("a.jsonl", data)
        for name in reading.columns(source):
            answered(lambda name=name, source=source: source.replace(column=name))
        answered(lambda source=source: reading.read.__wrapped__(source))  # type: ignore[attr-defined]


class TestArchives:
    def test_what_unpacks_to_more_than_the_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("VECTORSCOPE_MAX_TEXT_GB", "0.005")
        bomb = b"cat " * 5_000_000
        for name, data in {
            "a.zip": zipped({"a.txt": bomb}), "a.txt.gz": gzip.compress(bomb),
            "a.txt.xz": lzma.compress(bomb), "a.txt.bz2": bz2.compress(bomb),
            "b.zip": zipped({"a.txt.gz": gzip.compress(bomb)}),
            "c.zip": zipped({f"{n}.txt": bomb[:900_000] for n in range(9)}),
        }.items():  # fmt: skip
            with within(25):
                assert "limit" in refused(lambda name=name, data=data: read(name, data))

    def test_a_size_that_is_a_lie(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The archive says 4 bytes, and holds 40 MB."""
        monkeypatch.setenv("VECTORSCOPE_MAX_TEXT_GB", "0.005")
        data = zipped({"a.txt": b"cat " * 10_000_000})
        honest = (40_000_000).to_bytes(4, "little")
        assert data.count(honest) == 2
        with within(25):
            refused(lambda: read("a.zip", data.replace(honest, b"\x04\0\0\0")))

    @pytest.mark.parametrize(
        "name", ["../../evil.txt", "/etc/evil.txt", "a\\..\\evil.txt", "C:\\x.txt"]
    )
    def test_members_are_never_put_on_the_disk(self, name: str, tmp_path: Path) -> None:
        before = sorted(tmp_path.rglob("*"))
        raw = read("a.zip", zipped({name: b"cats and dogs"}))
        assert raw.utf8.tobytes() == b"cats and dogs" and sorted(tmp_path.rglob("*")) == before

    def test_a_link_in_an_archive_is_text(self) -> None:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            link = zipfile.ZipInfo("passwords.txt")
            link.external_attr = 0o120777 << 16
            archive.writestr(link, "/etc/passwd")
        assert read("a.zip", made.getvalue()).utf8.tobytes() == b"/etc/passwd"

    def test_archives_in_archives_stay_closed(self) -> None:
        inner = zipped({"a.txt": b"cats"})
        assert "no text" in refused(lambda: read("a.zip", zipped({"b.zip": inner})))
        refused(lambda: read("a.zip", zipped({"b.txt": inner})))

    def test_names_that_are_no_unicode(self) -> None:
        data = zipped({"ä.txt": b"cats and dogs"})
        for name in (b"\xff\xfe", b"\xed\xa0", b"\0\0"):
            answered(lambda name=name: read("a.zip", data.replace("ä".encode(), name)))

    def test_many_members(self) -> None:
        many = {f"{n}.txt": b"cat" for n in range(5000)}
        assert len(read("a.zip", zipped(many)).document_names) == 5000


class TestPlaces:
    """Names come from links: none leads outside the folders that are meant."""

    OUTSIDE = (
        "../secret.txt",
        "/etc/passwd",
        "a/../../secret.txt",
        "link.txt",
        "loop",
        "\0",
        "",
        ".",
        "a\0b",
        "x" * 300,
        "~/.ssh/id",
        "folder/../../secret.txt",
        "up/secret.txt",
    )

    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        root = tmp_path / "open"
        (root / "folder").mkdir(parents=True)
        (tmp_path / "secret.txt").write_text("secret")
        (root / "fine.txt").write_text("fine")
        (root / "link.txt").symlink_to(tmp_path / "secret.txt")
        (root / "loop").symlink_to(root / "loop")
        (root / "up").symlink_to(tmp_path)
        monkeypatch.setenv("VECTORSCOPE_FILES", str(root))
        return root

    @pytest.mark.parametrize("name", OUTSIDE)
    def test_on_the_server(self, folder: Path, name: str) -> None:
        from core.text.shelf import file_source, locate

        for digest in ("0" * 64, "x"):
            with pytest.raises(CoreError):
                list(locate(Source("file", name=name, digest=digest)))
        try:
            located = locate(file_source(name))
        except CoreError:
            return
        assert name in ("", ".") and [path.name for path, _ in located] == ["fine.txt"]

    def test_none_is_offered(self, folder: Path) -> None:
        assert list_files() == ["fine.txt"]

    @pytest.mark.parametrize(
        "digest", ["../models", "/etc/passwd", "..", "0" * 63 + "/", "é" * 64, "０" * 64, "0" * 64]
    )
    def test_of_uploads(self, digest: str) -> None:
        for read_it in (preview, reading.columns, reading.read.__wrapped__):  # type: ignore[attr-defined]
            with pytest.raises(CoreError):
                read_it(Source("upload", name="a.txt", digest=digest))

    @fuzzed
    @given(some.text(max_size=80))
    def test_any_name(self, name: str) -> None:
        def place() -> Any:
            return store_upload(name, b"cats").name

        kept = answered(place)
        assert isinstance(kept, SourceError | CoreError) or os.sep not in kept

    @fuzzed
    @given(some.text(max_size=40))
    def test_any_extension(self, name: str) -> None:
        files.extension(name)
