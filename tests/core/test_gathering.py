"""Packages that gather names, and threads that import their modules at once."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = sorted(
    path.parent.name
    for path in (ROOT / "core").glob("*/__init__.py")
    if "gather(__name__)" in path.read_text("utf-8")
)
AT_ONCE = """
import importlib, pkgutil, random, sys, threading
sys.setswitchinterval(1e-6)
names = [f"core.{room}.{module.name}" for room in ("text", "counts", "segmentation")
         for module in pkgutil.iter_modules([f"core/{room}"])]
start, failed = threading.Barrier(6), []
def visit(seed):
    order = random.Random(seed).sample(names, len(names))
    start.wait()
    for name in order:
        try:
            importlib.import_module(name)
        except Exception as error:
            failed.append(repr(error))
threads = [threading.Thread(target=visit, args=(seed,)) for seed in range(6)]
for thread in threads: thread.start()
for thread in threads: thread.join()
sys.exit("; ".join(failed) or 0)
"""


def test_modules_are_imported_by_several_threads_at_once() -> None:
    """When a server starts, its first visitors and its own threads import all there is."""
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", AT_ONCE], cwd=ROOT, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("room", PACKAGES)
def test_every_name_is_what_its_module_defines(room: str) -> None:
    package = importlib.import_module(f"core.{room}")
    for name in package.__all__:
        value = getattr(package, name)
        assert name in vars(package), "the next use finds it at once"
        assert not isinstance(value, type(sys)), f"core.{room}.{name} is a module"
    with pytest.raises(AttributeError, match=r"has no attribute 'nothing'"):
        package.nothing  # noqa: B018


def test_a_gathered_name_goes_before_the_module_of_that_name() -> None:
    import core.text.vocabulary
    from core.text import vocabulary
    from core.text.vocabulary import vocabulary as defined

    assert vocabulary is defined
    assert core.text.vocabulary is defined  # type: ignore[comparison-overlap]
