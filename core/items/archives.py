"""Items from a zip: pictures and their labels, IDX files, arrays or tables that belong together."""

from __future__ import annotations

import gzip
import math
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from core.errors import SourceError
from core.items import idx, label_lists, limits, numpy_files, tables
from core.items.greys import PICTURES, Frame, frames
from core.items.raw import Raw
from core.messages import message
from core.progress import OnStep, report, run_on
from core.tables.archives import is_system
from core.tables.aside import SetAside

IDX = (".idx", ".gz", "-ubyte")
ARRAYS = (".npz", ".npy")
REPORTED = 100  # pictures between two reports


def read(path: Path, name: str, most: int, form: str, on_step: OnStep = run_on) -> Raw:
    """The first `most` items of a zip. Raises SourceError with what is wrong and what helps."""
    with zipfile.ZipFile(path) as archive:
        limits.check_files(len(archive.infolist()), name)
        files = [file for file in archive.infolist() if not is_system(file)]
        limits.check_size(sum(file.file_size for file in files), name)
        if _ending(files, PICTURES):
            return pictures(archive, files, name, most, on_step)
        written = _ending(files, (*tables.KINDS, *(f"{kind}.gz" for kind in tables.KINDS)))
        if used := _ending(files, ARRAYS):
            raw = numpy_files.in_zip(archive, used, name, most, form)
        elif used := [file for file in _ending(files, IDX) if file not in written]:
            raw = idx_files(archive, used, name, most)
        elif used := _ending(files, tables.KINDS):
            return _with_rest(tables.in_zip(archive, used, name, most, form), _without(files, used))
        if used:
            for file in [] if len(raw.labels) else _ending(files, tables.KINDS):
                labelled = tables.with_labels(raw, archive, file, most)
                if labelled is not None:
                    raw, used = labelled, [*used, file]
                    break
            return _with_rest(raw, _without(files, used))
    raise SourceError(
        message("“{name}” holds no picture ({kinds}).", name=name, kinds=", ".join(PICTURES))
    )


@dataclass
class Album:
    """The pictures read so far: frames of one size, with the file that each is from."""

    frames: list[Frame] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    aside: list[SetAside] = field(default_factory=list)
    stacks: Counter[str] = field(default_factory=Counter)
    others: int = 0

    def add(self, file: str, read: Sequence[Frame], total: int, name: str) -> None:
        """Take a file's frames. Raises SourceError where their size is another."""
        for number, frame in enumerate(read):
            if self.frames and frame.size != self.frames[0].size:
                if number:  # a stack that holds small copies of its first picture
                    self.others += 1
                    continue
                raise self._differs(file, frame, name)
            self.frames.append(frame)
            self.files.append(file)
            self.ids.append(f"{file} #{number + 1}" if total > 1 else file)
        if total > 1:
            self.stacks[file] = total

    def _differs(self, file: str, frame: Frame, name: str) -> SourceError:
        return SourceError(
            message(
                "The pictures of “{name}” differ in size: “{first}” has {w}×{h} "
                "pixels, “{other}” {width}×{height}. Scale them to one size.",
                name=name,
                first=self.files[0],
                w=self.frames[0].size[0],
                h=self.frames[0].size[1],
                other=file,
                width=frame.size[0],
                height=frame.size[1],
            )
        )

    @property
    def x(self) -> np.ndarray:
        """Greys (n, height·width) from 0 to 255; deeper ones by their range over all pictures."""
        deep = [frame.deep for frame in self.frames]
        if not all(deep):
            frames = self.frames if not any(deep) else map(_in_bytes, self.frames)
            return np.stack([frame.greys.ravel() for frame in frames])
        x = np.stack([frame.greys.ravel() for frame in self.frames]).astype(np.float32)
        low, high = float(x.min()), float(x.max())
        if not math.isfinite(high - low) or high == low:
            return x  # refused, with the place of what is not finite
        x -= low
        x *= 255 / (high - low)
        return x

    def notes(self) -> list[str]:
        """What was done to the pictures."""
        notes = list[str]()
        if self.stacks:
            template = "{n:,} files hold several pictures, {frames:,} in all: each is an item."
            notes.append(message(template, n=len(self.stacks), frames=self.stacks.total()))
        if self.others:
            template = "{n:,} pictures within files that are of another size are left out."
            notes.append(message(template, n=self.others))
        grounds = Counter(frame.ground for frame in self.frames)
        if grounds["white"] or grounds["black"]:
            template = (
                "Transparency was laid on white in {white:,} pictures, and on black in {black:,} "
                "whose drawing is white."
            )
            notes.append(message(template, white=grounds["white"], black=grounds["black"]))
        if any(frame.deep for frame in self.frames):
            notes.append(message("Greys of more than 8 bits are scaled by their range."))
        if self.aside:
            template = "{n:,} pictures could not be read and are left out; the first: {why}"
            notes.append(message(template, n=len(self.aside), why=self.aside[0].why))
        return notes


def pictures(
    archive: zipfile.ZipFile,
    files: Sequence[zipfile.ZipInfo],
    name: str,
    most: int,
    on_step: OnStep = run_on,
) -> Raw:
    """Pictures of one size, in grey. Their labels: a list in the zip, or their last folder."""
    album = Album()
    drawn = sorted(_ending(files, PICTURES), key=lambda file: file.filename)
    total = len(drawn)
    for number, file in enumerate(drawn):
        if len(album.frames) >= most:
            break
        if number % REPORTED == 0:
            stage = message("reading picture {i:,} of {n:,}", i=number + 1, n=len(drawn))
            report(on_step, len(album.frames) / min(most, len(drawn)), stage)
        try:
            with archive.open(file) as stream:
                read, held = frames(stream, file.filename, most - len(album.frames))
        except SourceError as error:
            if len(drawn) == 1 or "pixels" in str(error):
                raise
            album.aside.append(SetAside(file.filename[:200], str(error)))
            total -= 1
            continue
        album.add(file.filename, read, held, name)
        total += held - 1
        if album.frames:
            limits.check_kept(len(album.frames), album.frames[0].greys.size, name)
    if not album.frames:
        raise SourceError(album.aside[0].why)
    labels, notes = _labels(archive, files, album)
    skipped = [file for file in _others(files) if file.filename not in notes.used]
    if skipped:
        notes.lines.append(message("Files skipped, for they are no pictures: {n:,}.",
                                   n=len(skipped)))  # fmt: skip
    width, height = album.frames[0].size
    return Raw(
        album.x, (height, width), labels, (*album.notes(), *notes.lines), tuple(album.ids),
        total=total - album.others,
        set_aside=(*album.aside, *_aside(skipped, message("not a picture"))),
        format="pictures",
    )  # fmt: skip


@dataclass
class Notes:
    """lines: what to say of labels; used: the files they are from."""

    lines: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)


def _labels(
    archive: zipfile.ZipFile, files: Sequence[zipfile.ZipInfo], album: Album
) -> tuple[np.ndarray, Notes]:
    for file in _ending(files, tables.KINDS):
        with archive.open(file) as stream:
            listed = label_lists.read(stream, file.filename, album.files)
        if listed is not None:
            return listed.labels, Notes(list(listed.notes), {file.filename})
    folders = [PurePosixPath(file).parent for file in album.files]
    labels = [folder.name for folder in folders]
    if len(set(labels)) < 2:
        labels = [str(folder) for folder in folders]
    notes = Notes()
    if len(set(labels)) < 2:
        return np.zeros(0), notes
    if len(set(folders)) > len(set(labels)):
        template = "Folders lie in folders: the last one, such as “{folder}”, is the label."
        notes.lines.append(message(template, folder=labels[0]))
    return np.array(labels), notes


def idx_files(
    archive: zipfile.ZipFile, files: Sequence[zipfile.ZipInfo], name: str, most: int
) -> Raw:
    """Pictures and labels as MNIST comes: IDX files, distinguished by their dimensions."""
    read = list[tuple[np.ndarray, int, str]]()
    for file in files:
        with archive.open(file) as stream:
            packed = stream.read(2) == b"\x1f\x8b"
        with archive.open(file) as stream:
            unpacked: Any = gzip.GzipFile(fileobj=stream) if packed else stream
            array, total = idx.array(unpacked, file.filename, most)
        limits.check_size(sum(part.nbytes for part, _, _ in read) + array.nbytes, name)
        read.append((array, total, file.filename))
    drawn = [one for one in read if one[0].ndim > 1]
    labels = [one for one in read if one[0].ndim == 1]
    notes = []
    if len(drawn) > 1:  # train and test
        whole = drawn
        drawn = [max(drawn, key=lambda one: one[1])]
        labels = [one for one in labels if one[1] == drawn[0][1]]
        left = ", ".join(file for _, _, file in whole if file != drawn[0][2])
        notes.append(message("Of several files of pictures the largest is used, not {names}.",
                             names=left))  # fmt: skip
    if len(drawn) != 1 or len(labels) > 1:
        raise SourceError(
            message(
                "“{name}” holds {pictures} IDX files of pictures and {labels} of labels; give one "
                "of pictures, and its labels if you have them.",
                name=name,
                pictures=len(drawn),
                labels=len(labels),
            )
        )
    array, total, _ = drawn[0]
    numpy_files.check_shape(array.shape, name)
    if labels and labels[0][1] != total:
        raise SourceError(
            message(
                "“{name}” holds {pictures:,} pictures and {labels:,} labels: they do not belong "
                "together.",
                name=name,
                pictures=total,
                labels=labels[0][1],
            )
        )
    raw = numpy_files.shaped(array, name, "table")
    if labels:
        raw = replace(raw, labels=labels[0][0])
        notes.append(message("Labels are taken from “{column}”.", column=labels[0][2]))
    return replace(raw, total=total, notes=(*raw.notes, *notes), format="idx")


def _with_rest(raw: Raw, rest: Sequence[zipfile.ZipInfo]) -> Raw:
    """The items, with the names of files in the zip that were not used."""
    if not rest:
        return raw
    names = ", ".join(file.filename for file in rest[:3])
    note = message(
        "Other files in the zip, not used: {n:,}, such as {names}.", n=len(rest), names=names
    )
    aside = _aside(rest, message("not used"))
    return replace(raw, notes=(*raw.notes, note), set_aside=(*raw.set_aside, *aside))


def _aside(files: Sequence[zipfile.ZipInfo], why: str) -> list[SetAside]:
    return [SetAside(file.filename[:200], why) for file in files[:100]] + (
        [SetAside(message("{n:,} further files", n=len(files) - 100), why, len(files) - 100)]
        if len(files) > 100
        else []
    )


def _without(
    files: Sequence[zipfile.ZipInfo], used: Sequence[zipfile.ZipInfo]
) -> list[zipfile.ZipInfo]:
    return [file for file in files if file not in used]


def _ending(files: Sequence[zipfile.ZipInfo], endings: tuple[str, ...]) -> list[zipfile.ZipInfo]:
    return [file for file in files if file.filename.lower().endswith(endings)]


def _others(files: Sequence[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    return [file for file in files if not file.filename.lower().endswith(PICTURES)]


def _in_bytes(frame: Frame) -> Frame:
    """A picture's greys from 0 to 255, whatever their depth."""
    if not frame.deep:
        return Frame(frame.greys.astype(np.float32))
    usual = 1.0 if frame.greys.dtype.kind == "f" else 65535.0
    top = max(usual, float(frame.greys.max()))
    return Frame(frame.greys.astype(np.float32) * np.float32(255 / top))
