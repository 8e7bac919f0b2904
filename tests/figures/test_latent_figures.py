"""Figures of latent models: what is painted where."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from dashboard.figures.latent import cluster_sizes, ellipse, latent_map, loss_curves, rate_curve
from dashboard.figures.mosaic import mosaic, sheet
from dashboard.figures.template import INK, PAPER


def painted(source: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(source.split(",", 1)[1]))))


def test_mosaic_paints_every_picture_in_its_place() -> None:
    pictures = np.random.default_rng(0).random((2, 3, 12)).astype(np.float32)
    pictures[1, 2] = np.nan
    figure = mosaic(
        pictures,
        (4, 3),
        rows=["a", "<b>"],
        hover=np.array([["x"] * 3] * 2),
        split=2,
        heads=("l", "r"),
    )
    shown = painted(figure.data[0].source)
    grey = (np.nan_to_num(pictures) * 255).astype(np.uint8).reshape(2, 3, 4, 3)
    for r, c, x in ((0, 0, 0), (0, 1, 4), (0, 2, 11), (1, 0, 0)):
        tile = shown[r * 5 : r * 5 + 4, x : x + 3]
        np.testing.assert_array_equal(tile[..., 0], grey[r, c])
        assert (tile[..., 1] == 255).all()
    assert not shown[5:, 11:, 1].any(), "what is not there is not painted"
    assert figure.layout.yaxis.ticktext[1] == "&lt;b&gt;"
    np.testing.assert_array_equal(figure.data[1].x, [1, 5, 12])


def test_rows_of_a_table_are_strips() -> None:
    figure = mosaic(np.array([[[-9.0, 0.0, 3.0]]]), (), rows=[""], hover=np.array([["x"]]))
    np.testing.assert_array_equal(painted(figure.data[0].source)[0, :, 0], [0, 127, 255])


@pytest.mark.parametrize("n", [1, 5, 9])
def test_sheet_holds_each_picture(n: int) -> None:
    pictures = np.random.default_rng(1).random((n, 6)).astype(np.float32)
    layout = sheet(pictures, (2, 3))
    shown = painted(layout["source"])
    for i in range(n):
        y, x = i // layout["columns"] * 2, i % layout["columns"] * 3
        np.testing.assert_array_equal(
            shown[y : y + 2, x : x + 3].ravel(), (pictures[i] * 255).astype(np.uint8)
        )


def test_map_groups_and_values() -> None:
    places, group = np.random.default_rng(0).normal(size=(30, 2)), np.arange(30) % 12
    names = [f"c{k}" for k in range(12)]
    figure = latent_map(places, group, names, ["<i>"] * 30, axes=("a", "b"))
    looks = {(t.marker.color, t.marker.symbol) for t in figure.data}
    assert len(figure.data) == len(looks) == 12, "no two clusters look the same"
    assert figure.data[0].text[0] == "&lt;i&gt;"
    figure = latent_map(
        places, group, names, ["x"] * 30, axes=("a", "b"), value=(np.arange(30.0), "nats")
    )
    assert len(figure.data) == 1 and figure.data[0].marker.colorbar.title.text == "nats"


def test_ellipse_is_one_deviation_of_the_projection() -> None:
    rng = np.random.default_rng(0)
    W = np.linalg.qr(rng.normal(size=(4, 2)))[0]
    mean, logvar = rng.normal(size=(1, 4)), rng.normal(size=(1, 4))
    outline = ellipse(mean, logvar, W, np.zeros(4))[0]
    z = (mean + np.exp(logvar / 2) * rng.normal(size=(200_000, 4))) @ W
    inverse = np.linalg.inv(np.cov(z.T))
    off = outline - z.mean(axis=0)
    np.testing.assert_allclose(np.einsum("pi,ij,pj->p", off, inverse, off), 1, atol=0.03)


def test_losses_and_sizes() -> None:
    losses = np.abs(np.random.default_rng(0).normal(size=(5, 4)))
    assert len(loss_curves(losses, 3).data) == 4
    losses[:, 3] = 0
    assert len(loss_curves(losses, 3).data) == 3 and len(loss_curves(losses[:0], 0).data) == 3
    sizes = cluster_sizes(np.array([0, 0, 2, 2]), 4)
    assert list(sizes.data[0].y) == [2, 0, 2, 0]
    assert sizes.layout.annotations[0].text == "dashed: n/K = 1" and sizes.layout.shapes[0].y0 == 1


def test_what_callbacks_measure_is_drawn() -> None:
    losses = np.ones((4, 4))
    raw = np.array([[2.0, 9.0, np.nan], [4.0, 7.0, np.nan]])
    assert len(loss_curves(losses, 3, raw[:0]).data) == 4
    figure = loss_curves(losses, 3, raw, 2)
    assert len(figure.data) == 5 and list(figure.data[4].y) == [9, 7]
    assert figure.layout.annotations[0].text == "best" and figure.layout.annotations[0].x == 2
    assert [shape.x0 for shape in figure.layout.shapes] == [3, 2]
    both = loss_curves(losses, 3, np.nan_to_num(raw, nan=5.0))
    assert [trace.name for trace in both.data[4:]] == ["held out", "averaged weights"]
    assert not both.layout.annotations
    rate = rate_curve(np.array([0.1, 0.05]), 1)
    assert list(rate.data[0].x) == [1, 2] and rate.data[0].y[1] == np.float32(0.05)


def test_outlines_lie_above_the_points_and_show_on_any_paper() -> None:
    places = np.random.default_rng(0).normal(size=(20, 2))
    outlines = ellipse(np.zeros((3, 2)), np.zeros((3, 2)), np.eye(2), np.zeros(2))
    figure = latent_map(
        places, np.zeros(20, int), ["c"], ["x"] * 20, axes=("a", "b"), ellipses=outlines
    )
    points, light, dark = figure.data
    centres = figure.layout.annotations
    assert {t.type for t in figure.data} == {"scattergl"}, "what is not lies below"
    assert (light.line.color, dark.line.color) == (
        PAPER,
        INK,
    ) and light.line.width > dark.line.width
    assert {(a.bgcolor, a.font.color) for a in centres} == {(INK, PAPER)}
    assert [a.text for a in centres] == [f"<b>{k}</b>" for k in range(3)]
    np.testing.assert_allclose([(a.x, a.y) for a in centres], 0, atol=1e-9)
    assert {t.mode for t in (light, dark)} == {"lines"} and points.customdata is not None
