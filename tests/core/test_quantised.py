"""Quantisers, their gradients and their usage, against what was found independently."""

from __future__ import annotations

import itertools
import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from core.errors import SpecError
from core.quantised import plane, quantisers
from core.quantised.specs import Codes, read_levels
from core.quantised.usage import usage

RNG = np.random.default_rng(0)
PAIRS = [(RNG.standard_normal(d), RNG.standard_normal(d)) for d in (2, 3, 8) for _ in range(3)]


def rotation(z: np.ndarray, q: np.ndarray) -> np.ndarray:
    """R (d, d) from z to q in their plane, by two axes and an angle instead of reflections."""
    a = z / np.linalg.norm(z)
    b = q - (q @ a) * a
    b /= np.linalg.norm(b)
    angle = math.atan2(q @ b, q @ a)
    plane_part = np.outer(a, a) + np.outer(b, b)
    turn = math.cos(angle) * plane_part + math.sin(angle) * (np.outer(b, a) - np.outer(a, b))
    whole: np.ndarray = np.eye(len(z)) - plane_part + turn
    return whole


@pytest.mark.parametrize(("z", "q"), PAIRS)
def test_rotation_matrix_of_the_trick(z: np.ndarray, q: np.ndarray) -> None:
    to, at = jnp.asarray(z, jnp.float32), jnp.asarray(q, jnp.float32)
    G = np.asarray(jax.jacobian(quantisers.turned)(to, at))
    R = G * np.linalg.norm(z) / np.linalg.norm(q)
    np.testing.assert_allclose(R @ R.T, np.eye(len(z)), atol=1e-4)
    assert np.linalg.det(R) == pytest.approx(1, abs=1e-4)
    unit = z / np.linalg.norm(z)
    np.testing.assert_allclose(R @ unit, q / np.linalg.norm(q), atol=1e-4)
    np.testing.assert_allclose(R, rotation(z, q), atol=1e-3)
    np.testing.assert_allclose(quantisers.turned(to, at), q, atol=1e-4)


def difference(f: Any, z: np.ndarray, h: float = 1e-5) -> np.ndarray:
    """Central differences of f at z."""
    return np.array([(f(z + h * e) - f(z - h * e)) / (2 * h) for e in np.eye(len(z))])


@pytest.mark.parametrize("quantiser", ["straight", "simvq", "rotation"])
@pytest.mark.parametrize(("z", "q"), PAIRS)
def test_gradients_are_those_of_the_surrogate(quantiser: str, z: np.ndarray, q: np.ndarray) -> None:
    """sg[G] z + sg[q − G z] with G held fixed, in a loss that is not linear."""
    target = RNG.standard_normal(len(z))

    def loss(at: Any) -> Any:
        return ((at - target) ** 4).sum()

    G = np.eye(len(z))
    if quantiser == "rotation" and z @ q > 0:
        G = np.linalg.norm(q) / np.linalg.norm(z) * rotation(z, q)
    wanted = difference(lambda moved: loss(G @ moved + (q - G @ z)), z)
    through = quantisers.CARRIED[quantiser]
    value = through(jnp.asarray(z), jnp.asarray(q))
    np.testing.assert_allclose(value, q, atol=1e-5)  # forward it is the code itself
    gradient = jax.grad(lambda at: loss(through(at, jnp.asarray(q))))(jnp.asarray(z))
    np.testing.assert_allclose(gradient, wanted, rtol=2e-3, atol=1e-3)


def test_opposite_and_zero_vectors_give_finite_gradients() -> None:
    z = jnp.array([1.0, 0.0])
    for q in (-z, 0 * z, z):
        gradient = jax.grad(lambda at, q=q: quantisers.rotated(at, q).sum())(z)
        assert np.isfinite(gradient).all()
    gradient = jax.grad(lambda at: quantisers.rotated(at, z).sum())(0 * z)
    assert np.isfinite(gradient).all()


def test_simvq_gradient_moves_every_code() -> None:
    """A step of the plane is that of W by differences, of a loss that one code alone enters."""
    book = plane.codebook(6, 1)
    point = book[2:3] + 0.05

    def loss(W: np.ndarray) -> float:
        return float(((book @ W)[2] - point[0]) @ ((book @ W)[2] - point[0]))

    slope = difference(lambda flat: loss(flat.reshape(2, 2)), np.eye(2).ravel()).reshape(2, 2)
    moved = plane.moved("simvq", point, book, 0.5)
    np.testing.assert_allclose(moved, book @ (np.eye(2) - 0.5 * slope), atol=1e-6)
    still = plane.moved("straight", point, book, 0.5)
    assert (np.abs(still - book).max(axis=1) > 0).tolist() == [k == 2 for k in range(6)]


@pytest.mark.parametrize("levels", [(3,), (4, 5), (8, 6, 5), (2, 2)])
def test_fsq_level_sets(levels: tuple[int, ...]) -> None:
    """Each dimension has exactly its levels, evenly spaced; codes name them all, once each."""
    wide = np.linspace(-6, 6, 4001)
    for i, L in enumerate(levels):
        z = np.zeros((len(wide), len(levels)), np.float32)
        z[:, i] = wide
        q, _ = quantisers.rounded(jnp.asarray(z), levels)
        values = np.unique(np.round(np.asarray(q)[:, i], 5))
        assert len(values) == L
        np.testing.assert_allclose(np.diff(values), 1 / (L // 2), atol=1e-4)
    book = quantisers.implied(levels)
    grids = [np.round((np.arange(L) - L // 2) / (L // 2), 5) for L in levels]
    assert {tuple(np.round(row, 5)) for row in book.tolist()} == set(itertools.product(*grids))
    z = RNG.standard_normal((500, len(levels))).astype(np.float32) * 2
    q, codes = quantisers.rounded(jnp.asarray(z), levels)
    np.testing.assert_allclose(book[np.asarray(codes)], q, atol=1e-6)


def test_fsq_gradient_is_that_of_the_bound() -> None:
    z = np.array([0.3, -0.7])
    wanted = np.diag(
        difference(lambda at: np.asarray(quantisers.bounded(jnp.asarray(at), (4, 5))), z, 1e-2)
    ) / [2, 2]
    jacobian = jax.jacobian(lambda at: quantisers.rounded(at, (4, 5))[0])(jnp.asarray(z))
    np.testing.assert_allclose(np.diag(jacobian), wanted, rtol=1e-2)
    np.testing.assert_allclose(plane.passed((4, 5), z[None])[0], np.diag(jacobian), rtol=1e-4)


def test_the_plane_does_what_the_quantisers_do() -> None:
    z, book, g = RNG.standard_normal((40, 2)), plane.codebook(7, 3), np.array([0.6, -0.8])
    labels = plane.nearest(z, book)
    assert labels.tolist() == quantisers.nearest(jnp.asarray(z), jnp.asarray(book)).tolist()
    q = book[labels]
    for name, through in (("rotation", quantisers.rotated), ("turned", quantisers.turned)):
        pulled = [
            jax.vjp(lambda at, b=b, f=through: f(at, b), a)[1](jnp.asarray(g, jnp.float32))[0]
            for a, b in zip(jnp.asarray(z, jnp.float32), jnp.asarray(q, jnp.float32), strict=True)
        ]
        np.testing.assert_allclose(plane.received(name, z, q, g), pulled, atol=2e-4)
    codes, vectors = plane.boxes((5, 4), z)
    of_jax = quantisers.rounded(jnp.asarray(z), (5, 4))
    assert codes.tolist() == of_jax[1].tolist()
    np.testing.assert_allclose(vectors, of_jax[0], atol=1e-6)


@pytest.mark.parametrize("angle", [0.0, 40.0, 90.0, 130.0])
def test_beyond_ninety_degrees_the_rotation_opposes_the_gradient(angle: float) -> None:
    shown = plane.pair(angle, 0.5, 75.0)
    assert np.linalg.norm(shown.rotation) == pytest.approx(0.5)
    cosine = shown.rotation @ shown.at_code / 0.5
    assert cosine == pytest.approx(math.cos(math.radians(angle)), abs=1e-9)


def test_usage_by_hand() -> None:
    assert usage(np.array([4, 0, 0, 0])) == (0.25, 1.0, 0.0)
    assert usage(np.array([1, 1, 1, 1])) == (1.0, 4.0, 2.0)
    used, perplexity, bits = usage(np.array([6, 3, 3, 0]))
    assert (used, bits) == (0.75, 1.5) and perplexity == pytest.approx(2**1.5)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("16 16 16 16", "65,536"),
        ("8 one", "whole numbers"),
        ("", "whole numbers"),
        ("1 8", "2 to 16"),
        ("2 2 2 2 2 2 2 2 2", "1 to 8"),
    ],
)
def test_levels_that_cannot_be(text: str, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        Codes(levels=text)
    assert read_levels("8, 6 5") == (8, 6, 5)
