"""The tabs below the pictures of the low-rank page."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.lowrank import storage
from core.lowrank.spectrum import rank_for
from core.matrices import Ppmi, ShownProduct, WordVectors, load
from core.matrices.approximation import pair
from core.matrices.curves import ErrorCurves
from core.messages import message
from core.specs import Spec
from dashboard import state
from dashboard.language import paragraph, percent_sign, say
from dashboard.mathematics.figures import matrices, spectrum
from dashboard.mathematics.figures.lowrank import Line, label, storage_curves
from dashboard.mathematics.parts import lost_words, ridge
from dashboard.mathematics.parts.approximation import Subject
from dashboard.mathematics.parts.error_curves import NORMS, axes_of, lines_of
from dashboard.mathematics.views import LowRankView, Road
from dashboard.spec_code import constructor
from dashboard.ui import code_tab, controls, downloads, provenance_tab
from dashboard.ui.captions import caption, chain_strip, facts, measured
from dashboard.ui.figure import show_figure
from dashboard.ui.tabs import page_tabs

FACTORS = {
    "svd": ("UΣ: left singular vectors times singular values", "Vᵀ: right singular vectors"),
    "randomised": ("Q: an orthonormal basis of the sketch, r + p columns",
                   "the best rank r of QᵀM"),
    "range": ("Q: an orthonormal basis of the given columns", "QᵀM"),
    "id": ("Q: an orthonormal basis of the chosen columns", "QᵀM"),
    "cur": ("Q: an orthonormal basis of the chosen columns",
            "QᵀM, projected onto the chosen rows"),
    "skeleton": ("C: the chosen columns", "M[I, J]⁻¹R: the chosen rows, solved for"),
}  # fmt: skip
TERMS = "chosen columns of X, weighted", "chosen rows of Y"
RANKS = "rank‹of a matrix›"
SHARED = (
    "A skeleton shares the entries where its rows and columns cross, an ID does not store "
    "its identity block: at equal rank they cost less than the SVD."
)
FAMILY = {"randomised": "svd", "range": "range", "projection": "range"}


def show(subject: Subject, rank: int, view: LowRankView) -> None:
    """All tabs; only the open one is computed."""
    page_tabs(
        {
            "Spectrum": partial(_spectrum, subject, rank, view),
            "Storage": partial(_storage, subject, rank, view),
            "Words": partial(lost_words.show, subject, rank),
            "A⁺ and ridge": partial(ridge.show, subject, rank),
            "Factors": partial(_factors, subject, rank),
            "Table": partial(_table, subject, view),
            "Code": lambda: code_tab.show(code(subject, rank)),
            "Provenance": lambda: provenance_tab.show(subject.spec, state.spec(Road), view),
        },
    )


def _spectrum(subject: Subject, rank: int, view: LowRankView) -> None:
    """Singular values, summaries of them, and the rank that an error needs."""
    errors = subject.errors
    if errors is None:
        return
    s = errors.s
    marks: list[tuple[str, float]] = []
    strip = []
    if isinstance(errors, ErrorCurves):
        summary = errors.summary
        marks = [
            (say("stable rank"), summary.stable_rank),
            (say("effective rank"), summary.effective_rank),
        ]
        strip = [
            ("stable rank", f"{summary.stable_rank:,.4g}", "‖M‖²_F / ‖M‖₂²: how many directions "
             "carry the norm"),
            ("effective rank", f"{summary.effective_rank:,.4g}", "exp of the entropy of σ/Σσ"),
            ("numerical rank", f"{summary.numerical_rank:,}", "σ above rounding, as NumPy counts"),
        ]  # fmt: skip
    controls.choose(
        LowRankView, "target", "Relative error to reach",
        [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5],
        format=lambda x: f"{100 * x:g}{percent_sign()}",
    )  # fmt: skip
    target = state.spec(LowRankView).target
    needed = rank_for(errors.floor, target)
    cut = isinstance(errors, ErrorCurves) and errors.rest > 0
    strip.append(
        (message("rank for {share:g} %", share=100 * target),
         "—" if needed is None else f"{needed:,}",
         "the least rank with which any method gets there")
    )  # fmt: skip
    chain_strip(strip)
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        show_figure(
            partial(spectrum.singular_values, s, rank, marks, log_rank=view.rank_axis == "log"),
            "spectrum",
            made_of=(subject.spec, rank, view.rank_axis),
            alt=say("{n:,} singular values, the first {rank} of them kept", n=len(s), rank=rank),
            height=380,
            dim=subject.dim,
        )
        measured(
            say(
                "The first {n:,} singular values of the matrix. Blue: kept at rank {rank}. The "
                "least possible error is the root of the squared sum of the grey ones, and of "
                "those not computed."
                if cut
                else "{n:,} singular values of XY. Blue: kept at rank {rank}. The least possible "
                "error is the root of the squared sum of the grey ones."
                if subject.product
                else "{n:,} singular values of the matrix. Blue: kept at rank {rank}. The least "
                "possible error is the root of the squared sum of the grey ones.",
                n=len(s),
                rank=rank,
            )
        )
    with right, st.container(key="needed"):
        rows = []
        for method in errors.frobenius:
            curve = subject.relative(method)
            at = None if curve is None else curve.rank_for(target)
            some = curve is not None and len(curve.ranks) < int(curve.ranks[-1])
            least = "≤ " * some + f"{at:,}" if at is not None else say("not reached")
            rows.append((say(label(method, subject.product)), least))
        head = "terms for {share:g} %" if subject.product else "rank for {share:g} %"
        facts(("method", message(head, share=100 * target)), rows)
    with right:
        measured(
            say(
                "The least terms with a relative error of {share:g} % (Frobenius; the median of "
                "random methods). ≤: measured at some ranks only, the next of these."
                if subject.product
                else "The least rank with a relative error of {share:g} % (Frobenius; the median "
                "of random methods). ≤: measured at some ranks only, the next of these.",
                share=100 * target,
            )
        )


def _storage(subject: Subject, rank: int, view: LowRankView) -> None:
    """Errors against what they cost to keep."""
    if subject.errors is None:
        return
    m, n = subject.factors.shape
    values = load(subject.matrix).values
    sparse = hasattr(values, "nnz") and not subject.product
    full_size = storage.full(m, n, values.nnz if sparse else None)
    lines_with_shares = []
    view = view.replace(norm="frobenius")  # what is stored is compared in one norm
    for line in lines_of(subject, view):
        curve = subject.relative(line.method)
        if curve is None:
            continue
        family = line.method.split()[0]
        weighted = family in ("sampled", "uniform") or "refitted" in line.method
        kind = "cr" if subject.product and family != "svd" else FAMILY.get(family, family)
        share = storage.nbytes(kind, curve.ranks, m, n, weighted) / full_size
        lines_with_shares.append((Line(line.method, curve, line.shown), share))
    show_figure(
        storage_curves(lines_with_shares, rank, axes_of(subject, view), subject.product),
        "storage",
        alt=say("Relative error against the share of the full size that is stored"),
        height=420,
        dim=subject.dim,
    )
    cost = subject.stored(rank)
    costs = say(
        "Doubles and 32-bit row and column numbers; the whole product takes {size:,.2f} MB. "
        "Dots: {rank:,} terms, {numbers:,} numbers or {share:.1f} % for the method on the "
        "screen, which pays until {until:,} terms: right of the dashed line the whole is smaller."
        if subject.product
        else "Doubles and 32-bit row and column numbers; the whole matrix takes {size:,.2f} MB "
        "(sparse). Dots: rank {rank:,}, {numbers:,} numbers or {share:.1f} % for the method on "
        "the screen, which pays until rank {until:,}: right of the dashed line the whole is "
        "smaller."
        if sparse
        else "Doubles and 32-bit row and column numbers; the whole matrix takes {size:,.2f} MB. "
        "Dots: rank {rank:,}, {numbers:,} numbers or {share:.1f} % for the method on the screen, "
        "which pays until rank {until:,}: right of the dashed line the whole is smaller.",
        size=full_size / 1e6,
        rank=rank,
        numbers=cost.numbers,
        share=100 * cost.share,
        until=cost.pays_until,
    )
    measured(paragraph(costs, "" if subject.product else say(SHARED)))


def _factors(subject: Subject, rank: int) -> None:
    """The two thin matrices whose product is the approximation."""
    left, right = pair(subject.factors, rank)
    first, second = FACTORS.get(subject.factors.kind, TERMS)
    for place, (key, name, factor, meaning) in zip(
        st.columns([1, 1.6], gap="large"),
        (
            ("left", say("Left factor"), left, first),
            ("right", say("Right factor"), right, second),
        ),
        strict=True,
    ):
        with place:
            if not factor.size:
                st.info(say("This rank has no factors."))
                continue
            shown = matrices.frame(factor.shape, style="")
            values = factor[shown.down][:, shown.across]
            show_figure(
                matrices.picture(values, shown, matrices.colours(values, ""), title=name),
                f"{key}_factor",
                alt=f"{name}, {factor.shape[0]} × {factor.shape[1]}",
                height=360,
                dim=subject.dim,
            )
            caption(
                say(
                    "{m:,} × {n:,}. {what}. Colours end where 0.5 % of the entries lie beyond."
                    if shown.whole
                    else "{m:,} × {n:,}. {what}. Evenly spread rows and columns are drawn. "
                    "Colours end where 0.5 % of the entries lie beyond.",
                    m=factor.shape[0],
                    n=factor.shape[1],
                    what=say(meaning),
                )
            )


def _table(subject: Subject, view: LowRankView) -> None:
    """The drawn curves as numbers."""
    lines = lines_of(subject, view)
    parts = [
        pd.DataFrame(
            {
                "method": str(label(line.method, subject.product)),
                "terms" if subject.product else "rank": line.curve.ranks,
                "relative error": line.curve.median,
                "10 % quantile": line.curve.low,
                "90 % quantile": line.curve.high,
            }
        )
        for line in lines
    ]
    if parts:
        caption(
            say(
                "The curves above: errors in the {norm} norm, over that of the whole. Median and "
                "quantiles of the repetitions; the same where nothing is random.",
                norm=say(NORMS["frobenius" if subject.product else view.norm]),
            )
        )
        names = [
            say(label(line.method, subject.product)) for line in lines for _ in line.curve.ranks
        ]  # fmt: skip
        table = pd.concat(parts, ignore_index=True)
        downloads.table(
            table,
            "low-rank",
            "low",
            headings={"rank": say(RANKS)},
            on_screen=table.assign(method=names),
        )


def _settings(subject: Subject) -> Spec:
    spec = subject.spec
    return spec.product_curves if isinstance(spec, ShownProduct) else spec.curves


def code(subject: Subject, rank: int) -> str:
    """Python that gives the picture's numbers."""
    corpus, spec = "", _settings(subject)
    if isinstance(subject.matrix, Ppmi | WordVectors):
        corpus = (
            "from core.counts import Association, Counts\n"
            "from core.text import Corpus, Source, Text\nfrom core.vectors import PpmiSvd\n"
        )
    if isinstance(subject.spec, ShownProduct):
        errors, factors = "product_curves", "product_factors"
        kinds, spec_class = ["Product", "ProductCurves", "ShownProduct"], "ShownProduct"
    else:
        errors, factors = "curves", "factors"
        kinds, spec_class = ["Curves", "Shown"], "Shown"
    imported = ", ".join(sorted({*kinds, type(subject.matrix).__name__}))
    draw = f", draw={subject.spec.draw}" if subject.spec.draw else ""
    return f"""from core.matrices import {imported}, approximate, {errors}, {factors}
{corpus}
spec = {constructor(spec)}
print({errors}(spec).relative({subject.method!r}).median)
print(approximate({factors}({spec_class}(spec, {subject.method!r}{draw})), {rank}))
"""
