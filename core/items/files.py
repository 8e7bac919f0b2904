"""Reading what a user uploads: IDX, NPZ or NPY arrays, a zip of pictures, a table of numbers."""

from __future__ import annotations

import gzip
import io
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import numpy as np

from core import arrays, uploads
from core.errors import SourceError
from core.items import idx
from core.items.specs import Items
from core.messages import message

LIMIT = 1_000_000_000  # bytes, unpacked: what is read is held in memory
KINDS = (".npz", ".npy", ".zip", ".csv", ".idx", ".gz", "-ubyte")
PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm")
IDX = (".idx", ".gz", "-ubyte")
LABELS = ("label", "labels", "class", "target", "y", "y_train")
MOST_PIXELS = 1_000_000
MOST_COLUMNS = 5000
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")  # of Pillow, PICTURES' own


@dataclass(frozen=True)
class Raw:
    """x: (n, D) as read; axes: (height, width), or () for rows of a table.

    ids: (n,) the file each row came from, or (); columns: the columns of a table without numbers.
    """

    x: np.ndarray
    axes: tuple[int, ...]
    labels: np.ndarray = field(default_factory=lambda: np.zeros(0))
    notes: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def store_items(name: str, data: BinaryIO | bytes) -> Items:
    """Store an upload under its SHA-256, and return the items it holds.

    Raises SourceError for a file of an unknown kind, or one too large.
    """
    name = uploads.base_name(name)
    if not name.lower().endswith(KINDS):
        raise SourceError(
            message(
                "“{name}” cannot be read as data. What can: IDX (the format of MNIST, also .gz), "
                ".npz and .npy, a .zip of pictures, and .csv.",
                name=name,
            )
        )

    def check(size: int) -> None:
        if size > LIMIT:
            raise _too_large(name, size)

    return Items("upload", name, uploads.keep(name, data, check))


def store_together(files: Sequence[tuple[str, BinaryIO | bytes]]) -> Items:
    """Store one file, or several that belong together as one zip, and return their items."""
    if len(files) == 1:
        return store_items(*files[0])
    if (size := sum(_size(data) for _, data in files)) > LIMIT:
        raise _too_large(" + ".join(uploads.base_name(name) for name, _ in files), size)
    names = [uploads.base_name(name) for name, _ in files]
    if twice := {name for name in names if names.count(name) > 1}:
        template = "Two of the files are called “{name}”; rename one of them."
        raise SourceError(message(template, name=min(twice)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in sorted(files, key=lambda pair: pair[0]):
            entry = zipfile.ZipInfo(
                uploads.base_name(name)
            )  # without a date: equal files have equal digests
            archive.writestr(entry, data if isinstance(data, bytes) else data.read())
    packed.seek(0)
    return store_items(f"{' + '.join(sorted(uploads.base_name(n) for n, _ in files))}.zip", packed)


def _size(data: BinaryIO | bytes) -> int:
    if isinstance(data, bytes):
        return len(data)
    size = data.seek(0, io.SEEK_END)
    data.seek(0)
    return size


def read_upload(spec: Items) -> Raw:
    """The items of an upload. Raises SourceError with what is wrong and what helps."""
    name, digest = spec.dataset_name, spec.dataset_digest
    if not digest:
        raise SourceError(message("Choose a file to upload: pictures or a table of numbers."))
    path = uploads.path(name, digest)
    if path.stat().st_size > LIMIT:
        raise _too_large(name, path.stat().st_size)
    lower = name.lower()
    try:
        if lower.endswith((".npz", ".npy")):
            return _arrays(path, name)
        if lower.endswith(".zip"):
            return _zip(path, name)
        if lower.endswith((".csv", ".csv.gz")):
            return _table(_unpacked(path, name), name)
        return _idx(_unpacked(path, name), name)
    except SourceError:
        raise
    except uploads.DAMAGE as error:
        raise SourceError(
            message(
                "“{name}” is damaged, or is not of the kind its name suggests ({error}).",
                name=name,
                error=" ".join(str(error).split())[:200],
            )
        ) from error


def _unpacked(path: Path, name: str) -> bytes:
    """The bytes of a file, gunzipped where it is packed, never more than the limit."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        content = uploads.content(gzip.GzipFile(fileobj=raw) if packed else raw, LIMIT)
    if len(content) > LIMIT:
        raise _too_large(name, len(content))
    return content


def _idx(content: bytes, name: str) -> Raw:
    x = idx.array(content, name)
    if x.ndim < 2:
        raise SourceError(
            message(
                "“{name}” holds one number for each item: labels, not pictures. Upload the file "
                "of pictures together with it.",
                name=name,
            )
        )
    return _shaped(x, name)


def _arrays(path: Path, name: str) -> Raw:
    """NPY, or NPZ: the largest array is the data; one with a label's name, the labels."""
    if name.lower().endswith(".npy"):
        with path.open("rb") as file:
            return _shaped(arrays.values(file, name, arrays.header(file, name)), name)
    stored, size = dict[str, np.ndarray](), 0
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if (declared := sum(member.file_size for member in members)) > LIMIT:
            raise _too_large(name, declared)
        for member in members:
            if not member.filename.endswith(".npy"):
                continue
            with archive.open(member) as file:
                head = arrays.header(file, name, f"{arrays.NUMBERS}SU")  # labels may be words
                if (size := size + head.bytes) > LIMIT:
                    raise _too_large(name, size)
                stored[member.filename.removesuffix(".npy")] = arrays.values(file, name, head)
    if not stored:
        raise SourceError(message("“{name}” holds no array; save it with numpy.savez.", name=name))
    data = max(stored, key=lambda key: stored[key].size)
    raw = _shaped(stored[data], name)
    for key in LABELS:
        if key in stored and key != data and stored[key].shape == (len(raw.x),):
            note = message("Labels are taken from “{column}”.", column=key)
            return replace(raw, labels=stored[key], notes=(note,))
    return raw


def _shaped(x: np.ndarray, name: str) -> Raw:
    if x.dtype.kind not in "biuf":
        raise SourceError(
            message(
                "“{name}” holds {kind} values; only numbers can be read.", name=name, kind=x.dtype
            )
        )
    if x.ndim == 4 and x.shape[-1] in (1, 3, 4):
        x = x[..., :3].mean(axis=-1)  # colours to grey
    if x.ndim not in (2, 3):
        raise SourceError(
            message(
                "“{name}” holds an array of {shape}; give items × height × width, or items × "
                "numbers.",
                name=name,
                shape=" × ".join(map(str, x.shape)) or message("a single number"),
            )
        )
    if not x.size:
        raise SourceError(message("“{name}” holds no items.", name=name))
    picture = tuple(int(s) for s in x.shape[1:]) if x.ndim == 3 else ()
    with np.errstate(over="ignore"):  # infinite numbers are refused with their place
        return Raw(x.reshape(len(x), -1).astype(np.float32), picture)


def _zip(path: Path, name: str) -> Raw:
    """A zip of pictures of one size, in grey; the folder they lie in is their label."""
    rows, labels, ids, size, first, skipped = [], [], [], None, "", 0
    with zipfile.ZipFile(path) as archive:
        members = [m for m in archive.infolist() if not m.is_dir() and "__MACOSX" not in m.filename]
        if (declared := sum(m.file_size for m in members)) > LIMIT:
            raise _too_large(name, declared)
        if any(m.filename.lower().endswith(IDX) for m in members):
            return _idx_pair(archive, members, name)
        for member in sorted(members, key=lambda m: m.filename):
            if not member.filename.lower().endswith(PICTURES):
                skipped += 1
                continue
            row, shape = _picture(archive, member)
            if size not in (None, shape):
                raise SourceError(
                    message(
                        "The pictures of “{name}” differ in size: “{first}” has {w}×{h} "
                        "pixels, “{other}” {width}×{height}. Scale them to one size.",
                        name=name,
                        first=first,
                        w=size[0],
                        h=size[1],
                        other=member.filename,
                        width=shape[0],
                        height=shape[1],
                    )
                )
            size, first = shape, first or member.filename
            rows.append(row)
            if len(rows) * row.nbytes > LIMIT:
                raise _too_large(name, len(rows) * row.nbytes)
            labels.append(str(PurePosixPath(member.filename).parent))
            ids.append(member.filename)
    if size is None:
        raise SourceError(
            message("“{name}” holds no picture ({kinds}).", name=name, kinds=", ".join(PICTURES))
        )
    note = message("{n:,} files that are not pictures were skipped.", n=skipped)
    notes = (note,) if skipped else ()
    classes = np.array(labels) if len(set(labels)) > 1 else np.zeros(0)
    return Raw(np.stack(rows), (size[1], size[0]), classes, notes, tuple(ids))


def _picture(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo
) -> tuple[np.ndarray, tuple[int, int]]:
    """A picture's grey values, and (width, height). Formats that may hold programs are refused."""
    from PIL import Image

    try:
        warnings.filterwarnings("ignore", module=r"PIL\.")  # of sizes, which are checked here
        with archive.open(member) as file, Image.open(file, formats=FORMATS) as image:
            width, height = image.size
            if width * height <= MOST_PIXELS:
                return np.asarray(image.convert("L"), np.float32).ravel(), (width, height)
    except Image.DecompressionBombError:
        width, height = 0, 0
    except Exception as error:  # decoders raise many kinds
        reason = " ".join(str(error).split())[:120]
        raise SourceError(
            message(
                "“{name}” is damaged or not a picture ({reason}); leave it out.",
                name=member.filename[:200],
                reason=reason,
            )
        ) from error
    pixels = f"{width}×{height}" if width else message("hundreds of millions of")
    template = "“{name}” has {pixels} pixels; shrink it."
    raise SourceError(message(template, name=member.filename[:200], pixels=pixels))


def _idx_pair(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], name: str) -> Raw:
    """Pictures and labels as MNIST comes: two IDX files, distinguished by their dimensions."""
    contents, size = [], 0
    for member in members:
        with archive.open(member) as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        with archive.open(member) as raw:
            stream = gzip.GzipFile(fileobj=raw) if packed else raw
            content = uploads.content(stream, LIMIT)
        if (size := size + len(content)) > LIMIT:
            raise _too_large(name, size)
        contents.append(idx.array(content, member.filename))
    pictures = [x for x in contents if x.ndim > 1]
    labels = [x for x in contents if x.ndim == 1]
    if len(pictures) != 1 or len(labels) > 1:
        raise SourceError(
            message(
                "“{name}” holds {pictures} IDX files of pictures and {labels} of labels; give one "
                "of pictures, and its labels if you have them.",
                name=name,
                pictures=len(pictures),
                labels=len(labels),
            )
        )
    raw_items = _shaped(pictures[0], name)
    if labels and len(labels[0]) != len(raw_items.x):
        raise SourceError(
            message(
                "“{name}” holds {pictures:,} pictures and {labels:,} labels: they do not belong "
                "together.",
                name=name,
                pictures=len(raw_items.x),
                labels=len(labels[0]),
            )
        )
    return replace(raw_items, labels=labels[0]) if labels else raw_items


def _table(content: bytes, name: str) -> Raw:
    """A CSV of numbers with a header; a column with a label's name holds the labels."""
    import pandas as pd

    end = content.find(b"\n")
    columns = 1 + content.count(b",", 0, end if end >= 0 else len(content))
    if columns > MOST_COLUMNS:
        raise SourceError(
            message(
                "“{name}” has {n:,} columns; the limit is {most:,}. Leave some out.",
                name=name,
                n=columns,
                most=MOST_COLUMNS,
            )
        )
    try:
        table = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")
    except Exception as error:  # the parser raises many kinds
        raise SourceError(
            message(
                "“{name}” is not a table of comma-separated values ({error}); save it as CSV "
                "with a line of names first.",
                name=name,
                error=str(error)[:200],
            )
        ) from error
    label = next((c for c in table.columns if str(c).strip().lower() in LABELS), None)
    numbers = table.drop(columns=[label]) if label is not None else table
    words = [str(c) for c in numbers.columns if not pd.api.types.is_numeric_dtype(numbers[c])]
    if len(words) == numbers.shape[1]:
        raise SourceError(message("“{name}” has no column of numbers.", name=name))
    notes = []
    if words:
        left = ", ".join(words[:5])
        notes.append(message("Columns left out, as they hold no numbers: {names}.", names=left))
    if label is not None:
        notes.append(message("Labels are taken from “{column}”.", column=label))
    with np.errstate(over="ignore"):  # infinite numbers are refused with their place
        x = numbers.drop(columns=words).to_numpy(np.float32)
    known = table[label].to_numpy().astype(str) if label is not None else np.zeros(0)
    further = {name: tuple(table[name].astype(str)) for name in words}
    return Raw(x, (), known, tuple(notes), columns=further)


def _too_large(name: str, size: int) -> SourceError:
    return SourceError(
        message(
            "“{name}” holds at least {size:,.2f} GB; the limit is {most:g} GB, as all of it is "
            "held in memory. Upload a part of it, or smaller pictures.",
            name=name,
            size=size / 1e9,
            most=LIMIT / 1e9,
        )
    )
