"""What every test shares: a cache of its own, so that the user's is neither read nor filled."""

from __future__ import annotations

import concurrent.futures
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

# Before JAX and NumPy are imported. Threads of BLAS wait for each other spinning: as many workers
# as there are cores would take each other's time.
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from core import cache

# Machines that run tests are busy: time is pytest-timeout's business.
hypothesis.settings.register_profile("shared", deadline=None)
hypothesis.settings.load_profile("shared")


@pytest.fixture(scope="session", autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder that results are kept in while the tests run."""
    folder = tmp_path_factory.mktemp("cache")
    share_compiled(folder, tmp_path_factory)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VECTORSCOPE_CACHE", str(folder))
        patch.delenv("VECTORSCOPE_CACHE_GB", raising=False)
        yield folder


def share_compiled(folder: Path, factory: pytest.TempPathFactory) -> None:
    """Let this cache share what JAX compiled with all workers: it depends on code alone."""
    base = factory.getbasetemp()
    compiled = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "compiled"
    compiled.mkdir(exist_ok=True)
    folder.mkdir(exist_ok=True)
    (folder / "compiled").symlink_to(compiled, target_is_directory=True)


@pytest.fixture(autouse=True)
def nothing_ahead() -> Iterator[None]:
    """What a page of this test computes for a slider that nobody will move, ends with the test."""
    yield
    jobs = sys.modules.get("core.jobs")
    for job in list(jobs._jobs.values()) if jobs else ():
        if any(watcher.endswith(" ahead") for watcher in job.watchers):
            job.cancel()
            concurrent.futures.wait([job.future])


@pytest.fixture
def empty_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A cache folder without results yet, and nothing in memory before and after."""
    monkeypatch.setenv("VECTORSCOPE_CACHE", str(tmp_path / "cache"))
    share_compiled(tmp_path / "cache", tmp_path_factory)
    cache.forget_memory()
    yield tmp_path / "cache"
    cache.forget_memory()


@pytest.fixture
def optimised() -> Iterator[None]:
    """Compile as users do: other code rounds otherwise, and a long game ends elsewhere.

    All other tests train little and compile much, for which fast code does not pay.
    """
    import jax

    jax.config.update("jax_disable_most_optimizations", False)
    jax.clear_caches()
    yield
    jax.config.update("jax_disable_most_optimizations", True)
    jax.clear_caches()
