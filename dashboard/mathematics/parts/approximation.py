"""What the low-rank page shows, from the settings to the numbers behind its pictures."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.lowrank.bases import is_sparse
from core.matrices import (
    Curves,
    Digits,
    Matrix,
    Product,
    ProductCurves,
    Shown,
    ShownProduct,
    approximate,
    curves,
    factors,
    load,
    load_product,
    product_curves,
    product_factors,
)
from core.matrices.approximation import Factors, Stored, stored
from core.matrices.curve import Curve
from core.matrices.curves import ErrorCurves
from core.matrices.products import ProductErrors
from dashboard.mathematics.figures import matrices
from dashboard.mathematics.figures.matrices import Frame
from dashboard.mathematics.views import LowRankView, Road
from dashboard.ui.work import obtain

RANK = "setting:rank"  # the key of the slider
AHEAD = 8  # chosen rows and columns of words that are shown before the others
Ahead = tuple[tuple[int, ...], tuple[int, ...]]
MEASURED = 1_000_000  # entries up to which the error of what is shown is measured


@dataclass(frozen=True)
class Subject:
    """One method's approximations of one matrix or product, and every method's errors.

    `errors` is None while they are computed; `dim` when this belongs to older settings.
    """

    spec: Shown | ShownProduct
    factors: Factors
    errors: ErrorCurves | ProductErrors | None
    dim: bool

    @property
    def product(self) -> bool:
        return isinstance(self.spec, ShownProduct)

    @property
    def matrix(self) -> Matrix:
        """The matrix, or X of the product."""
        if isinstance(self.spec, ShownProduct):
            return self.spec.product_curves.product.matrix
        return self.spec.curves.matrix

    @property
    def method(self) -> str:
        return self.spec.method

    def relative(self, method: str, norm: str = "frobenius") -> Curve | None:
        """A method's relative errors, None where they are not known."""
        errors = self.errors
        if errors is None:
            return None
        if norm == "frobenius":
            return errors.relative(method) if method in errors.frobenius else None
        if isinstance(errors, ErrorCurves) and method in errors.spectral:
            return errors.relative_spectral(method)
        return None

    def stored(self, rank: int) -> Stored:
        """What this rank costs, beside the matrix, or beside the product."""
        values = load(self.matrix).values
        sparse = is_sparse(values) and not self.product
        return stored(self.factors, rank, values.nnz if sparse else None)


def subject_of(curves_spec: Curves, product_spec: ProductCurves, road: Road) -> Subject | None:
    """The results of the settings, or the last ones; None while there is nothing to show.

    What the picture needs comes first, then the errors of all methods.
    """
    if road.road == "cr":
        spec: Any = ShownProduct(product_spec, road.method, road.repetition)
        obtained = obtain(product_factors, spec, "product")
        if obtained is None:
            return None
        if not obtained.fresh:
            return Subject(
                obtained.spec,
                obtained.result,
                _errors_in_memory(product_curves, obtained.spec),
                True,
            )
        errors: Any = obtain(product_curves, product_spec, "product errors")
    else:
        spec = Shown(curves_spec, road.method, road.repetition)
        obtained = obtain(factors, spec, "approximation")
        if obtained is None:
            return None
        if not obtained.fresh:
            return Subject(
                obtained.spec, obtained.result, _errors_in_memory(curves, obtained.spec), True
            )
        errors = obtain(curves, curves_spec, "errors")
    known = errors.result if errors is not None and errors.fresh else None
    return Subject(spec, obtained.result, known, False)


def _errors_in_memory(compute: Any, spec: Shown | ShownProduct) -> Any:
    """The errors that belong to an older picture, if they are still in memory."""
    curves_spec = spec.product_curves if isinstance(spec, ShownProduct) else spec.curves
    return compute(curves_spec) if compute.ready(curves_spec) else None


@dataclass(frozen=True)
class DrawnEntries:
    """The entries that are drawn: of the matrix, of its approximation, and their difference.

    factor: X of a product, of which CR chooses columns.
    """

    frame: Frame
    original: np.ndarray
    approximation: np.ndarray
    factor: tuple[Frame, np.ndarray] | None = None

    @property
    def residual(self) -> np.ndarray:
        residual: np.ndarray = self.original - self.approximation
        return residual


def drawn_entries(subject: Subject, rank: int, view: LowRankView) -> DrawnEntries:
    """The entries to draw at this rank."""
    first = view.first_row - 1, view.first_column - 1
    columns = tuple(subject.factors.chosen_columns[: min(rank, AHEAD)].tolist())
    if isinstance(subject.spec, ShownProduct):
        factor = _matrix_part(subject.matrix, first, ((), columns))
        shown, original = _product_part(subject.spec.product_curves.product, first)
    else:
        ahead = tuple(subject.factors.chosen_rows[: min(rank, AHEAD)].tolist()), columns
        factor, (shown, original) = None, _matrix_part(subject.matrix, first, ahead)
    down: Any = slice(None) if len(shown.down) == shown.shape[0] else shown.down
    across: Any = slice(None) if len(shown.across) == shown.shape[1] else shown.across
    part = approximate(subject.factors, rank, down, across)
    return DrawnEntries(shown, original, part, factor)


@functools.lru_cache(maxsize=64)
def _matrix_part(
    matrix: Matrix, first: tuple[int, int], ahead: Ahead = ((), ())
) -> tuple[Frame, np.ndarray]:
    loaded = load(matrix)
    style = "photograph" if loaded.picture else "digits" if isinstance(matrix, Digits) else ""
    shown = matrices.frame(
        loaded.shape, loaded.rows, loaded.columns, style=style, first=first, ahead=ahead
    )
    return shown, _dense(loaded.values[shown.down][:, shown.across])


@functools.lru_cache(maxsize=8)
def still(matrix: Matrix, first: tuple[int, int], title: str) -> go.Figure:
    """The picture of a matrix in which nothing is marked: the same at every rank."""
    shown, values = _matrix_part(matrix, first)
    return matrices.picture(values, shown, matrices.colours(values, shown.style), title=title)


@functools.lru_cache(maxsize=8)
def _product_part(product: Product, first: tuple[int, int]) -> tuple[Frame, np.ndarray]:
    X, Y = load_product(product)
    rows = load(product.matrix).rows
    columns = rows if product.right == "transpose" else ()
    shown = matrices.frame((X.shape[0], Y.shape[1]), rows, columns, first=first)
    return shown, _dense(X[shown.down] @ Y[:, shown.across])


def _dense(part: Any) -> np.ndarray:
    return part.toarray() if is_sparse(part) else np.asarray(part)


def error_shown(subject: Subject, rank: int, entries: DrawnEntries) -> tuple[float | None, bool]:
    """(relative Frobenius error, whether it is this very picture's).

    Read off the curve where nothing is random, measured where that is quick, else the median.
    """
    curve = subject.relative(subject.method)
    at_rank = None if curve is None else curve.at(rank)
    if curve is not None and curve.draws == 1 and at_rank is not None:
        return at_rank, True
    if entries.frame.whole:
        size = float(np.linalg.norm(entries.original))
        return (float(np.linalg.norm(entries.residual)) / size if size else 0.0), True
    m, n = subject.factors.shape
    values = None if subject.product else load(subject.matrix).values
    if values is not None and not is_sparse(values) and m * n <= MEASURED:
        size = float(np.linalg.norm(values))
        return (
            float(np.linalg.norm(values - approximate(subject.factors, rank))) / size
            if size
            else 0.0
        ), True
    return at_rank, False
