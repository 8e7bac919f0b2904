"""How much memory a training of items takes, before it starts."""

from __future__ import annotations

from typing import Protocol

from core.items.data import load
from core.items.specs import Items

COMPILED = 3e8  # bytes of the compiled step
COPIES = 3  # of the items: given or shuffled, on the device, decoded or copied


class OfItems(Protocol):
    """A spec whose training is of items."""

    @property
    def items(self) -> Items:
        """The items."""


def of_training(spec: OfItems) -> float:
    """Bytes of a training, where its items are known: their copies, and the compiled step."""
    return COMPILED + COPIES * load(spec.items).x.nbytes if load.ready(spec.items) else 0.0
