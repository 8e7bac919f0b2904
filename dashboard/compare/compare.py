"""Two models: which words have other neighbours, how alike the spaces are, which is better."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from core.compare.geometry import Estimate
from core.compare.pairs import Compared, compare
from core.compare.specs import Pair
from core.messages import message
from core.specs import Spec
from core.text.typical import function_words
from core.vectors.models.row_names import RowNames
from core.vectors.specs import PpmiSvd, Shelved
from core.vectors.store import shelf
from dashboard import state
from dashboard.chain import dimensions, examples, models, row_picker, spaces, word_picker
from dashboard.chain import stages as chain
from dashboard.compare.figures.compare import Shares, against_frequency
from dashboard.compare.parts import compare_tabs
from dashboard.compare.parts.points import choose, kept_points
from dashboard.compare.views import CompareView
from dashboard.language import number, paragraph, say
from dashboard.markdown import marked
from dashboard.ui import address, captions, controls, layout
from dashboard.ui.figure import show_figure
from dashboard.ui.work import errors_shown, obtain

SETTINGS = "PPMI-SVD of the settings below"
CHANGED = "the same with other settings, below"
LITTLE = 0.05  # share of neighbours: a smaller one is next to nothing, however certain
OFFERED = 500  # most frequent words in the list; any other can be typed


CAPTION_OF_ROWS = (
    "A: {a}. B: {b}. Over the {n:,} rows both have: of a row's {k} nearest by cosine in A, exact "
    "and in A's own space, {mean} are among its {k} nearest in B (chance: k/(n − 1), dotted). "
    "Procrustes (unit vectors, A aligned with B, each of 20 groups of rows as the others say): "
    "root mean square distance {residual}. RSA, Pearson over all pairs of rows: {rsa}. Linear "
    "CKA, debiased: {cka}. Intervals: 95 % over the 20 groups, the luck of the rows; chance: B's "
    "rows in another order. {points}"
)
POINTS_OF_ROWS = (
    "Points are spread within ± 0.35/k; colour: a row's cosine with itself once A is aligned with "
    "B."
)
SAMPLED_OF_ROWS = (
    "Points are spread within ± 0.35/k; an even sample of 20,000 rows is drawn; colour: a row's "
    "cosine with itself once A is aligned with B."
)


SIDES = {"a": ("Model A", "Vectors of A"), "b": ("Model B", "Vectors of B")}
CAPTION = (
    "A: {a}. B: {b}. Over the {n:,} words both have: of a word's {k} nearest by cosine in A, exact "
    "and in A's own space, {mean} are among its {k} nearest in B (chance: k/(n − 1), dotted). "
    "Procrustes (unit vectors, A aligned with B, each of 20 groups of words as the others say): "
    "root mean square distance {residual}. RSA, Pearson over all pairs of words: {rsa}. Linear "
    "CKA, debiased: {cka}. Intervals: 95 % over the 20 groups, the luck of the words; chance: B's "
    "words in another order. {points}"
)
POINTS = (
    "Points are spread within ± 0.35/k; colour: a word's cosine with itself once A is aligned with "
    "B."
)
SAMPLED = (
    "Points are spread within ± 0.35/k; an even sample of 20,000 words is drawn; colour: a word's "
    "cosine with itself once A is aligned with B."
)


def side(letter: str, live: str, beside: shelf.Entry | None = None) -> shelf.Entry | None:
    """The list for model A or B, and which of its vectors; B is of words or of rows as A is."""
    label, vectors = SIDES[letter]
    of_items = beside is not None and beside.of_items
    id = models.pick(
        label, setting=f"{letter}_model", live=None if of_items else live, beside=beside,
        items=letter == "a" or of_items,
        fits=lambda entry: not of_items or entry.id != state.get("a_model", ""),
    )  # fmt: skip
    entry = shelf.find(id) if id else None
    if entry is not None and entry.contexts:
        controls.pick(Pair, f"{letter}_part", vectors, names=models.PARTS, compact=False)
    else:
        state.put(f"{letter}_part", "word")
    return entry


def panel() -> Pair | None:
    """The controls right of the picture: both models, then the settings of those not on the
    shelf. None where A is a collection's rows of which there are no other vectors."""
    a = side("a", SETTINGS)
    b = side("b", SETTINGS if a else CHANGED, a or None)
    if a is not None and a.of_items and b is None:
        return None
    controls.slider(
        CompareView, "overlap_k", "Neighbours k",
    )  # fmt: skip
    most = "Shared rows at most" if a is not None and a.of_items else "Shared words at most"
    controls.slider(Pair, "pair_words", most, step=50, log=True, format="{:,}")
    if a is None and b is None:
        layout.heading("What B does differently")
        controls.slider(Pair, "b_window", "Window of B")
        examples.dimension("b_dim")
        controls.slider(Pair, "b_dim", "Dimension of B", high=dimensions.MOST, log=True)
        controls.slider(Pair, "b_shift", "Shift of B", step=0.1, log=True, format="{:.1f}")
        controls.slider(Pair, "b_smoothing", "Context smoothing of B", step=0.01, format="{:.2f}")
    if a is None or b is None:
        chain.words_to_vectors()
    return state.spec(Pair)


def name_of(spec: Spec) -> str:
    """What people call a model."""
    if isinstance(spec, Shelved):
        return spaces.called(shelf.get(spec.model))
    return spaces.title_of(spec.replace(measure=PpmiSvd().leaf("measure")))


def alone(a: shelf.Entry) -> None:
    """What to do where a collection has one kind of vectors on the shelf."""
    st.info(
        marked(
            "“{name}” is the only vectors of these rows on the shelf. Choose others on the page "
            "Collection and send them here, or compare with PCA, fewer bits or another column on "
            "the page Embedding A or B.",
            name=spaces.called(a),
        ),
        icon=":material/table_view:",
    )
    space = spaces.space(Shelved(a.id))
    if space is not None:
        spaces.open_two_embeddings(space, "compare:two")


def numbers(comparison: Compared, k: int, of_items: bool) -> None:
    """The whole comparison in five numbers."""

    def formatted(estimate: Estimate, form: str) -> str:
        return number(estimate.value, f"z{form}")

    def explanation(estimate: Estimate, form: str, meaning: str) -> str:
        return say(
            "{what}; 95 % for the luck of the words: {low} to {high}; by chance {chance}",
            what=say(meaning), low=number(estimate.low, f"z{form}"),
            high=number(estimate.high, f"z{form}"), chance=number(estimate.chance, f"z{form}"),
        )  # fmt: skip

    mean, alike = comparison.mean_overlap(k), comparison.alike
    cards = [
        (
            message("overlap@{k}", k=k),
            mean,
            ".1%",
            "share of nearest rows both have, mean over the rows"
            if of_items
            else "share of nearest words both have, mean over the words",
        ),
        ("Procrustes residual", alike.residual, ".3f", "distance left once A is aligned with B"),
        (
            "RSA",
            alike.rsa,
            ".3f",
            "correlation of the cosines of all pairs of rows"
            if of_items
            else "correlation of the cosines of all pairs of words",
        ),
        ("linear CKA", alike.cka, ".3f", "centred kernel alignment"),
    ]
    captions.chain_strip(
        [
            ("rows shared", f"{len(comparison.words):,}", "rows with a vector in both")
            if of_items
            else ("words shared", f"{len(comparison.words):,}", "words with a vector in both"),
            *(
                (name, formatted(value, form), explanation(value, form, meaning))
                for name, value, form, meaning in cards
            ),
        ]
    )


def answer(comparison: Compared, k: int, names: tuple[str, str], of_items: bool) -> str:
    """The share of neighbours that A and B agree on, and whether that is more than chance."""
    mean = comparison.mean_overlap(k)
    if mean.low <= mean.chance:
        of_rows = (
            "A and B share {share:.1%} of each row's {k} nearest: no more than by chance, {chance}."
        )
        of_words = (
            "A and B share {share:.1%} of each word's {k} nearest: no more than by chance, "
            "{chance}."
        )
    elif mean.value < LITTLE:
        of_rows = (
            "A and B share {share:.1%} of each row's {k} nearest: more than by chance, {chance}, "
            "but next to nothing."
        )
        of_words = (
            "A and B share {share:.1%} of each word's {k} nearest: more than by chance, {chance}, "
            "but next to nothing."
        )
    else:
        of_rows = (
            "A and B share {share:.0%} of each row's {k} nearest; by chance it would be {chance}."
        )
        of_words = (
            "A and B share {share:.0%} of each word's {k} nearest; by chance it would be {chance}."
        )
    share = say(
        of_rows if of_items else of_words, share=mean.value, k=k,
        chance=number(mean.chance, ".1%"),
    )  # fmt: skip
    a, b = compare_tabs.short(*names), compare_tabs.short(*names[::-1])
    return paragraph(share, say("A is {a}, B is {b}.", a=a, b=b))


def caption(comparison: Compared, k: int, names: tuple[str, str], of_items: bool) -> str:
    """What was compared, with the uncertainty of every number."""
    sampled, every = (SAMPLED_OF_ROWS, POINTS_OF_ROWS) if of_items else (SAMPLED, POINTS)
    mean, alike, n = comparison.mean_overlap(k), comparison.alike, len(comparison.words)

    def with_interval(e: Estimate, form: str = ".3f") -> str:
        interval = f"[{number(e.low, f'z{form}')}, {number(e.high, f'z{form}')}]"
        return say(
            "{value} {interval}, by chance {chance}",
            value=number(e.value, f"z{form}"), interval=interval,
            chance=number(e.chance, f"z{form}"),
        )  # fmt: skip

    return say(
        CAPTION_OF_ROWS if of_items else CAPTION, a=names[0], b=names[1], n=n, k=k,
        mean=with_interval(mean, ".1%"), residual=with_interval(alike.residual),
        rsa=with_interval(alike.rsa),
        cka=with_interval(alike.cka), points=say(sampled if n > 20_000 else every),
    )  # fmt: skip


def picture(
    spec: Pair, comparison: Compared, view: CompareView, row: int | None, dim: bool
) -> None:
    """Overlap against frequency."""
    k = min(view.overlap_k, comparison.longest)

    shares = Shares(
        comparison.words, comparison.counts, comparison.overlap(k), k,
        k / (len(comparison.words) - 1),
        say("overlap@{k} of A and B", k=k), comparison.alike.cosines, say("cosine once aligned"),
        of_items=spaces.of_items(spec.a),
    )  # fmt: skip
    show_figure(
        partial(against_frequency, shares, row),
        "changes",
        made_of=(spec, k, row),
        kept=[kept_points(spec.key, shares, row)],
        alt=say(
            "Overlap of the {k} nearest rows in A and B by row, {mean:.0%} on average"
            if shares.of_items
            else "Overlap of the {k} nearest words in A and B against frequency, {mean:.0%} on "
            "average",
            k=k,
            mean=shares.share.mean(),
        ),
        height=440,
        filename="overlap",
        on_click=partial(choose, shares),
        dim=dim,
    )


def chosen(spec: Pair, comparison: Compared, view: CompareView) -> int | None:
    """The row of the word chosen; at first, of the frequent content word that changed most."""
    of_items = spaces.of_items(spec.a)
    words = comparison.words
    known = {word: row for row, word in enumerate(words)}
    linked = state.get("compared_word", "") if state.arrived("compared_word") else ""
    find, _ = st.columns([2, 2])
    with find:
        if of_items:  # by number: titles alike are told apart
            names = RowNames.of(words, shelf.model_of(spec.a).rows[comparison.a_ids])
            known = {names.number(row): row for row in range(len(words))}
            word = row_picker.pick(names, "compared_word", "Look at a row") or linked
        else:
            word = word_picker.pick(words[:OFFERED], "compared_word", "Look at a word")
    if not word:
        k = min(view.overlap_k, comparison.longest)
        kept = comparison.overlap(k)[: max(len(words) // 20, 20)].astype(float)
        if not of_items:
            kept[[row for row in function_words(words) if row < len(kept)]] = np.inf
        return int(np.argmin(kept))
    if word not in known:
        of_words, of_rows = (
            "“{word}” is not a word both models have.",
            "“{word}” is no title of a row that both have.",
        )
        st.warning(
            marked(of_rows if of_items else of_words, word=word), icon=":material/search_off:"
        )
    return known.get(word)


def show(spec: Pair, view: CompareView) -> None:
    """Everything on the screen."""
    if spec.a == spec.b:
        st.info(say("A and B are the same model; change one of them."))
        return
    obtained = obtain(compare, spec, "pair")
    if obtained is None:
        return
    spec, comparison = obtained.spec, obtained.result
    names = name_of(spec.a), name_of(spec.b)
    k = min(view.overlap_k, comparison.longest)
    of_items = spaces.of_items(spec.a)
    captions.answer(answer(comparison, k, names, of_items))
    row = chosen(spec, comparison, view)
    picture(spec, comparison, view, row, not obtained.fresh)
    captions.caption(
        say("Click a row for its lists." if of_items else "Click a word for its lists.")
    )
    numbers(comparison, k, of_items)
    captions.measured(caption(comparison, k, names, of_items))
    if row is not None:
        compare_tabs.lists(spec, comparison, row, k, names, not obtained.fresh)
    compare_tabs.below(spec, state.spec(CompareView), comparison, row, names)


@st.fragment  # a control reruns this, not the frame around it
def main() -> None:
    screen, side_column = layout.columns()
    spec: Pair | None = None
    with side_column, errors_shown():
        spec = panel()
    with screen, errors_shown():
        if spec is not None:
            show(spec, state.spec(CompareView))
        elif (first := shelf.find(state.get("a_model", ""))) is not None and first.of_items:
            alone(first)
    if spec is not None:
        address.publish(spec, state.spec(CompareView), *compare_tabs.used())


main()
