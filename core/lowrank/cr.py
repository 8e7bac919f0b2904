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


def inner_products(X: Matrix, Y: Matrix) -> Terms:
    """G of X (m, n) and Y (n, p). Raises SpecError where they do not fit, or n > 4000."""
    n = X.shape[1]
    if Y.shape[0] != n:
        raise SpecError(
            message(
                "X has {n:,} columns and Y has {rows:,} rows; a product needs equal numbers of "
                "them.",
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
    """Whether Y is visibly X's transpose: a view of the same numbers."""
    if is_sparse(X) or is_sparse(Y):
        return False
    same = X.shape == Y.shape[::-1] and X.strides == Y.strides[::-1]
    return same and X.__array_interface__["data"] == Y.__array_interface__["data"]


def by_length(terms: Terms) -> Ints:
    """Largest ‖x_i‖‖y_i‖ first."""
    return np.argsort(-terms.lengths, kind="stable")


def unweighted(terms: Terms, order: Ints) -> F64:
    """Error of the first r terms with weight 1: 1ᵀG1 summed over the omitted terms."""
    G = terms.G[np.ix_(order, order)]
    steps = 2.0 * np.triu(G, 1).sum(axis=1) + np.diagonal(G)
    omitted = np.cumsum(steps[::-1])[::-1]
    return np.sqrt(np.maximum(np.append(omitted, 0.0), 0.0))


def rescaled(terms: Terms, order: Ints) -> F64:
    """Error of the first r terms of a random order, each with weight n/r: unbiased if uniform."""
    n = len(order)
    r = np.arange(1, n + 1)
    quadratic, linear = _leading(terms.G[np.ix_(order, order)]), np.cumsum(terms.g[order])
    return _root(terms, quadratic * (n / r) ** 2 - 2.0 * linear * (n / r))


def optimal(terms: Terms) -> F64:
    """p_i ∝ ‖x_i‖‖y_i‖, the least expected error: (n,). Uniform for a zero product."""
    whole = terms.lengths.sum()
    n = len(terms.lengths)
    return terms.lengths / whole if whole > 0 else np.full(n, 1.0 / n)


def draw(p: F64, count: int, seed: int) -> Ints:
    """`count` terms drawn with replacement: (count,)."""
    return np.random.default_rng(seed).choice(len(p), size=count, p=p)


def sampled(terms: Terms, p: F64, drawn: Ints) -> F64:
    """Error after r draws, each with weight 1/(r p_i), for r = 0…len(drawn)."""
    scale = 1.0 / p[drawn]
    quadratic = _leading(terms.G[np.ix_(drawn, drawn)] * scale * scale[:, None])
    r = np.arange(1, len(drawn) + 1)
    return _root(terms, quadratic / r**2 - 2.0 * np.cumsum(terms.g[drawn] * scale) / r)


def expected(terms: Terms, p: F64, count: int) -> F64:
    """Root mean square error of `sampled`: √((Σ_i G_ii/p_i − ‖XY‖²) / r), r = 1…; ‖XY‖ at 0."""
    nonzero = terms.lengths > 0
    if (p[nonzero] <= 0).any():
        raise SpecError(message("A term that is not zero has probability 0 of being drawn."), "p")
    variance = float(np.sum(np.square(terms.lengths[nonzero]) / p[nonzero])) - terms.total
    steps = np.sqrt(max(variance, 0.0) / np.arange(1, count + 1))
    return np.concatenate([[np.sqrt(terms.total)], steps])


def without_replacement(p: F64, seed: int) -> Ints:
    """Terms drawn one after the other with p ∝, none twice: an order of all n."""
    noise = np.random.default_rng(seed).gumbel(size=len(p))
    return np.argsort(-(np.log(np.maximum(p, 1e-300)) + noise), kind="stable")


def refitted(terms: Terms, order: Ints) -> F64:
    """Error of the first r terms of an order with the best weights, G_SS w = g_S.

    One Cholesky factorisation, of unit-length terms with a ridge of rounding size: the
    error returned is never below that of the weights (see `weights`).
    """
    G, g, _ = _unit(terms, order)
    gains = np.square(solve_triangular(_factor(G), g, lower=True))
    return np.sqrt(np.maximum(terms.total - np.concatenate([[0.0], np.cumsum(gains)]), 0.0))


def weights(terms: Terms, chosen: Ints) -> F64:
    """The best weights of chosen terms: (r,)."""
    if len(chosen) == 0:
        return np.zeros(0)
    G, g, scale = _unit(terms, chosen)
    return cho_solve((_factor(G), True), g) / scale


def greedy(terms: Terms) -> Ints:
    """Orthogonal least squares: each time the term that lowers the refitted error most.

    Matching pursuit in G: a Cholesky factorisation whose pivot is the largest
    (remaining correlation)²/(remaining length)². (Chen, Billings & Luo 1989,
    Int. J. Control 50.) Terms that add nothing come last, by length.
    """
    n = len(terms.g)
    L = np.zeros((n, n), order="F")
    d, c = np.diagonal(terms.G).copy(), terms.g.copy()
    least = np.maximum(DEPENDENT * d, np.finfo(float).tiny)
    free = np.ones(n, bool)
    order: list[int] = []
    while len(order) < n:
        score = np.where(free & (d > least), np.square(c) / np.maximum(d, least), -1.0)
        i, j = int(score.argmax()), len(order)
        if score[i] <= NOTHING * terms.total:
            break
        new = (terms.G[:, i] - L[:, :j] @ L[i, :j]) / np.sqrt(d[i])
        c -= c[i] / np.sqrt(d[i]) * new
        d -= np.square(new)
        L[:, j] = new
        free[i] = False
        order.append(i)
    last = [i for i in by_length(terms).tolist() if free[i]]
    return np.array(order + last, np.int64)


def greedy_unweighted(terms: Terms) -> Ints:
    """Each time the term that lowers the error most with weight 1: max 2⟨T_i, rest⟩ − ‖T_i‖²."""
    n = len(terms.g)
    size, c = np.diagonal(terms.G), terms.g.copy()
    free = np.ones(n, bool)
    order = np.empty(n, np.int64)
    for j in range(n):
        i = int(np.where(free, 2.0 * c - size, -np.inf).argmax())
        c -= terms.G[:, i]
        free[i] = False
        order[j] = i
    return order


def _leading(G: F64) -> F64:
    """Sums of the leading r × r blocks, r = 1…n: (n,)."""
    return np.cumsum(2.0 * np.tril(G, -1).sum(axis=1) + np.diagonal(G))


def _root(terms: Terms, difference: F64) -> F64:
    return np.sqrt(np.maximum(terms.total + np.concatenate([[0.0], difference]), 0.0))


def _unit(terms: Terms, order: Ints) -> tuple[F64, F64, F64]:
    """G and g of terms scaled to length 1 (zero terms orthogonal to all), and the scale."""
    scale = terms.lengths[order]
    scale = np.where(scale > 0, scale, 1.0)
    G = terms.G[np.ix_(order, order)] / scale / scale[:, None]
    np.fill_diagonal(G, 1.0)
    return G, terms.g[order] / scale, scale


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
