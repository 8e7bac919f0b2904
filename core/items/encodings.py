"""Vectors that a model gives items, as a collection: rows with vectors, like any table's."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from core import uploads
from core.items.collection_specs import Collection, of_files
from core.items.data import Loaded

ITEM, LATENT, INPUT, LABEL, PICTURE = "item", "latent", "input", "label", "picture"
MOST_NUMBERS = 1024  # of an item that go along as vectors, to compare the latents with
MOST_PIXELS = 4096  # of a picture that goes along


def collected(
    data: Loaded,
    vectors: np.ndarray | Mapping[str, np.ndarray],
    name: str,
    more: Mapping[str, Sequence[str]] | None = None,
) -> Collection:
    """Keep a table of the items' vectors (n, d), labels, columns and pictures, and `more` columns;
    beside the vectors of one model the items' own numbers, where they are few enough.

    Its rows are the first n items. vectors: of one model, or of several by name. Columns of the
    items' table that are called as one of these have other names: see `renamed`. name: of the
    file.
    """
    more = more or {}
    by_name = vectors if isinstance(vectors, Mapping) else {LATENT: vectors}
    n = len(next(iter(by_name.values())))
    columns: dict[str, object] = {
        ITEM: [data.ids[i] if len(data.ids) else f"item {i}" for i in range(n)],
        **{column: list(values) for column, values in more.items()},
        **{column: lists(matrix) for column, matrix in by_name.items()},
    }
    if by_name is not vectors and data.x.shape[1] <= MOST_NUMBERS:
        columns[INPUT] = lists(data.x[:n])
    if len(data.labels):
        labels = [data.classes[c] if c >= 0 else None for c in data.labels[:n].tolist()]
        columns[LABEL] = labels
    names = renamed(data, (*more, *by_name))
    for column, values in data.columns.items():
        columns[names.get(column, column)] = list(values[:n])
    if data.picture and data.picture[0] * data.picture[1] <= MOST_PIXELS:
        columns[PICTURE] = [png(x, data.picture) for x in data.x[:n]]
    return kept(columns, name)


def kept(columns: Mapping[str, object], name: str) -> Collection:
    """Keep a table of these columns, as Arrow takes them, as an upload called `name`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return of_files("upload", [(name, uploads.keep(name, file.getvalue()))])


def renamed(data: Loaded, more: Iterable[str] = ()) -> dict[str, str]:
    """The new names of the table's own columns that are called as one that the collection adds."""
    names, added = dict[str, str](), {ITEM, LATENT, INPUT, LABEL, PICTURE, *more}
    for name in data.columns:
        if name in added:
            new = f"{name} (table)"
            while new in data.columns:
                new += "′"
            names[name] = new
    return names


def lists(vectors: np.ndarray) -> Any:
    """Vectors (n, d) as an Arrow column of lists of one length."""
    import pyarrow as pa

    flat = pa.array(np.ascontiguousarray(vectors, np.float32).ravel())
    return pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1])


def png(x: np.ndarray, shape: tuple[int, ...]) -> bytes:
    """A grey picture (h·w,) in [0, 1], dark on light, as the bytes of a PNG."""
    from PIL import Image

    grey = np.rint(255 * (1 - np.clip(x, 0, 1))).astype(np.uint8).reshape(shape)
    with io.BytesIO() as file:
        Image.fromarray(grey).save(file, "png")
        return file.getvalue()
