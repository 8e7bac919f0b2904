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
from core.matrices.tables import PRINTED
from core.progress import run_on
from core.tables.archives import is_system
from core.tables.cells import is_missing, number
from core.tables.stream import stream
from core.tables.table import separator_of
from core.text.preview import beginning
from core.vectors.evaluate import pair_lists
from core.vectors.evaluate.analogy_lists import SECTION
from core.vectors.evaluate.lists import kind_of
from core.vectors.store.readers import records
from core.vectors.store.readers.layout import AGREE, DECLARED, layout_of
from core.vectors.store.readers.reading import Reading

VECTORS = (".vec", ".bin", ".safetensors", ".parquet", ".feather", ".vocab")
SERIAL = (".npy", ".npz")
IDX = (".idx", "-ubyte")
LONGEST_WORD = 40
SPOKEN = 3  # words a cell, of texts
ROWS = 50
TABLES = (".csv", ".tsv", ".json", ".jsonl")
CUT = 1 << 15  # characters: of what is as long, the last line may be cut
LISTS = ("words", "vocab", "tokens", "metadata")
TEXTS = frozenset(
    ["text", "texts", "content", "review", "body", "comment", "sentence", "document", "tweet"]
)
WORD_NAMES = frozenset(["word", "words", "token", "term"])


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
    if len(paths) > 1:
        return "items" if any(is_name(path.stem) for path in paths) else "vectors"
    return _written(paths[0])


def _archive(path: Path) -> str:
    """Pictures are items, texts are texts."""
    if not path.name.lower().endswith(".zip"):
        return "items"
    with zipfile.ZipFile(path) as archive:
        names = [file.filename.lower() for file in archive.infolist() if not is_system(file)]
    if any(name.endswith((*PICTURES, *IDX, *SERIAL)) for name in names):
        return "items"
    return "vectors" if any(name.endswith(VECTORS) for name in names) else "text"


def _array(paths: Sequence[Path]) -> str:
    """With a list of words beside it: vectors; one of pictures, or with labels: items."""
    serial = [path for path in paths if path.name.lower().endswith(SERIAL)]
    if len(serial) < len(paths):
        rest = next(path for path in paths if path not in serial)
        return "items" if is_name(rest.stem) else "vectors"
    stored = np.load(serial[0], mmap_mode="r", allow_pickle=False)
    if isinstance(stored, np.ndarray):
        heads = {"": stored}
    else:
        with stored:
            heads = {key: stored[key] for key in stored.files}
    labelled = any(is_name(key) and a.dtype.kind not in "SU" for key, a in heads.items())
    if len(paths) > 1 or labelled or any(a.ndim > 2 for a in heads.values()):
        return "items"
    if any(_is_list(key) and a.dtype.kind in "SU" for key, a in heads.items()):
        return "vectors"
    [first, *_] = [a for a in heads.values() if a.ndim == 2] or [np.zeros((1, 1))]
    return "items" if first.dtype.kind in "biuf" and forms.are_pictures(first) else "matrix"


def _is_list(name: str) -> bool:
    """Whether an array or a file is called as lists of words are."""
    return any(part in name.lower() for part in LISTS)


def _written(path: Path) -> str:
    """What the first lines of a text hold: sections, JSON, a table, vectors."""
    text = beginning(path, path.name)
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    if any(SECTION.match(line) for line in lines):
        return "pairs"
    if text.lstrip("\ufeff \t\r\n")[:1] in ("[", "{") and (kind := _bracketed(path, text)):
        return kind
    if len(lines) > 1 and DECLARED.fullmatch(lines[0].encode()):
        return "vectors"
    kind = _columns(path, text, lines)
    if kind == "text" and not path.name.lower().removesuffix(".gz").endswith(TABLES):
        layout = layout_of([line.encode() for line in lines])
        return "vectors" if layout.d > 1 and layout.agreeing >= AGREE else kind
    return kind


def _columns(path: Path, text: str, lines: list[str]) -> str:
    """What the columns of a table hold; texts where they hold nothing else."""
    whole = text if len(text) < CUT else text[: text.rfind("\n") + 1]
    usual = separator_of(path.name)
    table = stream(iter([whole]), path.name, usual=usual, spaces=True, numbers=True)
    width, dialect = table.dialect.width, table.dialect
    rows = [row.cells for row in table.rows if len(row.cells) == width][:ROWS]
    if not rows or width < 2:
        return "text"
    columns = [[row[j] for row in rows] for j in range(width)]
    words = [j for j in range(width) if (j == 0 and dialect.index) or not _numeric(columns[j])]
    names = dialect.columns if dialect.heading else ("",) * width
    if any(map(_are_texts, (columns[j] for j in words))) or {*map(str.lower, names)} & TEXTS:
        return "text"
    if len(words) == width:
        four = width in (4, 5) and kind_of(lines) == "analogies"
        return "pairs" if four else "text"
    if len(words) + 1 < width and any(map(is_name, names)):
        return "items"
    if len(words) > 1:
        return "pairs" if _are_pairs("\n".join(lines), path.name) else "text"
    if not words and any(map(is_name, names)):
        return "items"
    if not words:
        values = np.array([[number(c, dialect.decimal) or 0.0 for c in row] for row in rows])
        pictures = forms.are_pictures(values) or forms.are_pictures(values[:, 1:])
        return "items" if pictures or forms.are_pictures(values[:, :-1]) else "matrix"
    return _beside_words(words[0], columns[words[0]], names)


def _beside_words(at: int, words: Sequence[str], names: Sequence[str]) -> str:
    """Rows of numbers and a word: vectors with their words, items with labels, or a matrix."""
    if list(names[1:]) == list(words):
        return "matrix"
    if len({*words}) < len(words) or at:
        return "items" if len({*words}) < len(words) or len(names) > 2 else "text"
    rest = [name.lstrip("xXvVdDcC_ ").removeprefix("im").removeprefix("_") for name in names[1:]]
    if not any(names) or all(name.isdecimal() for name in rest):
        return "vectors"
    return "vectors" if names[0].lower() in WORD_NAMES else "matrix"


def _bracketed(path: Path, text: str) -> str:
    """JSON of vectors, or of a matrix; "" where it is other JSON, or none."""
    if PRINTED.match(text.encode()) and not set(text) & {*'"abcdfghijklmnopqrstuvwxyz'}:
        return "matrix"
    try:
        held = records.holds_vectors(Reading(path, path.name, None, run_on))
    except SourceError:
        held = False
    return "vectors" if held else "text" if text.lstrip()[1:].lstrip()[:1] in '"{' else ""


def _numeric(cells: Sequence[str]) -> bool:
    """Whether most cells are numbers, with whatever decimal mark, or missing."""
    present = [cell for cell in cells if not is_missing(cell)]
    numbers = sum(number(c) is not None or number(c, ",") is not None for c in present)
    return 2 * numbers > len(present)


def _are_texts(cells: Sequence[str]) -> bool:
    """Whether cells are longer than words and names are."""
    spoken = sum(len(cell.split()) for cell in cells) > SPOKEN * len(cells)
    return spoken or sum(map(len, cells)) > LONGEST_WORD * len(cells)


def _are_pairs(text: str, name: str) -> bool:
    """Whether most rows hold two words, or short names, and a number."""
    try:
        judged = pair_lists.read(text, name)
    except SourceError:
        return False
    short = all(len(word) <= LONGEST_WORD for pair in judged.pairs for word in (pair.a, pair.b))
    return short and len(judged.set_aside) < len(judged.pairs)
