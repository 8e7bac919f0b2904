"""The latents of a stored epoch as a collection: rows with vectors, like any table's."""

from __future__ import annotations

import io

import numpy as np

from core import uploads
from core.items.collection_specs import Collection, of_files
from core.items.data import Loaded
from core.latent.snapshots import Snapshot

ADDED = ("item", "cluster", "latent", "label", "picture")
MOST_PIXELS = 4096  # of a picture that goes along


def as_collection(data: Loaded, snapshot: Snapshot) -> Collection:
    """Keep a table of the items' latent means, clusters, labels, columns and pictures.

    Its rows are the items whose latents the epoch holds, the first 5 000 at most. Columns of the
    items' table that are called as one of these have other names: see `renamed`.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    n, d = snapshot.mean.shape
    flat = pa.array(np.ascontiguousarray(snapshot.mean, np.float32).ravel())
    columns: dict[str, object] = {
        "item": [data.ids[i] if len(data.ids) else f"item {i}" for i in range(n)],
        "cluster": [f"cluster {c}" for c in snapshot.cluster.tolist()],
        "latent": pa.FixedSizeListArray.from_arrays(flat, d),
    }
    if len(data.labels):
        labels = [data.classes[c] if c >= 0 else None for c in data.labels[:n].tolist()]
        columns["label"] = labels
    names = renamed(data)
    for name, values in data.columns.items():
        columns[names.get(name, name)] = list(values[:n])
    if data.picture and data.picture[0] * data.picture[1] <= MOST_PIXELS:
        columns["picture"] = [png(x, data.picture) for x in data.x[:n]]
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    name = f"latents-epoch-{snapshot.epoch}.parquet"
    return of_files("upload", [(name, uploads.keep(name, file.getvalue()))])


def renamed(data: Loaded) -> dict[str, str]:
    """The new names of the table's own columns that are called as one that the collection adds."""
    names = dict[str, str]()
    for name in data.columns:
        if name in ADDED:
            new = f"{name} (table)"
            while new in data.columns:
                new += "′"
            names[name] = new
    return names


def png(x: np.ndarray, shape: tuple[int, ...]) -> bytes:
    """A grey picture (h·w,) in [0, 1], dark on light, as the bytes of a PNG."""
    from PIL import Image

    grey = np.rint(255 * (1 - np.clip(x, 0, 1))).astype(np.uint8).reshape(shape)
    with io.BytesIO() as file:
        Image.fromarray(grey).save(file, "png")
        return file.getvalue()
