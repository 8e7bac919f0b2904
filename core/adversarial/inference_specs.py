"""What is trained: an encoder and a generator of items, and a discriminator that judges them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from core import specs
from core.items.specs import Items
from core.learning import steering
from core.learning.specs import Callbacks
from core.learning.steering import Change
from core.specs import Spec

INFERENCES = ("aae", "ali")


class Balanced(NamedTuple):
    """What holds in an epoch: the rates of encoder and generator, and of D, and λ."""

    rate: float
    rate_judge: float
    code_weight: float


@dataclass(frozen=True)
class Inference(Spec):
    r"""An encoder E learnt against a discriminator D, with a generator G, on items.

    AAE (Makhzani et al. 2015, arXiv 1511.05644): D tells codes E(x) from z; E and G also copy.
    ALI, BiGAN (Dumoulin et al. and Donahue et al. 2016, arXiv 1606.00704 and 1605.09782): D tells
    pairs (x, E(x)) from (G(z), z), and nothing is copied. E is deterministic in both.
    """

    items: Items = specs.nested(Items)
    inference_model: str = specs.choice(
        "aae",
        INFERENCES,
        "AAE: an autoencoder whose codes D tells from z. ALI or BiGAN: D tells pairs of an item "
        "and its code from pairs of a generated item and its z.",
    )
    inference_latent: int = specs.integer(16, 1, 128, "d: the dimension of z, and of codes")
    inference_width: int = specs.integer(
        256, 8, 1024, "units of each of two hidden layers, in E, G and D"
    )
    code_weight: float = specs.number(
        1.0,
        0.0,
        1000.0,
        r"AAE: λ of $-\lambda\ln D(E(x))$, beside $\lVert x-\hat x\rVert^2$. 0 is an autoencoder "
        "whose codes may lie anywhere.",
    )
    judge_penalty: float = specs.number(
        0.5,
        0.0,
        100.0,
        r"Weight of $\lVert\nabla D\rVert^2$ where D is shown something: it keeps D from getting "
        "so steep that the others learn nothing. 0 is the game as published.",
    )
    inference_rate: float = specs.number(
        0.001, 1e-5, 10.0, "learning rate of Adam, for encoder and generator"
    )
    rate_judge: float = specs.number(0.001, 1e-5, 10.0, "learning rate of D")
    inference_momentum: float = specs.number(0.5, 0.0, 0.99, "β₁ of Adam, for all three networks")
    inference_batch: int = specs.integer(64, 1, 1024, "items in an update")
    inference_updates: int = specs.integer(
        100, 1, 1000, "updates in an epoch, each of D, then of encoder and generator"
    )
    inference_epochs: int = specs.integer(50, 1, 2000, "epochs")
    inference_seed: int = specs.integer(0, 0, 9999, "seed of the networks, of z and of the batches")
    inference_changes: str = specs.text("", 2000, "changes made while it ran")

    def __post_init__(self) -> None:
        super().__post_init__()
        for change in self.steering:
            name = "inference_rate" if change.name == "rate" else change.name
            self.replace(inference_changes="", **{name: change.value})

    @property
    def epochs(self) -> int:
        """How many epochs the run has."""
        return self.inference_epochs

    @property
    def callbacks(self) -> Callbacks:
        """None: a loss of a game does not fall, so no epoch can be called the best by it."""
        return Callbacks()

    @property
    def run_key(self) -> str:
        """What two specs share whose runs begin alike: all but their length and steering."""
        return self.replace(inference_epochs=1, inference_changes="").key

    @property
    def steering(self) -> tuple[Change, ...]:
        """The changes, by epoch. Raises SpecError where they cannot be read."""
        return steering.read(self.inference_changes, Balanced._fields)

    def steered(self, epoch: int, name: str, value: float) -> Inference:
        """This run, with a change after `epoch` epochs; a later one of the same kind is dropped."""
        changes = steering.write(self.steering, Change(epoch, name, value))
        return self.replace(inference_changes=changes)

    def at(self, epoch: int) -> Balanced:
        """What holds in the epoch with this number, counted from 1."""
        now = Balanced(self.inference_rate, self.rate_judge, self.code_weight)
        for change in self.steering:
            if change.epoch < epoch:
                now = now._replace(**{change.name: change.value})
        return now
