"""The evidence for a pair of words: the lines in which they co-occur, and its numbers."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.counts import association
from core.counts.counting import Cooccurrence
from core.counts.measures import Association
from core.text.concordance import Line, lines, meetings
from core.text.specs import Corpus
from core.text.words import Vocabulary
from core.vectors.models.factorised import Vectors, factorise, reconstruct, vectors
from core.vectors.specs import PpmiSvd
from dashboard import state
from dashboard.language import say
from dashboard.markdown import marked, plain
from dashboard.ui.captions import chain_strip
from dashboard.ui.work import errors_shown, obtain

PAGE = 8
WIDTH = 70  # characters of context on either side


def pair(
    spec: Association,
    counts: Cooccurrence,
    words: Vocabulary,
    word: str,
    context: str,
    *,
    factor: bool,
) -> None:
    """Show why a cell of the heatmap has its value; `factor` allows a factorisation to start."""
    w, c = words.find(word), words.find(context)
    block = association.block(spec, counts, np.array([w]), np.array([c]))
    names = plain(words.words[w]), plain(words.words[c])
    title = say("{word} with context {context}", word=names[0], context=names[1])
    st.markdown(f"## {title}")
    vector_spec = state.spec(PpmiSvd).replace(**dict(spec.leaves()))
    factored = False
    with errors_shown():  # a text too small for vectors still has its lines
        factors = None
        if factor or factorise.ready(vector_spec.factors):
            factors = obtain(factorise, vector_spec.factors, "pair factors")
        factored = factors is not None and factors.fresh
        if factors is not None:  # a small vocabulary has fewer dimensions
            vector_spec = vector_spec.replace(dim=min(vector_spec.dim, len(factors.result.s)))
    chain_strip(_steps(block, spec, vector_spec, factored, w, c))
    met = meetings(
        spec.counts.corpus,
        words.words[w],
        words.words[c],
        window=spec.counts.window,
        side=spec.counts.side,
        boundary=spec.counts.boundary,
        keep_gaps=spec.counts.keep_gaps,
    )
    positions, distances = met.positions, met.distances
    twice = ""
    if w == c:  # each pair is met from either side, and counts twice
        once = positions[:, 0] < positions[:, 1]
        positions, distances = positions[once], distances[once]
        twice = say("; each counts twice, once from either word")
    total = len(positions)
    if not total:
        st.caption(say("The two words never stand within the window of each other."))
        return
    window = say(
        "within {window} tokens"
        if spec.counts.keep_gaps
        else "within {window} tokens, words outside the vocabulary left out",
        window=spec.counts.window,
    )
    st.caption(
        marked(
            "{n:,} meeting {window}, weighted {weighting}{twice}. Amber: the word. "
            "Blue: the context."
            if total == 1
            else "{n:,} meetings {window}, weighted {weighting}{twice}. Amber: the word. "
            "Blue: the context.",
            n=total,
            window=window,
            weighting=say(spec.counts.weighting),
            twice=twice,
        )
    )
    paged(spec.counts.corpus, positions, f"{w}-{c}", distances)


def paged(
    corpus: Corpus, positions: np.ndarray, key: str, distances: np.ndarray | None = None
) -> None:
    """Lines of the corpus at these token positions, a few a page."""
    pages = -(-len(positions) // PAGE)
    page = st.pagination(pages, key=f"lines:{key}") if pages > 1 else 1
    page_positions = positions[(page - 1) * PAGE : page * PAGE]
    page_distances = None if distances is None else distances[(page - 1) * PAGE : page * PAGE]
    table(lines(corpus, page_positions, WIDTH), page_distances)


def table(lines: Sequence[Line], distances: np.ndarray | None = None) -> None:
    """Keyword in context, both words marked; first the document and the distance between them."""
    rows = []
    for i, line in enumerate(lines):
        place = html.escape(line.document)
        if distances is not None:
            place += f"<br>{say('distance {d}', d=distances[i])}"
        second = _mark(line.other, context=not line.flipped) if line.other else ""
        rows.append(
            f"<tr><td>{place}</td><td>{html.escape(_whole(line.left))}"
            f"{_mark(line.keyword, context=line.flipped)}{html.escape(line.middle)}{second}"
            f"{html.escape(_whole(line.right, end=True))}</td></tr>"
        )
    st.html(f'<table class="vs-lines">{"".join(rows)}</table>')


def _mark(word: str, *, context: bool) -> str:
    role = ' class="other"' if context else ""
    return f"<mark{role}>{html.escape(word)}</mark>"


def _whole(text: str, *, end: bool = False) -> str:
    """A piece of context without the word that is cut off at its outer edge."""
    if len(text) < WIDTH:
        return text  # the document ends there
    if end:
        cut = text.rfind(" ", len(text) - 20)
        return f"{text[:cut]} …" if cut > 0 else text
    cut = text.find(" ", 0, 20)
    return f"… {text[cut + 1 :]}" if cut >= 0 else text


def _steps(
    block: association.Block,
    spec: Association,
    vector_spec: PpmiSvd,
    factored: bool,
    w: int,
    c: int,
) -> list[tuple[str, str, str]]:
    met = bool(block.met[0, 0])
    pmi = float(block.pmi[0, 0])
    ppmi = max(pmi - np.log(spec.shift), 0.0) if met else 0.0
    steps = [
        ("weighted count", f"{block.observed[0, 0]:,.4g}", "n(w, c), summed over all meetings"),
        ("expected by chance", f"{block.expected[0, 0]:,.4g}", "n(w,·) n(·,c)^α / Σ n^α"),
        ("PMI", f"{pmi:.3f}" if met else say("never met"), "log(count / expected), nats"),
        (
            "G²",
            f"{block.g2[0, 0]:,.1f}",
            "log-likelihood ratio of the pair's 2×2 table, from unsmoothed counts",
        ),
        ("shifted PPMI", f"{ppmi:.3f}", "max(PMI − log k, 0): the cell that is factorised"),
    ]
    if not factored:
        return [*steps, ("rank-d value", "…", "not known yet"), ("cosine", "…", "not known yet")]
    dim = vector_spec.dim
    value = reconstruct(factorise(vector_spec.factors), dim, np.array([w]), np.array([c]))
    word_vectors: Vectors = vectors(vector_spec)
    a, b = word_vectors.word[w], word_vectors.word[c]
    length = float(np.linalg.norm(a) * np.linalg.norm(b))
    cosine = f"{float(a @ b) / length:.3f}" if length else say("undefined")
    return [
        *steps,
        (
            say("rank-{d} value", d=dim),
            f"{float(value[0, 0]):.3f}",
            "the same cell of U_d Σ_d V_dᵀ",
        ),
        ("cosine", cosine, say("of the two words' vectors, d = {d}", d=dim)),
    ]
