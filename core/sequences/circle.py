"""Two dimensions, K classes evenly round a circle: what s and m ask of a text's angle.

A text at the angle θ from its own direction has the cosine cos θ with it, and cos(2πk/K − θ) with
the others. AM-Softmax is content, without s, where

    cos θ − m ≥ cos(2π/K − |θ|),  that is where  sin(π/K − |θ|) ≥ m / (2 sin(π/K))

so that each class keeps the arc |θ| ≤ a, a = π/K − asin(m / (2 sin(π/K))), and between two arcs a
gap of 2 asin(m / (2 sin(π/K))) belongs to nobody. The A-Softmax-like loss takes cos 4θ for the own
cosine, and so a = 2π/(5K), whatever K. No arc is left where m > 2 sin²(π/K) =
1 − cos(2π/K). Nowhere is the loss less than at θ = 0 if it is symmetric, where it is

    ln(1 + Σ_{k≠0} e^{s (cos(2πk/K) − 1 + m)})
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class Circle:
    """K classes evenly round the circle, with s and m. Angles in radians.

    fourfold: the A-Softmax-like loss, which counts the own angle four times and knows no m.
    """

    classes: int
    scale: float
    margin: float
    fourfold: bool = False

    @property
    def directions(self) -> F64:
        """The angle of each class's direction, (K,), the first one upwards."""
        return np.pi / 2 - 2 * np.pi * np.arange(self.classes) / self.classes

    @property
    def most_margin(self) -> float:
        """The largest m that a text in its class's direction satisfies."""
        return 1 - math.cos(2 * math.pi / self.classes)

    @property
    def sure_margin(self) -> float:
        """The least m with a gap as wide as an arc: no stranger is nearer than any mate."""
        half = math.pi / self.classes
        return 2 * math.sin(half) * math.sin(half / 2)

    @property
    def is_ranked(self) -> bool:
        """Whether a gap is as wide as an arc."""
        return self.reach <= self.gap / 2

    @property
    def reach(self) -> float:
        """a, half the arc where the own cosine exceeds the others by m; negative where none is."""
        half = math.pi / self.classes
        if self.fourfold:
            return 2 * half / 5
        ratio = self.margin / (2 * math.sin(half))
        # beyond half the arc the formula would count the far side of the circle
        return half - math.asin(ratio) if ratio <= 1 else -math.inf

    @property
    def gap(self) -> float:
        """The angle between the arcs of two neighbours; of the whole step where none has one."""
        step = 2 * math.pi / self.classes
        return step - 2 * max(self.reach, 0.0)

    def losses(self, angles: F64, plain: bool = False) -> F64:
        """The loss of texts at these angles from their own direction, (n,), nats.

        plain: as if there were no margin.
        """
        cosines = np.cos(angles[:, None] - 2 * np.pi * np.arange(self.classes) / self.classes)
        if not plain:
            own = cosines[:, 0]
            fourth = 8 * own**4 - 8 * own**2 + 1
            cosines[:, 0] = np.minimum(own, fourth) if self.fourfold else own - self.margin
        logits = self.scale * cosines
        top = logits.max(axis=1, keepdims=True)
        whole: F64 = np.log(np.exp(logits - top).sum(axis=1)) + top[:, 0] - logits[:, 0]
        return whole

    @property
    def least(self) -> float:
        """The loss of a text in its class's direction, nats."""
        return float(self.losses(np.zeros(1))[0])

    def winner(self, angles: F64) -> NDArray[np.int64]:
        """The class whose arc holds each absolute angle (n,), −1 in a gap."""
        apart = np.abs((angles[:, None] - self.directions + np.pi) % (2 * np.pi) - np.pi)
        nearest = apart.argmin(axis=1)
        inside = apart[np.arange(len(angles)), nearest] <= self.reach
        return np.where(inside, nearest, -1)
