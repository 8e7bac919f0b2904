"""Low rank: what a rank costs, by five methods, with one slider."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from core.lowrank.choosers import CHOOSERS
from core.matrices import Curves, ProductCurves
from core.messages import message
from dashboard import state
from dashboard.language import number, paragraph, say
from dashboard.mathematics.figures import matrices
from dashboard.mathematics.figures.lowrank import DETAILS, TERMS
from dashboard.mathematics.figures.matrices import Colours, Frame
from dashboard.mathematics.parts import approximation, error_curves, lowrank_tabs, matrix_picker
from dashboard.mathematics.parts.approximation import DrawnEntries, Subject
from dashboard.mathematics.parts.teaching import LESSONS, sentence
from dashboard.mathematics.views import LowRankView, Road
from dashboard.ui import address, captions, controls, layout
from dashboard.ui.figure import show_figure
from dashboard.ui.packing import Figure
from dashboard.ui.work import errors_shown

ROADS = {
    "svd": "SVD", "id": "Columns · ID", "cur": "Columns and rows · CUR",
    "cr": "Product · CR", "projection": "Given factor · A⁺",
}  # fmt: skip
SKETCHES = {"exact": "exact", "randomised": "randomised", "range": "random range"}
RANDOM = ("randomised", "range", "sketched", "uniform", "leverage", "random", "sampled")
CORES = {"optimal": "best, C⁺MR⁺", "skeleton": "skeleton"}


def panel() -> tuple[Curves, ProductCurves, Road]:
    """The controls right of the picture: the matrix, the method's own settings, the curves."""
    lessons = {lesson: say(lesson) for lesson in LESSONS}
    key = state.worded("lesson")
    st.selectbox(
        say("Start from"), list(LESSONS), index=None, placeholder=say("something to see …"),
        key=key, on_change=_teach, args=(key,), format_func=lessons.__getitem__,
    )  # fmt: skip
    layout.heading("Matrix")
    matrix = matrix_picker.matrix()
    layout.heading("Method")
    road = state.spec(Road)
    product = state.spec(ProductCurves)
    if road.road == "svd":
        controls.pick(Road, "sketch", "Singular vectors", names=SKETCHES)
    elif road.road == "cr":
        product = matrix_picker.right(matrix)
        controls.pick(Road, "terms", "Terms", names=TERMS, compact=False)
        controls.toggle(
            Road, "refitted", "Refit weights by least squares",
        )  # fmt: skip
    elif road.road == "projection":
        controls.pick(Road, "subspace", "Columns of A", names=DETAILS, compact=False)
    else:
        every = None if road.road == "cur" else CHOOSERS
        controls.pick(Road, "chooser", "Chosen by", names=DETAILS, compact=False, options=every)
        if road.road == "cur":
            controls.pick(
                Road, "middle", "U", names=CORES,
            )  # fmt: skip
    road = state.spec(Road)
    if any(word in road.method for word in RANDOM):
        controls.slider(Road, "repetition", "Another draw")
    with st.expander(say("Repetitions, oversampling, power")):
        _sampling(road)
    return state.spec(Curves), product, state.spec(Road)


def _teach(key: str) -> None:
    """Take over a lesson's settings; the method's others start from their defaults."""
    lesson = st.session_state.get(key)
    if lesson:
        state.put_all({**dict(Road().leaves()), "lines": "", **LESSONS[lesson]})


def _sampling(road: Road) -> None:
    controls.slider(
        Curves, "seeds", "Repetitions of random methods",
    )  # fmt: skip
    controls.slider(
        Curves, "oversampling", "Oversampling p", high=50,
    )  # fmt: skip
    controls.slider(
        Curves, "power", "Power iterations q",
    )  # fmt: skip
    controls.slider(Curves, "leverage_rank", "k of leverage scores", high=100, log=True)
    controls.slider(
        Curves, "highest", "Highest rank of a large matrix", step=10,
    )  # fmt: skip


def strip(subject: Subject, rank: int, error: float | None, exact: bool) -> None:
    """The numbers of this rank."""
    cost = subject.stored(rank)
    best = subject.relative("svd")
    floor = None if best is None else best.at(rank)
    times = "…"
    if error is not None and floor is not None:
        times = f"{error / floor:.3g}" if floor > 1e-13 else "—"
    error_note, share_note = "‖M − Mᵣ‖ / ‖M‖, Frobenius", "bytes over those of the matrix itself"
    limit_note = "beyond, the matrix itself is smaller"
    if subject.product:
        error_note = "‖XY − Σ‖ / ‖XY‖, Frobenius, Σ the sum of the terms"
        share_note = "bytes over those of the product itself"
        limit_note = "beyond, the product itself is smaller"
    if not exact:
        error_note = message("{error}, median of the repetitions", error=message(error_note))
    captions.chain_strip(
        [
            ("relative error", "…" if error is None else f"{error:.4g}", error_note),
            ("× the least possible", times, "the error over that of the truncated SVD"),
            ("numbers stored", f"{cost.numbers:,}", "real numbers of the factors"),
            ("bytes", _bytes(cost.bytes), "in doubles, and 32-bit row and column numbers"),
            ("of the full size", number(cost.share, ".1%"), share_note),
            ("pays until rank", f"{cost.pays_until:,}", limit_note),
        ]
    )


def _bytes(size: int) -> str:
    if size < 1000:
        return f"{size} B"
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.1f} kB"


def pictures(subject: Subject, entries: DrawnEntries, rank: int, view: LowRankView) -> None:
    """The matrix, its approximation and the residual, side by side; for a product also X."""
    factors = subject.factors
    scale = matrices.colours(entries.original, entries.frame.style)
    columns, rows = factors.chosen_columns[:rank], factors.chosen_rows[:rank]
    marked = say(
        "Original, chosen columns and rows" if len(rows)
        else "Original, chosen columns" if len(columns)
        else "Original"
    )  # fmt: skip
    named = "{n} terms" if subject.product else "Rank {n}"
    parts: list[tuple[str, str, Frame, np.ndarray, Colours, Any]] = [
        ("approximation", say(named, n=rank), entries.frame, entries.approximation, scale, None),
        ("residual", say("Residual"),
         entries.frame, entries.residual, matrices.residual_colours(scale), None),
    ]  # fmt: skip
    if entries.factor is None:
        original = (marked, entries.frame, entries.original, scale, (columns, rows))
        parts.insert(0, ("original", *original))
    else:
        part, values = entries.factor
        own = matrices.colours(values, part.style)
        parts.insert(0, ("original", "XY", entries.frame, entries.original, scale, None))
        title = say("X, chosen columns")
        parts.insert(0, ("factor", title, part, values, own, (columns, rows[:0])))
    height = {"photograph": 262, "digits": 230}.get(entries.frame.style, 1080 // len(parts))
    for place, (key, title, part, values, colours, marks) in zip(
        st.columns(len(parts)), parts, strict=True
    ):
        draw: Callable[[], Figure]
        made_of: tuple[Hashable, ...]
        if key == "original" and not subject.product and not len(columns):
            first = view.first_row - 1, view.first_column - 1
            draw = partial(approximation.still, subject.matrix, first, title)
            made_of = (subject.matrix, first, title)
        else:
            draw = partial(matrices.picture, values, part, colours, chosen=marks, title=title)
            made_of = (subject.spec, rank, view, title)
        with place:
            show_figure(
                draw,
                key,
                made_of=made_of,
                alt=f"{title}, {part.shape[0]:,} × {part.shape[1]:,}",
                height=height,
                dim=subject.dim,
            )
    residual = say(
        "Residual: XY − the terms; its colours end at half of the original's, at every rank the "
        "same."
        if subject.product
        else "Residual: original − approximation; its colours end at half of the original's, at "
        "every rank the same."
    )
    captions.measured(
        paragraph(part_shown(entries, bool(len(columns)) and not subject.product), residual)
    )


def part_shown(entries: DrawnEntries, chosen: bool) -> str:
    """Which rows and columns are drawn, and where their colours end."""
    frame, (m, n) = entries.frame, entries.frame.shape
    if frame.style == "photograph":
        return say("{m:,} × {n:,} greys from 0, black, to 1, white.", m=m, n=n)
    if frame.style == "digits":
        text = (
            "Digits {first:,} to {last:,} of {m:,}, a row of the matrix each, drawn as the 8 × 8 "
            "pixels that it holds. Colours end where 0.5 % of the entries lie beyond."
        )
        return say(text, first=frame.down[0] + 1, last=frame.down[-1] + 1, m=m)
    if frame.whole:
        text = "All {m:,} × {n:,} entries. Colours end where 0.5 % of the entries lie beyond."
    elif frame.style == "map":
        text = (
            "Drawn: {rows:,} of {m:,} rows and {columns:,} of {n:,} columns, evenly spread. "
            "Colours end where 0.5 % of the entries lie beyond."
        )
    elif chosen:
        text = (
            "Drawn: {rows:,} of {m:,} rows and {columns:,} of {n:,} columns, the chosen ones "
            "first; View, below, moves to others. Colours end where 0.5 % of the entries lie "
            "beyond."
        )
    else:
        text = (
            "Drawn: {rows:,} of {m:,} rows and {columns:,} of {n:,} columns; View, below, moves "
            "to others. Colours end where 0.5 % of the entries lie beyond."
        )
    return say(text, m=m, n=n, rows=len(frame.down), columns=len(frame.across))


@st.fragment
def instrument(curves_spec: Curves, product_spec: ProductCurves) -> None:
    """Everything that follows the slider: only this runs while it is dragged."""
    road, view = state.spec(Road), state.spec(LowRankView)
    above, waiting, below = st.container(), st.container(), st.container()
    with errors_shown():
        with waiting:
            subject = approximation.subject_of(curves_spec, product_spec, road)
        if subject is not None:
            with below:
                view = error_curves.choose(subject, view)
            with above:
                rank = show(subject, view)
            with below:
                if subject.errors is not None:
                    error_curves.draw(subject, rank, view)
                lowrank_tabs.show(subject, rank, view)
    address.publish(product_spec, curves_spec, state.spec(Road), state.spec(LowRankView))


def show(subject: Subject, view: LowRankView) -> int:
    """The slider, and what it moves at once: numbers, pictures, a sentence."""
    rank = subject.factors.ranks
    if rank > 1:
        with st.container(key="rank"):
            name = "Terms r" if subject.product else "Rank r"
            rank = controls.slider(Road, "rank", name, high=rank, log=True)
    entries = approximation.drawn_entries(subject, rank, view)
    error, exact = approximation.error_shown(subject, rank, entries)
    if text := sentence(subject, rank, error):
        captions.answer(text)
    strip(subject, rank, error, exact)
    pictures(subject, entries, rank, view)
    return rank


def main() -> None:
    screen, side = layout.columns()
    with screen:
        controls.pick(Road, "road", "Method", names=ROADS)
    with side:
        curves_spec, product_spec, _ = panel()
    with screen:
        instrument(curves_spec, product_spec)


main()
