"""Page after page is opened: errors, and what the server keeps."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from benchmarks.browser import served
from benchmarks.product import _memory, _user
from dashboard.navigation import PAGES

AT_ONCE = 5
WARM = 2 * len(PAGES)  # opens before memory is looked at first
GROWTH = 50.0  # MB, the limit


def opened(times: int) -> Iterator[dict[str, Any]]:
    """Every page in turn, a few at once."""
    with tempfile.TemporaryDirectory() as name, served(Path(name)) as (address, _):
        asyncio.run(_open(address, WARM))
        before = _memory(address)
        results = asyncio.run(_open(address, times))
        growth = _memory(address) - before
        errors = sum(errors for _, errors in results)
        slowest = max(took for took, _ in results)
    yield {
        "attack": "pages opened", "tries": times, "wrong": errors + (growth > GROWTH),
        "worst": f"{slowest:.0f} ms, {growth:+.0f} MB", "first": f"{errors} errors",
    }  # fmt: skip


async def _open(address: str, times: int) -> list[tuple[float, int]]:
    results: list[tuple[float, int]] = []
    pages = list(islice(cycle(PAGES.values()), times))
    for start in range(0, times, AT_ONCE):
        group = pages[start : start + AT_ONCE]
        results += await asyncio.gather(*(_user(address, page) for page in group))
    return results
