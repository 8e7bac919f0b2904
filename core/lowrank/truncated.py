"""The largest singular triples of a large sparse matrix, M ≈ U Σ Vᵀ.

A block Krylov method with thick restart. An orthonormal basis X of right
vectors grows block by block, X ← [X, orth(MᵀM x)] with x its last block, and
G = XᵀMᵀM X falls out of the orthogonalisation. The eigenvectors of G give the
Ritz triples; since MᵀM X = X G + F Eᵀ, with F the remainder of the last block,
the error of each triple is known without another product. A full basis is
shrunk to its best Ritz vectors, and the remainder carries on: nothing learned
is lost, unlike in power iterations, which keep only the last block.

Baglama & Reichel, SIAM J. Sci. Comput. 27 (2005); Musco & Musco, NeurIPS 2015;
Stathopoulos & Wu, SIAM J. Sci. Comput. 23 (2002) for the orthonormalisation.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from core.errors import SpecError
from core.messages import message
from core.progress import OnStep, report, run_on
from core.threads import THREADS, Multiply, by_rows, one_thread

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

TOLERANCE = 1e-3
"""Keeps ≥ 0.993 of the ten nearest cosine neighbours of the exact factors at d = 100.

Measured on the default corpus with windows of 2, 5 and 10, smoothing 1 and 0.75,
shift 1 and 5, five seeds each; at 1.2e-3 it is 0.991, at 2e-3 0.973.
"""
DENSE = 600
STAGE = "factorising"
EPS = float(np.finfo(np.float32).eps)
NOISE = 20 * EPS  # what rounding leaves in ‖Mᵀ(Mv) − σ²v‖ / σ₁²


Tick = Callable[[], None]


@dataclass(frozen=True)
class Products:
    """What the method needs of a matrix M (m, n). Each may call `tick` while it works.

    gram: X (n, b) ↦ MᵀM X; forward: X (n, k) ↦ M X; back: Y (m, k) ↦ Mᵀ Y; float32.
    """

    gram: Callable[[F32, Tick], F32]
    forward: Callable[[F32, Tick], F32]
    back: Callable[[F32, Tick], F32]


@dataclass(frozen=True)
class Svd:
    """The k largest singular triples, s descending; the largest entry of each u is positive.

    `energy` is ‖M‖²_F; `residual` the largest of ‖Mᵀu − σv‖ / σ₁ over the
    triples, measured (‖Mv − σu‖ is of rounding size); `method` names the algorithm.
    """

    U: F32  # (m, k), orthonormal columns
    s: F64  # (k,)
    Vt: F32  # (k, n), orthonormal rows
    energy: float
    residual: float
    method: str


def truncated_svd(
    matrix: csr_array,
    rank: int,
    *,
    tol: float = TOLERANCE,
    seed: int = 0,
    threads: int = THREADS,
    on_step: OnStep = run_on,
) -> Svd:
    """The `rank` largest singular triples of a sparse (m, n) matrix of any shape.

    Iterates until ‖Mᵀu − σv‖ ≤ tol·σ₁ for every triple (tol below 1e-5 is
    beyond float32). Equal input and seed give equal bits for any `threads`
    (another BLAS may round differently).
    Small matrices, and ranks above half of all, are decomposed in full.
    Singular values below about σ₁/1000 are lost in rounding (their squares are
    beyond float32): a millionth of σ₁'s energy each.
    Raises SpecError for an impossible rank, Cancelled when the hook says stop.

    >>> M = csr_array(np.diag([3.0, 2.0, 1.0]).astype(np.float32))
    >>> truncated_svd(M, 2).s
    array([3., 2.])
    """
    m, n = matrix.shape
    check_rank(rank, m, n)
    M = matrix.astype(np.float32, copy=False)
    data = np.asarray(M.data)
    energy = float(np.einsum("i,i->", data, data, dtype=np.float64))
    if not math.isfinite(energy):
        raise ValueError("the matrix holds numbers that are not finite")
    report(on_step, 0.0, STAGE)
    if energy == 0:
        return Svd(_eye(m, rank), np.zeros(rank), _eye(n, rank).T, 0.0, 0.0, "zero matrix")
    if is_small(rank, m, n):
        return _dense(M, rank, energy)
    Mt = csr_array(M.T.tocsr())
    report(on_step, 0.0, STAGE)
    if n <= m:
        U, s, V, residual, method = _krylov(M, Mt, rank, tol, seed, threads, on_step)
    else:  # the basis lives on the shorter side
        V, s, U, residual, method = _krylov(Mt, M, rank, tol, seed, threads, on_step)
    U, V = signed(U, V)
    report(on_step, 1.0, STAGE)
    return Svd(U, s, np.ascontiguousarray(V.T), energy, residual, method)


def is_small(rank: int, m: int, n: int) -> bool:
    """Whether a full decomposition is quicker."""
    return min(m, n) <= DENSE or rank > min(m, n) // 2


def check_rank(rank: int, m: int, n: int) -> None:
    """Raise SpecError for a rank that no (m, n) matrix has."""
    if not 1 <= rank <= min(m, n):
        raise SpecError(
            message(
                "`rank={rank}` is not possible for a matrix of {m:,} × {n:,}; choose 1 to "
                "{most:,}.",
                rank=rank,
                m=m,
                n=n,
                most=min(m, n),
            ),
            "rank",
        )


def captured(s: F64, energy: float) -> F64:
    """Share of the energy ‖M‖²_F that the first d triples hold, for d = 1…k."""
    return np.cumsum(np.square(s)) / energy if energy else np.ones(len(s))


def errors(s: F64, energy: float) -> F64:
    """‖M − U_d Σ_d V_dᵀ‖_F for d = 0…k: exactly √(‖M‖²_F − Σ_{i≤d} σᵢ²)."""
    remaining = energy - np.concatenate([[0.0], np.cumsum(np.square(s))])
    return np.sqrt(np.maximum(remaining, 0.0))


@one_thread()
def _dense(M: csr_array, k: int, energy: float) -> Svd:
    full = M.toarray().astype(np.float64)
    U, s, Vt = np.linalg.svd(full, full_matrices=False)
    residual = float(np.linalg.norm(full.T @ U[:, :k] - Vt[:k].T * s[:k], axis=0).max() / s[0])
    U32, V32 = signed(U[:, :k].astype(np.float32), Vt[:k].T.astype(np.float32))
    return Svd(U32, s[:k].copy(), np.ascontiguousarray(V32.T), energy, residual, "dense")


def _krylov(
    A: csr_array,
    At: csr_array,
    k: int,
    tol: float,
    seed: int,
    threads: int,
    on_step: OnStep,
) -> tuple[F32, F64, F32, float, str]:
    """U (m, k), s, V (n, k), residual and method, for A (m, n) with m ≥ n."""
    from core.lowrank.kernels import product  # compiled: see `core.counts.kernels`

    with ThreadPoolExecutor(threads) as pool:
        forward, back = product(A, pool, threads), product(At, pool, threads)

        def gram(X: F32, tick: Tick) -> F32:
            Y = forward(X)
            tick()
            return back(Y)

        products = Products(gram, lambda X, tick: forward(X), lambda Y, tick: back(Y))
        return krylov(products, A.shape[1], k, tol, seed, on_step, by_rows(pool))


@one_thread()
def krylov(
    A: Products,
    n: int,
    k: int,
    tol: float,
    seed: int,
    on_step: OnStep,
    multiply: Multiply = np.matmul,
) -> tuple[F32, F64, F32, float, str]:
    """The same for a matrix of n columns, known by its products only."""
    b, keep, most = _sizes(k, n)
    floor = NOISE / tol  # below it a triple's error cannot be told from rounding
    rng = np.random.default_rng(seed)
    X = np.empty((most, n), np.float32)  # the basis, one vector a row
    G = np.zeros((most, most))
    p, step, due, trail = 0, 0, 0, [(0, 1.0)]
    limit = 100 + 40 * -(-k // b)
    done = 0.0

    def tick() -> None:
        report(on_step, done, STAGE, step=step)

    F = rng.standard_normal((n, b), dtype=np.float32)
    x = _orthonormal(F, X[:0], np.linalg.norm(F, axis=0), rng, multiply)
    while True:
        done = _progress(p, k + b, trail[-1][1], tol)
        tick()
        X[p : p + b] = x.T
        p, step = p + b, step + 1
        F = A.gram(x, tick)
        norms = np.linalg.norm(F, axis=0)
        C = multiply(X[:p], F)
        G[:p, p - b : p] = C
        G[p - b : p, :p] = C.T
        F -= multiply(X[:p].T, C)
        if p == most or (p >= k + b and step >= due):
            lam, S = np.linalg.eigh(G[:p, :p])
            lam, S = np.maximum(lam[::-1], 0.0), S[:, ::-1]
            last, gram = S[p - b :, :k], F.T.astype(np.float64) @ F
            remainder = np.sqrt(np.maximum(np.einsum("ij,ij->j", last, gram @ last), 0.0))
            s = np.sqrt(lam[:k])
            error = float(np.max(remainder / np.maximum(s, floor * s[0]))) / s[0]
            trail.append((step, error))
            if error <= tol or step >= limit:
                break
            due = step + _pause(trail, tol)
        x = _orthonormal(F, X[:p], norms, rng, multiply)
        if p == most:
            ritz = S[:, :keep].T.astype(np.float32)
            X[:keep] = multiply(X.T, ritz.T).T
            G[:] = 0.0
            G[range(keep), range(keep)] = lam[:keep]
            p = keep
    ritz = S[:, :k].T.astype(np.float32)
    V = multiply(X[:p].T, ritz.T)
    done = 0.95
    tick()
    W = A.forward(V, tick)
    done = 0.97
    tick()
    U, s, rotation = _thin_svd(W)
    V = (V @ rotation).astype(np.float32, copy=False)
    done = 0.98
    tick()
    gradient = A.back(U, tick) - V * s.astype(np.float32)
    residual = float(np.linalg.norm(gradient, axis=0).max() / s[0])
    method = "block Krylov, {steps} steps of {columns} columns"
    return U, s, V, residual, message(method, steps=step, columns=b)


def _sizes(k: int, n: int) -> tuple[int, int, int]:
    """Columns of a block, of the basis after a restart, and of the full basis."""
    b = 16 if k <= 40 else 32
    keep = (-(-k // b) + 2) * b
    most = min(max(-(-3 * k // b) * b, keep + 4 * b), n // b * b)
    return b, min(keep, most - b), most


def _progress(p: int, first: int, error: float, tol: float) -> float:
    """Fraction done: 0.3 to fill the basis once, then by the logarithm of the error."""
    if error >= 1.0:
        return 0.3 * min(1.0, p / first)
    return 0.3 + 0.65 * min(1.0, math.log(error) / math.log(min(tol, 0.5)))


def _pause(trail: list[tuple[int, float]], tol: float) -> int:
    """Steps until the next check, a little before the error should reach `tol`."""
    (before, high), (now, low) = trail[-2:]
    rate = max(math.log(high / low) / (now - before), 1e-3)
    return int(np.clip(0.8 * math.log(low / tol) / rate, 1, 6))


def _orthonormal(
    F: F32, X: F32, norms: NDArray[np.floating], rng: np.random.Generator, multiply: Multiply
) -> F32:
    """Orthonormal columns spanning those of F (n, b), orthogonal to the rows of X (p, n).

    F was made orthogonal to X once; `norms` are its columns' norms before
    that. Where normalising would blow its rounding errors up, it is done again.
    A direction that is nothing but rounding is replaced by a random one.
    """
    noise = 30 * EPS * float(norms.max())
    left = np.linalg.norm(F, axis=0)
    if (norms > 2 * left).any():
        F -= multiply(X.T, multiply(X, F))
    largest = float(left.max())
    for _ in range(4):
        wide = F.astype(np.float64)
        lam, S = np.linalg.eigh(wide.T @ wide)
        lost = lam <= noise**2
        F = multiply(wide, S / np.sqrt(np.where(lost, 1.0, lam))).astype(np.float32)
        if lost.any():
            random = rng.standard_normal((len(F), int(lost.sum())), dtype=np.float32)
            F[:, lost] = random / np.float32(math.sqrt(len(F)))
        elif largest <= 3 * math.sqrt(lam[0]):
            break
        F -= multiply(X.T, multiply(X, F))
        largest, noise = 1.0, 30 * EPS
    return F


def _thin_svd(W: F32) -> tuple[F32, F64, F32]:
    """U (m, k), s (k,) and the right vectors (k, k) of W (m, k), in double precision."""
    wide = W.astype(np.float64)
    lam, S = np.linalg.eigh(wide.T @ wide)
    if lam[0] > 1e-6 * lam[-1]:  # well conditioned: no need of Householder's QR
        s, S = np.sqrt(lam[::-1]), S[:, ::-1]
        return (wide @ (S / s)).astype(np.float32), s, S.astype(np.float32)
    Q, R = np.linalg.qr(wide)
    U, s, Vt = np.linalg.svd(R)
    return (Q @ U).astype(np.float32), s, Vt.T.astype(np.float32)


def signed(U: F32, V: F32) -> tuple[F32, F32]:
    """Flip pairs of columns so that the entry of largest size in each u is positive."""
    top = U[np.abs(U).argmax(axis=0), np.arange(U.shape[1])]
    sign = np.where(top < 0, np.float32(-1), np.float32(1))
    return U * sign, V * sign


def _eye(n: int, k: int) -> F32:
    return np.eye(n, k, dtype=np.float32)
