"""Corpus: what was read, what was dropped, and every line in which a word occurs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from core.text.concordance import occurrences, sample
from core.text.growth import growth
from core.text.reading import ReadReport, read
from core.text.specs import Corpus
from core.text.tokens import Tokens, tokenise
from core.text.vocabulary import vocabulary
from core.text.words import Vocabulary
from dashboard import state
from dashboard.chain import examples
from dashboard.chain import stages as chain
from dashboard.language import number, say
from dashboard.markdown import marked, plain, plain_message
from dashboard.spec_code import constructor
from dashboard.ui import (
    address,
    captions,
    code_tab,
    controls,
    downloads,
    layout,
    provenance_tab,
    stored_results,
)
from dashboard.ui.figure import show_figure
from dashboard.ui.tables import left_out
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown, obtain
from dashboard.words.figures.corpus import frequent_words, rank_frequency, vocabulary_growth
from dashboard.words.parts import evidence
from dashboard.words.views import CorpusView


def answer(words: Vocabulary, tokens: Tokens) -> str:
    """How much text there is, and how much of it the kept words cover."""
    documents = len(tokens.document_starts)
    return say(
        "One document of {tokens:,} words; the {kept:,} words that are kept cover {share:.0%} of "
        "it."
        if documents == 1
        else "{documents:,} documents of {tokens:,} words in all; the {kept:,} words that are kept "
        "cover {share:.0%} of them.",
        documents=documents, tokens=words.all_tokens, kept=len(words.words),
        share=1 - words.dropped_tokens / max(words.all_tokens, 1),
    )  # fmt: skip


def numbers(words: Vocabulary, tokens: Tokens) -> None:
    """Sizes at each step from the text to the vocabulary."""
    dropped = words.dropped_tokens / max(words.all_tokens, 1)
    captions.chain_strip(
        [
            ("documents", f"{len(tokens.document_starts):,}", "that hold at least one token"),
            ("tokens read", f"{words.all_tokens:,}", "running words"),
            ("distinct words", f"{words.all_types:,}", "types"),
            ("kept words", f"{len(words.words):,}", "the vocabulary"),
            ("dropped words", f"{words.dropped_types:,}", "too rare, or beyond the maximum"),
            ("dropped tokens", number(dropped, ".1%"), "their share of the running words"),
        ]
    )


def curves(corpus: Corpus, words: Vocabulary, tokens: Tokens, dim: bool) -> None:
    """Rank–frequency and growth side by side, then the most frequent words."""
    left, right = st.columns(2, gap="large")
    kept = len(words.words)
    with left:
        st.markdown(f"## {say('Frequency against rank')}")
        show_figure(
            partial(rank_frequency, tokens.types, tokens.type_counts, kept),
            "rank",
            made_of=corpus,
            alt=say(
                "Occurrences of {types:,} words against their rank, with Zipf's line",
                types=words.all_types,
            ),
            height=360,
            dim=dim,
        )
        captions.measured(
            say(
                "All {types:,} distinct words, both axes logarithmic. Grey: dropped. "
                "Dotted: frequency proportional to 1/rank, through the middle of the curve.",
                types=words.all_types,
            )
        )
    with right:
        st.markdown(f"## {say('Growth of the vocabulary')}")
        show_figure(
            lambda: vocabulary_growth(*growth(tokens)),
            "growth",
            made_of=corpus.text,
            alt=say("Distinct words against tokens read, in reading order"),
            height=360,
            dim=dim,
        )
        captions.measured(
            say(
                "Distinct words among the first n tokens, in reading order (Heaps' law). A curve "
                "that still climbs steeply says that more text would bring more words."
            )
        )


def search(corpus: Corpus, words: Vocabulary) -> None:
    """Concordance: every occurrence of a word, in its line."""
    begun = examples.word(examples.of_corpus(corpus), "search", CorpusView().search)
    query = controls.words(CorpusView, "search", "Find a word in the text").strip()
    if not query or begun == "waiting":
        return
    with errors_shown():
        word = words.words[words.find(query)]
        positions = occurrences(corpus, word)
        st.caption(
            marked(
                "1 occurrence of “{word}”."
                if len(positions) == 1
                else "{n:,} occurrences of “{word}”.",
                n=len(positions), word=word,
            )
        )  # fmt: skip
        evidence.paged(corpus, positions, f"search-{word}")


def reading_report(report: ReadReport) -> None:
    """How the text was read: encoding, size, and whatever was wrong with it."""
    several = "Read {bytes:,} bytes as {encoding}, {documents:,} documents."
    captions.caption(
        say(
            "Read {bytes:,} bytes as {encoding}, 1 document." if report.documents == 1 else several,
            bytes=report.bytes_read,
            encoding=report.encoding,
            documents=report.documents,
        )
    )
    for note in report.notes:
        st.warning(plain_message(note), icon=":material/warning:")
    left_out(report.set_aside)


def passages(pieces: Sequence[tuple[str, str]]) -> None:
    """Pieces of the text, unchanged, each under its document's name."""
    for document, text in pieces:
        st.caption(plain(document))
        captions.user_text(text)


def main() -> None:
    screen, side = layout.columns()
    with side:
        corpus = chain.corpus(full=True)
        stored_results.popover()
    with screen, errors_shown():
        tokens = obtain(tokenise, corpus.text, "tokens")
        if tokens is not None:
            corpus = corpus.replace(**dict(tokens.spec.leaves()))
            words = vocabulary(corpus)
            captions.answer(answer(words, tokens.result))
            numbers(words, tokens.result)
            reading_report(read(corpus.text.origin).report)
            curves(corpus, words, tokens.result, not tokens.fresh)
            below(corpus, words)
    address.publish(state.spec(Corpus), state.spec(CorpusView))


def below(corpus: Corpus, words: Vocabulary) -> None:
    """The text itself, by word and in samples."""
    page_tabs(
        {
            "Find a word": lambda: search(corpus, words),
            "Most frequent words": lambda: _frequent(words),
            "Sample of the text": lambda: _sample(corpus),
            "Code": lambda: _code(corpus),
            "Provenance": lambda: provenance_tab.show(corpus),
        },
    )


def _frequent(words: Vocabulary) -> None:
    show_figure(
        frequent_words(words.words[:40], words.counts[:40], words.all_tokens),
        "frequent",
        alt=say("The 40 most frequent words and how often they occur"),
        height=760,
    )
    table = pd.DataFrame({"word": words.words, "count": words.counts})
    downloads.table(table, "vocabulary", "vocabulary")


def _sample(corpus: Corpus) -> None:
    seed = st.number_input(say("Sample number"), 0, 999, 0, key="sample-seed")
    passages([(p.document, p.text) for p in sample(corpus, 4, int(seed))])


def _code(corpus: Corpus) -> None:
    code_tab.show(
        "from core.text import Corpus, Source, Text, vocabulary\n\n"
        f"words = vocabulary({constructor(corpus)})\n"
        "print(len(words.words), words.words[:20], words.dropped_tokens)\n"
    )


main()
