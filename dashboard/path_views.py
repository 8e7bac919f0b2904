"""What the signal path shows beside the word's own way: the picture that is followed."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.specs import Spec


@dataclass(frozen=True)
class PictureView(Spec):
    """Which of the digits goes through the latent model."""

    digit: int = specs.integer(3, 0, 1796, "number of the handwritten digit")
