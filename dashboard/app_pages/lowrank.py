"""Low rank: what a rank costs, by five roads, with one slider."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.lowrank.choosers import CHOOSERS
from core.matrices import Curves, ProductCurves
from core.matrices.curves import ErrorCurves
from core.matrices.specs import METHODS, PRODUCT_METHODS
from dashboard import state
from dashboard.figures import matrices
from dashboard.figures.lowrank import DETAILS, TERMS, Axes, Line, error_curves, label
from dashboard.ui import approximation, controls, lowrank_tabs, matrix_picker, page
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
CORES = {"optimal": "best, C⁺MR⁺", "skeleton": "skeleton"}
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
    "cur": ("columns exist", "√(r + 1) × the least: some columns reach it"),
    "skeleton": ("columns exist", "√(r + 1) × the least: some columns reach it"),
}
KEY = "setting:rank"


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
        controls.pick(
            Road, "chooser", "Chosen by", names=DETAILS, compact=False, options=every
        )
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


RANDOM = ("randomised", "range", "sketched", "uniform", "leverage", "random", "sampled")


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


def lines_of(of: Subject, view: LowRankView) -> list[Line]:
    """The curves that are drawn: those chosen, and the one of the picture."""
    found = []
    for method in dict.fromkeys([*_chosen(PRODUCT_METHODS if of.product else METHODS, view), of.method]):
        curve = of.relative(method, "frobenius" if of.product else view.norm)
        if curve is not None:
            found.append(Line(method, curve, method == of.method))
    return found


def choose_view(of: Subject, view: LowRankView) -> LowRankView:
    """Which curves and which part of a large matrix are shown, and how."""
    known = PRODUCT_METHODS if of.product else METHODS
    options = [m for m in known if of.errors is None or m in of.errors.frobenius]
    now = _chosen(options, view)
    key, kept = f"lines:{of.product}", "lines-shown"
    shown = (st.session_state["page"], tuple(options), tuple(now))
    if st.session_state.get(kept) != shown:
        st.session_state[key] = now
    with st.popover("View", icon=":material/tune:", width="stretch"):
        picked = st.multiselect(
            "Curves", options, now, key=key, format_func=lambda m: label(m, of.product)
        )
        if not of.product:
            controls.pick(LowRankView, "norm", "Norm of the residual", names=NORMS)
        controls.pick(LowRankView, "error_axis", "Axis of errors")
        controls.pick(LowRankView, "rank_axis", "Axis of ranks")
        for side, name, size in (("row", "first_row", 0), ("column", "first_column", 1)):
            most = of.made.shape[size] - matrices.WORDS
            if of.made.shape[0] * of.made.shape[1] > matrices.CELLS and most > 1:
                controls.slider(
                    LowRankView, name, f"First {side} shown", high=most, log=True, format="{:,}",
                    help="Where only a part of the matrix is drawn.",
                )  # fmt: skip
    if set(picked) != set(now):
        now = _chosen(options, view.replace(lines=";".join(picked)))
        state.keep("lines", ";".join(now))
    st.session_state[kept] = (st.session_state["page"], tuple(options), tuple(now))
    return state.spec(LowRankView)


def _chosen(options: Sequence[str], view: LowRankView) -> list[str]:
    """The curves asked for, or those drawn by default, in the order of the options."""
    wanted = set(view.lines.split(";")) & set(options) or set(DEFAULTS)
    return [method for method in options if method in wanted]


def axes_of(of: Subject, view: LowRankView) -> Axes:
    """Labels and scales of the error curves."""
    logs = view.error_axis == "log", view.rank_axis == "log"
    if of.product:
        return Axes("relative error ‖XY − Σ‖ / ‖XY‖, Frobenius", "terms r", *logs)
    norm = NORMS[view.norm]
    return Axes(f"relative error ‖M − Mᵣ‖ / ‖M‖, {norm}", "rank r", *logs)


def curves_figure(of: Subject, rank: int, view: LowRankView) -> None:
    """Every method's errors over all ranks, the slider's rank marked."""
    assert of.errors is not None
    lines = lines_of(of, view)
    norm = "frobenius" if of.product else view.norm
    best = of.relative("svd", norm)
    assert best is not None
    if norm == "spectral" and of.method not in {line.method for line in lines}:
        st.caption("Spectral errors of this method are not measured for a matrix of this size.")
    show_figure(
        error_curves(
            lines, best.median, rank, axes_of(of, view),
            theory=_theory(of, lines, view), product=of.product,
        ),
        "errors",
        alt="Relative errors over all ranks of "
        + ", ".join(label(line.method, of.product) for line in lines),
        height=400,
        filename="low-rank-errors",
        dim=of.dim,
        follow=KEY,
    )  # fmt: skip


def _theory(of: Subject, lines: list[Line], view: LowRankView) -> list:
    """Expectations and bounds that go with what is drawn."""
    assert of.errors is not None
    if of.product:
        pairs = (("sampled", "sampled", "theory: sampled, p ∝ ‖x‖‖y‖"),
                 ("uniform", "sampled uniformly", "theory: sampled uniformly"))  # fmt: skip
        drawn = {line.method for line in lines}
        return [
            (name, of.errors.expected[key].over(of.errors.norm))
            for method, key, name in pairs
            if method in drawn
        ]
    assert isinstance(of.errors, ErrorCurves)
    key, name = THEORY.get(of.method, THEORY.get(of.method.partition(" ")[0], ("", "")))
    if view.norm == "spectral":
        if key == "columns exist":
            told = of.errors.expected_spectral[key].over(float(of.errors.s[0]))
            return [("√(1 + r(n − r)) × σᵣ₊₁: some columns reach it", told)]
        return []
    if key in of.errors.expected:
        return [(name, of.errors.expected[key].over(of.errors.norm))]
    return []


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


def pictures(of: Subject, looked: Seen, rank: int) -> None:
    """The matrix, its approximation and the residual, side by side."""
    made, shown = of.made, looked.frame
    scale = matrices.colours(looked.original, shown.style)
    chosen = made.chosen_columns[:rank], made.chosen_rows[:rank]
    name = "XY" if of.product else "Original"
    if not of.product and len(chosen[0]):
        name += ", chosen columns" + (" and rows" if len(chosen[1]) else "")
    parts = [
        ("original", name, looked.original, scale, None if of.product else chosen),
        ("approximation", f"{rank} terms" if of.product else f"Rank {rank}",
         looked.approximation, scale, None),
        ("residual", "Residual", looked.residual, matrices.residual_colours(scale), None),
    ]  # fmt: skip
    height = {"photograph": 262, "digits": 230}.get(shown.style, 360)
    for place, (key, title, values, colours, marks) in zip(st.columns(3), parts, strict=True):
        with place:
            show_figure(
                matrices.picture(values, shown, colours, chosen=marks, title=title),
                key,
                alt=f"{title} of a matrix of {made.shape[0]:,} × {made.shape[1]:,}",
                height=height,
                dim=of.dim,
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
            with above:
                rank, view = show(of, view)
            with below:
                if of.errors is not None:
                    curves_figure(of, rank, view)
                lowrank_tabs.show(of, rank, lines_of(of, view), axes_of(of, view), view)
    state.publish(product_spec, curves_spec, state.spec(Road), state.spec(LowRankView))


def show(of: Subject, view: LowRankView) -> tuple[int, LowRankView]:
    """The slider, and what it moves at once: numbers, pictures, a sentence."""
    rank = of.made.ranks
    with st.container(key="rank"):
        left, right = st.columns([5.2, 1], vertical_alignment="bottom")
        if rank > 1:
            with left:
                name = "Terms r" if of.product else "Rank r"
                rank = controls.slider(Road, "rank", name, high=rank, log=True)
        with right:
            view = choose_view(of, view)
    looked = approximation.seen(of, rank, view)
    error, exact = approximation.error_shown(of, rank, looked)
    strip(of, rank, error, exact)
    pictures(of, looked, rank)
    page.caption(sentence(of, rank, error))
    return rank, view


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
