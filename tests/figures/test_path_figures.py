"""The scopes say what the numbers say."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.paths.words import Approximated, Counted
from dashboard.figures.template import WEAK
from dashboard.ui.packing import pack
from dashboard.words.figures import path

EVIL = "<b>bold</b>%{x}"


def checked(figure: dict[str, Any]) -> go.Figure:
    """The figure, once Plotly has found every attribute valid and packs the same."""
    valid = go.Figure(figure)
    assert json.loads(pack(valid, "key").json) == json.loads(pack(figure, "key").json)
    return valid


def a_row(**more: object) -> Counted:
    values = {
        "contexts": ("the", EVIL, "rare"), "observed": np.array([40.0, 3.0, 1.0]),
        "value": np.array([-0.4, 2.0, 5.0]), "shown": 0.3, "met": 7, "cut": 0.4, "size": 9,
    }  # fmt: skip
    return Counted(**(values | more))  # type: ignore[arg-type]


def an_approximation() -> Approximated:
    rng = np.random.default_rng(0)
    near = tuple(f"word{i}" for i in range(14))
    return Approximated(
        ("the", EVIL, "rare"), np.array([0.0, 2.0, 5.0]), np.array([0.1, 1.5, 0.7]), 0.8, 0.9,
        rng.normal(size=20).astype(np.float32), rng.normal(size=(3, 20)).astype(np.float32),
        near, np.linspace(0.9, 0.3, 14), rng.normal(size=(14, 20)).astype(np.float32),
        rng.random((3, 14)) > 0.5, 6,
    )  # fmt: skip


def test_bars_are_the_values_and_labels_are_text() -> None:
    for figure, values in (
        (checked(path.counts_scope(a_row())), [40, 3, 1]),
        (checked(path.pmi_scope(a_row(), (-1, 6))), [-0.4, 2, 5]),
        (checked(path.rebuilt_scope(an_approximation(), (-1, 6))), [0.1, 1.5, 0.7]),
    ):
        np.testing.assert_allclose(figure.data[0].x, values, rtol=1e-6)
        assert figure.layout.yaxis.ticktext[0] == "the"
        assert "<b>" not in "".join(figure.layout.yaxis.ticktext)
        assert figure.data[0].customdata[1] == "&lt;b&gt;bold&lt;/b&gt;&#37;{x}"


def test_what_ppmi_drops_is_grey() -> None:
    colours = checked(path.pmi_scope(a_row(), (-1, 6))).data[0].marker.color
    assert colours[0] == WEAK and WEAK not in colours[1:]


def test_target_is_marked_beside_the_reconstruction() -> None:
    marks = checked(path.rebuilt_scope(an_approximation(), (-1, 6))).data[1]
    np.testing.assert_allclose(marks.x, [0, 2, 5])


def test_rows_line_up_from_scope_to_scope() -> None:
    figures = (
        checked(path.counts_scope(a_row())),
        checked(path.pmi_scope(a_row(), (-1, 6))),
        checked(path.rebuilt_scope(an_approximation(), (-1, 6))),
        checked(path.neighbours_scope(an_approximation())),
    )
    assert {figure.layout.yaxis.range for figure in figures} == {(13.5, -0.5)}


def test_limits_hold_all_values() -> None:
    low, high = path.limits_of(a_row())
    assert low < -0.4 and high > 5


def test_vector_has_every_coordinate_on_a_scale_centred_at_zero() -> None:
    after = an_approximation()
    figure = checked(path.vector_scope(after))
    np.testing.assert_array_equal(figure.data[0].x, after.vector)
    assert list(figure.data[0].y) == list(range(1, 21))
    low, high = figure.layout.xaxis.range
    assert low == -high and high > np.abs(after.vector).max()


def test_pictures() -> None:
    rng = np.random.default_rng(0)
    pair = rng.random((2, 64)).astype(np.float32)
    z = np.array(checked(path.image_scope(pair)).data[0].z)
    np.testing.assert_array_equal(z[:8].ravel(), pair[0])
    np.testing.assert_array_equal(z[9:].ravel(), pair[1])
    assert np.isnan(z[8].astype(float)).all()
    place = rng.random((5, 2)).astype(np.float32)
    figure = path.latent_scope(place, 2)
    figure["data"][0] |= path.codes(place, np.array([0, 1, 1, 0, 1]), np.array([3, 8]))
    cloud, ring = go.Figure(figure).data
    np.testing.assert_array_equal([ring.x[0], ring.y[0]], place[2])
    assert cloud.text[1] == "cluster 1, mostly 8"


def test_clusters_stand_in_the_order_of_their_digits() -> None:
    figure = checked(path.cluster_scope(np.array([0.1, 0.7, 0.2]), np.array([9, 0, 4])))
    np.testing.assert_allclose(figure.data[0].x, [0.7, 0.2, 0.1], rtol=1e-6)
    assert list(figure.layout.yaxis.ticktext) == ["1: mostly 0", "2: mostly 4", "0: mostly 9"]
