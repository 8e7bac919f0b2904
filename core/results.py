"""What results consist of: arrays, sparse matrices, and dataclasses and lists of these."""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

import numpy as np

R = TypeVar("R")


def frozen(result: R) -> R:
    """The result with every array in it made read-only."""
    value: Any = result
    if isinstance(value, np.ndarray):
        if value.flags.writeable:
            value.flags.writeable = False
    elif hasattr(value, "indptr"):
        for part in (value.data, value.indices, value.indptr):
            frozen(part)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            frozen(getattr(value, field.name))
    elif isinstance(value, (tuple, list)):
        if not (value and isinstance(value[0], str)):
            for item in value:
                frozen(item)
    elif isinstance(value, dict):
        for item in value.values():
            frozen(item)
    return result


def nbytes(result: Any) -> int:
    """Roughly how much memory a result holds."""
    if isinstance(result, np.ndarray):
        return result.nbytes
    if hasattr(result, "indptr"):
        return sum(nbytes(part) for part in (result.data, result.indices, result.indptr))
    if dataclasses.is_dataclass(result):
        return sum(nbytes(getattr(result, f.name)) for f in dataclasses.fields(result))
    if isinstance(result, (tuple, list)):
        if result and isinstance(result[0], str):
            return 64 * len(result)
        return sum(map(nbytes, result))
    if isinstance(result, dict):
        return sum(map(nbytes, result.values()))
    return int(getattr(result, "nbytes", 32))  # such as Arrow's arrays
