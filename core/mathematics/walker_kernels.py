"""Steps of many walkers on a landscape of one dimension, compiled by numba.

The landscape is h((x/s)² − 1)², s = 1 left of 0 and s = `breadth` right of it; with `bowl` > 0 it
is bowl·x²/2. rng is a NumPy `Generator`.
"""

import math

import numba
import numpy as np


@numba.njit(nogil=True, cache=True, inline="always")
def _slope(x, barrier, breadth, bowl):
    if bowl > 0.0:
        return bowl * x
    s = breadth if x > 0.0 else 1.0
    u = x / s
    return 4.0 * barrier * u * (u * u - 1.0) / s


@numba.njit(nogil=True, cache=True)
def walk(x, v, steps, h, kick, friction, barrier, breadth, bowl, rng):
    """Move x and v (n,) on by so many steps, in place; without friction v stays as it is.

    kick: standard deviation of the noise of a step.
    """
    for i in range(len(x)):
        place, speed = x[i], v[i]
        for _ in range(steps):
            force = -_slope(place, barrier, breadth, bowl)
            if friction > 0.0:
                speed += h * (force - friction * speed) + kick * rng.standard_normal()
                place += h * speed
            else:
                place += h * force + kick * rng.standard_normal()
        x[i], v[i] = place, speed


@numba.njit(nogil=True, cache=True)
def leave(walkers, most, h, kick, friction, barrier, breadth, rng):
    """Steps until each walker first comes from the left minimum to the right one.

    −1: not yet; −2: it flew off, as the step is too large.
    """
    steps = np.full(walkers, -1, np.int64)
    # as thrown by heat, not at rest
    hot = kick / math.sqrt(2.0 * friction * h) if friction > 0.0 else 0.0
    for i in range(walkers):
        place, speed = -1.0, hot * rng.standard_normal()
        for step in range(most):
            force = -_slope(place, barrier, breadth, 0.0)
            if friction > 0.0:
                speed += h * (force - friction * speed) + kick * rng.standard_normal()
                place += h * speed
            else:
                place += h * force + kick * rng.standard_normal()
            if not abs(place) < 1e3:
                steps[i] = -2
                break
            if place >= breadth:
                steps[i] = step + 1
                break
    return steps


@numba.njit(nogil=True, cache=True)
def minibatches(signed, shift, tilt, ridge, start, eta, batch, steps, rng, ends):
    """SGD on a regression, batches drawn with replacement; fills in their ends (runs, 2)."""
    for run in range(len(ends)):
        a, b = start
        for _ in range(steps):
            ga = gb = 0.0
            for _ in range(batch):
                i = rng.integers(0, len(shift))
                z = shift[i] + signed[i, 0] * a + signed[i, 1] * b
                share = 1.0 / (1.0 + math.exp(-z))
                ga += share * signed[i, 0]
                gb += share * signed[i, 1]
            a -= eta * (ga / batch + tilt[0] + ridge * a)
            b -= eta * (gb / batch + tilt[1] + ridge * b)
        ends[run, 0], ends[run, 1] = a, b
