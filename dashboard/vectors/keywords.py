"""Keywords of a pasted text, by three definitions side by side."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import streamlit as st

from core.specs import Spec
from core.text.concordance import sample
from core.text.specs import Corpus
from core.text.words import Vocabulary
from core.vectors.evaluate import keywords
from core.vectors.evaluate.keywords import Keywords
from core.vectors.kinds import kind_of
from core.vectors.models.model import Model
from core.vectors.specs import PpmiSvd, Word2Vec
from core.vectors.store import shelf
from dashboard import state
from dashboard.chain import examples, models, training
from dashboard.chain.corpus_picker import OWN
from dashboard.figures.neighbours import Ranking, bars
from dashboard.language import say
from dashboard.spec_code import constructor, model_code
from dashboard.ui import address, captions, code_tab, controls, downloads, provenance_tab
from dashboard.ui.figure import show_figure
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown
from dashboard.vectors.views import KeywordView

SHOWN = 12
NAMED = 3  # keywords in the sentence above the lists
KNOWN = 0.5  # share of the example's words; with fewer, a passage of the text takes its place
LONGEST = 700  # characters of it
IMPORTS = "from core.vectors import model_of, space\nfrom core.vectors.evaluate import keywords\n"


def corpus_of(spec: Spec) -> Corpus | None:
    """The corpus a model was trained on, if that is known."""
    training = shelf.get(spec.leaf("model")).training if "model" in dict(spec.leaves()) else spec
    while training is not None and not isinstance(training, Corpus):
        training = next((v for v in training.__dict__.values() if isinstance(v, Spec)), None)
    return training


def has_tree(entry: shelf.Entry) -> bool:
    """Skip-gram with hierarchical softmax."""
    training = entry.training
    return entry.tree and training is not None and training.leaf("architecture") == "skip-gram"


def is_pmi(spec: Spec) -> bool:
    """Whether the model's inner products are fitted to PMI."""
    training = shelf.get(spec.leaf("model")).training if "model" in dict(spec.leaves()) else spec
    return training is not None and kind_of(training).variant(training).pmi


def column(ranked: Keywords, model: Model, counts: dict[int, int], axis: str, key: str) -> None:
    """One definition's list."""
    ids = ranked.ids[:SHOWN]
    names = [model.words[i] for i in ids]
    ranking = Ranking(
        ranked.rule, axis, names, ranked.scores[:SHOWN], np.array([counts[int(i)] for i in ids])
    )
    figure = bars(ranking)
    (drawn,) = figure["data"]
    drawn["hovertemplate"] = say(
        "<b>%{customdata[1]}</b> · rank %{customdata[2]}<br>score "
        "%{customdata[3]:.4f}<br>%{customdata[4]} times in the "
        "text<extra></extra>"
    )
    if ranked.scores[0] < 0:  # log probabilities: a bar from the worst shown, not from zero
        low, high = float(ranked.scores[:SHOWN].min()), float(ranked.scores[0])
        room = max(high - low, 1e-6) * 0.15
        drawn |= {"base": low - room, "x": ranked.scores[:SHOWN] - (low - room)}
        figure["layout"]["xaxis"] |= {"range": [low - room, high + room], "rangemode": "normal"}
    alt = f"{ranked.rule}: {', '.join(names)}"
    show_figure(figure, key, alt=alt, height=26 * SHOWN + 90)


def show() -> None:
    """The text, and its keywords by each definition that is available."""
    choice = models.chosen(parts=False)
    trees = [entry for entry in shelf.entries() if has_tree(entry)]
    tree_id = ""
    if trees:
        label = "Model with hierarchical softmax"
        tree_id = models.pick(label, setting="tree_model", fits=has_tree, live=None)
    corpus = corpus_of(choice.spec) if choice is not None else None
    if choice is not None:
        _begin_with_its_own(choice.model.vocabulary, corpus)
    text = controls.words(KeywordView, "passage", "Text", area=True)
    common = controls.toggle(KeywordView, "common_words", "Common words, too")
    if choice is None:
        return
    if not text.strip():
        st.info(say("Paste a text."))
        return
    cut = (corpus or state.spec(Corpus)).text
    words = choice.model.vocabulary
    counts, unknown = keywords.found_in(text, words, cut)
    known = sum(counts.values())
    if not common:
        counts = keywords.without_common(counts, words)
    lists: list[tuple[Keywords, Model, str]] = []
    paragraphs = False
    above = st.container()
    one, two, three = st.columns(3, gap="medium")
    with one:
        st.markdown("## ⟨Σv, v⟩")
        ranked = keywords.by_sum(choice.space, counts)
        lists.append((ranked, choice.model, "sum"))
        axis = "mean inner product with the text"
        column(ranked, choice.model, dict(counts), axis, "sum")
        if not is_pmi(choice.spec):
            st.caption(
                say(
                    "Meant for inner products that are PMI, as in simpler GloVe; with those "
                    "of this model frequent words come first."
                )
            )
    with two, errors_shown():
        st.markdown(f"## {say('log p(s|w)')}")
        if tree_id:
            model = shelf.load(tree_id)
            spec = shelf.get(tree_id).training
            tree_counts, _ = keywords.found_in(text, model.vocabulary, spec.corpus.text)
            if not common:
                tree_counts = keywords.without_common(tree_counts, model.vocabulary)
            ranked = keywords.by_tree(model, tree_counts)
            lists.append((ranked, model, "tree"))
            axis = "mean log p(word of the text | w), nats"
            column(ranked, model, dict(tree_counts), axis, "tree")
        else:
            missing = Word2Vec(corpus or state.spec(Corpus), output="hierarchical softmax")
            reason = say("This needs a skip-gram model with the output “tree”.")
            training.offer(missing, reason)
    with three, errors_shown():
        st.markdown(f"## {say('TF-IDF')}")
        if corpus is not None:
            paragraphs = keywords.pieces_of(corpus).paragraphs
            if paragraphs:
                st.caption(say("The text is one document: its paragraphs are compared."))
            ranked = keywords.by_tfidf(corpus, words, counts)
            lists.append((ranked, choice.model, "tfidf"))
            column(ranked, choice.model, dict(counts), "tf · log(D / df)", "tfidf")
        else:
            st.info(say("A loaded model's documents are not known."))
    with above:
        captions.answer(_answer(lists))
    captions.measured(
        say(
            "1 word of the text is not known, and left out; {known:,} are."
            if unknown == 1
            else "{known:,} words of the text are known; {unknown:,} not, and left out.",
            known=known, unknown=unknown,
        ),
        say(
            "⟨Σv, v⟩: inner product with the sum of the text's vectors, of “{name}”; "
            "it is a mean PMI where inner products are PMI, as in simpler GloVe. log "
            "p(s|w): how probable the text is given the word. TF-IDF: over the "
            "{pieces} of the corpus.",
            pieces=say("paragraphs" if paragraphs else "documents"),
            name=choice.name,
        ),
    )  # fmt: skip
    below(choice.spec, text, cut, lists, _code(text, cut, tree_id, corpus, common))


def _answer(lists: list[tuple[Keywords, Model, str]]) -> str:
    """The first words of the last definition that could be computed, TF-IDF where it could."""
    ranked, model, _ = lists[-1]
    words = [model.words[i] for i in ranked.ids[:NAMED]]
    return say(
        "What the text is about, by {rule}: {words}.",
        rule=say(ranked.rule), words=captions.listed(words),
    )  # fmt: skip


def _begin_with_its_own(words: Vocabulary, corpus: Corpus | None) -> None:
    """Show a passage of a text of one's own, or of one that knows little of the example."""
    if corpus is None:
        return
    usual = KeywordView().passage
    listed = re.findall(r"\w+", usual.lower())
    known = sum(word in words.index for word in listed) >= KNOWN * len(listed)
    if corpus.text.origin.source in OWN or not known:
        examples.passage(
            "passage", usual, corpus.text.key,
            lambda: " ".join(piece.text for piece in sample(corpus, 1, 0))[:LONGEST],
        )  # fmt: skip


def _code(text: str, cut: Spec, tree_id: str, corpus: Corpus | None, common: bool) -> str:
    """Python that reproduces the lists shown; the model's spec is its `spec`."""
    telling = "" if common else "{0} = keywords.without_common({0}, {1}.vocabulary)\n"
    code = (
        f"model = model_of(spec)\ntext = {text!r}\n"
        f"counts, _ = keywords.found_in(text, model.vocabulary, {constructor(cut)})\n"
        f"{telling.format('counts', 'model')}"
        "result = keywords.by_sum(space(model), counts)\n"
        "print([model.words[i] for i in result.ids], result.scores)"
    )
    if tree_id:
        trained = shelf.get(tree_id).training
        code += (
            f"\ntree = model_of(Shelved({tree_id!r}))\n"
            "in_tree, _ = keywords.found_in(text, tree.vocabulary, "
            f"{constructor(trained.corpus.text)})\n"
            f"{telling.format('in_tree', 'tree')}"
            "result = keywords.by_tree(tree, in_tree)\n"
            "print([tree.words[i] for i in result.ids], result.scores)"
        )
    if corpus is not None:
        code += (
            f"\nresult = keywords.by_tfidf({constructor(corpus)}, model.vocabulary, counts)\n"
            "print([model.words[i] for i in result.ids], result.scores)"
        )
    return code


def below(
    spec: Spec, text: str, cut: Spec, lists: list[tuple[Keywords, Model, str]], code: str
) -> None:
    """Table, code and provenance."""
    page_tabs(
        {
            "Table": lambda: _table(lists),
            "Code": lambda: code_tab.show(model_code(spec, IMPORTS, code)),
            "Provenance": lambda: provenance_tab.show(spec, state.spec(KeywordView)),
        },
    )


def _table(lists: list[tuple[Keywords, Model, str]]) -> None:
    table = pd.DataFrame(
        [
            {"definition": ranked.rule, "rank": rank, "word": model.words[i], "score": score}
            for ranked, model, _ in lists
            for rank, (i, score) in enumerate(zip(ranked.ids, ranked.scores, strict=True), start=1)
        ]
    )
    downloads.table(table, "keywords", "keywords", {"rank": say("rank‹of a list›")})


def main() -> None:
    with errors_shown():
        show()
    view = state.spec(KeywordView)
    address.publish(view, *([] if view.shelved.model else [state.spec(PpmiSvd)]))


main()
