"""One word through every step from counts to neighbours, with what is lost at each."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from core.counts.cooccurrence import count
from core.counts.measures import Association
from core.counts.specs import Counts
from core.errors import UnknownWord
from core.paths.images import ImagePath
from core.paths.words import Approximated, Counted, WordPath, approximated, counted, whole_rows
from core.text.specs import Corpus
from core.vectors.models.factorised import factorise
from core.vectors.specs import PpmiSvd
from dashboard import state
from dashboard.chain import dimensions, examples
from dashboard.chain.stages import WEIGHTINGS
from dashboard.language import number, say
from dashboard.markdown import marked, plain
from dashboard.slots import slot
from dashboard.spec_code import constructor
from dashboard.ui import address, captions, code_tab, controls, provenance_tab
from dashboard.ui.figure import Click, Link
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown, obtain
from dashboard.words.figures import path as figures
from dashboard.words.memory import PathProgress
from dashboard.words.parts import scope
from dashboard.words.parts.image_path import follow_picture
from dashboard.words.parts.scope import PageLink, ScopeText
from dashboard.words.views import PictureView

GROUP = "word"
FACTORS = "path factors"  # the place that shows the decomposition
INSTRUCTIONS = (
    "Point at a context, or at a neighbour: what belongs to it lights up in every scope. Click: "
    "the page behind the scope opens with these settings."
)
CONTEXTS = (
    "Contexts drawn: the 3 met most often, and the 11 that most tell the word from chance (G²), by "
    "counts alone."
)


def knobs() -> WordPath:
    """Everything that can be set, in one row."""
    with st.container(key="knobs"):
        columns = st.columns([1.25, 1, 1.1, 1, 1, 1], vertical_alignment="top")
        with columns[0]:
            controls.words(WordPath, "path_word", "Word", hint="any word of the corpus")
        with columns[1]:
            controls.slider(
                Counts, "window", "Window L (tokens)",
            )  # fmt: skip
        with columns[2]:
            controls.pick(
                Counts, "weighting", "Weight at distance d", names=WEIGHTINGS,
            )  # fmt: skip
        with columns[3]:
            controls.slider(
                Association, "shift", "Shift k", step=0.1, log=True, format="{:.1f}",
            )  # fmt: skip
        with columns[4]:
            controls.slider(
                Association, "smoothing", "Context smoothing α", step=0.01, format="{:.2f}",
            )  # fmt: skip
        with columns[5]:
            controls.slider(
                PpmiSvd, "dim", "Dimension d", high=dimensions.MOST, log=True,
            )  # fmt: skip
    return state.spec(WordPath)


def follow_word(spec: WordPath) -> bool:
    """The five scopes of a word; whether all of them are drawn and belong to these settings."""
    above, progress = st.container(), st.container()
    places = scope.strip("word", 5)
    with progress:
        counts = obtain(count, spec.vectors.association.counts, "path counts")
    if counts is None:
        return False
    current = spec.replace(**dict(counts.spec.leaves()))
    row = counted(current)
    if row.met:
        _counts(places[0], current, row, not counts.fresh)
        _pmi(places[1], current, row, not counts.fresh)
    if row.cut == 1:
        with above:
            st.info(_ends(current, row), icon=":material/signal_cellular_off:")
        return False
    if counts.fresh:
        with progress:
            _prepare(current)
    below = slot(PathProgress).below
    if below is None or not (
        factorise.ready(below.vectors.factors) and whole_rows.ready(below.profile)
    ):
        for place in places[2:]:
            place.skeleton(height=scope.HEIGHT + 190)
        return False
    fresh = counts.fresh and below == current
    low_rank = approximated(below)
    _rebuilt(places[2], below, row, low_rank, not fresh)
    _vector(places[3], below, low_rank, not fresh)
    _neighbours(places[4], below, low_rank, not fresh)
    with above:
        captions.answer(answer(below, row, low_rank))
    return fresh


def answer(spec: WordPath, row: Counted, low_rank: Approximated) -> str:
    """From the contexts of a word to its nearest words, in a sentence."""
    return say(
        "“{word}” meets {met:,} words; {d} numbers hold {held:.0%} of that row, and put {words} "
        "nearest.",
        word=spec.path_word, met=row.met, d=len(low_rank.vector),
        held=max(1 - low_rank.error**2, 0.0), words=captions.listed(low_rank.nearest[:3]),
    )  # fmt: skip


def _prepare(spec: WordPath) -> None:
    """Start computing what the later scopes need; once done, record it in `PathProgress.below`."""
    factors = obtain(factorise, spec.vectors.factors, FACTORS)
    if factors is None or not factors.fresh:
        return
    rows = obtain(whole_rows, spec.profile, "path rows")
    if rows is not None and rows.fresh:
        slot(PathProgress).below = spec


def _ends(spec: WordPath, row: Counted) -> str:
    """Why there is no way on for a word of whose row nothing is left."""
    if not row.met:
        return marked(
            "“{word}” meets no other word within {window} tokens: there is nothing to count, and "
            "nothing to follow. Widen the window, or choose another word.",
            word=spec.path_word, window=spec.vectors.association.counts.window,
        )  # fmt: skip
    return marked(
        "PMI − log {shift:g} is above zero in none of the {met:,} contexts of “{word}”: PPMI "
        "leaves nothing of its row, its vector is 0, and nothing is near. Lower the shift, or "
        "choose another word.",
        word=spec.path_word, met=row.met, shift=spec.vectors.association.shift,
    )  # fmt: skip


def _counts(place: DeltaGenerator, spec: WordPath, row: Counted, dim: bool) -> None:
    counts = spec.vectors.association.counts
    with scope.placed(place, "counts"):
        scope.scope(
            "counts",
            ScopeText("1", say("Counts"),
                 say("How often “{word}” has each word within {window} tokens.",
                     word=spec.path_word, window=counts.window),
                 number(1 - row.shown, ".0%"), say("of its meetings are not drawn"),
                 say("Lost: the order of words, and all that stands further away."),
                 say("{n:,} contexts", n=row.met)),
            partial(figures.counts_scope, row),
            PageLink("corpus", lambda click: {"search": spec.path_word}),
            alt=say("Counts of {word} with {contexts}", word=spec.path_word,
                    contexts=", ".join(row.contexts)),
            made_of=(counts, spec.path_word), link=_contexts(row.contexts), dim=dim,
        )  # fmt: skip


def _pmi(place: DeltaGenerator, spec: WordPath, row: Counted, dim: bool) -> None:
    with scope.placed(place, "pmi"):
        scope.scope(
            "pmi",
            ScopeText("2", say("PMI"),
                 say("log of each count over what chance would give: frequent words fade."),
                 number(row.cut, ".0%"), say("of its contexts are cut, ≤ 0"),
                 say("Lost: how much evidence there was. Grey bars count as zero from here on."),
                 say("shift log {shift:g}", shift=spec.vectors.association.shift)),
            partial(figures.pmi_scope, row, figures.limits_of(row)),
            PageLink("heatmap", lambda click: _heatmap_settings(spec, row.contexts, click)),
            alt=say("PMI of {word} with {contexts}", word=spec.path_word,
                    contexts=", ".join(row.contexts)),
            made_of=(spec.vectors.association, spec.path_word), link=_contexts(row.contexts),
            dim=dim,
        )  # fmt: skip


def _rebuilt(
    place: DeltaGenerator, spec: WordPath, row: Counted, low_rank: Approximated, dim: bool
) -> None:
    d, limits = len(low_rank.vector), figures.limits_of(row)
    with scope.placed(place, "rebuilt"):
        scope.scope(
            "rebuilt",
            ScopeText("3", say("Rank {d}", d=d),
                 say("The same row in the nearest matrix of that rank; | is PPMI."),
                 f"{low_rank.error:.2f}", say("‖m − m̂‖ / ‖m‖ of this row"),
                 say("Lost: what no other word shares. The whole matrix: {error:.2f}.",
                     error=low_rank.average),
                 say("of {size:,}", size=row.size)),
            partial(figures.rebuilt_scope, low_rank, limits),
            PageLink("lowrank",
                 lambda click: {"kind": "ppmi", "road": "svd", "sketch": "exact", "rank": d}),
            alt=say("The row of {word} at rank {d}, relative error {error:.2f}",
                    word=spec.path_word, d=d, error=low_rank.error),
            made_of=(spec, limits), link=_contexts(low_rank.contexts), dim=dim,
        )  # fmt: skip


def _vector(place: DeltaGenerator, spec: WordPath, low_rank: Approximated, dim: bool) -> None:
    d = len(low_rank.vector)
    curves = {
        **_curves("c", low_rank.contexts, low_rank.of_contexts),
        **_curves("n", low_rank.nearest, low_rank.of_nearest),
    }
    with scope.placed(place, "vector"):
        scope.scope(
            "vector",
            ScopeText("4", say("Vector"),
                 say("Its coordinates; times those of a context they give the row back."),
                 number(max(1 - low_rank.error**2, 0.0), ".0%"),
                 say("of the row’s squares are held"),
                 say("Lost: what an axis means. Only products with other vectors do."),
                 say("{d} numbers", d=d)),
            partial(figures.vector_scope, low_rank),
            PageLink("map", lambda click: {"map_word": spec.path_word}),
            alt=say("The {d} coordinates of {word}", d=d, word=spec.path_word),
            made_of=spec, link=Link(GROUP, curves=curves), dim=dim,
        )  # fmt: skip


def _neighbours(place: DeltaGenerator, spec: WordPath, low_rank: Approximated, dim: bool) -> None:
    k = len(low_rank.nearest)
    calls = [
        [f"n:{word}", *(f"c:{c}" for c, met in zip(low_rank.contexts, shared, strict=True) if met)]
        for word, shared in zip(low_rank.nearest, low_rank.shared.T, strict=True)
    ]
    rows = {f"n:{word}": [i] for i, word in enumerate(low_rank.nearest)}
    for context, shared in zip(low_rank.contexts, low_rank.shared, strict=True):
        rows[f"c:{context}"] = [i for i in range(k) if shared[i]]

    def query(click: Click | None) -> dict[str, object]:
        word = click["customdata"] if click else None
        return {"expression": str(word or spec.path_word), "similarity": "cosine"}

    with scope.placed(place, "near", last=True):
        scope.scope(
            "near",
            ScopeText("5", say("Neighbours"), say("The words whose vectors point the same way."),
                 say("{n} of {k}", n=k - low_rank.kept, k=k), say("are not nearest by whole rows"),
                 say("Lost: the vectors’ lengths, and with them how frequent words are."),
                 say("cosine")),
            partial(figures.neighbours_scope, low_rank),
            PageLink("neighbours", query),
            alt=say("Nearest words of {word}: {words}", word=spec.path_word,
                    words=", ".join(low_rank.nearest)),
            made_of=spec, link=Link(GROUP, calls, rows), dim=dim,
        )  # fmt: skip


def _contexts(contexts: tuple[str, ...]) -> Link:
    """The link of rows that are contexts: each announces its name, and is lit by it."""
    names = [f"c:{word}" for word in contexts]
    return Link(GROUP, [[name] for name in names], {name: [i] for i, name in enumerate(names)})


def _curves(
    kind: str, words: tuple[str, ...], vectors: NDArray[np.float32]
) -> dict[str, list[float]]:
    rounded = vectors.astype(float).round(3).tolist()
    return {f"{kind}:{word}": vector for word, vector in zip(words, rounded, strict=True)}


def _heatmap_settings(
    spec: WordPath, contexts: tuple[str, ...], click: Click | None
) -> dict[str, object]:
    """Settings of the heatmap of the word and the contexts shown, with the clicked pair opened."""
    row = click["point"] if click else None
    return {
        "row_mode": "typed", "row_list": spec.path_word, "column_mode": "typed",
        "column_list": " ".join(contexts), "order": "as given", "measure": "pmi",
        "cell_word": spec.path_word if isinstance(row, int) else "",
        "cell_context": contexts[row] if isinstance(row, int) else "",
    }  # fmt: skip


def say_unknown(error: UnknownWord) -> None:
    """Say that a word is unknown, and offer similar spellings."""
    warning = marked("“{word}” is not in the vocabulary.", word=error.word)
    st.warning(warning, icon=":material/search_off:")
    with st.container(horizontal=True, gap="small"):
        for near in error.near:
            st.button(
                plain(near),
                key=f"near:{near}",
                on_click=state.put,
                args=("path_word", near),
            )


def below(spec: WordPath) -> None:
    """Code and provenance."""
    pictures = state.spec(ImagePath), state.spec(PictureView)
    page_tabs(
        {"Code": lambda: _code(spec), "Provenance": lambda: provenance_tab.show(spec, *pictures)},
    )


def _code(spec: WordPath) -> None:
    code_tab.show(
        "from core.counts import Association, Counts\n"
        "from core.paths import WordPath, approximated, counted\n"
        "from core.paths.images import ImagePath, walk\n"
        "from core.text import Corpus, Source, Text\nfrom core.vectors import PpmiSvd\n\n"
        f"spec = {constructor(spec)}\n"
        "print(counted(spec), approximated(spec))\n"
        f"walked = walk({constructor(state.spec(ImagePath))})\n"
        f"print(walked.missed({state.get('digit', PictureView().digit)}))\n"
    )


def _begin_with_known_word() -> examples.Outcome:
    """Where the text lacks the example word, take one that it has."""
    known = examples.of_corpus(state.spec(Corpus))
    return examples.word(known, "path_word", WordPath().path_word)


@st.fragment
def instrument() -> None:
    """Everything that follows the knobs: only this runs while one of them is dragged."""
    begun = _begin_with_known_word()
    examples.dimension()
    spec = knobs()
    complete = False
    with errors_shown():
        try:
            complete = follow_word(spec)
        except UnknownWord as error:
            if begun == "kept":  # its words were not counted by then
                begun = _begin_with_known_word()
            if begun == "changed":
                st.rerun()
            if begun == "kept":
                say_unknown(error)
    if complete:
        captions.caption(say(INSTRUCTIONS))
        captions.measured(say(CONTEXTS))
        below(spec)
        slot(PathProgress).drawn = True
    if spec.vectors.dim != PpmiSvd().dim:  # else nobody has touched that slider yet
        dimensions.compute_ahead(spec.vectors, FACTORS)
    address.publish(state.spec(WordPath), state.spec(ImagePath), state.spec(PictureView))


def show() -> None:
    """The path of a word, and then that of a picture."""
    st.html(scope.STYLE)
    instrument()
    if slot(PathProgress).drawn:
        follow_picture()  # after the word's path is on the screen: this may have to import JAX
