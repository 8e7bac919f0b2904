"""What people judged: pairs of words with a score, and analogies."""

from __future__ import annotations

from dataclasses import dataclass

from core.tables.aside import SetAside


@dataclass(frozen=True)
class Pair:
    """Two words and how alike people judged them."""

    a: str
    b: str
    score: float


@dataclass(frozen=True)
class Question:
    """a is to b as c is to d."""

    section: str
    a: str
    b: str
    c: str
    d: str


@dataclass(frozen=True)
class JudgedList:
    """A list of one kind: pairs or questions; the other is empty.

    notes: what was guessed; set_aside: the lines that were not used, each with why.
    """

    pairs: tuple[Pair, ...] = ()
    questions: tuple[Question, ...] = ()
    encoding: str = ""
    notes: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()

    @property
    def kind(self) -> str:
        """“pairs” or “analogies”."""
        return "analogies" if self.questions else "pairs"
