"""The encoder beside the other ways to compare texts: mates found, people, and typed texts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.messages import message
from core.sequences.groups import grouped
from core.sequences.judgement import ASKED, Judgement, judge
from core.sequences.lee import ONE_PERSON, Agreements, agree
from core.sequences.methods import METHODS
from core.sequences.nearest import Near, index, nearest
from core.sequences.networks import encode
from core.sequences.retrieval import TOP
from core.sequences.specs import Sentences
from core.sequences.splitting import PARTS, Split, split
from core.sequences.training import fit
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.texts.figures import sentences as figures
from dashboard.texts.figures.sentences import Bar
from dashboard.texts.parts import sentence_run
from dashboard.texts.views import SentenceView
from dashboard.ui import controls, downloads, live_run
from dashboard.ui.captions import caption, user_lines
from dashboard.ui.figure import show_figure
from dashboard.ui.work import obtain

NAMES = {
    "encoder": "Encoder", "tf-idf": "TF-IDF", "lsa": "LSA",
    "mean": "Mean of word vectors", "sum": "Sum of simpler GloVe",
}  # fmt: skip
SETS = ("texts kept back of trained groups", "texts of groups never trained on")
LONGEST_TEXT = 300  # characters of a text in a list


def is_trained(spec: Sentences) -> bool:
    """Whether there is an encoder to compare; else says that there is none."""
    untrained = say("Train the encoder first: this is about the trained one.")
    return live_run.is_complete(sentence_run.TRAINER, spec, untrained)


def retrieval(spec: Sentences) -> None:
    """How many held-out texts find a mate, by method."""
    if not is_trained(spec) or (obtained := obtain(judge, spec, "retrieval")) is None:
        return
    judged, asked = obtained.result, _asked(obtained.result)
    for place in asked:
        st.markdown(verdict(judged, place))
    st.caption(
        say(
            "One training on one split decides here: how much another seed would change is not "
            "known. The tab “Losses” trains over seeds."
        )
    )
    bars = [
        Bar(say(NAMES[method]), p, TOP.index(k), share.value, share.low, share.high)
        for method in METHODS
        for p, place in enumerate(asked)
        for k in TOP
        for share in (judged.of(method, place).share(k),)
    ]
    show_figure(
        partial(
            figures.intervals, bars, [say(NAMES[m]) for m in METHODS],
            [titled(judged, place) for place in asked], figures.TOPS,
            axis=say("texts with a mate among the nearest"),
            chance=np.array([judged.of("encoder", place).chance for place in asked]),
        ),
        "retrieval",
        made_of=("retrieval", obtained.spec),
        alt=say("Texts that find one of their own group among the nearest, by method"),
        height=270 * len(asked) + 70, dim=not obtained.fresh,
    )  # fmt: skip
    caption(
        say(
            "Every held-out text asks, the others of its set answer, by cosine. All methods learnt "
            "from the texts trained on alone, and read the same first tokens. Bars: 95 %, texts "
            "of one group counted as hanging together: the luck of which texts ask, not that of "
            "the training. Dotted: a blind order.",
        )
    )
    table = pd.DataFrame(
        [
            (b.method, say(SETS[asked[b.panel]]), figures.TOPS[b.mark], b.value, b.low, b.high)
            for b in bars
        ],
        columns=["method", "texts", "nearest", "share", "low", "high"],
    )
    downloads.table(table, "retrieval", "retrieval")
    label = message("Vectors of the encoder as CSV")
    downloads.csv(label, partial(_encoded, obtained.spec), "sentences.csv", "sentence-vectors")


def _encoded(spec: Sentences) -> pd.DataFrame:
    """The vector of each text, its group, and what it was used for."""
    texts, parted = grouped(spec.parting.groups), split(spec.parting)
    vectors = encode(fit(spec).network(spec), parted.ids)
    table = pd.DataFrame(vectors, columns=[f"v{i}" for i in range(vectors.shape[1])])
    table.insert(0, "text", [texts.texts[i] for i in parted.places])
    table.insert(1, "group", [parted.names[g] for g in parted.group])
    table.insert(2, "used", [PARTS[p] for p in parted.part])
    return table


def _asked(judged: Judgement) -> list[int]:
    """The sets of texts in which anything is asked."""
    return [place for place in range(len(ASKED)) if len(judged.of("encoder", place).rank)]


def titled(judged: Judgement, place: int) -> str:
    """The name of a set of texts, and how many of it ask."""
    n = len(judged.of("encoder", place).rank)
    return f"{say(SETS[place]).capitalize()} ({n:,})"


def verdict(judged: Judgement, place: int) -> str:
    """The encoder against TF-IDF on one set of texts, and which of them wins."""
    first = paragraph(
        marked(
            "**{where}:** the encoder's nearest text is a mate for {one:.0%}, TF-IDF's for "
            "{other:.0%}.",
            where=say(SETS[place]).capitalize(),
            one=judged.of("encoder", place).share(1).value,
            other=judged.of("tf-idf", place).share(1).value,
        ),
        _ahead(judged, place, 1),
    )
    ten = judged.ahead("encoder", "tf-idf", place, 10)
    now = judged.ahead("encoder", "tf-idf", place, 1)
    if now.low > 0 > ten.high:
        return paragraph(first, say("Among the ten nearest TF-IDF finds more."))
    return first


def _ahead(judged: Judgement, place: int, k: int) -> str:
    ahead = judged.ahead("encoder", "tf-idf", place, k)
    if np.isnan(ahead.low) or ahead.low <= 0 <= ahead.high:
        text = (
            "That is a tie: the difference, {points:+.1f} points, may be {low:+.1f} or {high:+.1f} "
            "by the luck of the texts."
        )
    elif ahead.low > 0:
        text = (
            "The encoder is better by {points:.1f} points ({low:.1f} to {high:.1f}, by the luck of "
            "the texts)."
        )
    else:
        text = (
            "TF-IDF wins, by {points:.1f} points ({low:.1f} to {high:.1f}, by the luck of the "
            "texts)."
        )
    values = [100 * v for v in (ahead.value, ahead.low, ahead.high)]
    if ahead.high < 0:
        values = [-values[0], -values[2], -values[1]]
    return say(text, points=values[0], low=values[1], high=values[2])


def people(spec: Sentences) -> None:
    """The fifty Lee documents: who agrees with people, and how well people agree."""
    if not is_trained(spec) or (obtained := obtain(agree, spec, "people")) is None:
        return
    agreed = obtained.result
    st.markdown(_agreement(agreed))
    bars = [
        Bar(say(NAMES[m]), 0, 0, a.value, a.low, a.high)
        for m, a in zip(METHODS, agreed.of, strict=True)
    ]
    show_figure(
        partial(figures.correlations, bars, [say(NAMES[m]) for m in METHODS], ONE_PERSON),
        "people",
        made_of=("people", obtained.spec),
        alt=say("Correlation with people on the Lee documents, by method"),
        height=320, dim=not obtained.fresh,
    )  # fmt: skip
    caption(
        say(
            "Fifty English news texts; eight to twelve people said of each of the 1,225 pairs how "
            "alike they are, from 1 to 5 (Lee, Pincombe & Welsh 2005). A document is the sum of "
            "its sentences' vectors. Pearson's r with the mean judgement; bars: 95 %, over "
            "documents, for this one training. The dashed line is what the authors report of one "
            "person with the others, about 0.6: single judgements are not published with the "
            "texts, so that it is not computed here. Nothing was learnt from these texts."
        )
    )


def _agreement(agreed: Agreements) -> str:
    r = {m: a.value for m, a in zip(METHODS, agreed.of, strict=True)}
    known = {m: value for m, value in r.items() if not np.isnan(value)}
    if not known:
        return say("None of these methods knows a word of the Lee documents: they are English.")
    best = max(known, key=lambda m: known[m])
    return marked(
        "**The encoder agrees with people at r = {own:.2f}; the best here is {best}, {most:.2f}.** "
        "One person agrees with the others at about {person:.1f}.",
        own=r["encoder"], best=say(NAMES[best]), most=known[best], person=ONE_PERSON,
    )  # fmt: skip


def typed(spec: Sentences) -> None:
    """A typed text, and the nearest ones by each method."""
    if not is_trained(spec):
        return
    text = controls.words(SentenceView, "typed_sentence", "A sentence")
    k = controls.slider(SentenceView, "nearest_shown", "Nearest texts‹how many›")
    if (obtained := obtain(index, spec, "typed")) is None or not obtained.fresh:
        return
    answers = nearest(spec, text, k)
    parts = [say("{read:,} tokens are read, {unknown:,} of them unknown.",
                 read=answers.read, unknown=answers.unknown)]  # fmt: skip
    if answers.all > answers.read:
        parts.append(say("{n:,} more are beyond the longest text.", n=answers.all - answers.read))
    caption(paragraph(*parts))
    texts, parted = grouped(spec.parting.groups), split(spec.parting)
    places = [place for _ in range(len(METHODS)) for place in st.columns(2, gap="large")]
    for place, near in zip(places, answers.near, strict=False):
        with place:
            st.markdown(f"## {marked(NAMES[near.method])}")
            if near.known:
                user_lines(_lines(near, texts.texts, parted))
            else:
                st.caption(say("It knows no word of this text."))


def _lines(near: Near, texts: list[str], parted: Split) -> Iterator[tuple[str, str]]:
    """Group and cosine, and the text, of each of the nearest."""
    for i, cosine in zip(near.texts, near.cosines, strict=True):
        text = texts[parted.places[i]]
        short = text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]} …"
        yield f"{parted.names[parted.group[i]]} · {cosine:.3f}", short


def table_of_texts(spec: Sentences) -> None:
    """How the texts were used, and what was left out."""
    texts, parted = grouped(spec.parting.groups), split(spec.parting)
    counts = np.bincount(parted.part, minlength=3)
    used = say(
        "{all:,} texts in {groups:,} groups; at most {most:,} of a group are used: {trained:,} to "
        "train on, {back:,} kept back of the same {known:,} groups, {new:,} of {fresh:,} groups "
        "never trained on.",
        all=len(texts.texts), groups=len(texts.names), most=spec.parting.groups.most_each,
        trained=int(counts[0]), back=int(counts[1]), known=parted.trained_groups,
        new=int(counts[2]), fresh=len(parted.names) - parted.trained_groups,
    )  # fmt: skip
    twice = texts.duplicates + parted.alike
    out = [say("{n:,} texts that repeat an earlier one were left out: none is on both sides.",
               n=twice)]  # fmt: skip
    if texts.short:
        out.append(say("{n:,} have too few tokens.", n=texts.short))
    if texts.unlabelled:
        out.append(say("{n:,} rows have no text or no label.", n=texts.unlabelled))
    if texts.single:
        out.append(say("{n:,} groups have one text only.", n=texts.single))
    caption(paragraph(used, *out))
