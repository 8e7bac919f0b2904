"""The settings of a matrix, of a product, and of the approximations of either."""

from __future__ import annotations

import typing
from dataclasses import dataclass
from typing import Any

from core import specs
from core.counts.measures import Association
from core.errors import SpecError
from core.lowrank.choosers import CHOOSERS, MATCHED
from core.lowrank.pseudoinverse import SUBSPACES
from core.messages import message
from core.specs import Spec
from core.tables.options import TableOptions
from core.vectors.specs import PpmiSvd

KINDS = (
    "photograph", "digits", "vectors", "ppmi", "synthetic", "kernel", "hilbert", "upload",
)  # fmt: skip
PHOTOGRAPHS = ("china", "flower")
SPECTRA = ("power", "exponential", "step")
RIGHTS = ("transpose", "gaussian", "photograph", "upload")
METHODS = (
    "svd",
    "randomised",
    "range",
    *(f"id {chooser}" for chooser in CHOOSERS),
    *(f"cur {chooser}" for chooser in (*CHOOSERS, MATCHED)),
    *(f"skeleton {chooser}" for chooser in (*CHOOSERS, MATCHED)),
    *(f"projection {subspace}" for subspace in SUBSPACES),
)
PRODUCT_METHODS = (
    "longest", "longest refitted", "sampled", "sampled refitted", "uniform", "uniform refitted",
    "greedy", "greedy refitted", "svd",
)  # fmt: skip


@dataclass(frozen=True)
class Photograph(Spec):
    """One of scikit-learn's sample photographs."""

    photograph: str = specs.choice(
        "china", PHOTOGRAPHS, "scikit-learn's sample photographs, 427 × 640, in greys"
    )


@dataclass(frozen=True)
class Digits(Spec):
    """Scikit-learn's 1797 handwritten digits, a row each."""


@dataclass(frozen=True)
class Ppmi(Spec):
    """The PPMI of a text's most frequent words with each other, whatever the measure names."""

    association: Association = specs.nested(Association)
    words: int = specs.integer(
        1000,
        10,
        50_000,
        "PPMI of so many of the most frequent words with each other. Up to 1500 every "
        "rank is computed; more stay sparse, to the highest rank.",
    )


@dataclass(frozen=True)
class WordVectors(Spec):
    """The word vectors of a text, a row each."""

    vectors: PpmiSvd = specs.nested(PpmiSvd)


@dataclass(frozen=True)
class Synthetic(Spec):
    """A matrix with prescribed singular values."""

    height: int = specs.integer(300, 1, 2000, "m: rows")
    width: int = specs.integer(200, 1, 2000, "n: columns")
    spectrum: str = specs.choice(
        "power",
        SPECTRA,
        "power: $i^{-d}$; exponential: $e^{-d(i-1)/10}$; step: $1$ for the first $s$, "
        "then $10^{-d}$",
    )
    decay: float = specs.number(1.0, 0.0, 10.0, "d: how fast singular values fall")
    step: int = specs.integer(20, 1, 2000, "s: how many singular values stand before the step")
    noise: float = specs.number(
        0.0,
        0.0,
        1.0,
        "Gaussian noise of so much of the norm. It ends every spectrum in a plateau: "
        "from there on, rank buys nothing.",
    )
    coherence: float = specs.number(
        0.0,
        0.0,
        1.0,
        "0: all rows and columns alike, and any of them will do. 1: a few carry almost "
        "everything, and uniform sampling misses them.",
    )
    matrix_seed: int = specs.integer(0, 0, 10_000, "another matrix of the same kind")


@dataclass(frozen=True)
class Kernel(Spec):
    """A Gaussian kernel of the handwritten digits with each other."""

    samples: int = specs.integer(600, 2, 1797, "how many of the digits the kernel compares")
    bandwidth: float = specs.number(
        20.0,
        0.1,
        1000.0,
        "exp(−‖x − y‖²/2h²): a wide kernel is nearly of rank 1, a narrow one nearly "
        "the identity. Digits lie about 50 apart.",
    )


@dataclass(frozen=True)
class Hilbert(Spec):
    """The Hilbert matrix."""

    size: int = specs.integer(100, 1, 2000, "n of the Hilbert matrix 1/(i + j − 1)")


@dataclass(frozen=True)
class Upload(Spec):
    """A user's file: it has no default."""

    file_name: str = specs.text("", 300, "file name")
    file_digest: str = specs.text("", 64, "what pins the file's content")
    table: TableOptions = specs.nested(TableOptions, prefix="file_table_", silent=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.file_digest:
            raise SpecError(message("`kind=upload` needs a file; choose one first."), "kind")


Matrix = Photograph | Digits | WordVectors | Ppmi | Synthetic | Kernel | Hilbert | Upload


def matrix() -> Any:
    """Declare a field that holds a matrix by name."""
    return specs.one_of(
        *typing.get_args(Matrix), key="kind", names=KINDS, help="which matrix is approximated"
    )


@dataclass(frozen=True)
class Curves(Spec):
    """The errors of a matrix's approximations at every rank."""

    matrix: Matrix = matrix()
    highest: int = specs.integer(
        300, 10, 500, "the highest rank of a large matrix; those with a side ≤ 1500 show all"
    )
    seeds: int = specs.integer(
        5,
        1,
        20,
        "How often a random method is repeated. Curves are their median, bands hold 80 % of them.",
    )
    oversampling: int = specs.integer(
        10, 0, 100, "The randomised SVD sketches r + p columns and keeps the best r."
    )
    power: int = specs.integer(
        1,
        0,
        5,
        "Power iterations of the randomised SVD. Each multiplies the sketch by MMᵀ: "
        "small singular values fade.",
    )
    leverage_rank: int = specs.integer(
        10, 1, 500, "k of the leverage scores: how many singular vectors they look at"
    )


@dataclass(frozen=True)
class Shown(Spec):
    """One method's approximation, at every rank."""

    curves: Curves = specs.nested(Curves)
    method: str = specs.choice("svd", METHODS, "which approximation is shown")
    draw: int = specs.integer(0, 0, 19, "which repetition of a random method")


@dataclass(frozen=True)
class Approximation(Spec):
    """One method's approximation of a matrix, at one rank."""

    shown: Shown = specs.nested(Shown)
    rank: int = specs.integer(20, 1, 4000, "how many terms the approximation has")


@dataclass(frozen=True)
class Product(Spec):
    """A product XY for CR: X a matrix by name, Y the matrix it is multiplied by."""

    matrix: Matrix = matrix()
    right: str = specs.choice(
        "transpose",
        RIGHTS,
        "Y: X's transpose; a Gaussian matrix; the other photograph's transpose; a file",
    )
    right_columns: int = specs.integer(200, 1, 2000, "p: columns of the Gaussian Y")
    right_seed: int = specs.integer(0, 0, 10_000, "another Gaussian Y")
    right_name: str = specs.text("", 300, "file name of Y")
    right_digest: str = specs.text("", 64, "what pins the content of Y's file")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.right == "upload" and not self.right_digest:
            raise SpecError(message("`right=upload` needs a file; choose one first."), "right")
        if self.right == "photograph" and not isinstance(self.matrix, Photograph):
            raise SpecError(message("`right=photograph` goes with a photograph as X."), "right")


@dataclass(frozen=True)
class ProductCurves(Spec):
    """The errors of CR at every number of terms."""

    product: Product = specs.nested(Product)
    draws: int = specs.integer(
        20,
        1,
        100,
        "How often a random method is repeated. The curve is their median, the band "
        "holds 80 % of them.",
    )


@dataclass(frozen=True)
class ShownProduct(Spec):
    """One CR method, at every number of terms."""

    product_curves: ProductCurves = specs.nested(ProductCurves)
    method: str = specs.choice("longest", PRODUCT_METHODS, "which approximation is shown")
    draw: int = specs.integer(0, 0, 99, "which repetition of a random method")
