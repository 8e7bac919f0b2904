"""The controls of two embeddings: whose vectors A has, what B is, and how both are drawn."""

from __future__ import annotations

from core.compare.item_specs import SMALLER, Better, TwoMaps, Versions
from core.items.collection import Table
from core.maps.specs import SEEDED
from core.spaces.specs import Space
from dashboard import state
from dashboard.chain import engines
from dashboard.items.parts.collection_panel import (
    EMBEDDERS,
    called,
    column,
    embedders,
    encoder,
    vectors,
)
from dashboard.language import say
from dashboard.ui import controls, layout

MOST = 512  # dimensions of B that are offered where A's are not known before
NAMES = {"pca": "PCA", "umap": "UMAP", "t-sne": "t-SNE"}
WAYS = {  # in the order in which one takes the place of another that the table lacks
    "pca": "A by PCA to m dimensions",
    "cut": "A cut to its first m numbers",
    "float16": "A as float16",
    "int8": "A as int8",
    "column": "Other vectors of the table",
    "texts": "Vectors of the texts",
}


def panel(table: Table) -> TwoMaps:
    """The controls; what the table cannot give is not offered."""
    layout.heading("Embedding A")
    vectors(table)
    layout.heading("Embedding B")
    lacking = set()
    if len(table.names("embedding")) + bool(state.get("from_text", False)) < 2:
        lacking.add("column")
    if not table.names("text"):
        lacking.add("texts")
    options = [way for way in WAYS if way not in lacking]
    way = controls.pick(Versions, "b_by", "B is", names=WAYS, options=options, compact=False)
    if way == "pca" and "column" in lacking:
        state.keep("b_by", "column")  # the default, which means PCA here: links need not say it
    if way in SMALLER:
        high, usual = max(_dims(table), 2), Versions().leaf("b_dims")
        if state.get("b_dims", usual) == usual > high:
            state.put("b_dims", high // 2)  # with all of them B would be A
        controls.slider(Versions, "b_dims", "Dimensions m of B", log=True, high=high)
    elif way == "column":
        column(Versions, "b_column", "Vectors of B", _others_first(table))
    elif way == "texts":
        controls.pick(
            Versions, "b_embedder", "Vectors of B by", names=EMBEDDERS, options=embedders(),
            compact=False,
        )  # fmt: skip
        if state.get("b_embedder", "") == "encoder" != state.get("embedder", ""):
            encoder()
    layout.heading("Comparison")
    controls.slider(Better, "better_k", "Neighbours k")
    method = controls.pick(TwoMaps, "two_layout", "Maps‹how drawn›", names=NAMES)
    if method == "umap":
        controls.slider(TwoMaps, "map_near", "Neighbours‹of a row›", log=True, high=100)
        controls.slider(TwoMaps, "min_dist", "Least distance", step=0.01, format="{:.2f}")
        engines.pick(TwoMaps)
    elif method == "t-sne":
        controls.slider(TwoMaps, "perplexity", "Perplexity", step=1.0, log=True, format="{:.0f}")
    if method in SEEDED:
        controls.slider(TwoMaps, "map_seed", "Seed", high=20)
    return state.spec(TwoMaps)


def _others_first(table: Table) -> list[str]:
    """The columns of vectors, A's last: by default B has the first that A has not."""
    names = list(table.names("embedding"))
    space = state.spec(Space)
    if space.from_text:
        return names
    own = space.embedding if space.embedding in names else names[0]
    return [*(name for name in names if name != own), own]


def named(spec: Versions) -> tuple[str, str]:
    """A and B in words, of settings with nothing left open."""
    a = _space(spec.space)
    if spec.b_by == "column":
        return a, say("the column “{column}”", column=spec.b_column)
    if spec.b_by == "texts":
        other = spec.space.replace(from_text=True, embedder=spec.b_embedder)
        return a, _space(other)
    return a, say(WAYS[spec.b_by])


def _dims(table: Table) -> int:
    """The length of A's vectors; of those made of texts, what is asked for."""
    space = state.spec(Space)
    names = table.names("embedding")
    if names and not space.from_text:
        return table.dims[space.embedding if space.embedding in names else names[0]]
    return space.text_dim if space.embedder == "tf-idf" else MOST


def _space(space: Space) -> str:
    if not space.from_text:
        return say("the column “{column}”", column=called(space.embedding))
    method = say(EMBEDDERS[space.embedder])
    if not space.text_column:
        return say("the texts by {method}", method=method)
    return say("the texts in “{column}” by {method}", column=space.text_column, method=method)
