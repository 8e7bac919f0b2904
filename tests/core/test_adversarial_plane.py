"""Games on points of a plane, against closed forms, plain NumPy and themselves."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import norm

from core.adversarial import Claim, Gan, Plane, run_claim
from core.adversarial.claim import Outcome
from core.adversarial.duel import G_ANEW, REST, Batch, D, Duel, G, Inputs, _improve_d, movers
from core.adversarial.learner import learner
from core.adversarial.losses import departure, fooled, gradient_penalty, judged
from core.adversarial.networks import Players, begin, restore
from core.adversarial.plane import draw, modes
from core.adversarial.scores import CELLS, EDGE, chance, divergences, reference, score, shares
from core.adversarial.specs import GAMES, PLANES
from core.adversarial.training import advance
from core.errors import Cancelled, SpecError
from core.learning import running
from core.learning.descent import Now
from core.learning.saving import weights

TINY = Gan(Plane(points=300), gan_width=8, gan_batch=32, gan_updates=20, gan_epochs=4)


def sigmoid(t: Any) -> Any:
    return 1 / (1 + np.exp(-t))


def test_the_optimal_discriminator_of_two_normals_minimises_its_loss() -> None:
    """D* = p/(p + q): its logit is ln p − ln q, linear in x for normals of one variance."""
    rng = np.random.default_rng(0)
    p, q = norm(1, 0.7), norm(-0.5, 0.7)
    real, fake = p.rvs(200_000, random_state=rng), q.rvs(200_000, random_state=rng)

    def loss(slope: float, offset: float) -> float:
        logits = [jnp.asarray(slope * x + offset, jnp.float32) for x in (real, fake)]
        return float(judged("non-saturating", *logits))

    slope = (1 + 0.5) / 0.7**2
    offset = -(1 - 0.25) / (2 * 0.7**2)
    best = loss(slope, offset)
    x = np.linspace(-6, 6, 20_001)
    middle = (p.pdf(x) + q.pdf(x)) / 2
    js = sum(np.trapezoid(d.pdf(x) * np.log(d.pdf(x) / middle), x) for d in (p, q)) / 2
    assert best == pytest.approx(2 * np.log(2) - 2 * js, abs=0.01), "2 ln 2 − 2 JS at the optimum"
    for ds, do in ((0.3, 0), (-0.3, 0), (0, 0.3), (0, -0.3)):
        assert loss(slope + ds, offset + do) > best


class Given(eqx.Module):
    """A generator that gives its z as it is."""

    def __call__(self, z: Any) -> Any:
        return z


def test_a_discriminator_learns_the_optimum() -> None:
    """Trained against fixed normals, D's logit comes near ln p − ln q where both have points."""
    rng = np.random.default_rng(1)
    real = rng.normal([0.5, 0], 0.5, (4000, 2)).astype(np.float32)
    fake = rng.normal([-0.5, 0], 0.5, (300, 256, 2)).astype(np.float32)
    players = begin(TINY.replace(gan_width=32))
    data = Inputs(jnp.asarray(real), np.float32(0), np.float32(0), np.float32(0.9))
    state = Duel().init(Players(Given(), players.discriminator))
    at = TINY.replace(rate_d=0.003).at(1)
    now = Now(np.float32(at.rate), at, np.float32(0), np.float32(0))

    @jax.jit
    def step(state: Any, z: Any, rows: Any) -> Any:
        batch = Batch(D, rows, z, jnp.zeros((256, 1)))
        return _improve_d("non-saturating", data, state, data.real[rows], batch, now.rate)[0]

    for z in fake:
        state = step(state, z, rng.integers(0, 4000, 256))
    line = np.stack([np.linspace(-0.8, 0.8, 9), np.zeros(9)], axis=1).astype(np.float32)
    wanted = line[:, 0] / 0.25  # ln p − ln q = 2 · 0.5 x/0.5²
    np.testing.assert_allclose(state.players.logit(jnp.asarray(line)), wanted, atol=0.8)


@pytest.mark.parametrize("game", GAMES)
def test_losses_against_plain_numpy(game: str) -> None:
    a, b = np.random.default_rng(0).standard_normal((2, 7)).astype(np.float32)
    wanted = {
        "non-saturating": (
            -np.log(sigmoid(a)).mean() - np.log(1 - sigmoid(b)).mean(), -np.log(sigmoid(b)).mean()
        ),
        "saturating": (
            -np.log(sigmoid(a)).mean() - np.log(1 - sigmoid(b)).mean(),
            np.log(1 - sigmoid(b)).mean(),
        ),
        "least squares": (((a - 1) ** 2).mean() + (b**2).mean(), ((b - 1) ** 2).mean()),
        "wgan-gp": (b.mean() - a.mean(), -b.mean()),
    }[game]  # fmt: skip
    made = float(judged(game, jnp.asarray(a), jnp.asarray(b))), float(fooled(game, jnp.asarray(b)))
    assert made == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize("slope", [0.0, 1.0])
def test_gradient_penalty_against_differences(slope: float) -> None:
    with jax.enable_x64(True):
        players = jax.tree.map(lambda a: 3.0 * a.astype(jnp.float64), begin(TINY))
        x = np.random.default_rng(0).standard_normal((20, 2))
        h = 1e-6 * np.eye(2)
        gradient = np.stack(
            [
                (np.asarray(players.logit(x + e)) - np.asarray(players.logit(x - e))) / 2e-6
                for e in h
            ],
            axis=1,
        )
        wanted = ((np.linalg.norm(gradient, axis=1) - slope) ** 2).mean()
        assert float(gradient_penalty(players, jnp.asarray(x), slope)) == pytest.approx(wanted)


def test_departure_is_the_divergence_of_narrow_normals() -> None:
    """KL(N(a, σ²I) ‖ N(b, σ²I)) = ‖a − b‖²/2σ²: the term stands for it with λ = 1/2σ²."""
    a, b = np.random.default_rng(0).standard_normal((2, 5, 2))
    wanted = np.mean([np.linalg.norm(x - y) ** 2 for x, y in zip(a, b, strict=True)])
    assert float(departure(jnp.asarray(a), jnp.asarray(b))) == pytest.approx(wanted, rel=1e-5)


def test_who_moves() -> None:
    spec = TINY.replace(gan_updates=12, d_updates=2, g_updates=1, held=2)
    first, second = movers(spec, 1), movers(spec, 2)
    assert first.tolist() == [D, D, G_ANEW, D, D, G] * 2
    assert second.tolist() == first.tolist()
    wide = spec.replace(gan_updates=10)
    assert [*movers(wide, 1), *movers(wide, 2)][:18] == [D, D, G_ANEW, D, D, G] * 3
    once = spec.alone(3, "generator")
    assert movers(once, 4).tolist() == [G] + [REST] * 11
    assert movers(once, 3).tolist() == movers(once, 5).tolist() == first.tolist()
    steered = spec.steered(1, "d_updates", 1)
    assert movers(steered, 2).tolist()[:4] == [D, G_ANEW, D, G]


def test_a_player_alone_leaves_the_other_as_it_was() -> None:
    spec = TINY.replace(gan_epochs=3)
    alone = advance(spec.alone(2, "discriminator"))
    before, after = (alone.players(spec, at) for at in (2, 3))
    moved = [
        any(
            bool((a != b).any())
            for a, b in zip(jax.tree.leaves(x), jax.tree.leaves(y), strict=True)
        )
        for x, y in (
            (before.generator, after.generator), (before.discriminator, after.discriminator)
        )
    ]  # fmt: skip
    assert moved == [False, True]
    assert np.isnan(alone.losses[2, 1]) and np.isfinite(alone.losses[2, 0])


def test_without_a_lag_the_dropped_term_does_nothing() -> None:
    """One update of G a round, G_o refreshed in each: the gradient is 0 where G = G_o."""
    plain, anchored = (advance(TINY.replace(held=1, anchor=a)) for a in (0.0, 100.0))
    np.testing.assert_array_equal(plain.result.generated, anchored.result.generated)
    held = advance(TINY.replace(held=5, anchor=100.0))
    assert np.abs(held.result.generated - plain.result.generated).max() > 1e-3


@pytest.mark.parametrize("game", GAMES)
def test_the_same_seed_gives_the_same_run(game: str) -> None:
    spec = TINY.replace(game=game)
    first = advance(spec)
    running._states.clear()
    again = advance(spec.replace(gan_epochs=2))
    assert again.epoch == 2
    resumed = advance(spec)
    np.testing.assert_array_equal(resumed.history.parts, first.history.parts)
    np.testing.assert_array_equal(resumed.result.generated, first.result.generated)
    assert np.isfinite(first.losses).all() and not first.stopped
    running._states.clear()


def test_weights_come_back() -> None:
    players = begin(TINY)
    again = restore(TINY, weights(players))
    x = jnp.ones((3, 2))
    np.testing.assert_array_equal(again.logit(x), players.logit(x))


@pytest.mark.parametrize("rate", [0.5, 10.0])
def test_rates_too_large_are_named(rate: float) -> None:
    run = advance(TINY.replace(rate_d=rate, rate_g=rate, gan_updates=100, gan_epochs=20))
    running._states.clear()
    assert run.stopped and f"Epoch {run.epoch} is kept" in run.stopped
    assert f"{rate:g} of D" in run.stopped
    assert np.isfinite(run.result.generated).all()


def test_nan_is_named() -> None:
    made = learner(TINY)
    players, run = made.init(lambda *_: False)
    broken = jax.tree.map(lambda a: a * np.nan, players)
    ill = made.ailment(3, broken, run.snapshots[0], np.zeros(6))
    assert ill is not None and "no longer numbers" in ill and "Epoch 2 is kept" in ill
    assert made.ailment(3, players, run.snapshots[0], np.zeros(6)) is None


def test_one_point_is_learnt_from() -> None:
    run = advance(TINY.replace(points=1))
    running._states.clear()
    assert len(run.real) == 1 and run.epoch == 4


@pytest.mark.parametrize(
    ("changes", "named"),
    [("1 only 3", "only"), ("1 d_updates 1.5", "d_updates"), ("1 rate 99", "rate_d"),
     ("1 lambda 2", "changes")],
)  # fmt: skip
def test_impossible_changes(changes: str, named: str) -> None:
    with pytest.raises(SpecError, match=named):
        TINY.replace(gan_changes=changes)


@pytest.mark.parametrize("kind", [kind for kind in PLANES if kind != "drawn"])
def test_real_points_cover_all_modes(kind: str) -> None:
    plane = Plane(plane_kind=kind, plane_modes=9)
    compared, known = reference(plane)
    assert np.abs(compared).max() < EDGE and compared.shape == (2000, 2)
    assert len(known.centres) == 9
    at, by_chance = score(draw(plane, 2000, 77), compared, known), chance(plane)
    assert at.covered == 9 and at.near > 0.98
    assert by_chance.js[0] * 0.8 < at.js < by_chance.js[-1] * 1.2


def test_shares_by_hand() -> None:
    known = modes(Plane(plane_modes=4, spread=0.1))
    points = np.array([[1, 0.29], [1, 0.31], [0, 1], [0, 1.05], [-1, 0], [3, 3]])
    counts, near = shares(points, known)
    assert counts.tolist() == [1, 2, 1, 0] and near == pytest.approx(4 / 6)


def test_divergences_against_scipy() -> None:
    rng = np.random.default_rng(0)
    real, other = rng.normal(0, 0.5, (500, 2)), rng.normal(0.3, 0.8, (700, 2))
    edges = np.linspace(-EDGE, EDGE, CELLS + 1)
    p, q = (
        np.append(grid.ravel(), len(points) - grid.sum()) + 0.5
        for points in (real, other)
        for grid in [np.histogram2d(*points.T, bins=(edges, edges))[0]]
    )
    kl, js = divergences(real, other)
    assert js == pytest.approx(jensenshannon(p, q) ** 2)
    p, q = p / p.sum(), q / q.sum()
    assert kl == pytest.approx((p * np.log(p / q)).sum())
    assert divergences(real, real) == pytest.approx((0, 0)) and js < np.log(2)


def test_claim() -> None:
    claim = Claim(TINY.steered(1, "anchor", 5.0), anchors="0 2", claim_seeds=2)
    result = run_claim(claim)
    for number, seed in enumerate((0, 1)):
        run = advance(TINY.replace(anchor=2.0, gan_seed=seed))
        assert run.result.score.js == result.js[1, number]
    assert result.covered.shape == (2, 2) and not result.stopped.any()
    difference = result.js[1] - result.js[0]
    mean, low, high = result.gain(result.js)[0]
    from scipy.stats import ttest_1samp

    interval = ttest_1samp(difference, 0).confidence_interval(0.95)
    assert (mean, low, high) == pytest.approx((difference.mean(), interval.low, interval.high))
    rows = result.all_covered()
    assert ((rows[:, 1] <= rows[:, 0]) & (rows[:, 0] <= rows[:, 2])).all()
    running._states.clear()


def test_the_best_of_many_equal_anchors_is_seldom_called_better() -> None:
    """All λ alike: Student's interval of the best one alone would leave out 0 in a tenth."""
    rng = np.random.default_rng(3)
    none = np.zeros((8, 10))
    outcome = Outcome(tuple(range(8)), 8, none, none, none, none)
    wrong = [outcome.gain(rng.normal(size=(8, 10)))[:, 1].max() > 0 for _ in range(2000)]
    assert np.mean(wrong) < 0.05


@pytest.mark.parametrize("anchors", ["", "1", "1 1", "0 x", "0 nan", "0 -1", "1 2 3 4 5 6 7 8 9"])
def test_impossible_claims(anchors: str) -> None:
    with pytest.raises(SpecError):
        Claim(anchors=anchors)


def test_a_claim_is_the_same_for_each_anchor_of_the_page() -> None:
    claims = [Claim(TINY.replace(anchor=a).steered(1, "anchor", 5.0)) for a in (0.0, 2.0)]
    assert claims[0].shared == claims[1].shared
    games = [claim.game(1.0, 3) for claim in (claims[1], claims[1].shared)]
    assert games[0] == games[1]


def test_claims_can_be_cancelled() -> None:
    with pytest.raises(Cancelled):
        run_claim(Claim(TINY, claim_seeds=3), lambda fraction, _: fraction > 0.1)
