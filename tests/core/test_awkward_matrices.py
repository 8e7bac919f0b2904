"""Matrices as people have them: what is right for each file is known."""

from __future__ import annotations

import pytest

from tests.core import awkward

pytestmark = awkward.present

ROWS = {
    "m11_longdouble": 4,
}


@pytest.mark.parametrize(("file", "rows"), ROWS.items())
def test_all_rows_are_read(file: str, rows: int) -> None:
    reading = awkward.reading("matrix", file)
    assert (reading.error, reading.rows) == ("", rows)
