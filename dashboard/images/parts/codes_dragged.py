"""The codebook of the plane: a random draw, and the codes that were moved by hand since."""

from __future__ import annotations

import numpy as np

from core.quantised import plane
from core.quantised.plane import EXTENT
from dashboard import state
from dashboard.images.views import PlaneView
from dashboard.language import say
from dashboard.ui.figure import Click, Grip
from dashboard.ui.live_slider import hold


def read_places(text: str, K: int, draw: int) -> dict[int, tuple[float, float]]:
    """Places of codes by number, from a text such as "9.66 3:0.5:-0.2".

    None where the text is of another draw of K codes; what cannot be read is left out.
    """
    head, *words = text.split() or [""]
    places = dict[int, tuple[float, float]]()
    if head != f"{K}.{draw}":
        return places
    for word in words:
        try:
            code, x, y = word.split(":")
            number, place = int(code), (float(x), float(y))
        except ValueError:
            continue
        if 0 <= number < K and np.abs(place).max() <= EXTENT:
            places[number] = place
    return places


def write_places(places: dict[int, tuple[float, float]], K: int, draw: int) -> str:
    """The text of `read_places`."""
    words = [f"{code}:{x:g}:{y:g}" for code, (x, y) in sorted(places.items())]
    return " ".join([f"{K}.{draw}", *words]) if words else ""


def settings() -> tuple[int, int, str]:
    """How many codes there are, the number of their draw, and where they were moved."""
    view = PlaneView()
    K = int(state.get("plane_codes", view.plane_codes))
    draw = int(state.get("plane_draw", view.plane_draw))
    return K, draw, str(state.get("plane_places", ""))


def book() -> np.ndarray:
    """The codes, (K, 2)."""
    K, draw, text = settings()
    codes = plane.codebook(K, draw)
    for code, place in read_places(text, K, draw).items():
        codes[code] = place
    return codes


def moved() -> bool:
    """Whether a code was moved by hand."""
    K, draw, text = settings()
    return bool(read_places(text, K, draw))


def grip(codes: np.ndarray) -> Grip:
    """The code that is held: a hand or the arrow keys move it."""
    code = min(int(state.get("plane_held", 0)), len(codes) - 1)
    x, y = map(float, codes[code])
    return Grip(x, y, say("Code {k}; arrow keys move it", k=code), drag)


def drag(x: float, y: float, held: bool) -> None:
    """Follow the hand on the code; the address waits until it lets go."""
    K, draw, text = settings()
    code = min(int(state.get("plane_held", 0)), K - 1)
    at = np.clip([x, y], -EXTENT, EXTENT).round(2).tolist()
    places = read_places(text, K, draw) | {code: (at[0], at[1])}
    state.put("plane_places", write_places(places, K, draw))
    hold("setting:plane_codes", held)


def take(click: Click) -> None:
    """Hold the code that was clicked."""
    if isinstance(number := click["customdata"], int):
        state.put("plane_held", number)


def put_back() -> None:
    """All codes back where the draw put them."""
    state.put("plane_places", "")
