"""The settings of maps, of their trust, and of what is coloured on them."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.specs import Spec
from core.vectors.specs import Vectored

METHODS = ("pca", "umap", "t-sne", "axes")
SEEDED = ("umap", "t-sne")
ENGINES = ("ours", "umap-learn", "densmap")
CLUSTERINGS = ("k-means", "hdbscan")


@dataclass(frozen=True)
class Cloud(Vectored):
    """The vectors of the most frequent words, or the null control: the same, shuffled.

    Shuffled, every dimension keeps its numbers and deals them to other words, so that no word
    is near another for a reason.
    """

    map_words: int = specs.integer(
        2_000, 50, 100_000, "So many of the most frequent words are mapped."
    )
    shuffled: bool = specs.flag(
        False,
        "The same map of shuffled vectors: each dimension keeps its numbers and deals "
        "them to other words. Whatever shows here is the method's doing, not the "
        "text's.",
    )


@dataclass(frozen=True)
class Near(Spec):
    """The k true nearest neighbours of every word of a cloud, by cosine."""

    cloud: Cloud = specs.nested(Cloud)
    near_k: int = specs.integer(10, 1, 400, "how many neighbours")


@dataclass(frozen=True)
class Map(Spec):
    """Places in the plane for the words of a cloud."""

    cloud: Cloud = specs.nested(Cloud)
    map_method: str = specs.choice(
        "pca",
        METHODS,
        "PCA: the plane in which the vectors differ most. UMAP, t-SNE: neighbours stay "
        "together, distances mean little. Axes: the cosine with two words, or sums of "
        "words.",
    )
    map_seed: int = specs.integer(0, 0, 999, "where UMAP and t-SNE take their randomness from")
    map_near: int = specs.integer(15, 2, 200, "UMAP: how many neighbours a word is tied to")
    min_dist: float = specs.number(0.1, 0.0, 0.99, "UMAP: how close points may be packed")
    umap_engine: str = specs.choice(
        "ours",
        ENGINES,
        "UMAP by our own program, which is fast; by umap-learn, its authors' library; or as "
        "densMAP, by the same, which keeps how dense a neighbourhood is. All are given the same "
        "exact neighbours. The library takes half a minute to start.",
        silent=True,
    )
    perplexity: float = specs.number(
        30.0,
        2.0,
        100.0,
        "About how many neighbours count. t-SNE takes a while: half a minute for 2 000 "
        "words, several for 10 000.",
    )
    x_axis: str = specs.text("war - music", 300, "axes: a word or a sum of words, to the right")
    y_axis: str = specs.text("science - king", 300, "axes: a word or a sum of words, upwards")


@dataclass(frozen=True)
class Trust(Spec):
    """How much of the k true nearest neighbours a map has kept, word by word."""

    map: Map = specs.nested(Map)
    trust_k: int = specs.integer(
        10,
        1,
        100,
        "Of each word's k true nearest neighbours: how many are among its k nearest on the map?",
    )


@dataclass(frozen=True)
class Ranked(Spec):
    """The nearest of each word in truth and on the map, with their ranks on the other side."""

    map: Map = specs.nested(Map)
    ranked_k: int = specs.integer(20, 1, 100, "how many neighbours are ranked")


@dataclass(frozen=True)
class Clusters(Spec):
    """Groups among the original vectors, independent of the map."""

    cloud: Cloud = specs.nested(Cloud)
    clustering: str = specs.choice("k-means", CLUSTERINGS, "how the vectors are grouped")
    groups: int = specs.integer(7, 2, 40, "k-means: how many clusters")
    group_size: int = specs.integer(5, 2, 200, "HDBSCAN: the smallest cluster")
    group_seed: int = specs.integer(0, 0, 999, "where k-means takes its first centres from")


@dataclass(frozen=True)
class Hubs(Spec):
    """How often each word is among the k nearest of others, of vectors as they are or cleaned."""

    cloud: Cloud = specs.nested(Cloud)
    hub_k: int = specs.integer(10, 1, 100, "k: how long the lists of neighbours are")
    centred: bool = specs.flag(False, "subtract the mean vector")
    removed: int = specs.integer(
        0,
        0,
        50,
        "“All-but-the-top”: the mean is subtracted, then the D directions in which the "
        "vectors differ most.",
    )


@dataclass(frozen=True)
class Stability(Spec):
    """The same map from several seeds, the map's own first."""

    map: Map = specs.nested(Map)
    stable_seeds: int = specs.integer(4, 2, 9, "how many seeds")
    stable_k: int = specs.integer(10, 1, 100, "k: how many neighbours on the map are compared")
