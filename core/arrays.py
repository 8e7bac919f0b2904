"""Reads NumPy's .npy without trusting its header. Nothing is unpickled."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import IO

import numpy as np

from core.errors import SourceError
from core.messages import message

PIECE = 1 << 20
NUMBERS = "biufc"  # as `numpy.dtype.kind` calls them


@dataclass(frozen=True)
class Header:
    """The header of an .npy: what the file claims to hold."""

    shape: tuple[int, ...]
    fortran: bool
    kind: np.dtype

    @property
    def entries(self) -> int:
        """The number of its entries."""
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        """The memory the array takes."""
        return self.entries * self.kind.itemsize


def header(file: IO[bytes], name: str, kinds: str = NUMBERS) -> Header:
    """Read the header. Raises SourceError where it is not one, or for a dtype not in `kinds`."""
    try:
        version = np.lib.format.read_magic(file)
        if version == (1, 0):
            shape, fortran, kind = np.lib.format.read_array_header_1_0(file)
        else:
            shape, fortran, kind = np.lib.format.read_array_header_2_0(file)
        sides = tuple(int(side) for side in shape)
    except Exception as error:  # NumPy evaluates it as Python, which fails in many ways
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise SourceError(
            message(
                "“{name}” is not an array that can be read without unpickling ({reason}); save "
                "it with numpy.save.",
                name=name,
                reason=reason,
            )
        ) from error
    if kind.hasobject or kind.kind not in kinds:
        raise SourceError(
            message(
                "“{name}” holds {kind} (text or objects), not numbers; only numbers can be read "
                "without unpickling.",
                name=name,
                kind=str(kind)[:60],
            )
        )
    if any(side < 0 for side in sides) or len(sides) > 32:
        template = "“{name}” claims the impossible shape {shape}; save it again."
        raise SourceError(message(template, name=name, shape=f"{sides!s:.60}"))
    return Header(sides, fortran, kind)


def values(file: IO[bytes], name: str, head: Header, first: int | None = None) -> np.ndarray:
    """The numbers behind the header, or those of its `first` rows.

    They are read in pieces, so that memory grows with the file and not with what its header
    claims. Raises SourceError where it ends early.
    """
    if first is not None and head.fortran and len(head.shape) > 1:  # its rows lie scattered
        return values(file, name, head)[:first]
    cut = first is not None and head.shape
    shape = (min(first or 0, head.shape[0]), *head.shape[1:]) if cut else head.shape
    size = math.prod(shape) * head.kind.itemsize
    data = bytearray()
    while len(data) < size and (piece := file.read(min(PIECE, size - len(data)))):
        data += piece
    check_length(len(data), name, head, size)
    entries = np.frombuffer(data, head.kind, math.prod(shape))
    return entries.reshape(shape, order="F" if head.fortran else "C")


def check_length(held: int, name: str, head: Header, needed: int | None = None) -> None:
    """Raise SourceError where fewer bytes follow the header than it claims, or than are needed."""
    if held < (head.bytes if needed is None else needed):
        raise SourceError(
            message(
                "“{name}” claims {n:,} entries but ends before the last of them; save it again.",
                name=name,
                n=head.entries,
            )
        )
