"""The format of MNIST: a magic number, the sizes, then the numbers, big-endian."""

from __future__ import annotations

import math
from typing import IO

import numpy as np

from core import uploads
from core.errors import SourceError
from core.items import limits
from core.messages import message

TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def array(file: IO[bytes], name: str, most: int) -> tuple[np.ndarray, int]:
    """The first `most` rows of an IDX file, of the file's own type, and how many it holds.

    The rest is passed over, not held. Raises SourceError where it is no IDX file, or its length
    is not the one that its sizes give.
    """
    head = file.read(4)
    kind = TYPES.get(head[2]) if head[:2] == b"\0\0" and len(head) == 4 else None
    if kind is None:
        raise SourceError(
            message(
                "“{name}” is not an IDX file: its first four bytes are not a magic number.",
                name=name,
            )
        )
    declared = uploads.content(file, 4 * head[3] - 1) if head[3] else b""
    sizes = [int.from_bytes(declared[i : i + 4], "big") for i in range(0, len(declared), 4)]
    whole = len(declared) == 4 * head[3] and bool(sizes)
    expected = math.prod(sizes) * np.dtype(kind).itemsize if whole else 0
    rows = min(most, sizes[0]) if whole else 0
    wanted = expected // sizes[0] * rows if rows else 0
    limits.check_kept(wanted, 1, name)
    content = uploads.content(file, min(wanted, limits.LIMIT) - 1) if wanted else b""
    held = len(content)
    while held <= limits.LIMIT and (piece := file.read(uploads.CHUNK)):
        held += len(piece)
    limits.check_size(held, name)
    if not whole or held != expected:
        raise SourceError(
            message(
                "“{name}” declares {expected:,} bytes but holds {n:,}; fetch it again.",
                name=name,
                expected=expected,
                n=held,
            )
        )
    return np.frombuffer(content, kind).reshape([rows, *sizes[1:]]), sizes[0]
