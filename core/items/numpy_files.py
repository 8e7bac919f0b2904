"""Items from NPY and NPZ files: which array holds them, which their labels."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import IO

import numpy as np

from core import arrays
from core.errors import SourceError
from core.items import forms, labels, limits
from core.items.raw import Raw
from core.messages import message
from core.tables.aside import SetAside

KINDS = f"{arrays.NUMBERS}SU"  # labels may be words
SHOWN = 5  # names of arrays in a sentence


@dataclass(frozen=True)
class Member:
    """An array in an archive, of which only the header was read."""

    name: str
    archive: zipfile.ZipFile
    file: zipfile.ZipInfo
    header: arrays.Header

    def read(self, most: int) -> np.ndarray:
        """Its first `most` rows. Raises SourceError where it ends early."""
        with self.archive.open(self.file) as file:
            head = arrays.header(file, self.name, KINDS)
            arrays.check_length(self.file.file_size - file.tell(), self.name, head)
            return arrays.values(file, self.name, head, most)

    @property
    def described(self) -> str:
        """Its name and shape."""
        return f"{self.name} ({' × '.join(map(str, self.header.shape)) or 1})"


def npy(file: IO[bytes], size: int, name: str, most: int, form: str) -> Raw:
    """The items of a single array in a file of `size` bytes."""
    head = arrays.header(file, name)
    limits.check_size(head.bytes, name)
    arrays.check_length(size - file.tell(), name, head)
    check_shape(head.shape, name)
    limits.check_kept(min(most, head.shape[0]), math.prod(head.shape[1:]), name)
    raw = shaped(arrays.values(file, name, head, most), name, form)
    return replace(raw, total=head.shape[0] if head.shape else 1)


def npz(archive: zipfile.ZipFile, name: str, most: int, form: str) -> Raw:
    """The items of an archive: its largest array, and the labels that fit it."""
    limits.check_files(len(archive.infolist()), name)
    limits.check_size(sum(member.file_size for member in archive.infolist()), name)
    members, aside = headers(archive, name)
    return together(members, aside, name, most, form)


def headers(
    archive: zipfile.ZipFile, name: str, within: str = ""
) -> tuple[list[Member], list[SetAside]]:
    """The headers of all arrays in an archive, and what is none. within: put before each name.

    Raises SourceError where all that is called an array is none.
    """
    found, aside, size = list[Member](), list[SetAside](), 0
    files = [file for file in archive.infolist() if file.filename.endswith(".npy")]
    for file in files:
        called = within + file.filename.removesuffix(".npy")
        try:
            with archive.open(file) as stream:
                head = arrays.header(stream, name, KINDS)
        except SourceError as error:
            aside.append(SetAside(called[:200], str(error)))
            if len(files) == 1:
                raise
            continue
        limits.check_size(size := size + head.bytes, name)
        found.append(Member(called, archive, file, head))
    return found, aside


def together(
    members: Sequence[Member], aside: Sequence[SetAside], name: str, most: int, form: str
) -> Raw:
    """The items that several arrays make together. Raises SourceError where none holds items."""
    if not members:
        if aside:
            raise SourceError(aside[0].why)
        raise SourceError(message("“{name}” holds no array; save it with numpy.savez.", name=name))
    numeric = [m for m in members if m.header.kind.kind in "biuf"] or list(members)
    data = max(numeric, key=lambda member: member.header.entries)
    shape = data.header.shape
    check_shape(shape, name)
    limits.check_kept(min(most, shape[0]), math.prod(shape[1:]), name)
    raw = shaped(data.read(most), name, form)
    total = shape[0]
    fitting = {
        member.name: member.read(most)
        for member in members
        if member is not data
        and (member.header.shape[:1] == (total,) or member.header.shape == (1, total))
        and (len(member.header.shape) == 1 or member.header.shape[1:2] <= (limits.LARGEST,))
        and len(member.header.shape) <= 2
    }
    label = labels.chosen(data.name, fitting, len(raw.x))
    notes = list(raw.notes)
    if label:
        known = np.asarray(labels.flat(fitting[label], len(raw.x)))
        raw = replace(raw, labels=labels.plain(known))
        notes.append(message("Labels are taken from “{column}”.", column=label))
    if len(members) > 1:
        notes.insert(0, message("The items are the array “{array}”.", array=data.name))
    if left := [member for member in members if member.name not in (data.name, label)]:
        notes.append(left_out(left))
    return replace(raw, notes=tuple(notes), total=total, set_aside=tuple(aside))


def left_out(members: Sequence[Member]) -> str:
    """What of an archive is not used."""
    names = ", ".join(member.described for member in members[:SHOWN])
    template = "Arrays that are not used: {names}."
    if len(members) > SHOWN:
        template = "Arrays that are not used: {names} and {n:,} more."
    return message(template, names=names, n=len(members) - SHOWN)


def in_zip(
    archive: zipfile.ZipFile, files: Sequence[zipfile.ZipInfo], name: str, most: int, form: str
) -> Raw:
    """The items of several NPY and NPZ files that belong together."""
    members, aside, size = list[Member](), list[SetAside](), 0
    several = len(files) > 1
    for file in files:
        stem = PurePosixPath(file.filename).stem
        if file.filename.lower().endswith(".npz"):
            limits.check_size(size := size + file.file_size, name)
            inner = zipfile.ZipFile(archive.open(file))  # read as it is needed
            limits.check_size(sum(part.file_size for part in inner.infolist()), name)
            more, bad = headers(inner, file.filename, f"{stem}/" if several else "")
            members += more
            aside += bad
            continue
        with archive.open(file) as stream:
            head = arrays.header(stream, file.filename, KINDS)
        limits.check_size(size := size + head.bytes, name)
        members.append(Member(stem, archive, file, head))
    return together(members, aside, name, most, form)


def check_shape(shape: tuple[int, ...], name: str) -> None:
    """Raise SourceError for arrays that cannot hold items, or hold too large ones."""
    colour = len(shape) == 4 and (shape[-1] in (1, 3, 4) or shape[1] == 1)
    if len(shape) not in (2, 3) and not colour:
        raise SourceError(
            message(
                "“{name}” holds an array of {shape}; give items × height × width, or items × "
                "numbers.",
                name=name,
                shape=" × ".join(map(str, shape)) or message("a single number"),
            )
        )
    if 0 in shape:
        raise SourceError(message("“{name}” holds no items.", name=name))
    numbers = math.prod(shape[1:] if shape[1:2] == (1,) else shape[1:3])
    limits.check_item(forms.greys(numbers) if len(shape) == 2 else numbers, name)


def shaped(x: np.ndarray, name: str, form: str) -> Raw:
    """An array (n, D), (n, height, width), (n, 1, height, width) or with colours last, as items.

    form: whether rows of numbers are pictures, one of `core.items.specs.FORMS`. Raises SourceError.
    """
    if x.dtype.kind not in "biuf":
        raise SourceError(
            message(
                "“{name}” holds {kind} values; only numbers can be read.", name=name, kind=x.dtype
            )
        )
    check_shape(x.shape, name)
    if x.ndim == 4 and x.shape[1] == 1:
        x = x[:, 0]  # a single plane, as PyTorch has it
    if x.ndim == 4:
        with np.errstate(over="ignore", invalid="ignore"):  # refused with their place
            x = x[..., :3].mean(axis=-1, dtype=np.float32)  # colours to grey
    if x.ndim == 3:
        return Raw(x.reshape(len(x), -1), (int(x.shape[1]), int(x.shape[2])))
    if form == "pictures" or (form == "auto" and forms.are_pictures(x)):
        return pictured(x, name)
    return Raw(x, ())


def pictured(x: np.ndarray, name: str) -> Raw:
    """Rows of numbers (n, D) as pictures. Raises SourceError where no square has so many."""
    if not forms.side(x.shape[1]):
        raise SourceError(
            message(
                "{n:,} numbers make no square picture, grey or in colour; read “{name}” as a "
                "table.",
                n=x.shape[1],
                name=name,
            )
        )
    greys, axes, note = forms.shaped(x)
    limits.check_item(greys.shape[1], name)
    return Raw(greys, axes, notes=(note,))
