"""The table of methods: each quantiser with the same settings and seeds, ties called ties."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.intervals import ties
from core.quantised.methods import Methods, Scores, compared
from core.quantised.specs import QUANTISERS, Codes
from dashboard import state
from dashboard.images.parts import code_run
from dashboard.images.parts.codes_panel import QUANTISERS as NAMES
from dashboard.images.views import CodesView
from dashboard.language import percent_sign, say
from dashboard.markdown import marked
from dashboard.ui import captions, controls, live_run
from dashboard.ui.captions import caption, facts
from dashboard.ui.work import obtain

HEAD = (
    "method", "codes K", "codes used", "perplexity", "squared error", "bits an item", "seconds",
)  # fmt: skip


def draw(spec: Codes) -> None:
    """The table, once somebody asks for it."""
    left, right = st.columns([2, 1], vertical_alignment="bottom", gap="medium")
    with left:
        controls.slider(CodesView, "method_seeds", "Seeds of each method", high=10)
    seeds = int(state.get("method_seeds", CodesView().method_seeds))
    asked = Methods(spec, seeds).shared
    runs = live_run.watched(code_run.TRAINER)
    stored = compared.stored(asked)
    if right.button(
        say("Train all methods"), icon=":material/play_arrow:", type="primary", disabled=stored,
        width="stretch",
    ):  # fmt: skip
        runs.asked.add(asked.key)
    if not stored and asked.key not in runs.asked:
        st.info(
            marked(
                "Four quantisers with {S} seeds each, the settings beside them all alike: "
                "{n} runs of {epochs} epochs.",
                S=seeds, n=4 * seeds, epochs=spec.code_epochs,
            )
        )  # fmt: skip
        return
    obtained = obtain(compared, asked, "codes methods")
    if obtained is not None:
        _table(obtained.result, obtained.spec)


def _table(scores: Scores, asked: Methods) -> None:
    st.markdown(_verdict(scores))
    best, tied = ties(scores.values[..., 2])
    rows = []
    for m, name in enumerate(QUANTISERS):
        used, perplexity, error, bits = scores.values[m].T
        mark = " ★" if m == best and not tied else " ≈" if m in (best, *tied) else ""
        rows.append(
            [
                say(NAMES[name]) + mark,
                f"{asked.codes.replace(quantiser=name).size:,}",
                _spread(100 * used, ".0f") + percent_sign(),
                _spread(perplexity, ".1f"),
                _spread(error, ".3g"),
                _spread(bits, ".1f"),
                _spread(scores.seconds[m], ".1f"),
            ]
        )
    facts(HEAD, rows)
    caption(
        say(
            "Means ± standard deviations over {S} seeds. ★ the least error, ≈ not to be told from "
            "it: the means are less apart than 95 % bounds for all pairs at once (Games and "
            "Howell). Bits: of the codes' frequencies, each code for itself. Seconds of training "
            "alone, on this machine as it was.",
            S=scores.values.shape[1],
        )
    )
    live_run.warn_of_diverged(int(scores.stopped.sum()))


def _verdict(scores: Scores) -> str:
    """Who copies best, and whether that is luck; who uses most codes."""
    best, tied = ties(scores.values[..., 2])
    used = scores.values[..., 0].mean(axis=1)
    shown = np.rint(100 * used)  # as it is said: what looks alike is no winner
    least = [say(NAMES[QUANTISERS[m]]) for m in np.flatnonzero(shown == shown.min())]
    name = say(NAMES[QUANTISERS[best]])
    error = float(scores.values[best, :, 2].mean())
    if tied:
        others = "; ".join(say(NAMES[QUANTISERS[m]]) for m in tied)
        first = marked(
            "**A tie:** {best} has the least error, {error:.3g}, but over {S} seeds it cannot be "
            "told from {others}.",
            best=name, error=error, S=scores.values.shape[1], others=others,
        )  # fmt: skip
    else:
        first = marked(
            "**{best}** copies best: its error of {error:.3g} is lower than those of all others "
            "beyond the luck of {S} seeds.",
            best=name, error=error, S=scores.values.shape[1],
        )  # fmt: skip
    second = marked(
        "All use {share:.0%} of their codes."
        if len(least) == len(used)
        else "The fewest codes are used by {least}: {share:.0%}.",
        least=captions.listed(least), share=float(used.min()),
    )  # fmt: skip
    return f"{first} {second}"


def _spread(values: np.ndarray, form: str) -> str:
    return f"{values.mean():{form}} ± {values.std(ddof=1):{form}}"
