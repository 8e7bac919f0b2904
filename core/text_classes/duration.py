"""How long a training will take, before it starts: its arithmetic, by this machine's speed."""

from __future__ import annotations

import time
from functools import lru_cache

import numpy as np

from core.sequences.batches import prefixes
from core.text_classes.specs import Reading, TextClasses
from core.text_classes.tokens import characters

SIDE = 512  # of the matrices that are multiplied to measure the speed
BACKWARD = 3.0  # multiplications of a step to those of the network alone
EFFICIENCY = {"convolution": 0.27, "lstm": 0.27}
"""The share of the speed of large products that a training reaches: so much it was in one run of
the default convolution; of the LSTM it is assumed."""


def multiplications(spec: TextClasses, tokens: float) -> float:
    """Of one pass over one text of so many tokens, those of the linear layers behind left out."""
    F, e = spec.body_dim, spec.token_dim
    own = 0 if spec.text_input == "one-hot" else e
    if spec.text_body == "lstm":
        return float(tokens * 4 * F * (own + F))
    return float(tokens * spec.kernel_width * F * max(own, 1))


def seconds(spec: TextClasses, texts: int) -> float:
    """About how long the training on so many texts takes, compiling left out."""
    work = BACKWARD * multiplications(spec, tokens_read(spec)) * texts * spec.class_epochs
    return work / (EFFICIENCY[spec.text_body] * _speed())


def tokens_read(spec: TextClasses) -> float:
    """The mean over texts of the tokens that a step reads, padding among them.

    A word is taken for two characters: cutting all texts into words would take longer than this
    may.
    """
    length = _lengths(spec.division.reading)
    if spec.text_input == "words":
        length = -(-length // 2)
    cuts = np.array(prefixes(int(length.max(initial=1))))
    return float(cuts[np.searchsorted(cuts, length)].mean())


@lru_cache(maxsize=8)
def _lengths(spec: Reading) -> np.ndarray:
    return np.array([len(text) for text in characters(spec)])


@lru_cache(maxsize=1)
def _speed() -> float:
    """Multiplications a second of a large product: the best of a few."""
    a = np.ones((SIDE, SIDE), np.float32)
    times = []
    for _ in range(6):
        started = time.perf_counter()
        a @ a
        times.append(time.perf_counter() - started)
    return float(SIDE**3 / min(times))
