"""Picture files as greys: their depth, colours, transparency, orientation and frames."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

from core.errors import SourceError
from core.items import limits
from core.messages import message

PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm")
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")  # of Pillow, PICTURES' own
DEEP = ("I", "F")  # Pillow's names of greys of more than 8 bits begin so
PALE = 204  # mean grey of a drawing from which it is laid on black


@dataclass(frozen=True)
class Frame:
    """One picture. greys: (height, width), uint8, or a deeper type where the file has one.

    ground: what its transparency was laid on, “white” or “black”; "" where it has none.
    """

    greys: np.ndarray
    ground: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """(width, height)."""
        return int(self.greys.shape[1]), int(self.greys.shape[0])

    @property
    def deep(self) -> bool:
        """Whether there are more than 256 greys."""
        return self.greys.dtype != np.uint8


def frames(file: IO[bytes], name: str, most: int) -> tuple[list[Frame], int]:
    """The first `most` frames of a picture file, and how many it holds.

    Animations and stacks have several. Turned as the camera says. Formats that may hold programs
    are refused. Raises SourceError for a file that is damaged, no picture or too large.
    """
    from PIL import Image, ImageOps

    warnings.filterwarnings("ignore", module=r"PIL\.")  # of sizes, which are checked here
    try:
        with Image.open(file, formats=FORMATS) as image:
            width, height = image.size
            if width * height > limits.MOST_PIXELS:
                raise too_many_pixels(name, f"{width}×{height}")
            total = int(getattr(image, "n_frames", 1))
            read = []
            for number in range(min(total, most)):
                if number:
                    image.seek(number)
                if image.size[0] * image.size[1] > limits.MOST_PIXELS:
                    raise too_many_pixels(name, f"{image.size[0]}×{image.size[1]}")
                read.append(grey(ImageOps.exif_transpose(image)))
            return read, total
    except SourceError:
        raise
    except Image.DecompressionBombError as error:
        raise too_many_pixels(name, message("hundreds of millions of")) from error
    except Exception as error:  # decoders raise many kinds
        raise SourceError(
            message(
                "“{name}” is damaged or not a picture ({reason}); leave it out.",
                name=name[:200],
                reason=" ".join(str(error).split())[:120],
            )
        ) from error


def grey(image: Any) -> Frame:
    """A Pillow image as greys; transparency is laid on white, or on black under a pale drawing."""
    if image.mode.startswith(DEEP):
        return Frame(np.asarray(image))
    if not image.has_transparency_data:
        return Frame(np.asarray(image.convert("L")))
    coloured = image.convert("RGBA")
    opaque = np.asarray(coloured.getchannel("A"), np.float32) / 255
    greys = np.asarray(coloured.convert("L"), np.float32)
    if opaque.min() == 1:
        return Frame(greys.astype(np.uint8))
    drawn = float(opaque.sum())
    pale = drawn > 0 and float((greys * opaque).sum()) / drawn > PALE
    laid = greys * opaque + (0 if pale else 255) * (1 - opaque)
    return Frame(np.rint(laid).astype(np.uint8), "black" if pale else "white")


def too_many_pixels(name: str, pixels: str) -> SourceError:
    """The refusal of a picture that is too large."""
    template = "“{name}” has {pixels} pixels; shrink it."
    return SourceError(message(template, name=name[:200], pixels=pixels))
