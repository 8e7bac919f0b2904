"""Texts as vectors, offline: by TF-IDF and an SVD, or by the vectors of their words.

TF-IDF (Salton & Buckley 1988): t_iw = (1 + log f_iw) (log((1 + n)/(1 + n_w)) + 1), rows of
length 1, then U_d Σ_d of the matrix's SVD.
SIF (Arora, Liang & Ma 2017): v_i = 1/|i| Σ_w a/(a + p(w)) v_w, less its projection on the first
right singular vector of all v_i. Sum: v_i = Σ_w v_w, the meaning of a sentence in simpler GloVe.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from cachetools import LRUCache, cached
from numpy.typing import NDArray
from scipy.sparse import csr_array

from core.errors import SourceError
from core.lowrank.truncated import truncated_svd
from core.maps.cloud import rows_of, words_of
from core.maps.specs import Cloud
from core.messages import message
from core.progress import OnStep, part, report, run_on
from core.spaces import encoders
from core.spaces.specs import Space
from core.text import tokenisers
from core.text.specs import Text
from core.vectors.specs import PpmiSvd

F32 = NDArray[np.float32]
SAMPLE = 20  # texts that tell how words are told apart
KEPT_BYTES = 128 * 1024**2  # of texts and their counts; longer ones are counted each time
ROUNDING = 1e-10  # of the largest squared singular value
EVERY = 1_000  # texts between two reports


def vectors(texts: Sequence[str | None], spec: Space, on_step: OnStep = run_on) -> F32:
    """One vector for each text, (n, d) float32; a text without a known word gets zeros.

    Raises SourceError where no text has a known word.
    """
    if spec.embedder == "tf-idf":
        rows = tfidf(counted(texts, on_step)[0], spec.text_dim, part(on_step, 0.5, 1.0))
    elif spec.embedder == "encoder":
        rows = encoders.encode(texts, spec.encoder, on_step)
    else:
        rows = of_words(texts, spec, on_step)
    if not rows.any():
        raise SourceError(
            message(
                "None of the {n:,} texts holds a word that is known; choose another column, or "
                "other word vectors.",
                n=len(texts),
            )
        )
    return rows


def split(text: str | None, cut: Text, i: int, n: int, on_step: OnStep) -> list[str]:
    """The tokens of the i-th of n texts."""
    if i % EVERY == 0:
        report(on_step, 0.5 * i / n, message("cutting the texts, {i:,} of {n:,}", i=i, n=n))
    return tokenisers.split(text, cut) if text else []


def index_of(tokens: Sequence[Sequence[str]]) -> dict[str, int]:
    """A number for each word, in alphabetical order."""
    return {word: i for i, word in enumerate(sorted({word for text in tokens for word in text}))}


def counts(tokens: Sequence[Sequence[str]], index: dict[str, int]) -> csr_array:
    """How often each text holds each word of the index: (n, V). Other words are left out."""
    ids = [[index[word] for word in text if word in index] for text in tokens]
    ends = np.cumsum([0, *map(len, ids)])
    flat = np.array([i for text in ids for i in text], np.int64)
    matrix = csr_array((np.ones(len(flat)), flat, ends), shape=(len(tokens), max(len(index), 1)))
    matrix.sum_duplicates()
    return matrix


def tfidf(matrix: csr_array, d: int, on_step: OnStep = run_on) -> F32:
    """U_d Σ_d of the weights of counts (n, V); fewer dimensions where the rank is smaller."""
    weights = weighed(matrix, frequencies(matrix))
    rank = min(d, min(weights.shape) - 1)
    if rank < 2:
        return np.asarray(weights[:, :2].toarray(), np.float32)
    report(on_step, 0.0, "cutting TF-IDF to its first dimensions")
    svd = truncated_svd(weights, rank, on_step=on_step)
    return np.asarray(svd.U * svd.s, np.float32)


def frequencies(matrix: csr_array) -> NDArray[np.float64]:
    """log((1 + n)/(1 + n_w)) + 1 of each word, of counts (n, V): (V,)."""
    in_texts = np.bincount(matrix.indices, minlength=matrix.shape[1])
    return np.asarray(np.log((1 + matrix.shape[0]) / (1 + in_texts)) + 1)


def weighed(matrix: csr_array, rare: NDArray[np.float64]) -> csr_array:
    """The weights of counts (n, V), rows of length 1; rare: (V,), see `frequencies`."""
    weights = matrix.copy()
    weights.data = 1 + np.log(weights.data)
    weights = csr_array(weights * rare[None, :])
    norms = np.sqrt(weights.multiply(weights).sum(axis=1))
    weights.data /= np.repeat(np.where(norms > 0, norms, 1), np.diff(weights.indptr))
    return weights


def folded(
    texts: Sequence[str | None], X: F32, query: str, spec: Space, on_step: OnStep = run_on
) -> F32:
    """The vector (d,) of one more text by what was learned of the others, whose vectors are
    X (n, d); zeros where it has no known word.

    TF-IDF: the query's weights q times V = Wᵀ U Σ⁻¹, of the weights W of the others (fold-in).
    SIF: less the others' first right singular vector.
    """
    if spec.embedder == "tf-idf":
        matrix, index, cut = counted(texts, on_step)
        rare = frequencies(matrix)
        q = weighed(counts([tokenisers.split(query, cut)], index), rare)
        if min(matrix.shape) <= 2:  # no SVD: X holds the weights themselves
            return np.asarray(q[:, : X.shape[1]].toarray()[0], np.float32)
        U_sigma = X.astype(np.float64)
        squares = np.square(U_sigma).sum(axis=0)  # σ²
        along = (weighed(matrix, rare) @ q.T).toarray()[:, 0] @ U_sigma
        known = squares > squares.max() * ROUNDING
        return np.asarray(np.where(known, along / np.where(known, squares, 1), 0), np.float32)
    if spec.embedder == "encoder":
        return encoders.encode([query], spec.encoder, on_step)[0]
    vectors = means_of_words([*texts, query], spec, on_step)
    if spec.embedder == "sum":
        return np.asarray(vectors[-1], np.float32)
    first = common(vectors[:-1])
    return np.asarray(vectors[-1] - (vectors[-1] @ first) * first, np.float32)


@cached(LRUCache(maxsize=2), key=lambda texts, on_step=run_on: tuple(texts), lock=threading.Lock())
def counted(
    texts: Sequence[str | None], on_step: OnStep = run_on
) -> tuple[csr_array, dict[str, int], Text]:
    """How often each text holds each word (n, V), the words' numbers, and how they were told
    apart; those of the texts used last are kept, as their dimensions follow a slider."""
    cut = Text(tokeniser=tokenisers.suggest_tokeniser(" ".join(filter(None, texts[:SAMPLE]))))
    tokens = [split(text, cut, i, len(texts), on_step) for i, text in enumerate(texts)]
    index = index_of(tokens)
    matrix = counts(tokens, index)
    for array in (matrix.data, matrix.indices, matrix.indptr):
        array.flags.writeable = False
    return matrix, index, cut


def of_words(texts: Sequence[str | None], spec: Space, on_step: OnStep = run_on) -> F32:
    """SIF, or the plain sum, of the vectors of the texts' words."""
    vectors = means_of_words(texts, spec, on_step)
    if spec.embedder == "sum":
        return np.asarray(vectors, np.float32)
    return without_common(vectors)


def means_of_words(
    texts: Sequence[str | None], spec: Space, on_step: OnStep = run_on
) -> NDArray[np.float64]:
    """The sum of the vectors of each text's words; for SIF their mean by weight (n, d)."""
    cloud = Cloud(spec.word_vectors)
    words, rows = words_of(cloud, on_step), rows_of(cloud, on_step)
    cut = Text()
    if isinstance(spec.word_vectors, PpmiSvd):
        cut = spec.word_vectors.association.counts.corpus.text
    tokens = [
        [words.folded(word) for word in split(text, cut, i, len(texts), on_step)]
        for i, text in enumerate(texts)
    ]
    matrix = counts(tokens, words.index)
    if spec.embedder == "sum":
        return np.asarray(matrix @ rows.word, np.float64)
    p = words.counts / max(words.counts.sum(), 1)
    weights = csr_array(matrix * (spec.sif_a / (spec.sif_a + p))[None, :])
    lengths = np.maximum(matrix.sum(axis=1), 1)
    return np.asarray(weights @ rows.word, np.float64) / lengths[:, None]


def without_common(V: NDArray[np.float64]) -> F32:
    """V (n, d) less the projection of each row on the first right singular vector."""
    first = common(V)
    return np.asarray(V - np.outer(V @ first, first), np.float32)


def common(V: NDArray[np.float64]) -> NDArray[np.float64]:
    """The first right singular vector of V (n, d): (d,)."""
    return np.asarray(np.linalg.eigh(V.T @ V)[1][:, -1])
