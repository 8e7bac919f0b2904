"""Bytes that mean harm: `from tests.core.hostile import …`.

Whatever bytes a reader is given, it gives a valid result, or raises a CoreError whose message
a user can act on. A hundred examples each, always the same; VECTORSCOPE_FUZZ=5000 looks
deeper, elsewhere each time.
"""

from __future__ import annotations

import os
import re
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as some

from core.errors import CoreError

DEEPER = os.environ.get("VECTORSCOPE_FUZZ", "")
fuzzed = settings(
    max_examples=int(DEEPER or 100),
    derandomize=not DEEPER,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
LONGEST_MESSAGE = 1500
EXTREMES = (0, 1, -1, 127, 255, 2**15, 2**31 - 1, -(2**31), 2**32, 2**40, 2**63 - 1, -(2**63))
NUMBERS = (*map(str, EXTREMES), "nan", "inf", "-inf", "1e400", "1e39", "9" * 5000, "1_0", "٣", "")
SIGNS = (
    b"\0",
    b"\r",
    b"\n",
    b"\r\n",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xed\xa0\x80",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\xe2\x80\xae",
    b"\x0c",
    b"\x1c",
    b"\x80",
    b'"',
    b"'",
    b"\t",
    b" ",
    b",",
    b";",
    b"{",
    b"[",
    b"#",
    b"\\ud800",
    b"nan",
    b"inf",
    b"<",
    b"PK\x03\x04",
    b"\x1f\x8b",
)
PICKLED: list[str] = []
"""What a pickle did that was opened; nothing, if all is well."""


class Trap:
    """An object whose pickle says that it was opened."""

    def __reduce__(self) -> tuple[Any, ...]:
        return PICKLED.append, ("opened",)


def answered(read: Callable[[], Any]) -> Any:
    """The result, or the CoreError; anything else that is raised is a bug.

    A message is short, can be sent to a browser, and is more than the name of an exception.
    """
    try:
        return read()
    except CoreError as error:
        said = str(error)
        said.encode()
        assert 15 < len(said) < LONGEST_MESSAGE and " " in said, said[:300]
        return error
    finally:
        assert not PICKLED


def refused(read: Callable[[], Any]) -> str:
    """The message of the CoreError that it must end in."""
    found = answered(read)
    assert isinstance(found, CoreError), f"accepted: {found!r:.200}"
    return str(found)


@contextmanager
def within(megabytes: float) -> Iterator[None]:
    """Memory stays below so much more than before."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
    assert peak < megabytes, f"{peak:.0f} MB"


def placed(folder: Path, data: bytes, name: str = "given") -> Path:
    """The bytes as a file."""
    path = folder / name
    path.write_bytes(data)
    return path


def zipped(members: dict[str, bytes], packed: bool = True) -> bytes:
    """A zip archive of files, whatever they are called."""
    made = BytesIO()
    kind = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(made, "w", kind) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


@some.composite
def damaged(draw: some.DrawFn, *valid: bytes) -> bytes:
    """One of some valid files after a few accidents."""
    data = draw(some.sampled_from(valid))
    for _ in range(draw(some.integers(1, 4))):
        a, b = sorted(draw(some.tuples(*[some.integers(0, len(data))] * 2)))
        near = min(b, a + 40)  # most of what matters is small
        accident = draw(some.integers(0, 9))
        if accident == 0:
            data = data[:a]
        elif accident == 1:
            data = data[:a] + data[near:]
        elif accident == 2:
            data = data[:b] + data[a:b] + data[b:]
        elif accident == 3:
            data = data[:a] + bytes([draw(some.integers(0, 255))]) + data[a + 1 :]
        elif accident == 4:
            data = data[:a] + draw(some.sampled_from(SIGNS)) + data[a:]
        elif accident == 5:
            data = data[:a] + draw(some.binary(max_size=12)) + data[near:]
        elif accident == 6:
            data = data[:a] + data[a:near] * draw(some.integers(2, 50)) + data[near:]
        elif accident == 7:
            size = draw(some.sampled_from((1, 2, 4, 8)))
            number = draw(some.sampled_from(EXTREMES)) % 256**size
            data = data[:a] + number.to_bytes(size, draw(ENDS)) + data[a + size :]
        else:
            data = _renumbered(data, draw(some.integers(0, 30)), draw(some.sampled_from(NUMBERS)))
    return data


ENDS = some.sampled_from(("little", "big"))


def _renumbered(data: bytes, which: int, number: str) -> bytes:
    """The file with another number at a place where one is written out."""
    found = list(re.finditer(rb"-?\d+(\.\d+)?", data))
    if not found:
        return data
    start, end = found[which % len(found)].span()
    return data[:start] + number.encode() + data[end:]
