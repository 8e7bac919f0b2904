"""How long a training will take, before it starts: its arithmetic, by this machine's speed."""

from __future__ import annotations

import time
from functools import lru_cache

import numpy as np

from core.text_classes.specs import TextClasses

SIDE = 512  # of the matrices that are multiplied to measure the speed
BACKWARD = 3.0  # multiplications of a step to those of the network alone
EFFICIENCY = {"convolution": 0.27, "lstm": 0.27}
"""The share of the speed of large products that a training reaches: so much it was in one run of
the default convolution; of the LSTM it is assumed."""


def multiplications(spec: TextClasses, tokens: int) -> float:
    """Of one pass over one text of so many tokens, those of the linear layers behind left out."""
    F, e = spec.body_dim, spec.token_dim
    own = 0 if spec.text_input == "one-hot" else e
    if spec.text_body == "lstm":
        return float(tokens * 4 * F * (own + F))
    return float(tokens * spec.kernel_width * F * max(own, 1))


def seconds(spec: TextClasses, texts: int, tokens: int) -> float:
    """About how long the training takes, compiling left out."""
    work = BACKWARD * multiplications(spec, tokens) * texts * spec.class_epochs
    return work / (EFFICIENCY[spec.text_body] * _speed())


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
