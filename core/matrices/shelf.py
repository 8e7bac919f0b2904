"""Uploaded matrices, kept in the cache folder and read without trusting them.

Nothing is unpickled, and sizes are read from a file's header before its
numbers: a header may promise 10⁹ entries. Every refusal is a SourceError that
names the problem and the remedy.
"""

from __future__ import annotations

import zipfile
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

import numpy as np
from scipy.sparse import load_npz

from core import arrays, uploads
from core.errors import SourceError
from core.lowrank.bases import checked
from core.matrices.market import read_market
from core.matrices.tables import read_table
from core.messages import message

READABLE = (".npy", ".npz", ".csv", ".tsv", ".txt", ".mtx")
MOST_ENTRIES = 25_000_000
LONGEST_SIDE = 1_000_000
MOST_BYTES = 1 << 30
LONGEST_TEXT = 1000  # bytes of the name of a sparse format
Names = tuple[str, ...]


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


def read(name: str, digest: str) -> tuple[Any, Names, Names]:
    """A stored upload as (matrix, row names, column names); only tables have names.

    Dense float64, or CSR for Matrix Market's coordinates and scipy's `save_npz`.
    """
    path = uploads.path(name, digest)
    kind = _kind(name)
    rows: Names = ()
    columns: Names = ()
    try:
        if kind == ".npy":
            with path.open("rb") as file:
                M: Any = _array(file, name)
        elif kind == ".npz":
            M = _archive(path, name)
        elif kind == ".mtx":
            M = read_market(path, name, partial(check_size, name))
        else:
            M, rows, columns = read_table(path, name, MOST_ENTRIES)
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
        return checked(M), rows, columns
    except SourceError as error:
        raise SourceError(message("“{name}”: {error}", name=name, error=error.args[0])) from error


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


def _archive(path: Path, name: str) -> Any:
    """The only matrix of an .npz, or scipy's sparse matrix."""
    with zipfile.ZipFile(path) as archive:
        members = {item.filename.removesuffix(".npy"): item for item in archive.infolist()}
        shapes: dict[str, tuple[int, ...]] = {}
        for key, item in members.items():
            with archive.open(item) as file:
                head = arrays.header(file, name, f"{arrays.NUMBERS}SU")
            if head.kind.kind in "SU" and head.bytes > LONGEST_TEXT:  # “csr” takes three
                raise SourceError(
                    message(
                        "“{name}” holds {kind} (text or objects), not numbers.",
                        name=name,
                        kind=str(head.kind),
                    )
                )
            check_size(name, head.shape)
            shapes[key] = head.shape
        if "format" in shapes and "data" in shapes:
            return _sparse(path, name)
        matrices = [key for key, shape in shapes.items() if len(shape) == 2]
        if len(matrices) != 1 and len(shapes) != 1:
            raise SourceError(
                message(
                    "“{name}” holds {n} matrices ({names}); save only the one you want.",
                    name=name,
                    n=len(matrices),
                    names=", ".join(sorted(shapes)) or message("nothing"),
                )
            )
        with archive.open(members[(matrices or list(shapes))[0]]) as file:
            return _array(file, name)


def _sparse(path: Path, name: str) -> Any:
    loaded: Any = load_npz(path)
    check_size(name, loaded.shape, loaded.nnz)
    matrix = loaded.tocsr()
    matrix.check_format(full_check=True)
    matrix.sum_duplicates()
    return matrix


def _kind(name: str) -> str:
    kind = PurePosixPath(name).suffix.lower()
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
