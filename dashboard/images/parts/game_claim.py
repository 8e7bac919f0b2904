"""The tab “λ tested”: the same game at several λ, over seeds."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import streamlit as st

from core.adversarial.claim import Claim, Outcome, run_claim
from core.adversarial.specs import Gan
from dashboard.images.figures import generators as figures
from dashboard.images.parts import generator_panel
from dashboard.language import paragraph, say
from dashboard.markdown import marked
from dashboard.slots import slot
from dashboard.ui import downloads
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.work import obtain


@dataclass
class Asked:
    """The tests of λ that were asked for, by their settings."""

    keys: set[str] = field(default_factory=set)


def show(gan: Gan) -> None:
    """The settings of the test, the button, and its outcome."""
    claim = generator_panel.claim(gan)
    asked = slot(Asked).keys
    if not (run_claim.stored(claim) or claim.key in asked):
        count = len(claim.values) * claim.claim_seeds
        if st.button(
            marked("Play {n} games of {epochs} epochs", n=count, epochs=gan.epochs),
            icon=":material/play_arrow:", type="primary", key="gan:claim",
        ):  # fmt: skip
            asked.add(claim.key)
            st.rerun()
        st.caption(
            say(
                "The game of these settings at each λ, with the same seeds. Only its own λ, seed "
                "and steering are left out. It is kept, and found again."
            )
        )
        return
    obtained = obtain(run_claim, claim, "claim")
    if obtained is not None:
        _outcome(obtained.spec, obtained.result, obtained.fresh)


def _outcome(claim: Claim, outcome: Outcome, fresh: bool) -> None:
    st.markdown(answer(claim, outcome))
    show_figure(
        lambda: figures.tested(outcome), "tested", made_of=("tested", claim),
        alt=say("Modes covered by each run, by λ"), height=320, dim=not fresh,
    )  # fmt: skip
    downloads.table(table(outcome), "claim", "claim")
    caption(
        say(
            "Intervals at 95 %: Wilson's for the runs that cover all modes, Student's for means. "
            "The gain, seed by seed, has a wider one, which holds for all λ at once: the best is "
            "picked after the runs. A run that diverged counts with its last good epoch: {n} did.",
            n=int(outcome.stopped.sum()),
        )
    )


def answer(claim: Claim, outcome: Outcome) -> str:
    """What λ did, and how surely."""
    mean = outcome.covered.mean(axis=1)
    best = int(np.argmax(mean - 1e-9 * np.arange(len(mean))))
    S = outcome.covered.shape[1]
    whole = (outcome.covered == outcome.modes).sum(axis=1)
    first = marked(
        "**At λ = {value:g}, {whole} of {n} runs cover all {modes} modes; at λ = {base:g}, "
        "{base_whole} of {n}.**",
        value=outcome.values[best], whole=int(whole[best]), n=S, modes=outcome.modes,
        base=outcome.values[0], base_whole=int(whole[0]),
    )  # fmt: skip
    if best == 0:
        return paragraph(first, say("No other λ covers more modes on average."))
    gain, low, high = outcome.gain(outcome.covered)[best - 1]
    values = {"gain": gain, "low": low, "high": high, "n": S}
    if low > 0:
        second = marked(
            "It covers {gain:.1f} modes more on average ({low:.1f} to {high:.1f}), more than "
            "chance: the luck of {n} seeds does not explain it.",
            **values,
        )
    else:
        second = marked(
            "It covers {gain:.1f} modes more on average ({low:.1f} to {high:.1f}), which may be "
            "chance: the luck of {n} seeds.",
            **values,
        )
    return paragraph(first, second)


def table(outcome: Outcome) -> pd.DataFrame:
    """A row for each λ."""
    whole, modes = outcome.all_covered(), outcome.means(outcome.covered)
    js, near = outcome.means(outcome.js), outcome.means(outcome.near)
    return pd.DataFrame(
        {
            "λ": outcome.values,
            "all modes, share of runs": [f"{s:.2f} [{a:.2f}, {b:.2f}]" for s, a, b in whole],
            "modes covered": [f"{m:.2f} ± {h:.2f}" for m, h in modes],
            "JS, nats": [f"{m:.3f} ± {h:.3f}" for m, h in js],
            "share at a mode": [f"{m:.2f} ± {h:.2f}" for m, h in near],
            "diverged": outcome.stopped.sum(axis=1),
        }
    )
