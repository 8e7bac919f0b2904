"""The bound of an integral by a Gaussian held by hand, and its rivals."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from core.errors import CoreError
from core.mathematics.bounds import Bounded, Integral, bounded, over, ratios
from core.mathematics.polynomials import parse, written
from core.mathematics.potentials import PolynomialPotential
from dashboard import state
from dashboard.language import paragraph, percent_sign, say
from dashboard.markdown import marked
from dashboard.mathematics.figures import bounds as figures
from dashboard.mathematics.parts.written import number, share, signed
from dashboard.ui import captions, code_tab, controls, downloads, layout, provenance_tab
from dashboard.ui.figure import show_figure
from dashboard.ui.tabs import Shown

NAMES = {
    "quartic": "x² + εx⁴",
    "well": "Double well",
    "ripple": "Cosine",
    "own": "Your own‹polynomial›",
}
WRITTEN = {
    "quartic": r"U=x^2+\varepsilon x^4,\quad ",
    "well": r"U=\varepsilon(x^2-1)^2,\quad ",
    "ripple": r"U=x^2+\varepsilon(1-\cos 6x),\quad ",
}
ENDLESS = {
    "flat": "as U does not grow",
    "odd": "as U falls without end on one side",
    "even": "as U falls without end on both sides",
}


def settings() -> Integral:
    """The integral of the session."""
    return state.spec(Integral)


def panel() -> None:
    """U, and the Gaussian."""
    layout.heading("Integral")
    kind = controls.pick(Integral, "integrand", "Exponent U(x)", names=NAMES, compact=False)
    if kind == "own":
        controls.words(Integral, "polynomial", "U as a polynomial", hint="x^2 + ε x^4")
    controls.slider(Integral, "strength", "ε", step=0.01, log=True, format="{:.3g}")
    layout.heading("Gaussian")
    controls.slider(Integral, "precision", "Precision p", step=0.01, log=True, format="{:.4g}")
    controls.slider(Integral, "centre", "Centre m", step=0.05, format="{:.2f}")
    st.button(say("Take the best p"), key="best-p", on_click=take_best, width="stretch")


def take_best() -> None:
    """Hold the best p, or the nearest that can be held; without one nothing happens."""
    try:
        best = bounded(settings()).best
    except CoreError:
        return  # the page says what is wrong with the polynomial
    if best is not None:
        _hold("precision", best)


def _hold(name: str, value: float) -> None:
    field = Integral.__dataclass_fields__[name].metadata
    state.put(name, float(np.clip(float(f"{value:.4g}"), field["low"], field["high"])))


def show() -> Shown:
    """The answer, the figures, the table of rivals; returns the tabs."""
    integral = settings()
    result = bounded(integral)
    st.markdown(answer(integral, result))
    left, right = st.columns(2, gap="large")
    with left:
        show_figure(
            partial(figures.stand_in, integral), "stand_in",
            made_of=integral,
            alt=say("The integrand, and the Gaussian stand-in whose area is the bound"),
            height=350, filename="integrand",
        )  # fmt: skip
        captions.caption(
            say("The area below the orange curve is the bound, that below the blue one the "
                "integral. The stand-in may be higher in places; its area never is larger."
                if np.isfinite(result.log_truth) else
                "The blue curve goes on beyond the picture, and so does the area below it.")
        )  # fmt: skip
    with right:
        show_figure(
            partial(figures.over_precision, integral, result), "over_precision", made_of=integral,
            alt=say("The logarithm of the bound over p, below that of the integral"),
            height=350, filename="bound", follow="setting:precision",
            on_click=lambda click: _hold("precision", click["x"]),
        )  # fmt: skip
        captions.caption(
            say("Click the curve to hold another p. The gap is KL(g ‖ e^(−U)/I), with g the "
                "Gaussian." if np.isfinite(result.log_truth)
                else "Click the curve to hold another p.")
        )  # fmt: skip
    _rivals(integral, result)
    return {
        "Table": partial(_table, integral),
        "Code": partial(_code, integral),
        "Provenance": partial(provenance_tab.show, integral),
    }


def answer(integral: Integral, result: Bounded) -> str:
    """One sentence with the numbers, and what is odd about U, for Markdown."""
    if np.isinf(result.log_truth):
        return marked(
            "**This integral is infinite**, {why}. The bound at p = {p:.4g} is {bound}: true, as "
            "every number is below infinity, and of no use.",
            why=say(ENDLESS[_ending(integral)]), p=integral.precision,
            bound=number(result.log_bound),
        )  # fmt: skip
    assert result.best is not None, "an integral that is finite has a best bound"
    sentence = marked(
        "With p = {p:.4g} the bound is {bound}, **{share}** of the integral, {truth}. "
        "The best p, {best:.4g}, reaches **{best_share}**. No Gaussian reaches more than 100 %.",
        p=integral.precision, bound=number(result.log_bound, 4),
        truth=number(result.log_truth, 4),
        share=share(result.log_bound - result.log_truth), best=result.best,
        best_share=share(result.log_best - result.log_truth),
    )  # fmt: skip
    potential = integral.potential
    uneven = isinstance(potential, PolynomialPotential) and not potential.even
    hint = "U is not even. A Gaussian around 0 averages its odd part away: try another centre m."
    return paragraph(sentence, say(hint) if uneven and integral.centre == 0 else "")


def _ending(integral: Integral) -> str:
    potential = integral.potential
    assert isinstance(potential, PolynomialPotential)
    degree = potential.polynomial.degree()
    return "flat" if degree == 0 else "odd" if degree % 2 else "even"


def _rivals(integral: Integral, result: Bounded) -> None:
    """All approximations over ε, and their values at this one."""
    left, right = st.columns([1.7, 1], gap="large")
    with left:
        every = ratios(_alike(integral))
        if np.isfinite(every.bound).any():
            show_figure(
                partial(figures.over_strength, integral, every), "over_strength",
                made_of=integral,
                alt=say("Each approximation over the exact integral, over ε"),
                height=340, filename="ratio", follow="setting:strength",
                on_click=lambda click: _hold("strength", click["x"]),
            )  # fmt: skip
        else:
            captions.caption(say("The integral is infinite at every ε: nothing to compare with."))
    with right:
        captions.facts(("Approximation", "value", "of the exact"), _values(result))
    st.latex(
        _written(integral)
        + r"\int e^{-U(x)}dx\;\ge\;\sqrt{\tfrac{\pi}{p}}\;e^{\,1/2-\mathbb{E}_g[U]},"
        r"\quad g=N(m,\tfrac1{2p})"
    )
    if np.isfinite(result.log_truth):
        captions.measured(say(METHOD[integral.integrand]))


def _plain(value: float) -> str:
    """A value that may be negative, in the notation of the others."""
    sign = "−" if value < 0 else ""
    return f"{sign}{number(np.log(abs(value)))}" if value else "0"


def _written(integral: Integral) -> str:
    """U as it was read, for LaTeX."""
    if integral.integrand == "own":
        return rf"U={written(parse(integral.polynomial))},\quad "
    return WRITTEN[integral.integrand]


def _values(result: Bounded) -> list[tuple[str, str, str]]:
    """Each approximation, its value, and what share of the exact value it is."""
    truth = result.log_truth
    if np.isinf(truth):
        bound = number(result.log_bound)
        return [(say("exact"), "∞", "–"), (say("bound at p"), bound, "–")]
    rows = [(say("exact"), number(truth), f"100{percent_sign()}")]
    logs = {"bound at p": result.log_bound, "bound at p*": result.log_best}
    rows += [(say(name), number(value), share(value - truth)) for name, value in logs.items()]
    for name, value in result.rivals.items():
        of_truth = f"{signed(100 * over(value, truth), 2)}{percent_sign()}"
        rows.append((say(name), _plain(value), of_truth))
    return rows


METHOD = {
    "quartic": "First order is √π (1 − ¾ε): it turns negative where ε is large. The first closed "
    "form is √(2π/(1 + √(1 + 6ε))), the second √(13π/(10 + 3√(1 + 13ε))); only the bounds are sure "
    "to be below the exact value.",
    "well": "A Gaussian around 0 covers the barrier between the wells, and its bound falls to "
    "nothing as ε grows. Around a well, m = 1, it misses the other one: ln 2 nats, half of the "
    "integral. Laplace puts a Gaussian into each well; it is no bound.",
    "ripple": "First order is √π (1 − ε(1 − e⁻⁹)). The bound has two tops: a wide Gaussian spans "
    "all valleys, a narrow one fits the middle valley. Near ε = 1.6 the best p jumps from one to "
    "the other.",
    "own": "First order is given where U without ε is a parabola, Laplace where U has a minimum. "
    "Neither is a bound.",
}


def _alike(integral: Integral) -> Integral:
    """The same for every ε and p: what ratios follow from."""
    return integral.replace(strength=1.0, precision=1.0)


def _table(integral: Integral) -> None:
    import pandas as pd

    result = ratios(_alike(integral))
    table = pd.DataFrame(
        {"ε": result.strengths.round(6), "bound at p*": result.bound, **result.rivals}
    )
    downloads.table(table, "bounds", "bounds")


def _code(integral: Integral) -> None:
    from dashboard.spec_code import constructor

    code_tab.show(
        "import numpy as np\n\nfrom core.mathematics.bounds import Integral, bounded\n\n"
        f"result = bounded({constructor(integral)})\n"
        "print(result.log_truth, result.log_bound, result.best, result.log_best)\n"
    )
