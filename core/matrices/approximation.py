"""One approximation at one rank, by slicing what was computed for all ranks.

    A_r = left[:, :r] · core_r · right[:r]

with core_r the identity, a diagonal, a block of W, or a small system that is
solved at each rank: never more than a few r × r operations besides the product.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.cache import cached
from core.errors import SpecError
from core.lowrank import choosers, cr, cur, interpolative, pseudoinverse, storage, svd
from core.lowrank.bases import F64, Ints, columns, is_sparse, rows
from core.matrices.curves import decompose
from core.matrices.loading import load, load_product
from core.matrices.products import order_of_terms
from core.matrices.selection import choose, choose_columns, sketch
from core.matrices.specs import Approximation, Curves, Shown, ShownProduct
from core.messages import message
from core.progress import OnStep, part, report, run_on
from core.threads import one_thread

MOST_SHOWN = 4_000_000  # entries formed at once
FAMILIES = {"svd": "svd", "randomised": "svd", "range": "range", "projection": "range"}
NONE: F64 = np.zeros(0)
NOTHING: Ints = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Factors:
    """A method's approximations of one matrix at every rank 0…`ranks`.

    kind: how `pair` makes the two factors of a rank; chosen_columns and
    chosen_rows are in order of choice (empty where nothing is chosen).
    """

    kind: str
    family: str  # of `core.lowrank.storage`
    shape: tuple[int, int]
    ranks: int
    left: F64  # (m, ·)
    right: F64  # (·, n)
    middle: F64  # s, W, M[rows, columns], or G
    column_dimensions: Ints  # of the span of the first r chosen columns
    row_dimensions: Ints
    chosen_columns: Ints = field(default_factory=lambda: NOTHING)
    chosen_rows: Ints = field(default_factory=lambda: NOTHING)
    weights: F64 = field(default_factory=lambda: NONE)  # what CR's weights are computed from
    oversampling: int = 0


@dataclass(frozen=True)
class Stored:
    """The storage that a rank takes."""

    numbers: int
    bytes: int
    share: float  # of the matrix itself
    pays_until: int  # the largest rank that is smaller than the matrix


@cached
def factors(spec: Shown, on_step: OnStep = run_on) -> Factors:
    """What is needed to show one method at any rank.

    Raises SpecError where a method needs a dense matrix and this one is sparse.
    """
    M = load(spec.curves.matrix, on_step).values
    basic = Curves(spec.curves.matrix, highest=spec.curves.highest)
    decomposition = decompose(basic, part(on_step, 0.0, 0.5))
    report(on_step, 0.6, "approximations of all ranks")
    with one_thread():
        return of_method(M, decomposition, spec)


@cached
def product_factors(spec: ShownProduct, on_step: OnStep = run_on) -> Factors:
    """The same for CR: columns of X and rows of Y in the order a method chooses them."""
    X, Y = load_product(spec.product_curves.product, on_step)
    report(on_step, 0.2, "choosing terms")
    with one_thread():
        return of_product(X, Y, spec.method, spec.draw)


def of_method(M: Any, decomposition: svd.Decomposition, spec: Shown) -> Factors:
    """`factors` of a loaded matrix and its decomposition."""
    shape = (int(M.shape[0]), int(M.shape[1]))
    k = min(len(decomposition.s), *shape)
    method, _, detail = spec.method.partition(" ")
    count = np.arange(k + 1)
    if method == "svd":
        return Factors(
            "svd", "svd", shape, k, decomposition.U, decomposition.Vt, decomposition.s, count, count
        )
    if method in ("randomised", "range"):
        sketched = sketch(M, k, spec.curves, spec.draw)
        gram = sketched.B @ sketched.B.T if method == "randomised" else NONE
        return Factors(
            method, FAMILIES[method], shape, k, sketched.Q, sketched.B, gram, count, count,
            oversampling=spec.curves.oversampling,
        )  # fmt: skip
    if method == "projection":
        sketched, dimensions = pseudoinverse.project(M, detail, k, spec.draw)
        return Factors(
            "range", "range", shape, k, sketched.Q, sketched.B, NONE, dimensions, dimensions
        )
    if detail == "pivoted" and is_sparse(M):
        raise SpecError(
            message(
                "Pivoted QR needs a dense matrix, and this one is large and sparse; choose "
                "“{chooser}”.",
                chooser=message(choosers.LABELS["sketched"]),
            ),
            "method",
        )
    if method == "id":
        interpolation = choose_columns(M, decomposition, detail, spec.curves, spec.draw)
        J = interpolation.order
        return Factors(
            "id", "id", shape, len(J), interpolation.Q, interpolation.B, NONE,
            interpolation.dimensions, interpolation.dimensions, J,
        )  # fmt: skip
    interpolation, cross = choose(M, decomposition, detail, spec.curves, spec.draw)
    J, I = interpolation.order, cross.order  # noqa: E741
    k = cross.ranks
    if method == "cur":
        return Factors(
            "cur", "cur", shape, k, interpolation.Q, np.ascontiguousarray(cross.P.T), cross.W,
            interpolation.dimensions, cross.dimensions, J, I,
        )  # fmt: skip
    R = rows(M, I)
    return Factors("skeleton", "skeleton", shape, k, columns(M, J), R, R[:, J], count, count, J, I)


def of_product(X: Any, Y: Any, method: str, draw: int) -> Factors:
    """`product_factors` of loaded X and Y."""
    shape = (int(X.shape[0]), int(Y.shape[1]))
    n = int(X.shape[1])
    count = np.arange(n + 1)
    if method == "svd":
        product = X @ Y
        decomposition = svd.decompose(product.toarray() if is_sparse(product) else product, n)
        k = min(n, len(decomposition.s))
        return Factors(
            "svd", "svd", shape, k, decomposition.U, decomposition.Vt, decomposition.s, count, count
        )
    terms = cr.inner_products(X, Y)
    p = cr.optimal(terms)
    order = order_of_terms(terms, p, method, draw, n)
    kind, middle, weights = "unweighted", NONE, NONE
    if method.endswith("refitted"):
        kind, middle = "refitted", terms.G[np.ix_(order, order)]
        weights = np.stack([terms.g[order], terms.lengths[order]])
    elif method == "sampled":
        kind, weights = "sampled", 1.0 / p[order]
    elif method == "uniform":
        kind, weights = "sampled", np.full(n, float(n))
    return Factors(
        kind, "cr", shape, n, columns(X, order), rows(Y, order), middle, count, count,
        order, order, weights,
    )  # fmt: skip


def pair(factors: Factors, rank: int, across: Ints | slice = slice(None)) -> tuple[F64, F64]:
    """The two factors of a rank, left (m, ·) and right (·, columns `across`); their product is A_r.

    Raises SpecError for a rank outside 0…`ranks`.
    """
    if not 0 <= rank <= factors.ranks:
        raise SpecError(
            message(
                "`rank={rank}` is not possible; choose 0 to {most:,}.",
                rank=rank,
                most=factors.ranks,
            ),
            "rank",
        )
    r = rank
    right = factors.right[:, across]
    if factors.kind == "randomised":
        size = min(r + factors.oversampling, factors.left.shape[1])
        return factors.left[:, :size], svd.truncate(factors.middle[:size, :size], right[:size], r)
    if factors.kind == "svd":
        return factors.left[:, :r] * factors.middle[:r], right[:r]
    if factors.kind == "cur":
        i, j = factors.column_dimensions[r], factors.row_dimensions[r]
        return factors.left[:, :i], factors.middle[:i, :j] @ right[:j]
    if factors.kind == "skeleton":
        return factors.left[:, :r], cur.solve_core(factors.middle[:r, :r], right[:r])
    if factors.kind in ("id", "range"):
        i = factors.column_dimensions[r]
        return factors.left[:, :i], right[:i]
    return factors.left[:, :r] * term_weights(factors, r), right[:r]


@cached
def error(spec: Approximation, on_step: OnStep = run_on) -> float:
    """‖M − A_r‖_F / ‖M‖_F, at the highest possible rank where r is above it; 0 for M = 0."""
    shown = factors(spec.shown, on_step)
    M = load(spec.shown.curves.matrix, on_step).values
    with one_thread():
        L, R = pair(shown, min(spec.rank, shown.ranks))
        if not is_sparse(M):
            return float(np.linalg.norm(M - L @ R) / (np.linalg.norm(M) or 1.0))
        energy = float(M.multiply(M).sum())  # ‖M − LR‖² = ‖M‖² − 2⟨M R', L⟩ + ⟨L'L, R R'⟩
        residual = energy - 2 * float(((M @ R.T) * L).sum()) + float(((L.T @ L) * (R @ R.T)).sum())
        return float(np.sqrt(max(residual, 0.0) / (energy or 1.0)))


def term_weights(factors: Factors, rank: int) -> F64:
    """The weight CR gives each of the first `rank` terms: (r,)."""
    if factors.kind == "sampled":
        return factors.weights[:rank] / max(rank, 1)
    if factors.kind != "refitted" or rank == 0:
        return np.ones(rank)
    g, lengths = factors.weights[:, :rank]
    return cr.weights(cr.Terms(factors.middle[:rank, :rank], g, lengths, 0.0), np.arange(rank))


def approximate(
    factors: Factors,
    rank: int,
    down: Ints | slice = slice(None),
    across: Ints | slice = slice(None),
) -> F64:
    """A_r, or its rows `down` and columns `across` (indices or slices).

    Raises SpecError for an impossible rank, and for more than 4 M entries at once.
    """
    height, width = len(factors.left[down, :1]), factors.right[:1, across].shape[1]
    if height * width > MOST_SHOWN:
        raise SpecError(
            message(
                "{m:,} × {n:,} entries are too many to show; choose at most {most:,}.",
                m=height,
                n=width,
                most=MOST_SHOWN,
            ),
            "rank",
        )
    with one_thread():
        left, right = pair(factors, rank, across)
        return left[down] @ right


def largest_entry(factors: Factors, rank: int) -> float:
    """max |Z| of an ID; NaN for other methods, and where Z is not unique."""
    if factors.kind != "id" or rank == 0:
        return float("nan")
    interpolation = interpolative.Interpolation(
        factors.left, factors.right, factors.column_dimensions, factors.chosen_columns, 0.0
    )
    Z = interpolative.combination(interpolation, rank)
    return float("nan") if Z is None else float(np.abs(Z).max())


def stored(factors: Factors, rank: int, nonzeros: int | None = None) -> Stored:
    """Numbers and bytes of a rank; `nonzeros` of the matrix if it is kept sparse."""
    m, n = factors.shape
    weighted = factors.kind in ("sampled", "refitted")
    full = storage.full(m, n, nonzeros)
    size = int(storage.nbytes(factors.family, rank, m, n, weighted))
    return Stored(
        int(storage.numbers(factors.family, rank, m, n, weighted)),
        size,
        size / full,
        min(storage.pays_until(factors.family, m, n, full, weighted), factors.ranks),
    )
