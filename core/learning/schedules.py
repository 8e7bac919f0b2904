"""The learning rate by step: a factor of 0 to 1 times the rate of the spec."""

from __future__ import annotations

import numpy as np

from core.learning.specs import Callbacks


def rates(callbacks: Callbacks, rate: float, epoch: int, steps: int) -> np.ndarray:
    """The learning rate of each step of an epoch, counted from 1: (steps,) float32.

    Step s of the run, counted from 0, has (s + 1)/w of the rate while s < w, the steps of the
    warm-up; then, with t = s − w and T the steps of `decay_epochs`, f the factor: a cosine gives
    f + (1 − f)(1 + cos(π min(t, T)/T))/2, steps give f^⌊t/T⌋.
    """
    flat = np.full(steps, rate, np.float32)
    if callbacks.rate_schedule == "constant" and not callbacks.warmup_epochs:
        return flat
    import optax

    warm, fall = callbacks.warmup_epochs * steps, callbacks.decay_epochs * steps
    factor = callbacks.decay_factor
    if callbacks.rate_schedule == "cosine":
        later = optax.cosine_decay_schedule(1.0, fall, alpha=factor)
    elif callbacks.rate_schedule == "steps":
        later = optax.exponential_decay(1.0, fall, factor, staircase=True)
    else:
        later = optax.constant_schedule(1.0)
    if warm:
        rise = optax.linear_schedule(1 / warm, 1.0, max(warm - 1, 1))
        later = optax.join_schedules([rise, later], [warm])
    now = np.arange((epoch - 1) * steps, epoch * steps)
    return flat * np.broadcast_to(np.asarray(later(now), np.float32), now.shape)
