"""The scores of A and of B on the same items, and whether their difference is more than luck."""

from __future__ import annotations

from dataclasses import dataclass

from core.intervals import Interval

SHARE = "share correct"


@dataclass(frozen=True)
class Duel:
    """Scores of A and B on shared items, and B − A.

    trainings: how many of A and of B the scores are the means of; random: whether other seeds
    would give another A, another B, None for a model that was loaded.
    """

    name: str
    unit: str
    a: Interval
    b: Interval
    difference: Interval
    shared: int
    total: int
    trainings: tuple[int, int] = (1, 1)
    random: tuple[bool | None, bool | None] = (None, None)

    @property
    def real(self) -> bool:
        """Whether the interval of the difference leaves 0 out."""
        return self.difference.real

    @property
    def training_known(self) -> bool:
        """Whether the interval holds the luck of training, too."""
        sides = zip(self.random, self.trainings, strict=True)
        return all(random is False or (random and trainings > 1) for random, trainings in sides)
