"""A small cached computation, for the tests of the cache."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core import specs
from core.cache import cached
from core.progress import OnStep, run_on
from core.specs import Spec


@dataclass(frozen=True)
class Square(Spec):
    """A square of numbers."""

    side: int = specs.integer(3, 1, 1000)


def counted(make: Callable[[Square], Any]) -> tuple[Any, list[Square]]:
    """A cached computation, and the list of what it really computed."""
    calls: list[Square] = []

    def compute(spec: Square, on_step: OnStep = run_on) -> Any:
        calls.append(spec)
        return make(spec)

    return cached(compute), calls


def square(spec: Square) -> np.ndarray:
    """The result: (side, side)."""
    return np.full((spec.side, spec.side), float(spec.side))


def files(folder: Path, pattern: str) -> list[Path]:
    """Files of the cache, such as *.result."""
    return sorted(path for path in (folder / "results").rglob(pattern) if path.is_file())
