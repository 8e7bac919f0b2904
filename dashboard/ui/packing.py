"""Figures as they cross the wire; those that follow from the same settings are packed once.

A crowd opens a page with the same defaults, and a slider goes to and fro: what was drawn from
certain settings is kept, for all sessions, under those settings and the language of its words.
Its colours follow the theme in the browser, and its template is there already.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import plotly.graph_objects as go
from _plotly_utils.utils import to_typed_array_spec
from cachetools import LRUCache, cached
from plotly.io.json import to_json_plotly

from dashboard.language import session_language

Figure: TypeAlias = "go.Figure | dict[str, Any]"
"""A figure of Plotly's, or the same as a plain dictionary: `data`, `layout`."""
BYTES = 64 * 1024**2  # that the figures kept may take
TYPES = {"float32": "f4", "float64": "f8", "int8": "i1", "int16": "i2", "int32": "i4",
         "uint8": "u1", "uint16": "u2", "uint32": "u4"}  # fmt: skip
"""What plotly.js calls the types of arrays that it takes as they are."""


@dataclass(frozen=True)
class Packed:
    """A figure as JSON, and its token: `layout.meta` if that is a text or a number."""

    json: bytes
    token: str


def pack(figure: Figure, key: str) -> Packed:
    """A figure without its template; arrays become base64 text, in their own precision.

    key: of the place where it is shown, in which it keeps the user's zoom unless it says itself
    when to.
    """
    if isinstance(figure, dict):
        spec = _typed(figure)
    else:
        spec = figure.to_dict()
        spec["layout"].pop("template", None)
    spec["layout"].setdefault("uirevision", key)
    return Packed(str(to_json_plotly(spec)).encode(), str(spec["layout"].get("meta") or ""))


def pack_part_once(make: Callable[[], dict[str, Any]], *name: Hashable) -> str:
    """JSON of attributes of a trace, which follow from their name and the language alone."""
    return _pack_part_once(make, session_language(), *name)


_kept: LRUCache[Hashable, Packed] = LRUCache(BYTES, getsizeof=lambda packed: len(packed.json))
_parts: LRUCache[Hashable, str] = LRUCache(BYTES, getsizeof=len)


def _typed(value: Any) -> Any:
    """The same with each array as plotly.js takes it; go.Figure.to_dict does so for its own."""
    if isinstance(value, np.ndarray):
        return _packed(value)
    if isinstance(value, dict):
        return {name: _typed(part) for name, part in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [_typed(part) for part in value]
    return value


def _packed(values: np.ndarray) -> Any:
    """An array as Plotly packs it, without its search for what kind of array it may be."""
    kind = TYPES.get(values.dtype.name)
    if kind is None or not values.size:
        return to_typed_array_spec(values)
    packed = {"dtype": kind, "bdata": base64.b64encode(np.ascontiguousarray(values).data).decode()}
    return packed | ({"shape": ", ".join(map(str, values.shape))} if values.ndim > 1 else {})


def pack_once(draw: Callable[[], Figure], key: str, made_of: Hashable) -> Packed:
    """The figure that `draw` returns, which follows from `made_of` and the language alone."""
    return _pack_once(draw, key, made_of, session_language())


@cached(_kept, key=lambda draw, *name: name, condition=threading.Condition())
def _pack_once(draw: Callable[[], Figure], key: str, made_of: Hashable, language: str) -> Packed:
    return pack(draw(), key)


@cached(_parts, key=lambda make, *name: name, condition=threading.Condition())
def _pack_part_once(make: Callable[[], dict[str, Any]], *name: Hashable) -> str:
    return str(to_json_plotly(_typed(make())))
