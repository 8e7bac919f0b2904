"""The inner loops of GloVe and its simpler kin: one stochastic step a record, compiled.

A record is (i, j, target t, weight f) and adds ½ f (ψ − t)² to the loss, with
ψ = ⟨w_i, c_j⟩ + b_i + b̃_j, or ⟨v_i, v_j⟩. AdaGrad divides the rate by the root of
1 + the sum of squared gradients so far (Duchi et al. 2011): of each number
("coordinate"), or the mean over a vector's numbers ("row"), which needs a d-th
of the memory traffic.
"""

from __future__ import annotations

import numba
import numpy as np

# Sums may be reordered, but NaN stays NaN. NumPy's error model: a check for division by zero
# would keep the loops from being vectorised.
_fast = {"reassoc", "contract"}


@numba.njit(nogil=True, cache=True, fastmath=_fast, error_model="numpy")
def two_by_row(rows, columns, target, weight, W, C, b, bc, GW, GC, Gb, Gbc, eta):
    """One pass over records with an accumulator a vector; all arrays but the records change."""
    d = W.shape[1]
    share = np.float32(1.0 / d)
    for r in range(rows.size):
        i, j, f = rows[r], columns[r], weight[r]
        w, c = W[i], C[j]
        psi, ww, cc = np.float32(0), np.float32(0), np.float32(0)
        for k in range(w.size):
            psi += w[k] * c[k]
            ww += w[k] * w[k]
            cc += c[k] * c[k]
        g = f * (psi + b[i] + bc[j] - target[r])
        square = g * g
        GW[i] += square * cc * share
        GC[j] += square * ww * share
        up, across = eta * g / np.sqrt(GW[i]), eta * g / np.sqrt(GC[j])
        for k in range(w.size):
            old = w[k]
            w[k] -= up * c[k]
            c[k] -= across * old
        Gb[i] += square
        Gbc[j] += square
        b[i] -= eta * g / np.sqrt(Gb[i])
        bc[j] -= eta * g / np.sqrt(Gbc[j])


@numba.njit(nogil=True, cache=True, fastmath=_fast, error_model="numpy")
def two_by_coordinate(rows, columns, target, weight, W, C, b, bc, GW, GC, Gb, Gbc, eta):
    """The same with an accumulator a number: GW, GC are (V, d)."""
    for r in range(rows.size):
        i, j, f = rows[r], columns[r], weight[r]
        w, c, gw, gc = W[i], C[j], GW[i], GC[j]
        psi = np.float32(0)
        for k in range(w.size):
            psi += w[k] * c[k]
        g = f * (psi + b[i] + bc[j] - target[r])
        for k in range(w.size):
            by_w, by_c = g * c[k], g * w[k]
            gw[k] += by_w * by_w
            gc[k] += by_c * by_c
            w[k] -= eta * by_w / np.sqrt(gw[k])
            c[k] -= eta * by_c / np.sqrt(gc[k])
        square = g * g
        Gb[i] += square
        Gbc[j] += square
        b[i] -= eta * g / np.sqrt(Gb[i])
        bc[j] -= eta * g / np.sqrt(Gbc[j])


@numba.njit(nogil=True, cache=True, fastmath=_fast, error_model="numpy")
def plain_by_row(rows, columns, target, weight, W, C, GW, GC, eta):
    """One pass without biases. Given one array as W and C (i ≠ j), each word has one vector."""
    d = W.shape[1]
    share = np.float32(1.0 / d)
    for r in range(rows.size):
        i, j, f = rows[r], columns[r], weight[r]
        w, c = W[i], C[j]
        psi, ww, cc = np.float32(0), np.float32(0), np.float32(0)
        for k in range(w.size):
            psi += w[k] * c[k]
            ww += w[k] * w[k]
            cc += c[k] * c[k]
        g = f * (psi - target[r])
        square = g * g
        GW[i] += square * cc * share
        GC[j] += square * ww * share
        up, across = eta * g / np.sqrt(GW[i]), eta * g / np.sqrt(GC[j])
        for k in range(w.size):
            old = w[k]
            w[k] -= up * c[k]
            c[k] -= across * old


@numba.njit(nogil=True, cache=True, fastmath=_fast, error_model="numpy")
def losses(rows, columns, target, weight, W, C, b, bc, out):
    """½ f (ψ − t)² of each record into `out`; empty b and bc are no biases."""
    for r in range(rows.size):
        i, j = rows[r], columns[r]
        w, c = W[i], C[j]
        psi = np.float32(0)
        for k in range(w.size):
            psi += w[k] * c[k]
        if b.size:
            psi += b[i] + bc[j]
        off = np.float64(psi - target[r])
        out[r] = 0.5 * weight[r] * off * off
