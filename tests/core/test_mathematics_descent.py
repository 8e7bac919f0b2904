"""Descents against closed forms, gradients against differences, limits against what happens."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from core.errors import SpecError
from core.mathematics.descent import OPTIMISERS, Descent, descend
from core.mathematics.flow import gradient_flow, heavy_ball
from core.mathematics.races import race, steps_needed
from core.mathematics.surfaces import (
    SURFACES,
    Terrain,
    gradient,
    hessian,
    item_gradients,
    loss,
    surface_of,
)
from core.mathematics.tuning import METHODS, factor, limits, tuned

GD, MOMENTUM, NESTEROV, SGD, RMSPROP, ADAM = range(6)
START = np.array([-1.3, 0.9])


def quiet(**more) -> Descent:
    """A descent from `START` without noise."""
    return Descent(**{"start_x": -1.3, "start_y": 0.9, "gradient_noise": 0.0} | more)


@pytest.mark.parametrize("name", SURFACES)
def test_gradients_and_hessians_are_those_of_differences(name):
    surface = surface_of(Terrain(name))
    e = 1e-5 * np.eye(2)
    for theta in np.random.default_rng(0).uniform(-1.5, 1.5, (5, 2)):
        slope = [(loss(surface, theta + d) - loss(surface, theta - d)) / 2e-5 for d in e]
        np.testing.assert_allclose(gradient(surface, theta), slope, rtol=1e-6, atol=1e-6)
        bend = [(gradient(surface, theta + d) - gradient(surface, theta - d)) / 2e-5 for d in e]
        np.testing.assert_allclose(hessian(surface, theta), bend, rtol=1e-6, atol=1e-6)
    for minimum in surface.minima:
        np.testing.assert_allclose(gradient(surface, minimum), 0, atol=1e-8)
        assert float(loss(surface, minimum)) == pytest.approx(surface.lowest)
        assert (np.linalg.eigvalsh(hessian(surface, minimum)) > 0).all()


def test_the_regression_is_that_of_scikit_learn():
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    iris = load_iris()
    rows = iris.target > 0
    X = (iris.data[rows] - iris.data[rows].mean(0)) / iris.data[rows].std(0)
    X = np.column_stack([X, np.ones(100)])  # whose weight decays, too
    y = iris.target[rows] == 2
    model = LogisticRegression(C=1 / (0.01 * 100), fit_intercept=False, tol=1e-10).fit(X, y)
    z = np.where(y, -1, 1) * (X @ model.coef_[0])
    cost = np.logaddexp(0, z).mean() + 0.005 * (model.coef_**2).sum()
    surface = surface_of(Terrain("logistic"))
    assert surface.lowest == pytest.approx(cost, abs=1e-8)
    np.testing.assert_allclose(
        item_gradients(surface, START).mean(0), gradient(surface, START), atol=1e-12
    )


def test_paths_on_a_quadratic_are_powers_of_a_matrix():
    spec = quiet(eta=0.015, beta=0.8, descent_steps=60)
    paths, eta, beta = descend(spec), 0.015, 0.8
    A, I = surface_of(spec.terrain).parameters.matrix, np.eye(2)  # noqa: E741
    step = np.block([[(1 + beta) * I - eta * A, -beta * I], [I, 0 * I]])
    nesterov = np.block([[(1 + beta) * (I - eta * A), -beta * (I - eta * A)], [I, 0 * I]])
    first = (I - eta * (1 + beta) * A) @ START  # optax keeps the place where the gradient is taken
    for n in (1, 2, 17, 60):
        plain = np.linalg.matrix_power(I - eta * A, n) @ START
        np.testing.assert_allclose(paths.theta[GD, n], plain, atol=1e-12)
        np.testing.assert_allclose(paths.theta[SGD, n], plain, atol=1e-12)
        both = np.linalg.matrix_power(step, n) @ np.concatenate([START, START])
        np.testing.assert_allclose(paths.theta[MOMENTUM, n], both[:2], atol=1e-12)
        ahead = np.linalg.matrix_power(nesterov, n - 1) @ np.concatenate([first, START])
        np.testing.assert_allclose(paths.theta[NESTEROV, n], ahead[:2], atol=1e-12)
    np.testing.assert_allclose(paths.losses[GD], loss(paths.surface, paths.theta[GD]), atol=1e-12)


def test_nesterov_takes_its_gradient_ahead():
    """Sutskever's form: u ← βu − η∇L(θ + βu), θ ← θ + u; optax shows θ + βu."""
    spec = quiet(terrain=Terrain("wells"), eta=0.03, beta=0.85, descent_steps=40)
    paths, surface = descend(spec), surface_of(spec.terrain)
    theta, u = START, np.zeros(2)
    for n in range(41):
        np.testing.assert_allclose(paths.theta[NESTEROV, n], theta + 0.85 * u, atol=1e-12)
        u = 0.85 * u - 0.03 * gradient(surface, theta + 0.85 * u)
        theta = theta + u


def test_adam_and_rmsprop_are_their_formulas():
    spec = quiet(terrain=Terrain("rosenbrock"), eta=0.01, beta=0.9, descent_steps=30)
    paths, surface = descend(spec), surface_of(spec.terrain)
    theta, m, v = START, 0.0, 0.0
    other, w = START, 0.0
    for n in range(1, 31):
        g = gradient(surface, theta)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        theta = theta - 0.01 * (m / (1 - 0.9**n)) / (np.sqrt(v / (1 - 0.999**n)) + 1e-8)
        g = gradient(surface, other)
        w = 0.9 * w + 0.1 * g**2
        other = other - 0.01 * g / np.sqrt(w + 1e-8)
        np.testing.assert_allclose(paths.theta[ADAM, n], theta, atol=1e-9)
        np.testing.assert_allclose(paths.theta[RMSPROP, n], other, atol=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(METHODS), st.floats(0.0, 0.99), st.floats(1.0, 300.0))
def test_limits_are_where_the_factor_passes_one(method, beta, kappa):
    end = limits(kappa, beta)[method]
    curvature = np.array([1.0, kappa])
    assert factor(method, end * 0.999, beta, curvature) < 1 + 1e-9
    assert factor(method, end * 1.001, beta, curvature) > 1


@pytest.mark.parametrize("method", METHODS)
def test_beyond_its_limit_a_method_diverges_and_nothing_overflows(method):
    terrain = Terrain(kappa=20.0)
    end, i = limits(20.0, 0.9)[method], OPTIMISERS.index(method)
    below = descend(quiet(terrain=terrain, eta=0.97 * end, descent_steps=1000))
    above = descend(quiet(terrain=terrain, eta=1.03 * end, descent_steps=1000))
    assert below.diverged[i] < 0 and below.losses[i, -1] < 1e-2
    assert above.diverged[i] > 0 and np.isnan(above.theta[i, above.diverged[i] :]).all()
    wild = descend(quiet(terrain=Terrain("rosenbrock"), eta=10.0, descent_steps=1000))
    assert (wild.diverged[:5] > 0).sum() >= 4 and not np.isinf(wild.theta).any()


@settings(max_examples=20, deadline=None)
@given(st.floats(0.1, 10.0), st.floats(1.0, 500.0))
def test_the_best_settings_are_best(smallest, kappa):
    """No neighbour has a smaller factor, and the factor is the one promised."""
    best = tuned(smallest, smallest * kappa)
    curvature = np.array([smallest, smallest * kappa])
    for method in METHODS:
        eta = getattr(best, f"{method}_eta")
        beta = getattr(best, f"{method}_beta", 0.0)
        rho = getattr(best, f"{method}_factor")
        assert float(factor(method, eta, beta, curvature)) == pytest.approx(rho, abs=1e-5)
        for times in (0.95, 1.05):
            assert factor(method, eta * times, beta, curvature) > rho - 1e-6
            if method != "gd" and beta * times < 1:
                assert factor(method, eta, beta * times, curvature) > rho - 1e-6


def test_steps_grow_like_kappa_and_like_its_root():
    results = race()
    last = slice(-7, -1)
    for name, power in (("gd", 1.0), ("momentum", 0.5), ("nesterov", 0.5)):
        slope = np.polyfit(np.log(results.kappa[last]), np.log(results.steps[name][last]), 1)[0]
        assert slope == pytest.approx(power, abs=0.12), name
    counted = ~np.isnan(results.steps["gd"])
    assert results.kappa[~counted].tolist() == [1000.0], "more steps than any descent makes"
    np.testing.assert_allclose(
        results.steps["gd"][counted], results.theory["gd"][counted], rtol=0.1, atol=1.5
    )


@pytest.mark.parametrize("kappa", [1.0, 70.0, 1000.0])
def test_steps_needed_are_those_of_the_recursion(kappa):
    needed = steps_needed(kappa)
    rho = (kappa - 1) / (kappa + 1)  # each direction shrinks by it
    wanted = next(n for n in range(10_000) if rho ** (2 * n) <= 0.01)
    assert needed["gd"] == pytest.approx(wanted, abs=1)
    assert max(needed["momentum"], needed["nesterov"]) <= needed["gd"]


def test_flows_are_the_closed_forms_and_the_limit_of_the_steps():
    terrain = Terrain(kappa=4.0, turned=0.0)  # ½ (4x² + y²)
    surface = surface_of(terrain)
    flow = gradient_flow(surface, START, 3.0)
    np.testing.assert_allclose(flow.theta, START * np.exp(-np.outer(flow.t, [4.0, 1.0])), atol=1e-5)
    ball = heavy_ball(surface, START, 5.0, 1.0)
    omega = np.sqrt(np.array([4.0, 1.0]) - 0.25)
    angle = np.outer(ball.t, omega)
    exact = np.exp(-ball.t / 2)[:, None] * START * (np.cos(angle) + np.sin(angle) / (2 * omega))
    np.testing.assert_allclose(ball.theta, exact, atol=1e-4)
    fine = descend(quiet(terrain=terrain, eta=0.0001, beta=0.99, descent_steps=500))
    at = ball.t <= 5.0
    steps = np.interp(ball.t[at], 0.01 * np.arange(501), fine.theta[MOMENTUM, :, 0])
    np.testing.assert_allclose(steps, ball.theta[at, 0], atol=0.02)


@pytest.mark.parametrize("friction", [0.0, 0.5, 2.0, 4.0, 90.0])  # 2 and 4: one root is double
def test_a_quadratic_s_closed_forms_are_what_a_solver_finds(friction):
    surface = surface_of(Terrain(kappa=4.0, turned=30.0))
    A = hessian(surface, START)
    flow, ball = gradient_flow(surface, START, 3.0), heavy_ball(surface, START, 20.0, friction)

    def slope(_, state):
        return np.concatenate([state[2:], -A @ state[:2] - friction * state[2:]])

    solver = {"method": "DOP853", "rtol": 1e-10, "atol": 1e-12}
    rest = np.concatenate([START, np.zeros(2)])
    solved = solve_ivp(slope, (0, ball.t[-1]), rest, t_eval=ball.t, **solver).y[:2].T
    np.testing.assert_allclose(ball.theta, solved, atol=1e-6)
    solved = solve_ivp(lambda _, x: -A @ x, (0, 3.0), START, t_eval=flow.t, **solver).y.T
    np.testing.assert_allclose(flow.theta, solved, atol=1e-6)


def test_a_batch_of_all_flowers_is_gradient_descent():
    spec = quiet(terrain=Terrain("logistic"), eta=2.0, minibatch=100, descent_steps=30)
    paths = descend(spec)
    np.testing.assert_allclose(paths.theta[SGD], paths.theta[GD], atol=1e-12)
    some = descend(spec.replace(minibatch=7))
    assert np.abs(some.theta[SGD] - some.theta[GD]).max() > 0.05
    same = descend(spec.replace(minibatch=7))
    np.testing.assert_array_equal(some.theta, same.theta)


def test_noise_is_of_the_strength_said_and_may_be_for_all():
    spec = quiet(terrain=Terrain(kappa=1.0), eta=0.1, descent_steps=1000, gradient_noise=3.0)
    paths = descend(spec)
    settled = paths.theta[SGD, 200:]
    assert settled.var() == pytest.approx(0.1**2 * 9 / (1 - 0.9**2), rel=0.25)
    assert np.abs(paths.theta[GD, -1]).max() < 1e-12
    noisy = descend(spec.replace(noisy="all"))
    np.testing.assert_allclose(noisy.theta[GD], noisy.theta[SGD], atol=1e-12)


def test_what_is_impossible_is_refused():
    with pytest.raises(SpecError, match="above 10"):
        Descent(eta=11.0)
    with pytest.raises(SpecError, match="both must be above 0"):
        tuned(-1.0, 2.0)
    with pytest.raises(SpecError, match="choose one of gd"):
        factor("adam", 0.1, 0.9, np.ones(2))
