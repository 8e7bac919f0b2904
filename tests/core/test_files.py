"""A file is the old one or the new one, whatever happens on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.files import replacing, temporary


def test_the_old_file_is_there_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "about.json"
    path.write_text("old")
    with replacing(path) as part:
        part.write_text("ne")
        assert path.read_text() == "old"
        part.write_text("new")
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_the_old_file_stays_where_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "about.json"
    path.write_text("old")

    def fail() -> None:
        with replacing(path) as part:
            part.write_text("ne")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        fail()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_two_writers_have_a_name_each(tmp_path: Path) -> None:
    with temporary(tmp_path) as one, temporary(tmp_path) as other:
        one.write_text("one")
        other.write_text("other")
        assert one.read_text() == "one"
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_an_error_of_the_block_alone(tmp_path: Path) -> None:
    with temporary(tmp_path / "missing") as part:
        assert not part.exists()
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "missing" / "a") as part:
        part.write_text("a")
