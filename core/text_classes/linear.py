"""Linear models on counts of n-grams, and sums of word vectors: what a network has to beat.

NB-SVM (Wang & Manning 2012): whether an n-gram occurs, times the log ratio of its shares in the
class and outside,

    r = ln ((α + p)/‖α + p‖₁) − ln ((α + q)/‖α + q‖₁),  α = 1

and a linear SVM on these; with more than two classes, one against the others.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
F32 = NDArray[np.float32]
MOST_NGRAMS = 400_000
SMALLEST = 2  # texts that an n-gram must occur in
HIDDEN = 64  # units of the one hidden layer
STEPS = 1000  # of its training


def ngrams(train: Sequence[str], test: Sequence[str], text_input: str) -> tuple[Any, Any]:
    """Counts of n-grams, CSR (n, V) of the texts trained on and tested: of 1 to 3 characters, or
    of 1 and 2 words, which spaces set apart here."""
    from sklearn.feature_extraction.text import CountVectorizer

    least = SMALLEST if len(train) > 1000 else 1
    more: dict[str, Any] = {"min_df": least, "max_features": MOST_NGRAMS, "dtype": np.float32}
    if text_input == "words":
        vectorizer = CountVectorizer(ngram_range=(1, 2), token_pattern=r"\S+", **more)
    else:
        vectorizer = CountVectorizer(analyzer="char", ngram_range=(1, 3), **more)
    return vectorizer.fit_transform(train), vectorizer.transform(test)


def tf_idf(counts: tuple[Any, Any], label: I64, seed: int) -> I64:
    """Logistic regression on TF-IDF, the logarithm of counts for counts: classes tested (n,).

    Where all that it learns from is of one class, it knows no other.
    """
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.linear_model import LogisticRegression

    if (label == label[0]).all():
        return np.full(counts[1].shape[0], label[0], np.int64)
    weighting = TfidfTransformer(sublinear_tf=True)
    train, test = weighting.fit_transform(counts[0]), weighting.transform(counts[1])
    model = LogisticRegression(C=10.0, max_iter=200, random_state=seed).fit(train, label)
    return np.asarray(model.predict(test), np.int64)


def log_ratios(counts: Any, inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """r of each n-gram (V,), from whether it occurs (n, V) and which texts are of the class."""
    p = 1.0 + np.asarray(counts[inside].sum(axis=0), np.float64).ravel()
    q = 1.0 + np.asarray(counts[~inside].sum(axis=0), np.float64).ravel()
    return np.asarray(np.log(p / p.sum()) - np.log(q / q.sum()))


def nb_svm(counts: tuple[Any, Any], label: I64, seed: int) -> I64:
    """NB-SVM: classes of the texts tested (n,)."""
    from scipy.sparse import diags_array
    from sklearn.svm import LinearSVC

    train, test = (c.sign() for c in counts)
    classes = np.unique(label)
    values = np.zeros((test.shape[0], len(classes)))
    for i, one in enumerate(classes):
        inside = label == one
        scale = diags_array(log_ratios(train, inside))
        model = LinearSVC(C=0.02, random_state=seed).fit((train @ scale).tocsr(), inside)
        values[:, i] = model.decision_function((test @ scale).tocsr())
        if len(classes) == 2:
            values[:, 1] = -values[:, 0]
            break
    return classes[values.argmax(axis=1)]


def of_sums(train: F32, test: F32, label: I64, seed: int) -> tuple[I64, I64]:
    """Classes of the texts tested by the sums of their word vectors (n, d), standardised: by
    logistic regression, and by one hidden layer."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier

    mean, spread = train.mean(axis=0), train.std(axis=0)
    scale = np.where(spread > 1e-9, spread, 1.0)
    a, b = (train - mean) / scale, (test - mean) / scale
    plain = LogisticRegression(max_iter=300, random_state=seed).fit(a, label)
    batch = min(200, len(a))
    passes = int(np.clip(STEPS * batch / len(a), 12, 300))
    warnings.filterwarnings("ignore", category=ConvergenceWarning, module="sklearn.neural_network")
    hidden = MLPClassifier(
        (HIDDEN,), alpha=1e-3, max_iter=passes, batch_size=batch, random_state=seed
    )
    hidden.fit(a, label)
    return np.asarray(plain.predict(b), np.int64), np.asarray(hidden.predict(b), np.int64)
