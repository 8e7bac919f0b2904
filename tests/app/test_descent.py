"""Descent: what is drawn is what was computed, a divergence is said, and settings move it."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from opening import (
    array,
    errors,
    figure,
    figures,
    hypertext,
    open_page,
    open_tab,
    put,
    script,
    settings,
    settled,
)
from streamlit.testing.v1 import AppTest

from core.mathematics.descent import OPTIMISERS, Descent, descend
from core.mathematics.surfaces import SURFACES, Terrain
from core.mathematics.tuning import limits, tuned
from dashboard.mathematics.figures.descent import NAMES


def facts(at: AppTest) -> dict[str, list[str]]:
    """The table of optimisers: η, β, steps and loss, by name."""
    rows = re.findall(r"<tr>(<td>.*?)</tr>", hypertext(at))
    cells = [re.findall(r"<td>(.*?)</td>", row) for row in rows]
    return {name: rest for name, *rest in cells}


def test_the_paths_are_those_of_core_and_the_sentence_counts_their_steps() -> None:
    at = open_page("descent", eta="0.01", kappa="20.0", descent_steps="250")
    spec = Descent(Terrain(kappa=20.0), eta=0.01, descent_steps=250)
    paths = descend(spec)
    traces = {t.get("name"): t for t in figure(at, "surface")["data"]}
    for i, name in enumerate(paths.names):
        np.testing.assert_allclose(array(traces[name]["x"]), paths.theta[i, :, 0])
    reached = dict(zip(OPTIMISERS, paths.reach(0.01), strict=True))
    fastest = min((n, name) for name, n in reached.items() if n is not None)
    name = NAMES[fastest[1]]
    text = f"{name} is the fastest: down to 1 % of the first loss in {fastest[0]:,} steps."
    assert text in hypertext(at)
    assert f"gradient descent {reached['gd']}" in hypertext(at)
    losses = {t.get("name"): t for t in figure(at, "losses")["data"]}
    np.testing.assert_allclose(array(losses["momentum"]["y"]), paths.losses[1])
    assert {"gradient flow θ′ = −∇L", "heavy ball θ″ + γθ′ = −∇L"} <= set(losses)
    at = put(at, flows=False, racers=["gd", "adam"])
    names = [t["name"] for t in figure(at, "losses")["data"] if "name" in t]
    assert names == ["gradient descent", "Adam"] and not re.search(
        "of the others: [^.]*momentum", hypertext(at)
    )


def test_a_move_sends_the_paths_and_not_the_surface() -> None:
    at = open_page("descent")

    def sizes() -> tuple[int, int]:
        sent = [element.proto for element in at.get("bidi_component")]
        kept = sum(len(e.bytes) for e in sent if e.component_name == "vectorscope_kept")
        return kept, sum(len(e.bytes) for e in sent) - kept

    assert sizes()[0] > 100_000
    put(at, eta=0.01)
    kept, moved = sizes()
    assert kept < 200 and moved < 100_000
    put(at, kappa=20.0)
    assert sizes()[0] > 100_000, "another surface"


def test_a_divergence_is_drawn_and_said_and_nothing_is_nan() -> None:
    at = open_page("descent", eta="0.05")
    text = hypertext(at)
    assert "Gradient descent diverges: η = 0.05 is not below its limit 0.04" in text
    assert "Momentum diverges" not in text and not errors(at)
    assert "diverged, step" in facts(at)["gradient descent"][-1]
    for page in (at, put(at, eta=10.0), put(at, surface="rosenbrock")):
        assert not re.search(r"\b(nan|inf)\b", hypertext(page), re.IGNORECASE)
        for _, drawn in figures(page).values():
            assert np.isfinite(drawn["layout"]["yaxis"].get("range", [0.0])).all()


@pytest.mark.parametrize("method", ["gd", "momentum", "nesterov"])
def test_the_best_settings_are_a_click_away(method: str) -> None:
    at = open_page("descent", kappa="30.0")
    settled(at.button(key=f"best:{method}").click().run())
    best = tuned(1.0, 30.0)
    assert settings(at)["eta"] == pytest.approx(getattr(best, f"{method}_eta"), rel=1e-5)
    if method != "gd":
        assert settings(at)["beta"] == pytest.approx(getattr(best, f"{method}_beta"), rel=1e-5)


def test_each_at_its_own_best_and_on_its_own_clock() -> None:
    at = open_page("descent", tuning="best", clock="own", kappa="30.0")
    best, rows = tuned(1.0, 30.0), facts(at)
    assert rows["gradient descent"][0] == f"{best.gd_eta:.4g}"
    assert rows["momentum"][:2] == [f"{best.momentum_eta:.4g}", f"{best.momentum_beta:.4g}"]
    losses = {t.get("name"): t for t in figure(at, "losses")["data"]}
    steps = {name: losses[name]["dx"] for name in ("gradient descent", "momentum")}
    assert steps["gradient descent"] == pytest.approx(best.gd_eta)
    assert steps["momentum"] == pytest.approx(np.sqrt(best.momentum_eta)), "its time is n√η"


def test_a_surface_chosen_by_hand_begins_where_there_is_something_to_see() -> None:
    at = open_page("descent")
    for name in SURFACES[1:]:
        settled(at.selectbox(key="setting:surface").set_value(name).run())
        assert settings(at)["surface"] == name and "diverges" not in hypertext(at)
    linked = open_page("descent", surface="rosenbrock", eta="0.001")
    assert settings(linked)["eta"] == 0.001, "a link says itself how to begin"


def test_walkers_are_drawn_where_they_are() -> None:
    at = open_tab(open_page("descent", walker_time="3", breadth="2.0"), "descent", "Noise")
    data = figure(at, "walkers")["data"]
    here = array(data[0]["x"])
    assert len(here) == 10_000
    counts = next(t for t in data if t["type"] == "bar")
    share = array(counts["y"]) * counts["width"]
    assert share.sum() == pytest.approx(1.0, abs=0.01)
    text = hypertext(at)
    assert "p &lt; 0.001" in text and "exp(−2L/σ²)" in text and "Flat against sharp" in text
    put(at, shown_frame=0)
    assert "10,000 walkers wait where they begin" in hypertext(at)
    put(at, walker_step=0.2, barrier=3.0, sigma=2.0, shown_frame=40)
    assert "too large for this landscape" in hypertext(at) and not errors(at)


def test_the_other_tabs_answer_first() -> None:
    at = open_page("descent")
    assert "gradient descent needs about" in hypertext(at)
    steep = hypertext(open_page("descent", kappa="1000"))
    assert "gradient descent needs about 1,152 steps" in steep, "ln 0.01 / (2 ln 999/1001)"
    assert "needs about" not in hypertext(open_page("descent", surface="wells")), "it has no κ"
    assert "holds a walker" in hypertext(open_tab(at, "descent", "Escape"))
    assert "After 20 epochs batches of" in hypertext(open_tab(at, "descent", "Batch size"))
    table = open_tab(at, "descent", "Table").dataframe[0].value
    assert len(table) == 6 * 201 and not table.isna().any().any()


def test_code_gives_what_is_shown() -> None:
    at = open_tab(open_page("descent", surface="wells", eta="0.05"), "descent", "Code")
    printed: list[Any] = []
    exec(script(at), {"print": lambda *values: printed.extend(values)})
    _, theta, _ = printed
    traces = {t.get("name"): t for t in figure(at, "surface")["data"]}
    np.testing.assert_allclose(array(traces["Adam"]["y"]), theta[5, :, 1])


def test_the_tour_tells_what_is_so() -> None:
    def steps(**more: Any) -> dict[str, int | None]:
        return dict(zip(("gd", "momentum"), descend(Descent(**more)).reach(0.01)[:2], strict=True))

    assert steps() == {"gd": 88, "momentum": 44} and Descent().terrain.kappa == 50
    ends = limits(50.0, 0.9)
    assert (ends["gd"], ends["momentum"]) == pytest.approx((0.04, 0.076))
    assert descend(Descent(eta=0.05)).diverged[:2].tolist() == [20, -1]
    assert steps(eta=0.005, descent_steps=400) == {"gd": 354, "momentum": 38}
    assert np.sqrt(0.005) == pytest.approx(0.0707, abs=5e-5)
    assert 1 / np.sqrt(0.005) == pytest.approx(14.1, abs=0.05)
    assert 0.1 / np.sqrt(0.005) == pytest.approx(1.41, abs=0.005)
    assert steps(tuning="best") == {"gd": 58, "momentum": 20}
