"""From a file of vectors to a model on the shelf."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core import specs
from core.errors import SourceError, SpecError
from core.lengths import moderated
from core.lowrank import svd
from core.lowrank.bases import is_sparse
from core.messages import message
from core.progress import OnStep, report, run_on
from core.specs import Spec
from core.tables.aside import SetAside
from core.tables.options import TableOptions
from core.tables.preview import Preview
from core.text.shelf import locate
from core.text.specs import Source
from core.vectors.models.model import Model
from core.vectors.store import shelf
from core.vectors.store.readers import columns, matrices, text, zips
from core.vectors.store.readers.formats import ZIP, guess, load
from core.vectors.store.readers.reading import LARGEST_DIM, Loaded, Reading

MOST_DENSE = 100_000_000  # numbers that sparse vectors may have once zeros are filled in


@dataclass(frozen=True)
class VectorFile(Spec):
    """A file of vectors: an upload or a file on the server, and its word list if it needs one."""

    place: str = specs.choice("upload", ("upload", "file"), "where the file is")
    name: str = specs.text("", 300, "file name")
    digest: str = specs.text("", 64, "what pins the file's content")
    list_name: str = specs.text("", 300, "name of the word list")
    list_digest: str = specs.text("", 64, "what pins the word list's content")
    first: int = specs.integer(0, 0, 10_000_000, "only so many of the first words; 0: all of them")
    array: str = specs.text(
        "", 300, "which of several matrices or packed files; empty: the likeliest"
    )
    cut: int = specs.integer(
        0, 0, 2_000, "dimensions that sparse vectors are cut to by truncated SVD; 0: not cut"
    )

    table: TableOptions = specs.nested(TableOptions, prefix="table_", silent=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.digest:
            raise SpecError(message("Choose a file of vectors first."), "digest")


class Kept(NamedTuple):
    """A file's vectors on the shelf, notes on what was odd, and the rows that are not used."""

    entry: shelf.Entry
    notes: tuple[str, ...]
    set_aside: tuple[SetAside, ...]


def keep(spec: VectorFile, on_step: OnStep = run_on) -> Kept:
    """Read a file and put its vectors on the shelf.

    Raises SourceError, with the line, for a file that cannot be used.
    """
    path = _path(spec.place, spec.name, spec.digest)
    words = _path(spec.place, spec.list_name, spec.list_digest) if spec.list_digest else None
    loaded = load(
        path, spec.name, words, spec.first, on_step, spec.list_name, spec.array, spec.table
    )
    matrix, notes = dense(loaded, spec.cut, spec.name)
    report(on_step, 1.0, "keeping the vectors")
    matrix, exponent = moderated(matrix)
    model = Model(loaded.words, np.zeros(len(loaded.words), np.int64), matrix)
    id = hashlib.blake2b(spec.to_json().encode(), digest_size=8).hexdigest()
    entry = shelf.put(model, id, spec.name, loaded.format, origin=spec.name)
    if not exponent:
        return Kept(entry, notes, loaded.set_aside)
    template = (
        "Products of vectors whose numbers are as far from 1 as these are beyond 32-bit numbers: "
        "all were multiplied by 2^{exponent}. Cosines are the same, lengths are not."
    )
    notes = (*notes, message(template, exponent=exponent))
    return Kept(entry, notes, loaded.set_aside)


def arrays(spec: VectorFile) -> dict[str, tuple[int, ...]]:
    """The matrices of a file that holds several, by name, with their shapes. Raises SourceError."""
    path = _path(spec.place, spec.name, spec.digest)
    return matrices.offered(path, spec.name, guess(path, spec.name))


def word_columns(spec: VectorFile) -> tuple[str, ...]:
    """The columns of a Parquet or Arrow file that may hold the words. Raises SourceError."""
    path = _path(spec.place, spec.name, spec.digest)
    kinds = ("Parquet", "Feather")
    return columns.offered(path, spec.name) if guess(path, spec.name) in kinds else ()


def packed(spec: VectorFile) -> dict[str, int]:
    """The files of a zip archive, by name, with their bytes; else none. Raises SourceError."""
    path = _path(spec.place, spec.name, spec.digest)
    if guess(path, spec.name) != ZIP:
        return {}
    return {name: file.file_size for name, file in zips.members(path, spec.name).items()}


def preview(spec: VectorFile) -> Preview | None:
    """The first vectors of a text file, as they are understood; None for other formats."""
    path = _path(spec.place, spec.name, spec.digest)
    if guess(path, spec.name) != "text":
        return None
    return text.preview(Reading(path, spec.name, None, run_on, spec.table))


def dense(loaded: Loaded, cut: int, name: str) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """The vectors (V, d) as they are kept, and notes.

    Sparse ones are filled up with zeros if that is small enough, or become U Σ of their truncated
    SVD of `cut` dimensions, whose inner products are the nearest to theirs. Raises SourceError.
    """
    matrix = loaded.matrix
    if not is_sparse(matrix):
        return matrix, loaded.notes
    V, d = matrix.shape
    share = matrix.nnz / (V * d)
    if cut:
        if cut >= min(V, d):
            template = "“{name}” is {V:,} × {d:,}; cut it to fewer than {least:,} dimensions."
            raise SourceError(message(template, name=name, V=V, d=d, least=min(V, d)))
        triples = svd.decompose(matrix, cut)
        kept = 1 - triples.rest / float(np.square(matrix.data, dtype=np.float64).sum())
        template = (
            "{d:,} sparse dimensions ({share:.2%} not zero) were cut to {cut:,} by truncated SVD: "
            "U Σ, {kept:.0%} of the squared numbers."
        )
        note = message(template, d=d, share=share, cut=cut, kept=kept)
        vectors = (triples.U[:, :cut] * triples.s[:cut]).astype(np.float32)
        return vectors, (*loaded.notes, note)
    if d > LARGEST_DIM or V * d > MOST_DENSE:
        raise SourceError(
            message(
                "“{name}” holds {V:,} sparse vectors of {d:,} numbers ({share:.2%} not zero). Up "
                "to {most:,} numbers each, {all:,} in all, are filled up with zeros; read only "
                "the first words, or cut the vectors to fewer dimensions.",
                name=name,
                V=V,
                d=d,
                share=share,
                most=LARGEST_DIM,
                all=MOST_DENSE,
            )
        )
    note = message(
        "The vectors are sparse, {share:.2%} not zero; zeros are filled in.", share=share
    )
    return matrix.toarray(), (*loaded.notes, note)


def _path(place: str, name: str, digest: str) -> Path:
    return locate(Source(place, name=name, digest=digest))[0][0]
