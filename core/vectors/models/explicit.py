"""SGNS and maximum likelihood as explicit factorisations: a loss over every cell.

With ψ = ⟨w_i, c_j⟩, N the counts of the chosen words and N⁻_ij = k N_i P(j), P ∝ N_j^noise:

    L_SGNS = −Σ [N_ij log σ(ψ) + N⁻_ij log σ(−ψ)],   best ψ = log(N_ij / N⁻_ij) = PMI − log k
    L_MLE  = −Σ (p_i p_j)^(1/τ − 1) [p_ij ψ − p_i p_j e^ψ],   best ψ = PMI

SGNS is divided by Σ N, so that it is nats a pair. A pair that never met has its best
ψ at −∞. (Levy & Goldberg 2014; Kenyon-Dean et al. 2019, 1911.13280.) Minimised by
L-BFGS with JAX's gradients, on a GPU where there is one: exact, nothing is sampled.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.counts.cooccurrence import count
from core.counts.counting import Cooccurrence
from core.learning.history import Record
from core.messages import message
from core.progress import OnStep, run_on
from core.text.vocabulary import vocabulary
from core.vectors.models.model import Model
from core.vectors.models.target import Target
from core.vectors.specs import Explicit

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class Cells:
    """positive, negative: (V, V) float64. Both losses are Σ of a function of these and ψ."""

    objective: str
    positive: F64
    negative: F64

    @property
    def best(self) -> F64:
        """The ψ of least loss, cell by cell: (V, V), −∞ where the pair never met."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.positive > 0, np.log(self.positive / self.negative), -np.inf)

    @property
    def optimum(self) -> float:
        """The least loss, were every cell free."""
        met = self.positive > 0
        P, N = self.positive[met], self.negative[met]
        if self.objective == "sgns":
            return float(-(P * np.log(P / (P + N)) + N * np.log(N / (P + N))).sum())
        return float((P - P * np.log(P / N)).sum())


def cells(spec: Explicit, counts: Cooccurrence) -> Cells:
    """Weights of all cells among the `size` most frequent words."""
    V = min(spec.size, counts.size)
    keep = counts.keep[:V]
    N = counts.matrix[:V, :V].toarray() * keep[:, None] * keep / counts.unit
    rows, columns, total = N.sum(axis=1), N.sum(axis=0), N.sum()
    if spec.objective == "sgns":
        noise = np.where(columns > 0, columns, 1.0) ** spec.noise * (columns > 0)
        noise /= noise.sum()
        return Cells("sgns", N / total, spec.negatives * np.outer(rows, noise) / total)
    p, q = rows / total, columns / total
    expected = np.outer(p, q)
    weight = np.where(expected > 0, expected, 1.0) ** (1 / spec.temperature - 1)
    return Cells("mle", weight * N / total, weight * expected)


def loss_of(objective: str) -> Any:
    """The loss as a function of (parameters (2, V, d), positive, negative), for JAX to derive."""
    import jax
    import jax.numpy as jnp

    def sgns(X: Any, P: Any, N: Any) -> Any:
        psi = X[0] @ X[1].T  # −log σ(ψ) = softplus(ψ) − ψ: one softplus serves both terms
        return jnp.sum((P + N) * jax.nn.softplus(psi) - P * psi)

    def mle(X: Any, P: Any, N: Any) -> Any:
        psi = X[0] @ X[1].T
        return jnp.sum(N * jnp.exp(psi) - P * psi)

    return sgns if objective == "sgns" else mle


@cached
def train(spec: Explicit, on_step: OnStep = run_on) -> Model:
    """Minimise over all cells of the `size` most frequent words."""
    counts = count(spec.counts, on_step)
    words = vocabulary(spec.counts.corpus)
    problem = cells(spec, counts)
    began = time.monotonic()
    X, record = minimised(problem, spec.dim, spec.iterations, spec.seed, on_step)
    V = X.shape[1]
    W, C = X.astype(np.float32)
    return Model(
        words.words[:V], np.array(words.counts[:V]), W, C,
        history=record.curve, optimum=problem.optimum,
        seconds=time.monotonic() - began, lowercase=words.lowercase, simplified=words.simplified,
    )  # fmt: skip


def target(spec: Explicit, model: Model, on_step: OnStep = run_on) -> Target:
    """The ψ of least loss of all pairs that met among the `size` most frequent words."""
    whole = count(spec.counts, on_step)
    best = cells(spec, whole).best
    rows, columns = (ids.astype(np.int32) for ids in np.nonzero(np.isfinite(best)))
    V = len(best)
    counts = Cooccurrence(whole.matrix[:V, :V].tocsr(), whole.unit, whole.keep[:V])
    met = np.asarray(counts.matrix[rows, columns]).ravel()
    met = met * counts.keep[rows] * counts.keep[columns] / counts.unit
    values = best[rows, columns]
    if spec.objective != "sgns":
        return Target("PMI", counts, rows, columns, met, values)
    noise = np.where(counts.column_sums > 0, counts.column_sums, 0.0) ** spec.noise
    return Target(
        f"PMI − log {spec.negatives}", counts, rows, columns, met, values,
        noise=spec.negatives * noise / noise.sum(),
    )  # fmt: skip


def minimised(
    problem: Cells, dim: int, iterations: int, seed: int, on_step: OnStep
) -> tuple[F64, Record]:
    """(W and C as (2, V, d), the losses) after at most so many steps of L-BFGS."""
    import jax
    import optax

    record = Record(on_step)
    record.report(0.0, "compiling")
    V = len(problem.positive)
    P, N = (
        jax.device_put(part.astype(np.float32)) for part in (problem.positive, problem.negative)
    )
    start = np.random.default_rng(seed).normal(0, 0.3 / dim**0.5, (2, V, dim))
    X = jax.device_put(start.astype(np.float32))
    loss = loss_of(problem.objective)
    solver = optax.lbfgs(memory_size=10)

    @jax.jit
    def step(X: Any, state: Any, P: Any, N: Any) -> Any:
        def here(x: Any) -> Any:
            return loss(x, P, N)

        value, slope = optax.value_and_grad_from_state(here)(X, state=state)
        move, state = solver.update(slope, state, X, value=value, grad=slope, value_fn=here)
        return optax.apply_updates(X, move), state, value

    state = solver.init(X)
    for n in range(iterations):
        stage = message("step {n} of {iterations}", n=n, iterations=iterations)
        record.report(n / iterations, stage)
        X, state, value = step(X, state, P, N)
        record.add(n, float(value))
    record.add(iterations, float(loss(X, P, N)))
    return np.asarray(X, np.float64), record
