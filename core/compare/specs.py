"""The settings of comparisons: two models, the same model again and again, several models."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.specs import Spec
from core.vectors.specs import PpmiSvd, Shelved, Vectored

RESAMPLINGS = ("bootstrap", "seeds", "dimensions")


@dataclass(frozen=True)
class Changed(Spec):
    """A: the PPMI-SVD of `vectors`. B: the same, but with these settings."""

    vectors: PpmiSvd = specs.nested(PpmiSvd)
    b_window: int = specs.as_in(PpmiSvd, "window", 2)
    b_dim: int = specs.as_in(PpmiSvd, "dim", 100)
    b_shift: float = specs.as_in(PpmiSvd, "shift", 1.0)
    b_smoothing: float = specs.as_in(PpmiSvd, "smoothing", 1.0)

    @property
    def a(self) -> PpmiSvd:
        """The first model."""
        return self.vectors

    @property
    def b(self) -> PpmiSvd:
        """The second model."""
        return self.vectors.replace(
            window=self.b_window, dim=self.b_dim, shift=self.b_shift, smoothing=self.b_smoothing
        )


@dataclass(frozen=True)
class ShelvedFirst(Spec):
    """A: a model on the shelf. B: the PPMI-SVD of `vectors`."""

    a: Shelved = specs.nested(Shelved, prefix="a_")
    vectors: PpmiSvd = specs.nested(PpmiSvd)

    @property
    def b(self) -> PpmiSvd:
        """The second model."""
        return self.vectors


@dataclass(frozen=True)
class ShelvedSecond(Spec):
    """A: the PPMI-SVD of `vectors`. B: a model on the shelf."""

    vectors: PpmiSvd = specs.nested(PpmiSvd)
    b: Shelved = specs.nested(Shelved, prefix="b_")

    @property
    def a(self) -> PpmiSvd:
        """The first model."""
        return self.vectors


@dataclass(frozen=True)
class ShelvedBoth(Spec):
    """A and B: models on the shelf."""

    a: Shelved = specs.nested(Shelved, prefix="a_")
    b: Shelved = specs.nested(Shelved, prefix="b_")


@dataclass(frozen=True)
class Pair(Spec):
    """Two models, A and B, and how many of their shared words are compared."""

    models: Changed | ShelvedFirst | ShelvedSecond | ShelvedBoth = specs.one_of(
        Changed, ShelvedFirst, ShelvedSecond, ShelvedBoth, by=("a_model", "b_model")
    )
    pair_words: int = specs.integer(
        50_000, 50, 100_000, "so many of the shared words, the most frequent ones, are compared"
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.models, ShelvedBoth):  # whatever the association shows: PPMI
            object.__setattr__(self, "models", self.models.replace(measure="ppmi"))

    @property
    def a(self) -> PpmiSvd | Shelved:
        """What A is."""
        return self.models.a

    @property
    def b(self) -> PpmiSvd | Shelved:
        """What B is."""
        return self.models.b


@dataclass(frozen=True)
class Rerun(Vectored):
    """A model made once more: from another draw of the text's documents, or from another seed;
    of a collection's vectors, from another draw of their dimensions.

    Draw 0 is the model itself.
    """

    repeat_by: str = specs.choice(
        "bootstrap",
        RESAMPLINGS,
        "bootstrap: the text's documents are drawn anew, with replacement; seeds: only what is "
        "random in the training changes; dimensions: those of a collection's vectors are drawn "
        "anew, with replacement",
    )
    draw: int = specs.integer(0, 0, 30, "which draw, or how far the seed is moved")


@dataclass(frozen=True)
class Repeats(Spec):
    """The same model several times over."""

    rerun: Rerun = specs.nested(Rerun)
    repeats: int = specs.integer(10, 2, 30, "how many times it is trained again")


@dataclass(frozen=True)
class Contest(Spec):
    """Two models scored on the same lists, each trained once or several times."""

    pair: Pair = specs.nested(Pair)
    trainings: int = specs.integer(
        1,
        1,
        10,
        "how often each is trained, from another seed each time; 1 leaves the luck of "
        "training unknown",
    )


@dataclass(frozen=True)
class Crowd(Spec):
    """Several models on the shelf, compared each with each."""

    crowd: str = specs.text("", 450, "ids of models on the shelf, separated by spaces")
    crowd_words: int = specs.integer(
        5_000, 50, 50_000, "so many of the words all share, the most frequent ones, are compared"
    )
