"""Page after page is opened: errors, and what the server keeps."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from benchmarks.browser import served
from benchmarks.crowd import Crowd, Visitor
from benchmarks.product import _memory
from dashboard.navigation import PAGES

AT_ONCE = 5
WARM = 10 * len(PAGES)  # opens before memory is looked at first: libraries, and what pages compute
GROWTH = 50.0  # MB, the limit


def opened(times: int) -> Iterator[dict[str, Any]]:
    """Every page in turn, a few at once."""
    with tempfile.TemporaryDirectory() as name, served(Path(name)) as (address, _):
        asyncio.run(_open(address, WARM))
        before = _memory(address)
        crowd = asyncio.run(_open(address, times))
        growth = _memory(address) - before
    yield {
        "attack": "pages opened", "tries": times, "wrong": crowd.errors + (growth > GROWTH),
        "worst": f"{max(crowd.opened):.0f} ms, {growth:+.0f} MB",
        "first": f"{crowd.errors} errors",
    }  # fmt: skip


async def _open(address: str, times: int) -> Crowd:
    crowd = Crowd()
    pages = list(islice(cycle(PAGES.values()), times))
    for start in range(0, times, AT_ONCE):
        visitors = [Visitor(address, page, crowd) for page in pages[start : start + AT_ONCE]]
        await asyncio.gather(*(visitor.open() for visitor in visitors))
        for visitor in visitors:
            visitor.leave()
    return crowd
