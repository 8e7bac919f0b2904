"""What pages state of their doubt, each simulated a few times: `benchmarks.doubt` does it often.

A test fails where a statement claims more than three standard errors and five points too much:
that is wrong beyond doubt. What is wrong by two points the benchmark tells.
"""

from __future__ import annotations

import pytest

from benchmarks.doubt import STATEMENTS
from benchmarks.doubt.statement import Statement

RUNS = 60


@pytest.mark.parametrize(
    "statement", [s for s in STATEMENTS if s.quick], ids=lambda s: f"{s.page}: {s.what}"
)
def test_a_statement_is_right_as_often_as_it_says(statement: Statement) -> None:
    share = statement.measured(RUNS)
    assert statement.over(share) <= 1.5 * statement.error(RUNS) + 0.05, share


def test_pages_are_named_as_they_are() -> None:
    from dashboard.navigation import PAGES

    assert {statement.page for statement in STATEMENTS} <= {page.title for page in PAGES.values()}
