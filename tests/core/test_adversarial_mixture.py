"""EM in the plane against scikit-learn; points that are drawn, and the dark pixels of pictures."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from scipy.stats import multivariate_normal
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from core import uploads
from core.adversarial import Gan, Mixed, Plane, ascend
from core.adversarial.drawing import dark, of_picture, read_drawn, write_drawn
from core.adversarial.mixture import HALF_STEPS, NARROWEST, ellipses, joint_logs
from core.adversarial.plane import draw, modes
from core.adversarial.scores import reference, score
from core.errors import SourceError, SpecError

SMALL = Mixed(Plane("moons", points=150), mixed_components=3)


@pytest.mark.parametrize("spec", [
    SMALL,
    Mixed(Plane("ring", points=60), mixed_components=25, mixed_start=3),
    Mixed(Plane("grid", points=1), mixed_components=4),
])  # fmt: skip
def test_the_bound_never_falls_and_touches_the_likelihood(spec: Mixed) -> None:
    ascent = ascend(spec)
    assert len(ascent.bound) == HALF_STEPS + 1
    assert (np.diff(ascent.bound) >= -1e-9).all()
    assert (ascent.bound <= ascent.likelihood + 1e-9).all()
    np.testing.assert_allclose(ascent.bound[1::2], ascent.likelihood[1::2], atol=1e-9)
    widths = np.linalg.eigvalsh(ascent.covariances)
    assert widths.min() >= NARROWEST**2 * 0.999
    np.testing.assert_allclose(ascent.weights.sum(axis=1), 1)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_em_against_scikit_learn() -> None:
    assert ConvergenceWarning
    ascent = ascend(SMALL)
    steps = 6
    theirs = GaussianMixture(
        3, weights_init=ascent.weights[0], means_init=ascent.means[0],
        precisions_init=np.linalg.inv(ascent.covariances[0]), max_iter=steps, tol=0, reg_covar=0,
    ).fit(ascent.points)  # fmt: skip
    np.testing.assert_allclose(ascent.means[2 * steps], theirs.means_, atol=1e-8)
    np.testing.assert_allclose(ascent.covariances[2 * steps], theirs.covariances_, atol=1e-8)
    np.testing.assert_allclose(ascent.weights[2 * steps], theirs.weights_, atol=1e-8)
    assert ascent.likelihood[2 * steps] == pytest.approx(theirs.score(ascent.points))


def test_densities_against_scipy() -> None:
    ascent = ascend(SMALL)
    x, last = ascent.points[:5], [a[-1] for a in (ascent.weights, ascent.means, ascent.covariances)]
    wanted = [np.log(w) + multivariate_normal(m, S).logpdf(x)
              for w, m, S in zip(*last, strict=True)]  # fmt: skip
    np.testing.assert_allclose(joint_logs(x, *last), np.transpose(wanted))
    curve = ellipses(last[1], last[2], 2.0, 9)[0] - last[1][0]
    squares = np.einsum("si,ij,sj->s", curve, np.linalg.inv(last[2][0]), curve)
    np.testing.assert_allclose(squares, 4, err_msg="two deviations from the mean")


def test_what_is_drawn_is_where_points_lie() -> None:
    at = np.array([[-1.0, 0.5], [1.0, 0.5], [1.05, 0.45]])
    text = write_drawn(at)
    np.testing.assert_allclose(read_drawn(text), at, atol=0.007)
    plane = Plane("drawn", plane_drawn=text, plane_modes=2, spread=0.01)
    points = draw(plane, 600, 0)
    away = np.linalg.norm(points[:, None] - at, axis=2).min(axis=1)
    assert away.max() < 0.06
    known = modes(plane)
    assert len(known.centres) == 2 and sorted(known.share) == pytest.approx([1 / 3, 2 / 3])
    real, known = reference(plane)
    own = score(draw(plane, 600, 5), real, known)
    assert own.covered == 2 and own.near > 0.98
    at_one = score(np.repeat(at[:1], 600, axis=0), real, known)
    assert at_one.covered == 1
    Gan(plane)


def test_what_cannot_be_drawn_is_told() -> None:
    with pytest.raises(SpecError, match="four hexadecimal digits"):
        Plane("drawn", plane_drawn="12345")
    with pytest.raises(SpecError, match="four hexadecimal digits"):
        Plane("drawn", plane_drawn="zz11")
    with pytest.raises(SpecError, match="No point is drawn yet"):
        draw(Plane("drawn"), 5, 0)


def png(greys: np.ndarray) -> bytes:
    with io.BytesIO() as file:
        Image.fromarray(greys.astype(np.uint8)).save(file, "png")
        return file.getvalue()


def test_dark_pixels_of_a_picture() -> None:
    greys = np.full((60, 120), 255)
    greys[:30, :30] = 0
    digest = uploads.keep("corner.png", png(greys))
    plane = Plane("picture", picture_name="corner.png", picture_digest=digest, spread=0.01)
    points = draw(plane, 400, 0)
    assert (points[:, 0] < -0.5).all() and (points[:, 1] > -0.06).all(), "upper left"
    places = of_picture("corner.png", digest)
    assert len(places.at) == 100 and places.share.sum() == pytest.approx(1)
    digit = draw(Plane("picture", plane_digit=0, spread=0.01), 2000, 0)
    middle = np.linalg.norm(digit, axis=1) < 0.25
    assert middle.mean() < 0.05, "a nought is empty in its middle"


def test_pictures_that_cannot_be_used_are_told() -> None:
    with pytest.raises(SourceError, match="has no dark pixels"):
        dark(np.zeros((4, 4)), "white.png")
    digest = uploads.keep("text.png", b"no picture")
    with pytest.raises(SourceError, match="damaged or not a picture"):
        draw(Plane("picture", picture_name="text.png", picture_digest=digest), 5, 0)
