"""Uploaded matrices, kept in the cache folder and read without trusting them.

Nothing is unpickled, and sizes are read from a file's header before its
numbers: a header may promise 10⁹ entries. Every refusal is a SourceError that
names the problem and the remedy.
"""

from __future__ import annotations

import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

import numpy as np
from scipy.sparse import load_npz

from core import arrays, uploads
from core.errors import SourceError
from core.lowrank.bases import checked
from core.matrices.contents import Contents
from core.matrices.market import read_market
from core.matrices.tables import LONGEST_NAME, read_table
from core.messages import message
from core.tables.no_tables import check_sheet
from core.tables.options import GUESSED, TableOptions
from core.tables.preview import Preview
from core.tables.preview import preview as beginning
from core.tables.table import chunks, separator_of

TABLES = (".csv", ".tsv", ".txt", ".json")
READABLE = (".npy", ".npz", *TABLES, ".mtx")
MOST_ENTRIES = 25_000_000
LONGEST_SIDE = 1_000_000
MOST_BYTES = 1 << 30
MOST_NAMES = 1 << 28  # bytes of an array of texts
SHOWN = 6  # arrays named in a sentence
MOST_ARRAYS = 1_000  # of an archive


def store_upload(name: str, data: BinaryIO | bytes) -> tuple[str, str]:
    """Keep an uploaded file; returns (file_name, file_digest) for a `Matrix` or `Product`.

    Raises SourceError for an unknown kind of file, more than 1 GiB, and a full disk.
    """
    name = uploads.base_name(name)
    _kind(name)

    def check(size: int) -> None:
        if size > MOST_BYTES:
            raise SourceError(
                message("“{name}” is larger than 1 GiB; give a smaller matrix.", name=name)
            )

    digest = uploads.keep(name, data, check)
    if not uploads.path(name, digest).stat().st_size:
        raise SourceError(message("“{name}” is an empty file; give a matrix.", name=name))
    return name, digest


def read(name: str, digest: str, options: TableOptions = GUESSED) -> Contents:
    """A stored upload; options: how a table is written, where the guess is wrong.

    Dense float64, or CSR for Matrix Market's coordinates and scipy's `save_npz`. Raises
    SourceError.
    """
    path = uploads.path(name, digest)
    kind = _kind(name)
    try:
        if kind == ".npy":
            with path.open("rb") as file:
                contents = Contents(_array(file, name))
        elif kind == ".npz":
            contents = _archive(path, name)
        elif kind == ".mtx":
            contents = Contents(read_market(path, name, partial(check_size, name)))
        else:
            contents = read_table(path, name, options, MOST_ENTRIES)
            check_size(name, contents.values.shape)
    except SourceError:
        raise
    except uploads.DAMAGE as error:
        raise SourceError(
            message(
                "“{name}” is not a {kind} file that can be read ({error}); save it again, as one "
                "of {readable}.",
                name=name,
                kind=kind,
                error=_short(error),
                readable=", ".join(READABLE),
            )
        ) from error
    try:
        return replace(contents, values=checked(contents.values))
    except SourceError as error:
        raise SourceError(message("“{name}”: {error}", name=name, error=error.args[0])) from error


def preview(name: str, digest: str, options: TableOptions = GUESSED) -> Preview | None:
    """The beginning of a stored table; None for files of other kinds. Raises SourceError."""
    if _kind(name) not in TABLES:
        return None
    path = uploads.path(name, digest)
    try:
        return beginning(
            partial(chunks, path), name, options, usual=separator_of(name), spaces=True,
            numbers=True,
        )  # fmt: skip
    except uploads.DAMAGE as error:
        template = "“{name}” is damaged ({error}); save it again."
        raise SourceError(message(template, name=name, error=_short(error))) from error


def check_size(name: str, shape: tuple[int, ...], stored: int | None = None) -> None:
    """Refuse what is too large; `stored`: the non-zeros of a sparse matrix. Raises SourceError."""
    entries = (
        int(np.prod([int(side) for side in shape], dtype=object)) if stored is None else stored
    )
    if entries > MOST_ENTRIES:
        raise SourceError(
            message(
                "“{name}” has {n:,} entries, the limit is {most:,}; give a part of it."
                if stored is None
                else "“{name}” has {n:,} non-zero entries, the limit is {most:,}; give a part of "
                "it.",
                name=name,
                n=entries,
                most=MOST_ENTRIES,
            )
        )
    if shape and max(shape) > LONGEST_SIDE:
        raise SourceError(
            message(
                "“{name}” has a side of {n:,}, the limit is {most:,}; give a part of it.",
                name=name,
                n=max(shape),
                most=LONGEST_SIDE,
            )
        )


def _array(file: IO[bytes], name: str) -> np.ndarray:
    """An .npy, its header checked before its numbers are read."""
    head = arrays.header(file, name)
    check_size(name, head.shape)
    return arrays.values(file, name, head)


def _archive(path: Path, name: str) -> Contents:
    """The only matrix of an .npz, its rows named by an array of text, or scipy's sparse matrix."""
    with zipfile.ZipFile(path) as archive:
        members = {item.filename.removesuffix(".npy"): item for item in archive.infolist()}
        if len(members) > MOST_ARRAYS:
            template = "“{name}” holds {n:,} arrays; save only the one you want."
            raise SourceError(message(template, name=name, n=len(members)))
        heads: dict[str, arrays.Header] = {}
        for key, item in members.items():
            with archive.open(item) as file:
                heads[key] = arrays.header(file, name, f"{arrays.NUMBERS}SU")
            check_size(name, heads[key].shape)
        if "format" in heads and "data" in heads:
            return Contents(_sparse(path, name))
        numeric = {key: head for key, head in heads.items() if head.kind.kind in arrays.NUMBERS}
        matrices = [key for key, head in numeric.items() if len(head.shape) == 2]
        if len(matrices) != 1 and len(heads) != 1:
            raise SourceError(
                message(
                    "“{name}” holds {n} matrices ({names}); save only the one you want.",
                    name=name,
                    n=len(matrices),
                    names=_shown(heads) or message("nothing"),
                )
            )
        chosen = (matrices or list(heads))[0]
        with archive.open(members[chosen]) as file:
            rows, columns = _names(archive, name, heads, chosen)
            contents = Contents(_array(file, name), rows, columns)
    others = {key: head for key, head in heads.items() if key != chosen}
    if not others:
        return contents
    template = "“{array}” is read; the file also holds {others}."
    return contents.noted(message(template, array=chosen[:60], others=_shown(others)))


def _names(
    archive: zipfile.ZipFile, name: str, heads: dict[str, arrays.Header], chosen: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of rows and of columns: arrays of texts that are as long as the matrix; () without one."""
    sides = (*heads[chosen].shape, 0, 0)[:2]
    fitting = {
        key: head.shape[0]
        for key, head in heads.items()
        if head.kind.kind in "SU" and len(head.shape) == 1 and head.bytes <= MOST_NAMES
    }
    of_columns = [key for key in fitting if key.lower().startswith("col")]
    of_rows = [key for key, n in fitting.items() if n == sides[0] and key not in of_columns]
    of_columns = [key for key in of_columns if fitting[key] == sides[1]]
    return (
        _texts(archive, name, of_rows[0]) if of_rows else (),
        _texts(archive, name, of_columns[0]) if of_columns else (),
    )


def _texts(archive: zipfile.ZipFile, name: str, key: str) -> tuple[str, ...]:
    with archive.open(f"{key}.npy") as file:
        head = arrays.header(file, name, "SU")
        texts = arrays.values(file, name, head)
    if head.kind.kind == "S":
        texts = np.char.decode(texts, "utf-8", "replace")
    return tuple(str(text)[:LONGEST_NAME] for text in texts)


def _shown(heads: dict[str, arrays.Header]) -> str:
    """Names and shapes of arrays; of many the first."""
    shown = [
        f"{key[:60]} ({' × '.join(f'{side:,}' for side in head.shape)})"
        for key, head in sorted(heads.items())[:SHOWN]
    ]
    more = len(heads) - len(shown)
    names = ", ".join(shown)
    return message("{names} and {n:,} more", names=names, n=more) if more else names


def _sparse(path: Path, name: str) -> Any:
    loaded: Any = load_npz(path)
    check_size(name, loaded.shape, loaded.nnz)
    matrix = loaded.tocsr()
    matrix.check_format(full_check=True)
    matrix.sum_duplicates()
    return matrix


def _kind(name: str) -> str:
    kind = PurePosixPath(name).suffix.lower()
    check_sheet(name)
    if kind not in READABLE:
        raise SourceError(
            message(
                "“{name}” is not a matrix file; choose one of {readable} (pickles are never read)."
                if kind in (".pkl", ".pickle", ".joblib")
                else "“{name}” is not a matrix file; choose one of {readable}.",
                name=name,
                readable=", ".join(READABLE),
            )
        )
    return kind


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
