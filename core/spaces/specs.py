"""The settings of spaces: the vectors of a collection, their neighbours and their map."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.items.collection_specs import Collection
from core.maps.specs import Map
from core.specs import Spec
from core.vectors.specs import PpmiSvd, Shelved

EMBEDDERS = ("tf-idf", "sif", "sum", "encoder")
LAYOUTS = ("pca", "umap", "t-sne", "given")


@dataclass(frozen=True)
class Space(Spec):
    """One vector for each row of a collection: given, or made of its text."""

    collection: Collection = specs.nested(Collection)
    embedding: str = specs.text("", 300, "The column of vectors; without one, the first.")
    from_text: bool = specs.flag(
        False, "The texts are embedded here, even where the table has vectors of its own."
    )
    text_column: str = specs.text("", 300, "The column that is embedded; without one, the first.")
    embedder: str = specs.choice(
        "tf-idf",
        EMBEDDERS,
        "TF-IDF: words of the text by how rare they are, cut to d dimensions by an SVD. SIF: the "
        "mean of word vectors, frequent words weighted down. Sum: the plain sum of word vectors. "
        "Encoder: a model of sentence-transformers or model2vec that is installed here.",
    )
    encoder: str = specs.text(
        "", 300, "Encoder: which model, with what pins its content.", silent=True
    )
    text_dim: int = specs.integer(100, 2, 500, "TF-IDF: d, the dimensions that are kept")
    sif_a: float = specs.number(
        0.001, 0.00001, 1.0, "SIF: a word of probability p weighs a/(a + p). Large: all alike."
    )
    word_vectors: PpmiSvd | Shelved = specs.one_of(PpmiSvd, Shelved, by=("model",))
    rows_shuffled: bool = specs.flag(
        False,
        "Each dimension keeps its numbers and deals them to other rows: whatever shows here is "
        "the method's doing, not the data's.",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.word_vectors, PpmiSvd):  # whatever the association shows, PPMI is cut
            object.__setattr__(self, "word_vectors", self.word_vectors.replace(measure="ppmi"))


@dataclass(frozen=True)
class NearRows(Spec):
    """The k exact neighbours of every row of a space, by cosine."""

    space: Space = specs.nested(Space)
    near_k: int = specs.integer(10, 1, 400, "how many neighbours")


@dataclass(frozen=True)
class Place(Spec):
    """Places in the plane for the rows of a space."""

    space: Space = specs.nested(Space)
    layout: str = specs.choice(
        "pca",
        LAYOUTS,
        "PCA: the plane in which the vectors differ most. UMAP, t-SNE: neighbours stay "
        "together, distances mean little. Given: two numbers of the table.",
    )
    given_places: str = specs.text("", 610, "given: which columns; without any, the first")
    map_seed: int = specs.as_in(Map, "map_seed", 0)
    map_near: int = specs.as_in(Map, "map_near", 15)
    min_dist: float = specs.as_in(Map, "min_dist", 0.1)
    perplexity: float = specs.as_in(Map, "perplexity", 30.0)
    umap_engine: str = specs.as_in(Map, "umap_engine", "ours")
    told_column: str = specs.text(
        "",
        300,
        "umap-learn: a column of labels that the layout is told. It then pulls rows of one label "
        "together: that they lie apart proves nothing.",
        silent=True,
    )


@dataclass(frozen=True)
class Kept(Spec):
    """How much of each row's k true neighbours a map has kept."""

    place: Place = specs.nested(Place)
    kept_k: int = specs.integer(
        10,
        1,
        100,
        "Of each row's k true nearest neighbours: how many are among its k nearest on the map?",
    )
