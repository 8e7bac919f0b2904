"""What is near a word, or near a sum of words, by six measures.

Second order, from vectors: cosine, inner product, Euclidean distance, and the
correlation of two words' profiles over the N most frequent words. First order,
from the counts of the words themselves: PMI and conditional probability.
(Formulas: Su 2017, “simpler GloVe” and “不可思议的Word2Vec”.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import QueryError
from core.lengths import inverse, lengths
from core.messages import message
from core.vectors.specs import FIRST_ORDER, Query

if TYPE_CHECKING:
    from core.vectors.search.quantised import Codes

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]


class Rows(Protocol):
    """One vector a word: anything with these two arrays, hashed by identity."""

    @property
    def word(self) -> F32:
        """The vectors: (V, d)."""

    @property
    def norms(self) -> F32:
        """Their lengths: (V,)."""

    def __hash__(self) -> int: ...


@dataclass(frozen=True)
class Neighbours:
    """Words by nearness, nearest first; `distance`: whether less is nearer."""

    ids: NDArray[np.int64]  # (k,)
    scores: NDArray[np.floating]  # (k,)
    similarity: str
    distance: bool = False


def neighbours(
    words: Sequence[str], vectors: Rows, target: Mapping[int, float], query: Query
) -> Neighbours:
    """The nearest words to q = Σ weight·v over `target` (id → weight), by a second-order measure.

    Vectors are summed as they are, not normalised first; ids are ranks of
    frequency. Raises QueryError where q is zero and the measure needs a direction.
    """
    from core.vectors.search.exact import top_k  # compiled: see `core.counts.kernels`

    if query.similarity in FIRST_ORDER:
        raise ValueError(f"{query.similarity} needs counts: use first_order")
    ids = np.fromiter(target, np.int64, len(target))
    weights = np.fromiter(target.values(), np.float64, len(target))
    q = weights @ vectors.word[ids].astype(np.float64)  # (d,)
    excluded = tuple(target) if query.exclude_inputs else ()
    if query.similarity == "inner product":
        top = top_k(vectors.word, q, query.k, exclude=excluded, codes=_codes(vectors))
        return Neighbours(*top, query.similarity)
    if query.similarity == "euclidean":
        return _euclidean(vectors, q, query.k, excluded)
    scale = float(np.abs(weights) @ vectors.norms[ids])
    length = float(np.linalg.norm(q))
    space, scales, basis = vectors.word, inverse(vectors.norms, np.nan), None
    if query.similarity == "context correlation":
        basis = min(query.basis, len(vectors.word))
        space, scales = context_correlation(vectors, basis)
        q = q @ _factor(vectors, basis)
    if not (length > 1e-6 * scale and q.any()):
        named = ", ".join(words[i] for i in target)
        raise QueryError(
            message(
                "The vectors of {named} add up to zero, which has no direction; change a "
                "weight, or choose another measure.",
                named=named,
            )
        )
    q /= np.linalg.norm(q)
    codes = _codes(vectors, basis)
    ids, cosines = top_k(space, q, query.k, scale=scales, exclude=excluded, codes=codes)
    return Neighbours(ids, np.clip(cosines, -1, 1), query.similarity)


def first_order(
    row_counts: NDArray[Any],
    col_marginal: F64,
    total: float,
    query: Query,
    *,
    weights: Sequence[float] = (1.0,),
    exclude: Sequence[int] = (),
    least: float = 0.0,
) -> Neighbours:
    """The words met most tellingly by x: PMI or log p(y|x) − α log #y, in nats.

        PMI(x, y) = log n(x,y)·total / (n(x,·) n(·,y)),   p(y|x) = n(x,y) / n(x,·)

    `row_counts` holds n(x, ·): (V,), or (R, V) for several words, whose scores
    add up with `weights` (R,), as they would were the words independent given y.
    `col_marginal` (V,) is n(·, y), or the corpus counts #y. Words that one of
    them never met, or no more than `least` times, are left out.
    """
    counts = np.atleast_2d(np.asarray(row_counts, np.float64))
    marginal = np.asarray(col_marginal, np.float64)
    met = (counts > least).all(axis=0) & (marginal > 0)
    met[list(exclude)] = False
    ids = np.flatnonzero(met)
    log_p = np.log(counts[:, ids]) - np.log(counts.sum(axis=1))[:, None] if len(ids) else 0.0
    log_marginal = np.log(marginal[ids])
    if query.similarity == "pmi":
        each = log_p - log_marginal + np.log(total)
    elif query.similarity == "conditional":
        each = log_p - query.alpha * log_marginal
    else:
        raise ValueError(f"{query.similarity} needs vectors: use neighbours")
    scores = np.asarray(weights, np.float64) @ np.broadcast_to(each, (len(counts), len(ids)))
    order = np.argsort(-scores, kind="stable")[: query.k]
    return Neighbours(ids[order], scores[order], query.similarity)


@lru_cache(maxsize=2)
def context_correlation(vectors: Rows, basis: int) -> tuple[F32, F32]:
    """Vectors (V, d) whose cosine is the correlation of two words' profiles, and their 1/norms.

    The profile of i is ⟨v_i, v_c⟩ over the N = `basis` ≤ V most frequent words
    c. With V (N, d) the v_c less their mean, the covariance of two profiles is
    v_i VᵀV v_jᵀ = ⟨v_i L, v_j L⟩ for any L with L Lᵀ = VᵀV. Here L comes from the
    eigenvectors: unlike Cholesky's factor it exists for N ≤ d too.
    """
    space = vectors.word @ _factor(vectors, basis).astype(np.float32)
    return space, inverse(lengths(space), np.nan)


@lru_cache(maxsize=2)
def _factor(vectors: Rows, basis: int) -> F64:
    frequent = vectors.word[:basis].astype(np.float64)
    frequent -= frequent.mean(axis=0)
    lam, Q = np.linalg.eigh(frequent.T @ frequent)
    factor: F64 = Q * np.sqrt(np.where(lam > 1e-12 * lam[-1], lam, 0.0))  # (d, d)
    return factor


@lru_cache(maxsize=2)
def _codes(vectors: Rows, basis: int | None = None) -> Codes | None:
    """The word vectors, or those of `context_correlation`, rounded for a quicker search."""
    from core.vectors.search.quantised import encode

    return encode(vectors.word if basis is None else context_correlation(vectors, basis)[0])


def _euclidean(vectors: Rows, q: F64, k: int, out: Sequence[int]) -> Neighbours:
    from core.vectors.search.exact import top_k

    bias, codes = -np.square(vectors.norms), _codes(vectors)
    ids, _ = top_k(vectors.word, 2 * q, k, bias=bias, exclude=out, codes=codes)
    distance = np.linalg.norm(vectors.word[ids].astype(np.float64) - q, axis=1)
    order = np.lexsort((ids, distance))
    return Neighbours(ids[order], distance[order], "euclidean", distance=True)
