"""CR: a product as a sum of few outer products, XY = Σ_i x_i y_iᵀ ≈ Σ_{i∈S} w_i x_i y_iᵀ.

With T_i = x_i y_iᵀ the inner products of terms are G = (XᵀX) ∘ (YYᵀ), and with g = G1

    ‖XY − Σ w_i T_i‖²_F = wᵀGw − 2 wᵀg + 1ᵀG1

so every curve is read off one (n, n) matrix and no product is ever formed.
(Drineas, Kannan & Mahoney 2006, SIAM J. Comput. 36.) Errors are absolute, for
r = 0…n terms; below about 1e-8 of ‖XY‖ they are rounding.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import numpy as np
from numpy.linalg import LinAlgError
from scipy.linalg import cho_solve, cholesky, solve_triangular

from core.errors import SpecError
from core.lowrank.bases import DEPENDENT, F64, Ints, Matrix, is_sparse
from core.messages import message

MOST_TERMS = 4000
RIDGE = 1e-14
NOTHING = 1e-15


@dataclass(frozen=True)
class Terms:
    """The inner products of a product's terms."""

    G: F64  # (n, n)
    g: F64  # (n,) = G1, each term with the whole product
    lengths: F64  # (n,) ‖x_i‖‖y_i‖
    total: float  # ‖XY‖²_F = 1ᵀG1


def terms(X: Matrix, Y: Matrix) -> Terms:
    """G of X (m, n) and Y (n, p). Raises SpecError where they do not fit, or n > 4000."""
    n = X.shape[1]
    if Y.shape[0] != n:
        raise SpecError(
            message(
                "X has {n:,} columns and Y has {rows:,} rows; a product needs as many of both.",
                n=n,
                rows=Y.shape[0],
            ),
            "right",
        )
    if n > MOST_TERMS:
        raise SpecError(
            message(
                "This product is a sum of {n:,} terms; choose a matrix with at most {most:,} "
                "columns.",
                n=n,
                most=MOST_TERMS,
            ),
            "right",
        )
    G = _dense(X.T @ X)
    G = np.square(G) if transposed(X, Y) else G * _dense(Y @ Y.T)
    g = G.sum(axis=1)
    return Terms(G, g, np.sqrt(np.maximum(np.diagonal(G), 0.0)), max(float(g.sum()), 0.0))


def transposed(X: Matrix, Y: Matrix) -> bool:
    """Whether Y is seen to be X's transpose: a view of the same numbers."""
    if is_sparse(X) or is_sparse(Y):
        return False
    same = X.shape == Y.shape[::-1] and X.strides == Y.strides[::-1]
    return same and X.__array_interface__["data"] == Y.__array_interface__["data"]


def by_length(made: Terms) -> Ints:
    """Largest ‖x_i‖‖y_i‖ first."""
    return np.argsort(-made.lengths, kind="stable")


def kept(made: Terms, order: Ints) -> F64:
    """Error of the first r terms of an order, with weight 1: what is left out, 1ᵀG1 over it."""
    G = made.G[np.ix_(order, order)]
    steps = 2.0 * np.triu(G, 1).sum(axis=1) + np.diagonal(G)
    left = np.cumsum(steps[::-1])[::-1]
    return np.sqrt(np.maximum(np.append(left, 0.0), 0.0))


def rescaled(made: Terms, order: Ints) -> F64:
    """Error of the first r terms of a random order, each with weight n/r: unbiased if uniform."""
    n = len(order)
    r = np.arange(1, n + 1)
    block, along = _leading(made.G[np.ix_(order, order)]), np.cumsum(made.g[order])
    return _root(made, block * (n / r) ** 2 - 2.0 * along * (n / r))


def optimal(made: Terms) -> F64:
    """p_i ∝ ‖x_i‖‖y_i‖, the least expected error: (n,). Uniform for a zero product."""
    whole = made.lengths.sum()
    n = len(made.lengths)
    return made.lengths / whole if whole > 0 else np.full(n, 1.0 / n)


def draw(p: F64, count: int, seed: int) -> Ints:
    """`count` terms drawn with replacement: (count,)."""
    return np.random.default_rng(seed).choice(len(p), size=count, p=p)


def sampled(made: Terms, p: F64, drawn: Ints) -> F64:
    """Error after r draws, each with weight 1/(r p_i), for r = 0…len(drawn)."""
    u = 1.0 / p[drawn]
    block = _leading(made.G[np.ix_(drawn, drawn)] * u * u[:, None])
    r = np.arange(1, len(drawn) + 1)
    return _root(made, block / r**2 - 2.0 * np.cumsum(made.g[drawn] * u) / r)


def expected(made: Terms, p: F64, count: int) -> F64:
    """Root mean square error of `sampled`: √((Σ_i G_ii/p_i − ‖XY‖²) / r), r = 1…; ‖XY‖ at 0."""
    held = made.lengths > 0
    if (p[held] <= 0).any():
        raise SpecError(message("A term that is not zero has no chance of being drawn."), "p")
    one = float(np.sum(np.square(made.lengths[held]) / p[held])) - made.total
    steps = np.sqrt(max(one, 0.0) / np.arange(1, count + 1))
    return np.concatenate([[np.sqrt(made.total)], steps])


def without_replacement(p: F64, seed: int) -> Ints:
    """Terms drawn one after the other with p ∝, none twice: an order of all n."""
    noise = np.random.default_rng(seed).gumbel(size=len(p))
    return np.argsort(-(np.log(np.maximum(p, 1e-300)) + noise), kind="stable")


def refitted(made: Terms, order: Ints) -> F64:
    """Error of the first r terms of an order with the best weights, G_SS w = g_S.

    One Cholesky factorisation, of unit-length terms with a ridge of rounding size: the
    error told is never below that of the weights (see `weights`).
    """
    G, g, _ = _unit(made, order)
    gains = np.square(solve_triangular(_factor(G), g, lower=True))
    return np.sqrt(np.maximum(made.total - np.concatenate([[0.0], np.cumsum(gains)]), 0.0))


def weights(made: Terms, chosen: Ints) -> F64:
    """The best weights of chosen terms: (r,)."""
    if len(chosen) == 0:
        return np.zeros(0)
    G, g, scale = _unit(made, chosen)
    return cho_solve((_factor(G), True), g) / scale


def greedy(made: Terms) -> Ints:
    """Orthogonal least squares: each time the term that lowers the refitted error most.

    Matching pursuit in G: a Cholesky factorisation whose pivot is the largest
    (remaining correlation)²/(remaining length)². (Chen, Billings & Luo 1989,
    Int. J. Control 50.) What adds nothing comes last, by length.
    """
    n = len(made.g)
    L = np.zeros((n, n), order="F")
    d, c = np.diagonal(made.G).copy(), made.g.copy()
    least = np.maximum(DEPENDENT * d, np.finfo(float).tiny)
    free = np.ones(n, bool)
    order: list[int] = []
    while len(order) < n:
        score = np.where(free & (d > least), np.square(c) / np.maximum(d, least), -1.0)
        i, j = int(score.argmax()), len(order)
        if score[i] <= NOTHING * made.total:
            break
        new = (made.G[:, i] - L[:, :j] @ L[i, :j]) / np.sqrt(d[i])
        c -= c[i] / np.sqrt(d[i]) * new
        d -= np.square(new)
        L[:, j] = new
        free[i] = False
        order.append(i)
    last = [i for i in by_length(made).tolist() if free[i]]
    return np.array(order + last, np.int64)


def greedy_plain(made: Terms) -> Ints:
    """Each time the term that lowers the error most with weight 1: max 2⟨T_i, rest⟩ − ‖T_i‖²."""
    n = len(made.g)
    size, c = np.diagonal(made.G), made.g.copy()
    free = np.ones(n, bool)
    order = np.empty(n, np.int64)
    for j in range(n):
        i = int(np.where(free, 2.0 * c - size, -np.inf).argmax())
        c -= made.G[:, i]
        free[i] = False
        order[j] = i
    return order


def _leading(G: F64) -> F64:
    """Sums of the leading r × r blocks, r = 1…n: (n,)."""
    return np.cumsum(2.0 * np.tril(G, -1).sum(axis=1) + np.diagonal(G))


def _root(made: Terms, change: F64) -> F64:
    return np.sqrt(np.maximum(made.total + np.concatenate([[0.0], change]), 0.0))


def _unit(made: Terms, order: Ints) -> tuple[F64, F64, F64]:
    """G and g of terms scaled to length 1 (zero terms apart from all), and the scale."""
    scale = made.lengths[order]
    scale = np.where(scale > 0, scale, 1.0)
    G = made.G[np.ix_(order, order)] / scale / scale[:, None]
    np.fill_diagonal(G, 1.0)
    return G, made.g[order] / scale, scale


def _factor(G: F64) -> F64:
    """Cholesky's L of G plus the smallest ridge that makes it positive."""
    ridge = RIDGE * len(G)
    for _ in range(6):
        with contextlib.suppress(LinAlgError):
            return cholesky(G + ridge * np.eye(len(G)), lower=True, check_finite=False)
        ridge *= 10
    raise AssertionError("inner products that are not positive semidefinite")


def _dense(A: object) -> F64:
    return np.asarray(A.toarray() if is_sparse(A) else A, dtype=np.float64)  # type: ignore[attr-defined]
