"""The lines of `core` that reproduce the numbers of a map and of the tabs below it.

What takes long is among them where the page has it: hubs, seeds and clusters once looked at.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.counts.measures import Association
from core.maps.clusters import cluster
from core.maps.hubs import hubness
from core.maps.specs import SEEDED, Cloud, Clusters, Hubs, Map, Stability, Trust
from core.maps.stability import repeat
from core.specs import Spec
from core.vectors.specs import Shelved
from dashboard import state
from dashboard.chain import spaces
from dashboard.spec_code import constructor
from dashboard.words.views import MapView

HEATMAP = 60  # words that are sent to the heatmap


def hubs_of(cloud: Cloud) -> list[Hubs]:
    """The hubs of the vectors as they are, and, where the sliders say so, cleaned."""
    cleaned = state.spec(Hubs).replace(cloud=cloud)
    raw = cleaned.replace(centred=False, removed=0)
    return [raw, cleaned] if cleaned.centred or cleaned.removed else [raw]


def seeds_of(map: Map) -> Stability:
    """The same map from the seeds of the slider."""
    return state.spec(Stability).replace(map=map)


def groups_of(cloud: Cloud) -> Clusters:
    """The clusters of the panel's settings."""
    return state.spec(Clusters).replace(cloud=cloud)


def code(spec: Trust, view: MapView, words: Mapping[str, str], controlled: bool) -> str:
    """Python that reproduces the map and its numbers.

    words: those on the map, by what settings name them; controlled: the null control is known too.
    """
    around = [words[key] for key in view.lasso.split() if key in words]
    chosen = words.get(view.map_word)
    lines = f"""{spaces.code(spec.map.cloud.vectors)}from core.counts import Association, Counts
from core.maps import Cloud, Map, Trust, judge
from core.text import Corpus, Source, Text
from core.vectors import PpmiSvd, Shelved

spec = {constructor(spec)}
judged = judge(spec)
print(judged.xy, judged.kept, judged.trustworthiness.mean(), judged.continuity.mean())
"""
    if controlled:
        lines += f"""other = judge(spec.replace(shuffled={not spec.map.cloud.shuffled}))
print(other.kept.mean(), other.trustworthiness.mean(), other.continuity.mean())
"""
    if around or chosen is not None:
        lines += """
from core.maps.cloud import words_of

words = words_of(spec.map.cloud)
shown = [words.words[i] for i in judged.ids]
"""
    if chosen is not None:
        lines += f"""
row = shown.index({chosen!r})
print([shown[i] for i in judged.true[row]], [shown[i] for i in judged.drawn[row]])
"""
    return lines + (_lasso(spec.map.cloud, around) if around else "") + _stored_results(spec, view)


def _lasso(cloud: Cloud, around: list[str]) -> str:
    """The table of the words in the lasso, what is near their mean, and their PMI."""
    lines = f"""
from core.maps.cloud import nearest_to_mean, points
from core.maps.hubs import occurrence

rows = [shown.index(word) for word in {around!r}]
print(judged.xy[rows], words.counts[judged.ids[rows]], judged.norms[rows], judged.kept[rows])
print(judged.trustworthiness[rows], judged.continuity[rows], occurrence(judged.true)[rows])
near, cosines = nearest_to_mean(points(spec.map.cloud).X, rows)
print([shown[i] for i in near], cosines)
"""
    if isinstance(cloud.vectors, Shelved) or len(around) < 2:
        return lines
    shown = cloud.vectors.association.replace(measure=Association().measure)
    counts = shown.counts
    named: dict[Spec, str] = {counts: "counts"}
    return (
        lines
        + f"""
from core.counts import block, count

counts = {constructor(counts)}
some = judged.ids[rows[:{HEATMAP}]]
print(block({constructor(shown, named)}, count(counts), some, some).value)
"""
    )


def _stored_results(spec: Trust, view: MapView) -> str:
    """Clusters, hubs and other seeds, as far as they are stored already."""
    cloud = spec.map.cloud
    named: dict[Spec, str] = {cloud: "spec.map.cloud", spec.map: "spec.map"}
    lines, imports = "", []
    groups = groups_of(cloud)
    if view.map_colour == "cluster" and cluster.stored(groups):
        imports += ["Clusters", "cluster"]
        lines += f"print(cluster({constructor(groups, named)}).labels)\n"
    for hubs in hubs_of(cloud):
        if hubness.stored(hubs):
            imports += ["Hubs", "hubness"]
            lines += f"hubs = hubness({constructor(hubs, named)})\n"
            lines += "print(hubs.occurrence, hubs.skewness, hubs.share)\n"
    if spec.map.map_method in SEEDED and repeat.stored(seeds_of(spec.map)):
        imports += ["Stability", "repeat"]
        lines += f"maps = repeat({constructor(seeds_of(spec.map), named)})\n"
        lines += "print(maps.xy, maps.shared, maps.kept)\n"
    names = ", ".join(sorted(dict.fromkeys(imports)))
    return f"\nfrom core.maps import {names}\n\n{lines}" if lines else ""
