"""Maps of collections: what of their rows is drawn and sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from dashboard.items.figures.collection import (
    Colour,
    MappedRows,
    collection_map,
    hollow_map,
    one_group,
    places,
)
from dashboard.items.parts.collection_cloud import SHADES, UNKNOWN, codes_of


def drawn_map(mapped: MappedRows, colour: Colour) -> Sequence[Any]:
    """The traces, which Plotly has checked."""
    traces: Sequence[Any] = go.Figure(collection_map(mapped, colour, ("", ""), "u")).data
    return traces


@pytest.mark.parametrize("titled", [True, False])
def test_every_row_is_drawn_and_called_by_its_title_or_its_number(titled: bool) -> None:
    rows = np.array([2, 3, 5, 8])
    xy = np.arange(8, dtype=np.float32).reshape(4, 2)
    titles = ["a", "<b>", "c", "d"] if titled else None
    colour = Colour("kind", np.array([0, 1, 0, -1]), names=["x", "y"], rest="none")
    mapped = MappedRows(rows, xy, titles, np.array([True, True, False, True]))
    traces = drawn_map(mapped, colour)
    assert sorted(row for trace in traces for row in trace.customdata) == rows.tolist()
    drawn = [trace for trace in traces if trace.hoverinfo != "skip"]
    said = {trace.hovertemplate for trace in drawn}
    if titled:
        assert {text for trace in drawn for text in trace.text} == {"a", "&lt;b&gt;", "d"}
        assert said == {"%{text}<extra></extra>"}
    else:
        assert said == {"#%{customdata}<extra></extra>"} and drawn[0].text is None


KINDS = Colour("kind", np.array([0, 2, -1, 2]), names=["x", "y", "z"], rest="none")
NUMBERS = Colour("n", np.array([-5, 2, np.nan, 30]), low=0, high=8)


@pytest.mark.parametrize("colour", [KINDS, NUMBERS])
def test_a_map_without_points_has_the_same_traces_whatever_is_filtered_out(colour: Colour) -> None:
    """Those of the groups that the map with points has; plotly.py takes them."""
    xy = np.ones((4, 2), np.float32)
    shown = np.array([True, False, True, True])
    mapped = MappedRows(np.arange(4), xy, None, shown)
    hollow = hollow_map(mapped, colour, ("", ""), "u")
    unfiltered = MappedRows(np.arange(4), xy, None, shown | True)
    assert hollow == hollow_map(unfiltered, colour, ("", ""), "u")
    names = [trace.name for trace in drawn_map(mapped, colour)]
    assert [trace.name for trace in go.Figure(hollow).data] == names
    codes = codes_of(colour)
    for trace in hollow["data"][1:]:
        code = trace["meta"]["cloud"]
        own = codes < UNKNOWN if code == "scale" else codes == (UNKNOWN if code == -1 else code)
        full = next(t for t in drawn_map(unfiltered, colour)
                    if t.name == trace["name"])  # fmt: skip
        assert np.flatnonzero(own).tolist() == full.customdata.tolist()


def test_shades_go_from_low_to_high() -> None:
    assert codes_of(NUMBERS).tolist() == [0, round(SHADES / 4), UNKNOWN, SHADES]


def test_of_one_group_the_places_and_the_colours_are_the_whole_map() -> None:
    colour = Colour("n", np.array([1.0, 2, 3, 4]), low=0, high=8)
    xy = np.arange(8, dtype=np.float32).reshape(4, 2)
    mapped = MappedRows(np.array([2, 3, 5, 8]), xy, list("abcd"), np.ones(4, bool))
    assert one_group(mapped, colour) and not one_group(mapped, KINDS)
    assert not one_group(mapped, NUMBERS)
    (whole,) = collection_map(mapped, colour, ("", ""), "u")["data"]
    (bare,) = collection_map(mapped, colour, ("", ""), "u", placed=False)["data"]
    assert "x" not in bare
    np.testing.assert_equal(bare | places(mapped, mapped.shown), whole)
