"""Figures of encoders without labels: Plotly takes them, and they show the data."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.features.loss import CEILING
from core.features.snapshots import moments
from dashboard.images.figures import features

RNG = np.random.default_rng(0)


def test_estimates_stand_below_their_ceiling() -> None:
    values = np.array([[0.1, -0.05], [0.6, 0.3]])
    for many in (values, values[:0]):
        ceiling, whole, local = go.Figure(features.estimates(many, len(many))).data
        assert set(ceiling.y) == {CEILING}
        np.testing.assert_allclose(whole.y, many[:, 0], rtol=1e-6)
        np.testing.assert_allclose(local.y, many[:, 1], rtol=1e-6)


def test_votes_beside_the_pixels() -> None:
    figure = go.Figure(features.voted([0, 1], [0.4, 0.5], 0.9, 0.1, 1))
    assert set(figure.data[0].y) == {0.9} and np.allclose(figure.data[2].y, [0.4, 0.5])


def test_bands_hold_what_normal_draws_give() -> None:
    z = RNG.standard_normal((1000, 300))
    figure = go.Figure(features.z_moments(moments(z), 1000))
    mean, deviation = figure.layout.shapes
    inside = ((figure.data[1].y > mean.y0) & (figure.data[1].y < mean.y1)).mean()
    spread = ((figure.data[0].y > deviation.y0) & (figure.data[0].y < deviation.y1)).mean()
    assert 0.9 < inside < 0.99 and 0.9 < spread < 0.99


def test_intervals_reach_to_their_ends() -> None:
    values, low, high = np.array([0.5, 0.7]), np.array([0.4, 0.65]), np.array([0.65, 0.72])
    rows = [("k-NN", values, low, high), ("probe", values / 2, low / 2, high / 2)]
    first, second = go.Figure(features.scores(["a", "b"], rows, 0.1, 1)).data
    np.testing.assert_allclose(first.x + first.error_x.array, high)
    np.testing.assert_allclose(second.x - second.error_x.arrayminus, low / 2)
