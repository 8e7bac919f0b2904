"""One short name for a whole result: equal where every number in it has the same bits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from core.messages import Message
from core.specs import Spec

OMITTED = ("seconds", "device", "made")
"""Fields and keys that are not the same twice."""


def digest(value: object) -> str:
    """32 hex digits: BLAKE2b over type, shape and bytes of every array, and every other value.

    Dataclasses count by their values in order, so that fields and classes may be renamed. Left
    out are `OMITTED`, specs (what was asked, not what came of it) and messages (texts for
    people). Raises TypeError for what it does not know.
    """
    total = hashlib.blake2b(digest_size=16)
    for piece in _pieces(value):
        total.update(len(piece).to_bytes(8, "little"))
        total.update(piece)
    return total.hexdigest()


def _pieces(value: Any) -> Iterator[bytes]:
    if value is None or isinstance(value, (Spec, Message)):
        yield b"nothing"
    elif isinstance(value, np.ndarray):
        yield from _of_array(value)
    elif hasattr(value, "indptr"):
        yield repr(value.shape).encode()
        yield from _of_items((value.indptr, value.indices, value.data))
    elif is_dataclass(value):
        yield from _of_items(
            getattr(value, field.name) for field in fields(value) if field.name not in OMITTED
        )
    elif isinstance(value, Mapping):
        for key in sorted(value, key=str):
            if str(key) not in OMITTED:
                yield str(key).encode()
                yield from _pieces(value[key])
    elif isinstance(value, (tuple, list)):
        yield from _of_items(value)
    elif isinstance(value, (bool, int, str, bytes, float, np.generic)):
        yield from _of_scalar(value)
    elif hasattr(value, "__array__"):  # such as JAX's and Arrow's
        yield from _of_array(np.asarray(value))
    else:
        raise TypeError(f"There is no digest of a {type(value).__name__}.")


def _of_array(array: np.ndarray) -> Iterator[bytes]:
    if array.dtype.hasobject:
        yield from _of_items(array.ravel().tolist())
    else:
        yield f"{array.dtype.str} {array.shape}".encode()
        yield np.ascontiguousarray(array).tobytes()


def _of_items(items: Iterable[Any]) -> Iterator[bytes]:
    yield b"("
    for item in items:
        yield from _pieces(item)
    yield b")"


def _of_scalar(value: Any) -> Iterator[bytes]:
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, float):
        yield plain.hex().encode()  # repr would do, too, but this says that every bit counts
    elif isinstance(plain, bytes):
        yield plain
    else:
        yield f"{type(plain).__name__} {plain}".encode()
