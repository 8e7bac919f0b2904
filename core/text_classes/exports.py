"""The texts tested as a collection: rows with the vectors of the network's last layer."""

from __future__ import annotations

import numpy as np

from core.items.collection_specs import Collection
from core.items.encodings import kept, lists
from core.text_classes.comparison import judge
from core.text_classes.division import divide
from core.text_classes.specs import TextClasses
from core.text_classes.texts import classified


def as_collection(spec: TextClasses) -> Collection:
    """Keep a table of the texts tested: text, label, likeliest class, its probability, vector."""
    judged, names = judge(spec), divide(spec.division).names
    texts = classified(spec.division.reading.labelled).texts
    columns: dict[str, object] = {
        "text": [texts[i] for i in judged.places],
        "label": [names[i] for i in judged.own],
        "likeliest": [names[i] for i in judged.logs.argmax(axis=1)],
        "probability": np.exp(judged.logs.max(axis=1)).astype(np.float64),
        "vector": lists(judged.vectors),
    }
    return kept(columns, "text-classes.parquet")
