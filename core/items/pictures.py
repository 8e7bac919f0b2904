"""A row's picture: bytes in the table, base64 text, or a file of the zip beside it.

Nothing is fetched from outside, and only formats without programs in them are decoded.
"""

from __future__ import annotations

import base64
import io
import zipfile
from functools import lru_cache
from pathlib import Path, PurePosixPath

from core.items.collection import Table, picture_archive
from core.items.values import column

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF")
MOST_PIXELS = 40_000_000
LARGEST = 20_000_000  # bytes of a file
SIDE = 512  # px of what is shown


def picture(table: Table, name: str, row: int) -> bytes | None:
    """The picture in a row's cell as PNG, at most 512 pixels a side; None where there is none."""
    data = _data(table, column(table, name)[row].as_py())
    return _png(data) if data else None


def _data(table: Table, value: object) -> bytes | None:
    if isinstance(value, dict):
        value = value.get("bytes") or value.get("path")
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str) or not value:
        return None
    if value.startswith("data:image/"):
        try:
            return base64.b64decode(value.partition(",")[2], validate=True)
        except ValueError:
            return None
    archive = picture_archive(table.spec)
    return _member(archive, value) if archive else None


def _member(archive: Path, name: str) -> bytes | None:
    """The file of this name in the zip: by its whole path, else by its last part."""
    member = members(archive).get(name) or members(archive).get(PurePosixPath(name).name)
    if member is None:
        return None
    with zipfile.ZipFile(archive) as packed, packed.open(member) as file:
        data = file.read(LARGEST + 1)
    return data if len(data) <= LARGEST else None


@lru_cache(maxsize=4)
def members(archive: Path) -> dict[str, str]:
    """The files of a zip by their path, and by the last part of it."""
    with zipfile.ZipFile(archive) as packed:
        names = packed.namelist()
    return {PurePosixPath(name).name: name for name in names} | {name: name for name in names}


def _png(data: bytes) -> bytes | None:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            image.thumbnail((SIDE, SIDE))
            file = io.BytesIO()
            image.convert("RGBA" if "A" in image.getbands() else "RGB").save(file, "png")
            return file.getvalue()
    except Exception:  # decoders raise many kinds; a damaged picture is none
        return None
