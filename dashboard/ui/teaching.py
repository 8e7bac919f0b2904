"""What a picture of the low-rank page teaches, in a sentence, and settings that teach something."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.lowrank.spectrum import rank_for
from core.matrices.approximation import largest_entry
from core.matrices.curves import ErrorCurves
from core.matrices.products import ProductErrors
from dashboard.ui.approximation import Subject

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


def sentence(of: Subject, rank: int, error: float | None) -> str:
    """What to see at this rank."""
    if of.errors is None:
        return "The errors of all methods at all ranks are being computed, once."
    if isinstance(of.errors, ProductErrors):
        return _product(of, of.errors, rank, error)
    family, _, detail = of.method.partition(" ")
    best = of.relative("svd")
    floor = None if best is None else best.at(rank)
    kept = of.stored(rank)
    if error is None or floor is None:
        return ""
    if family == "svd":
        return (
            f"Rank {rank} keeps {_percent(kept.share)} of the numbers and misses "
            f"{_percent(error)} of the norm. No matrix of rank {rank} misses less (Eckart–Young). "
            + _others(of, rank, error)
        )
    above = _above(error, floor)
    if family in ("randomised", "range"):
        return (
            f"A random sketch found this without a decomposition of the matrix: {above}. "
            "More oversampling and power iterations bring it down; the fine dots are what theory "
            "expects at most."
        )
    if family == "id":
        entry = largest_entry(of.made, rank)
        size = f"{entry:.2f}" if np.isfinite(entry) else "not unique"
        return (
            f"{_count(rank, 'column')} of the matrix itself, orange, and how to mix the others "
            f"from {'it' if rank == 1 else 'them'}: "
            f"{above}. The largest weight is {size}; near 1 the mixing is stable."
        )
    if family == "skeleton":
        return (
            f"The {_count(rank, 'orange column')} and {_count(rank, 'blue row')} are exact, and "
            "everything else "
            f"follows from where they cross: {above}. Where the crossing is nearly singular, "
            "the rest runs wild."
        )
    if family == "cur":
        return (
            f"{_count(rank, 'column')} and {_count(rank, 'row')} of the matrix, joined by the best "
            f"U = C⁺MR⁺: {above}."
        )
    exact = float(np.sqrt(max(1 - rank / of.made.shape[0], 0.0)))
    more = f" Theory expects {exact:.3f}: √(1 − r/m), whatever the matrix." * (detail == "random")
    return (
        f"A is given beforehand, and B = A⁺M is the best for it: {above}. It has not looked at "
        f"the matrix.{more}"
    )


def _others(of: Subject, rank: int, error: float) -> str:
    """Which ranks the other roads need for the error of the shown one."""
    assert isinstance(of.errors, ErrorCurves)
    said = []
    for method, name in (
        ("id pivoted", "columns of the matrix (ID)"),
        ("cur pivoted", "columns and rows (CUR)"),
        ("projection random", "a random subspace"),
    ):
        curve = of.relative(method)
        needed = None if curve is None else curve.rank_for(error)
        if needed is not None and needed > rank:
            said.append(f"{name} {needed}")
    return f"For the same error other roads need a higher rank: {', '.join(said)}." if said else ""


def _product(of: Subject, errors: ProductErrors, rank: int, error: float | None) -> str:
    if error is None:
        return ""
    family, _, refitted = of.method.partition(" ")
    what = "of the norm of XY"
    if family in ("sampled", "uniform") and not refitted:
        expected = errors.expected["sampled" if family == "sampled" else "sampled uniformly"]
        theory, longest = (
            c.over(errors.norm).at(rank) for c in (expected, errors.frobenius["longest"])
        )
        if theory is None or longest is None:
            return ""
        said = f"Right on average, yet this draw misses {_percent(error)} {what}; theory expects "
        said += f"{_percent(theory)}. "
        if theory > longest:
            zero = expected.over(errors.norm).rank_for(1.0 - 1e-9)
            until = "more terms than there are" if zero is None else _count(zero, "term")
            return said + (
                f"It takes {until} to beat the zero matrix. The {rank} longest terms as they are, "
                f"never right on average, miss {_percent(longest)}."
            )
        return said + (
            f"The {rank} longest terms as they are miss {_percent(longest)}: these terms pull one "
            "way, and a reweighted few stand for all. Where terms cancel (multiply by a Gaussian "
            "matrix instead) sampling is worse than the zero matrix."
        )
    best = rank_for(errors.floor, min(error, 1.0))
    same = f" The SVD of XY needs rank {best} for that." if best is not None else ""
    how = "weighted by least squares" if refitted else "taken as they are"
    return f"{rank} of {errors.terms:,} terms xᵢyᵢᵀ, {how}, miss {_percent(error)} {what}.{same}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _above(error: float, floor: float) -> str:
    if floor < 1e-12:
        return f"it misses {_percent(error)} of the norm"
    return f"it misses {_percent(error)} of the norm, {error / floor:.2f} × the least possible"


def _percent(share: float) -> str:
    """A share with three digits, never a wrong zero."""
    if share == 0:
        return "0 %"
    if share < 1e-4:
        return f"{100 * share:.1e} %"
    return f"{100 * share:,.3g} %" if share < 9.995 else f"{100 * share:,.0f} %"
