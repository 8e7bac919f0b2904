"""Attacks for hours: kills, fuzzed files, memory, page opens, two processes on everything.

Every row says how often it was tried, how often something went wrong that must not, and the worst
value. VECTORSCOPE_SIEGE=0.01 makes it a hundredth as long. The same attacks, bounded and quick, are
tests.
"""

from __future__ import annotations

import os
import sys
from itertools import chain
from typing import Any

from benchmarks.siege import fuzzing, kills, visits

KILLS, INPUTS, OPENS = 200, 10_000, 500


def table() -> list[dict[str, Any]]:
    """All attacks, a row each as soon as it is done."""
    share = float(os.environ.get("VECTORSCOPE_SIEGE", "1"))

    def times(number: int) -> int:
        return max(round(number * share), 1)

    rows: list[dict[str, Any]] = []
    for row in chain(
        kills.killed(times(KILLS)),
        kills.together(30 * share),
        fuzzing.fuzzed(times(INPUTS)),
        fuzzing.peaks(),
        visits.opened(times(OPENS)),
    ):
        rows.append(row | {"ok": "no" if row["wrong"] else "yes"})
        print(f"  {rows[-1]}", file=sys.stderr, flush=True)
    return rows
