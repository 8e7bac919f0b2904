"""The format of MNIST: a magic number, the sizes, then the numbers, big-endian."""

from __future__ import annotations

import numpy as np

from core.errors import SourceError
from core.messages import message

TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def array(content: bytes, name: str) -> np.ndarray:
    """The array in an IDX file, of the file's own type. Raises SourceError where it is not one."""
    kind = TYPES.get(content[2]) if content[:2] == b"\0\0" and len(content) > 3 else None
    if kind is None:
        raise SourceError(
            message(
                "“{name}” is not an IDX file: its first four bytes are not a magic number.",
                name=name,
            )
        )
    start = 4 + 4 * content[3]
    sizes = [int.from_bytes(content[i : i + 4], "big") for i in range(4, start, 4)]
    expected = int(np.prod(sizes, dtype=object)) * np.dtype(kind).itemsize
    if not sizes or len(content) - start != expected:
        raise SourceError(
            message(
                "“{name}” declares {expected:,} bytes but holds {n:,}; fetch it again.",
                name=name,
                expected=expected,
                n=max(len(content) - start, 0),
            )
        )
    return np.frombuffer(content, kind, offset=start).reshape(sizes)
