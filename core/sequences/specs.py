"""The settings of sentences: where groups of texts come from, and how an encoder learns them."""

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
from core.text.specs import Text

GROUPINGS = ("documents", "labels")
LOSSES = ("am-softmax", "softmax", "a-softmax")
CHANGEABLE = ("rate", "scale", "margin")


@dataclass(frozen=True)
class TextGroups(Spec):
    """Texts in groups: the sentences of each document, or the rows of a table by their label.

    The text of documents is `text`'s; a table has a file of its own, and is cut into tokens by
    the same rules.
    """

    text: Text = specs.nested(Text)
    grouping: str = specs.choice(
        "documents",
        GROUPINGS,
        "Documents: each sentence belongs to its article or story. Labels: each row of a table "
        "belongs to the label in one of its columns.",
    )
    label_table: LabelTable = specs.nested(LabelTable)
    shortest: int = specs.integer(
        5, 1, 50, "Sentences of fewer tokens are left out: a heading says little of its article."
    )
    most_each: int = specs.integer(
        120, 2, 1000, "Of each group at most so many texts are used, drawn by the seed."
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.grouping == "labels" and not self.label_table.group_digest:
            raise SpecError(
                message("`grouping=labels` needs a table; choose a file first."), "grouping"
            )


@dataclass(frozen=True)
class Parting(Spec):
    """Which texts are trained on, and what is read of them: all that needs no encoder.

    It is apart so that no method is fitted anew where only the encoder is.
    """

    groups: TextGroups = specs.nested(TextGroups)
    new_groups: float = specs.number(
        0.25,
        0.0,
        0.8,
        "The share of the groups that is never trained on: whether the encoder is of use beyond "
        "its own classes is seen on these.",
    )
    kept_back: float = specs.number(
        0.25, 0.0, 0.8, "The share of the texts of each trained group that is never trained on."
    )
    rarest: int = specs.integer(2, 1, 100, "Tokens met fewer times in training count as unknown.")
    longest: int = specs.integer(32, 4, 200, "Only so many first tokens of a text are read.")
    sentence_seed: int = specs.integer(
        0, 0, 9999, "seed of everything random: the split, the start, the order"
    )


class Steered(NamedTuple):
    """What holds in an epoch: the learning rate, before a schedule, s and m."""

    rate: float
    scale: float
    margin: float


@dataclass(frozen=True)
class Sentences(Spec):
    """An encoder of sentences, trained to tell their groups apart; the encoder alone is kept.

    (Su 2018, kexue.fm/archives/5743; AM-Softmax: Wang et al. 2018, arXiv 1801.05599.)
    `sentence_changes` holds what was changed while it ran, such as "5 margin 0.2".
    """

    parting: Parting = specs.nested(Parting)
    embedding_dim: int = specs.integer(64, 4, 512, "the length of a token's vector")
    sentence_dim: int = specs.integer(
        64, 2, 512, "d: the length of a sentence's vector, the state of the GRU"
    )
    loss: str = specs.choice(
        "am-softmax",
        LOSSES,
        "AM-Softmax: the cosine with the own class must exceed the others by m. Softmax: the "
        "ordinary classifier, whose vectors have any length. Like A-Softmax: the own cosine "
        "counts as the cosine of four times the angle.",
    )
    scale: float = specs.number(
        30.0, 1.0, 100.0, "s: what cosines are multiplied by; small ones cannot tell classes apart."
    )
    margin: float = specs.number(
        0.35, 0.0, 1.0, "m: how much larger the cosine with the own class must be. 0: no margin."
    )
    forgotten: float = specs.number(
        0.5,
        0.0,
        0.9,
        "The share of tokens that is hidden from the encoder in each step, other ones each time: "
        "it must not rely on a single word.",
    )
    sentence_epochs: int = specs.integer(15, 1, 500, "passes over the training texts")
    sentence_rate: float = specs.number(0.003, 1e-5, 1.0, "learning rate of Adam")
    sentence_batch: int = specs.integer(100, 2, 4096, "texts in a step")
    sentence_changes: str = specs.text("", 2000, "changes made while it ran")
    callbacks: Callbacks = specs.nested(Callbacks)

    def __post_init__(self) -> None:
        super().__post_init__()
        for change in self.steering:
            self.replace(sentence_changes="", **{_field(change.name): change.value})

    @property
    def epochs(self) -> int:
        """How many epochs the run has."""
        return self.sentence_epochs

    @property
    def run_key(self) -> str:
        """What two specs share whose runs begin alike: all but their length and steering."""
        return self.replace(sentence_epochs=1, sentence_changes="").key

    @property
    def steering(self) -> tuple[Change, ...]:
        """The changes, by epoch. Raises SpecError where they cannot be read."""
        return steering.read(self.sentence_changes, CHANGEABLE)

    def steered(self, epoch: int, name: str, value: float) -> Sentences:
        """This run, with a change after `epoch` epochs; a later one of the same kind is dropped."""
        changes = steering.write(self.steering, Change(epoch, name, value))
        return self.replace(sentence_changes=changes)

    def at(self, epoch: int) -> Steered:
        """Learning rate, s and m of the epoch with this number, counted from 1."""
        now = Steered(self.sentence_rate, self.scale, self.margin)
        for change in self.steering:
            if change.epoch < epoch:
                now = now._replace(**{change.name: change.value})
        return now


def _field(name: str) -> str:
    return "sentence_rate" if name == "rate" else name
