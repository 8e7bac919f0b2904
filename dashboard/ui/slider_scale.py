"""The stops of a slider and their labels, as they cross the wire with each move of any slider.

Where the stops are evenly spaced, the browser computes them; where the labels give them in full,
it writes them (components/scale.js). That is a tenth of the lists, which all else travels as.

>>> packed_scale((0.0, 0.5, 1.0), ("0.0 s", "0.5 s", "1.0 s"))
'{"even":[0.0,0.5,3,1],"fixed":["",1," s"]}'
>>> packed_scale((1, 10), ("one", "ten"))
'{"values":[1,10],"labels":["one","ten"]}'
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

_DIGITS = 12  # decimals at most


@lru_cache(512, typed=True)
def packed_scale(values: tuple[Any, ...], labels: tuple[str, ...]) -> str:
    """JSON of numbers, None for a stop that is none, and of their labels."""
    numbers = None not in values
    even = _even(values) if numbers else None
    fixed = _fixed(values, labels) if numbers else None
    sent = {"even": even} if even else {"values": values}
    return json.dumps(sent | ({"fixed": fixed} if fixed else {"labels": labels}),
                      separators=(",", ":"))  # fmt: skip


def read(data: bytes) -> dict[str, Any]:
    """What a slider sent, with the stops and labels that it shows: for tests and benchmarks."""
    content: dict[str, Any] = json.loads(data)
    if "even" in content:
        content["values"] = _numbers(*content.pop("even"))
    if "fixed" in content:
        content["labels"] = _labels(content["values"], *content.pop("fixed"))
    return content


def _even(values: Sequence[float]) -> tuple[float, float, int, int] | None:
    """(first, step, number, decimals) of numbers that are first + i * step, rounded."""
    if len(values) < 3:
        return None
    first, step = values[0], float(f"{values[1] - values[0]:.12g}")
    if not all(math.isclose(first + i * step, v, abs_tol=1e-12) for i, v in enumerate(values)):
        return None
    for digits in range(_DIGITS + 1):
        if _numbers(first, step, len(values), digits) == list(values):
            return first, step, len(values), digits
    return None


def _numbers(first: float, step: float, number: int, digits: int) -> list[float]:
    return [float(f"{first + i * step:.{digits}f}") for i in range(number)]


def _fixed(values: Sequence[float], labels: Sequence[str]) -> tuple[str, int, str] | None:
    """(what stands before, decimals, what stands after) of labels that give each number in full."""
    number = re.search(r"\d+(?:\.(\d+))?", labels[0])
    if number is None:
        return None
    before = labels[0][: number.start()].removesuffix("−")
    digits, after = len(number[1] or ""), labels[0][number.end() :]
    exact = all(float(f"{value:.{digits}f}") == value for value in values)
    fixed = before, digits, after
    return fixed if exact and _labels(values, *fixed) == list(labels) else None


def _labels(values: Sequence[float], before: str, digits: int, after: str) -> list[str]:
    return [f"{before}{value:.{digits}f}{after}".replace("-", "−") for value in values]
