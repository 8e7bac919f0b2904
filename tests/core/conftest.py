"""One cluster of two worker processes for all tests that need one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.core import clusters


@pytest.fixture(scope="session")
def local() -> Iterator[Any]:
    with clusters.two_workers() as made:
        yield made
