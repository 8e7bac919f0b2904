"""The settings of two embeddings of the same rows: their maps, and what they know of labels."""

from __future__ import annotations

import json
from dataclasses import dataclass

from core import specs
from core.errors import SpecError
from core.maps.specs import Map
from core.messages import message
from core.spaces.specs import EMBEDDERS, Space
from core.specs import Spec

WAYS = ("pca", "cut", "float16", "int8", "column", "texts")
SMALLER = ("pca", "cut")
LAYOUTS = ("pca", "umap", "t-sne")


@dataclass(frozen=True)
class Versions(Spec):
    """Two embeddings of the same rows: A, and B, another one or A made smaller."""

    space: Space = specs.nested(Space)
    b_by: str = specs.choice(
        "column",
        WAYS,
        "PCA: A in the m directions in which it varies most. Cut: its first m numbers, as for "
        "Matryoshka vectors. float16, int8: A with fewer bits a number. Column: other vectors of "
        "the table, or PCA where it has none. Texts: vectors made here of its texts.",
    )
    b_dims: int = specs.integer(16, 1, 4_096, "PCA, cut: m, the dimensions that B keeps of A's")
    b_column: str = specs.text("", 300, "column: which; without one, the first that A is not")
    b_embedder: str = specs.choice(
        "sif", EMBEDDERS, "texts: how B's vectors are made of them, as under A"
    )


@dataclass(frozen=True)
class TwoMaps(Spec):
    """A map of A and one of B, made alike; B's is turned to lie over A's."""

    versions: Versions = specs.nested(Versions)
    two_layout: str = specs.choice(
        "pca",
        LAYOUTS,
        "PCA: the plane in which the vectors differ most. UMAP, t-SNE: neighbours stay together, "
        "distances mean little.",
    )
    map_seed: int = specs.as_in(Map, "map_seed", 0)
    map_near: int = specs.as_in(Map, "map_near", 15)
    min_dist: float = specs.as_in(Map, "min_dist", 0.1)
    perplexity: float = specs.as_in(Map, "perplexity", 30.0)
    umap_engine: str = specs.as_in(Map, "umap_engine", "ours")


@dataclass(frozen=True)
class Better(Spec):
    """Whether A's or B's neighbours tell the labels of some columns better."""

    versions: Versions = specs.nested(Versions)
    better_k: int = specs.integer(10, 1, 50, "k: how many neighbours name the label of a row")
    better_columns: str = specs.text("", 4_000, "the columns of labels, as a JSON list")

    def __post_init__(self) -> None:
        super().__post_init__()
        _ = self.columns  # a link may hold anything

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of labels."""
        try:
            names = json.loads(self.better_columns or "[]")
        except (ValueError, RecursionError):
            names = None
        if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
            template = "`better_columns={value}` is no JSON list of columns; write one, or nothing."
            raise SpecError(message(template, value=self.better_columns[:40]), "better_columns")
        return tuple(names)
