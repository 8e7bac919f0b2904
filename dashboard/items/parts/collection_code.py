"""The lines of `core` that reproduce a collection's map and the rows that are shown."""

from __future__ import annotations

from core.items.collection_specs import with_roles
from core.spaces.clusters import Groups, group
from core.spaces.queries import Asked
from core.spaces.specs import Kept
from dashboard.items.views import CollectionView
from dashboard.spec_code import constructor


def code(spec: Kept, view: CollectionView, roles: dict[str, str], groups: Groups) -> str:
    """Python that gives the map, its trust and the numbers of the rows shown.

    spec: that of the result, whose collection has no roles set; roles: those the page has.
    """
    collection = with_roles(spec.place.space.collection, roles)
    lines = f"""from core.counts import Association, Counts
from core.items import Collection
from core.items.collection import table_of
from core.items.filters import passing, read
from core.spaces import Kept, Place, Space, judge, neighbours_of, place
from core.text import Corpus, Source, Text
from core.vectors import PpmiSvd, Shelved

spec = {constructor(spec)}
placed, judged = place(spec.place), judge(spec)
print(placed.rows, placed.xy, judged.kept)

table = table_of({constructor(collection)})
shown = passing(table, read({view.filters!r})).nonzero()[0]
print(shown)
"""
    if view.row_colour == "cluster" and group.stored(groups):
        lines += f"""
from core.spaces.clusters import Groups, group

clusters = group({constructor(groups, {spec.place.space: "spec.place.space"})})
print(clusters.labels, clusters.names)
"""
    if view.item_row >= 0:
        lines += f"""
item = list(placed.rows).index({view.item_row})
near, cosines = neighbours_of(spec.place.space, item, {view.item_k})
print(placed.rows[near], cosines)
"""
    return lines


def of_query(spec: Asked) -> str:
    """Python that gives the nearest rows of a query, and its place."""
    return f"""
from core.spaces.queries import Asked, ask

answer = ask({constructor(spec)})
print(placed.rows[answer.near], answer.cosines, answer.xy)
"""
