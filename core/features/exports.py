"""The vectors of several encoders as one collection: rows with a column of vectors each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.features.snapshots import SHOWN
from core.features.specs import InfoMax
from core.items.collection_specs import Collection
from core.items.data import Loaded
from core.items.encodings import collected
from core.items.vectors import LEAST


def as_collection(
    spec: InfoMax, data: Loaded, vectors: Mapping[str, np.ndarray], trained: np.ndarray
) -> Collection:
    """Keep a table of the first 5 000 items: vectors (n, d) by encoder, labels, columns, pictures.

    trained: rows that the encoders were trained on; the others are “held out” in the column
    “split”. Vectors of a single number, which have no direction, are left out.
    """
    n = min(len(data.x), SHOWN)
    split = np.full(len(data.x), "held out", object)
    split[trained] = "trained on"
    long = {name: V[:n] for name, V in vectors.items() if V.shape[1] >= LEAST}
    name = f"encoders-{spec.key[:8]}.parquet"
    return collected(data, long, name, {"split": split[:n].tolist()})
