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
from core.lowrank.threads import one_thread
from core.matrices.curves import decompose
from core.matrices.loading import load, load_product
from core.matrices.products import order_of_terms
from core.matrices.selection import choose, choose_columns, sketch
from core.matrices.specs import Approximation, Curves, Shown, ShownProduct
from core.messages import message
from core.progress import OnStep, part, report, run_on

MOST_SHOWN = 4_000_000  # entries formed at once
FAMILIES = {"svd": "svd", "randomised": "svd", "range": "range", "projection": "range"}
NONE: F64 = np.zeros(0)
NOTHING: Ints = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Factors:
    """A method's approximations of one matrix at every rank 0…`ranks`.

    kind says how `pair` makes the two factors of a rank; chosen_columns and
    chosen_rows are in order of choice (empty where nothing is chosen).
    """

    kind: str
    family: str  # of `core.lowrank.storage`
    shape: tuple[int, int]
    ranks: int
    left: F64  # (m, ·)
    right: F64  # (·, n)
    middle: F64  # s, W, M[rows, columns], or G
    taken: Ints  # columns of left that the first r chosen columns span
    taken_rows: Ints
    chosen_columns: Ints = field(default_factory=lambda: NOTHING)
    chosen_rows: Ints = field(default_factory=lambda: NOTHING)
    weights: F64 = field(default_factory=lambda: NONE)  # what CR's weights are made from
    oversampling: int = 0


@dataclass(frozen=True)
class Stored:
    """What a rank costs to keep."""

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
    found = decompose(basic, part(on_step, 0.0, 0.5))
    report(on_step, 0.6, "approximations of all ranks")
    with one_thread():
        return of_method(M, found, spec)


@cached
def product_factors(spec: ShownProduct, on_step: OnStep = run_on) -> Factors:
    """The same for CR: columns of X and rows of Y in the order a method takes them."""
    X, Y = load_product(spec.product_curves.product, on_step)
    report(on_step, 0.2, "choosing terms")
    with one_thread():
        return of_product(X, Y, spec.method, spec.draw)


def of_method(M: Any, found: svd.Decomposition, spec: Shown) -> Factors:
    """`factors` of a matrix at hand."""
    shape = (int(M.shape[0]), int(M.shape[1]))
    k = min(len(found.s), *shape)
    method, _, detail = spec.method.partition(" ")
    count = np.arange(k + 1)
    if method == "svd":
        return Factors("svd", "svd", shape, k, found.U, found.Vt, found.s, count, count)
    if method in ("randomised", "range"):
        made = sketch(M, k, spec.curves, spec.draw)
        gram = made.B @ made.B.T if method == "randomised" else NONE
        return Factors(
            method, FAMILIES[method], shape, k, made.Q, made.B, gram, count, count,
            oversampling=spec.curves.oversampling,
        )  # fmt: skip
    if method == "projection":
        made, taken = pseudoinverse.project(M, detail, k, spec.draw)
        return Factors("range", "range", shape, k, made.Q, made.B, NONE, taken, taken)
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
        columns_only = choose_columns(M, found, detail, spec.curves, spec.draw)
        J = columns_only.order
        return Factors(
            "id", "id", shape, len(J), columns_only.Q, columns_only.B, NONE,
            columns_only.taken, columns_only.taken, J,
        )  # fmt: skip
    taken_columns, crossed = choose(M, found, detail, spec.curves, spec.draw)
    J, I = taken_columns.order, crossed.order  # noqa: E741
    k = crossed.ranks
    if method == "cur":
        return Factors(
            "cur", "cur", shape, k, taken_columns.Q, np.ascontiguousarray(crossed.P.T), crossed.W,
            taken_columns.taken, crossed.taken, J, I,
        )  # fmt: skip
    R = rows(M, I)
    return Factors("skeleton", "skeleton", shape, k, columns(M, J), R, R[:, J], count, count, J, I)


def of_product(X: Any, Y: Any, method: str, draw: int) -> Factors:
    """`product_factors` of factors at hand."""
    shape = (int(X.shape[0]), int(Y.shape[1]))
    n = int(X.shape[1])
    count = np.arange(n + 1)
    if method == "svd":
        product = X @ Y
        found = svd.decompose(product.toarray() if is_sparse(product) else product, n)
        k = min(n, len(found.s))
        return Factors("svd", "svd", shape, k, found.U, found.Vt, found.s, count, count)
    made = cr.terms(X, Y)
    p = cr.optimal(made)
    order = order_of_terms(made, p, method, draw, n)
    kind, middle, weights = "kept", NONE, NONE
    if method.endswith("refitted"):
        kind, middle = "refitted", made.G[np.ix_(order, order)]
        weights = np.stack([made.g[order], made.lengths[order]])
    elif method == "sampled":
        kind, weights = "sampled", 1.0 / p[order]
    elif method == "uniform":
        kind, weights = "sampled", np.full(n, float(n))
    return Factors(
        kind, "cr", shape, n, columns(X, order), rows(Y, order), middle, count, count,
        order, order, weights,
    )  # fmt: skip


def pair(made: Factors, rank: int, across: Ints | slice = slice(None)) -> tuple[F64, F64]:
    """The two factors of a rank, left (m, ·) and right (·, columns `across`); their product is A_r.

    Raises SpecError for a rank outside 0…`ranks`.
    """
    if not 0 <= rank <= made.ranks:
        raise SpecError(
            message(
                "`rank={rank}` is not possible; choose 0 to {most:,}.", rank=rank, most=made.ranks
            ),
            "rank",
        )
    r = rank
    right = made.right[:, across]
    if made.kind == "randomised":
        size = min(r + made.oversampling, made.left.shape[1])
        return made.left[:, :size], svd.truncate(made.middle[:size, :size], right[:size], r)
    if made.kind == "svd":
        return made.left[:, :r] * made.middle[:r], right[:r]
    if made.kind == "cur":
        i, j = made.taken[r], made.taken_rows[r]
        return made.left[:, :i], made.middle[:i, :j] @ right[:j]
    if made.kind == "skeleton":
        return made.left[:, :r], cur.solve_core(made.middle[:r, :r], right[:r])
    if made.kind in ("id", "range"):
        i = made.taken[r]
        return made.left[:, :i], right[:i]
    return made.left[:, :r] * term_weights(made, r), right[:r]


@cached
def error(spec: Approximation, on_step: OnStep = run_on) -> float:
    """‖M − A_r‖_F / ‖M‖_F; the highest possible rank where r is above it, 0 for M = 0."""
    made = factors(spec.shown, on_step)
    M = load(spec.shown.curves.matrix, on_step).values
    with one_thread():
        L, R = pair(made, min(spec.rank, made.ranks))
        if not is_sparse(M):
            return float(np.linalg.norm(M - L @ R) / (np.linalg.norm(M) or 1.0))
        whole = float(M.multiply(M).sum())  # ‖M − LR‖² = ‖M‖² − 2⟨M R', L⟩ + ⟨L'L, R R'⟩
        rest = whole - 2 * float(((M @ R.T) * L).sum()) + float(((L.T @ L) * (R @ R.T)).sum())
        return float(np.sqrt(max(rest, 0.0) / (whole or 1.0)))


def term_weights(made: Factors, rank: int) -> F64:
    """The weight CR gives each of the first `rank` terms: (r,)."""
    if made.kind == "sampled":
        return made.weights[:rank] / max(rank, 1)
    if made.kind != "refitted" or rank == 0:
        return np.ones(rank)
    g, lengths = made.weights[:, :rank]
    return cr.weights(cr.Terms(made.middle[:rank, :rank], g, lengths, 0.0), np.arange(rank))


def approximate(
    made: Factors, rank: int, down: Ints | slice = slice(None), across: Ints | slice = slice(None)
) -> F64:
    """A_r, or its rows `down` and columns `across` (indices or slices).

    Raises SpecError for an impossible rank, and for more than 4 M entries at once.
    """
    high, wide = len(made.left[down, :1]), made.right[:1, across].shape[1]
    if high * wide > MOST_SHOWN:
        raise SpecError(
            message(
                "{m:,} × {n:,} entries are too many to show; choose at most {most:,}.",
                m=high,
                n=wide,
                most=MOST_SHOWN,
            ),
            "rank",
        )
    with one_thread():
        left, right = pair(made, rank, across)
        return left[down] @ right


def largest_entry(made: Factors, rank: int) -> float:
    """max |Z| of an ID; NaN for other methods, and where Z is not unique."""
    if made.kind != "id" or rank == 0:
        return float("nan")
    found = interpolative.Interpolation(made.left, made.right, made.taken, made.chosen_columns, 0.0)
    Z = interpolative.combination(found, rank)
    return float("nan") if Z is None else float(np.abs(Z).max())


def stored(made: Factors, rank: int, nonzeros: int | None = None) -> Stored:
    """Numbers and bytes of a rank; `nonzeros` of the matrix if it is kept sparse."""
    m, n = made.shape
    weighted = made.kind in ("sampled", "refitted")
    whole = storage.full(m, n, nonzeros)
    kept = int(storage.nbytes(made.family, rank, m, n, weighted))
    return Stored(
        int(storage.numbers(made.family, rank, m, n, weighted)),
        kept,
        kept / whole,
        min(storage.pays_until(made.family, m, n, whole, weighted), made.ranks),
    )
