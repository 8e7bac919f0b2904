"""What reading a text holds in memory, and where it says that this is too much."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import SourceError
from core.text import shelf, tokens
from core.text.reading import read
from core.text.specs import Text


def test_ids_are_the_same_on_disk_as_in_memory(
    empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = " ".join(f"w{n % 97} {n % 89}" for n in range(4000)).encode()
    source = shelf.store_upload("a.txt", data)
    for numbers in (True, False):
        text = Text(source, numbers=numbers)
        monkeypatch.setattr("core.text.spool.IN_MEMORY", 1 << 26)
        in_memory = tokens.cut(read(source), text)
        monkeypatch.setattr("core.text.spool.IN_MEMORY", 1000)
        on_disk = tokens.cut(read(source), text)
        assert len(on_disk.ids) == (8000 if numbers else 4000)
        assert isinstance(on_disk.ids.base, np.memmap)
        np.testing.assert_equal(vars(on_disk), vars(in_memory))


@pytest.mark.parametrize(
    "data",
    [" ".join(f"w{n}" for n in range(2000)).encode(), b"a\n" * 20_000],
    ids=["words", "lines"],
)
def test_more_than_memory_may_hold_is_refused_early(
    empty_cache: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    text = Text(shelf.store_upload("a.txt", data))
    monkeypatch.setattr(tokens, "USUAL_CHUNK", 1000)
    monkeypatch.setattr(tokens, "_ranked", None)  # it is not reached
    monkeypatch.setenv("VECTORSCOPE_READ_GB", "0.0005")
    with pytest.raises(SourceError, match=r"“a.txt” takes more than 0.5 MB of memory"):
        tokens.tokenise(text)


def test_more_documents_than_memory_may_hold_are_refused(
    empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.text.parts.OFTEN", 10)
    monkeypatch.setenv("VECTORSCOPE_READ_GB", "0.00001")
    rows = b"text\n" + b"word\n" * 100
    with pytest.raises(SourceError, match=r"“a\.csv” takes more than 0\.01 MB"):
        read(shelf.store_upload("a.csv", rows, "text"))
