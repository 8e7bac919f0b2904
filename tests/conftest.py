"""What every test shares: a cache of its own, so that the user's is neither read nor filled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from core import cache

# Machines that run tests are busy: time is pytest-timeout's business.
hypothesis.settings.register_profile("shared", deadline=None)
hypothesis.settings.load_profile("shared")


@pytest.fixture(scope="session", autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder that results are kept in while the tests run."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VECTORSCOPE_CACHE", str(folder))
        patch.delenv("VECTORSCOPE_CACHE_GB", raising=False)
        yield folder


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache folder with nothing in it yet, and nothing in memory before and after."""
    monkeypatch.setenv("VECTORSCOPE_CACHE", str(tmp_path / "cache"))
    cache.forget_memory()
    yield tmp_path / "cache"
    cache.forget_memory()
