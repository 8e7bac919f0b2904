"""Similar matrices: one linear map, seen in two bases."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.lowrank.similar import PRESETS, Facts, Similar, change_basis, eigenbasis
from dashboard import state
from dashboard.language import number, say
from dashboard.mathematics.figures.similar import SPACE, VIEW, grid_picture
from dashboard.mathematics.views import SimilarView
from dashboard.ui import address, captions, code_tab, controls, downloads, layout, provenance_tab
from dashboard.ui.figure import show_figure
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown

BASES: dict[str, list[list[float]]] = {
    "skew": [[1.0, -0.4], [0.5, 1.2]],
    "as given": [[1.0, 0.0], [0.0, 1.0]],
    "turned by 45°": [[0.7, -0.7], [0.7, 0.7]],
    "stretched": [[2.0, 0.0], [0.0, 0.5]],
    "nearly dependent": [[1.0, 1.0], [0.2, 0.5]],
}
MEANT = {"as given": "as given‹of a basis›"}
SPACES = {"plane": "2 × 2", "space": "3 × 3"}
KINDS = {"entries": "its entries", "eigenvectors": "A's eigenvectors"}
STEP = 0.1


def panel() -> SimilarView:
    """The controls right of the pictures: the map, then the basis."""
    layout.heading("Map A")
    space = controls.pick(SimilarView, "space", "Size", names=SPACES)
    n = 2 if space == "plane" else 3
    names = [name for name, rows in PRESETS.items() if len(rows) == n]
    _presets("a", {name: PRESETS[name] for name in names})
    _entries("a", n)
    layout.heading("Basis P")
    basis = controls.pick(
        SimilarView, "p_basis", "P is given by", names=KINDS,
    )  # fmt: skip
    if basis == "entries":
        _presets("p", {name: _padded(rows, n) for name, rows in BASES.items()})
        _entries("p", n)
    return state.spec(SimilarView)


def _padded(rows: list[list[float]], n: int) -> list[list[float]]:
    """The same in the first two directions of space."""
    padded = np.eye(n)
    padded[:2, :2] = rows
    return padded.tolist()


def _presets(which: str, presets: dict[str, list[list[float]]]) -> None:
    def adopt(rows: list[list[float]]) -> None:
        for i, row in enumerate(rows, start=1):
            for j, value in enumerate(row, start=1):
                state.put(f"{which}{i}{j}", value)

    with st.container(horizontal=True, gap="small", key=f"presets-{which}"):
        for name, rows in presets.items():
            label = say(MEANT.get(name, name).removesuffix(" in space")).capitalize()
            st.button(
                label, key=f"{which}:{name}",
                on_click=adopt, args=(rows,), type="tertiary",
            )  # fmt: skip


def _entries(which: str, n: int) -> None:
    """A slider for each entry, placed as in the matrix."""
    for i in range(1, n + 1):
        for j, place in enumerate(st.columns(n, gap="small"), start=1):
            with place:
                controls.slider(
                    SimilarView, f"{which}{i}{j}", f"{which}{'₁₂₃'[i - 1]}{'₁₂₃'[j - 1]}",
                    step=STEP, format="{:.1f}",
                )  # fmt: skip


def basis_of(view: SimilarView, A: np.ndarray) -> np.ndarray:
    """P as chosen; the entries' P, with a message, where A has too few eigenvectors."""
    if view.p_basis == "eigenvectors":
        with errors_shown():
            return eigenbasis(A)
    return view.matrix("p")


def pictures(view: SimilarView, similar: Similar) -> None:
    """The map in both grids."""
    left, right = st.columns(2, gap="large")
    n = len(similar.A)
    given = say(
        "Grey: the letter and the grid of P. Orange: where A takes it. Arrows: the columns of P. "
        "The picture ends at ±{end:g}."
        if n == 2
        else "Grey: the cube. Orange: where A takes it. Arrows: the columns of P. The picture "
        "ends at ±{end:g}.",
        end=VIEW if n == 2 else SPACE,
    )
    own = say(
        "The same letter, in coordinates x′ = P⁻¹x: P's grid is now the square one, and the same "
        "map is B."
        if n == 2
        else "The same cube, in coordinates x′ = P⁻¹x: P's grid is now the square one, and the "
        "same map is B."
    )
    described = (
        "A letter and its image under the map, {grid}"
        if n == 2
        else "A cube and its image under the map, {grid}"
    )
    for place, basis, title, text in (
        (left, "given", say("In the given grid: A"), given),
        (right, "own", say("In the grid of P: B = P⁻¹AP"), own),
    ):
        with place:
            st.markdown(f"## {title}")
            show_figure(
                partial(grid_picture, similar, basis),
                f"{basis}_grid",
                made_of=(view, basis),
                alt=say(described, grid=title.lower()),
                height=460,
                filename=f"similar-{basis}",
            )
            captions.caption(text)


def answer(similar: Similar) -> str:
    """What the change of grid makes of A, in a sentence."""
    a, b, B = similar.before, similar.after, similar.B
    if np.allclose(B, np.diag(np.diag(B)), atol=1e-9):
        return say(
            "In the grid of P the map only stretches, by {factors}: B is diagonal.",
            factors=captions.listed([_number(value + 0.0) for value in np.diag(B)]),
        )
    return say(
        "A and B are one map in two grids: determinant {determinant} and trace {trace} stay, the "
        "Frobenius norm goes from {before} to {after}.",
        determinant=_number(a.determinant), trace=_number(a.trace),
        before=_number(a.frobenius), after=_number(b.frobenius),
    )  # fmt: skip


def comparison(similar: Similar) -> None:
    """What belongs to the map, and what to the grid."""
    a, b = similar.before, similar.after
    stays = [
        (say("determinant"), _number(a.determinant), _number(b.determinant)),
        (say("trace"), _number(a.trace), _number(b.trace)),
        (say("eigenvalues"), _eigenvalues(a), _eigenvalues(b)),
        (say("rank‹of a matrix›"), str(a.rank), str(b.rank)),
        (say("can be diagonalised"), _yes(a.diagonalisable), _yes(b.diagonalisable)),
    ]
    changes = [
        (say("‖·‖ Frobenius"), _number(a.frobenius), _number(b.frobenius)),
        (say("‖·‖₂ spectral"), _number(a.spectral), _number(b.spectral)),
        (say("condition"), _number(a.condition), _number(b.condition)),
    ]
    left, right = st.columns(2, gap="large")
    with left:
        captions.facts(("Stays: it belongs to the map", "A", "B"), stays)
    with right:
        captions.facts(("Changes: it belongs to the grid", "A", "B"), changes)


def _yes(value: bool) -> str:
    return say("yes" if value else "no")


def _number(value: float) -> str:
    if not np.isfinite(value):
        return "∞"
    return number(value, ".4g") if abs(value) > 5e-13 else "0"


def _eigenvalues(facts: Facts) -> str:
    parts = []
    for value in facts.eigenvalues:
        real, imaginary = _number(value.real), abs(value.imag)
        if imaginary < 1e-9:
            parts.append(real)
            continue
        sign, times = "+" if value.imag > 0 else "−", _number(imaginary)
        turn = f"{'' if times == '1' else times}i"
        parts.append(f"{sign.strip('+')}{turn}" if real == "0" else f"{real} {sign} {turn}")
    return ", ".join(parts)


def _latex(M: np.ndarray) -> str:
    rows = r" \\ ".join(" & ".join(f"{v + 0.0:.2f}" for v in row) for row in M.round(10))
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"


def below(view: SimilarView, similar: Similar) -> None:
    """Entries, code and provenance."""
    page_tabs(
        {
            "Table": partial(_table, similar),
            "Code": partial(_code, similar),
            "Provenance": partial(provenance_tab.show, view),
        },
    )


def _table(similar: Similar) -> None:
    n = len(similar.A)
    table = pd.DataFrame(
        {
            "entry": [f"{i},{j}" for i in range(1, n + 1) for j in range(1, n + 1)],
            "A": similar.A.ravel(),
            "P": similar.P.ravel(),
            "B": similar.B.ravel().round(12) + 0.0,
        }
    )
    downloads.table(table, "similar", "similar")


def _code(similar: Similar) -> None:
    code_tab.show(
        "import numpy as np\n\nfrom core.lowrank.similar import change_basis\n\n"
        f"A = np.array({similar.A.tolist()})\nP = np.array({similar.P.tolist()})\n"
        "similar = change_basis(A, P)\nprint(similar.B, similar.before, similar.after)\n"
    )


@st.fragment  # a control reruns this, not the frame around it
def main() -> None:
    screen, side = layout.columns()
    with side:
        view = panel()
    with screen, errors_shown():
        A = view.matrix("a")
        similar = change_basis(A, basis_of(view, A))
        st.latex(
            rf"B = {_latex(similar.B)} = P^{{-1}}AP = "
            rf"{_latex(similar.inverse)} {_latex(similar.A)} {_latex(similar.P)}"
        )
        captions.answer(answer(similar))
        pictures(view, similar)
        comparison(similar)
        below(view, similar)
    address.publish(state.spec(SimilarView))


main()
