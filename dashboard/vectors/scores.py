"""Analogies & scores: one question by three rules, and whole lists with their uncertainty."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import UnknownWord
from core.text.typical import content_words
from core.vectors.evaluate.analogies import Answer, answers, plane
from core.vectors.evaluate.benchmarks import PUBLISHED
from core.vectors.evaluate.own import OwnList, OwnScores, preview, score_own, store_list
from core.vectors.evaluate.scores import Score, scored
from core.vectors.specs import PpmiSvd, Shelved
from core.vectors.store import shelf
from dashboard import state
from dashboard.chain import models
from dashboard.chain.models import Chosen, below_model
from dashboard.language import paragraph, say
from dashboard.markdown import marked, plain_message
from dashboard.slots import slot
from dashboard.ui import address, captions, controls
from dashboard.ui.figure import show_figure
from dashboard.ui.tables import left_out, understood
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown, obtain
from dashboard.vectors.figures.analogies import list_name, parallelogram, score_rows
from dashboard.vectors.memory import Asked, Uploads
from dashboard.vectors.views import AnalogyView

LINES = {"auto": "As they look", "pairs": "Pairs", "analogies": "Analogies"}
LITTLE = 0.05  # share of analogies: with fewer solved, the sentence says so
NONE_KNOWN = (
    "The model has none of the words that the lists ask for: they are single English words in "
    "lower case."
)
FIELDS = ("first", "second", "third")
QUESTIONS = (  # the first that the words allow; those of the sample are answered by all rules
    ("france", "french", "germany"),
    ("large", "larger", "small"),
    ("january", "february", "march"),
    ("he", "she", "his"),
    ("法国", "巴黎", "日本"),
    ("中国", "北京", "日本"),
    ("今年", "去年", "今天"),
)
DRAWN = 5  # candidates of each rule in the picture


def analogy() -> None:
    """a is to b as c is to …"""
    choice = models.chosen()
    if choice is None:
        return
    columns = st.columns([1, 1, 1, 1.1], vertical_alignment="bottom")
    for column, name, label in zip(columns, FIELDS, ("a is to", "b as", "c is to …"), strict=False):
        with column:
            controls.words(AnalogyView, name, label)
    with columns[3]:
        without = controls.toggle(AnalogyView, "without", "Leave out a, b, c")
    view = state.spec(AnalogyView)
    typed = [view.first.strip(), view.second.strip(), view.third.strip()]
    if not all(typed):
        st.info(say("Type three words."))
        return
    find = choice.model.vocabulary.find
    try:
        question = [find(word) for word in typed]
    except UnknownWord as error:
        if tuple(typed) not in QUESTIONS and typed != slot(Asked).words:
            raise
        if not (known := _known_question(choice)):
            text = "“{word}” is not among these words; type three that are."
            st.info(marked(text, word=error.word))
            return
        slot(Asked).words = known
        state.put_all(dict(zip(FIELDS, known, strict=True)))
        st.rerun()
    results = answers(choice.space, question, exclude_inputs=without)
    captions.answer(_solution(choice, typed, results))
    picture(choice, typed, question, results)
    lists(choice, results)
    below_model(
        "scores",
        choice,
        "from core.vectors import model_of, space\n"
        "from core.vectors.evaluate.analogies import answers\n",
        f"model = model_of(spec)\nfind = model.vocabulary.find\n"
        f"question = [find(word) for word in {typed!r}]\n"
        f"vectors = space(model, {choice.part!r})\n"
        f"for answer in answers(vectors, question, exclude_inputs={without}):\n"
        "    print(answer.rule, [model.words[i] for i in answer.ids], answer.margin)",
        table(choice, results),
    )


def _known_question(choice: Chosen) -> list[str]:
    """A question that the words of a model allow, else three of its words; [] with fewer."""
    vocabulary = choice.model.vocabulary
    for question in QUESTIONS:
        if all(word in vocabulary.index for word in question):
            return list(question)
    words = content_words(vocabulary)[: len(FIELDS)]
    return words if len(words) == len(FIELDS) else []


def _solution(choice: Chosen, typed: list[str], results: list[Answer]) -> str:
    """What the rules complete the analogy with, in a sentence."""
    first = {a.rule: choice.model.words[a.ids[0]] for a in results if len(a.ids)}
    if not first:
        return say("The vectors add up to zero.")
    alike = len(set(first.values())) == 1
    words = [next(iter(first.values()))] if alike else [f"{w} ({r})" for r, w in first.items()]
    return say(
        "“{a}” is to “{b}” as “{c}” is to “{words}”: all rules agree."
        if alike
        else "“{a}” is to “{b}” as “{c}” is to {words}.",
        a=typed[0], b=typed[1], c=typed[2], words=captions.listed(words),
    )  # fmt: skip


def picture(choice: Chosen, typed: list[str], question: list[int], results: list[Answer]) -> None:
    """The parallelogram with the best candidates of all rules."""
    ids = list(dict.fromkeys(int(i) for answer in results for i in answer.ids[:DRAWN]))
    ids = [i for i in ids if i not in question]
    firsts = {i: ", ".join(a.rule for a in results if len(a.ids) and a.ids[0] == i) for i in ids}
    show_figure(
        parallelogram(
            typed,
            plane(choice.space, [*question, *ids], question),
            [firsts[i] for i in ids],
            [choice.model.words[i] for i in ids],
        ),
        "parallelogram",
        alt=say(
            "{a} is to {b} as {c} is to: {words}",
            a=typed[0],
            b=typed[1],
            c=typed[2],
            words=", ".join(choice.model.words[i] for i in ids[:6]),
        ),
        height=480,
    )
    captions.measured(
        say(
            "“{name}”: the plane through {a}, {b} and {c}, and what of "
            "the best {n} candidates of each rule lies in it; distances out of "
            "it are not seen. Large: first by at least one rule.",
            name=choice.name,
            a=typed[0],
            b=typed[1],
            c=typed[2],
            n=DRAWN,
        )
    )


def lists(choice: Chosen, results: list[Answer]) -> None:
    """The three rules side by side, each with its margin."""
    for column, answer in zip(st.columns(3, gap="medium"), results, strict=True):
        with column:
            st.markdown(f"## {answer.rule}")
            if not len(answer.ids):
                st.caption(say("The vectors add up to zero."))
                continue
            st.dataframe(
                pd.DataFrame(
                    {
                        "word": [choice.model.words[i] for i in answer.ids],
                        "score": answer.scores.round(4),
                    }
                ),
                hide_index=True,
                column_config={
                    "word": say("word"),
                    "score": st.column_config.NumberColumn(say("score"), format="%.4f"),
                },
                key=f"rule:{answer.rule}",
            )
            st.caption(marked("First over second: {margin:.4f}", margin=answer.margin))


def table(choice: Chosen, results: list[Answer]) -> pd.DataFrame:
    """All candidates of all rules."""
    return pd.DataFrame(
        [
            {"rule": answer.rule, "rank": rank, "word": choice.model.words[i], "score": score}
            for answer in results
            for rank, (i, score) in enumerate(zip(answer.ids, answer.scores, strict=True), start=1)
        ]
    )


def scoreboard() -> None:
    """Similarity and analogies on the lists that gensim ships, and on the user's own."""
    choice = models.chosen()
    if choice is None:
        return
    obtained = obtain(scored, choice.spec, "scores")
    if obtained is None:
        return
    sheet = obtained.result
    totals = [sheet.analogies[rule][0] for rule in sheet.analogies]
    captions.answer(_standing(sheet.similarity, totals[0]))
    if choice.on_shelf and choice.part == "word" and obtained.fresh:
        _note(choice.spec.leaf("model"), [*sheet.similarity, totals[0]])
    left, right = st.columns([1, 1.25], gap="large")
    with left:
        st.markdown(f"## {say('Word similarity')}")
        show_figure(
            score_rows(sheet.similarity, PUBLISHED, say("Spearman's ρ with people's judgement")),
            "similarity",
            alt="; ".join(f"{list_name(s.name)} {s.value:.2f}" for s in sheet.similarity),
            height=300,
            dim=not obtained.fresh,
        )
        own_lists(choice)
    with right:
        st.markdown(f"## {say('Analogies, by section')}")
        rule = st.segmented_control(
            say("Rule"), list(sheet.analogies), default="3CosAdd", required=True, key="rule"
        )
        covered = [s for s in sheet.analogies[str(rule)] if s.covered]
        if covered:
            show_figure(
                score_rows(covered, PUBLISHED, say("share answered correctly")),
                "sections",
                alt="; ".join(f"{list_name(s.name)} {s.value:.2f}" for s in covered),
                height=44 * len(covered) + 120,
                dim=not obtained.fresh,
            )
        else:
            st.info(say("The vocabulary holds all four words of no question."))
    captions.measured(
        say(
            "Lines: 95 % intervals from bootstraps of the judged pairs, or of the pairs that "
            "analogies were built from: the luck of the items; that of training and of the text "
            "are not in them. Of random vectors, the lowest and highest of 20 draws. Pairs and "
            "questions "
            "with an unknown word are left out, and the coverage says how many: "
            "scores at different coverage do not compare. Published: Levy et al. "
            "2015, tables for word2vec's defaults, a corpus of 1.5 G tokens; their "
            "WordSim is given in two halves. Words of the question are never an "
            "answer."
        )
    )
    rows = [*sheet.similarity, *(s for rule in sheet.analogies.values() for s in rule)]
    below_model(
        "scores",
        choice,
        "from core.vectors.evaluate.scores import scored\n",
        "sheet = scored(spec)\nprint([(s.name, s.value, s.covered) for s in sheet.similarity])\n"
        "print([(rule, scores[0].value) for rule, scores in sheet.analogies.items()])",
        pd.DataFrame([score.__dict__ | {"coverage": score.coverage} for score in rows]).rename(
            columns={"baseline": "random, mean", "worst": "lowest", "best": "highest"}
        ),
    )


def _standing(similarity: tuple[Score, ...] | list[Score], analogies: Score) -> str:
    """The most covered list and the analogies, each beside what random vectors reach."""
    known = [score for score in similarity if score.covered and np.isfinite(score.value)]
    sentences = []
    if known:
        score = max(known, key=lambda score: score.covered)
        sentences.append(
            say(
                "The cosines agree with people on {name} at ρ = {value:.2f}; random vectors reach "
                "at most {best:.2f}."
                if score.value > score.best
                else "The cosines agree with people on {name} no better than random vectors do: "
                "ρ = {value:.2f}, random ones up to {best:.2f}.",
                name=list_name(score.name), value=score.value, best=score.best,
            )
        )  # fmt: skip
    if analogies.covered:
        near_nothing = analogies.value < LITTLE
        sentences.append(
            say(
                "Of {covered:,} analogies {share:.1%} are solved: next to none."
                if near_nothing
                else "Of {covered:,} analogies {share:.1%} are solved.",
                covered=analogies.covered, share=analogies.value,
            )
        )  # fmt: skip
    return paragraph(*sentences) or say(NONE_KNOWN)


def _note(id: str, summary: list[Score]) -> None:
    """Store the scores beside the model, for the gallery."""
    scores = {
        score.name: {"value": None if np.isnan(score.value) else score.value,
                     "covered": score.covered, "total": score.total}
        for score in summary
    }  # fmt: skip
    if dict(shelf.get(id).scores) != scores:
        shelf.note(id, scores)


def own_lists(choice: Chosen) -> None:
    """The user's own pairs or analogies."""
    with st.expander(say("Your own pairs or analogies")):
        st.caption(
            say(
                "Pairs: a table with two words and a number in each row, in any order; columns "
                "are known by their headings or by what they hold. Analogies: a line of four "
                "words; a line “: name” begins a section."
            )
        )
        data = st.file_uploader(say("List"), type=["txt", "tsv", "csv"], key="own-list")
        if data is None:
            return
        kind = st.segmented_control(
            say("Lines are"),
            list(LINES),
            default="auto",
            required=True,
            key="own-kind",
            format_func=lambda name: say(LINES[name]),
        )
        with errors_shown():
            data.seek(0)
            name, digest = store_list(data.name, data)
            assert isinstance(choice.spec, PpmiSvd | Shelved)
            spec = OwnList(choice.spec, name, digest, str(kind), choice.part)
            spec = _understood(spec)
            obtained = obtain(score_own, spec, "own list")
            if obtained is not None:
                own_scores(obtained.result, name, not obtained.fresh)


def _understood(spec: OwnList) -> OwnList:
    """Show how a list is divided; the list as the user says it is to be read."""
    remembered = slot(Uploads).tables
    before = remembered.get(spec.judged_digest, spec.judged_table)
    spec = spec.replace(**{f"judged_table_{name}": value for name, value in before.leaves()})
    options = understood(
        preview(spec), before, f"own-table-{spec.judged_digest[:12]}", numbers=True
    )
    if options != before:
        remembered[spec.judged_digest] = options
        st.rerun()
    return spec


def own_scores(own: OwnScores, name: str, dim: bool) -> None:
    """The scores on one's own list, and how it was read."""
    rows = list(own.scores)
    show_figure(
        score_rows(rows, {}, say("score")),
        "own",
        alt="; ".join(f"{s.name} {s.value:.2f}" for s in rows),
        height=44 * len(rows) + 120,
        dim=dim,
    )
    captions.caption(
        say(
            "“{name}”: {covered:,} of {total:,} covered.",
            name=name,
            covered=rows[0].covered,
            total=rows[0].total,
        )
    )
    for note in own.notes:
        st.caption(plain_message(note))
    left_out(own.set_aside)


def main() -> None:
    page_tabs({"Analogies": analogy, "Scores": scoreboard})
    view = state.spec(AnalogyView)
    address.publish(view, *([] if view.shelved.model else [state.spec(PpmiSvd)]))


main()
