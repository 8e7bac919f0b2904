"""Matrices by name, and what every low-rank approximation of them costs.

>>> from core.matrices import Curves, Digits, curves
>>> errors = curves(Curves(Digits()))                         # doctest: +SKIP
>>> errors.relative("svd").median[10]                         # doctest: +SKIP
"""

from typing import TYPE_CHECKING

from core.gathering import gather

if TYPE_CHECKING:
    from core.matrices.approximation import approximate, factors, product_factors
    from core.matrices.curves import curves
    from core.matrices.loading import load, load_product
    from core.matrices.products import product_curves
    from core.matrices.specs import (
        Curves,
        Digits,
        Hilbert,
        Kernel,
        Matrix,
        Photograph,
        Ppmi,
        Product,
        ProductCurves,
        Shown,
        ShownProduct,
        Synthetic,
        Upload,
        WordVectors,
    )
    from core.matrices.words import neighbourhoods

__all__ = [
    "Curves",
    "Digits",
    "Hilbert",
    "Kernel",
    "Matrix",
    "Photograph",
    "Ppmi",
    "Product",
    "ProductCurves",
    "Shown",
    "ShownProduct",
    "Synthetic",
    "Upload",
    "WordVectors",
    "approximate",
    "curves",
    "factors",
    "load",
    "load_product",
    "neighbourhoods",
    "product_curves",
    "product_factors",
]

gather(__name__)
