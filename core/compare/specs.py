"""The settings of comparisons: two models, the same model again and again, several models."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.specs import Spec
from core.vectors.specs import PARTS, PpmiSvd, Shelved, Vectored

RESAMPLINGS = ("bootstrap", "seeds")


@dataclass(frozen=True)
class Pair(Spec):
    """Two models, A and B, and how many of their shared words are compared.

    A model is named by its id on the shelf. Where A has none, it is the PPMI-SVD of
    `vectors`; where B has none, it is that too, or, beside such an A, the same with other
    windows, dimensions, shifts and smoothing. Settings that are not used are the defaults.
    """

    vectors: PpmiSvd = specs.nested(PpmiSvd)
    a_model: str = specs.text("", 40, "A's id on the shelf")
    a_part: str = specs.choice("word", PARTS, "which of A's vectors")
    b_model: str = specs.text("", 40, "B's id on the shelf")
    b_part: str = specs.choice("word", PARTS, "which of B's vectors")
    b_window: int = specs.integer(2, 1, 20, "the window of B")
    b_dim: int = specs.integer(100, 2, 500, "the dimension of B")
    b_shift: float = specs.number(1.0, 1.0, 50.0, "the shift of B")
    b_smoothing: float = specs.number(1.0, 0.0, 1.0, "the context smoothing of B")
    pair_words: int = specs.integer(
        50_000, 50, 100_000, "so many of the shared words, the most frequent ones, are compared"
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        unused: dict[str, object] = {}
        if self.a_model or self.b_model:
            unused |= {"b_window": 2, "b_dim": 100, "b_shift": 1.0, "b_smoothing": 1.0}
        if not self.a_model:
            unused["a_part"] = "word"
        if not self.b_model:
            unused["b_part"] = "word"
        used = PpmiSvd() if self.a_model and self.b_model else self.vectors
        unused["vectors"] = used.replace(measure="ppmi")
        for name, value in unused.items():
            object.__setattr__(self, name, value)

    @property
    def a(self) -> PpmiSvd | Shelved:
        """What A is."""
        return Shelved(self.a_model, self.a_part) if self.a_model else self.vectors

    @property
    def b(self) -> PpmiSvd | Shelved:
        """What B is."""
        if self.b_model:
            return Shelved(self.b_model, self.b_part)
        if self.a_model:
            return self.vectors
        return self.vectors.replace(
            window=self.b_window,
            dim=self.b_dim,
            shift=self.b_shift,
            smoothing=self.b_smoothing,
        )


@dataclass(frozen=True)
class Rerun(Vectored):
    """A model made once more: from another draw of the text's documents, or from another seed.

    Draw 0 is the model itself.
    """

    repeat_by: str = specs.choice(
        "bootstrap",
        RESAMPLINGS,
        "bootstrap: the text's documents are drawn anew, with replacement; seeds: only what is "
        "random in the training changes",
    )
    draw: int = specs.integer(0, 0, 30, "which draw, or how far the seed is moved")


@dataclass(frozen=True)
class Repeats(Spec):
    """The same model several times over."""

    rerun: Rerun = specs.nested(Rerun)
    repeats: int = specs.integer(10, 2, 30, "how many times it is made again")


@dataclass(frozen=True)
class Crowd(Spec):
    """Several models on the shelf, compared each with each."""

    crowd: str = specs.text("", 450, "ids of models on the shelf, separated by spaces")
    crowd_words: int = specs.integer(
        5_000, 50, 50_000, "so many of the words all share, the most frequent ones, are compared"
    )
