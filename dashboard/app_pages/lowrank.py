"""Low rank: what a rank costs, by five roads, with one slider."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from core.lowrank.choosers import CHOOSERS
from core.matrices import Curves, ProductCurves
from dashboard import state
from dashboard.figures import matrices
from dashboard.figures.lowrank import DETAILS, TERMS
from dashboard.figures.matrices import Colours, Frame
from dashboard.ui import (
    approximation,
    controls,
    error_curves,
    lowrank_tabs,
    matrix_picker,
    page,
)
from dashboard.ui.approximation import Seen, Subject
from dashboard.ui.figure import show_figure
from dashboard.ui.teaching import LESSONS, sentence
from dashboard.ui.work import told
from dashboard.views import LowRankView, Road

ROADS = {
    "svd": "SVD", "id": "Columns · ID", "cur": "Columns and rows · CUR",
    "cr": "Product · CR", "projection": "Given factor · A⁺",
}  # fmt: skip
SKETCHES = {"exact": "exact", "randomised": "randomised", "range": "random range"}
RANDOM = ("randomised", "range", "sketched", "uniform", "leverage", "random", "sampled")
CORES = {"optimal": "best, C⁺MR⁺", "skeleton": "skeleton"}


def panel() -> tuple[Curves, ProductCurves, Road]:
    """The controls right of the picture: the matrix, the road's own settings, the curves."""
    st.selectbox(
        "Start from", list(LESSONS), index=None, placeholder="something to see …",
        key="lesson", on_change=_teach,
    )  # fmt: skip
    page.heading("Matrix")
    matrix = matrix_picker.matrix()
    page.heading("Road")
    road = state.spec(Road)
    product = state.spec(ProductCurves)
    if road.road == "svd":
        controls.pick(Road, "sketch", "Singular vectors", names=SKETCHES)
    elif road.road == "cr":
        product = matrix_picker.right(matrix)
        controls.pick(Road, "terms", "Terms", names=TERMS, compact=False)
        controls.toggle(
            Road, "refitted", "Refit weights by least squares",
            help="Instead of weight 1, or of $1/(rp_i)$, which is right on average only.",
        )  # fmt: skip
    elif road.road == "projection":
        controls.pick(Road, "subspace", "Columns of A", names=DETAILS, compact=False)
    else:
        every = None if road.road == "cur" else CHOOSERS
        controls.pick(Road, "chooser", "Chosen by", names=DETAILS, compact=False, options=every)
        if road.road == "cur":
            controls.pick(
                Road, "middle", "U", names=CORES,
                help=r"Best: $U=C^+MR^+$. Skeleton: $U=M_{IJ}^{-1}$, which reproduces the chosen "
                "rows and columns exactly.",
            )  # fmt: skip
    road = state.spec(Road)
    if any(word in road.method for word in RANDOM):
        controls.slider(Road, "repetition", "Another draw")
    with st.expander("Repetitions, oversampling, power"):
        _sampling(road)
    return state.spec(Curves), product, state.spec(Road)


def _teach() -> None:
    """Take over a lesson's settings."""
    lesson = st.session_state.get("lesson")
    if lesson:
        state.put_all({"lines": "", **LESSONS[lesson]})


def _sampling(road: Road) -> None:
    controls.slider(
        Curves, "seeds", "Repetitions of random methods",
        help="Curves are their median, bands hold 80 % of them.",
    )  # fmt: skip
    controls.slider(
        Curves, "oversampling", "Oversampling p", high=50,
        help="The randomised SVD sketches r + p columns and keeps the best r.",
    )  # fmt: skip
    controls.slider(
        Curves, "power", "Power iterations q",
        help="Each multiplies the sketch by MMᵀ: small singular values fade.",
    )  # fmt: skip
    controls.slider(Curves, "leverage_rank", "k of leverage scores", high=100, log=True)
    controls.slider(
        Curves, "highest", "Highest rank of a large matrix", step=10,
        help="Matrices with a side up to 1500 show every rank.",
    )  # fmt: skip


def strip(of: Subject, rank: int, error: float | None, exact: bool) -> None:
    """The numbers of this rank."""
    kept = of.stored(rank)
    best = of.relative("svd")
    floor = None if best is None else best.at(rank)
    times = "…"
    if error is not None and floor is not None:
        times = f"{error / floor:.3g} ×" if floor > 1e-13 else "—"
    page.chain_strip(
        [
            ("relative error", "…" if error is None else f"{error:.4g}",
             "‖M − Mᵣ‖ / ‖M‖, Frobenius" + ("" if exact else ", median of the repetitions")),
            ("of the least possible", times, "beside the truncated SVD of the same rank"),
            ("numbers stored", f"{kept.numbers:,}", "real numbers of the factors"),
            ("bytes", _bytes(kept.bytes), "in doubles, and 32-bit row and column numbers"),
            ("of the full size", f"{kept.share:.1%}", "bytes beside those of the matrix itself"),
            ("pays until rank", f"{kept.pays_until:,}", "beyond, the matrix itself is smaller"),
        ]
    )  # fmt: skip


def _bytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.1f} kB"


def pictures(of: Subject, looked: Seen, rank: int, view: LowRankView) -> None:
    """The matrix, its approximation and the residual, side by side; for a product also X."""
    made = of.made
    scale = matrices.colours(looked.original, looked.frame.style)
    columns, rows = made.chosen_columns[:rank], made.chosen_rows[:rank]
    marked = ", chosen columns" * bool(len(columns)) + " and rows" * bool(len(rows))
    parts: list[tuple[str, str, Frame, np.ndarray, Colours, Any]] = [
        ("approximation", f"{rank} terms" if of.product else f"Rank {rank}",
         looked.frame, looked.approximation, scale, None),
        ("residual", "Residual",
         looked.frame, looked.residual, matrices.residual_colours(scale), None),
    ]  # fmt: skip
    if looked.factor is None:
        original = (f"Original{marked}", looked.frame, looked.original, scale, (columns, rows))
        parts.insert(0, ("original", *original))
    else:
        part, values = looked.factor
        own = matrices.colours(values, part.style)
        parts.insert(0, ("original", "XY", looked.frame, looked.original, scale, None))
        parts.insert(0, ("factor", "X, chosen columns", part, values, own, (columns, rows[:0])))
    height = {"photograph": 262, "digits": 230}.get(looked.frame.style, 1080 // len(parts))
    for place, (key, title, part, values, colours, marks) in zip(
        st.columns(len(parts)), parts, strict=True
    ):
        if key == "original" and not of.product and not len(columns):
            first = view.first_row - 1, view.first_column - 1
            figure = approximation.still(of.matrix, first, title)
        else:
            figure = matrices.picture(values, part, colours, chosen=marks, title=title)
        with place:
            show_figure(
                figure,
                key,
                alt=f"{title}, {part.shape[0]:,} × {part.shape[1]:,}",
                height=height,
                dim=of.dim,
            )
    if not looked.frame.whole:
        page.caption(part_shown(looked))


def part_shown(looked: Seen) -> str:
    """Which rows and columns are drawn."""
    frame, (m, n) = looked.frame, looked.frame.shape
    if frame.style == "map":
        return f"Every few rows and columns of {m:,} × {n:,}: {len(frame.down)} × " \
            f"{len(frame.across)} entries."  # fmt: skip
    if frame.style == "digits":
        return f"Digits {frame.down[0] + 1:,} to {frame.down[-1] + 1:,} of {m:,}, a row of the " \
            "matrix each, drawn as the 8 × 8 pixels that it holds."  # fmt: skip
    return (
        f"{len(frame.down)} of {m:,} rows and {len(frame.across)} of {n:,} columns, the chosen "
        "ones first; View moves to others."
    )


@st.fragment
def instrument(curves_spec: Curves, product_spec: ProductCurves) -> None:
    """Everything that follows the slider: only this runs while it is dragged."""
    road, view = state.spec(Road), state.spec(LowRankView)
    above, waiting, below = st.container(), st.container(), st.container()
    with told():
        with waiting:
            of = approximation.subject(curves_spec, product_spec, road)
        if of is not None:
            with below:
                view = error_curves.choose(of, view)
            with above:
                rank = show(of, view)
            with below:
                if of.errors is not None:
                    error_curves.draw(of, rank, view)
                lowrank_tabs.show(of, rank, view)
    state.publish(product_spec, curves_spec, state.spec(Road), state.spec(LowRankView))


def show(of: Subject, view: LowRankView) -> int:
    """The slider, and what it moves at once: numbers, pictures, a sentence."""
    rank = of.made.ranks
    if rank > 1:
        with st.container(key="rank"):
            name = "Terms r" if of.product else "Rank r"
            rank = controls.slider(Road, "rank", name, high=rank, log=True)
    looked = approximation.seen(of, rank, view)
    error, exact = approximation.error_shown(of, rank, looked)
    strip(of, rank, error, exact)
    pictures(of, looked, rank, view)
    page.caption(sentence(of, rank, error))
    return rank


def main() -> None:
    said = state.begin("lowrank", (ProductCurves, Curves, Road, LowRankView))
    page.header("Low rank", "What a rank costs, by five roads.")
    page.notices(said)
    screen, side = page.layout()
    with screen:
        controls.pick(Road, "road", "Road", names=ROADS)
    with side:
        curves_spec, product_spec, _ = panel()
    with screen:
        instrument(curves_spec, product_spec)


main()
