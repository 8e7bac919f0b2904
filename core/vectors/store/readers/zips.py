"""Zip archives of vectors: which of their files is read, unpacked for as long as that takes."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core import cache
from core.errors import SourceError
from core.files import temporary
from core.messages import Message, message
from core.progress import OnStep, report
from core.tables.archives import is_system, member_names
from core.vectors.store.readers.reading import DAMAGE

LISTS = ("vocab", "words", "metadata", "labels", "tokens")  # what word lists are called
ABOUT = ("readme", "license", "licence", "meta.json", "notice", "changelog")
MOST_BYTES = 64 << 30
PIECE = 1 << 24
SHOWN = 6


@dataclass(frozen=True)
class Unpacked:
    """A file of an archive, and its word list if there is one, while they are read."""

    path: Path
    name: str
    words: Path | None
    list_name: str
    notes: tuple[Message, ...]


def members(path: Path, name: str) -> dict[str, zipfile.ZipInfo]:
    """The files of an archive that may hold vectors, by name. Raises SourceError for none."""
    try:
        with zipfile.ZipFile(path) as archive:
            files = [file for file in archive.infolist() if not is_system(file)]
            named = dict(zip(member_names(files), files, strict=True))
    except (*DAMAGE, zipfile.BadZipFile) as error:
        raise _damaged(name, error) from error
    fitting = {
        key: file
        for key, file in named.items()
        if not PurePosixPath(key).name.lower().startswith(ABOUT) and file.file_size
    }
    if not fitting:
        raise SourceError(message("“{name}” holds no file of vectors.", name=name))
    return fitting


@contextmanager
def unpacked(path: Path, name: str, chosen: str, on_step: OnStep) -> Iterator[Unpacked]:
    """One file of an archive: the one chosen, or the first that is no word list.

    Raises SourceError where it is damaged, or the disk is full.
    """
    files = members(path, name)
    if chosen and chosen not in files:
        template = "“{name}” holds no file “{chosen}”, only {names}."
        raise SourceError(message(template, name=name, chosen=chosen[:60], names=_shown(files)))
    lists = [key for key in files if _is_list(key)]
    first = chosen or [*(key for key in files if key not in lists), *lists][0]
    of_words = lists[0] if len(lists) == 1 and lists[0] != first else ""
    others = {key: file for key, file in files.items() if key not in (first, of_words)}
    notes = [message("“{file}” of the archive is read.", file=first[:60])]
    if others:
        template = "“{file}” of the archive is read; it also holds {others}."
        notes = [message(template, file=first[:60], others=_shown(others))]
    with ExitStack() as stack:
        folder = cache.folder() / "uploads"
        folder.mkdir(parents=True, exist_ok=True)
        places = []
        for key in filter(None, (first, of_words)):
            places.append(stack.enter_context(temporary(folder)))
            _unpack(path, name, files[key], places[-1], on_step)
        words = places[1] if of_words else None
        yield Unpacked(places[0], PurePosixPath(first).name, words, of_words, tuple(notes))


def _unpack(path: Path, name: str, file: zipfile.ZipInfo, place: Path, on_step: OnStep) -> None:
    if file.file_size > min(MOST_BYTES, shutil.disk_usage(place.parent).free):
        template = "“{file}” of “{name}” unpacks to {size:,.1f} GB, more than there is room for."
        size = file.file_size / 1e9
        raise SourceError(message(template, file=file.filename[:60], name=name, size=size))
    try:
        with (
            zipfile.ZipFile(path) as archive,
            archive.open(file) as source,
            place.open("wb") as target,
        ):
            while piece := source.read(PIECE):
                target.write(piece)
                done = min(target.tell() / max(file.file_size, 1), 1.0)
                report(on_step, done, message("unpacking, {done:.0%}", done=done))
    except (*DAMAGE, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise _damaged(name, error) from error


def _is_list(name: str) -> bool:
    stem = PurePosixPath(name).stem.lower()
    return any(part in stem for part in LISTS)


def _shown(files: dict[str, zipfile.ZipInfo]) -> str:
    names = ", ".join(f"{key[:60]} ({file.file_size / 1e6:,.1f} MB)"
                      for key, file in list(files.items())[:SHOWN])  # fmt: skip
    more = len(files) - SHOWN
    return message("{names} and {n:,} more", names=names, n=more) if more > 0 else names


def _damaged(name: str, error: Exception) -> SourceError:
    template = "“{name}” is a damaged zip archive ({error}); fetch it again."
    return SourceError(message(template, name=name, error=str(error)[:100]))
