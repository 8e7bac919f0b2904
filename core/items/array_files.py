"""Arrays beside a table: .npy, .npz, safetensors, and the two files of TensorFlow's Projector."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa

from core import arrays
from core.errors import SourceError
from core.items import vectors
from core.items.readers import Block
from core.messages import message
from core.progress import OnStep, run_on
from core.uploads import DAMAGE

ROWS = 4_096  # rows of a matrix in a block
NUMERIC = "biuf"


@dataclass(frozen=True, eq=False)
class Arrays:
    """Matrices (n, d) by name, which are vectors, and plain columns (n,)."""

    name: str
    rows: int
    matrices: Mapping[str, Any]
    plain: Mapping[str, np.ndarray] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def dims(self) -> dict[str, int]:
        """The width of each matrix."""
        return {name: int(matrix.shape[1]) for name, matrix in self.matrices.items()}

    def columns(self, on_step: OnStep = run_on) -> pa.Table:
        """The plain columns."""
        return pa.table({name: pa.array(values) for name, values in self.plain.items()})

    def blocks(self, column: str) -> Iterator[Block]:
        """Rows of a matrix, as float32."""
        matrix = self.matrices[column]
        for start in range(0, self.rows, ROWS):
            with np.errstate(over="ignore"):
                rows = np.array(matrix[start : min(start + ROWS, self.rows)], np.float32)
            yield vectors.checked(rows)


def gathered(name: str, stored: Mapping[str, Any]) -> Arrays:
    """Arrays of one file: those with two axes are vectors, those with one are columns.

    Raises SourceError where none has two axes, or their lengths differ.
    """
    matrices = {
        key: array for key, array in stored.items()
        if len(array.shape) == 2 and vectors.LEAST <= array.shape[1] <= vectors.MOST
    }  # fmt: skip
    if not matrices:
        shapes = ", ".join(f"{key}: {tuple(array.shape)}" for key, array in stored.items())
        raise SourceError(
            message(
                "“{name}” holds no matrix of vectors (it holds {shapes}); give rows × numbers.",
                name=name,
                shapes=shapes[:200] or message("nothing"),
            )
        )
    rows = max(len_of(matrix) for matrix in matrices.values())
    fitting = {key: matrix for key, matrix in matrices.items() if len_of(matrix) == rows}
    plain = {
        key: np.asarray(array[:]) for key, array in stored.items()
        if len(array.shape) == 1 and len_of(array) == rows
    }  # fmt: skip
    return Arrays(name, rows, fitting, plain)


def len_of(array: Any) -> int:
    """The length of the first axis, also of an array that is still in its file."""
    return int(array.shape[0])


def npy(path: Path, name: str) -> Arrays:
    """A matrix that stays on disk."""
    with path.open("rb") as file:
        head = arrays.header(file, name, NUMERIC)
        if file.tell() + head.bytes > path.stat().st_size:
            raise SourceError(
                message(
                    "“{name}” claims {n:,} entries but ends before the last of them; save it "
                    "again.",
                    name=name,
                    n=head.entries,
                )
            )
    matrix = np.load(path, mmap_mode="r", allow_pickle=False)
    return gathered(name, {PurePosixPath(name).stem: matrix})


def npz(path: Path, name: str, limit: int) -> Arrays:
    """The arrays of an archive, at most `limit` bytes of them."""
    stored: dict[str, np.ndarray] = {}
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if not member.filename.endswith(".npy"):
                    continue
                with archive.open(member) as file:
                    head = arrays.header(file, name, f"{NUMERIC}U")
                    if (total := total + head.bytes) > limit:
                        raise too_large(name, total, limit)
                    stored[member.filename.removesuffix(".npy")] = arrays.values(file, name, head)
    except DAMAGE as error:
        raise damaged(name, error) from error
    return gathered(name, stored)


class Tensor:
    """A tensor of a safetensors file, read where it is sliced."""

    def __init__(self, path: Path, key: str, shape: tuple[int, ...]) -> None:
        self.path, self.key, self.shape = path, key, shape

    def __getitem__(self, rows: slice) -> np.ndarray:
        from safetensors import safe_open

        with safe_open(self.path, "numpy") as file:
            return np.asarray(file.get_slice(self.key)[rows])


def safetensors(path: Path, name: str) -> Arrays:
    """The tensors of a file; those of bfloat16 NumPy cannot hold."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "numpy") as file:
            stored = {}
            for key in sorted(file.keys()):
                part = file.get_slice(key)
                if not part.get_dtype().startswith("BF"):
                    stored[key] = Tensor(path, key, tuple(part.get_shape()))
    except (SafetensorError, *DAMAGE) as error:
        raise damaged(name, error) from error
    return gathered(name, stored)


def is_projector(path: Path) -> bool:
    """Whether a TSV is the Projector's file of vectors: numbers only, without a heading."""
    try:
        with path.open("rb") as file:
            first = file.readline(1 << 20).decode("ascii").rstrip("\r\n").split("\t")
        return len(first) >= vectors.LEAST and all(np.isfinite([float(cell) for cell in first]))
    except ValueError:
        return False


def projector(path: Path, name: str) -> Arrays:
    """The Projector's vectors, one a line, the numbers apart by tabs."""
    import pandas as pd

    try:
        table = pd.read_csv(path, sep="\t", header=None, dtype=np.float32)
    except ValueError as error:  # the parser's errors are kinds of it
        raise damaged(name, error) from error
    return Arrays(name, len(table), {PurePosixPath(name).stem: table.to_numpy(np.float32)})


def too_large(name: str, size: float, limit: float) -> SourceError:
    """The error for vectors beyond the limit."""
    return SourceError(
        message(
            "The vectors of “{name}” take at least {size:,.2f} GB; the limit is {most:g} GB. Open "
            "a part of the rows, or raise the limit by setting VECTORSCOPE_MAX_VECTORS_GB.",
            name=name,
            size=size / 1e9,
            most=limit / 1e9,
        )
    )


def damaged(name: str, error: Exception) -> SourceError:
    """The error for a file that cannot be read."""
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return SourceError(
        message("“{name}” is damaged ({reason}); save it again.", name=name, reason=reason)
    )
