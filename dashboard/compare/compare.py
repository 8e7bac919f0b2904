"""Two models: which words have other neighbours, how alike the spaces are, which is better."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.compare.geometry import Estimate
from core.compare.pairs import Compared, compare
from core.compare.specs import Pair
from core.messages import message
from core.specs import Spec
from core.vectors.specs import PpmiSvd, Shelved
from core.vectors.store import shelf
from dashboard import state
from dashboard.chain import models
from dashboard.chain import stages as chain
from dashboard.compare.figures.compare import Shares, against_frequency
from dashboard.compare.parts import compare_tabs
from dashboard.compare.views import CompareView
from dashboard.language import say
from dashboard.markdown import plain
from dashboard.ui import address, captions, controls, layout
from dashboard.ui.figure import Click, show_figure
from dashboard.ui.work import errors_shown, obtain

SETTINGS = "PPMI-SVD of the settings below"
CHANGED = "the same with other settings, below"


SIDES = {"a": ("Model A", "Vectors of A"), "b": ("Model B", "Vectors of B")}
CAPTION = (
    "A: {a}. B: {b}. Over the {n:,} words both have: of a word's {k} nearest by cosine in A, exact "
    "and in A's own space, {mean} are among its {k} nearest in B (chance: k/(n − 1), dotted). "
    "Procrustes (unit vectors, A turned over B): root mean square distance {residual}. RSA, "
    "Pearson over all pairs of words: {rsa}. Linear CKA: {cka}. Intervals: 95 %, jackknife over 20 "
    "groups of words; chance: B's words dealt anew. {points}"
)
POINTS = (
    "Points are spread within ± 0.35/k; colour: a word's cosine with itself once A is turned over "
    "B. Click a word for its lists."
)
SAMPLED = (
    "Points are spread within ± 0.35/k; an even sample of 20,000 words is drawn; colour: a word's "
    "cosine with itself once A is turned over B. Click a word for its lists."
)


def side(letter: str, live: str) -> shelf.Entry | None:
    """The list for model A or B, and which of its vectors."""
    label, vectors = SIDES[letter]
    id = models.pick(label, setting=f"{letter}_model", live=live)
    entry = shelf.find(id) if id else None
    if entry is not None and entry.contexts:
        controls.pick(Pair, f"{letter}_part", vectors, names=models.PARTS, compact=False)
    else:
        state.put(f"{letter}_part", "word")
    return entry


def panel() -> Pair:
    """The controls right of the picture: both models, then the settings of those not on the
    shelf."""
    a = side("a", SETTINGS)
    b = side("b", SETTINGS if a else CHANGED)
    controls.slider(
        CompareView, "overlap_k", "Neighbours k",
    )  # fmt: skip
    controls.slider(Pair, "pair_words", "Shared words at most", step=50, log=True, format="{:,}")
    if a is None and b is None:
        layout.heading("What B does differently")
        controls.slider(Pair, "b_window", "Window of B")
        controls.slider(Pair, "b_dim", "Dimension of B", high=300, log=True)
        controls.slider(Pair, "b_shift", "Shift of B", step=0.1, log=True, format="{:.1f}")
        controls.slider(Pair, "b_smoothing", "Context smoothing of B", step=0.01, format="{:.2f}")
    if a is None or b is None:
        chain.words_to_vectors()
    return state.spec(Pair)


def name_of(spec: Spec) -> str:
    """What people call a model."""
    if isinstance(spec, Shelved):
        return shelf.get(spec.model).name
    return shelf.name_of(spec.replace(measure=PpmiSvd().leaf("measure")))


def numbers(found: Compared, k: int) -> None:
    """The whole comparison in five numbers."""

    def shown(estimate: Estimate, form: str) -> str:
        return f"{estimate.value:z{form}}"

    def why(estimate: Estimate, form: str, what: str) -> str:
        return say(
            "{what}; 95 % interval {low} to {high}, by chance {chance}",
            what=say(what), low=f"{estimate.low:z{form}}", high=f"{estimate.high:z{form}}",
            chance=f"{estimate.chance:z{form}}",
        )  # fmt: skip

    mean, alike = found.mean_overlap(k), found.alike
    cards = [
        (
            message("overlap@{k}", k=k),
            mean,
            ".1%",
            "share of nearest words both have, mean over the words",
        ),
        ("Procrustes residual", alike.residual, ".3f", "distance left once A is turned over B"),
        ("RSA", alike.rsa, ".3f", "correlation of the cosines of all pairs of words"),
        ("linear CKA", alike.cka, ".3f", "centred kernel alignment"),
    ]
    captions.chain_strip(
        [
            ("words shared", f"{len(found.words):,}", "words with a vector in both"),
            *(
                (name, shown(value, form), why(value, form, what))
                for name, value, form, what in cards
            ),
        ]
    )


def caption(found: Compared, k: int, names: tuple[str, str]) -> str:
    """What was compared, with every number's doubt."""
    mean, alike, n = found.mean_overlap(k), found.alike, len(found.words)

    def told_(e: Estimate, form: str = ".3f") -> str:
        interval = f"[{e.low:z{form}}, {e.high:z{form}}]"
        return say(
            "{value} {interval}, by chance {chance}",
            value=f"{e.value:z{form}}", interval=interval, chance=f"{e.chance:z{form}}",
        )  # fmt: skip

    return say(
        CAPTION, a=names[0], b=names[1], n=n, k=k, mean=told_(mean, ".1%"),
        residual=told_(alike.residual), rsa=told_(alike.rsa), cka=told_(alike.cka),
        points=say(SAMPLED if n > 20_000 else POINTS),
    )  # fmt: skip


def picture(found: Compared, view: CompareView, row: int | None, dim: bool) -> None:
    """Overlap against frequency."""
    k = min(view.overlap_k, found.longest)

    def choose(click: Click) -> None:
        if click["customdata"]:
            state.put("compared_word", found.words[int(click["customdata"][0])])

    shares = Shares(
        found.words, found.counts, found.overlap(k), k, k / (len(found.words) - 1),
        say("overlap@{k} of A and B", k=k), found.alike.cosines, say("cosine once turned"),
    )  # fmt: skip
    show_figure(
        against_frequency(shares, row),
        "changes",
        alt=say(
            "Overlap of the {k} nearest words in A and B against frequency, {mean:.0%} on average",
            k=k,
            mean=shares.share.mean(),
        ),
        height=440,
        filename="overlap",
        on_click=choose,
        dim=dim,
    )


def chosen(found: Compared, view: CompareView) -> int | None:
    """The row of the word that is looked at; of the most changed frequent one at first."""
    find, _ = st.columns([2, 2])
    with find:
        key = state.seed("compared_word", "")
        here = st.session_state[key] or None
        options = found.words if here is None or here in found.words else [here, *found.words]
        st.session_state[key] = here
        index = None if here is None else options.index(here)
        word = st.selectbox(
            say("Look at a word"), options, index, key=key, placeholder=say("Type a word …")
        )
        state.keep("compared_word", word or "")
    if not word:
        k = min(view.overlap_k, found.longest)
        return int(np.argmin(found.overlap(k)[: max(len(found.words) // 20, 20)]))
    if word not in found.words:
        st.warning(say("“{word}” is not a word both models have.", word=plain(word)),
                   icon=":material/search_off:")  # fmt: skip
        return None
    return found.words.index(word)


def show(spec: Pair, view: CompareView) -> None:
    """Everything on the screen."""
    if spec.a == spec.b:
        st.info(say("A and B are the same model; change one of them."))
        return
    made = obtain(compare, spec, "pair")
    if made is None:
        return
    spec, found = made.spec, made.result
    names = name_of(spec.a), name_of(spec.b)
    k = min(view.overlap_k, found.longest)
    numbers(found, k)
    row = chosen(found, view)
    picture(found, view, row, not made.fresh)
    captions.caption(caption(found, k, names))
    if row is not None:
        compare_tabs.lists(spec, found, row, k, names, not made.fresh)
    compare_tabs.below(spec, state.spec(CompareView), found, row, names)


def main() -> None:
    screen, panel_ = layout.columns()
    spec: Pair | None = None
    with panel_, errors_shown():
        spec = panel()
    with screen, errors_shown():
        if spec is not None:
            show(spec, state.spec(CompareView))
    if spec is not None:
        address.publish(spec, state.spec(CompareView), *compare_tabs.used())


main()
