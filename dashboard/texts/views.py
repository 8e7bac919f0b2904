"""What the pages on texts show: settings that are theirs, not a model's."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.sequences.contest import LossContest
from core.specs import Spec

LAST = 500  # an epoch no run goes beyond: the last one


@dataclass(frozen=True)
class SentenceView(Spec):
    """What is shown of an encoder of sentences, and of the margin it is trained with."""

    train_now: bool = specs.flag(False, "train whenever settings change; a link cannot set it")
    circle_classes: int = specs.integer(
        5, 2, 12, "K: the classes of the drawing, evenly round a circle"
    )
    sentence_epoch: int = specs.integer(LAST, 0, LAST, "the stored epoch that is shown")
    typed: str = specs.text(
        "The king was crowned after the war.", 20_000, "the text whose nearest texts are shown"
    )
    nearest_shown: int = specs.integer(3, 1, 10, "how many nearest texts of each method")
    contest_seeds: int = specs.as_in(LossContest, "contest_seeds", 5)
