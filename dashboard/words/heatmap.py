"""PMI heatmap: which words co-occur more often than by chance, and the lines that show it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.counts import association, ordering
from core.counts.cooccurrence import count
from core.counts.counting import Cooccurrence
from core.counts.measures import SHIFTED, Association
from core.text.vocabulary import vocabulary
from core.text.words import Vocabulary
from core.vectors.specs import PpmiSvd
from dashboard import state
from dashboard.chain import stages as chain
from dashboard.figures.heatmap import NAMES, pmi_heatmap
from dashboard.language import number, paragraph, say
from dashboard.spec_code import constructor
from dashboard.ui import (
    address,
    captions,
    code_tab,
    controls,
    downloads,
    layout,
    provenance_tab,
)
from dashboard.ui.figure import Click, show_figure
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown, obtain
from dashboard.words.parts import evidence, select
from dashboard.words.views import HeatmapView

if TYPE_CHECKING:
    import pandas as pd  # half a second that the first picture does not need


def panel() -> tuple[Association, HeatmapView]:
    """The controls right of the picture."""
    chain.corpus()
    chain.counts()
    spec = chain.association()
    with st.expander(say("Evidence and colours")):
        controls.slider(
            HeatmapView, "least_expected", "Least expected count", step=0.1, format="{:.1f}",
        )  # fmt: skip
        controls.slider(
            HeatmapView, "least_g2", "Least G²", step=0.5, format="{:.1f}",
        )  # fmt: skip
        controls.slider(
            HeatmapView, "limit", "Colours end at ±", step=0.5, format="{:.1f}",
        )  # fmt: skip
    return spec, state.spec(HeatmapView)


def picture(
    spec: Association,
    view: HeatmapView,
    counts: Cooccurrence,
    words: Vocabulary,
    rows: np.ndarray,
    columns: np.ndarray,
    dim: bool,
) -> tuple[list[str], list[str]]:
    """The answer and the heatmap. Returns the words of its rows and columns, as drawn."""
    block = association.block(spec, counts, rows, columns)
    same = np.array_equal(rows, columns)
    tree = ordering.cluster(block.value) if view.order == "clustered" else None
    if tree is not None:
        order = ordering.leaves(tree)
    elif view.order == "frequency":
        order = np.argsort(rows, kind="stable")  # ids are frequency ranks
    else:
        order = np.arange(len(rows))
    rows, block = rows[order], _reordered(block, order, axis=0)
    if same:
        columns, block = columns[order], _reordered(block, order, axis=1)
    elif view.order == "frequency":
        across = np.argsort(columns, kind="stable")
        columns, block = columns[across], _reordered(block, across, axis=1)
    weak = block.weak(view.least_expected, view.least_g2)
    names = [words.words[i] for i in rows], [words.words[i] for i in columns]
    opened = None
    if view.cell_word in names[0] and view.cell_context in names[1]:
        opened = names[0].index(view.cell_word), names[1].index(view.cell_context)
    draw = partial(
        pmi_heatmap,
        block,
        *names,
        measure=spec.measure,
        limit=1.0 if spec.measure == "npmi" else view.limit,
        weak=weak if view.least_expected or view.least_g2 else None,
        tree=tree,
        marked=opened,
        uirevision=f"{' '.join(names[0])}|{' '.join(names[1])}|{tree is not None}",
    )

    def open_cell(click: Click) -> None:
        if isinstance(click["point"], list):
            row, column = click["point"]
            state.put("cell_word", names[0][row])
            state.put("cell_context", names[1][column])

    chance = np.outer(counts.row_sums[rows], counts.column_sums[columns]) / counts.total
    times = block.observed / np.where(block.met, chance, 1.0)
    captions.answer(answer(block, times, weak, *names))
    show_figure(
        draw,
        "heatmap",
        made_of=(spec, view, rows.tobytes(), columns.tobytes()),
        alt=say(
            "Heatmap of {measure} between {rows} words and {columns} contexts: {words}",
            measure=NAMES[spec.measure],
            rows=len(rows),
            columns=len(columns),
            words=", ".join(names[0][:12]),
        ),
        height=int(np.clip(22 * len(rows) + 130, 380, 900)),
        filename="pmi-heatmap",
        on_click=open_cell,
        dim=dim,
    )
    captions.caption(say("White is zero. Click a cell for its evidence, below."))
    captions.measured(_description(spec, view, counts, block, weak))
    return names


def answer(
    block: association.Block,
    times: np.ndarray,
    weak: np.ndarray,
    words: list[str],
    contexts: list[str],
) -> str:
    """The strongest pair by the measure shown, in a sentence; of equals, the least by chance.

    times: (rows, columns), how often each pair stands together over what chance would give.
    """
    others = np.array([[word != context for context in contexts] for word in words])
    told = block.met & ~weak & others
    if not told.any():
        return say("None of these pairs has enough evidence.")
    value, times = np.where(told, block.value, -np.inf), np.where(told, times, -np.inf)
    most = float(times.max())
    if most < 1 or value.max() == 0:  # of PPMI that leaves nothing, the first is not the strongest
        row, column = np.unravel_index(int(times.argmax()), times.shape)
    else:
        strongest = np.where(value == value.max(), times, -np.inf)
        row, column = np.unravel_index(int(strongest.argmax()), times.shape)
    if most < 1:
        text = (
            "No pair stands together more often than by chance; “{word}” and “{context}” come "
            "nearest, at {times} times."
        )
    elif value.max() == 0:
        text = (
            "PPMI leaves none of these pairs above zero. “{word}” and “{context}” come "
            "nearest: together {times} times as often as by chance."
        )
    else:
        text = (
            "“{word}” and “{context}” are the strongest pair: together {times} times as often as "
            "by chance."
        )
    together = float(times[row, column])
    shown = number(together, ",.0f" if together >= 10 else ".1f")
    return say(text, word=words[row], context=contexts[column], times=shown)


def _reordered(block: association.Block, order: np.ndarray, axis: int) -> association.Block:
    return association.Block(*(np.take(part, order, axis) for part in block.__dict__.values()))


def _description(
    spec: Association,
    view: HeatmapView,
    counts: Cooccurrence,
    block: association.Block,
    weak: np.ndarray,
) -> str:
    never = int((~block.met).sum())
    greyed = int((weak & block.met).sum())
    shift = alpha = ""
    if spec.shift != 1 and spec.measure in SHIFTED:
        shift = say(", shifted by log {shift:g}", shift=spec.shift)
    if spec.smoothing != 1:
        alpha = say(", context smoothing α = {smoothing:g}", smoothing=spec.smoothing)
    return paragraph(
        say(
            "{measure} of co-occurrence within {window} tokens, {weighting} weights{shift}{alpha}; "
            "{pairs:,} distinct pairs of {n:,} words counted.",
            measure=NAMES[spec.measure],
            window=spec.counts.window,
            weighting=say(spec.counts.weighting),
            shift=shift,
            alpha=alpha,
            pairs=counts.matrix.nnz,
            n=counts.size,
        ),
        say(
            "{never:,} of {pairs:,} pairs never met (grey), {greyed:,} more have too little "
            "evidence (darker grey)."
            if greyed
            else "{never:,} of {pairs:,} pairs never met (grey).",
            never=never,
            pairs=block.met.size,
            greyed=greyed,
        ),
        *_selection_notes(view),
    )


def _selection_notes(view: HeatmapView) -> Iterator[str]:
    """How the words that the user did not type were chosen."""
    modes = {view.rows.row_mode, view.columns.column_mode}
    if "partners" in modes:
        yield say(
            "Partners: the highest association among contexts with G² ≥ 3.84, at most as many "
            "as asked for."
        )
    if "neighbourhood" in modes:
        yield say("Neighbourhood: the nearest words by cosine of the PPMI-SVD vectors.")


def below(
    spec: Association,
    view: HeatmapView,
    counts: Cooccurrence,
    words: Vocabulary,
    rows: np.ndarray,
    columns: np.ndarray,
    names: tuple[list[str], list[str]],
    fresh: bool,
) -> None:
    """Evidence, table, code and provenance, under the picture."""

    def proof() -> None:
        if view.cell_word and view.cell_context:
            pair = view.cell_word, view.cell_context
            evidence.pair(spec, counts, words, *pair, factor=fresh)
        else:
            st.caption(say("Click a cell of the heatmap: the lines in which the two words meet."))

    def table() -> None:
        downloads.table(_table(spec, counts, words, rows, columns), "pmi", "heat")

    def code() -> None:
        code_tab.show(_code(spec, *names))

    def source() -> None:
        provenance_tab.show(spec, view)

    page_tabs({"Evidence": proof, "Table": table, "Code": code, "Provenance": source})


def _table(
    spec: Association,
    counts: Cooccurrence,
    words: Vocabulary,
    rows: np.ndarray,
    columns: np.ndarray,
) -> pd.DataFrame:
    import pandas as pd

    block = association.block(spec, counts, rows, columns)
    R, C = block.value.shape
    return pd.DataFrame(
        {
            "word": np.repeat([words.words[i] for i in rows], C),
            "context": np.tile([words.words[i] for i in columns], R),
            "count": block.observed.ravel(),
            "expected": block.expected.ravel(),
            spec.measure: block.value.ravel(),
            "g2": block.g2.ravel(),
        }
    )


def _code(spec: Association, rows: list[str], columns: list[str]) -> str:
    return f"""import pandas as pd

from core.counts import Association, Counts, block, count
from core.text import Corpus, Source, Text, vocabulary

spec = {constructor(spec)}
find = vocabulary(spec.counts.corpus).find
rows, columns = {rows!r}, {columns!r}
cells = block(spec, count(spec.counts), [*map(find, rows)], [*map(find, columns)])
print(pd.DataFrame(cells.value, rows, columns))
"""


@st.fragment  # a control reruns this, not the frame around it
def main() -> None:
    screen, side = layout.columns()
    with side:
        spec, view = panel()
    with screen, errors_shown():
        begun = select.begin_with_known_words(spec.counts.corpus)
        view = select.controls_for()
        counts = obtain(count, spec.counts, "counts")
        if counts is not None:
            words = vocabulary(counts.spec.corpus)
            if counts.fresh and begun == "kept":  # its words were not in memory by then
                begun = select.begin_with_known_words(spec.counts.corpus)
                if begun == "changed":
                    st.rerun()
            spec = spec.replace(**dict(counts.spec.leaves()))
            rows, columns = select.words_of(view, spec, counts.result, words)
            if len(rows) and len(columns):
                names = picture(spec, view, counts.result, words, rows, columns, not counts.fresh)
                view = state.spec(HeatmapView)
                below(spec, view, counts.result, words, rows, columns, names, counts.fresh)
    address.publish(state.spec(PpmiSvd), state.spec(HeatmapView))


main()
