"""Files of series: which reader reads which, and what of their rows can be used."""

from __future__ import annotations

import zipfile
from collections import Counter
from functools import lru_cache
from pathlib import Path, PurePosixPath

import numpy as np

from core import arrays, uploads
from core.errors import SourceError
from core.items import labels, numpy_files
from core.messages import message
from core.series.fits import read_fits
from core.series.rows import F64, NoClasses, Rows, is_axis, no_classes, no_column, on_axis, texts
from core.series.specs import OwnSeries
from core.series.tables import read_table, too_long
from core.series.ts import read_ts
from core.text import shelf
from core.text.specs import Source

TABLES = (".csv", ".tsv", ".tab", ".txt")
FITS = (".fits", ".fit")
PACKED = (".gz", ".bz2", ".xz")
READABLE = (*TABLES, ".ts", ".npz", *FITS)
FEWEST_POINTS = 8
MOST_CLASSES = 100


def kind_of(name: str) -> str:
    """The ending that tells a file's format, "" where it is none of READABLE."""
    path = PurePosixPath(name.lower())
    if path.suffix in PACKED:
        path = path.with_suffix("")
    return path.suffix if path.suffix in READABLE else ""


def located(spec: OwnSeries) -> Path:
    """The path of the file. Raises SourceError where it is gone, or has changed."""
    name, digest = spec.series_name, spec.series_digest
    if not digest:
        raise SourceError(message("Choose a file of series first."))
    if spec.series_from == "upload":
        return uploads.path(name, digest)
    places = shelf.locate(Source("file", name=name, digest=digest))
    if len(places) != 1:
        raise SourceError(message("“{name}” is a folder; choose a file.", name=name))
    return places[0][0]


def read_rows(spec: OwnSeries) -> Rows:
    """The series of a file, each with the text of its class. Raises SourceError."""
    path, name = located(spec), uploads.base_name(spec.series_name)
    kind = kind_of(name)
    try:
        if kind in TABLES:
            return read_table(path, name, spec)
        if kind == ".ts":
            return read_ts(path, name, spec.most_series)
        if kind == ".npz":
            with zipfile.ZipFile(path) as archive:
                return _npz(archive, name, spec)
        if kind in FITS:
            return read_fits(path, name, spec.class_column, spec.most_series)
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
    raise SourceError(
        message(
            "“{name}” cannot be read as series; choose one of {kinds}.",
            name=name,
            kinds=", ".join(READABLE),
        )
    )


@lru_cache(maxsize=8)
def columns_of(spec: OwnSeries) -> tuple[str, ...]:
    """What the classes of a file could be taken from; () where it cannot be read at all."""
    try:
        return read_rows(spec.replace(class_column="")).columns
    except NoClasses as error:
        return error.columns
    except SourceError:
        return ()


def even(values: F64, uneven: str, name: str) -> tuple[F64, str]:
    """Series (n, L) of one length, and a note on what was done, or "".

    values: NaN behind the end of a shorter one. Raises SourceError for other missing numbers, and
    for unequal lengths where `uneven` is “refuse”.
    """
    finite = np.isfinite(values)
    lengths = values.shape[1] - finite[:, ::-1].argmax(axis=1)
    within = np.arange(values.shape[1]) < lengths[:, None]
    bad = within & ~finite
    if bad.any():
        i, j = np.argwhere(bad)[0]
        raise SourceError(
            message(
                "“{name}” has numbers that are missing or infinite: {n:,} in all, the first in "
                "series {i:,}, point {j:,}. Fill them in or leave those series out.",
                name=name,
                n=int(bad.sum()),
                i=i + 1,
                j=j + 1,
            )
        )
    least, most = int(lengths.min()), int(lengths.max())
    if least < most and uneven == "refuse":
        raise SourceError(
            message(
                "The series of “{name}” have {least:,} to {most:,} points. Choose under “Unequal "
                "series” whether they are cut or stretched.",
                name=name,
                least=least,
                most=most,
            )
        )
    if least == most:
        return values[:, :most], ""
    if uneven == "cut":
        return values[:, :least], message("All series are cut to {n:,} points.", n=least)
    at = np.linspace(0, 1, most)
    stretched = np.stack(
        [np.interp(at, np.linspace(0, 1, n), row[:n])
         for n, row in zip(lengths, values, strict=True)]
    )  # fmt: skip
    return stretched, message("All series are stretched to {n:,} points.", n=most)


def check_length(points: int, name: str) -> None:
    """Raise SourceError for series that are too short or too long."""
    from core.items.limits import LARGEST

    if points > LARGEST:
        raise too_long(name, points)
    if points < FEWEST_POINTS:
        raise SourceError(
            message(
                "A series of “{name}” has {n} points; at least {least} are needed.",
                name=name,
                n=points,
                least=FEWEST_POINTS,
            )
        )


def check_several(classes: Counter[str], name: str) -> None:
    """Raise SourceError where there are fewer than two classes."""
    if len(classes) < 2:
        raise SourceError(
            message(
                "Classes of two series or more in “{name}”: {n}. At least two are needed; choose "
                "another column for the classes.",
                name=name,
                n=len(classes),
            )
        )


def check_classes(classes: Counter[str], name: str) -> None:
    """Raise SourceError where what should be classes are measurements or names, or too many."""
    n = classes.total()
    if len(classes) > 2 and len(classes) > labels.FEW * n:
        raise SourceError(
            message(
                "“{name}” has {k:,} different classes for {n:,} series, such as “{first}”: that "
                "looks like measurements or names. Choose another column for the classes.",
                name=name,
                k=len(classes),
                n=n,
                first=next(iter(classes))[:40],
            )
        )
    if len(classes) > MOST_CLASSES:
        a, b = sorted(classes)[:2]
        raise SourceError(
            message(
                "There are {n:,} different labels (“{a}”, “{b}”, …), and the limit is {most}. "
                "Choose a column with fewer; numbers have to be put into classes first.",
                n=len(classes),
                a=a[:40],
                b=b[:40],
                most=MOST_CLASSES,
            )
        )


def _npz(archive: zipfile.ZipFile, name: str, spec: OwnSeries) -> Rows:
    """An array of series, one of their classes, and perhaps one of where the points lie."""
    raw = numpy_files.npz(archive, name, spec.most_series, "table")
    values = raw.x.astype(np.float64).reshape(len(raw.x), -1)
    members = numpy_files.headers(archive, name)[0]
    flat = [m for m in members if m.header.shape in ((raw.all,), (raw.all, 1))]
    known = raw.labels
    if spec.class_column:
        chosen = next((m for m in flat if m.name == spec.class_column), None)
        if chosen is None:
            raise no_column(name, spec.class_column, [m.name for m in flat])
        known = labels.plain(chosen.read(spec.most_series).ravel())
    if not len(known):
        raise no_classes(name, [m.name for m in flat])
    axis = np.zeros(0)
    for member in members:
        shape, kind = member.header.shape, member.header.kind.kind
        if shape == (values.shape[1],) and kind in arrays.NUMBERS and is_axis(member.name):
            axis = on_axis(member.name, member.read(shape[0]))
    return Rows(
        values, texts(known), axis, (), tuple(m.name for m in flat), raw.notes, raw.set_aside
    )
