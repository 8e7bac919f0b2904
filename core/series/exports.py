"""The last layer's vectors as a collection: rows with vectors, like any table's."""

from __future__ import annotations

import numpy as np

from core.items.collection_specs import Collection
from core.items.encodings import kept, lists
from core.series.networks import SeriesClassifier, read
from core.series.splitting import Split


def as_collection(parted: Split, network: SeriesClassifier, epoch: int) -> Collection:
    """Keep a table of all series: vector, class, what the network says, what each was used for."""
    series = parted.series
    vectors, probabilities = read(network, parted.x)
    said = probabilities.argmax(axis=1)
    tested = np.zeros(len(series.x), bool)
    tested[parted.tested] = True
    columns: dict[str, object] = {
        "series": [series.name(i) for i in range(len(series.x))],
        "class": [series.classes[k] for k in series.label],
        "taken for": [series.classes[k] for k in said],
        "right": ["yes" if a == b else "no" for a, b in zip(said, series.label, strict=True)],
        "probability": probabilities.max(axis=1).astype(np.float64),
        "used": ["tested" if t else "trained" for t in tested],
        **{name: values.astype(np.float64) for name, values in series.truth.items()},
        "last layer": lists(vectors),
    }
    return kept(columns, f"series-epoch-{epoch}.parquet")
