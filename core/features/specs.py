"""What is trained: an encoder by mutual information alone, and what is held out to judge it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from core import specs
from core.items.specs import Items
from core.learning import steering
from core.learning.specs import Callbacks
from core.learning.steering import Change
from core.specs import Spec

CRITICS = ("bilinear", "dense")
PARTNERS = ("features", "itself")
CHANGEABLE = ("rate", "global_weight", "local_weight", "prior_weight")


class Steered(NamedTuple):
    """What holds in an epoch: the learning rate, before a schedule, and α, β, γ."""

    rate: float
    global_weight: float
    local_weight: float
    prior_weight: float


@dataclass(frozen=True)
class InfoMax(Spec):
    r"""Deep InfoMax: z is to tell as much as it can about its item, and to be normal.

    Minimises $\alpha\mathcal L_G+\beta\mathcal L_L+\gamma\,KL(p(z|x)\|N(0,I))/d$, where each
    $\mathcal L$ is the cross-entropy of a critic that tells true pairs from dealt ones.
    Sources: Hjelm et al. 2019 (Deep InfoMax); Su, spaces.ac.cn/archives/6024; bojone/infomax.
    """

    items: Items = specs.nested(Items)
    info_latent: int = specs.integer(32, 1, 64, "d: the dimension of z")
    global_weight: float = specs.number(
        0.5, 0.0, 100.0, r"α of $\mathcal L_G$: z and the whole of its item"
    )
    local_weight: float = specs.number(
        1.5, 0.0, 100.0, r"β of $\mathcal L_L$: z and each place of its item, on average"
    )
    prior_weight: float = specs.number(
        0.01, 0.0, 100.0, r"γ of $KL(p(z|x)\,\|\,N(0,I))/d$, which draws z to mean 0, variance 1"
    )
    partner: str = specs.choice(
        "features",
        PARTNERS,
        "What z is paired with in the global term. Features: the item's whole map, as in the "
        "paper. Itself: (z, z) against (z, another z), as in the post; it is soon solved.",
    )
    critic: str = specs.choice(
        "bilinear",
        CRITICS,
        r"Bilinear: $T=(Az)\cdot(Bf)/\sqrt{e}$. Dense: three dense layers on both, as published.",
    )
    info_negatives: int = specs.integer(
        63,
        1,
        255,
        "Other items of the batch that each item is paired with; as published 1. At most the "
        "batch less one.",
    )
    moved: int = specs.integer(
        0,
        0,
        4,
        "Pixels by which the item that z is paired with is moved at random, along each axis; as "
        "published 0. What z says of a place then says nothing of its pair: z learns what moving "
        "does not change. Rows of a table are not moved.",
    )
    map_normalised: bool = specs.flag(
        False,
        "Each channel of the map is brought to mean 0 and variance 1 over the batch, much as in "
        "the published network. On MNIST neighbours in z are worse with it.",
    )
    noisy: bool = specs.flag(
        True, "z is drawn from p(z|x), as published; else its mean is taken, and γ acts on that."
    )
    info_channels: int = specs.integer(
        16, 2, 64, "channels of the first layer; twice as many inside"
    )
    critic_width: int = specs.integer(
        64, 4, 512, "e, the dimension of a bilinear critic, or the units of a dense one's layers"
    )
    info_epochs: int = specs.integer(40, 1, 1000, "passes over the data")
    info_rate: float = specs.number(0.001, 1e-5, 10.0, "learning rate of Adam")
    info_batch: int = specs.integer(64, 2, 1024, "items in a step")
    info_seed: int = specs.integer(
        0, 0, 9999, "seed of everything random, and of which items are held out"
    )
    kept_back: float = specs.number(
        0.5, 0.05, 0.9, "the share of items that no encoder is trained on, and all are judged by"
    )
    info_changes: str = specs.text("", 2000, "changes made while it ran")

    def __post_init__(self) -> None:
        super().__post_init__()
        for change in self.steering:
            name = "info_rate" if change.name == "rate" else change.name
            self.replace(info_changes="", **{name: change.value})

    @property
    def epochs(self) -> int:
        """How many epochs the run has."""
        return self.info_epochs

    @property
    def callbacks(self) -> Callbacks:
        """None: the sum of two estimates does not say which epoch has the best features."""
        return Callbacks()

    @property
    def run_key(self) -> str:
        """What two specs share whose runs begin alike: all but their length and steering."""
        return self.replace(info_epochs=1, info_changes="").key

    @property
    def steering(self) -> tuple[Change, ...]:
        """The changes, by epoch. Raises SpecError where they cannot be read."""
        return steering.read(self.info_changes, CHANGEABLE)

    def steered(self, epoch: int, name: str, value: float) -> InfoMax:
        """This run, with a change after `epoch` epochs; a later one of the same kind is dropped."""
        changes = steering.write(self.steering, Change(epoch, name, value))
        return self.replace(info_changes=changes)

    def at(self, epoch: int) -> Steered:
        """Learning rate, α, β and γ of the epoch with this number, counted from 1."""
        now = Steered(self.info_rate, self.global_weight, self.local_weight, self.prior_weight)
        for change in self.steering:
            if change.epoch < epoch:
                now = now._replace(**{change.name: change.value})
        return now


AS_PUBLISHED = {
    "global_weight": 0.5,
    "local_weight": 1.5,
    "prior_weight": 0.01,
    "partner": "itself",
    "critic": "dense",
    "info_negatives": 1,
    "moved": 0,
    "map_normalised": True,
    "noisy": True,
}
"""The recipe of bojone/infomax, but for the size and depth of the networks."""
