"""Small models on a shelf of a test's own: `from shelving import …`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opening import settled

from core.counts.specs import Counts
from core.text.specs import Corpus
from core.uploads import keep
from core.vectors import Explicit, Glove, PpmiSvd, SimplerGlove, Word2Vec
from core.vectors.store import shelf
from core.vectors.store.loading import VectorFile
from core.vectors.store.loading import keep as load_file
from dashboard.chain import training
from dashboard.ui import background

NEWS = Corpus().replace(source="lee-news", min_count=10)
LINK = {"source": "lee-news", "min_count": "10", "dim": "10"}
SMALL: dict[str, Any] = {
    "word2vec": Word2Vec(NEWS, dim=10, passes=2),
    "tree": Word2Vec(NEWS, output="hierarchical softmax", dim=10, passes=2),
    "glove": Glove(Counts(NEWS), dim=10, epochs=3),
    "simpler": SimplerGlove(Counts(NEWS), dim=10, epochs=3),
    "explicit": Explicit(Counts(NEWS), size=60, dim=10, iterations=10),
    "ppmi-svd": PpmiSvd().replace(source="lee-news", min_count=10, dim=10),
}


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
