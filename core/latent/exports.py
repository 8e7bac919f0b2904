"""The latents of a stored epoch as a collection."""

from __future__ import annotations

from core.items import encodings
from core.items.collection_specs import Collection
from core.items.data import Loaded
from core.latent.snapshots import Snapshot

CLUSTER = "cluster"


def as_collection(data: Loaded, snapshot: Snapshot) -> Collection:
    """Keep a table of the items' latent means, clusters, labels, columns and pictures.

    Its rows are the items whose latents the epoch holds, the first 5 000 at most.
    """
    clusters = {CLUSTER: [f"cluster {c}" for c in snapshot.cluster.tolist()]}
    name = f"latents-epoch-{snapshot.epoch}.parquet"
    return encodings.collected(data, snapshot.mean, name, clusters)


def renamed(data: Loaded) -> dict[str, str]:
    """The new names of the table's own columns that are called as one that the collection adds."""
    return encodings.renamed(data, (CLUSTER,))
