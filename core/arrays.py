"""NumPy's .npy, its header believed only as far as the file goes. Nothing is unpickled."""

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
    """What an .npy says it holds."""

    shape: tuple[int, ...]
    fortran: bool
    kind: np.dtype

    @property
    def entries(self) -> int:
        """The number of its entries."""
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        """How much memory it takes."""
        return self.entries * self.kind.itemsize


def header(file: IO[bytes], name: str, kinds: str = NUMBERS) -> Header:
    """Read the header. Raises SourceError where it is none, or promises other than `kinds`."""
    try:
        version = np.lib.format.read_magic(file)
        if version == (1, 0):
            shape, fortran, kind = np.lib.format.read_array_header_1_0(file)
        else:
            shape, fortran, kind = np.lib.format.read_array_header_2_0(file)
        whole = tuple(int(side) for side in shape)
    except Exception as error:  # NumPy takes it for Python, which fails in many ways
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise SourceError(
            message(
                "“{name}” is no array that can be read without unpickling ({reason}); save it "
                "with numpy.save.",
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
    if any(side < 0 for side in whole) or len(whole) > 32:
        said = "“{name}” says it has the shape {shape}; save it again."
        raise SourceError(message(said, name=name, shape=f"{whole!s:.60}"))
    return Header(whole, fortran, kind)


def values(file: IO[bytes], name: str, head: Header, first: int | None = None) -> np.ndarray:
    """The numbers behind the header, or those of its `first` rows.

    They come in pieces: no more memory is taken than the file has bytes. Raises SourceError
    where it ends early.
    """
    shape = head.shape if first is None else (min(first, head.shape[0]), *head.shape[1:])
    wanted = math.prod(shape) * head.kind.itemsize
    data = bytearray()
    while len(data) < wanted and (piece := file.read(min(PIECE, wanted - len(data)))):
        data += piece
    if len(data) < wanted:
        raise SourceError(
            message(
                "“{name}” says {n:,} entries and ends before all of them; save it again.",
                name=name,
                n=head.entries,
            )
        )
    made = np.frombuffer(data, head.kind, math.prod(shape))
    return made.reshape(shape, order="F" if head.fortran else "C")
