"""What is fetched from the network, and when nobody asked for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core import network
from core.errors import NotFetched, SourceError
from core.text.reading import read
from core.text.sources import text8
from core.text.specs import Source


def test_text8_without_network_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import gensim.downloader

    def fail(*_: Any, **__: Any) -> str:
        raise OSError("no route to host")

    monkeypatch.setattr(gensim.downloader, "load", fail)
    monkeypatch.setattr(gensim.downloader, "BASE_DIR", str(tmp_path))
    monkeypatch.setattr(network, "_by_hand", False)
    with pytest.raises(SourceError, match=r"network.*Lee news"):
        read(Source("text8"))


def test_text8_is_fetched_when_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import gensim.downloader

    calls = []

    def load(name: str, **_: Any) -> str:
        calls.append(name)
        raise OSError("no route to host")

    monkeypatch.setattr(gensim.downloader, "load", load)
    monkeypatch.setattr(gensim.downloader, "BASE_DIR", str(tmp_path))
    monkeypatch.setattr(network, "_by_hand", True)
    for asked in (False, True, False):
        if asked:
            network.ask_for("text8")
        with pytest.raises(NotFetched) as refused:
            text8()
        assert refused.value.name == "text8"
        assert ("route to host" in str(refused.value)) == asked
    assert calls == ["text8"], "each attempt is asked for"
