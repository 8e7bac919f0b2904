"""The error curves of the low-rank page: which are drawn, how, and with what theory."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.matrices.curve import Curve
from core.matrices.curves import ErrorCurves
from core.matrices.specs import METHODS, PRODUCT_METHODS
from dashboard import state
from dashboard.language import paragraph, say
from dashboard.matrices.figures import matrices
from dashboard.matrices.figures.lowrank import Axes, Line, error_curves, label
from dashboard.matrices.parts.approximation import RANK, Subject
from dashboard.matrices.views import LowRankView
from dashboard.ui import controls, mirrors
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure

NORMS = {"frobenius": "Frobenius", "spectral": "spectral"}
DEFAULTS = (
    "svd", "randomised", "id pivoted", "cur pivoted", "skeleton matched", "projection random",
    "longest", "longest refitted", "sampled", "uniform", "greedy refitted",
)  # fmt: skip
THEORY = {
    "randomised": ("randomised", "expected at most"),
    "range": ("range", "expected at most"),
    "projection random": ("projection random", "expected, √(1 − r/m)"),
    "id": ("columns exist", "√(r + 1) × the least: some columns reach it"),
    "cur": ("columns exist", "√(r + 1) × the least: some columns, with all rows, reach it"),
    "skeleton": ("columns exist", "√(r + 1) × the least: some columns, with all rows, reach it"),
}


def lines_of(of: Subject, view: LowRankView) -> list[Line]:
    """The curves that are drawn: those chosen, and the one of the picture."""
    found = []
    for method in dict.fromkeys(
        [*_chosen(PRODUCT_METHODS if of.product else METHODS, view), of.method]
    ):
        curve = of.relative(method, "frobenius" if of.product else view.norm)
        if curve is not None:
            found.append(Line(method, curve, method == of.method))
    return found


def choose(of: Subject, view: LowRankView) -> LowRankView:
    """The line above the error curves: what they are, and how they are drawn."""
    left, right = st.columns([5.2, 1], vertical_alignment="center")
    with left:
        title = "Errors at every number of terms" if of.product else "Errors at every rank"
        st.markdown(f"##### {say(title)}")
    with right:
        return _options(of, view)


def _options(of: Subject, view: LowRankView) -> LowRankView:
    """Which curves and which part of a large matrix are shown, and how."""
    known = PRODUCT_METHODS if of.product else METHODS
    options = [m for m in known if of.errors is None or m in of.errors.frobenius]
    now = _chosen(options, view)
    key = f"lines:{of.product}"
    mirrors.follow(key, (options, now), now)
    labels = {method: say(label(method, of.product)) for method in options}
    with st.popover(say("View"), icon=":material/tune:", width="stretch"):
        picked = st.multiselect(
            say("Curves"), options, now, key=key, format_func=labels.__getitem__
        )
        if not of.product:
            controls.pick(LowRankView, "norm", "Norm of the residual", names=NORMS)
        controls.pick(LowRankView, "error_axis", "Axis of errors")
        controls.pick(LowRankView, "rank_axis", "Axis of ranks")
        sides = ("first_row", "First row shown", 0), ("first_column", "First column shown", 1)
        for name, title, size in sides:
            most = of.made.shape[size] - matrices.WORDS
            if of.made.shape[0] * of.made.shape[1] > matrices.CELLS and most > 1:
                controls.slider(
                    LowRankView, name, title, high=most, log=True, format="{:,}",
                )  # fmt: skip
    if set(picked) != set(now):
        now = _chosen(options, view.replace(lines=";".join(picked)))
        state.keep("lines", ";".join(now))
    mirrors.note(key, (options, now))
    return state.spec(LowRankView)


def _chosen(options: Sequence[str], view: LowRankView) -> list[str]:
    """The curves asked for, or those drawn by default, in the order of the options."""
    wanted = set(view.lines.split(";")) & set(options) or set(DEFAULTS)
    return [method for method in options if method in wanted]


def axes_of(of: Subject, view: LowRankView) -> Axes:
    """Labels and scales of the error curves."""
    logs = view.error_axis == "log", view.rank_axis == "log"
    if of.product:
        return Axes(say("relative error ‖XY − Σ‖ / ‖XY‖, Frobenius"), say("terms r"), *logs)
    error = say("relative error ‖M − Mᵣ‖ / ‖M‖, {norm}", norm=say(NORMS[view.norm]))
    return Axes(error, say("rank r"), *logs)


def draw(of: Subject, rank: int, view: LowRankView) -> None:
    """Every method's errors over all ranks, the slider's rank marked."""
    assert of.errors is not None
    lines = lines_of(of, view)
    norm = "frobenius" if of.product else view.norm
    best = of.relative("svd", norm)
    assert best is not None
    if norm == "spectral" and of.method not in {line.method for line in lines}:
        st.caption(
            say("Spectral errors of this method are not measured for a matrix of this size.")
        )
    show_figure(
        error_curves(
            lines, best.median, rank, axes_of(of, view),
            theory=_theory(of, lines, view), product=of.product,
        ),
        "errors",
        alt=say(
            "Relative errors over all ranks of {methods}",
            methods=say(", ").join(say(label(line.method, of.product)) for line in lines),
        ),
        height=420,
        filename="low-rank-errors",
        dim=of.dim,
        follow=RANK,
    )  # fmt: skip
    caption(_told(of, lines, norm))


def _told(of: Subject, lines: list[Line], norm: str) -> str:
    """What the error curves show, and what was done for it."""
    m, n = of.made.shape
    said = [
        say(
            "What each method misses of the product XY, {m:,} × {n:,}: the {norm} norm of the "
            "difference over that of the product XY, nothing else scaled or left out. "
            "Grey: what no matrix of this rank reaches (Eckart–Young)."
            if of.product
            else "What each method misses of the matrix, {m:,} × {n:,}: the {norm} norm of the "
            "difference over that of the matrix, nothing else scaled or left out. "
            "Grey: what no matrix of this rank reaches (Eckart–Young).",
            m=m,
            n=n,
            norm=say(NORMS[norm]),
        )
    ]
    draws = max((line.curve.draws for line in lines), default=1)
    if draws > 1:
        said.append(
            say(
                "Random methods: median of {draws} repetitions, the band holds 80 % of them.",
                draws=draws,
            )
        )
    if any(len(line.curve.ranks) < int(line.curve.ranks[-1]) for line in lines):
        said.append(say("Curves with points are measured at these only."))
    said.append(
        say(
            "Dotted upright: the number of terms shown above; thick: the method shown."
            if of.product
            else "Dotted upright: the rank shown above; thick: the method shown."
        )
    )
    return paragraph(*said)


def _theory(of: Subject, lines: list[Line], view: LowRankView) -> list[tuple[str, Curve]]:
    """Expectations and bounds that go with what is drawn."""
    assert of.errors is not None
    if of.product:
        pairs = (("sampled", "sampled", "theory: sampled, p ∝ ‖x‖‖y‖"),
                 ("uniform", "sampled uniformly", "theory: sampled uniformly"))  # fmt: skip
        drawn = {line.method for line in lines}
        return [
            (say(name), of.errors.expected[key].over(of.errors.norm))
            for method, key, name in pairs
            if method in drawn
        ]
    assert isinstance(of.errors, ErrorCurves)
    key, name = THEORY.get(of.method, THEORY.get(of.method.partition(" ")[0], ("", "")))
    if view.norm == "spectral":
        if key == "columns exist":
            told = of.errors.expected_spectral[key].over(float(of.errors.s[0]))
            return [(say("√(1 + r(n − r)) × σᵣ₊₁: some columns reach it"), told)]
        return []
    if key in of.errors.expected:
        return [(say(name), of.errors.expected[key].over(of.errors.norm))]
    return []
