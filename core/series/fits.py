"""Series from tables in FITS files, by astropy where it is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from core.errors import SourceError
from core.items import labels
from core.messages import message
from core.series.rows import Rows, is_axis, no_classes, no_column, on_axis, texts
from core.uploads import DAMAGE


def read_fits(path: Path, name: str, column: str, most: int) -> Rows:
    """The series of the first table: its widest column of vectors, or its columns of numbers.

    column: that of the classes, or "" for the one that looks like it. Raises SourceError where
    astropy, which reads the format, is not installed, and where there is no table.
    """
    try:
        from astropy.io import fits  # no requirement: few have such files
    except ImportError as error:
        raise SourceError(
            message(
                "“{name}” is a FITS file, which astropy reads; install it with “{line}” where "
                "this app runs.",
                name=name,
                line="pip install astropy",
            )
        ) from error
    try:
        with fits.open(path, memmap=False) as file:
            tables = [part for part in file if isinstance(part, (fits.BinTableHDU, fits.TableHDU))]
            if not tables:
                raise SourceError(
                    message(
                        "“{name}” holds no table, only {n:,} images; put the spectra into a binary "
                        "table, one a row, with a column of their classes.",
                        name=name,
                        n=len(file),
                    )
                )
            data = tables[0].data
            columns = {key: np.asarray(data[key])[:most] for key in data.columns.names}
            total = len(data)
    except SourceError:
        raise
    except (*DAMAGE, TypeError, AttributeError, UnicodeError) as error:
        raise SourceError(
            message(
                "“{name}” is damaged, or is not of the kind its name suggests ({error}).",
                name=name,
                error=" ".join(str(error).split())[:200],
            )
        ) from error
    return _rows(columns, name, column, total)


def _rows(columns: dict[str, np.ndarray], name: str, column: str, total: int) -> Rows:
    flat = [key for key, values in columns.items() if values.ndim == 1]
    chosen = column or next((key for key in flat if labels.is_name(key)), "")
    chosen = chosen or next((key for key in flat if columns[key].dtype.kind in "SU"), "")
    if column and column not in flat:
        raise no_column(name, column, flat)
    if not chosen:
        raise no_classes(name, flat)
    wide = [key for key, v in columns.items() if v.ndim == 2 and v.dtype.kind in "iuf"]
    axes = [key for key in wide if is_axis(key)]
    wide = [key for key in wide if key not in axes]
    axis = np.zeros(0)
    if wide:
        series = max(wide, key=lambda key: columns[key].shape[1])
        values = columns[series].astype(np.float64)
        fitting = [key for key in axes if _is_shared(columns[key], values.shape)]
        axis = on_axis(fitting[0], columns[fitting[0]][0]) if fitting else axis
        note = message("Series are taken from “{column}”.", column=series)
    else:
        points = [key for key in flat if key != chosen and columns[key].dtype.kind in "iuf"]
        if not points:
            raise SourceError(message("“{name}” has no column of numbers.", name=name))
        values = np.column_stack([columns[key].astype(np.float64) for key in points])
        note = message("Each of {n:,} columns of numbers is a point.", n=len(points))
    notes: list[Any] = [note, message("Classes are taken from “{column}”.", column=chosen)]
    if total > len(values):
        notes.append(
            message("The first {n:,} of {all:,} series are used.", n=len(values), all=total)
        )
    return Rows(values, texts(columns[chosen]), axis, (), tuple(flat), tuple(notes))


def _is_shared(places: np.ndarray, shape: tuple[int, ...]) -> bool:
    """Whether an axis given with every series is the same in all: else it is none of theirs."""
    return places.shape == shape and len(places) > 0 and bool((places == places[0]).all())
