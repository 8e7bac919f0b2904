"""The settings of vectors made by factorising an association matrix."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.counts.specs import Association
from core.specs import Spec

RANKS = (50, 100, 200, 300, 500)
SECOND_ORDER = ("cosine", "inner product", "euclidean", "context correlation")
FIRST_ORDER = ("pmi", "conditional")
SIMILARITIES = SECOND_ORDER + FIRST_ORDER


@dataclass(frozen=True)
class Factors(Spec):
    """A truncated SVD of the PPMI matrix: M ≈ U Σ Vᵀ.

    Whatever measure the association names, it is PPMI that is factorised: the
    others have no value where two words never met.
    """

    association: Association = specs.nested(Association)
    rank: int = specs.integer(100, 2, 500, "how many singular triples are computed")

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "association", self.association.replace(measure="ppmi"))


@dataclass(frozen=True)
class PpmiSvd(Spec):
    """Word vectors W = U_d Σ_d^p, contexts C = V_d Σ_d^p; W + C on request."""

    association: Association = specs.nested(Association)
    dim: int = specs.integer(100, 2, 500, "d: how many singular vectors are kept")
    exponent: float = specs.number(0.5, 0.0, 1.0, "p: singular values are raised to it")
    add_context: bool = specs.flag(False, "add each word's context vector to it, W + C")

    @property
    def factors(self) -> Factors:
        """The decomposition these vectors are cut from.

        Its rank is rounded up, so that every `dim` below it is a prefix of the
        same singular triples and moving `dim` computes nothing anew.
        """
        return Factors(self.association, rank=next(r for r in RANKS if r >= self.dim))


@dataclass(frozen=True)
class Query(Spec):
    """A question to the vectors or the counts: which words are near this sum of words?"""

    expression: str = specs.text(
        "music", 500, "words with + − × and parentheses: king − man + woman"
    )
    similarity: str = specs.choice(
        "cosine",
        SIMILARITIES,
        "cosine, inner product and euclidean compare vectors; context correlation compares "
        "profiles over frequent words; pmi and conditional compare nothing: they look the "
        "pair's own counts up",
    )
    basis: int = specs.integer(
        10_000, 100, 50_000, "N: context correlation compares profiles over so many frequent words"
    )
    alpha: float = specs.number(
        0.9, 0.0, 1.5, "α of log p(y|x) − α log #y: 0 favours frequent words, 1 is PMI"
    )
    k: int = specs.integer(15, 1, 100, "how many neighbours are shown")
    exclude_inputs: bool = specs.flag(True, "leave the words of the expression out of the answer")
    least: float = specs.number(
        2.0, 0.0, 20.0, "first-order measures leave out pairs whose weighted count is no larger"
    )
