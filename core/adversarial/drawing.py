"""Places of the plane that a user draws, or that are dark in a picture."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from core import uploads
from core.errors import SourceError, SpecError
from core.items import greys
from core.messages import message

EDGE = 1.6  # drawn places lie in [−EDGE, EDGE]²
STEPS = 256  # places on each axis: two hexadecimal digits a coordinate
SIDE = 40  # pixels that a picture is shrunk to, along its longer side
DARK = 0.3  # darkness from which a pixel counts, 0 white, 1 black


class Places(NamedTuple):
    """at: (P, 2); share: (P,), of the points, adding up to 1; side: of the square around each."""

    at: np.ndarray
    share: np.ndarray
    side: float


def read_drawn(text: str) -> np.ndarray:
    """Places (P, 2) of a text of `write_drawn`. Raises SpecError where it is none."""
    try:
        numbers = np.frombuffer(bytes.fromhex(text), np.uint8).reshape(-1, 2)
    except ValueError as error:
        raise SpecError(
            message(
                "`plane_drawn` holds “{text}”; write four hexadecimal digits for each point.",
                text=text[:40],
            ),
            "plane_drawn",
        ) from error
    return (numbers / (STEPS - 1) * 2 - 1) * EDGE


def write_drawn(places: np.ndarray) -> str:
    """Places (P, 2) as text, two hexadecimal digits a coordinate.

    >>> read_drawn(write_drawn(np.array([[0.5, -1.6]]))).round(2).tolist()
    [[0.5, -1.6]]
    """
    share = (np.clip(np.asarray(places, np.float64), -EDGE, EDGE) / EDGE + 1) / 2
    return np.rint(share * (STEPS - 1)).astype(np.uint8).tobytes().hex()


def drawn(text: str) -> Places:
    """The drawn places, each with the same share. Raises SpecError where there are none."""
    at = read_drawn(text)
    if not len(at):
        raise SpecError(
            message("No point is drawn yet; draw at least one into the plane."), "plane_drawn"
        )
    return Places(at, np.full(len(at), 1 / len(at)), 0.0)


def dark(darkness: np.ndarray, name: str) -> Places:
    """The pixels of a picture (h, w) that are dark, 0 white and 1 black, in [−1.2, 1.2]².

    Raises SourceError where none is.
    """
    rows, columns = np.nonzero(darkness >= DARK)
    if not len(rows):
        raise SourceError(
            message(
                "“{name}” has no dark pixels: nothing can be drawn from it. Take a picture that "
                "is dark on light.",
                name=name,
            )
        )
    height, width = darkness.shape
    side = 2.4 / max(height, width)
    x = (columns - (width - 1) / 2) * side
    y = ((height - 1) / 2 - rows) * side
    share = darkness[rows, columns].astype(np.float64)
    return Places(np.stack([x, y], axis=1), share / share.sum(), side)


@lru_cache(maxsize=8)
def of_digit(number: int) -> Places:
    """The dark pixels of one of scikit-learn's digits, counted round from 0."""
    from sklearn.datasets import load_digits

    pictures = load_digits().images
    return dark(pictures[number % len(pictures)] / 16, "digits")


@lru_cache(maxsize=8)
def of_picture(name: str, digest: str) -> Places:
    """The dark pixels of an uploaded picture, shrunk to `SIDE` a side.

    Raises SourceError where it is none, or has none.
    """
    from PIL import Image

    with uploads.path(name, digest).open("rb") as file:
        frame = greys.frames(file, name, 1)[0][0]
    values = frame.greys.astype(np.float32)
    top = 255.0 if not frame.deep else max(float(values.max()), 1.0)
    image = Image.fromarray(values / top)
    image.thumbnail((SIDE, SIDE))
    light = np.asarray(image)
    return dark(light if frame.ground == "black" else 1 - light, name)
