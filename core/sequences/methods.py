"""The ways to compare texts: TF-IDF, LSA, sums of word vectors, and the trained encoder.

All are fitted to the texts that are trained on, and see the same first tokens of each text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from core.cache import cached
from core.progress import OnStep, part, report, run_on
from core.sequences import word_vectors
from core.sequences.groups import grouped
from core.sequences.networks import Classifier, encode
from core.sequences.padding import FIRST, Tokens
from core.sequences.specs import Parting
from core.sequences.splitting import TRAINED, Split, split

F32 = NDArray[np.float32]
METHODS = ("encoder", "tf-idf", "lsa", "mean", "sum")
"""The trained encoder; TF-IDF; latent semantic analysis, its truncated SVD; the mean of the word
vectors cut from the PPMI; the sum of those of the simpler GloVe."""
LSA_DIM = 100
Texts = Sequence[Sequence[str]]
Vectors = Callable[[Texts], Any]
"""Texts as tokens → rows (n, d) of length 1, or 0 where nothing of a text is known."""


@dataclass(frozen=True)
class Fitted:
    """What the methods without a network have learnt of V tokens.

    idf: (V,); lsa: (V, d) the right singular vectors; ppmi, glove: (V, d) word vectors.
    """

    tokens: Tokens
    idf: NDArray[np.float64]
    lsa: F32
    ppmi: F32
    glove: F32


@cached
def baselines(spec: Parting, on_step: OnStep = run_on) -> Fitted:
    """Fit the methods that need no network to the texts that are trained on."""
    from sklearn.decomposition import TruncatedSVD

    parted = split(spec, on_step)
    texts, tokens = read_texts(spec, parted, TRAINED), parted.tokens
    counts, idf = _counts(texts, tokens), rarities(spec, parted)
    n, V = counts.shape
    report(on_step, 0.1, "LSA")
    rank = min(LSA_DIM, min(n, V) - 1)
    lsa = np.zeros((V, 1), np.float32)
    if rank > 0:
        svd = TruncatedSVD(rank, random_state=spec.sentence_seed).fit(_weighted(counts, idf))
        lsa = svd.components_.T.astype(np.float32)
    met = word_vectors.counts(texts, tokens)
    if not met.matrix.nnz:  # no two known tokens ever meet
        nothing = np.zeros((V, 1), np.float32)
        return Fitted(tokens, idf, lsa, nothing, nothing)
    ppmi = word_vectors.ppmi_svd(met, part(on_step, 0.2, 0.5))
    glove = word_vectors.simpler_glove(met, spec.sentence_seed, part(on_step, 0.5, 1.0))
    return Fitted(tokens, idf, lsa, ppmi, glove)


def read_texts(spec: Parting, parted: Split, *parts: int) -> list[list[str]]:
    """The first tokens of the texts of some parts, as every method sees them."""
    tokens = grouped(spec.groups).tokens
    return [tokens[parted.places[i]][: spec.longest] for i in parted.rows(*parts)]


def rarities(spec: Parting, parted: Split) -> NDArray[np.float64]:
    """ln((1 + n)/(1 + df)) + 1 of each token in the n texts trained on, as scikit-learn's: (V,)."""
    counts = _counts(read_texts(spec, parted, TRAINED), parted.tokens)
    n, V = counts.shape
    idf: NDArray[np.float64] = np.log((1 + n) / (1 + np.bincount(counts.indices, minlength=V))) + 1
    return idf


def encoding(spec: Parting, tokens: Tokens, network: Classifier) -> Vectors:
    """The vectors of a trained encoder."""

    def encoded(texts: Texts) -> F32:
        rows = tokens.padded(texts, spec.longest)
        known = np.asarray((rows > 0).any(axis=1))  # nothing is said of a text without tokens
        return encode(network, rows) * known[:, None].astype(np.float32)

    return encoded


def tf_idf(spec: Parting, tokens: Tokens, idf: NDArray[np.float64]) -> Vectors:
    """Counts times idf: CSR (n, V)."""
    return lambda texts: _weighted(_counts(_cut(spec, texts), tokens), idf)


def vectors(spec: Parting, fitted: Fitted, network: Classifier) -> dict[str, Vectors]:
    """By method, in the order of METHODS, its vectors of texts."""
    tokens = fitted.tokens
    weighted = tf_idf(spec, tokens, fitted.idf)

    def added(of_words: F32) -> Vectors:
        return lambda texts: _unit(_counts(_cut(spec, texts), tokens) @ of_words)

    return {
        "encoder": encoding(spec, tokens, network),
        "tf-idf": weighted,
        "lsa": lambda texts: _unit(np.asarray(weighted(texts) @ fitted.lsa)),
        "mean": added(fitted.ppmi),  # of length 1 a mean is a sum
        "sum": added(fitted.glove),
    }


def _cut(spec: Parting, texts: Texts) -> Texts:
    return [text[: spec.longest] for text in texts]


def _counts(texts: Texts, tokens: Tokens) -> Any:
    """How often each known token occurs in each text: (n, V) CSR float32."""
    index = tokens.index
    numbers = [[index[t] - FIRST for t in text if t in index] for text in texts]
    columns = np.array([i for row in numbers for i in row], np.int64)
    rows = np.repeat(np.arange(len(texts)), [len(row) for row in numbers])
    shape = (len(texts), len(tokens.words))
    matrix: Any = csr_array((np.ones(len(columns), np.float32), (rows, columns)), shape=shape)
    matrix.sum_duplicates()
    return matrix


def _weighted(counts: Any, idf: NDArray[np.float64]) -> Any:
    """Counts times idf, rows of length 1: CSR float32."""
    weighted = counts.copy()
    weighted.data = (counts.data * idf[counts.indices]).astype(np.float32)
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    sizes = np.diff(weighted.indptr)
    weighted.data /= np.repeat(np.where(lengths > 0, lengths, 1.0), sizes).astype(np.float32)
    return weighted


def _unit(rows: NDArray[Any]) -> F32:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0), np.float32)
