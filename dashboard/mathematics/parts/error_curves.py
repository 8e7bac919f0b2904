"""The error curves of the low-rank page: which are drawn, how, and with what theory."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.matrices.curve import Curve
from core.matrices.curves import ErrorCurves
from core.matrices.specs import METHODS, PRODUCT_METHODS
from dashboard import state
from dashboard.language import paragraph, say
from dashboard.mathematics.figures import matrices
from dashboard.mathematics.figures.lowrank import Axes, Line, error_curves, label
from dashboard.mathematics.parts.approximation import RANK, Subject
from dashboard.mathematics.views import LowRankView
from dashboard.ui import controls, mirrors
from dashboard.ui.captions import measured
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


def lines_of(subject: Subject, view: LowRankView) -> list[Line]:
    """The curves that are drawn: those chosen, and the one of the picture."""
    lines = []
    for method in dict.fromkeys(
        [*_chosen(PRODUCT_METHODS if subject.product else METHODS, view), subject.method]
    ):
        curve = subject.relative(method, "frobenius" if subject.product else view.norm)
        if curve is not None:
            lines.append(Line(method, curve, method == subject.method))
    return lines


def choose(subject: Subject, view: LowRankView) -> LowRankView:
    """The title of the error curves, and the options of how they are drawn."""
    left, right = st.columns([5.2, 1], vertical_alignment="center")
    with left:
        title = "Errors at every number of terms" if subject.product else "Errors at every rank"
        st.markdown(f"## {say(title)}")
    with right:
        return _options(subject, view)


def _options(subject: Subject, view: LowRankView) -> LowRankView:
    """Which curves and which part of a large matrix are shown, and how."""
    known = PRODUCT_METHODS if subject.product else METHODS
    options = [m for m in known if subject.errors is None or m in subject.errors.frobenius]
    now = _chosen(options, view)
    key = state.worded(f"lines:{subject.product}")
    mirrors.follow(key, (options, now), now)
    labels = {method: say(label(method, subject.product)) for method in options}
    with st.popover(say("View"), icon=":material/tune:", width="stretch"):
        picked = st.multiselect(
            say("Curves"), options, now, key=key, format_func=labels.__getitem__
        )
        if not subject.product:
            controls.pick(LowRankView, "norm", "Norm of the residual", names=NORMS)
        controls.pick(LowRankView, "error_axis", "Axis of errors")
        controls.pick(LowRankView, "rank_axis", "Axis of ranks")
        sides = ("first_row", "First row shown", 0), ("first_column", "First column shown", 1)
        for name, title, size in sides:
            most = subject.factors.shape[size] - matrices.WORDS
            if subject.factors.shape[0] * subject.factors.shape[1] > matrices.CELLS and most > 1:
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
    chosen = set(view.lines.split(";")) & set(options) or set(DEFAULTS)
    return [method for method in options if method in chosen]


def axes_of(subject: Subject, view: LowRankView) -> Axes:
    """Labels and scales of the error curves."""
    logs = view.error_axis == "log", view.rank_axis == "log"
    if subject.product:
        return Axes(say("relative error ‖XY − Σ‖ / ‖XY‖, Frobenius"), say("terms r"), *logs)
    error = say("relative error ‖M − Mᵣ‖ / ‖M‖, {norm}", norm=say(NORMS[view.norm]))
    return Axes(error, say("rank r"), *logs)


def draw(subject: Subject, rank: int, view: LowRankView) -> None:
    """Every method's errors over all ranks, the slider's rank marked."""
    assert subject.errors is not None
    lines = lines_of(subject, view)
    norm = "frobenius" if subject.product else view.norm
    best = subject.relative("svd", norm)
    assert best is not None
    if norm == "spectral" and subject.method not in {line.method for line in lines}:
        st.caption(
            say("Spectral errors of this method are not measured for a matrix of this size.")
        )
    show_figure(
        lambda: error_curves(
            lines, best.median, rank, axes_of(subject, view),
            theory=_theory(subject, lines, view), product=subject.product,
        ),
        "errors",
        made_of=(subject.spec, rank, view),
        alt=say(
            "Relative errors over all ranks of {methods}",
            methods=say(", ").join(say(label(line.method, subject.product)) for line in lines),
        ),
        height=420,
        filename="low-rank-errors",
        dim=subject.dim,
        follow=RANK,
    )  # fmt: skip
    measured(_description(subject, lines, norm))


def _description(subject: Subject, lines: list[Line], norm: str) -> str:
    """The caption of the error curves: what they show, and how it was measured."""
    m, n = subject.factors.shape
    sentences = [
        say(
            "What each method misses of the product XY, {m:,} × {n:,}: the {norm} norm of the "
            "difference over that of the product XY, nothing else scaled or left out. "
            "Grey: what no matrix of this rank reaches (Eckart–Young)."
            if subject.product
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
        sentences.append(
            say(
                "Random methods: median of {draws} repetitions, the band holds 80 % of them.",
                draws=draws,
            )
        )
    if any(len(line.curve.ranks) < int(line.curve.ranks[-1]) for line in lines):
        sentences.append(say("Curves with points are measured at these only."))
    sentences.append(
        say(
            "Dotted upright: the number of terms shown above; thick: the method shown."
            if subject.product
            else "Dotted upright: the rank shown above; thick: the method shown."
        )
    )
    return paragraph(*sentences)


def _theory(subject: Subject, lines: list[Line], view: LowRankView) -> list[tuple[str, Curve]]:
    """Expectations and bounds that go with what is drawn."""
    assert subject.errors is not None
    if subject.product:
        pairs = (("sampled", "sampled", "theory: sampled, p ∝ ‖x‖‖y‖"),
                 ("uniform", "sampled uniformly", "theory: sampled uniformly"))  # fmt: skip
        methods = {line.method for line in lines}
        return [
            (say(name), subject.errors.expected[key].over(subject.errors.norm))
            for method, key, name in pairs
            if method in methods
        ]
    assert isinstance(subject.errors, ErrorCurves)
    key, name = THEORY.get(subject.method, THEORY.get(subject.method.partition(" ")[0], ("", "")))
    if view.norm == "spectral":
        if key == "columns exist":
            curve = subject.errors.expected_spectral[key].over(float(subject.errors.s[0]))
            return [(say("√(1 + r(n − r)) × σᵣ₊₁: some columns reach it"), curve)]
        return []
    if key in subject.errors.expected:
        return [(say(name), subject.errors.expected[key].over(subject.errors.norm))]
    return []
