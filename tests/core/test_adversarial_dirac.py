"""Dirac-GAN against automatic derivatives, closed forms and a slow integration."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from core.adversarial.dirac import DIRAC_GAMES, Dirac, balance, jacobian, portrait, velocity

PLACES = np.random.default_rng(0).uniform(-1.5, 1.5, (6, 3))


def losses(spec: Dirac, theta: jax.Array, psi: jax.Array, old: jax.Array) -> tuple[jax.Array, ...]:
    """(D's, G's) as they are written down in papers, f(x) = ψx, data at 0."""
    real, fake = psi * 0.0, psi * theta
    softplus = jax.nn.softplus
    d, g = {
        "non-saturating": (softplus(-real) + softplus(fake), softplus(-fake)),
        "saturating": (softplus(-real) + softplus(fake), -softplus(fake)),
        "least squares": ((real - 1) ** 2 / 2 + (fake + 1) ** 2 / 2, (fake - 1) ** 2 / 2),
        "wgan": (fake - real, -fake),
        "wgan-gp": (
            fake - real + spec.dirac_penalty * (jnp.abs(psi) - spec.dirac_slope) ** 2, -fake
        ),
    }[spec.dirac_game]  # fmt: skip
    return d, g + spec.dirac_anchor * (theta - old) ** 2


@pytest.mark.parametrize("anchor", [0.0, 0.8])
@pytest.mark.parametrize("game", DIRAC_GAMES)
def test_players_descend_their_losses(game: str, anchor: float) -> None:
    spec = Dirac(game, dirac_anchor=anchor, follows=3.0)
    with jax.enable_x64(True):
        for theta, psi, old in PLACES:
            of_d = jax.grad(lambda p, t=theta, o=old: losses(spec, t, p, o)[0])(psi)
            of_g = jax.grad(lambda t, p=psi, o=old: losses(spec, t, p, o)[1])(theta)
            wanted = -float(of_g), -float(of_d), 3.0 * (theta - old)
            np.testing.assert_allclose(
                velocity(spec, np.array([theta, psi, old])), wanted, atol=1e-9
            )


@pytest.mark.parametrize("game", DIRAC_GAMES)
def test_jacobian_against_differences(game: str) -> None:
    spec = Dirac(game, dirac_anchor=0.7, dirac_slope=0.0)
    h = 1e-6 * np.eye(3)
    wanted = np.stack([(velocity(spec, e) - velocity(spec, -e)) / 2e-6 for e in h], axis=1)
    made = jacobian(spec)
    assert made is not None
    np.testing.assert_allclose(made, wanted, atol=1e-6)


def test_eigenvalues_in_closed_form() -> None:
    for game, size in (("saturating", 0.5), ("least squares", 1.0), ("wgan", 1.0)):
        circles = balance(Dirac(game))
        np.testing.assert_allclose(circles.eigenvalues, [-size * 1j, size * 1j], atol=1e-12)
        assert circles.verdict == "circles"
    w = 0.3
    damped = balance(Dirac("wgan-gp", dirac_penalty=w, dirac_slope=0.0))
    root = np.sqrt(1 - w**2)
    np.testing.assert_allclose(damped.eigenvalues, [-w - 1j * root, -w + 1j * root], atol=1e-9)
    assert damped.verdict == "attracts" and damped.rate == pytest.approx(w)
    assert balance(Dirac("wgan-gp", dirac_slope=1.0)).verdict == "none"


@pytest.mark.parametrize("h", [0.1, 0.7])
def test_steps_in_closed_form(h: float) -> None:
    """Together |μ|² = 1 + h² for WGAN; in turn det = 1 and |μ| = 1 as long as h < 2."""
    spec = Dirac("wgan", motion="together", stride=h)
    together, path = balance(spec), portrait(spec)
    np.testing.assert_allclose(np.abs(together.eigenvalues) ** 2, 1 + h**2)
    assert together.verdict == "repels"
    radius = np.linalg.norm(path.path[:, :2], axis=1)
    steps = path.times / h
    np.testing.assert_allclose(radius, (1 + h**2) ** (steps / 2), rtol=1e-9)
    in_turn = balance(Dirac("wgan", motion="in turn", stride=h))
    np.testing.assert_allclose(np.abs(in_turn.eigenvalues), 1)
    assert in_turn.verdict == "circles"


@pytest.mark.parametrize("k", [0.1, 1.0, 10.0])
def test_the_dropped_term_makes_the_fixed_point_attract(k: float) -> None:
    """Routh and Hurwitz: x³ + (a + k)x² + x + k is stable for every a = 2λ > 0, if barely."""
    with_term = balance(Dirac("wgan", dirac_anchor=0.5, follows=k))
    wanted = np.sort_complex(np.roots([1, 1 + k, 1, k]))
    np.testing.assert_allclose(np.sort_complex(with_term.eigenvalues), wanted, atol=1e-9)
    assert with_term.verdict == "attracts"


def test_an_old_generator_that_is_always_new_helps_little() -> None:
    rates = [balance(Dirac("wgan", dirac_anchor=1.0, follows=k)).rate for k in (1, 5, 20)]
    assert rates[0] > rates[1] > rates[2] > 0


def test_flow_against_small_steps() -> None:
    spec = Dirac("non-saturating", dirac_anchor=0.5, duration=5.0)
    place = np.array([1.0, 0.0, 1.0])
    for _ in range(5000):
        half = place + 5e-4 * velocity(spec, place)
        place = place + 1e-3 * velocity(spec, half)
    np.testing.assert_allclose(portrait(spec).path[-1], place, atol=1e-4)


def test_a_trajectory_that_leaves_is_cut() -> None:
    far = portrait(Dirac("wgan", motion="together", stride=1.0, duration=200.0))
    assert np.abs(far.path).max() < 50 and len(far.path) < 20
