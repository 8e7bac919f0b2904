"""Damage on the disk: named where it is, hiding nothing else; and what killed processes leave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import cache, files, leftovers, uploads
from core.errors import QueryError, SourceError, SpecError, described
from core.text.shelf import file_source, list_files
from core.vectors.models.model import Model
from core.vectors.store import shelf

DEEP = "[" * 100_000 + "]" * 100_000


@pytest.fixture(autouse=True)
def fresh(empty_cache: Path) -> Iterator[None]:
    yield
    shelf._loaded.cache_clear()
    uploads._sha256.cache_clear()


def put(id: str) -> Path:
    """A small model on the shelf, and its folder."""
    words = [f"w{n}" for n in range(20)]
    vectors = np.random.default_rng(0).standard_normal((20, 8)).astype(np.float32)
    shelf.put(Model(words, np.ones(20, np.int64), vectors), id, id, "text")
    return shelf.folder() / id


def about(**values: Any) -> Callable[[Path], None]:
    """What gives the summary other values."""

    def change(folder: Path) -> None:
        path = folder / "about.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | values))

    return change


@pytest.mark.parametrize(
    "spoil",
    [
        about(name=5), about(words="many"), about(words=True), about(dim=-1), about(spec=[1]),
        about(scores={"SimLex-999": 0.1}), about(id="other"), about(origin=None), about(extra=1),
        lambda folder: (folder / "about.json").write_text(f'{{"id": {DEEP}}}'),
        lambda folder: (folder / "about.json").write_text("[]"),
        lambda folder: (folder / "about.json").write_bytes(b"\xff\xfe{}"),
        lambda folder: (folder / "about.json").write_bytes(b" " * 5_000_000),
        lambda folder: (folder / "about.json").unlink(),
    ],
)  # fmt: skip
def test_one_damaged_summary_hides_no_other(spoil: Callable[[Path], None]) -> None:
    put("whole")
    spoil(put("spoilt"))
    assert [entry.id for entry in shelf.entries()] == ["whole"]
    assert shelf.damaged() == ["spoilt"]
    assert shelf.load("whole").words[3] == "w3"
    shelf.delete("spoilt")
    assert shelf.damaged() == [] and [path.name for path in shelf.folder().iterdir()] == ["whole"]
    with pytest.raises(QueryError):
        shelf.delete("spoilt")


def test_a_spec_nested_deeply_is_none() -> None:
    folder = put("deep")
    path = folder / "about.json"
    text = path.read_text().replace('"spec": {}', f'"spec": {{"a": {"[" * 500}{"]" * 500}}}')
    path.write_text(text.replace('"kind": "text"', '"kind": "Glove"'))
    [entry] = shelf.entries()
    assert entry.training is None


@pytest.mark.parametrize("place", [9, 60, 200, -1, -100])
def test_a_flipped_byte_of_a_model_is_named(place: int) -> None:
    path = put("flipped") / "model.safetensors"
    content = bytearray(path.read_bytes())
    content[place] ^= 4
    path.write_bytes(content)
    with pytest.raises(QueryError, match="`flipped` is damaged; delete it"):
        shelf.load("flipped")


def test_every_header_that_is_not_a_models_is_damage() -> None:
    """Without a checksum, too, as earlier versions stored models."""
    path = put("old") / "model.safetensors"
    about(checksum="")(path.parent)
    content = path.read_bytes()
    assert shelf.load("old").dim == 8
    rng = np.random.default_rng(0)
    length = 8 + int.from_bytes(content[:8], "little")
    for place in rng.choice(length, 60, replace=False):
        changed = bytearray(content)
        changed[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(changed)
        shelf._loaded.cache_clear()
        try:
            shelf.load("old")
        except QueryError as error:
            assert "damaged" in str(error)


def test_a_shelf_that_cannot_be_changed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    put("kept")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "replace", refuse)
    for act in (
        lambda: shelf.rename("kept", "x"), lambda: shelf.note("kept", {}),
        lambda: shelf.delete("kept"),
    ):  # fmt: skip
        with pytest.raises(SpecError, match=r"cannot be changed \(Read-only file system\)"):
            act()
    assert shelf.get("kept").name == "kept"


@pytest.mark.parametrize("change", [lambda b: b[:-1], lambda b: b[:5] + b"X" + b[6:]])
def test_an_upload_that_changed_is_not_read(change: Callable[[bytes], bytes]) -> None:
    content = b"the cat sat on the mat"
    digest = uploads.keep("a.txt", content)
    place = uploads.path("a.txt", digest)
    place.write_bytes(change(content))
    with pytest.raises(SourceError, match="was damaged on the disk; upload it again"):
        uploads.path("a.txt", digest)
    assert uploads.keep("a.txt", content) == digest
    assert uploads.path("a.txt", digest).read_bytes() == content


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_only_what_can_be_opened_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VECTORSCOPE_FILES", str(tmp_path))
    (tmp_path / "a.txt").write_text("war")
    os.mkfifo(tmp_path / "pipe.txt")
    raw = os.fsencode(tmp_path)
    try:
        Path(os.fsdecode(raw + b"/\xff.txt")).write_text("war")
        Path(os.fsdecode(raw + b"/\xfe")).mkdir()
        Path(os.fsdecode(raw + b"/\xfe/b.txt")).write_text("war")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert list_files() == list_files(text=False) == ["a.txt"]
    with pytest.raises(SourceError, match="not an ordinary file"):
        file_source("pipe.txt")
    with pytest.raises(SourceError, match="choose one"):
        file_source(os.fsdecode(b"\xff.txt"))


def test_what_a_killed_process_left_is_removed() -> None:
    """What living processes write stays, and so does what nobody knows, for a day."""
    folder = cache.folder()
    for name in ("uploads", "models", "results/counts", "tours"):
        (folder / name).mkdir(parents=True)
    write = "import sys; from pathlib import Path; from core import files\n" \
            "path = Path(sys.argv[1]) / 'uploads' / files.part_name()\n" \
            "path.write_text('half'); print(path)"  # fmt: skip
    root = Path(__file__).parents[2]
    dead = Path(
        subprocess.run([sys.executable, "-c", write, str(folder)], cwd=root, check=True,
                       capture_output=True, text=True).stdout.strip()
    )  # fmt: skip
    half = folder / "models" / dead.name
    half.mkdir()
    (half / "model.safetensors").write_text("half")
    mine = folder / "uploads" / files.part_name()
    mine.write_text("half")
    reused = folder / "results" / "counts" / files.part_name()  # this number, an earlier process
    reused.write_text("half")
    os.utime(reused, (1e9, 1e9))
    unknown, old = folder / "tours" / "0123.part", folder / "tours" / "4567.part"
    for path in (unknown, old):
        path.write_text("half")
    os.utime(old, (1e9, 1e9))
    assert cache.size_on_disk() == 6 * len("half")
    assert leftovers.remove() == 4
    assert mine.exists() and unknown.exists()
    assert not any(path.exists() for path in (dead, half, reused, old))


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OSError(28, "No space left", "/home/ada/.cache/x.part"),
         "OSError: [Errno 28] No space left: 'x.part'"),
        (ValueError("and/or 3/4 of https://example.org/a b"),
         "ValueError: and/or 3/4 of https://example.org/a b"),
        (RuntimeError("in C:\\Users\\ada\\x.npy"), "RuntimeError: in x.npy"),
        (KeyError("a" * 900), f"KeyError: '{'a' * 159}"),
    ],
)  # fmt: skip
def test_folders_of_the_server_are_not_told(error: Exception, line: str) -> None:
    assert described(error) == line
