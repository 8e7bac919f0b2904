"""The evidence of one x, bounded by a Gaussian held by hand, then by many draws."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from core.mathematics.bounds import log_bound
from core.mathematics.evidence import (
    MOST_DRAWS,
    Elbo,
    Evidence,
    Tightened,
    climb,
    elbo,
    tighten,
)
from dashboard import state
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.mathematics.figures import evidence as figures
from dashboard.mathematics.parts.written import signed
from dashboard.ui import captions, code_tab, controls, downloads, layout, provenance_tab
from dashboard.ui.figure import show_figure
from dashboard.ui.tabs import Shown

DECODERS = {"line": "z", "parabola": "z²", "cubic": "z³"}
DRAWS = [2**i for i in range(MOST_DRAWS.bit_length())]
DECODED = {"line": "z", "parabola": "z^2", "cubic": "z^3"}


def settings() -> Evidence:
    """The observation and the Gaussian of the session."""
    return state.spec(Evidence)


def panel() -> None:
    """The decoder, x, and the Gaussian."""
    layout.heading("Decoder")
    controls.pick(Evidence, "decoder", "f(z)", names=DECODERS)
    controls.slider(Evidence, "observed", "x‹observed›", step=0.05, format="{:.2f}")
    controls.slider(Evidence, "spread", "σ of q(x|z)", step=0.05, format="{:.2f}")
    layout.heading("Gaussian p(z|x)")
    controls.slider(Evidence, "z_mean", "Mean‹of p›", step=0.05, format="{:.2f}")
    controls.slider(Evidence, "z_deviation", "Deviation‹of p›", step=0.01, log=True,
                    format="{:.3g}")  # fmt: skip
    st.button(say("Take the best Gaussian"), key="best-gaussian", on_click=take_best,
              width="stretch")  # fmt: skip
    layout.heading("Draws")
    controls.choose(Evidence, "importance", "M‹draws›", DRAWS)


def take_best() -> None:
    """Hold the Gaussian of the highest ELBO."""
    result = elbo(settings())
    hold(result.best_mean, result.best_deviation)


def hold(mean: float, deviation: float) -> None:
    """Hold a Gaussian, or the nearest that can be held."""
    for name, value in (("z_mean", mean), ("z_deviation", deviation)):
        field = Evidence.__dataclass_fields__[name].metadata
        state.put(name, float(np.clip(round(value, 3), field["low"], field["high"])))


def show() -> Shown:
    """The answer and the figures; returns the tabs."""
    evidence = settings()
    result, tightened = elbo(evidence), tighten(evidence)
    st.markdown(answer(evidence, result, tightened))
    left, right = st.columns(2, gap="large")
    path = climb(evidence)
    gaussian = evidence.replace(importance=1)
    end, narrow = path[-1].tolist()
    top = float(log_bound(evidence.potential, end, narrow**2))
    with left:
        show_figure(
            partial(figures.elbo_landscape, evidence, result, path), "landscape",
            made_of=gaussian,
            alt=say("The ELBO over mean and deviation of the Gaussian; the one held is marked"),
            height=400, filename="elbo", on_click=lambda click: hold(click["x"], click["y"]),
        )  # fmt: skip
        captions.caption(say("Click to hold another Gaussian. Star: the best."))
        captions.measured(
            say("Dotted: where the gradient leads "
                "from the one held, to mean {mean} and deviation {deviation:.3g}; there the gap "
                "is {gap:.3g}.",
                mean=signed(end, 2), deviation=narrow, gap=max(result.log_evidence - top, 0.0))
        )  # fmt: skip
    with right:
        show_figure(
            partial(figures.densities, evidence, result), "densities", made_of=gaussian,
            alt=say("The posterior of z, and the Gaussian that stands in for it"),
            height=400, filename="posterior",
        )  # fmt: skip
        captions.caption(
            say("The gap is KL(p(z|x) ‖ q(z|x)): what the orange curve gives where the blue one "
                "has little costs most.")
        )  # fmt: skip
    st.latex(
        r"q(x)=\int q(x|z)\,q(z)\,dz,\quad q(z)=N(0,1),\quad q(x|z)=N(f(z),\sigma^2),"
        rf"\quad f(z)={DECODED[evidence.decoder]}"
    )
    show_figure(
        partial(figures.over_draws, evidence, result, tightened), "over_draws", made_of=evidence,
        alt=say("The bound with M draws, rising towards ln q(x)"), height=330,
        filename="importance", follow="setting:importance",
        on_click=lambda click: state.put("importance", round(click["x"])),
    )  # fmt: skip
    captions.measured(
        say("The bound with M draws averages M weights inside the logarithm: its mean grows with "
            "M. Of {most:,} draws {effective:,.0f} count, (Σw)²/Σw²: what the Gaussian hardly "
            "reaches is hardly ever drawn.",
            most=MOST_DRAWS, effective=tightened.effective),
        say("Here, as for the VAE, q is the model and p(z|x) the Gaussian that stands in; under "
            "“An integral” p is a number, the precision of the Gaussian g."),
    )  # fmt: skip
    return {
        "Table": partial(_table, tightened, result),
        "Code": partial(_code, evidence),
        "Provenance": partial(provenance_tab.show, evidence),
    }


def answer(evidence: Evidence, result: Elbo, tightened: Tightened) -> str:
    """One sentence with the numbers, for Markdown."""
    at = int(np.argmin(np.abs(tightened.draws - evidence.importance)))
    return marked(
        "ln q(x) is {truth}. This Gaussian bounds it by the ELBO, **{elbo}**: the gap is "
        "{gap:.3g} nats. The best Gaussian leaves {best_gap:.3g}; the bound with M = {m:,}, from "
        "draws of the one chosen, leaves **{left:.3g}** ± {error:.1g}.",
        truth=signed(result.log_evidence), elbo=signed(result.elbo), gap=result.gap,
        best_gap=max(result.log_evidence - result.best, 0.0), m=int(tightened.draws[at]),
        left=result.log_evidence - tightened.bound[at], error=1.96 * tightened.error[at],
    )  # fmt: skip


def _table(tightened: Tightened, result: Elbo) -> None:
    import pandas as pd

    table = pd.DataFrame(
        {
            "draws M": tightened.draws.astype(int),
            "bound": tightened.bound,
            "standard error": tightened.error,
            "gap": result.log_evidence - tightened.bound,
        }
    )
    downloads.table(table, "importance", "importance")


def _code(evidence: Evidence) -> None:
    from dashboard.spec_code import constructor

    code_tab.show(
        "from core.mathematics.evidence import Evidence, elbo, tighten\n\n"
        f"evidence = {constructor(evidence)}\nresult = elbo(evidence)\n"
        "print(result.log_evidence, result.elbo, result.best, tighten(evidence).bound)\n"
    )
