"""Files as rows: which reader reads what, and how several files become one collection."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from core import uploads
from core.errors import SourceError
from core.items import array_files, arrow_files, h5ad, text_files
from core.items.collection_specs import Collection
from core.items.readers import Joined, Reader, Stacked
from core.messages import message
from core.text import shelf
from core.text.specs import Source

ARROW = {
    ".parquet": arrow_files.parquet,
    ".pq": arrow_files.parquet,
    ".arrow": arrow_files.arrow,
    ".feather": arrow_files.arrow,
    ".ipc": arrow_files.arrow,
}
DELIMITED = (".csv", ".tsv", ".tab")
LINES = (".jsonl", ".ndjson")
OTHERS = (".npy", ".npz", ".safetensors", ".h5ad", ".zip")
READABLE = (*ARROW, *DELIMITED, *LINES, *OTHERS)
PACKED = (".gz", ".bz2", ".xz")
MAX_GB = 16.0


@dataclass(frozen=True)
class Opening:
    """The rows of some files, and the archive that holds their pictures, if there is one."""

    reader: Reader
    pictures: Path | None = None


def limit() -> int:
    """The most bytes that vectors may take as float32."""
    return int(float(os.environ.get("VECTORSCOPE_MAX_VECTORS_GB", MAX_GB)) * 1e9)


def located(spec: Collection) -> list[tuple[Path, str]]:
    """(path, name) of each file. Raises SourceError where one is gone or changed."""
    if spec.rows_from == "upload":
        return [(uploads.path(name, digest), name) for name, digest in spec.files]
    return [
        (path, PurePosixPath(name).name)
        for name, digest in spec.files
        for path, _ in shelf.locate(Source("file", name=name, digest=digest))
    ]


def opening(spec: Collection) -> Opening:
    """The files of a collection as rows. Raises SourceError where they cannot be read."""
    files = sorted(located(spec), key=lambda file: file[1])
    readers: list[tuple[str, Reader]] = []
    pictures = None
    # beside the Projector's vectors, a TSV of one column has no heading
    paired = any(extension(name) == ".tsv" and array_files.is_projector(p) for p, name in files)
    for path, name in files:
        kind = extension(name)
        if kind == ".zip" and not _is_arrays(path, name):
            pictures = path
        else:
            readers.append((kind, _reader(path, name, kind, paired)))
    if not readers:
        raise SourceError(
            message("“{name}” holds pictures; add the table they belong to.", name=files[0][1])
        )
    return Opening(_together(readers), pictures)


@cache
def extension(name: str) -> str:
    """The ending that tells a file's format, in lower case, without that of a compression."""
    path = PurePosixPath(name.lower())
    if path.suffix in PACKED and path.with_suffix("").suffix in (*DELIMITED, *LINES):
        path = path.with_suffix("")
    return path.suffix


def _reader(path: Path, name: str, kind: str, paired: bool) -> Reader:
    if kind in ARROW:
        return ARROW[kind](path, name)
    if kind in DELIMITED:
        if paired and array_files.is_projector(path):
            return array_files.projector(path, name)
        return text_files.delimited(path, name, paired)
    if kind in LINES:
        return text_files.json_lines(path, name)
    if kind == ".npy":
        return array_files.npy(path, name)
    if kind in (".npz", ".zip"):
        return array_files.npz(path, name, limit())
    if kind == ".safetensors":
        return array_files.safetensors(path, name)
    if kind == ".h5ad":
        return h5ad.read(path, name)
    raise SourceError(
        message(
            "“{name}” cannot be opened as a collection; choose one of {kinds}.",
            name=name,
            kinds=", ".join(READABLE),
        )
    )


def _together(readers: Sequence[tuple[str, Reader]]) -> Reader:
    """One file below the other where they have the same columns, else side by side.

    A table comes before the arrays that stand beside it, as it names the columns.
    """
    groups: dict[object, list[Reader]] = {}
    for place, (kind, reader) in enumerate(readers):
        names = getattr(getattr(reader, "schema", None), "names", None)
        alike = (kind, *sorted(names)) if names is not None else place
        groups.setdefault(alike, []).append(reader)
    parts: list[Reader] = [
        group[0] if len(group) == 1 else Stacked(group) for group in groups.values()
    ]
    parts.sort(key=lambda part: isinstance(part, array_files.Arrays))
    return parts[0] if len(parts) == 1 else Joined(parts)


def _is_arrays(path: Path, name: str) -> bool:
    """Whether a zip is NumPy's and not one of pictures."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(member.endswith(".npy") for member in archive.namelist())
    except uploads.DAMAGE as error:
        raise array_files.damaged(name, error) from error
