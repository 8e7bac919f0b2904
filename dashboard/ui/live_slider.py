"""A slider that reports while it is dragged (Streamlit's own reports on release).

The value of the slider with key ``k`` is ``st.session_state["k"]``: a plain entry, not
owned by a widget. So a page, a preset or a link sets it by `seed` (or by assignment) before
the slider is mounted; it survives a change of page; and an `AppTest` drives it by::

    at.session_state["k"] = 7
    at.run()

A value between two stops becomes a stop itself, and stays one while the page is open (a link
keeps its exact value); one beyond the ends is moved to the nearest stop, and an invalid one is
replaced by the default. After mounting, the entry holds the value that was returned.

>>> stops(1, 5, 2)
[1, 3, 5]
>>> stops(0.0, 0.3, 0.1)
[0.0, 0.1, 0.2, 0.3]
>>> log_stops(1, 50, 1)[:12]
[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from numbers import Real
from typing import Any, TypeVar

import streamlit as st

from dashboard.language import filled, number, say, session_language
from dashboard.slots import slot
from dashboard.ui.browser_code import component
from dashboard.ui.slider_scale import packed_scale

Number = TypeVar("Number", int, float)
Option = TypeVar("Option")

_LIMIT = 2000  # stops
_LOG_STOPS = 100  # positions on a logarithmic slider, before rounding merges some

_mount = st.components.v2.component(
    "vectorscope_live_slider",
    js=component("live_slider"),
)


@dataclass
class Thumb:
    """The state of a slider besides its value.

    turn: the number of the last report from the browser; between: the last value set that lies
    between two stops.
    """

    dragged: bool = False
    turn: int = 0
    between: Any = None


@dataclass
class Thumbs:
    """The sliders of the session, by their keys."""

    by_key: dict[str, Thumb] = field(default_factory=dict)


def _thumb(key: str) -> Thumb:
    return slot(Thumbs).by_key.setdefault(key, Thumb())


def live_slider(
    label: str,
    low: Number,
    high: Number,
    value: Number,
    *,
    step: Number,
    key: str,
    help: str = "",
    format: str | Callable[[Number], str] = "{}",
    log: bool = False,
) -> Number:
    """Return the number the slider stands at now, even during a drag.

    Parameters
    ----------
    low, high, step
        The stops are ``low, low + step, …`` up to ``high``, at most 2000. All `int` gives
        an `int`, else a `float`.
    value
        The default: where the slider stands until the user or the page moves it.
    format
        How a stop is written: a function, or a template such as ``"{:.2f}"``, ``"{} words"``.
    log
        Space the stops evenly in the logarithm (needs ``low > 0``), rounded to `step`.
    """
    values: list[Number] = list(_stops(low, high, step, value, log))
    exact = _between(values, st.session_state.get(key, value), key)
    if exact is not None and exact not in values:
        values.append(exact)
        values.sort()
    measure = _log_distance if log else _distance
    index = _nearest(values, st.session_state.get(key, value), measure)
    if index is None:
        index = _nearest(values, value, measure)
    if index is None:
        raise ValueError(f"value={value!r} of slider {key!r} is no number")
    labels = _labels(values, format)
    if exact is not None:
        labels[values.index(exact)] = _exactly(exact)
    return _slide(label, values, index, key=key, help=help, labels=labels)


def live_choice(
    label: str,
    options: Sequence[Option],
    value: Option,
    *,
    key: str,
    help: str = "",
    format: str | Callable[[Option], str] = "{}",
) -> Option:
    """Like `live_slider`, along a list of options, in the order given."""
    values = list(options)
    if value not in values:
        raise ValueError(f"value={value!r} of slider {key!r} is not among {values}")
    current = st.session_state.get(key, value)
    index = values.index(current if current in values else value)
    return _slide(label, values, index, key=key, help=help, labels=_labels(values, format))


def seed(key: str, value: Any) -> None:
    """Set the slider with this key, before it is mounted in this run."""
    st.session_state[key] = value


def is_dragged(key: str) -> bool:
    """Whether the thumb of this slider is being dragged, so that its value may be transient."""
    thumb = slot(Thumbs).by_key.get(key)
    return thumb is not None and thumb.dragged


def hold(key: str, held: bool) -> None:
    """Say that a hand moves this slider's value elsewhere, such as in a picture."""
    _thumb(key).dragged = held


def stops(low: Number, high: Number, step: Number) -> list[Number]:
    """Evenly spaced numbers from `low`, free of floating-point noise."""
    if not (low < high and step > 0):
        raise ValueError(f"a slider needs low < high and step > 0; got {low}, {high}, {step}")
    count = math.floor((high - low) / step * (1 + 1e-12) + 1e-9) + 1
    if count > _LIMIT:
        raise ValueError(f"{count} stops from {low} to {high}; at most {_LIMIT}: enlarge step")
    values = [low + i * step for i in range(count)]
    if isinstance(low, int) and isinstance(step, int):
        return values
    digits = max(0, 12 - math.floor(math.log10(max(abs(low), abs(high)))))
    return [round(v, digits) for v in values]


def log_stops(low: Number, high: Number, step: Number) -> list[Number]:
    """Numbers from `low` to `high`, evenly spaced in the logarithm, multiples of `step`.

    Round numbers (1 to 10 times a power of ten), which one looks for, are always among them.
    """
    if not (0 < low < high and step > 0):
        raise ValueError(f"a log slider needs 0 < low < high, step > 0; got {low}, {high}, {step}")
    ratio = math.log(high / low) / (_LOG_STOPS - 1)
    digits = max(0, 1 - math.floor(math.log10(step))) + 8
    candidates = [low * math.exp(i * ratio) for i in range(_LOG_STOPS)]
    tens = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    candidates += [m * 10.0**e for e in tens for m in range(1, 10)]
    values: list[Number] = [low]
    for value in sorted(candidates):
        stop = round(low + round((value - low) / step) * step, digits)
        if values[-1] < stop <= high:
            values.append(stop)
    return values


@lru_cache(512, typed=True)
def _stops(low: Any, high: Any, step: Any, value: Any, log: bool) -> tuple[Any, ...]:
    """The stops of a slider, which are the same at each move of any."""
    if not log:
        return tuple(stops(low, high, step))
    values = log_stops(low, high, step)
    if low < value < high and value not in values:
        values.append(value)  # the default of a logarithmic slider is always a stop
        values.sort()
    return tuple(values)


def _labels(values: Sequence[Any], format: str | Callable[[Any], str]) -> list[str]:
    """How each stop is written."""
    if not isinstance(format, str):
        return [format(value) for value in values]
    return list(_filled(session_language(), format, *values))


@lru_cache(512, typed=True)
def _filled(language: str, template: str, *values: Any) -> tuple[str, ...]:
    """The stops in a template; a page writes the same ones at each move of any slider."""
    return tuple(filled(template, value) for value in values)


def _between(values: Sequence[Number], value: object, key: str) -> Number | None:
    """The value between two stops that the slider was last set to, if any."""
    if type(value) is type(values[0]) and value not in values:
        _thumb(key).between = value
    between: Number | None = _thumb(key).between
    return between if between is not None and values[0] < between < values[-1] else None


def _exactly(value: float) -> str:
    """A value in full, as the slider's format may round it."""
    return number(value, "," if isinstance(value, int) else ".12g")


def _distance(a: float, b: float) -> float:
    return abs(a - b)


def _log_distance(a: float, b: float) -> float:
    return abs(math.log(a / b)) if b > 0 else a


def _nearest(
    values: Sequence[float], value: object, measure: Callable[[float, float], float]
) -> int | None:
    """Index of the stop nearest to `value`; None if that is no finite number."""
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        return None
    if value in values:
        return values.index(value)
    clamped = min(max(float(value), values[0]), values[-1])
    return min(range(len(values)), key=lambda i: measure(values[i], clamped))


def _slide(
    label: str,
    values: Sequence[Option],
    index: int,
    *,
    key: str,
    help: str,
    labels: list[str],
) -> Option:
    """Mount the component at `values[index]` and put that into session state."""
    element, thumb = f"{key}/slider", _thumb(key)

    def moved() -> None:
        move = st.session_state[element].get("moved")
        if move is None:
            return
        st.session_state[key] = values[min(max(int(move["index"]), 0), len(values) - 1)]
        thumb.turn, thumb.dragged = int(move["turn"]), bool(move.get("held"))

    st.session_state[key] = values[index]
    words = {"label": label, "help": help, "helpName": say("Help")}
    place = {"name": key, "index": index, "turn": thumb.turn}
    numbers = tuple(v if isinstance(v, Real) else None for v in values)
    head, scale = json.dumps(words | place), packed_scale(numbers, tuple(labels))
    # bytes, because Streamlit imports pandas to see whether a mapping holds tables
    _mount(
        key=element,
        data=f"{head[:-1]}, {scale[1:]}".encode(),
        on_moved_change=moved,
    )
    return values[index]
