"""The caption of a map: how it was made, and how far its places can be trusted."""

from __future__ import annotations

from core.maps.cloud import words_of
from core.maps.specs import Map, Trust
from core.maps.trust import Judged
from dashboard.chain import engines, spaces
from dashboard.language import paragraph, say

OF_WORDS = {
    False: "Vectors of the {N:,} most frequent words: {how}.",
    True: "Shuffled vectors (NULL CONTROL) of the {N:,} most frequent words: {how}.",
}
OF_ROWS = {
    False: "Vectors of {N:,} of {V:,} rows, the first of the table: {how}.",
    True: "Shuffled vectors (NULL CONTROL) of {N:,} of {V:,} rows, the first of the table: {how}.",
}
KEPT_OF_WORDS = (
    "Of each word's {k} true nearest neighbours, those that are among its {k} nearest on the map: "
    "{numbers}."
)
KEPT_OF_ROWS = (
    "Of each row's {k} true nearest neighbours, those that are among its {k} nearest on the map: "
    "{numbers}."
)


def numbers(judged: Judged) -> str:
    """The three numbers of a map."""
    return say(
        "{kept:.1%} kept, trustworthiness {trust:.3f}, continuity {continuity:.3f}",
        kept=judged.kept.mean(),
        trust=judged.trustworthiness.mean(),
        continuity=judged.continuity.mean(),
    )


def answer(spec: Trust, judged: Judged, other: Judged | None) -> str:
    """How many neighbours the map kept, beside its control, or beside chance without one."""
    shuffled = spec.map.cloud.shuffled
    if other is not None:
        real, control = (other, judged) if shuffled else (judged, other)
        return say(
            "The map kept {kept:.0%} of true neighbours; of shuffled vectors, {control:.0%}.",
            kept=real.kept.mean(), control=control.kept.mean(),
        )  # fmt: skip
    return say(
        "The map of shuffled vectors kept {kept:.0%} of true neighbours; by chance it would be "
        "{chance:.1%}."
        if shuffled
        else "The map kept {kept:.0%} of true neighbours; by chance it would be {chance:.1%}.",
        kept=judged.kept.mean(), chance=spec.trust_k / (len(judged.ids) - 1),
    )  # fmt: skip


def hint(spec: Trust) -> str:
    """What a click does."""
    return say(
        "Click a row for its true neighbours."
        if spaces.of_items(spec.map.cloud.vectors)
        else "Click a word for its true neighbours."
    )


def description(spec: Trust, judged: Judged, other: Judged | None, beside: str) -> str:
    """How the map was made, how far it can be trusted, and what chance would give."""
    N, k, map_ = len(judged.ids), spec.trust_k, spec.map
    of_items = spaces.of_items(map_.cloud.vectors)
    method = {
        "pca": say("first two principal components of the unit vectors"),
        "umap": say(
            "UMAP of the exact {near} neighbours by cosine, least distance {least:g}, started "
            "from PCA, seed {seed}",
            near=map_.map_near,
            least=map_.min_dist,
            seed=map_.map_seed,
        ),
        "t-sne": say(
            "t-SNE of the exact neighbours by cosine, perplexity {perplexity:g}, started from "
            "PCA, 1000 steps, seed {seed}",
            perplexity=map_.perplexity,
            seed=map_.map_seed,
        ),
        "axes": say("cosines with two sums of words"),
    }[map_.map_method]
    shuffled = map_.cloud.shuffled
    control_note = ""
    if other is not None:
        of_real, of_control = (
            "The real vectors: {numbers}.",
            "Null control, shuffled vectors: {numbers}.",
        )
        control_note = say(of_real if shuffled else of_control, numbers=numbers(other))
    elif not shuffled:
        control_note = say("Switch the null control on to see what it gives.")
    return paragraph(
        say(
            (OF_ROWS if of_items else OF_WORDS)[shuffled],
            N=N,
            V=len(words_of(map_.cloud).words),
            how=method,
        ),
        say(KEPT_OF_ROWS if of_items else KEPT_OF_WORDS, k=k, numbers=numbers(judged)),
        control_note,
        _laid_out(map_),
        beside,
        say("All vectors have the same direction: one point.") if not judged.xy.any() else "",
        say("By chance, {share:.1%} would be kept.", share=k / (N - 1)),
    )


def _laid_out(spec: Map) -> str:
    """Which program laid UMAP out, if not our own."""
    if spec.map_method != "umap" or spec.umap_engine == "ours":
        return ""
    return say("Laid out by {program}.", program=say(engines.NAMES[spec.umap_engine]))
