"""Matrix Market files, read without scipy's `mmread`, which a damaged file makes end the process.

::

    %%MatrixMarket matrix coordinate real symmetric      or array; integer, pattern; general, …
    % comments
    rows columns entries                                 of an array: rows columns
    row column value                                     of an array: a value, column by column

(math.nist.gov/MatrixMarket/formats.html)
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any, NoReturn, TextIO

import numpy as np
from scipy import sparse

from core.errors import SourceError
from core.messages import message

LAYOUTS = ("coordinate", "array")
FIELDS = ("real", "double", "integer", "unsigned-integer", "pattern")
SYMMETRIES = ("general", "symmetric", "skew-symmetric")
MOST_COMMENTS = 10_000
LONGEST_LINE = 100_000  # characters
PIECE = 1 << 22  # characters read at once
FORTRAN = str.maketrans("Dd", "ee")
BOM = "ï»¿"  # of UTF-8, as Latin-1 reads it
Fail = Callable[[str], NoReturn]
HOLDS = "it should hold {expected:,} entries but holds {actual:,}"


def read_market(path: Path, name: str, check: Callable[[tuple[int, int], int | None], None]) -> Any:
    """CSR for coordinates, dense (m, n) for arrays.

    `check(shape, entries)` is called before the numbers are read (entries: None for arrays) and
    raises where they are too many. Raises SourceError.
    """

    def fail(reason: str) -> NoReturn:
        template = "“{name}” is not a readable Matrix Market file: {what}."
        raise SourceError(message(template, name=name, what=reason))

    def check_length(entries: int, width: int) -> None:
        if entries * 2 * width > path.stat().st_size + 1:
            fail(message("it should hold {expected:,} entries but ends early", expected=entries))

    with path.open(encoding="latin-1") as file:
        head = file.readline(1000).removeprefix(BOM).lower().split()
        if len(head) != 5 or head[:2] != ["%%matrixmarket", "matrix"] or head[2] not in LAYOUTS:
            fail(message("line 1 is not “%%MatrixMarket matrix”, its layout, field and symmetry"))
        layout, field, symmetry = head[2:]
        if field == "complex":
            raise SourceError(
                message(
                    "“{name}” is complex; give its real part, imaginary part or modulus.", name=name
                )
            )
        if field not in FIELDS or symmetry not in SYMMETRIES:
            fail(
                message(
                    "its field “{field}” or symmetry “{symmetry}” is unknown",
                    field=field[:30],
                    symmetry=symmetry[:30],
                )
            )
        for _ in range(MOST_COMMENTS):
            line = file.readline(LONGEST_LINE)
            if line.strip() and not line.startswith("%"):
                break
        sizes = line.split()
        if len(sizes) != (3 if layout == "coordinate" else 2) or not all(
            size.isdigit() and len(size) < 19 for size in sizes
        ):
            fail(message("its sizes (“{sizes}”) are not whole numbers", sizes=line.strip()[:40]))
        m, n = int(sizes[0]), int(sizes[1])
        entries = int(sizes[2]) if layout == "coordinate" else None
        check((m, n), entries)
        if not m or not n:
            fail(message("it is {m:,} × {n:,}, which is empty", m=m, n=n))
        if symmetry != "general" and m != n:
            fail(message("it is {symmetry} but not square", symmetry=symmetry))
        width = 1 if layout == "array" else 2 if field == "pattern" else 3
        if layout == "array":
            check_length(_stored(n, m, symmetry), width)
            values = np.empty(_stored(n, m, symmetry))
            _fill((values,), file, fail)
            return _dense(values, m, n, symmetry)
        assert entries is not None
        check_length(entries, width)
        positions = np.empty(entries, np.int32), np.empty(entries, np.int32)
        values = np.ones(entries) if width == 2 else np.empty(entries)
        _fill((*positions, values)[:width], file, fail, (m, n))
        return _sparse(*positions, values, m, n, symmetry)


def _stored(n: int, m: int, symmetry: str) -> int:
    """How many entries an array of m × n lists: of a symmetric one, those of a triangle."""
    if symmetry == "general":
        return m * n
    return n * (n + 1) // 2 if symmetry == "symmetric" else n * (n - 1) // 2


def _fill(
    columns: tuple[np.ndarray, ...], file: TextIO, fail: Fail, shape: tuple[int, int] | None = None
) -> None:
    """Fill arrays with the columns of numbers, some lines at a time.

    shape: of a sparse matrix, whose first two columns are positions counted from 1.
    """
    expected, at = len(columns[0]), 0
    while text := file.read(PIECE):
        rest = file.readline(LONGEST_LINE)
        if len(rest) == LONGEST_LINE:
            fail(message("it has a line of more than {n:,} characters", n=LONGEST_LINE))
        text += rest
        if "D" in text or "d" in text:  # Fortran writes 1.0D+00
            text = text.translate(FORTRAN)
        if not text.strip():
            continue
        numbers = _numbers(text, len(columns), fail)
        if at + len(numbers) > expected:
            fail(message("it should hold {expected:,} entries but holds more", expected=expected))
        if shape is not None:
            _check_positions(numbers[:, :2], shape, fail)
            numbers[:, :2] -= 1
        for column, values in zip(columns, numbers.T, strict=True):
            column[at : at + len(numbers)] = values
        at += len(numbers)
    if at != expected:
        fail(message(HOLDS, expected=expected, actual=at))


def _check_positions(positions: np.ndarray, shape: tuple[int, int], fail: Fail) -> None:
    whole = (positions >= 1) & (positions <= shape) & (positions == np.floor(positions))
    if not whole.all():
        template = "it has an entry outside of its {m:,} × {n:,}"
        fail(message(template, m=shape[0], n=shape[1]))


def _numbers(text: str, width: int, fail: Fail) -> np.ndarray:
    """The rows of numbers: (entries, width) float64."""
    import pandas as pd

    # Lines with more numbers are refused below.
    warnings.filterwarnings("ignore", category=pd.errors.ParserWarning)
    try:
        table = pd.read_csv(
            StringIO(text), sep=r"\s+", header=None, comment="%", names=range(width + 1),
            dtype=np.float64, index_col=False, on_bad_lines="error",
        )  # fmt: skip
    except pd.errors.EmptyDataError:
        return np.zeros((0, width))
    except (ValueError, OverflowError, pd.errors.ParserError) as error:
        fail(" ".join(str(error).split())[:120])
    if table[width].notna().any():
        fail(message("a line has more than {n} numbers", n=width))
    return table[list(range(width))].to_numpy(np.float64)


def _dense(values: np.ndarray, m: int, n: int, symmetry: str) -> np.ndarray:
    if symmetry == "general":
        return values.reshape((m, n), order="F")
    skew = symmetry == "skew-symmetric"
    columns, rows = np.triu_indices(n, int(skew))  # the lower triangle, column by column
    M = np.zeros((n, n))
    M[columns, rows] = -values if skew else values
    M[rows, columns] = values
    return M


def _sparse(i: np.ndarray, j: np.ndarray, values: np.ndarray, m: int, n: int, symmetry: str) -> Any:
    if symmetry != "general":
        off_diagonal = np.flatnonzero(i != j)
        sign = -1.0 if symmetry == "skew-symmetric" else 1.0
        i, j = np.concatenate([i, j[off_diagonal]]), np.concatenate([j, i[off_diagonal]])
        values = np.concatenate([values, sign * values[off_diagonal]])
    return sparse.coo_matrix((values, (i, j)), (m, n)).tocsr()
