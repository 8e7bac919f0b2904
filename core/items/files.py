"""Reading what a user uploads: IDX, NPZ or NPY arrays, a zip of pictures, a table of numbers."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from core import uploads
from core.errors import SourceError
from core.items import archives, idx, limits, numpy_files, tables
from core.items.greys import PICTURES
from core.items.raw import Raw
from core.items.specs import Items
from core.messages import message
from core.progress import OnStep, run_on
from core.tables.archives import is_system
from core.tables.no_tables import check_sheet
from core.tables.preview import Preview
from core.tables.preview import preview as beginning
from core.tables.table import chunks, separator_of

KINDS = (".npz", ".npy", ".zip", *tables.KINDS, ".idx", ".gz", "-ubyte")


def store_items(name: str, data: BinaryIO | bytes) -> Items:
    """Store an upload under its SHA-256, and return the items it holds.

    Raises SourceError for a file of an unknown kind, or one too large.
    """
    name = uploads.base_name(name)
    check_sheet(name)
    if not name.lower().endswith(KINDS):
        raise SourceError(
            message(
                "“{name}” cannot be read as data. What can: IDX (the format of MNIST, also .gz), "
                ".npz and .npy, a .zip of pictures, and .csv.",
                name=name,
            )
        )
    return Items(
        "upload", name, uploads.keep(name, data, lambda size: limits.check_size(size, name))
    )


def store_together(files: Sequence[tuple[str, BinaryIO | bytes]]) -> Items:
    """Store one file, or several that belong together as one zip, and return their items."""
    if len(files) == 1 and not files[0][0].lower().endswith(PICTURES):
        return store_items(*files[0])
    names = [uploads.base_name(name) for name, _ in files]
    limits.check_size(sum(_size(data) for _, data in files), " + ".join(names))
    if twice := {name for name in names if names.count(name) > 1}:
        template = "Two of the files are called “{name}”; rename one of them."
        raise SourceError(message(template, name=min(twice)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in sorted(files, key=lambda pair: pair[0]):
            content = data if isinstance(data, bytes) else data.read()
            for inner, part in _members(uploads.base_name(name), content):
                # without a date: equal files have equal digests
                archive.writestr(zipfile.ZipInfo(inner), part)
    packed.seek(0)
    return store_items(f"{' + '.join(sorted(uploads.base_name(n) for n, _ in files))}.zip", packed)


def _members(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """A file; of a zip beside others, such as their labels, each of its files."""
    if not name.lower().endswith(".zip"):
        yield name, content
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = [file for file in archive.infolist() if not is_system(file)]
            limits.check_files(len(files), name)
            limits.check_size(sum(file.file_size for file in files), name)
            for file in files:
                yield file.filename, archive.read(file)
    except uploads.DAMAGE as error:
        raise _damaged(name, error) from error


def _damaged(name: str, error: Exception) -> SourceError:
    return SourceError(
        message(
            "“{name}” is damaged, or is not of the kind its name suggests ({error}).",
            name=name,
            error=" ".join(str(error).split())[:200],
        )
    )


def _size(data: BinaryIO | bytes) -> int:
    if isinstance(data, bytes):
        return len(data)
    size = data.seek(0, io.SEEK_END)
    data.seek(0)
    return size


def read_upload(spec: Items, on_step: OnStep = run_on) -> Raw:
    """The first `most` items of an upload. Raises SourceError with what is wrong and what helps.

    Memory follows the items that are kept: what lies behind them is passed over.
    """
    name, digest = spec.dataset_name, spec.dataset_digest
    if not digest:
        raise SourceError(message("Choose a file to upload: pictures or a table of numbers."))
    path = uploads.path(name, digest)
    limits.check_size(path.stat().st_size, name)
    try:
        return _read(path, spec, on_step)
    except SourceError:
        raise
    except uploads.DAMAGE as error:
        raise _damaged(name, error) from error


def preview(spec: Items) -> Preview | None:
    """The beginning of a table; None for files of other kinds. Raises SourceError."""
    name = spec.dataset_name
    if not name.lower().removesuffix(".gz").endswith(tables.KINDS):
        return None
    path = uploads.path(name, spec.dataset_digest)
    try:
        return beginning(
            partial(chunks, path), name, spec.items_table, usual=separator_of(name), spaces=True,
            numbers=True,
        )  # fmt: skip
    except uploads.DAMAGE as error:
        raise _damaged(name, error) from error


def _read(path: Path, spec: Items, on_step: OnStep) -> Raw:
    name, most, form = spec.dataset_name, spec.most, spec.form
    lower = name.lower()
    if lower.endswith(".npy"):
        with path.open("rb") as file:
            raw = numpy_files.npy(file, path.stat().st_size, name, most, form)
        return replace(raw, format="npy")
    if lower.endswith(".npz"):
        with zipfile.ZipFile(path) as archive:
            return replace(numpy_files.npz(archive, name, most, form), format="npz")
    if lower.endswith(".zip"):
        return archives.read(path, name, most, form, on_step)
    if lower.removesuffix(".gz").endswith(tables.KINDS):
        options = spec.items_table
        return tables.read(lambda: _unpacked(path), name, most, form, on_step, options)
    with _unpacked(path) as file:
        x, total = idx.array(file, name, most)
    if x.ndim < 2:
        raise SourceError(
            message(
                "“{name}” holds one number for each item: labels, not pictures. Upload the file "
                "of pictures together with it.",
                name=name,
            )
        )
    return replace(numpy_files.shaped(x, name, form), total=total, format="idx")


def _unpacked(path: Path) -> Any:
    """The bytes of a file, gunzipped where it is packed."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path) if packed else path.open("rb")
