"""The two components as a page's script sees them, without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest

from dashboard.figures.template import DIVERGING, NAME, SEQUENTIAL, escape
from dashboard.language import filled
from dashboard.ui import slider_scale
from dashboard.ui.figure import read
from dashboard.ui.live_slider import log_stops, stops


def _sliders() -> None:
    import streamlit as st

    from dashboard.ui.live_slider import live_choice, live_slider, seed

    if st.button("preset"):
        seed("window", 9)
    window = live_slider("Window", 1, 20, 5, step=1, key="window")
    shift = live_slider("Shift", 1.0, 50.0, 1.0, step=0.1, key="shift", log=True)
    model = live_choice("Model", ["ppmi", "sgns"], "sgns", key="model")
    st.json({"window": window, "shift": shift, "model": model})


def _figure() -> None:
    import numpy as np
    import plotly.graph_objects as go
    import streamlit as st

    from dashboard.ui.figure import show_figure

    fig = go.Figure(go.Heatmap(z=np.eye(3, dtype=np.float32)), {"template": "plotly_dark"})
    events = show_figure(fig, "map", alt="an identity", height=300, token="7", on_select="rerun")
    st.text(repr(events))


def _shown(at: AppTest) -> dict[str, Any]:
    import json

    assert not at.exception
    return dict(json.loads(at.json[0].value))


def test_defaults() -> None:
    at = AppTest.from_function(_sliders).run()
    assert _shown(at) == {"window": 5, "shift": 1.0, "model": "sgns"}
    assert at.session_state["window"] == 5


@pytest.mark.parametrize(
    ("put", "found"),
    [(7, 7), (99, 20), (-3, 1), (7.4, 7), ("junk", 5), (None, 5), (float("nan"), 5), (True, 5)],
)
def test_session_state_sets_the_value(put: object, found: int) -> None:
    """A test, a link or a preset writes the entry; nonsense becomes the default."""
    at = AppTest.from_function(_sliders)
    at.session_state["window"] = put
    at.run()
    assert _shown(at)["window"] == found
    assert at.session_state["window"] == found and type(at.session_state["window"]) is int
    at.session_state["window"] = 3
    assert _shown(at.run())["window"] == 3
    assert _shown(at.run())["window"] == 3


def test_seed_in_a_button() -> None:
    at = AppTest.from_function(_sliders).run()
    assert _shown(at.button[0].click().run())["window"] == 9
    assert _shown(at.run())["window"] == 9


def test_choice_and_log() -> None:
    at = AppTest.from_function(_sliders)
    at.session_state["model"] = "ppmi"
    at.session_state["shift"] = 1000
    assert _shown(at.run()) == {"window": 5, "shift": 50.0, "model": "ppmi"}
    at.session_state["model"] = "unknown"
    assert _shown(at.run())["model"] == "sgns"


def test_a_value_between_two_stops_is_kept_as_it_is() -> None:
    """A link means what it says: 3.14 is neither 3.1 nor 3.2, and stays a stop afterwards."""
    at = AppTest.from_function(_sliders)
    at.session_state["shift"] = 3.14
    assert _shown(at.run())["shift"] == 3.14 and _labels(at, "Shift").count("3.14") == 1
    stops = _labels(at, "Shift")
    at.session_state["shift"] = 5.0
    assert _shown(at.run())["shift"] == 5.0
    assert _labels(at, "Shift") == stops, "places on the slider keep their values"
    at.session_state["shift"] = float("nan")
    assert _shown(at.run())["shift"] == 1.0


def _labels(at: AppTest, name: str) -> list[str]:
    sent = [slider_scale.read(e.proto.bytes) for e in at.get("bidi_component")]
    return next(slider["labels"] for slider in sent if slider["label"] == name)


def test_figure_without_a_browser() -> None:
    at = AppTest.from_function(_figure).run()
    assert not at.exception
    assert at.text[0].value == "FigureEvents(click=None, selection=())"
    options, figure = read(at.get("bidi_component")[0].proto.bytes)
    assert options["alt"] == "an identity" and options["height"] == 300
    assert options["token"] == "7"
    assert options["selects"] and not options["clicks"]
    assert figure["data"][0]["z"]["dtype"] == "f4", "float32 travels as it is"
    assert figure["layout"]["uirevision"] == "map"
    assert "template" not in figure["layout"], "the browser has the only one already"


def test_figure_needs_words() -> None:
    from dashboard.ui.figure import show_figure

    with pytest.raises(ValueError, match="alt of figure 'k' is empty"):
        show_figure(go.Figure(), "k", alt=" ")


SCALES = [
    (stops(-2.0, 2.0, 0.01), "{:.2f}"),
    (stops(0.0, 1.0, 0.05), "{:.0%}"),
    (stops(1, 20, 1), "{} tokens"),
    (log_stops(1.0, 50.0, 0.1), "{:.1f}"),
    (log_stops(1e-4, 1.0, 1e-5), "{:.1e}"),
    ([1.0, 2.5, 9.0, 10.0], "{:.0f}"),
    ([0.1, 0.2, 0.3, 0.45], "η = {:g}"),
]


@pytest.mark.parametrize(("values", "form"), SCALES)
def test_a_browser_computes_the_stops_that_python_has(values: list[float], form: str) -> None:
    labels = [filled(form, value) for value in values]
    packed = slider_scale.packed_scale(tuple(values), tuple(labels))
    assert slider_scale.read(packed.encode()) == {"values": values, "labels": labels}


def test_even_stops_cross_the_wire_in_a_tenth() -> None:
    values, form = SCALES[0]
    labels = [filled(form, value) for value in values]
    packed = slider_scale.packed_scale(tuple(values), tuple(labels))
    assert len(packed) < len(json.dumps([values, labels])) / 10


@given(some.integers(-1000, 1000), some.integers(1, 500), some.integers(1, 50))
def test_stops_of_integers_are_a_range(low: int, width: int, step: int) -> None:
    assert stops(low, low + width, step) == list(range(low, low + width + 1, step))


@given(some.floats(1e-3, 1e3), some.floats(1.5, 1e4), some.sampled_from([0.01, 0.1, 1.0]))
def test_log_stops_rise_within_bounds(low: float, factor: float, step: float) -> None:
    found = log_stops(low, low * factor, step)
    assert found[0] == low and found == sorted(set(found)) and found[-1] <= low * factor


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: stops(0, 1_000_000, 1), "at most 2000: enlarge step"),
        (lambda: stops(3, 3, 1), "low < high"),
        (lambda: log_stops(0, 5, 1), "0 < low"),
    ],
)
def test_impossible_sliders(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_floats_carry_no_dust() -> None:
    assert stops(0.0, 1.0, 0.1) == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]


def test_template_is_registered_and_white_is_zero() -> None:
    registered = go.Figure(layout={"template": NAME}).layout.template
    assert registered.layout.colorway[0] == "#0072B2"
    assert go.Figure(layout={"template": NAME}).layout.template.layout.hovermode == "closest"
    assert dict(DIVERGING)[0.5] == "#FFFFFF"
    assert len(SEQUENTIAL) == 10


def test_escape_leaves_nothing_for_plotly_to_obey() -> None:
    assert escape('<b>"x" & %{y}</b>') == '&lt;b&gt;"x" &amp; &#37;{y}&lt;/b&gt;'
