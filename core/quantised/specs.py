"""What is trained: the items, the quantiser between encoder and decoder, and the training."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from core import specs
from core.errors import SpecError
from core.items.specs import Items
from core.learning import steering
from core.learning.specs import Callbacks
from core.learning.steering import Change
from core.messages import message
from core.specs import Spec

QUANTISERS = ("straight", "rotation", "simvq", "fsq")
LEARNT = ("gradient", "average")
CHANGEABLE = ("rate", "commitment")
MOST_CODES = 4096
MOST_LEVELS, MOST_DIMENSIONS = 16, 8


class Steered(NamedTuple):
    """What holds in an epoch: the learning rate, before a schedule, and γ."""

    rate: float
    commitment: float


@dataclass(frozen=True)
class Codes(Spec):
    """An autoencoder whose latents are codes, and how it is trained.

    A picture becomes a grid of codes, a series a row of them, a row of a table `row_codes` codes.
    Sources: van den Oord et al. 2017 (VQ-VAE), Fifty et al. 2024 (rotation trick), Zhu et al. 2024
    (SimVQ), Mentzer et al. 2023 (FSQ).
    """

    items: Items = specs.nested(Items)
    quantiser: str = specs.choice(
        "rotation",
        QUANTISERS,
        "What the encoder learns from. Straight-through: the gradient at q, unchanged. Rotation: "
        "turned and scaled as q is turned and scaled to z. SimVQ: straight-through, all codes "
        "move together by one learnt matrix. FSQ: each dimension is rounded; no codebook.",
    )
    codebook: int = specs.integer(64, 1, MOST_CODES, "K: how many codes there are")
    code_dim: int = specs.integer(8, 1, 32, "d: the dimension of a code")
    levels: str = specs.text(
        "8 8", 40, "FSQ: levels of each dimension; their product is the number of codes."
    )
    codebook_weight: float = specs.number(
        1.0, 0.0, 100.0, r"β of $\beta\lVert e-\mathrm{sg}[z]\rVert^2$, which draws codes to z"
    )
    commitment: float = specs.number(
        0.25, 0.0, 100.0, r"γ of $\gamma\lVert z-\mathrm{sg}[e]\rVert^2$, which draws z to its code"
    )
    codebook_by: str = specs.choice(
        "gradient",
        LEARNT,
        "How codes learn: by the gradient of the term with β, or as the moving average of the z "
        "that chose them. SimVQ always learns by the gradient.",
    )
    average_decay: float = specs.number(
        0.99, 0.5, 0.9999, "d of the moving average of the codes, a step"
    )
    normalised: bool = specs.flag(
        True,
        "Each dimension of z is brought to mean 0 and variance 1 over the batch before it is "
        "quantised. Without it, and without revival, codebooks that start at random collapse to a "
        "few codes.",
    )
    kmeans_start: bool = specs.flag(
        True, "Codes start from k-means on the untrained encoder's z, else at random."
    )
    revive_after: int = specs.integer(
        50, 0, 1000, "A code that no z chose for so many steps moves to a random z; 0 turns it off."
    )
    row_codes: int = specs.integer(4, 1, 16, "codes that a row of a table becomes")
    code_width: int = specs.integer(32, 4, 256, "channels of the first layer; twice as many inside")
    code_epochs: int = specs.integer(40, 1, 1000, "passes over the data")
    code_rate: float = specs.number(0.002, 1e-5, 10.0, "learning rate of Adam")
    code_batch: int = specs.integer(64, 1, 1024, "items in a step")
    code_seed: int = specs.integer(0, 0, 9999, "seed of everything random")
    code_changes: str = specs.text("", 2000, "changes made while it ran")
    callbacks: Callbacks = specs.nested(Callbacks)

    def __post_init__(self) -> None:
        super().__post_init__()
        read_levels(self.levels)
        for change in self.steering:
            self.replace(code_changes="", **{_field(change.name): change.value})

    @property
    def sizes(self) -> tuple[int, ...]:
        """The levels of FSQ, by dimension."""
        return read_levels(self.levels)

    @property
    def size(self) -> int:
        """K: the number of codes, those of FSQ being the product of its levels."""
        return math.prod(self.sizes) if self.quantiser == "fsq" else self.codebook

    @property
    def dimension(self) -> int:
        """d: the dimension of a code."""
        return len(self.sizes) if self.quantiser == "fsq" else self.code_dim

    @property
    def epochs(self) -> int:
        """How many epochs the run has."""
        return self.code_epochs

    @property
    def run_key(self) -> str:
        """What two specs share whose runs begin alike: all but their length and steering."""
        return self.replace(code_epochs=1, code_changes="").key

    @property
    def steering(self) -> tuple[Change, ...]:
        """The changes, by epoch. Raises SpecError where they cannot be read."""
        return steering.read(self.code_changes, CHANGEABLE)

    def steered(self, epoch: int, name: str, value: float) -> Codes:
        """This run, with a change after `epoch` epochs; a later one of the same kind is dropped."""
        change = Change(epoch, name, value)
        return self.replace(code_changes=steering.write(self.steering, change))

    def at(self, epoch: int) -> Steered:
        """Learning rate and γ of the epoch with this number, counted from 1."""
        now = Steered(self.code_rate, self.commitment)
        for change in self.steering:
            if change.epoch < epoch:
                now = now._replace(**{change.name: change.value})
        return now


def read_levels(text: str) -> tuple[int, ...]:
    """The levels of FSQ from a text such as "8 6 5".

    Raises SpecError for what is no such text, and where there are too many codes.
    """
    words = text.replace(",", " ").split()
    if not all(word.isdecimal() and len(word) < 4 for word in words) or not words:
        raise SpecError(
            message(
                "`levels={text}` cannot be read; write whole numbers, such as “8 6 5”.",
                text=text[:40],
            ),
            "levels",
        )
    levels = tuple(int(word) for word in words)
    if not all(2 <= level <= MOST_LEVELS for level in levels) or len(levels) > MOST_DIMENSIONS:
        raise SpecError(
            message(
                "`levels={text}`: give 1 to {dimensions} dimensions of 2 to {most} levels each.",
                text=text[:40],
                dimensions=MOST_DIMENSIONS,
                most=MOST_LEVELS,
            ),
            "levels",
        )
    if (codes := math.prod(levels)) > MOST_CODES:
        raise SpecError(
            message(
                "`levels={text}` makes {codes:,} codes; the limit is {most:,}. Take fewer levels.",
                text=text[:40],
                codes=codes,
                most=MOST_CODES,
            ),
            "levels",
        )
    return levels


def _field(name: str) -> str:
    return "code_rate" if name == "rate" else name
