"""The kind of a file that nobody named: by its name, then by what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.items.files import PICTURES
from core.text import files
from core.text.preview import beginning

VECTORS = (".vec", ".bin", ".safetensors", ".parquet", ".vocab")
SERIAL = (".npy", ".npz")
IDX = (".idx", "-ubyte")


def guess(paths: Sequence[Path]) -> str:
    """One of the kinds of `core.reading.command.KINDS`."""
    names = [path.name.lower().removesuffix(".gz") for path in paths]
    if any(name.endswith(VECTORS) for name in names):
        return "vectors"
    if any(name.endswith((*IDX, ".zip", *PICTURES)) for name in names):
        return _archive(paths[0])
    if any(name.endswith(SERIAL) for name in names):
        return _array(paths)
    if any(name.endswith(".mtx") for name in names):
        return "matrix"
    return _written(paths[0])


def _archive(path: Path) -> str:
    """Pictures are items, texts are texts."""
    if not path.name.lower().endswith(".zip"):
        return "items"
    members = files.parts(path, path.name)[0]
    texts = [part for part in members if not part.name.lower().endswith((*IDX, ".gz"))]
    return "text" if texts else "items"


def _array(paths: Sequence[Path]) -> str:
    """With a list of words beside it: vectors; one of pictures, or with labels: items."""
    import numpy as np

    if any(path.suffix.lower() in (".txt", ".vocab", ".tsv", ".json") for path in paths):
        return "vectors"
    with np.load(paths[0], mmap_mode="r", allow_pickle=False) as stored:
        shapes = [stored[key].shape for key in stored.files] if hasattr(stored, "files") else []
    return "items" if len(paths) > 1 or len(shapes) > 1 else "matrix"


def _written(path: Path) -> str:
    """Words and numbers in the first lines say what they are."""
    lines = [line for line in beginning(path, path.name).splitlines()[:50] if line.strip()]
    rows = [line.replace(",", " ").replace(";", " ").replace('"', "").split() for line in lines]
    if any(line.startswith(":") for line in lines):
        return "pairs"
    body = rows[1:] or rows
    words = [row for row in body if row and not _is_number(row[0])]
    numbers = [sum(map(_is_number, row)) for row in body]
    if not body or max(numbers, default=0) == 0:
        return "text"
    if all(number == len(row) for number, row in zip(numbers, body, strict=True)):
        return "matrix"
    if all(number == len(row) - 1 for number, row in zip(numbers, body, strict=True)):
        return "vectors" if len(words) == len(body) else "pairs"
    two = all(len(row) - number in (2, 3) for number, row in zip(numbers, body, strict=True))
    return "pairs" if two and len({*map(len, body)}) <= 2 else "text"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
