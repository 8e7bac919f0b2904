"""The settings of word vectors: models and their training, the shelf, and questions to them.

Equal settings have equal names: `dim`, `window` or `seed` mean the same in every model.
"""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.counts.measures import Association
from core.counts.specs import BOUNDARIES, Counts
from core.errors import SpecError
from core.messages import message
from core.specs import Spec
from core.text.specs import Corpus

RANKS = (100, 200, 300, 500)
SOON = 0.6  # of the dimensions of a rank: from here on they may not suffice for long
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
    dim: int = specs.integer(
        100, 2, 500, "Singular vectors kept of the PPMI matrix. Fewer smooth more."
    )
    exponent: float = specs.number(
        0.5,
        0.0,
        1.0,
        "W = U_d Σ_d^p. 1 is the plain SVD; ½ splits Σ between words and contexts; 0 "
        "weighs all dimensions alike.",
    )
    add_context: bool = specs.flag(
        False, "Each word's vector as a context is added to its vector as a word."
    )

    @property
    def factors(self) -> Factors:
        """The decomposition these vectors are cut from.

        Its rank is rounded up, so that every `dim` below it is a prefix of the
        same singular triples and moving `dim` computes nothing anew.
        """
        return Factors(self.association, rank=rank_for(self.dim))


def rank_for(dim: int) -> int:
    """The rank of the decomposition whose beginning has so many dimensions, at most 500."""
    return next(rank for rank in RANKS if rank >= dim)


def rank_ahead(dim: int) -> int | None:
    """The next larger rank, where a growing dimension will soon need it."""
    at = RANKS.index(rank_for(dim))
    soon = dim > SOON * RANKS[at] and at + 1 < len(RANKS)
    return RANKS[at + 1] if soon else None


@dataclass(frozen=True)
class Query(Spec):
    """A question to the vectors or the counts: which words are near this sum of words?"""

    expression: str = specs.text(
        "music", 500, "words with + − × and parentheses: king − man + woman"
    )
    similarity: str = specs.choice(
        "cosine",
        SIMILARITIES,
        "Cosine, inner product, Euclidean: of the vectors. Context correlation: of two "
        "words' profiles over the N most frequent words. PMI and log p(y|x): first "
        "order, straight from the counts, no vectors: what stands near the word, not "
        "what could replace it.",
    )
    basis: int = specs.integer(
        10_000,
        100,
        50_000,
        "Profiles are compared over these words. About 10 000: meaning; about 500: grammar.",
    )
    alpha: float = specs.number(
        0.9, 0.0, 1.5, "log p(y|x) − α log #y. 0: the most frequent companions; 1: PMI."
    )
    k: int = specs.integer(15, 1, 100, "how many neighbours are shown")
    exclude_inputs: bool = specs.flag(True, "leave the words of the expression out of the answer")
    least: float = specs.number(
        2.0, 0.0, 20.0, "Pairs that met less are left out: the PMI of a single meeting says little."
    )


ARCHITECTURES = ("skip-gram", "cbow")
OUTPUTS = ("negative sampling", "hierarchical softmax")
ADAGRADS = ("row", "coordinate")
SQUARES = ("gradient", "step")
OBJECTIVES = ("sgns", "mle")
PARTS = ("word", "context", "sum", "concatenated")


@dataclass(frozen=True)
class Word2Vec(Spec):
    """Skip-gram or CBOW, trained by gensim on the running text. (Mikolov et al. 2013, 1310.4546.)

    One worker gives the same vectors at every run; several are faster and do not.
    """

    corpus: Corpus = specs.nested(Corpus)
    architecture: str = specs.choice(
        "skip-gram",
        ARCHITECTURES,
        "skip-gram predicts each context from the word, cbow the word from its contexts' mean",
    )
    output: str = specs.choice("negative sampling", OUTPUTS, "how the prediction is scored")
    dim: int = specs.integer(100, 2, 500, "d: how many numbers a vector has")
    window: int = specs.integer(5, 1, 20, "L: each window is drawn from 1 to L")
    boundary: str = specs.choice("paragraph", BOUNDARIES, "what no window reaches across")
    negatives: int = specs.integer(5, 1, 50, "k: noise words drawn for each pair")
    noise: float = specs.number(0.75, 0.0, 1.0, "noise words are drawn by count to this power")
    sample: float = specs.number(
        1e-3, 0.0, 0.01, "t: frequent words are skipped at random above this frequency; 0 is off"
    )
    passes: int = specs.integer(5, 1, 200, "how often the text is read")
    rate: float = specs.number(0.025, 0.0001, 0.5, "first learning rate; it falls linearly")
    workers: int = specs.integer(
        1,
        1,
        16,
        "Threads. One: every run gives the same vectors, bit by bit. More: faster, and "
        "each run is a little different.",
    )
    seed: int = specs.integer(0, 0, 10_000, "seed of everything random")


@dataclass(frozen=True)
class Glove(Spec):
    """Two vectors and two biases a word, fitted to log counts. (Pennington et al. 2014.)"""

    counts: Counts = specs.nested(Counts)
    dim: int = specs.integer(100, 2, 500, "d: how many numbers a vector has")
    x_max: float = specs.number(
        100.0,
        0.1,
        10_000.0,
        "Counts from here on have full weight; on small texts, less is better.",
    )
    power: float = specs.number(0.75, 0.0, 2.0, "exponent of the weight below x_max")
    epochs: int = specs.integer(25, 1, 500, "how often all counts are gone through")
    # Chosen on a quarter of the Chinese Wikipedia by Chinese lists (50-d, 8 epochs, one seed):
    # analogies 0.126 with 0.06, 0.251 with 0.1 and 0.2, 0.195 with 0.5; wordsim-240 0.347, 0.366,
    # 0.388 and 0.402. Stanford's way (0.05, by number, squared steps): 0.242 and 0.371. English,
    # not looked at then, 23 M tokens (100-d, 12 epochs, seed 0): Google's analogies 0.133 with
    # 0.06, 0.234 with 0.1, 0.287 with 0.2; WordSim-353 0.419, 0.464 and 0.471.
    eta: float = specs.number(
        0.2,
        0.001,
        1.0,
        "η: the learning rate. Stanford's program: 0.05, a sum for each number, of squared steps",
    )
    adagrad: str = specs.choice(
        "row",
        ADAGRADS,
        "what a sum of squared gradients is kept for: each vector (faster), or each "
        "of its numbers (as published)",
    )
    squared: str = specs.choice(
        "gradient",
        SQUARES,
        "what AdaGrad sums the squares of: the gradient g, or the step ηg, as Stanford's program "
        "does; there η only says how soon steps shrink",
    )
    seed: int = specs.integer(0, 0, 10_000, "seed of everything random")


@dataclass(frozen=True)
class SimplerGlove(Spec):
    """One vector a word, ⟨v_i, v_j⟩ fitted to PMI, no biases. (Su 2017, 更别致的词向量模型)

    It never sees pairs that did not meet. On the text and lists that GloVe's η was chosen by,
    wordsim-240 is 0.221, with η = 0.4 0.312, with two vectors 0.301; PPMI-SVD has 0.472 with the
    same counts: most of the distance is the model's, not the setting's.
    """

    counts: Counts = specs.nested(Counts)
    dim: int = specs.integer(100, 2, 500, "d: how many numbers a vector has")
    two_vectors: bool = specs.flag(False, "a second vector for a word as a context")
    truncate: bool = specs.flag(True, "weights end at 1, else frequent pairs go on gaining weight")
    x_max: float = specs.number(
        100.0,
        0.1,
        10_000.0,
        "Counts from here on have full weight; on small texts, less is better.",
    )
    power: float = specs.number(0.75, 0.0, 2.0, "exponent of the weight below x_max")
    epochs: int = specs.integer(25, 1, 500, "how often all counts are gone through")
    step: float = specs.number(0.1, 0.001, 1.0, "η: the learning rate")
    seed: int = specs.integer(0, 0, 10_000, "seed of everything random")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.counts.side != "both":
            raise SpecError(
                message(
                    "`side={side}` gives counts that are not symmetric, but the PMI of one vector "
                    "with another is; choose contexts on both sides.",
                    side=self.counts.side,
                ),
                "side",
            )


@dataclass(frozen=True)
class Explicit(Spec):
    """SGNS, or maximum likelihood, over all cells. (Kenyon-Dean et al. 2019, 1911.13280.)"""

    counts: Counts = specs.nested(Counts)
    objective: str = specs.choice("sgns", OBJECTIVES, "the loss that is minimised over all cells")
    size: int = specs.integer(
        1000, 2, 8000, "how many of the most frequent words; the work grows with its square"
    )
    dim: int = specs.integer(100, 2, 500, "d: how many numbers a vector has")
    negatives: int = specs.integer(5, 1, 50, "k: noise words for each pair")
    noise: float = specs.number(0.75, 0.0, 1.0, "noise words follow counts to this power")
    temperature: float = specs.number(2.0, 1.0, 10.0, "τ of the likelihood's weights")
    iterations: int = specs.integer(200, 1, 5000, "steps of L-BFGS over all cells")
    seed: int = specs.integer(0, 0, 10_000, "seed of everything random")


@dataclass(frozen=True)
class Shelved(Spec):
    """A model on the shelf, and which of its vectors are meant."""

    model: str = specs.text("", 40, "the model's id on the shelf")
    part: str = specs.choice(
        "word", PARTS, "the words' vectors, those of words as contexts, their sum, or both in a row"
    )


@dataclass(frozen=True)
class Vectored(Spec):
    """Base of what is computed of vectors: PPMI-SVD's, or those of a model on the shelf."""

    vectors: PpmiSvd | Shelved = specs.one_of(PpmiSvd, Shelved, by=("model",))

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.vectors, PpmiSvd):  # whatever the association shows, the PPMI is cut
            object.__setattr__(self, "vectors", self.vectors.replace(measure="ppmi"))
