"""What a picture of the low-rank page teaches, in a sentence, and settings that teach something."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.lowrank.spectrum import rank_for
from core.matrices.approximation import largest_entry
from core.matrices.curves import ErrorCurves
from core.matrices.products import ProductErrors
from dashboard.language import paragraph, percent_sign, say
from dashboard.mathematics.parts.approximation import Subject

SYNTHETIC: dict[str, Any] = {"kind": "synthetic", "height": 300, "width": 200}
LESSONS: dict[str, dict[str, Any]] = {
    "A photograph in twenty terms": {"kind": "photograph", "road": "svd", "rank": 20},
    "Right on average, worse than nothing": {
        "kind": "photograph", "road": "cr", "terms": "sampled", "refitted": False,
        "right": "gaussian", "right_columns": 200, "rank": 20,
    },
    "Right on average, and far better": {
        "kind": "photograph", "road": "cr", "terms": "sampled", "refitted": False,
        "right": "transpose", "rank": 20,
    },
    "Columns of the picture itself": {
        "kind": "photograph", "road": "id", "chooser": "pivoted", "rank": 60,
    },
    "A skeleton that must be chosen with care": {
        "kind": "photograph", "road": "cur", "middle": "skeleton", "chooser": "uniform",
        "rank": 40, "lines": "svd;cur matched;skeleton matched;skeleton uniform",
    },
    "A few rows carry everything": {
        **SYNTHETIC, "spectrum": "power", "coherence": 0.8, "decay": 1.0, "noise": 0.0,
        "road": "id", "chooser": "uniform", "rank": 20,
        "lines": "svd;id uniform;id leverage;id pivoted",
    },
    "Noise ends what rank can buy": {
        **SYNTHETIC, "spectrum": "exponential", "noise": 0.1, "coherence": 0.0,
        "road": "svd", "rank": 25, "decay": 1.0,
    },
    "Rank 12 is all of Hilbert": {"kind": "hilbert", "size": 100, "road": "svd", "rank": 12},
    "Words that lose their neighbours": {
        "kind": "ppmi", "words": 1000, "road": "svd", "rank": 50,
    },
}  # fmt: skip


def sentence(subject: Subject, rank: int, error: float | None) -> str:
    """What to see at this rank."""
    if subject.errors is None and error is not None and not subject.product:
        return say(
            "Rank {rank} keeps {kept} of the numbers and misses {error} of the norm.",
            rank=rank, kept=_percent(subject.stored(rank).share), error=_percent(error),
        )  # fmt: skip
    if subject.errors is None:
        return say("The errors of all methods at all ranks are being computed, once.")
    if isinstance(subject.errors, ProductErrors):
        return _product(subject, subject.errors, rank, error)
    family, _, detail = subject.method.partition(" ")
    best = subject.relative("svd")
    floor = None if best is None else best.at(rank)
    if error is None or floor is None:
        return ""
    if family == "svd":
        text = say(
            "Rank {rank} keeps {kept} of the numbers and misses {error} of the norm. No matrix "
            "of rank {rank} misses less (Eckart–Young).",
            rank=rank, kept=_percent(subject.stored(rank).share), error=_percent(error),
        )  # fmt: skip
        return paragraph(text, _others(subject, rank, error))
    above = _above(error, floor)
    if family in ("randomised", "range"):
        return say(
            "A random sketch found this without a decomposition of the matrix: {above}. "
            "More oversampling and power iterations bring it down; the fine dots are what theory "
            "expects at most.",
            above=above,
        )
    if family == "id":
        entry = largest_entry(subject.factors, rank)
        return say(
            "1 column of the matrix itself, orange, and how to mix the others from it: {above}. "
            "The largest weight is {size}; near 1 the mixing is stable."
            if rank == 1
            else "{n:,} columns of the matrix itself, orange, and how to mix the others from "
            "them: {above}. The largest weight is {size}; near 1 the mixing is stable.",
            n=rank, above=above, size=f"{entry:.2f}" if np.isfinite(entry) else say("not unique"),
        )  # fmt: skip
    if family == "skeleton":
        return say(
            "The 1 orange column and 1 blue row are exact, and everything else follows from "
            "where they cross: {above}. Where the crossing is nearly singular, the rest runs wild."
            if rank == 1
            else "The {n:,} orange columns and {n:,} blue rows are exact, and everything else "
            "follows from where they cross: {above}. Where the crossing is nearly singular, "
            "the rest runs wild.",
            n=rank, above=above,
        )  # fmt: skip
    if family == "cur":
        return say(
            "1 column and 1 row of the matrix, joined by the best U = C⁺MR⁺: {above}."
            if rank == 1
            else "{n:,} columns and {n:,} rows of the matrix, joined by the best U = C⁺MR⁺: "
            "{above}.",
            n=rank, above=above,
        )  # fmt: skip
    exact = float(np.sqrt(max(1 - rank / subject.factors.shape[0], 0.0)))
    return say(
        "A is given beforehand, and B = A⁺M is the best for it: {above}. It has not looked at "
        "the matrix. Theory expects {exact:.3f}: √(1 − r/m), whatever the matrix."
        if detail == "random"
        else "A is given beforehand, and B = A⁺M is the best for it: {above}. It has not looked "
        "at the matrix.",
        above=above, exact=exact,
    )  # fmt: skip


def _others(subject: Subject, rank: int, error: float) -> str:
    """Which ranks the other methods need for the error of the shown one."""
    assert isinstance(subject.errors, ErrorCurves)
    methods = (
        ("id pivoted", say("columns of the matrix (ID)")),
        ("cur pivoted", say("columns and rows (CUR)")),
        ("projection random", say("a random subspace")),
    )
    needed_ranks = []
    for method, name in methods:
        curve = subject.relative(method)
        needed = None if curve is None else curve.rank_for(error)
        if needed is not None and needed > rank:
            needed_ranks.append(f"{name} {needed}")
    if not needed_ranks:
        return ""
    needs = say(", ").join(needed_ranks)
    return say("For the same error other methods need a higher rank: {needs}.", needs=needs)


def _product(subject: Subject, errors: ProductErrors, rank: int, error: float | None) -> str:
    if error is None:
        return ""
    family, _, refitted = subject.method.partition(" ")
    if family in ("sampled", "uniform") and not refitted:
        return _sampled_terms(errors, family, rank, error)
    best = rank_for(errors.floor, min(error, 1.0))
    text = say(
        "{rank} of {terms:,} terms xᵢyᵢᵀ, weighted by least squares, miss {error} of the norm "
        "of XY."
        if refitted
        else "{rank} of {terms:,} terms xᵢyᵢᵀ, taken as they are, miss {error} of the norm of XY.",
        rank=rank, terms=errors.terms, error=_percent(error),
    )  # fmt: skip
    if best is None:
        return text
    return paragraph(text, say("The SVD of XY needs rank {best} for that.", best=best))


def _sampled_terms(errors: ProductErrors, family: str, rank: int, error: float) -> str:
    """Terms drawn at random, beside the longest ones."""
    expected = errors.expected["sampled" if family == "sampled" else "sampled uniformly"]
    theory, longest = (
        c.over(errors.norm).at(rank) for c in (expected, errors.frobenius["longest"])
    )
    if theory is None or longest is None:
        return ""
    shares = {
        "error": _percent(error), "theory": _percent(theory), "longest": _percent(longest)
    }  # fmt: skip
    if theory <= longest:
        return say(
            "Right on average, yet this draw misses {error} of the norm of XY; theory expects "
            "{theory}. The {rank} longest terms as they are miss {longest}: these terms pull one "
            "way, and a reweighted few stand for all. Where terms cancel (multiply by a Gaussian "
            "matrix instead) sampling is worse than the zero matrix.",
            rank=rank, **shares,
        )  # fmt: skip
    zero = expected.over(errors.norm).rank_for(1.0 - 1e-9)
    return say(
        "Right on average, yet this draw misses {error} of the norm of XY; theory expects "
        "{theory}. It takes {until} to beat the zero matrix. The {rank} longest terms as they "
        "are, never right on average, miss {longest}.",
        until=_terms(zero), rank=rank, **shares,
    )  # fmt: skip


def _terms(number: int | None) -> str:
    if number is None:
        return say("more terms than there are")
    return say("1 term" if number == 1 else "{n:,} terms", n=number)


def _above(error: float, floor: float) -> str:
    if floor < 1e-12:
        return say("it misses {error} of the norm", error=_percent(error))
    return say(
        "it misses {error} of the norm, {times:.2f} × the least possible",
        error=_percent(error), times=error / floor,
    )  # fmt: skip


def _percent(share: float) -> str:
    """A share with three digits, never a wrong zero."""
    if share == 0:
        return f"0{percent_sign()}"
    if share < 1e-4:
        return f"{100 * share:.1e}{percent_sign()}"
    return f"{100 * share:{',.3g' if share < 9.995 else ',.0f'}}{percent_sign()}"
