"""The examples in docstrings give what they say. Slow ones are marked +SKIP where they stand."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = re.compile(r"^\s*>>> (?!.*\+SKIP)", re.MULTILINE)
EXAMPLES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): number
    for folder in ("core", "dashboard", "benchmarks")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if (number := len(EXAMPLE.findall(path.read_text(encoding="utf-8"))))
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_in_the_text(name: str) -> None:
    """All of them are found, and hold."""
    failed, attempted = doctest.testmod(importlib.import_module(name))
    assert failed == 0 and attempted == EXAMPLES[name]
