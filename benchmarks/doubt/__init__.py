"""Do intervals hold the truth, and do verdicts among equals err as seldom as they say?

Each row is a simulation with a known truth: how often an interval held it, or a verdict called
equals different, beside the level that the page states and the error of the simulation (two
standard errors). `bad`: off by more than that and two points on the side that claims too much.
"""

from __future__ import annotations

from typing import Any

from benchmarks.doubt import images, items, mathematics, texts, vectors
from benchmarks.doubt.statement import Statement

STATEMENTS: tuple[Statement, ...] = (
    *vectors.STATEMENTS, *items.STATEMENTS, *texts.STATEMENTS, *images.STATEMENTS,
    *mathematics.STATEMENTS,
)  # fmt: skip


def table() -> list[dict[str, Any]]:
    """A row a statement of doubt, each printed when it is known: all take the better part of an
    hour."""
    rows = []
    for one in STATEMENTS:
        share, error = one.measured(), one.error()
        bad = "bad" if one.over(share) > error + 0.02 else ""
        rows.append({"page": one.page, "statement": one.what, "level": one.level,
                     "measured": share, "±": error, "bad": bad})  # fmt: skip
        print(
            f"{one.page}: {one.what}: {share:.4f} for {one.level} ± {error:.3f} {bad}", flush=True
        )
    return rows
