"""Whether a game can go on: its numbers are finite, D still tells points apart, and
G has not left the plane of the data.
"""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from core.adversarial.networks import Players
from core.adversarial.snapshots import Snapshot
from core.adversarial.specs import Gan
from core.learning.health import finite
from core.messages import Message, message

SAME = 1e-7  # between outputs: those of new networks differ by 1e-2
ASTRAY = 100.0  # the data lie within 2 of the origin; no run is seen to come back from there


def ailment(
    spec: Gan, epoch: int, players: Players, shot: Snapshot, parts: np.ndarray
) -> Message | None:
    """What stops a run after this epoch, with the remedy, or None. parts: as in `duel.TERMS`."""
    now = spec.at(epoch)
    values = {"epoch": epoch, "rate": now.rate, "rate_g": now.rate_g, "kept": epoch - 1}
    if not finite(parts, shot.generated, players):
        return message(
            "Diverged in epoch {epoch}: the losses are no longer numbers (learning rates {rate:g} "
            "of D, {rate_g:g} of G). Epoch {kept} is kept; lower the learning rates and train "
            "again.",
            **values,
        )
    if len(shot.generated) > 1 and float(np.ptp(shot.generated, axis=0).max()) < SAME:
        return message(
            "Dead in epoch {epoch}: G gives one and the same point for every z, and no longer "
            "learns (learning rates {rate:g} of D, {rate_g:g} of G). Epoch {kept} is kept; lower "
            "the learning rates and train again.",
            **values,
        )
    if _says_the_same(players, shot.generated):
        return message(
            "Dead in epoch {epoch}: D says the same of every point, so that G learns no more "
            "(learning rates {rate:g} of D, {rate_g:g} of G). Epoch {kept} is kept; lower the "
            "learning rates and train again.",
            **values,
        )
    away = float(np.median(np.linalg.norm(shot.generated, axis=1)))
    if away > ASTRAY:
        return message(
            "Diverged in epoch {epoch}: half of the generated points are over {away:.3g} from the "
            "origin, the real ones within 2 (learning rates {rate:g} of D, {rate_g:g} of G). "
            "Epoch {kept} is kept; lower the learning rates and train again.",
            away=away,
            **values,
        )
    return None


def _says_the_same(players: Players, generated: np.ndarray) -> bool:
    """Whether D's logits are alike on the plane and on the generated points."""
    line = np.linspace(-1.5, 1.5, 9, dtype=np.float32)
    plane = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    points = np.concatenate([plane, generated[:: max(len(generated) // 100, 1)]])
    return float(np.ptp(np.asarray(players.logit(jnp.asarray(points))))) < SAME
