"""Pictures of matrices hold their entries, and error curves what was measured."""

from __future__ import annotations

import base64
import io

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from core.lowrank.pseudoinverse import ridge, ridge_errors
from core.lowrank.similar import change_basis
from core.matrices.curve import Curve
from core.matrices.words import Neighbourhoods
from dashboard.mathematics.figures import lowrank, matrices, similar, spectrum
from dashboard.mathematics.figures.lowrank import Axes, Line


def decoded(figure):
    """The palette indices and colours of a picture's PNG."""
    source = figure.data[0].source
    image = Image.open(io.BytesIO(base64.b64decode(source.split(",", 1)[1])))
    return np.array(image), np.array(image.convert("RGBA"))


def test_a_photograph_keeps_its_greys_and_its_size():
    rng = np.random.default_rng(0)
    values = rng.random((70, 90))
    values[0, :2] = 0.0, 1.0
    frame = matrices.frame(values.shape, style="photograph")
    figure = matrices.picture(values, frame, matrices.colours(values, "photograph"))
    _, rgba = decoded(figure)
    assert rgba.shape == (70, 90, 4)
    assert rgba[0, 0].tolist() == [0, 0, 0, 255] and rgba[0, 1].tolist() == [255] * 4
    np.testing.assert_allclose(rgba[..., 0] / 255, values, atol=0.5 / (matrices.LEVELS - 1) + 0.003)
    assert values.max() <= 1.0, "what is drawn is not changed"


def test_chosen_columns_and_rows_are_tinted():
    values = np.full((80, 80), 0.5)
    frame = matrices.frame(values.shape, style="photograph")
    scale = matrices.colours(values, "photograph")
    chosen = np.array([3, 7]), np.array([11])
    index, rgba = decoded(matrices.picture(values, frame, scale, chosen=chosen))
    state = index // matrices.LEVELS
    assert (state[:11, [3, 7]] == 1).all() and (state[11] == 2).all()
    assert state.sum() == 2 * 79 + 2 * 80
    red, blue = rgba[0, 3, 0], rgba[11, 0, 2]
    assert red > rgba[0, 0, 0] and blue > rgba[0, 0, 2]


def test_residuals_are_white_where_nothing_is_missed():
    residual = np.zeros((70, 70))
    residual[0, 0], residual[1, 1] = 9.0, -9.0
    scale = matrices.residual_colours(matrices.colours(np.ones((70, 70)), "photograph"))
    assert (scale.low, scale.high) == (-0.5, 0.5)
    frame = matrices.frame(residual.shape, style="photograph")
    _, rgba = decoded(matrices.picture(residual, frame, scale))
    assert rgba[5, 5, :3].min() >= 245
    assert rgba[0, 0, 0] > rgba[0, 0, 2] and rgba[1, 1, 2] > rgba[1, 1, 0]


def test_digits_are_laid_out_as_pictures_with_gaps():
    values = np.zeros((100, 64))
    values[13] = 16.0  # the second digit of the second row of twelve
    frame = matrices.frame(values.shape, style="digits")
    figure = matrices.picture(
        values[frame.down], frame, matrices.Colours(0.0, 16.0, matrices.GREYS)
    )
    _, rgba = decoded(figure)
    assert rgba.shape[:2] == (6 * 9, 12 * 9)
    lit = rgba[..., 0] == 255
    assert lit[9:17, 9:17].all() and lit[..., :].sum() == 64
    assert (rgba[8::9, :, 3] == 0).all() and (rgba[:, 8::9, 3] == 0).all()


def test_small_matrices_are_drawn_cell_by_cell_and_large_ones_in_part():
    small = matrices.frame((40, 30))
    assert small.style == "cells" and small.whole
    words = [str(i) for i in range(500)]
    part = matrices.frame((500, 500), words, words, first=(100, 490), ahead=([7, 120], [3]))
    assert part.down[:3].tolist() == [7, 120, 100] and len(part.down) == matrices.WORDS
    assert part.across[0] == 3 and part.across[-1] < 500 and len(set(part.across)) == 24
    assert part.rows[0] == "7" and part.columns[0] == "3"
    large = matrices.frame((5000, 2000))
    assert large.style == "map" and len(large.down) == matrices.MOST
    assert large.down[0] == 0 and large.down[-1] == 4999
    assert matrices.frame((1, 1)).whole


@pytest.mark.parametrize("values", [np.zeros((3, 3)), np.full((2, 5), -1.0), np.eye(4)])
def test_any_values_have_a_scale(values):
    scale = matrices.colours(values, "")
    assert scale.low < scale.high
    assert matrices.picture(values, matrices.frame(values.shape), scale).data[0].z.shape == (
        values.shape
    )


def a_curve(values, draws=1, ranks=None):
    values = np.asarray(values, float)
    return Curve(np.arange(len(values)) if ranks is None else ranks, values, values / 2,
                 values * 2, draws)  # fmt: skip


FLOOR = np.array([1.0, 0.5, 0.2, 0.05, 0.0])


@pytest.mark.parametrize("logs", [(True, True), (False, False), (True, False)])
def test_curves_are_drawn_with_bands_floor_and_marker(logs):
    lines = [
        Line("svd", a_curve(FLOOR), shown=True),
        Line("id uniform", a_curve([1.0, 0.8, 0.5, 0.2, 0.0], draws=5)),
    ]
    figure = lowrank.error_curves(
        lines, FLOOR, 2, Axes("e", "r", *logs), theory=[("expected", a_curve(FLOOR * 1.1))]
    )
    by_name = {trace.name: trace for trace in figure.data if trace.name}
    assert set(by_name) == {"out of reach at this rank", "expected", "SVD", "ID, uniform"}
    shown = by_name["SVD"]
    assert shown.line.width > by_name["ID, uniform"].line.width
    at = list(shown.x).index(2)
    assert shown.y[at] == 0.2 and figure.data[0].fill == "tozeroy"
    assert figure.layout.shapes[0].name == "follow" and figure.layout.shapes[0].x0 == 2
    dots = figure.data[-1]
    assert list(dots.y) == [0.2, 0.5] and set(dots.x) == {2}
    bands = [trace for trace in figure.data if trace.fill == "toself"]
    assert len(bands) == 1, "only what is random has a spread"
    if logs[0]:
        assert all(v is None or np.isnan(v) or v > 0 for v in shown.y)


def test_a_curve_told_at_some_ranks_has_no_dot_elsewhere():
    some = Line("skeleton deim", a_curve([0.9, 0.3], ranks=np.array([1, 4])))
    figure = lowrank.error_curves([Line("svd", a_curve(FLOOR)), some], FLOOR, 2, Axes())
    assert list(figure.data[-1].text) == ["SVD"]
    assert "markers" in next(t for t in figure.data if t.name == "CUR skeleton, k-DEIM").mode


def test_worse_than_nothing_is_seen():
    line = Line("uniform", a_curve([1.0, 4.0, 3.0, 2.0, 1.5], draws=3))
    figure = lowrank.error_curves([line], FLOOR, 1, Axes(), product=True)
    assert [note.text for note in figure.layout.annotations] == ["the zero matrix"]
    assert 10 ** figure.layout.yaxis.range[1] > 4
    assert figure.data[-1].text[0] == "sampled uniformly"


def test_storage_has_the_dot_of_the_rank():
    share = np.array([0.0, 0.3, 0.6, 0.9, 1.2])
    figure = lowrank.storage_curves([(Line("svd", a_curve(FLOOR)), share)], 3, Axes())
    line, dot = figure.data
    assert list(line.x) == [0, 30, 60, 90, 120] and (dot.x[0], dot.y[0]) == (90, 0.05)


def test_spectrum_fills_what_is_kept():
    s = np.array([4.0, 2.0, 1.0, 0.0])
    kept, left = spectrum.singular_values(s, 2, [("stable rank", 1.3)]).data
    assert list(kept.x) == [1, 2] and list(left.x) == [3, 4] and np.isnan(left.y[1])


def test_words_are_never_markup():
    evil = "<script>x</script>"
    figure = spectrum.words_that_lose([(evil, 0.1), ("b", 0.5)], 7)
    assert "<script" not in str(figure.layout.yaxis.ticktext)
    assert "<script" not in str(figure.data[0].hovertext)
    assert figure.data[0].customdata[0] == evil
    frame = matrices.frame((1, 1), [evil], [evil])
    cells = matrices.picture(np.ones((1, 1)), frame, matrices.colours(np.ones((1, 1)), ""))
    assert "<script" not in str(cells.to_plotly_json())


def test_neighbours_and_ridge_have_markers():
    neighbourhoods = Neighbourhoods(np.array([1, 5, 20]), np.arange(2), ("a", "b"),
                           np.array([[0.0, 0.2], [0.5, 0.5], [1.0, 1.0]]))  # fmt: skip
    figure = spectrum.neighbours_kept(neighbourhoods, 5)
    assert list(figure.data[1].y) == [10, 50, 100] and figure.layout.shapes[0].name == "follow"
    A, M = np.eye(6, 2), np.arange(12.0).reshape(6, 2)
    grid = np.array([1e-6, 1e-3, 1.0])
    figure = spectrum.ridge_limit(ridge(A, grid), ridge_errors(A, M, grid), 1e-3, 1.0)
    assert (np.diff(figure.data[1].y) >= 0).all() and figure.layout.shapes[0].x0 == 1e-3


@pytest.mark.parametrize("n", [2, 3])
def test_both_grids_show_one_map(n):
    rng = np.random.default_rng(0)
    A, P = rng.standard_normal((n, n)), rng.standard_normal((n, n)) + 2 * np.eye(n)
    change = change_basis(A, P)
    axes = ("x", "y", "z")[:n]

    def shape(basis, when):
        figure = go.Figure(similar.grid_picture(change, basis))
        trace = next(t for t in figure.data if t.name and t.name.endswith(f" {when}"))
        return np.stack([np.asarray(trace[axis], float) for axis in axes])

    before, after = shape("given", "before"), shape("given", "after")
    np.testing.assert_allclose(after, A @ before)
    np.testing.assert_allclose(shape("own", "before"), np.linalg.solve(P, before))
    np.testing.assert_allclose(shape("own", "after"), np.linalg.solve(P, after))
