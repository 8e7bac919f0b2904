"""Two small specs, one inside the other, for the tests of specs."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.errors import SpecError
from core.specs import Spec


@dataclass(frozen=True)
class Bread(Spec):
    """An innermost spec."""

    grain: str = specs.choice("rye", ("rye", "wheat"))
    slices: int = specs.integer(2, 1, 12)
    toasted: bool = specs.flag(False)


@dataclass(frozen=True)
class Meal(Spec):
    """A spec that contains one, and refuses one combination."""

    bread: Bread = specs.nested(Bread)
    butter: float = specs.number(0.5, 0.0, 3.0)
    note: str = specs.text("", 20)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.bread.slices > 10 and self.butter > 2:
            raise SpecError("that is too much butter", "butter")
