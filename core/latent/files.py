"""Reading what a user uploads: IDX, NPZ or NPY arrays, a zip of pictures, a table of numbers."""

from __future__ import annotations

import gzip
import io
import warnings
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import numpy as np

from core import arrays, uploads
from core.errors import SourceError
from core.latent import idx
from core.latent.specs import Items

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
    """x: (n, D) as it came; picture: (height, width), or () for rows of a table."""

    x: np.ndarray
    picture: tuple[int, ...]
    labels: np.ndarray = field(default_factory=lambda: np.zeros(0))
    notes: tuple[str, ...] = ()


def store_items(name: str, data: BinaryIO | bytes) -> Items:
    """Keep an upload under its SHA-256, and return the items it holds.

    Raises SourceError for a kind that cannot be read, and one too large.
    """
    name = uploads.base_name(name)
    if not name.lower().endswith(KINDS):
        raise SourceError(
            f"“{name}” cannot be read as data. Readable are IDX (as MNIST comes, also .gz), .npz "
            "and .npy, a .zip of pictures, and .csv."
        )

    def check(size: int) -> None:
        if size > LIMIT:
            raise _too_large(name, size)

    return Items("upload", name, uploads.keep(name, data, check))


def store_together(given: Sequence[tuple[str, BinaryIO | bytes]]) -> Items:
    """Keep one file, or several that belong together as one zip, and return what they hold."""
    if len(given) == 1:
        return store_items(*given[0])
    names = [uploads.base_name(name) for name, _ in given]
    if twice := {name for name in names if names.count(name) > 1}:
        raise SourceError(f"Two of the files are called “{min(twice)}”; rename one of them.")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in sorted(given, key=lambda pair: pair[0]):
            entry = zipfile.ZipInfo(uploads.base_name(name))  # of no date: equal files, one digest
            archive.writestr(entry, data if isinstance(data, bytes) else data.read())
    packed.seek(0)
    return store_items(f"{' + '.join(sorted(uploads.base_name(n) for n, _ in given))}.zip", packed)


def read_upload(spec: Items) -> Raw:
    """The items of an upload. Raises SourceError with what is wrong and what helps."""
    name, digest = spec.dataset_name, spec.dataset_digest
    if not digest:
        raise SourceError("Choose a file to upload: pictures or a table of numbers.")
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
        reason = " ".join(str(error).split())[:200]
        raise SourceError(f"“{name}” is damaged or not what its name says ({reason}).") from error


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
            f"“{name}” holds one number for each item: labels, not pictures. Give the file of "
            "pictures too, both at once."
        )
    return _shaped(x, name)


def _arrays(path: Path, name: str) -> Raw:
    """NPY, or NPZ: the largest array is the data; one with a label's name, the labels."""
    if name.lower().endswith(".npy"):
        with path.open("rb") as file:
            return _shaped(arrays.values(file, name, arrays.header(file, name)), name)
    found, size = dict[str, np.ndarray](), 0
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
                found[member.filename.removesuffix(".npy")] = arrays.values(file, name, head)
    if not found:
        raise SourceError(f"“{name}” holds no array; save it with numpy.savez.")
    data = max(found, key=lambda key: found[key].size)
    raw = _shaped(found[data], name)
    for key in LABELS:
        if key in found and key != data and found[key].shape == (len(raw.x),):
            return Raw(raw.x, raw.picture, found[key], (f"Labels are taken from “{key}”.",))
    return raw


def _shaped(x: np.ndarray, name: str) -> Raw:
    if x.dtype.kind not in "biuf":
        raise SourceError(f"“{name}” holds {x.dtype} values; only numbers can be read.")
    if x.ndim == 4 and x.shape[-1] in (1, 3, 4):
        x = x[..., :3].mean(axis=-1)  # colours to grey
    if x.ndim not in (2, 3):
        shape = " × ".join(map(str, x.shape)) or "a single number"
        raise SourceError(
            f"“{name}” holds an array of {shape}; give items × height × width, or items × numbers."
        )
    if not x.size:
        raise SourceError(f"“{name}” holds no items.")
    picture = tuple(int(s) for s in x.shape[1:]) if x.ndim == 3 else ()
    with np.errstate(over="ignore"):  # infinite numbers are refused with their place
        return Raw(x.reshape(len(x), -1).astype(np.float32), picture)


def _zip(path: Path, name: str) -> Raw:
    """A zip of pictures of one size, in grey; the folder they lie in is their label."""
    rows, labels, size, first, skipped = [], [], None, "", 0
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
                    f"The pictures of “{name}” differ in size: “{first}” has "
                    f"{size[0]}×{size[1]} pixels, “{member.filename}” {shape[0]}×"
                    f"{shape[1]}. Scale them to one size."
                )
            size, first = shape, first or member.filename
            rows.append(row)
            if len(rows) * row.nbytes > LIMIT:
                raise _too_large(name, len(rows) * row.nbytes)
            labels.append(str(PurePosixPath(member.filename).parent))
    if size is None:
        raise SourceError(f"“{name}” holds no picture ({', '.join(PICTURES)}).")
    notes = (f"{skipped:,} files that are no pictures were skipped.",) if skipped else ()
    known = np.array(labels) if len(set(labels)) > 1 else np.zeros(0)
    return Raw(np.stack(rows), (size[1], size[0]), known, notes)


def _picture(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo
) -> tuple[np.ndarray, tuple[int, int]]:
    """A picture's greys, and (width, height). Only formats without programs in them are tried."""
    from PIL import Image

    try:
        with warnings.catch_warnings(), archive.open(member) as file:
            warnings.simplefilter("ignore")  # of sizes, which are looked at here
            with Image.open(file, formats=FORMATS) as image:
                width, height = image.size
                if width * height <= MOST_PIXELS:
                    return np.asarray(image.convert("L"), np.float32).ravel(), (width, height)
    except Image.DecompressionBombError:
        width, height = 0, 0
    except Exception as error:  # the decoders' many
        reason = " ".join(str(error).split())[:120]
        raise SourceError(
            f"“{member.filename[:200]}” is damaged or no picture ({reason}); leave it out."
        ) from error
    pixels = f"{width}×{height}" if width else "hundreds of millions of"
    raise SourceError(f"“{member.filename[:200]}” has {pixels} pixels; shrink it.")


def _idx_pair(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], name: str) -> Raw:
    """Pictures and labels as MNIST comes: two IDX files, told apart by their dimensions."""
    found, size = [], 0
    for member in members:
        with archive.open(member) as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        with archive.open(member) as raw:
            stream = gzip.GzipFile(fileobj=raw) if packed else raw
            content = uploads.content(stream, LIMIT)
        if (size := size + len(content)) > LIMIT:
            raise _too_large(name, size)
        found.append(idx.array(content, member.filename))
    pictures = [x for x in found if x.ndim > 1]
    labels = [x for x in found if x.ndim == 1]
    if len(pictures) != 1 or len(labels) > 1:
        raise SourceError(
            f"“{name}” holds {len(pictures)} IDX files of pictures and {len(labels)} of labels; "
            "give one of pictures, and its labels if you have them."
        )
    raw_items = _shaped(pictures[0], name)
    if labels and len(labels[0]) != len(raw_items.x):
        raise SourceError(
            f"“{name}” holds {len(raw_items.x):,} pictures and {len(labels[0]):,} labels: they do "
            "not belong together."
        )
    return replace(raw_items, labels=labels[0]) if labels else raw_items


def _table(content: bytes, name: str) -> Raw:
    """A CSV of numbers with a header; a column with a label's name holds the labels."""
    import pandas as pd

    end = content.find(b"\n")
    columns = 1 + content.count(b",", 0, end if end >= 0 else len(content))
    if columns > MOST_COLUMNS:
        raise SourceError(
            f"“{name}” has {columns:,} columns; the limit is {MOST_COLUMNS:,}. Leave some out."
        )
    try:
        table = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")
    except Exception as error:  # the parser's many
        raise SourceError(
            f"“{name}” is not a table of comma-separated values ({str(error)[:200]}); save it as "
            "CSV with a line of names first."
        ) from error
    label = next((c for c in table.columns if str(c).strip().lower() in LABELS), None)
    numbers = table.drop(columns=[label]) if label is not None else table
    words = [str(c) for c in numbers.columns if not pd.api.types.is_numeric_dtype(numbers[c])]
    if len(words) == numbers.shape[1]:
        raise SourceError(f"“{name}” has no column of numbers.")
    notes = [f"Columns left out, as they hold no numbers: {', '.join(words[:5])}."] if words else []
    if label is not None:
        notes.append(f"Labels are taken from “{label}”.")
    with np.errstate(over="ignore"):  # infinite numbers are refused with their place
        x = numbers.drop(columns=words).to_numpy(np.float32)
    known = table[label].to_numpy().astype(str) if label is not None else np.zeros(0)
    return Raw(x, (), known, tuple(notes))


def _too_large(name: str, size: int) -> SourceError:
    return SourceError(
        f"“{name}” holds at least {size / 1e9:,.2f} GB; the limit is {LIMIT / 1e9:g} GB, as all of "
        "it is held in memory. Give a part of it, or smaller pictures."
    )
