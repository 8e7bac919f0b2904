"""What crosses the wire for a figure and a slider, and what is drawn only once."""

from __future__ import annotations

import json
import threading
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from _plotly_utils.utils import to_typed_array_spec
from opening import figures, open_page
from plotly.io.json import to_json_plotly
from streamlit.testing.v1 import AppTest

from dashboard.ui import packing
from dashboard.ui.packing import pack, pack_once


def a_figure() -> dict[str, Any]:
    z = np.arange(6, dtype=np.float32).reshape(2, 3)
    heat = {"type": "heatmap", "z": z, "customdata": [["a", "b", "c"], ["d", "e", "f"]]}
    bars = {"type": "bar", "x": np.arange(3), "y": np.array([1.5, np.nan, 2]), "text": list("xyz")}
    return {"data": [heat, bars], "layout": {"meta": 7, "xaxis": {"range": [0.0, 2.0]}}}


def test_a_dictionary_crosses_as_the_figure_does() -> None:
    figure = a_figure()
    plain, valid = pack(figure, "key"), pack(go.Figure(figure), "key")
    assert json.loads(plain.json) == json.loads(valid.json)
    assert plain.token == valid.token == "7"
    assert isinstance(figure["data"][0]["z"], np.ndarray), "the caller's arrays stay arrays"


@pytest.mark.parametrize("kind", [*packing.TYPES, "int64", "U3", "bool"])
@pytest.mark.parametrize("shape", [(6,), (2, 3), (3, 1, 2), (0,)])
def test_arrays_cross_as_plotly_packs_them(kind: str, shape: tuple[int, ...]) -> None:
    values = np.arange(np.prod(shape)).reshape(shape).astype(kind)
    wanted = json.loads(to_json_plotly(to_typed_array_spec(values)))
    assert json.loads(to_json_plotly(packing._typed(values))) == wanted
    turned = np.asfortranarray(values)
    assert json.loads(to_json_plotly(packing._typed(turned))) == wanted


def test_the_template_stays_behind() -> None:
    assert "template" not in json.loads(pack(go.Figure(), "key").json)["layout"]
    assert len(pack(go.Figure(), "key").json) < 100


def test_the_same_settings_are_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a crowd at the same moment, too; another language, place or setting is another picture."""
    drawn: list[int] = []
    ready = threading.Barrier(8)

    def draw() -> dict[str, Any]:
        drawn.append(1)
        return a_figure()

    def visitor() -> None:
        ready.wait()
        pack_once(draw, "heat", "these settings")

    crowd = [threading.Thread(target=visitor) for _ in range(8)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert len(drawn) == 1
    pack_once(draw, "heat", "other settings")
    pack_once(draw, "other place", "these settings")
    assert len(drawn) == 3
    monkeypatch.setattr(packing, "session_language", lambda: "zh")
    pack_once(draw, "heat", "these settings")
    assert len(drawn) == 4


def test_what_fails_is_drawn_again() -> None:
    def fail() -> dict[str, Any]:
        raise ValueError("no data")

    for _ in range(2):
        with pytest.raises(ValueError, match="no data"):
            pack_once(fail, "fails", "a setting")


def test_kept_figures_are_bounded() -> None:
    size = packing.BYTES // 40
    for i in range(60):
        pack_once(lambda: {"data": [], "layout": {"title": {"text": "x" * size}}}, "big", i)
    assert packing._kept.currsize <= packing.BYTES
    packing._kept.clear()


def test_a_page_of_known_settings_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard.mathematics.figures import similar

    drawn: list[str] = []
    grid_picture = similar.grid_picture

    def counting(result: Any, basis: str) -> dict[str, Any]:
        drawn.append(basis)
        return grid_picture(result, basis)

    monkeypatch.setattr(similar, "grid_picture", counting)
    packing._kept.clear()
    first = open_page("similar", a11="1.3")
    assert sorted(drawn) == ["given", "own"]
    second = open_page("similar", a11="1.3")
    assert figures(second) == figures(first) and len(drawn) == 2
    open_page("similar", a11="1.4")
    assert len(drawn) == 4


def _page() -> None:
    from dashboard.ui.figure import show_figure
    from dashboard.ui.live_slider import live_slider

    live_slider("Window", 1, 20, 5, step=1, key="window")
    show_figure({"data": [], "layout": {}}, "empty", alt="nothing")


def test_messages_hold_no_code() -> None:
    """Of a component, Streamlit sends markup, style and code with every change."""
    slider, figure = (element.proto for element in AppTest.from_function(_page).run().get(
        "bidi_component"
    ))  # fmt: skip
    for proto in (slider, figure):
        assert not proto.html_content and not proto.css_content and len(proto.js_content) < 200
    assert figure.ByteSize() < 900 and slider.ByteSize() < 1000
