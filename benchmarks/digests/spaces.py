"""Maps, comparisons of models, layouts, and the paths of a word and of a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from benchmarks.digests.models import GLOVE, MODELS, PPMI, SIMPLER, WORD2VEC, parts_of
from core.compare.crowd import mutual
from core.compare.pairs import compare
from core.compare.specs import (
    Changed,
    Contest,
    Crowd,
    Pair,
    Repeats,
    Rerun,
    ShelvedBoth,
    ShelvedFirst,
)
from core.compare.stability import repeat, retrained
from core.compare.versus import versus
from core.layouts.umap import layout
from core.maps.cloud import points, true_neighbours
from core.maps.clusters import cluster
from core.maps.hubs import hubness
from core.maps.projection import place
from core.maps.specs import CLUSTERINGS, METHODS, Cloud, Clusters, Hubs, Map, Stability, Trust
from core.maps.stability import repeat as repeat_map
from core.maps.trust import judge
from core.paths.images import ImagePath, walk
from core.paths.words import WordPath, approximated, counted
from core.specs import Spec
from core.vectors.specs import Shelved
from core.vectors.store.shelf import train

CLOUD = Cloud(vectors=PPMI, map_words=300)


def entries() -> dict[str, Callable[[], object]]:
    return {**_maps(), **_comparisons(), **_paths()}


def _maps() -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {
        "map cloud": partial(points, CLOUD),
        "map cloud shuffled": partial(points, CLOUD.replace(shuffled=True)),
        "map cloud of a trained model": _trained_cloud,
        "map near": partial(true_neighbours, CLOUD, 12),
        "layout": _layout,
    }
    for method in METHODS:
        spec = Map(
            cloud=CLOUD, map_method=method, x_axis="government - police", y_axis="new + australia"
        )
        found[f"map {method}"] = partial(place, spec)
        found[f"map {method} shuffled"] = partial(place, spec.replace(shuffled=True))
        found[f"map trust {method}"] = partial(judge, Trust(map=spec, trust_k=8))
    settings = {"map_near": 8, "min_dist": 0.3, "perplexity": 10.0, "map_seed": 4}
    for method in ("umap", "t-sne"):
        spec = Map(cloud=CLOUD, map_method=method).replace(**settings)
        found[f"map {method} settings"] = partial(place, spec)
        found[f"map stability {method}"] = partial(repeat_map, Stability(map=spec, stable_seeds=2))
    for kind in CLUSTERINGS:
        found[f"map clusters {kind}"] = partial(cluster, Clusters(cloud=CLOUD, clustering=kind))
    for centred, removed in ((False, 0), (True, 0), (True, 3)):
        hubs = Hubs(cloud=CLOUD, centred=centred, removed=removed)
        found[f"map hubs {centred} {removed}"] = partial(hubness, hubs)
    return found


def _shelved(spec: Spec, part: str = "word") -> Shelved:
    return Shelved(model=train(spec).id, part=part)


def _trained_cloud() -> object:
    return points(Cloud(vectors=_shelved(GLOVE, "sum"), map_words=200))


def _layout() -> object:
    near = true_neighbours(CLOUD, 10)
    X = points(CLOUD).X
    apart = np.sqrt(np.maximum(0, 2 - 2 * near.cosines)).astype(np.float32)
    return layout(near.rows, apart, np.ascontiguousarray(X[:, :2]), 0.1, 1)


def _comparisons() -> dict[str, Callable[[], object]]:
    changed = Changed(vectors=PPMI, b_window=2, b_dim=10, b_shift=2.0, b_smoothing=0.75)
    pair = Pair(models=changed, pair_words=400)
    repeats = Rerun(vectors=PPMI.replace(dim=10), repeat_by="bootstrap")
    return {
        "compare pair": partial(compare, pair),
        "compare trained": lambda: compare(_trained_pair()),
        "compare with PPMI-SVD": lambda: compare(
            Pair(models=ShelvedFirst(a=_shelved(SIMPLER), vectors=PPMI), pair_words=300)
        ),
        "compare versus": partial(versus, Contest(pair)),
        "compare versus trained": lambda: versus(Contest(_trained_pair())),
        "compare crowd": _crowd,
        "compare bootstraps": partial(repeat, Repeats(rerun=repeats, repeats=2)),
        "compare a bootstrap": lambda: parts_of(retrained(repeats.replace(draw=1))),
        "compare seeds": _seeds,
    }


def _trained_pair() -> Pair:
    both = ShelvedBoth(a=_shelved(GLOVE, "sum"), b=_shelved(WORD2VEC))
    return Pair(models=both, pair_words=400)


def _crowd() -> object:
    ids = [train(MODELS[name]).id for name in ("ppmi-svd", "word2vec", "glove", "explicit sgns")]
    return replace(mutual(Crowd(crowd=" ".join(ids))), ids=[])  # ids name settings


def _seeds() -> object:
    rerun = Rerun(vectors=_shelved(GLOVE), repeat_by="seeds")
    return repeat(Repeats(rerun=rerun, repeats=2))


def _paths() -> dict[str, Callable[[], object]]:
    word = WordPath(vectors=PPMI, path_word="government")
    return {
        "path counted": partial(counted, word),
        "path approximated": partial(approximated, word),
        "path of pictures": partial(walk, ImagePath(most=300, vae_epochs=2)),
    }
