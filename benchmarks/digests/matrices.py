"""Matrices of every kind, and low-rank approximations of them by every method."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from scipy.sparse import random_array

from benchmarks.digests.models import PPMI
from core.lowrank import bounds
from core.lowrank.pseudoinverse import SUBSPACES, project, ridge, ridge_errors, ridge_inverse
from core.lowrank.similar import change_basis, eigenbasis
from core.lowrank.truncated import truncated_svd
from core.matrices.approximation import (
    Factors,
    approximate,
    error,
    factors,
    largest_entry,
    product_factors,
    stored,
    term_weights,
)
from core.matrices.curves import curves, decompose
from core.matrices.loading import load, load_product
from core.matrices.products import product_curves
from core.matrices.shelf import store_upload
from core.matrices.specs import (
    METHODS,
    PHOTOGRAPHS,
    PRODUCT_METHODS,
    RIGHTS,
    SPECTRA,
    Approximation,
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

SMALL = Synthetic(height=40, width=30, noise=0.01, coherence=0.3)
WORDS = Ppmi(association=PPMI.association, words=120)
MATRICES: dict[str, Matrix] = {
    **{f"photograph {name}": Photograph(photograph=name) for name in PHOTOGRAPHS},
    **{f"synthetic {name}": SMALL.replace(spectrum=name, step=5) for name in SPECTRA},
    "synthetic seed": SMALL.replace(matrix_seed=7, decay=2.0),
    "digits": Digits(),
    "ppmi": WORDS,
    "vectors": WordVectors(vectors=PPMI),
    "kernel": Kernel(samples=60),
    "hilbert": Hilbert(size=25),
}
MEASURED = ("synthetic power", "synthetic step", "ppmi", "kernel", "hilbert")


def entries() -> dict[str, Callable[[], object]]:
    return {**_matrices(), **_approximations(), **_products(), **_theory()}


def _matrices() -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {
        f"matrix {name}": partial(load, matrix) for name, matrix in MATRICES.items()
    }
    A = np.random.default_rng(0).standard_normal((12, 9))
    npy, npz = io.BytesIO(), io.BytesIO()
    np.save(npy, A)
    np.savez(npz, A=A)
    header = ",".join(f"c{i}" for i in range(9))
    csv = header + "\n" + "\n".join(",".join(map(repr, map(float, line))) for line in A)
    market = "%%MatrixMarket matrix coordinate real general\n3 4 3\n1 1 2.5\n2 3 -1\n3 4 7\n"
    for name, data in (
        ("a.npy", npy.getvalue()), ("a.npz", npz.getvalue()), ("a.csv", csv.encode()),
        ("a.mtx", market.encode()),
    ):  # fmt: skip
        found[f"matrix file {name}"] = partial(_uploaded, name, data)
    return found


def _uploaded(name: str, data: bytes) -> object:
    file, key = store_upload(name, data)
    return load(Upload(file_name=file, file_digest=key))


def _approximations() -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {}
    for name in MEASURED:
        spec = Curves(matrix=MATRICES[name], seeds=2)
        found[f"lowrank svd {name}"] = partial(decompose, Curves(matrix=MATRICES[name]))
        found[f"lowrank curves {name}"] = partial(curves, spec)
    settings = Curves(matrix=SMALL, seeds=2, oversampling=3, power=2, leverage_rank=4)
    found["lowrank curves settings"] = partial(curves, settings)
    for matrix in ("synthetic power", "ppmi"):
        for method in METHODS:
            shown = Shown(curves=Curves(matrix=MATRICES[matrix]), method=method)
            found[f"lowrank {matrix}: {method}"] = partial(_approximation, shown)
    shown = Shown(curves=Curves(matrix=SMALL), method="randomised", draw=3)
    found["lowrank another draw"] = partial(_approximation, shown)
    found["lowrank neighbourhoods"] = partial(neighbourhoods, Curves(matrix=WORDS))
    return found


def _approximation(shown: Shown) -> object:
    made = factors(shown)
    return _seen(made), error(Approximation(shown=shown, rank=6)), largest_entry(made, 5)


def _seen(made: Factors) -> object:
    """Factors, and the matrices of three ranks made of them."""
    ranks = [rank for rank in (0, 3, 8) if rank <= made.ranks]
    return (
        made, [approximate(made, rank) for rank in ranks],
        [term_weights(made, rank) for rank in ranks] if made.family == "cr" else None,
        stored(made, 3),
    )  # fmt: skip


def _products() -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {}
    for right in RIGHTS[:2]:
        product = Product(matrix=SMALL, right=right, right_columns=15)
        whole = ProductCurves(product=product, draws=3)
        found[f"product {right}"] = partial(load_product, product)
        found[f"product curves {right}"] = partial(product_curves, whole)
        for method in PRODUCT_METHODS:
            spec = ShownProduct(product_curves=whole, method=method)
            found[f"product {right}: {method}"] = partial(_product, spec)
    return found


def _product(spec: ShownProduct) -> object:
    return _seen(product_factors(spec))


def _theory() -> dict[str, Callable[[], object]]:
    return {
        "lowrank bounds": _bounds,
        "lowrank ridge": _ridge,
        "lowrank subspaces": lambda: [
            project(_matrix(20, 14), kind, 9, 1)[0:2] for kind in SUBSPACES
        ],
        "lowrank change of basis": _change_of_basis,
        "lowrank truncated small": partial(_truncated, 300, 10),
        "lowrank truncated": partial(_truncated, 1500, 20),
    }


def _matrix(m: int, n: int) -> np.ndarray:
    return np.random.default_rng(1).standard_normal((m, n)) / np.arange(1, n + 1)


def _bounds() -> object:
    s = 1.0 / np.arange(1, 31)
    return (
        bounds.randomised_svd(s, 5, 1), bounds.random_range(s, 0.1), bounds.columns_exist(s, 0.1),
        bounds.interpolation_exists(s, 40), bounds.pivoted_worst(s, 40),
        bounds.random_projection(3.0, 40, 30),
    )  # fmt: skip


def _ridge() -> object:
    A, M, epsilon = _matrix(20, 6), _matrix(20, 11), np.geomspace(1e-6, 10, 9)
    return ridge(A, epsilon), ridge_errors(A, M, epsilon), ridge_inverse(A, 0.01)


def _change_of_basis() -> object:
    A = _matrix(6, 6)
    symmetric = A + A.T
    return change_basis(A, _matrix(7, 6)[:6] + np.eye(6)), eigenbasis(symmetric)


def _truncated(size: int, rank: int) -> object:
    rng = np.random.default_rng(2)
    M: Any = random_array((size, size), density=0.02, format="csr", dtype=np.float32, rng=rng)
    return truncated_svd(M, rank)
