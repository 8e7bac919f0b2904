"""Files as rows: which reader reads what, and how several files become one collection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from core import budget, uploads
from core.errors import SourceError
from core.items import array_files, arrow_files, h5ad, shards, text_files, zipped
from core.items.collection_specs import Collection
from core.items.readers import Joined, Reader, Stacked
from core.messages import message
from core.tables.no_tables import check_sheet
from core.tables.options import GUESSED, TableOptions
from core.tables.preview import Preview
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
ARRAYS = (".npy", ".npz", ".safetensors")
OTHERS = (*ARRAYS, ".h5ad", ".zip")
READABLE = (*ARROW, *DELIMITED, *LINES, *OTHERS)
PACKED = (".gz", ".bz2", ".xz")
MAX_GB = 16.0


@dataclass(frozen=True)
class Opening:
    """The rows of some files; of a zip with several tables their names, the opened one first."""

    reader: Reader
    members: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def limit() -> int:
    """The most bytes that vectors may take as float32."""
    return int(budget.number("VECTORSCOPE_MAX_VECTORS_GB", MAX_GB) * budget.GB)


def located(spec: Collection) -> list[tuple[Path, str]]:
    """(path, name) of each file. Raises SourceError where one is gone or changed."""
    if spec.rows_from == "upload":
        return [(uploads.path(name, digest), name) for name, digest in spec.files]
    return [
        (path, PurePosixPath(name).name)
        for name, digest in spec.files
        for path, _ in shelf.locate(Source("file", name=name, digest=digest))
    ]


def pictures_of(spec: Collection) -> Path | None:
    """The zip that may hold the pictures of the rows, if there is one. Raises SourceError."""
    zips = [path for path, name in located(spec) if extension(name) == ".zip"]
    return zips[-1] if zips else None


def opening(spec: Collection) -> Opening:
    """The files of a collection as rows. Raises SourceError where they cannot be read."""
    inside = _located(spec)
    # beside the Projector's vectors, a TSV of one column has no heading
    paired = any(map(_is_projector, inside.files))
    readers = [
        (extension(n), _reader(p, n, extension(n), paired, spec.rows_table))
        for p, n in inside.files
    ]
    return Opening(_together(readers), inside.members, inside.notes)


def preview(spec: Collection) -> Preview | None:
    """The beginning of the first CSV or TSV, None where there is none. Raises SourceError."""
    tables = [
        (path, name)
        for path, name in _located(spec).files
        if extension(name) in DELIMITED and not _is_projector((path, name))
    ]
    return text_files.beginning(*tables[0], spec.rows_table) if tables else None


@dataclass(frozen=True)
class Inside:
    """What of a zip is opened: (path, name) of its files; its tables, the opened one first."""

    files: tuple[tuple[Path, str], ...] = ()
    members: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def _located(spec: Collection) -> Inside:
    """The files of a collection, or what of its zip is opened."""
    files = sorted(located(spec), key=lambda file: shards.natural(file[1]))
    zips = [(p, n) for p, n in files if extension(n) == ".zip" and not _is_arrays(p, n)]
    others = [file for file in files if file not in zips]
    return Inside(tuple(others)) if others else _inside(*zips[0], spec.zip_table)


def _is_projector(file: tuple[Path, str]) -> bool:
    path, name = file
    return extension(name) == ".tsv" and array_files.is_projector(path)


def _inside(path: Path, name: str, wanted: str) -> Inside:
    """One of the tables of a zip, the largest unless another is wanted, and the arrays beside it.

    Raises SourceError where it holds neither.
    """
    sizes = zipped.members(path, name)
    tables = [m for m in sizes if extension(m) in (*ARROW, *DELIMITED, *LINES, ".h5ad")]
    tables.sort(key=lambda member: (member != wanted, -sizes[member], member))
    arrays = [m for m in sizes if extension(m) in ARRAYS]
    if not tables and not arrays:
        raise SourceError(
            message(
                "“{name}” holds no table: add the table its pictures belong to, or open pictures "
                "alone on a page that trains on them, such as VAE clusters.",
                name=name,
            )
        )
    chosen = [*tables[:1], *arrays]
    notes: tuple[str, ...] = ()
    if len(tables) > 1:
        notes = (
            message(
                "“{name}” holds {n:,} tables; “{table}” is opened.",
                name=name,
                n=len(tables),
                table=tables[0],
            ),
        )
    files = [
        (zipped.extracted(path, name, member, limit()), PurePosixPath(member).name)
        for member in sorted(chosen, key=shards.natural)
    ]
    return Inside(tuple(files), tuple(tables) if len(tables) > 1 else (), notes)


@cache
def extension(name: str) -> str:
    """The ending that tells a file's format, in lower case, without that of a compression."""
    path = PurePosixPath(name.lower())
    if path.suffix in PACKED and path.with_suffix("").suffix in (*DELIMITED, *LINES):
        path = path.with_suffix("")
    return path.suffix


def _reader(
    path: Path, name: str, kind: str, paired: bool, options: TableOptions = GUESSED
) -> Reader:
    if kind in ARROW:
        return ARROW[kind](path, name)
    if kind in DELIMITED:
        if paired and array_files.is_projector(path):
            return array_files.projector(path, name)
        return text_files.delimited(path, name, paired, options)
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
    check_sheet(name)
    raise SourceError(
        message(
            "“{name}” cannot be opened as a collection; choose one of {kinds}.",
            name=name,
            kinds=", ".join(READABLE),
        )
    )


def _together(readers: Sequence[tuple[str, Reader]]) -> Reader:
    """One file below the other where they are parts of one table or matrix, else side by side.

    A table comes before the arrays that stand beside it, as it names the columns.
    """
    groups: dict[object, list[Reader]] = {}
    for place, (kind, reader) in enumerate(readers):
        if isinstance(reader, array_files.Arrays):
            continue
        names = getattr(getattr(reader, "schema", None), "names", None)
        alike = (kind, *sorted(names)) if names is not None else place
        groups.setdefault(alike, []).append(reader)
    parts: list[Reader] = [
        group[0] if len(group) == 1 else Stacked(group) for group in groups.values()
    ]
    rows = parts[0].rows if parts else 0
    arrays = [reader for _, reader in readers if isinstance(reader, array_files.Arrays)]
    parts += shards.stacked(arrays, rows)
    return parts[0] if len(parts) == 1 else Joined(parts)


def _is_arrays(path: Path, name: str) -> bool:
    """Whether a zip is NumPy's, which holds arrays alone."""
    files = zipped.members(path, name)
    return bool(files) and all(member.endswith(".npy") for member in files)
