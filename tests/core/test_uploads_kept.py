"""Uploads are kept once, under their SHA-256, whichever page they came to."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from core import cache, uploads
from core.errors import SourceError
from core.items.files import store_items
from core.matrices.shelf import store_upload as store_matrix
from core.text.shelf import store_upload as store_text


def test_the_same_bytes_are_kept_once() -> None:
    first = uploads.keep("a.txt", b"words")
    assert uploads.keep("b.txt", io.BytesIO(b"words")) == first
    assert first == hashlib.sha256(b"words").hexdigest()
    assert uploads.path("a.txt", first).read_bytes() == b"words"


def test_names_lose_their_folders() -> None:
    assert uploads.base_name("C:\\of mine\\a.txt") == "a.txt"
    assert uploads.base_name("../../etc/passwd") == "passwd"
    assert len(uploads.base_name("x" * 1000)) == uploads.LONGEST_NAME


@pytest.mark.parametrize("digest", ["", "short", "../" * 21 + "x", "0" * 64])
def test_what_is_not_kept_is_refused(digest: str) -> None:
    with pytest.raises(SourceError, match="upload it again"):
        uploads.path("a.txt", digest)


def test_a_refused_upload_leaves_nothing() -> None:
    def check(size: int) -> None:
        raise SourceError("too many")

    folder = cache.folder() / "uploads"
    before = set(folder.iterdir()) if folder.exists() else set()
    with pytest.raises(SourceError, match="too many"):
        uploads.keep("a.txt", b"too many words", check)
    assert set(folder.iterdir()) == before


@pytest.mark.parametrize(
    ("store", "name"), [(store_text, "a.txt"), (store_matrix, "a.csv"), (store_items, "a.csv")]
)
def test_a_folder_that_cannot_be_made_is_a_message(
    store: Callable[[str, bytes], object],
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    monkeypatch.setenv("VECTORSCOPE_CACHE", str(tmp_path / "taken"))
    with pytest.raises(SourceError, match="VECTORSCOPE_CACHE"):
        store(name, b"1,2\n3,4\n")


@pytest.mark.parametrize("damage", [b"wordz", b"word", b""])
def test_damaged_bytes_are_not_believed(damage: bytes) -> None:
    digest = uploads.keep("a.txt", b"words")
    place = uploads.path("a.txt", digest)
    place.write_bytes(damage)
    for _ in range(2):
        with pytest.raises(SourceError, match=r"was damaged on the disk; upload it again"):
            uploads.path("a.txt", digest)
    with pytest.raises(SourceError, match="no longer what was uploaded"):
        uploads.fetch("a.txt", digest)
    uploads.keep("a.txt", b"words")
    assert uploads.path("a.txt", digest).read_bytes() == b"words"


def test_digests_are_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    digest = uploads.keep("b.txt", b"other words")
    place = uploads.path("b.txt", digest)
    monkeypatch.setattr(uploads, "_digest", lambda data: pytest.fail("verified before"))
    assert uploads.path("b.txt", digest) == place
