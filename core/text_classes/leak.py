"""What copies are worth: accuracy if the texts were divided with all their copies.

A text whose copy was trained on is recognised, not judged. The same TF-IDF with logistic
regression is fitted to as many rows, drawn blindly, and tested on the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.progress import OnStep, report, run_on
from core.text_classes import linear
from core.text_classes.division import MOST_SHARE, most_tested
from core.text_classes.specs import Division
from core.text_classes.texts import classified, labelled_rows, spelled
from core.text_classes.tokens import beginning


@dataclass(frozen=True)
class Leak:
    """right: (n,) bool, which rows tested are classified correctly; seen: (n,) bool, those whose
    text was trained on."""

    right: NDArray[np.bool_]
    seen: NDArray[np.bool_]


@cached
def leak(spec: Division, on_step: OnStep = run_on) -> Leak:
    """Divide the rows with their copies, as a blind shuffle would."""
    names = classified(spec.reading.labelled).names
    texts, labels, _ = labelled_rows(spec.reading.labelled)
    used = [i for i, label in enumerate(labels) if label in names]
    order = np.random.default_rng((spec.division_seed, 0x1EA6)).permutation(used)
    trained = min(spec.train_texts, int(MOST_SHARE * len(order)))
    order = order[: trained + most_tested(trained)]
    begun = [beginning(texts[i], spec.reading.read_characters) for i in order]
    own = np.array([names.index(labels[i]) for i in order], np.int64)
    report(on_step, 0.1, "counting n-grams")
    counts = linear.ngrams(begun[:trained], begun[trained:], "characters")
    report(on_step, 0.5, "logistic regression")
    told = linear.tf_idf(counts, own[:trained], spec.division_seed)
    known = {spelled(text) for text in begun[:trained]}
    return Leak(
        np.asarray(told == own[trained:]),
        np.array([spelled(text) in known for text in begun[trained:]]),
    )
