"""Values in files whose arrays are read in place: pickle 5, its buffers out of band.

A file: the number of parts, the length of each (uint64), then the parts, each at a multiple
of 64 bytes: the pickle, then its buffers. However many arrays a value has, it costs one map
of its file, or none: small files are read into memory, and so is any file once many are mapped,
because each map holds a file descriptor, of which a process may have few.

Only for files that this program wrote: reading one runs what its pickle says.
"""

from __future__ import annotations

import io
import mmap
import pickle
import struct
import threading
import weakref
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

ALIGNED = 64  # bytes
SMALL = 1 << 20  # bytes; a smaller file is read into memory
MOST_MAPS = 64
_maps: weakref.WeakSet[mmap.mmap] = weakref.WeakSet()
_lock = threading.Lock()


def parts_of(value: Any) -> list[memoryview]:
    """The pickle of a value, and its buffers, which are its arrays' own memory.

    Raises as pickle does what it cannot hold.
    """
    buffers: list[pickle.PickleBuffer] = []
    stream = io.BytesIO()
    _Pickler(stream, 5, buffer_callback=buffers.append).dump(value)
    return [stream.getbuffer(), *(buffer.raw() for buffer in buffers)]


def write(parts: Sequence[memoryview], path: Path) -> str:
    """Write a value, and return the file's checksum as `core.files.checksum` would find it.

    parts: as `parts_of` gives them. Raises OSError on a full disk.
    """
    crc = 0
    with path.open("wb") as file:

        def put(part: bytes | memoryview) -> None:
            nonlocal crc
            crc = zlib.crc32(part, crc)
            file.write(part)

        put(struct.pack(f"<{len(parts) + 1}Q", len(parts), *(p.nbytes for p in parts)))
        for part, start in zip(parts, _starts([part.nbytes for part in parts]), strict=True):
            put(bytes(start - file.tell()))
            put(part)
    return f"{crc:08x}"


def read(path: Path) -> Any:
    """Read a value; its arrays are read-only. Raises whatever a file can that is none of these."""
    data = memoryview(_content(path))
    (count,) = struct.unpack_from("<Q", data)
    sizes = struct.unpack_from(f"<{count}Q", data, 8)
    starts = _starts(sizes)
    first, *others = (data[a : a + n] for a, n in zip(starts, sizes, strict=True))
    return pickle.loads(first, buffers=others)


class _Pickler(pickle.Pickler):
    """Takes mapped arrays for the plain ones that they will be when they are read."""

    def reducer_override(self, value: Any) -> Any:
        if type(value) is np.memmap:
            return np.asarray(value).__reduce_ex__(5)
        return NotImplemented


def _starts(sizes: Sequence[int]) -> Iterator[int]:
    """Where the parts begin."""
    at = 8 * (len(sizes) + 1)
    for size in sizes:
        at += -at % ALIGNED
        yield at
        at += size


def _content(path: Path) -> bytes | mmap.mmap:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        with _lock:
            if size >= SMALL and len(_maps) < MOST_MAPS:
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
                _maps.add(mapped)
                return mapped
        file.seek(0)
        return file.read()
