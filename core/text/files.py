"""Files as streams of bytes: plain, compressed, or several in a zip archive.

A file's first bytes tell its compression, its name whether it is a table or
text. Nothing here holds a whole file, and no stream, whatever an archive
declares, yields more bytes than the limit.

Environment: VECTORSCOPE_MAX_TEXT_GB (limit of the unpacked text, 2).
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO, cast

from core import budget
from core.errors import SourceError
from core.messages import message
from core.tables.archives import is_system, member_names
from core.tables.no_tables import SHEETS

CHUNK = 1 << 18
MAX_GB = 2.0
COMPRESSED = (".gz", ".bz2", ".xz")
TABLES = {
    ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".json": "json",
}  # fmt: skip
OTHER_KINDS = (
    ".xls .xlsx .ods .doc .docx .odt .ppt .pptx .pdf .epub .png .jpg .jpeg .gif .webp .mp3 .mp4 "
    ".avi .mov .wav .exe .dll .so .bin .npy .npz .pkl .joblib .parquet .feather .arrow .db .sqlite "
    ".7z .rar .tar .tgz .zst .lz4 .whl .jar .pyc .safetensors .pt .onnx .ttf .woff .woff2"
)
NOT_TEXT = frozenset(OTHER_KINDS.split())
DAMAGE = (
    EOFError, OSError, lzma.LZMAError, zlib.error, zipfile.BadZipFile, NotImplementedError,
    ValueError,  # a name in an archive that is no Unicode, or a place in it that cannot be
)  # fmt: skip


class TooLarge(SourceError):
    """A text beyond the limit."""


@dataclass(frozen=True)
class Part:
    """One file, or one member of a zip archive; `name` is what the user knows it by.

    Of a file that is neither packed nor an archive, `start` and `end` may choose a slice
    of bytes; end = −1 is where it ends.
    """

    path: Path
    name: str
    member: str = ""
    start: int = 0
    end: int = -1

    @property
    def kind(self) -> str:
        """text, csv, tsv, jsonl or json, by the name."""
        return TABLES.get(extension(self.name), "text")


@dataclass
class Budget:
    """How many unpacked bytes may still be read, over all parts together."""

    limit: int
    spent: int = 0

    def spend(self, n: int, name: str) -> None:
        """Count n bytes more. Raises SourceError beyond the limit."""
        self.spent += n
        if self.spent > self.limit:
            raise too_large(name, self.spent, self.limit, more=True)


def limit() -> int:
    """The most bytes a text may have once unpacked. Raises SpecError for an impossible setting."""
    return int(budget.number("VECTORSCOPE_MAX_TEXT_GB", MAX_GB) * 1e9)


def too_large(name: str, size: int, limit: int, more: bool = False) -> TooLarge:
    """The error for a text beyond the limit; more: it holds more than `size`."""
    exact = (
        "“{name}” holds {size} of text; the limit is {limit}. "
        "Choose a smaller part of it, or raise the limit by setting VECTORSCOPE_MAX_TEXT_GB."
    )
    at_least = (
        "“{name}” holds more than {size} of text; the limit is {limit}. "
        "Choose a smaller part of it, or raise the limit by setting VECTORSCOPE_MAX_TEXT_GB."
    )
    template = at_least if more else exact
    return TooLarge(
        message(template, name=name, size=budget.amount(size), limit=budget.amount(limit))
    )


def extension(name: str) -> str:
    """The extension that names the kind of content, without that of a compression.

    >>> extension("reviews.CSV.gz")
    '.csv'
    """
    path = PurePosixPath(name.replace("\\", "/").lower())
    if path.suffix in COMPRESSED:
        path = path.with_suffix("")
    return path.suffix


def check_name(name: str) -> None:
    """Raise SourceError for names of files that are certainly not text."""
    kind = extension(name)
    if kind in NOT_TEXT:
        remedy = (
            message("save the sheet as CSV first") if kind in SHEETS else message("save it as .txt")
        )
        raise SourceError(
            message(
                "“{name}” is a {kind} file, which cannot be read as text: {remedy}. Readable are "
                ".txt, .csv, .tsv, .json and .jsonl, also as .gz, .bz2, .xz or .zip.",
                name=name,
                kind=kind,
                remedy=remedy,
            )
        )


def parts(path: Path, name: str) -> tuple[list[Part], list[str]]:
    """The readable parts of a file and a sentence on each member that is skipped.

    Raises SourceError for a damaged archive, one with a password, and one
    whose declared size is beyond the limit.
    """
    check_name(name)
    with _explained(name):
        if _magic(path)[:4] not in (b"PK\x03\x04", b"PK\x05\x06"):
            return [Part(path, name)], []
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not is_system(info)]
    if (declared := sum(info.file_size for info in members)) > limit():
        raise too_large(name, declared, limit())
    if any(info.flag_bits & 1 for info in members):
        raise SourceError(
            message("“{name}” is protected by a password; store it without one.", name=name)
        )
    readable: list[Part] = []
    notes: list[str] = []
    for info, shown in zip(members, member_names(members), strict=True):
        base = PurePosixPath(shown).name
        if extension(base) in NOT_TEXT or extension(base) == ".zip":
            template = "“{name}” was skipped: it is not a text file."
            notes.append(message(template, name=shown))
        else:
            readable.append(Part(path, shown, info.filename))
    if not readable:
        raise SourceError(message("“{name}” holds no text file.", name=name))
    return readable, notes


@contextlib.contextmanager
def opened(part: Part) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """(unpacked stream, the file's own stream, whose position shows the progress)."""
    with contextlib.ExitStack() as stack:
        with _explained(part.name):
            if part.member:
                archive = _archive(part.path, part.path.stat().st_mtime_ns)
                raw = cast(IO[bytes], archive.fp)
                stream = stack.enter_context(archive.open(part.member))
            else:
                stream = raw = stack.enter_context(part.path.open("rb"))
            if part.end >= 0:
                raw.seek(part.start)
                stream = io.BytesIO(raw.read(part.end - part.start))
            magic = stream.read(6)  # a member of an archive may itself be compressed
            stream.seek(0)
            packed = part.end < 0
            unpacked = stack.enter_context(_unpacked(stream, magic)) if packed else stream
        yield unpacked, raw


def chunks(stream: IO[bytes], part: Part, budget: Budget) -> Iterator[bytes]:
    """The bytes of a stream, counted. Raises SourceError where it is damaged or too long."""
    while True:
        with _explained(part.name):
            chunk = stream.read(CHUNK)
        if not chunk:
            return
        budget.spend(len(chunk), part.name)
        yield chunk


@lru_cache(maxsize=2)
def _archive(path: Path, changed: int) -> zipfile.ZipFile:
    """An archive, its list of members read once and not again for each of thousands."""
    return zipfile.ZipFile(path)


def _unpacked(stream: IO[bytes], magic: bytes) -> contextlib.AbstractContextManager[IO[bytes]]:
    if magic.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=stream)  # type: ignore[return-value]
    if magic.startswith(b"BZh"):
        return bz2.BZ2File(stream)
    if magic.startswith(b"\xfd7zXZ\x00"):
        return lzma.LZMAFile(stream)
    return contextlib.nullcontext(stream)


def _magic(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(6)


@contextlib.contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise SourceError(
            message("“{name}” no longer exists; choose it again.", name=name)
        ) from error
    except PermissionError as error:
        raise SourceError(message("This program may not read “{name}”.", name=name)) from error
    except DAMAGE as error:
        reason = str(error) or message("it ends too early")
        raise SourceError(
            message(
                "“{name}” is damaged or incomplete ({why}). Fetch or pack it again.",
                name=name,
                why=reason,
            )
        ) from error
