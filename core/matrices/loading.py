"""The matrix, or the factors of the product, that a spec names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.cache import cached
from core.counts.ppmi import associate
from core.errors import SpecError
from core.lowrank.bases import F64, checked, is_sparse
from core.matrices import shelf
from core.matrices.specs import (
    Digits,
    Kernel,
    Matrix,
    Photograph,
    Ppmi,
    Product,
    Synthetic,
    Upload,
    WordVectors,
)
from core.matrices.synthetic import hilbert_matrix, synthetic
from core.messages import message
from core.progress import OnStep, report, run_on
from core.tables.aside import SetAside
from core.text.vocabulary import vocabulary
from core.vectors.models.factorised import vectors

ALL_RANKS = 1500
"""A matrix with a side no longer than this (and ≤ 25 M entries) is dense and shows all ranks."""


@dataclass(frozen=True)
class Loaded:
    """A matrix and the names of its rows and columns (empty where they have none).

    values: (m, n) dense float64, or CSR; picture: whether it is a picture, greys from 0 to 1;
    notes, set_aside and encoding: of an upload, what was understood, and the rows not used.
    """

    values: Any
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    picture: bool = False
    notes: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    encoding: str = ""

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and columns."""
        return int(self.values.shape[0]), int(self.values.shape[1])

    @property
    def small(self) -> bool:
        """Whether all ranks are computed."""
        m, n = self.shape
        return min(m, n) <= ALL_RANKS and m * n <= shelf.MOST_ENTRIES


@cached
def load(spec: Matrix, on_step: OnStep = run_on) -> Loaded:
    """The matrix of a spec. Raises SourceError for an unreadable upload, SpecError otherwise."""
    report(on_step, 0.0, "loading the matrix")
    if isinstance(spec, Photograph):
        return Loaded(_photograph(spec.photograph), picture=True)
    if isinstance(spec, Digits):
        return Loaded(_digits())
    if isinstance(spec, Ppmi):
        return _ppmi(spec, on_step)
    if isinstance(spec, WordVectors):
        names = tuple(vocabulary(spec.vectors.association.counts.corpus, on_step).words)
        return Loaded(vectors(spec.vectors, on_step).word.astype(np.float64), rows=names)
    if isinstance(spec, Kernel):
        from sklearn.metrics.pairwise import rbf_kernel

        return Loaded(rbf_kernel(_digits()[: spec.samples], gamma=0.5 / spec.bandwidth**2))
    if isinstance(spec, Upload):
        contents = shelf.read(spec.file_name, spec.file_digest, spec.table)
        return _dense_if_small(
            Loaded(
                contents.values, contents.rows, contents.columns,
                notes=contents.notes, set_aside=contents.set_aside, encoding=contents.encoding,
            )
        )  # fmt: skip
    return Loaded(synthetic(spec) if isinstance(spec, Synthetic) else hilbert_matrix(spec))


def load_product(spec: Product, on_step: OnStep = run_on) -> tuple[Any, Any]:
    """X (m, n) and Y (n, p). A file that fits only transposed is transposed."""
    X = load(spec.matrix, on_step).values
    n = X.shape[1]
    if spec.right == "transpose":
        return X, X.T.tocsr() if is_sparse(X) else X.T
    if spec.right == "gaussian":
        return X, np.random.default_rng(spec.right_seed).standard_normal((n, spec.right_columns))
    if spec.right == "photograph":
        assert isinstance(spec.matrix, Photograph)
        other = "flower" if spec.matrix.photograph == "china" else "china"
        return X, load(Photograph(other), on_step).values.T
    Y = load(Upload(spec.right_name, spec.right_digest), on_step).values
    if Y.shape[0] != n and Y.shape[1] == n:
        Y = Y.T.tocsr() if is_sparse(Y) else Y.T
    if Y.shape[0] != n:
        raise SpecError(
            message(
                "X has {n:,} columns and “{name}” is {a:,} × {b:,}; one of its sides must be "
                "{n:,}.",
                n=n,
                name=spec.right_name,
                a=Y.shape[0],
                b=Y.shape[1],
            ),
            "right",
        )
    return X, Y


def _photograph(name: str) -> F64:
    """Greys in [0, 1], weighted as Rec. 601 does: (427, 640)."""
    from sklearn.datasets import load_sample_image

    return load_sample_image(f"{name}.jpg") @ np.array([0.299, 0.587, 0.114]) / 255.0


def _digits() -> F64:
    """1797 handwritten digits of 8 × 8 pixels, 0 to 16: (1797, 64)."""
    from sklearn.datasets import load_digits

    return np.asarray(load_digits().data, np.float64)


def _ppmi(spec: Ppmi, on_step: OnStep) -> Loaded:
    association = spec.association.replace(measure="ppmi")
    words = vocabulary(association.counts.corpus, on_step).words
    matrix: Any = associate(association, on_step)
    size = min(spec.words, matrix.shape[0])
    names = tuple(words[:size])
    return _dense_if_small(Loaded(matrix[:size, :size], names, names))


def _dense_if_small(loaded: Loaded) -> Loaded:
    if loaded.small and is_sparse(loaded.values):
        return replace(loaded, values=checked(loaded.values.toarray()))
    return loaded
