"""Small models on a shelf of a test's own: `from shelving import …`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opening import settled

from core.kinds import Kind
from core.text.specs import Corpus
from core.uploads import keep
from core.vectors.kinds import KINDS
from core.vectors.store import shelf
from core.vectors.store.loading import VectorFile
from core.vectors.store.loading import keep as load_file
from dashboard.chain import training
from dashboard.ui import background

NEWS = Corpus().replace(source="lee-news", min_count=10)
LINK = {"source": "lee-news", "min_count": "10", "dim": "10"}


def small(kind: Kind) -> Any:
    """Settings of a kind of model that are trained in a moment."""
    return kind.spec().replace(
        source="lee-news", min_count=10, dim=10, **({kind.steps: 3} if kind.steps else {})
    )


SMALL: dict[str, Any] = {kind.key: small(kind) for kind in KINDS}
SMALL["tree"] = SMALL["word2vec"].replace(output="hierarchical softmax")


@pytest.fixture(autouse=True)
def own_shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A shelf of this test's own; results stay in the cache that all share."""
    monkeypatch.setattr(shelf, "folder", lambda: tmp_path / "models")
    background.forget()
    yield
    for job in training.running():
        job.cancel()
        job.wait(30)
    background.forget()
    shelf._loaded.cache_clear()


def finish(at: Any) -> Any:
    """Run the page until no training is under way."""
    for job in training.running():
        assert job.wait(120)
    return settled(at.run())


def run(code: str) -> list[Any]:
    printed: list[Any] = []
    exec(code, {"print": lambda *values: printed.extend(values)})
    return printed


def kind(name: str) -> str:
    return "word2vec" if name == "tree" else name


def loaded(text: str) -> shelf.Entry:
    return load_file(VectorFile(name="own.txt", digest=keep("own.txt", text.encode())))[0]
