"""The errors of every CR method at every number of terms of one product XY."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.linalg import qr, svdvals

from core.cache import cached
from core.lowrank import choosers, cr
from core.lowrank.bases import F64, Ints, checked, is_sparse, tails
from core.matrices.curve import Curve, curve
from core.matrices.loading import load_product
from core.matrices.specs import ProductCurves
from core.progress import OnStep, report, run_on
from core.threads import one_thread


@dataclass(frozen=True)
class ProductErrors:
    """What the page of one product draws. Keys are methods (`core.matrices.specs.PRODUCT_METHODS`).

    frobenius: errors for r = 0…n terms, absolute, exact (rounding shows below 1e-8 of norm).
    expected: the root mean square error theory gives for "sampled", and for "sampled
    uniformly" (with replacement, p = 1/n).
    """

    shape: tuple[int, int]
    terms: int  # n
    norm: float  # ‖XY‖_F
    s: F64  # (n or fewer,) singular values of XY
    floor: F64  # (n + 1,) least Frobenius error
    probabilities: F64  # (n,) the best, ∝ ‖x_i‖‖y_i‖
    frobenius: dict[str, Curve] = field(default_factory=dict)
    expected: dict[str, Curve] = field(default_factory=dict)
    chosen: dict[str, Ints] = field(default_factory=dict)  # order of the first draw

    def relative(self, method: str) -> Curve:
        """A method's error over ‖XY‖_F: above 1 it is worse than the zero matrix."""
        return self.frobenius[method].over(self.norm)


@cached
def product_curves(spec: ProductCurves, on_step: OnStep = run_on) -> ProductErrors:
    """All errors of a product. Raises SpecError where X and Y do not fit, or n > 4000."""
    X, Y = load_product(spec.product, on_step)
    return measure_product(X, Y, spec.draws, on_step)


@one_thread()
def measure_product(
    X: Any, Y: Any, seeds: int, on_step: OnStep = run_on, s: F64 | None = None
) -> ProductErrors:
    """`product_curves` of loaded X (m, n) and Y (n, p); s: XY's singular values, if known."""
    if not cr.transposed(X, Y):
        Y = checked(Y)
    X = checked(X)
    report(on_step, 0.0, "inner products of the terms")
    terms = cr.inner_products(X, Y)
    n = len(terms.g)
    s = spectrum_of_product(X, Y) if s is None else s
    floor = tails(np.square(s))[: n + 1]
    floor = np.append(floor, np.zeros(n + 1 - len(floor)))
    p = cr.optimal(terms)
    shape = (int(X.shape[0]), int(Y.shape[1]))
    result = ProductErrors(shape, n, float(np.sqrt(terms.total)), s, floor, p)
    report(on_step, 0.3, "choosing terms")
    add = result.frobenius
    add["svd"] = curve([floor])
    chosen = {name: order_of_terms(terms, p, name, 0, n) for name in ORDERED}
    for name, order in chosen.items():
        result.chosen[name] = order
        one = cr.refitted(terms, order) if "refitted" in name else cr.unweighted(terms, order)
        add[name] = curve([one], floor)
    report(on_step, 0.6, "sampling terms")
    for name in SAMPLED:
        draws = []
        for draw in range(seeds):
            report(on_step, 0.6 + 0.4 * draw / seeds, "sampling terms")
            order = order_of_terms(terms, p, name, draw, n)
            draws.append(sampled_errors(terms, p, name, order))
            result.chosen.setdefault(name, order)
        add[name] = curve(draws, floor)
    result.expected["sampled"] = curve([cr.expected(terms, p, n)])
    result.expected["sampled uniformly"] = curve([cr.expected(terms, np.full(n, 1 / n), n)])
    return result


ORDERED = ("longest", "longest refitted", "greedy", "greedy refitted")
SAMPLED = ("sampled", "sampled refitted", "uniform", "uniform refitted")


def order_of_terms(terms: cr.Terms, p: F64, method: str, draw: int, n: int) -> Ints:
    """The terms a method chooses, in order: (n,). "sampled" may choose one twice."""
    if method.startswith("longest"):
        return cr.by_length(terms)
    if method == "greedy":
        return cr.greedy_unweighted(terms)
    if method == "greedy refitted":
        return cr.greedy(terms)
    if method == "sampled":
        return cr.draw(p, n, draw)
    if method == "sampled refitted":
        return cr.without_replacement(p, draw)
    return choosers.uniform(n, draw)


def sampled_errors(terms: cr.Terms, p: F64, method: str, order: Ints) -> F64:
    """Errors of one draw."""
    if "refitted" in method:
        return cr.refitted(terms, order)
    return cr.sampled(terms, p, order) if method == "sampled" else cr.rescaled(terms, order)


def spectrum_of_product(X: Any, Y: Any) -> F64:
    """Singular values of XY, by the smallest of the matrices that have them.

    With X = Q_x R_x and Yᵀ = Q_y R_y they are those of R_x R_yᵀ; those of XXᵀ are
    the squares of X's.
    """
    left = _triangle(X)
    if cr.transposed(X, Y):
        return np.square(svdvals(left, check_finite=False))
    return svdvals(left @ _triangle(Y.T).T, check_finite=False)


def _triangle(A: Any) -> F64:
    """R of A = QR where A is much taller than wide, else A."""
    dense = A.toarray() if is_sparse(A) else np.asarray(A)
    if 5 * dense.shape[0] <= 6 * dense.shape[1]:
        return dense
    return qr(dense, mode="r", check_finite=False)[0][: dense.shape[1]]
