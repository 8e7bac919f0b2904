"""Matrices by name, and what every low-rank approximation of them costs.

>>> from core.matrices import Curves, Matrix, curves
>>> found = curves(Curves(Matrix(kind="digits")))             # doctest: +SKIP
>>> found.relative("svd").median[10]                          # doctest: +SKIP
"""

from core.matrices.approximation import approximate, factors, product_factors
from core.matrices.curves import curves
from core.matrices.loading import load, load_product
from core.matrices.products import product_curves
from core.matrices.specs import Curves, Matrix, Product, ProductCurves, Shown, ShownProduct
from core.matrices.words import neighbourhoods

__all__ = [
    "Curves",
    "Matrix",
    "Product",
    "ProductCurves",
    "Shown",
    "ShownProduct",
    "approximate",
    "curves",
    "factors",
    "load",
    "load_product",
    "neighbourhoods",
    "product_curves",
    "product_factors",
]
