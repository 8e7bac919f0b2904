"""Explain: what inner products approximate, what GloVe leaves free, what lengths mean."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import UnknownWord
from core.vectors.evaluate import explained, freedom
from core.vectors.evaluate.freedom import Norms
from core.vectors.models.model import Model, space
from core.vectors.models.weighted import Records
from core.vectors.search.neighbours import neighbours
from core.vectors.specs import Glove, PpmiSvd, Query, Shelved
from core.vectors.store import shelf
from dashboard import state
from dashboard.chain import models, training
from dashboard.chain.models import Chosen, below_model
from dashboard.language import say
from dashboard.markdown import marked, plain_message
from dashboard.ui import address, captions, controls, downloads
from dashboard.ui.figure import show_figure
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown, obtain
from dashboard.vectors.figures.explained import cosine_histogram, density, norms_scatter, residuals
from dashboard.vectors.views import ExplainView

FOLLOWED = (  # from which correlation on
    (0.9, "Inner products of words and contexts follow {label}: their correlation is "
     "{correlation:.2f}."),
    (0.5, "Inner products of words and contexts follow {label} loosely: their correlation is "
     "{correlation:.2f}."),
    (-1.0, "Inner products of words and contexts hardly follow {label}: their correlation is "
     "{correlation:.2f}."),
)  # fmt: skip
LONGER = "Stop words are longer than most words: on average, {share:.0%} of all are shorter."
SHORTER = "Stop words are shorter than most words: on average, only {share:.0%} of all are shorter."
FREQUENT_LONGER = (
    "The most frequent words are longer than most: on average, {share:.0%} of all words are "
    "shorter."
)
FREQUENT_SHORTER = (
    "The most frequent words are shorter than most: on average, only {share:.0%} of all words are "
    "shorter."
)
NEITHER = {
    True: "Stop words are as long as other words: on average, half of all are shorter.",
    False: "The most frequent words are as long as others: on average, half of all are shorter.",
}


def factorisation() -> None:
    """Inner products of the chosen model against their target."""
    choice = models.chosen(parts=False)
    if choice is None:
        return
    shelf.training_of(choice.spec)
    comparison = obtain(explained.compare, choice.spec, "comparison")
    if comparison is None:
        return
    result = comparison.result
    fits = (text for least, text in FOLLOWED if result.correlation >= least)
    followed = next(fits, FOLLOWED[-1][1])  # NaN has no size
    captions.answer(say(followed, label=result.label, correlation=result.correlation))
    left, right = st.columns([1.35, 1], gap="large")
    with left:
        st.markdown(f"## {marked('⟨w, c⟩ against {label}', label=result.label)}")
        show_figure(
            partial(density, result),
            "density",
            made_of=comparison.spec,
            alt=say(
                "Density of inner products against {label}, correlation {correlation:.2f}",
                label=result.label,
                correlation=result.correlation,
            ),
            height=460,
            dim=not comparison.fresh,
        )
    with right:
        st.markdown(f"## {say('Residuals by frequency')}")
        model = shelf.model_of(comparison.spec)
        show_figure(
            lambda: residuals(explained.bands(result, model.counts)),
            "residuals",
            made_of=comparison.spec,
            alt=say("Median and quartiles of the residuals, by the count of the pair's rarer word"),
            height=460,
            dim=not comparison.fresh,
        )
    if result.of > len(result.product):
        pairs = say(
            "{n:,} pairs that met, shown {shown:,} of them, at random.",
            n=result.of, shown=len(result.product),
        )  # fmt: skip
    else:
        pairs = say("{n:,} pairs that met.", n=result.of)
    text = say(
        "{pairs} Correlation {correlation:.3f} ({low:.3f} to {high:.3f}, 95 % for the luck of "
        "which pairs are looked at; not that of the text or of training); {weighted:.3f} with each "
        "pair weighing its count. Dashed: where inner product and target agree. Pairs that never "
        "met have no target.",
        pairs=pairs, correlation=result.correlation, low=result.low, high=result.high,
        weighted=result.weighted,
    )  # fmt: skip
    if np.isfinite(result.loss):
        text = say(
            "{text} SGNS's loss over all cells is {loss:.4f} nats a pair; the least possible, with "
            "every cell free, {optimum:.4f}.",
            text=text, loss=result.loss, optimum=result.optimum,
        )  # fmt: skip
    captions.measured(text)
    below_model(
        "explain",
        choice,
        "from core.vectors.evaluate.explained import compare\n",
        "result = compare(spec)\n"
        "print(result.label, result.correlation, result.loss, result.optimum)",
        pd.DataFrame(
            [
                {
                    "rarer word's count, from": band.low,
                    "to": band.high,
                    "pairs": band.pairs,
                    "lower quartile, nats": band.quartiles[0],
                    "median, nats": band.quartiles[1],
                    "upper quartile, nats": band.quartiles[2],
                }
                for band in explained.bands(result, model.counts)
            ]
        ).round(4),
    )


def hidden_freedom() -> None:
    """A slider that adds one vector to all words, and what that changes."""
    gloves = [entry for entry in shelf.entries() if isinstance(entry.training, Glove)]
    if not gloves:
        reason = say("This needs a GloVe model, and the shelf has none.")
        training.offer(state.spec(Glove), reason)
        return
    used = models.in_use()
    if used in gloves:
        id = used.id
    else:
        id = models.pick(
            "GloVe model", setting="freedom_model", fits=lambda entry: entry in gloves, live=None
        )
    spec = state.spec(ExplainView).shelved.replace(model=id, part="word")
    model, records = shelf.load(id), _records(id)
    st.latex(
        r"\begin{gathered}w_i + a,\quad b_i - \langle w_i, a\rangle - \tfrac12\|a\|^2\\"
        r"c_j + a,\quad \tilde b_j - \langle a, c_j\rangle - \tfrac12\|a\|^2\end{gathered}"
    )
    size = controls.slider(
        ExplainView, "moved", "‖a‖, in mean norms", step=0.1, format="{:.1f}",
    )  # fmt: skip
    shifted = freedom.moved(model, size)
    before, after = freedom.cosines(space(model)), freedom.cosines(space(shifted))
    losses = freedom.loss(model, records), freedom.loss(shifted, records)
    captions.answer(
        say(
            "With a added to all vectors the loss stays {loss:.4g}, but the mean cosine of random "
            "pairs goes from {before:.2f} to {after:.2f}.",
            loss=losses[1], before=before.mean(), after=after.mean(),
        )
        if size
        else say("Nothing is added yet: move ‖a‖ to see what changes, and what does not.")
    )  # fmt: skip
    captions.chain_strip(
        [
            ("loss as trained", f"{losses[0]:.6f}", "mean of ½ f (ψ − log X)²"),
            ("loss with a added", f"{losses[1]:.6f}", "the biases absorb the shift"),
            ("mean cosine as trained", f"{before.mean():.3f}", "of random pairs of words"),
            ("mean cosine with a added", f"{after.mean():.3f}", "of the same pairs"),
        ]
    )
    left, right = st.columns([1.6, 1], gap="large")
    with left:
        show_figure(
            cosine_histogram(before, after),
            "cosines",
            alt=say(
                "Cosines of random pairs: mean {before:.2f} as trained, {after:.2f} with a "
                "vector added",
                before=before.mean(),
                after=after.mean(),
            ),
            height=360,
        )
    with right:
        _neighbours_before_and_after(model, shifted)
    captions.measured(
        say(
            "Cosines of {n:,} random pairs of words. The loss is that of {records:,} "
            "random pairs that met; it stays, to rounding, whatever is added, so "
            "training alone does not say which of these models it will find.",
            n=len(before),
            records=len(records),
        )
    )
    choice = Chosen(spec, shelf.get(id).name, model, space(model), "word")
    below_model(
        "explain",
        choice,
        "from core.vectors import model_of, space\nfrom core.vectors.evaluate import freedom\n",
        f"shifted = freedom.moved(model_of(spec), {size!r})\n"
        "print(freedom.loss(shifted, freedom.sample_of(spec)), "
        "freedom.cosines(space(shifted)).mean())",
        pd.DataFrame({"cosine as trained": before, "cosine with a added": after}),
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def _records(id: str) -> Records:
    return freedom.sample_of(Shelved(id))


def _neighbours_before_and_after(model: Model, shifted: Model) -> None:
    """The neighbours of one word, before and after."""
    usual = model.words[min(200, len(model.words) - 1)]
    query = controls.words(ExplainView, "freedom_word", "Neighbours of", hint=usual)
    with errors_shown():
        try:
            word = model.vocabulary.find(query or usual)
        except UnknownWord as error:
            st.warning(plain_message(error), icon=":material/search_off:")
            return
        lists = [neighbours(m.words, space(m), {word: 1.0}, Query(k=9)) for m in (model, shifted)]
        table = pd.DataFrame(
            {
                "as trained": [model.words[i] for i in lists[0].ids],
                "cosine": lists[0].scores.round(3),
                "with a added": [model.words[i] for i in lists[1].ids],
                "cosine ": lists[1].scores.round(3),
            }
        )
        downloads.table(table, "neighbours-moved", "followed", {"cosine ": say("cosine")})


def lengths() -> None:
    """‖v‖² against frequency, stop words marked."""
    choice = models.chosen()
    if choice is None:
        return
    norms = freedom.norms(choice.model, choice.space)
    captions.answer(_how_long(norms))
    show_figure(
        norms_scatter(norms, choice.model.words),
        "norms",
        alt=say(
            "Squared length against −log P for {n:,} words, Spearman "
            "{correlation:.2f}; stop words marked"
            if norms.from_list
            else "Squared length against −log P for {n:,} words, Spearman "
            "{correlation:.2f}; the most frequent words marked",
            n=len(norms.ids),
            correlation=norms.correlation,
        ),
        height=480,
    )
    captions.measured(
        say(
            "{n:,} words, vectors of “{name}”; marked: {marked}. Spearman's ρ of ‖v‖² with −log "
            "P(w): {correlation:.3f}; slope {slope:.3g} a nat.",
            n=len(norms.ids), name=choice.name, marked=say(norms.stop_source),
            correlation=norms.correlation, slope=norms.slope,
        ),
        say(
            "The claims to test: GloVe gives stop words the largest norms; simpler "
            "GloVe the smallest, with ‖v‖² growing like −log P(w). Choose a model of "
            "either kind and see."
        ),
    )  # fmt: skip
    below_model(
        "explain",
        choice,
        "from core.vectors import model_of, space\nfrom core.vectors.evaluate import freedom\n",
        f"model = model_of(spec)\nnorms = freedom.norms(model, space(model, {choice.part!r}))\n"
        "print(norms.correlation, norms.slope, norms.place)",
        pd.DataFrame(
            {
                "word": [choice.model.words[i] for i in norms.ids],
                "−log P(w), nats": norms.information,
                "‖v‖²": norms.squares,
                "stop word" if norms.from_list else "most frequent": norms.stop,
            }
        ),
    )


def _how_long(norms: Norms) -> str:
    """Whether the marked words are longer than others, called what they are."""
    if round(norms.place, 2) == 0.5:  # as it would be said
        return say(NEITHER[norms.from_list])
    longer, shorter = (LONGER, SHORTER) if norms.from_list else (FREQUENT_LONGER, FREQUENT_SHORTER)
    return say(longer if norms.place > 0.5 else shorter, share=norms.place)


def main() -> None:
    page_tabs(
        {"Factorisation": factorisation, "GloVe's freedom": hidden_freedom, "Lengths": lengths},
    )
    view = state.spec(ExplainView)
    address.publish(view, *([] if view.shelved.model else [state.spec(PpmiSvd)]))


main()
