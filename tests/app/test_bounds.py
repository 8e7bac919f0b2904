"""The page Bounds: its numbers, the hand on the pictures, and input that is impossible."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from opening import array, errors, figure, figures, open_page, open_tab, page_of, put, script
from opening import settled as run_on

from core.mathematics.bounds import Integral, bounded, log_bound
from core.mathematics.evidence import Evidence, climb, elbo, tighten
from core.mathematics.mixture import Mixture, ascend


def answer(at: Any) -> str:
    """The sentence above the figures, without what escapes Markdown."""
    return str(at.markdown[0].value).replace("\\", "")


def trace(at: Any, key: str, name: str) -> dict[str, Any]:
    [found] = [t for t in figure(at, key)["data"] if t.get("name") == name]
    return dict(found)


def printed(at: Any) -> list[Any]:
    values: list[Any] = []
    exec(script(at), {"print": lambda *more: values.extend(more)})
    return values


def test_the_default() -> None:
    at = open_page("bounds")
    assert "With p = 1 the bound is 0.8372, **61.18\u00a0%** of the integral, 1.368." in answer(at)
    assert "The best p, 2.303, reaches **98.32\u00a0%**" in answer(at)
    assert set(figures(at)) == {"stand_in", "over_precision", "over_strength"}
    for _, sent in figures(at).values():
        go.Figure(sent["data"], sent["layout"])  # Plotly knows all that is in it


def test_areas_are_the_integral_and_its_bound() -> None:
    at = open_page("bounds", strength="3.0", precision="2.0")
    result = bounded(Integral(strength=3.0, precision=2.0))
    for name, logarithm in (
        ("e<sup>−U(x)</sup>", result.log_truth), ("Gaussian stand-in", result.log_bound),
    ):  # fmt: skip
        curve = trace(at, "stand_in", name)
        area = np.trapezoid(array(curve["y"]), array(curve["x"]))
        assert area == pytest.approx(np.exp(logarithm), rel=0.03)


def test_the_bound_lies_below() -> None:
    at = open_page("bounds", integrand="well", strength="5.0")
    bound = array(trace(at, "over_precision", "bound at p")["y"])
    truth = array(trace(at, "over_precision", "ln of the integral")["y"])
    assert bound.max() <= truth[0]


def test_the_best_is_one_click_away() -> None:
    at = open_page("bounds", strength="10.0")
    run_on(at.button(key="best-p").click().run())
    assert at.session_state["setting:precision"] == 6.0 and "With p = 6 the" in answer(at)
    at = open_page("bounds", question="evidence")
    run_on(at.button(key="best-gaussian").click().run())
    best = elbo(Evidence())
    assert at.session_state["setting:z_mean"] == pytest.approx(best.best_mean, abs=5e-4)
    assert at.session_state["setting:z_deviation"] == pytest.approx(best.best_deviation, abs=5e-4)


@pytest.mark.parametrize(("text", "says"), [
    ("x^3", "on one side"), ("x^2 - x^4", "on both sides"), ("3", "U does not grow"),
])  # fmt: skip
def test_infinite_integrals_are_drawn_and_said(text: str, says: str) -> None:
    at = open_page("bounds", integrand="own", polynomial=text, precision="0.01")
    assert "**This integral is infinite**" in answer(at) and says in answer(at)
    assert set(figures(at)) == {"stand_in", "over_precision"} and not errors(at)
    assert all(np.isfinite(array(t["y"])).all() for t in figure(at, "stand_in")["data"])
    run_on(at.button(key="best-p").click().run())  # there is none, and nothing happens
    assert at.session_state["setting:precision"] == 0.01


def test_a_negligible_power_is_not_called_infinite() -> None:
    at = open_page("bounds", integrand="own", polynomial="x^2 + 1e-20 x^4")
    assert "the bound is 1.772, **100.00\u00a0%** of the integral, 1.772" in answer(at)
    assert "The best p, 1, reaches" in answer(at) and not errors(at)


def test_a_polynomial_that_is_none() -> None:
    at = open_page("bounds", integrand="own", polynomial="__import__('os').getcwd()")
    assert "character 1" in errors(at)[0].replace("\\", "") and not figures(at)
    run_on(at.button(key="best-p").click().run())
    assert len(errors(at)) == 1
    put(at, polynomial="x^2 + x^3 + x^4")
    assert not errors(at) and "U is not even" in answer(at)


def test_one_x() -> None:
    at = open_page("bounds", question="evidence", decoder="line", z_mean="0.2")
    result = elbo(Evidence("line", z_mean=0.2))
    assert f"{result.log_evidence:.4f}".replace("-", "−") in answer(at)
    assert f"**{result.elbo:.4f}**".replace("-", "−") in answer(at)
    assert set(figures(at)) == {"landscape", "densities", "over_draws"}
    for _, sent in figures(at).values():
        go.Figure(sent["data"], sent["layout"])
    posterior = trace(at, "densities", "posterior q(z|x)")
    assert np.trapezoid(array(posterior["y"]), array(posterior["x"])) == pytest.approx(1, abs=1e-3)
    held = trace(at, "landscape", "Gaussian held")
    assert (array(held["x"])[0], array(held["y"])[0]) == (0.2, 0.4)


def test_a_mixture() -> None:
    at = open_page("bounds", question="mixture", half_step="5", components="2")
    ascent = ascend(Mixture(components=2))
    assert "This E step raised" in answer(at) and not errors(at)
    for _, sent in figures(at).values():
        go.Figure(sent["data"], sent["layout"])
    drawn = array(trace(at, "over_half_steps", "the bound")["y"])
    np.testing.assert_allclose(drawn, ascent.bound, rtol=1e-6)
    put(at, half_step=0)
    assert "At the start" in answer(at)


def test_code_tables_and_provenance() -> None:
    at = open_tab(open_page("bounds", strength="2.0"), "bounds", "Code")
    result = bounded(Integral(strength=2.0))
    assert printed(at) == [result.log_truth, result.log_bound, result.best, result.log_best]
    put(at, question="evidence")
    assert printed(at)[:2] == [elbo(Evidence()).log_evidence, elbo(Evidence()).elbo]
    put(at, question="mixture")
    np.testing.assert_array_equal(printed(at)[0], ascend(Mixture()).bound)
    open_tab(at, "bounds", "Table")
    assert len(at.dataframe[0].value) == 81
    open_tab(at, "bounds", "Provenance")
    assert dict(at.dataframe[0].value.itertuples(index=False))["components"] == "3"


@pytest.mark.parametrize(
    ("page", "tab"), [("latent_judgement", "Density"), ("generators", "Formulas")]
)
def test_onward(page: str, tab: str) -> None:
    at = open_page("bounds", question="evidence")
    at.button(key=f"onward:{page}").click().run()
    assert page_of(at) == page and not errors(at)
    assert at.session_state[f"{page}-tabs"] == tab


def test_what_the_tour_says_of_integrals() -> None:
    first = bounded(Integral(strength=10.0))
    assert np.exp(first.log_truth) == pytest.approx(0.921961, abs=5e-7)
    assert first.rivals["first order"] == pytest.approx(-11.52, abs=5e-3)
    assert np.exp(-first.gap) == pytest.approx(0.0011, abs=5e-5)
    assert first.best == pytest.approx(6)
    assert np.exp(first.log_best - first.log_truth) == pytest.approx(0.9666, abs=5e-5)
    assert first.log_truth - first.log_best == pytest.approx(0.0339, abs=5e-5)
    well = Integral("well", strength=100.0, centre=1.0, precision=400.0)
    assert np.exp(-bounded(well).gap) == pytest.approx(0.4988, abs=5e-5)
    middle = bounded(well.replace(centre=0.0))
    assert (middle.log_best - middle.log_truth) / np.log(10) == pytest.approx(-28, abs=0.5)


def test_what_the_tour_says_of_one_x_and_of_a_mixture() -> None:
    evidence = Evidence()
    result, tightened = elbo(evidence), tighten(evidence)
    assert result.gap == pytest.approx(0.909, abs=5e-4)
    assert result.log_evidence - result.best == pytest.approx(0.577, abs=5e-4)
    m, s = climb(evidence)[-1]
    top = float(log_bound(evidence.potential, m, s**2))
    assert result.log_evidence - top == pytest.approx(0.733, abs=5e-4)
    assert result.log_evidence - tightened.bound[4] == pytest.approx(0.52, abs=5e-3)
    assert result.log_evidence - tightened.bound[10] == pytest.approx(0.2, abs=0.05)
    ends = [ascend(Mixture(start=start)) for start in (0, 1)]
    assert [end.likelihood[-1] for end in ends] == pytest.approx([-1.522, -1.747], abs=5e-4)
    assert np.diff(np.sort(ends[1].means[-1])).min() < 0.2
