"""The kind of a file that nobody named: by its name, then by what is in it."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.errors import SourceError
from core.items import forms
from core.items.greys import PICTURES
from core.items.labels import is_name
from core.tables.archives import is_system
from core.text.preview import beginning
from core.vectors.evaluate import pair_lists
from core.vectors.evaluate.analogy_lists import SECTION

VECTORS = (".vec", ".bin", ".safetensors", ".parquet", ".vocab")
SERIAL = (".npy", ".npz")
IDX = (".idx", "-ubyte")
LONGEST_WORD = 40


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
    with zipfile.ZipFile(path) as archive:
        names = [file.filename.lower() for file in archive.infolist() if not is_system(file)]
    return "items" if any(name.endswith((*PICTURES, *IDX, *SERIAL)) for name in names) else "text"


def _array(paths: Sequence[Path]) -> str:
    """With a list of words beside it: vectors; one of pictures, or with labels: items."""
    if any(path.suffix.lower() in (".txt", ".vocab", ".tsv", ".json") for path in paths):
        return "vectors"
    stored = np.load(paths[0], mmap_mode="r", allow_pickle=False)
    if isinstance(stored, np.ndarray):
        shapes = [stored.shape]
    else:
        with stored:
            shapes = [stored[key].shape for key in stored.files]
    return "items" if len(paths) > 1 or any(len(shape) > 2 for shape in shapes) else "matrix"


def _written(path: Path) -> str:
    """Words and numbers in the first lines say what they are."""
    lines = [line for line in beginning(path, path.name).splitlines()[:50] if line.strip()]
    rows = [line.replace(",", " ").replace(";", " ").replace('"', "").split() for line in lines]
    if any(SECTION.match(line) for line in lines):
        return "pairs"
    body = rows[1:] or rows
    if len(rows) > 1 and any(map(is_name, rows[0])) and _numeric(body) and len(rows[0]) > 2:
        return "items"
    words = [row for row in body if row and not _is_number(row[0])]
    numbers = [sum(map(_is_number, row)) for row in body]
    if not body or max(numbers, default=0) == 0:
        return "text"
    if all(number == len(row) for number, row in zip(numbers, body, strict=True)):
        return "items" if _are_pictures(body) else "matrix"
    if all(number == len(row) - 1 for number, row in zip(numbers, body, strict=True)):
        labelled = len(body[0]) > 2 and not any(_is_number(row[-1]) for row in body)
        return "items" if labelled and not words else "vectors" if words else "text"
    return "pairs" if _are_pairs("\n".join(lines), path.name) else "text"


def _are_pairs(text: str, name: str) -> bool:
    """Whether most rows hold two words, or short names, and a number."""
    try:
        judged = pair_lists.read(text, name)
    except SourceError:
        return False
    short = all(len(word) <= LONGEST_WORD for pair in judged.pairs for word in (pair.a, pair.b))
    return short and len(judged.set_aside) < len(judged.pairs)


def _are_pictures(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows of numbers are bytes of a square picture, with or without a label before it."""
    if len({*map(len, rows)}) != 1 or not all(cell.isdecimal() for row in rows for cell in row):
        return False
    x = np.array([list(map(int, row)) for row in rows])
    return forms.are_pictures(x) or (x.shape[1] > 1 and forms.are_pictures(x[:, 1:]))


def _numeric(rows: Sequence[Sequence[str]]) -> bool:
    """Whether all cells but one a row, its label, are numbers."""
    return all(sum(map(_is_number, row)) >= len(row) - 1 for row in rows)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
