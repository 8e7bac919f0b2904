"""Maps of word vectors in the plane, and how far each point of them can be trusted."""

from core.maps.clusters import cluster
from core.maps.hubs import hubs
from core.maps.projection import place
from core.maps.specs import Cloud, Clusters, Hubs, Map, Stability, Trust
from core.maps.stability import stability
from core.maps.trust import judge

__all__ = [
    "Cloud", "Clusters", "Hubs", "Map", "Stability", "Trust",
    "cluster", "hubs", "judge", "place", "stability",
]  # fmt: skip
