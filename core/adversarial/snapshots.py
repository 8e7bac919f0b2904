"""What is kept of a game: stored epochs, and the run that they are of."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from core.adversarial.networks import Players, restore
from core.adversarial.scores import SCORED, Score
from core.adversarial.specs import Gan
from core.learning.learner import Run


@dataclass(frozen=True)
class Snapshot:
    """A stored epoch: the weights of both networks, and the points (`SCORED`, 2) generated."""

    epoch: int
    weights: tuple[np.ndarray, ...]
    generated: np.ndarray
    score: Score


@dataclass(frozen=True)
class Trained(Run[Snapshot]):
    """A run of a game. real: (n, 2) the points learnt from."""

    real: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), np.float32))

    def players(self, spec: Gan, at: int | None = None) -> Players:
        """The networks of a stored epoch, by its place among them; of the newest, if none."""
        snapshot = self.result if at is None else self.snapshots[at]
        return restore(spec, snapshot.weights)

    @property
    def losses(self) -> np.ndarray:
        """(E, 4) by epoch: of D, of G, ‖G(z) − G_o(z)‖², the gradient penalty; means over the
        updates of the player, NaN where it had none.
        """
        parts = self.history.parts
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(parts[:, :4] / parts[:, [4, 5, 5, 4]])


def noise(spec: Gan) -> np.ndarray:
    """The z of the generated points that are scored, the same at every epoch: (SCORED, d)."""
    rng = np.random.default_rng((spec.gan_seed, 0))
    return rng.standard_normal((SCORED, spec.noise), np.float32)
