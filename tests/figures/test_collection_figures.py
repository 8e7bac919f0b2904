"""Maps of collections: what of their rows is drawn and sent."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.items.figures.collection import Colour, MappedRows, collection_map


@pytest.mark.parametrize("titled", [True, False])
def test_every_row_is_drawn_and_called_by_its_title_or_its_number(titled: bool) -> None:
    rows = np.array([2, 3, 5, 8])
    xy = np.arange(8, dtype=np.float32).reshape(4, 2)
    titles = ["a", "<b>", "c", "d"] if titled else None
    colour = Colour("kind", np.array([0, 1, 0, -1]), names=["x", "y"], rest="none")
    mapped = MappedRows(rows, xy, titles, np.array([True, True, False, True]))
    traces = collection_map(mapped, colour, ("", ""), "u").data
    assert sorted(row for trace in traces for row in trace.customdata) == rows.tolist()
    drawn = [trace for trace in traces if trace.hoverinfo != "skip"]
    said = {trace.hovertemplate for trace in drawn}
    if titled:
        assert {text for trace in drawn for text in trace.text} == {"a", "&lt;b&gt;", "d"}
        assert said == {"%{text}<extra></extra>"}
    else:
        assert said == {"#%{customdata}<extra></extra>"} and drawn[0].text is None
