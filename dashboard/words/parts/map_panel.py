"""The controls right of a map."""

from __future__ import annotations

from functools import lru_cache

from core.maps.cloud import words_of
from core.maps.hubs import occurrence
from core.maps.specs import SEEDED, Clusters, Map, Trust
from core.maps.trust import Judged
from core.vectors.models.row_names import RowNames
from dashboard import state
from dashboard.chain import engines, models
from dashboard.chain import stages as chain
from dashboard.ui import controls, layout
from dashboard.words.figures.map import MappedWords

METHODS = {"pca": "PCA", "umap": "UMAP", "t-sne": "t-SNE", "axes": "Axes‹of meaning›"}


@lru_cache(maxsize=4)
def mapped_words(spec: Trust, judged: Judged) -> MappedWords:
    """The words of a map as its figure shows them."""
    words, ids = words_of(spec.map.cloud), judged.ids
    rows = words.rows[ids] if isinstance(words, RowNames) else None
    trust = judged.kept, judged.trustworthiness, judged.continuity
    return MappedWords(
        [words.words[i] for i in ids], judged.xy, words.counts[ids], judged.norms, *trust,
        occurrence(judged.true), rows,
    )  # fmt: skip


def panel() -> Trust:
    """The controls right of the picture: the map's own, then the chain's."""
    entry = models.in_use()
    of_items = entry is not None and entry.of_items
    options = [name for name in METHODS if name != "axes" or not of_items]  # sums of words
    method = controls.pick(Map, "map_method", "Method", names=METHODS, options=options)
    controls.slider(
        Map, "map_words", "Rows‹how many›" if of_items else "Words‹how many›", step=50, log=True,
        high=100_000, format="{:,}",
    )  # fmt: skip
    if method == "umap":
        controls.slider(Map, "map_near", "Neighbours", log=True, high=100)
        controls.slider(Map, "min_dist", "Least distance", step=0.01, format="{:.2f}")
        engines.pick(Map)
    elif method == "t-sne":
        controls.slider(
            Map, "perplexity", "Perplexity", step=1.0, log=True, format="{:.0f}",
        )  # fmt: skip
    elif method == "axes":
        controls.words(Map, "x_axis", "To the right", hint="war - music")
        controls.words(Map, "y_axis", "Upwards", hint="science - king")
    if method in SEEDED:
        controls.slider(Map, "map_seed", "Seed", high=20)
    controls.slider(
        Trust, "trust_k", "Neighbours k of the trust", high=50,
    )  # fmt: skip
    if state.get("map_colour", "trust") == "cluster":
        layout.heading("Clusters")
        if controls.pick(Clusters, "clustering", "By") == "k-means":
            controls.slider(Clusters, "groups", "Clusters", high=20)
        else:
            controls.slider(Clusters, "group_size", "Smallest cluster", high=50)
    if entry is None:
        chain.words_to_vectors()
    return state.spec(Trust)
