"""Matrices as people have them: what is right for each file is known."""

from __future__ import annotations

import numpy as np
import pytest

from core.matrices import shelf
from tests.core import awkward

pytestmark = awkward.present

ABCD = ("a", "b", "c", "d")
SQUARE = [[1, 2, 3, 4], [5, 1, 2, 3], [4, 5, 1, 2], [3, 4, 5, 1]]
FILES: dict[str, tuple[list[list[float]], tuple[str, ...], tuple[str, ...]]] = {
    # file → matrix, names of its rows, names of its columns
    "m01": (SQUARE, ("the", "i", "you", "j"), ("the", "i", "you", "j")),
    "m03": (SQUARE, ("0", "1", "2", "3"), ABCD),
    "m04": (SQUARE, ("r0", "r1", "r2", "r3"), ABCD),
    "m05": (SQUARE, (), ABCD),
    "m06": (SQUARE, (), ()),
    "m07": (SQUARE, (), ()),
    "m08": (SQUARE, ("Größe", "Maß", "über", "süß"), ABCD),
    "m09": ([[1, -3], [0.25, 400]], (), ()),
    "m11": (SQUARE, (), ()),
    "m13": ([[1234.5, 2000], [3100, 12]], (), ("a", "b")),
    "m16": ([[1, 2, 3], [4, 5, 6]], (), ()),
    "m17": ([[1.5, 2.25], [3, 4.75]], ("x", "y"), ("a", "b")),
    "m19": ([[1, 2, 3], [4, 5, 6]], (), ("a", "b", "c")),
}
NOTES = {
    "m08": "",
    "m10": "“embeddings” is read; the file also holds labels (6)",
    "m13": "mark of thousands",
    "m16": "brackets",
    "m17": "decimal",
}


@pytest.mark.parametrize("file", FILES)
def test_numbers_and_names(file: str) -> None:
    values, rows, columns = FILES[file]
    path = awkward.place(file)
    contents = shelf.read(*shelf.store_upload(path.name, path.read_bytes()))
    np.testing.assert_allclose(contents.values, values)
    assert (contents.rows, contents.columns, contents.set_aside) == (rows, columns, ())
    reading = awkward.reading("matrix", file)
    assert (reading.rows, reading.columns) == np.shape(values)
    assert (reading.names, reading.labels) == (rows, columns)


@pytest.mark.parametrize("file", NOTES)
def test_what_was_done_is_said(file: str) -> None:
    reading = awkward.reading("matrix", file)
    assert reading.error == "" and NOTES[file] in " ".join(reading.notes)


def test_the_matrix_of_several_arrays() -> None:
    reading = awkward.reading("matrix", "m10")
    assert (reading.rows, reading.columns) == (6, 3)
    assert list(reading.first) == pytest.approx([0.0012, 0.2987, -0.2741])
