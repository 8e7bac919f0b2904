"""Figures of games: Plotly takes what is written as plain dictionaries, and it shows the data."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from core.adversarial.claim import Outcome
from core.adversarial.dirac import Dirac, portrait
from core.adversarial.landscape import Landscape
from core.adversarial.mixture import Mixed, ascend
from core.adversarial.scores import Chance, Score
from core.adversarial.shots import Shot
from core.adversarial.snapshots import Snapshot
from core.adversarial.specs import Plane
from dashboard.images.figures import dirac, game_mixture, generators, ogan

RNG = np.random.default_rng(0)
REAL = RNG.standard_normal((50, 2)).astype(np.float32)
SHOTS = tuple(
    Snapshot(epoch, (), RNG.standard_normal((60, 2)).astype(np.float32),
             Score(epoch, 0.5, 0.4 / (epoch + 1), 0.1))
    for epoch in range(4)
)  # fmt: skip
SCENE = Landscape(
    np.linspace(-1, 1, 5), RNG.standard_normal((5, 5)), RNG.standard_normal((8, 2)),
    RNG.standard_normal((6, 7, 2)),
)  # fmt: skip
CHANCE = Chance(np.array([0.02, 0.03]), np.array([0.005, 0.007]))
ITEM_SHOTS = tuple(Shot(epoch, (), 0.2 * epoch, 0.1, 1 - 0.1 * epoch, 0.5) for epoch in range(4))
OUTCOME = Outcome((0.0, 1.0), 8, np.array([[1, 2, 8], [8, 8, 8]]), RNG.random((2, 3)),
                  RNG.random((2, 3)), np.zeros((2, 3), bool))  # fmt: skip
BOTH = portrait(Dirac())
ASCENT = ascend(Mixed(Plane(points=40), mixed_components=3))
FIGURES: dict[str, Any] = {
    "plane": lambda: generators.plane(REAL, SHOTS[1], SCENE, "least squares", warped=True),
    "critic": lambda: generators.plane(REAL, SHOTS[1], SCENE, "wgan-gp"),
    "real": lambda: generators.plane(REAL, SHOTS[1], None, "saturating"),
    "canvas": lambda: generators.plane(REAL[:0], SHOTS[1], None, "saturating", clicked=True),
    "mixture": lambda: game_mixture.fitted(ASCENT, 3, clicked=True),
    "staircase": lambda: game_mixture.staircase(ASCENT, 0),
    "divergences": lambda: generators.divergences(SHOTS, CHANCE, 2),
    "covered": lambda: generators.covered(SHOTS, 8, 0),
    "losses": lambda: generators.losses(RNG.random((3, 4)), "saturating", 1),
    "first": lambda: generators.losses(np.zeros((0, 4)), "wgan-gp", 0),
    "tested": lambda: generators.tested(OUTCOME),
    "phase": lambda: dirac.phase(Dirac(), BOTH),
    "distance": lambda: dirac.distance(BOTH),
    "flow": lambda: dirac.eigenvalues(BOTH.balance, True),
    "steps": lambda: dirac.eigenvalues(portrait(Dirac(motion="together")).balance, False),
    "codes": lambda: ogan.codes(ITEM_SHOTS, 0.2, 3),
    "told": lambda: ogan.told(ITEM_SHOTS, np.array([0.45, 0.55]), 3),
}


@pytest.mark.parametrize("name", FIGURES)
def test_plotly_takes_it(name: str) -> None:
    figure = FIGURES[name]()
    assert go.Figure(figure).data and figure["layout"]["uirevision"]


def test_arrows_point_where_the_pull_goes() -> None:
    start, pulls = RNG.standard_normal((2, 8, 2))
    arrows = generators._arrows(start, pulls)
    shafts = arrows[:, 1] - arrows[:, 0]
    cosine = (
        (shafts * pulls).sum(1) / np.linalg.norm(shafts, axis=1) / np.linalg.norm(pulls, axis=1)
    )
    np.testing.assert_allclose(cosine, 1)
    assert np.linalg.norm(shafts, axis=1).max() <= generators.LONGEST * (1 + 1e-9)
    np.testing.assert_array_equal(arrows[:, 1], arrows[:, 3])


def test_a_critic_is_centred() -> None:
    heat = generators.plane(REAL, SHOTS[0], SCENE, "wgan-gp")["data"][0]
    assert heat["zmin"] == -heat["zmax"] and np.median(heat["z"]) == pytest.approx(0, abs=1e-6)


def test_intervals_stand_beside_the_runs() -> None:
    runs, means = generators.tested(OUTCOME)["data"]
    assert runs["y"].tolist() == [1, 2, 8, 8, 8, 8] and runs["customdata"].tolist() == [0, 1, 2] * 2
    np.testing.assert_allclose(means["y"], [11 / 3, 8])
    assert means["error_y"]["array"][1] == 0
