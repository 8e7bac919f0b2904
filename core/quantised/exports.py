"""The codes of a stored epoch as a collection: the grid of each item, embedded."""

from __future__ import annotations

import numpy as np

from core.items import encodings
from core.items.collection_specs import Collection
from core.items.data import Loaded
from core.quantised.networks import vectors
from core.quantised.snapshots import Trained
from core.quantised.specs import Codes

CODES = "codes"


def embedded(spec: Codes, trained: Trained, at: int | None = None) -> np.ndarray:
    """The vectors of the items' codes, place after place, of a stored epoch: (n, G · d) float32.

    at: the epoch's place among the stored ones; that of the result, if none.
    """
    shot = trained.result if at is None else trained.snapshots[at]
    book = vectors(spec, trained.network(spec, at))
    rows: np.ndarray = book[shot.codes].reshape(len(shot.codes), -1).astype(np.float32)
    return rows


def as_collection(data: Loaded, spec: Codes, trained: Trained, at: int | None = None) -> Collection:
    """Keep a table of `embedded`, with each item's codes as text, labels, columns and pictures.

    Its rows are the items whose codes the epoch holds, the first 5 000 at most.
    """
    shot = trained.result if at is None else trained.snapshots[at]
    texts = {CODES: [" ".join(map(str, row)) for row in shot.codes.tolist()]}
    name = f"codes-epoch-{shot.epoch}.parquet"
    return encodings.collected(data, embedded(spec, trained, at), name, texts)
