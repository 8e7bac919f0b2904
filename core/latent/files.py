"""Reading what a user uploads: IDX, NPZ or NPY arrays, a zip of pictures, a table of numbers."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import numpy as np

from core import uploads
from core.errors import SourceError
from core.latent.specs import Items

LIMIT = 1_000_000_000  # bytes, unpacked: what is read is held in memory
KINDS = (".npz", ".npy", ".zip", ".csv", ".idx", ".gz", "-ubyte")
PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm")
IDX_TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
LABELS = ("label", "labels", "class", "target", "y", "y_train")
MOST_PIXELS = 1_000_000


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
    except (OSError, EOFError, ValueError, KeyError, zlib.error, zipfile.BadZipFile) as error:
        raise SourceError(f"“{name}” is damaged or not what its name says ({error}).") from error


def _unpacked(path: Path, name: str) -> bytes:
    """The bytes of a file, gunzipped where it is packed, never more than the limit."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        content = (gzip.GzipFile(fileobj=raw) if packed else raw).read(LIMIT + 1)
    if len(content) > LIMIT:
        raise _too_large(name, len(content))
    return content


def _idx(content: bytes, name: str) -> Raw:
    """The format of MNIST: a magic number, the sizes, then the numbers, big-endian."""
    kind = IDX_TYPES.get(content[2]) if content[:2] == b"\0\0" and len(content) > 3 else None
    if kind is None:
        raise SourceError(f"“{name}” is not an IDX file: its first four bytes are no magic number.")
    sizes = np.frombuffer(content, ">u4", content[3], 4).astype(np.int64)
    start = 4 + 4 * content[3]
    if len(sizes) < 2:
        raise SourceError(f"“{name}” holds one number for each item: labels, not pictures.")
    wanted = int(np.prod(sizes)) * np.dtype(kind).itemsize
    if len(content) - start != wanted:
        raise SourceError(
            f"“{name}” says it holds {wanted:,} bytes, and holds {len(content) - start:,}; fetch "
            "it again."
        )
    return _shaped(np.frombuffer(content, kind, offset=start).reshape(sizes), name)


def _arrays(path: Path, name: str) -> Raw:
    """NPY, or NPZ: the largest array is the data; one with a label's name, the labels."""
    if name.lower().endswith(".npy"):
        with path.open("rb") as file:
            return _shaped(np.load(file, allow_pickle=False), name)
    with zipfile.ZipFile(path) as archive:
        if (size := sum(info.file_size for info in archive.infolist())) > LIMIT:
            raise _too_large(name, size)
    with np.load(path, allow_pickle=False) as found:
        arrays = {key: found[key] for key in found.files}
    if not arrays:
        raise SourceError(f"“{name}” holds no array.")
    data = max(arrays, key=lambda key: arrays[key].size)
    raw = _shaped(arrays[data], name)
    for key in LABELS:
        if key in arrays and key != data and arrays[key].shape == (len(raw.x),):
            return Raw(raw.x, raw.picture, arrays[key], (f"Labels are taken from “{key}”.",))
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
    return Raw(x.reshape(len(x), -1).astype(np.float32), picture)


def _zip(path: Path, name: str) -> Raw:
    """A zip of pictures of one size, in grey; the folder they lie in is their label."""
    from PIL import Image

    rows, labels, size, first, skipped = [], [], None, "", 0
    with zipfile.ZipFile(path) as archive:
        members = [m for m in archive.infolist() if not m.is_dir() and "__MACOSX" not in m.filename]
        if (declared := sum(m.file_size for m in members)) > LIMIT:
            raise _too_large(name, declared)
        for member in sorted(members, key=lambda m: m.filename):
            if not member.filename.lower().endswith(PICTURES):
                skipped += 1
                continue
            with archive.open(member) as file, Image.open(file) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise SourceError(
                        f"“{member.filename}” has {image.width}×{image.height} pixels; shrink it."
                    )
                if size not in (None, image.size):
                    raise SourceError(
                        f"The pictures of “{name}” differ in size: “{first}” has "
                        f"{size[0]}×{size[1]} pixels, “{member.filename}” {image.width}×"
                        f"{image.height}. Scale them to one size."
                    )
                size, first = image.size, first or member.filename
                rows.append(np.asarray(image.convert("L"), np.float32).ravel())
            labels.append(str(PurePosixPath(member.filename).parent))
    if size is None:
        raise SourceError(f"“{name}” holds no picture ({', '.join(PICTURES)}).")
    notes = (f"{skipped:,} files that are no pictures were skipped.",) if skipped else ()
    known = np.array(labels) if len(set(labels)) > 1 else np.zeros(0)
    return Raw(np.stack(rows), (size[1], size[0]), known, notes)


def _table(content: bytes, name: str) -> Raw:
    """A CSV of numbers with a header; a column with a label's name holds the labels."""
    import pandas as pd

    try:
        table = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")
    except Exception as error:  # the parser's many
        raise SourceError(
            f"“{name}” is not a table of comma-separated values ({error})."
        ) from error
    label = next((c for c in table.columns if str(c).strip().lower() in LABELS), None)
    numbers = table.drop(columns=[label]) if label is not None else table
    words = [str(c) for c in numbers.columns if not pd.api.types.is_numeric_dtype(numbers[c])]
    if len(words) == numbers.shape[1]:
        raise SourceError(f"“{name}” has no column of numbers.")
    notes = [f"Columns left out, as they hold no numbers: {', '.join(words[:5])}."] if words else []
    if label is not None:
        notes.append(f"Labels are taken from “{label}”.")
    x = numbers.drop(columns=words).to_numpy(np.float32)
    known = table[label].to_numpy().astype(str) if label is not None else np.zeros(0)
    return Raw(x, (), known, tuple(notes))


def _too_large(name: str, size: int) -> SourceError:
    return SourceError(
        f"“{name}” holds at least {size / 1e9:,.2f} GB; the limit is {LIMIT / 1e9:g} GB, as all of "
        "it is held in memory. Give a part of it, or smaller pictures."
    )
