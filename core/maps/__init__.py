"""Maps of word vectors in the plane, and how far each point of them can be trusted."""

from typing import TYPE_CHECKING

from core.gathering import gather

if TYPE_CHECKING:
    from core.maps.clusters import cluster
    from core.maps.hubs import hubness
    from core.maps.projection import place
    from core.maps.specs import Cloud, Clusters, Hubs, Map, Stability, Trust
    from core.maps.stability import repeat
    from core.maps.trust import judge

__all__ = [
    "Cloud", "Clusters", "Hubs", "Map", "Stability", "Trust",
    "cluster", "hubness", "judge", "place", "repeat",
]  # fmt: skip

gather(__name__)
