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
from typing import Any, NoReturn

import numpy as np
from scipy import sparse

from core.errors import SourceError
from core.messages import message

LAYOUTS = ("coordinate", "array")
FIELDS = ("real", "double", "integer", "unsigned-integer", "pattern")
SYMMETRIES = ("general", "symmetric", "skew-symmetric")
MOST_COMMENTS = 10_000
HOLDS = "it should hold {expected:,} entries but holds {actual:,}"


def read_market(path: Path, name: str, check: Callable[[tuple[int, int], int | None], None]) -> Any:
    """CSR for coordinates, dense (m, n) for arrays.

    `check(shape, entries)` is called before the numbers are read (entries: None for arrays) and
    raises where they are too many. Raises SourceError.
    """

    def fail(reason: str) -> NoReturn:
        template = "“{name}” is not a readable Matrix Market file: {what}."
        raise SourceError(message(template, name=name, what=reason))

    with path.open(encoding="latin-1") as file:
        head = file.readline(1000).lower().split()
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
            line = file.readline(100_000)
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
        text = file.read()
    width = 1 if layout == "array" else 2 if field == "pattern" else 3
    numbers = _numbers(text, width, fail)
    if layout == "array":
        return _dense(numbers[:, 0], m, n, symmetry, fail)
    if len(numbers) != entries:
        fail(message(HOLDS, expected=entries, actual=len(numbers)))
    return _sparse(numbers, m, n, symmetry, fail)


def _numbers(text: str, width: int, fail: Callable[[str], NoReturn]) -> np.ndarray:
    """The rows of numbers: (entries, width) float64."""
    import pandas as pd

    if not text.strip():
        return np.zeros((0, width))
    # Lines with more numbers are refused below.
    warnings.filterwarnings("ignore", category=pd.errors.ParserWarning)
    try:
        table = pd.read_csv(
            StringIO(text), sep=r"\s+", header=None, comment="%", names=range(width + 1),
            dtype=np.float64, index_col=False, on_bad_lines="error",
        )  # fmt: skip
    except (ValueError, OverflowError, pd.errors.ParserError) as error:
        fail(" ".join(str(error).split())[:120])
    if table[width].notna().any():
        fail(message("a line has more than {n} numbers", n=width))
    return table[list(range(width))].to_numpy(np.float64)


def _dense(
    values: np.ndarray, m: int, n: int, symmetry: str, fail: Callable[[str], NoReturn]
) -> np.ndarray:
    if symmetry == "general":
        if len(values) != m * n:
            fail(message(HOLDS, expected=m * n, actual=len(values)))
        return values.reshape((m, n), order="F")
    skew = symmetry == "skew-symmetric"
    columns, rows = np.triu_indices(n, int(skew))  # the lower triangle, column by column
    if len(values) != len(rows):
        fail(message(HOLDS, expected=len(rows), actual=len(values)))
    M = np.zeros((n, n))
    M[columns, rows] = -values if skew else values
    M[rows, columns] = values
    return M


def _sparse(
    numbers: np.ndarray, m: int, n: int, symmetry: str, fail: Callable[[str], NoReturn]
) -> Any:
    positions = numbers[:, :2]
    if not ((positions >= 1) & (positions <= (m, n)) & (positions == np.floor(positions))).all():
        fail(message("it has an entry outside of its {m:,} × {n:,}", m=m, n=n))
    i, j = (positions - 1).astype(np.int64).T
    values = numbers[:, 2] if numbers.shape[1] == 3 else np.ones(len(numbers))
    if symmetry != "general":
        off_diagonal = np.flatnonzero(i != j)
        sign = -1.0 if symmetry == "skew-symmetric" else 1.0
        i, j = np.concatenate([i, j[off_diagonal]]), np.concatenate([j, i[off_diagonal]])
        values = np.concatenate([values, sign * values[off_diagonal]])
    return sparse.coo_matrix((values, (i, j)), (m, n)).tocsr()
