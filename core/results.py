"""What results consist of: arrays, sparse matrices, and dataclasses and lists of these."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np


def frozen(result: Any) -> Any:
    """The result with every array in it made read-only."""
    if isinstance(result, np.ndarray):
        if result.flags.writeable:
            result.flags.writeable = False
    elif hasattr(result, "indptr"):
        for part in (result.data, result.indices, result.indptr):
            frozen(part)
    elif dataclasses.is_dataclass(result):
        for field in dataclasses.fields(result):
            frozen(getattr(result, field.name))
    elif isinstance(result, (tuple, list)):
        if not (result and isinstance(result[0], str)):
            for item in result:
                frozen(item)
    elif isinstance(result, dict):
        for item in result.values():
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
