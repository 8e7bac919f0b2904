"""What is no table is said to be none, whatever reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import uploads
from core.errors import SourceError
from core.items.collection_specs import of_files
from core.items.files import read_upload, store_items
from core.items.opening import opening
from core.matrices import shelf
from core.series.files import read_rows
from core.series.specs import OwnSeries
from core.tables.options import GUESSED
from core.tables.table import read_table
from core.text.files import Part
from core.text.parts import beginning
from core.vectors.store.readers.formats import guess, load

PAGE = b"""\xef\xbb\xbf

<!DOCTYPE HTML>
<html><head><title>Sign in</title></head>
<body><p>Please, sign in, to continue</p>
<table><tr><td>a</td><td>b</td></tr></table></body></html>
"""


def test_a_spreadsheet_is_to_be_saved_as_csv(tmp_path: Path) -> None:
    file = tmp_path / "mine.xlsx"
    file.write_bytes(b"PK\x03\x04")
    for read in (
        lambda: guess(file, "mine.xlsx"),
        lambda: store_items("mine.xlsx", file.read_bytes()),
        lambda: shelf.store_upload("mine.xlsx", file.read_bytes()),
        lambda: opening(of_files("upload", [("mine.xlsx", uploads.keep("mine.xlsx", b"PK"))])),
    ):
        with pytest.raises(SourceError, match="save the sheet as CSV first"):
            read()


@pytest.mark.parametrize("page", [PAGE, b"<html lang='de'>\n<p>a, b, c</p>\n</html>\n"])
def test_a_web_page_is_no_table(page: bytes, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_bytes(page)
    digest = uploads.keep("mine.csv", page)
    for read in (
        lambda: read_table(file, "mine.csv"),
        lambda: beginning(Part(file, "mine.csv"), GUESSED),
        lambda: load(file, "mine.csv"),
        lambda: read_upload(store_items("mine.csv", page)),
        lambda: shelf.read("mine.csv", digest),
        lambda: opening(of_files("upload", [("mine.csv", digest)])),
        lambda: read_rows(OwnSeries(series_name="mine.csv", series_digest=digest)),
    ):
        with pytest.raises(SourceError, match="is a web page, not a table"):
            read()


def test_a_table_may_speak_of_pages() -> None:
    assert read_table(b"text,html\na,<html>\n", "mine.csv").rows == [["a", "<html>"]]


def test_what_a_binary_file_lacks_is_said_in_bytes(tmp_path: Path) -> None:
    file = tmp_path / "mine.bin"
    file.write_bytes(b"60 10\n" + b"".join(b"word%d " % i + b"\0\1\2\3" * 10 for i in range(50)))
    with pytest.raises(SourceError, match=r"at least 2,520 bytes, but the file has 2,\d{3}: "):
        load(file, "mine.bin")
