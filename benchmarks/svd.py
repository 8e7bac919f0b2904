"""Truncated SVD of PPMI matrices against scikit-learn's randomised SVD and SciPy's svds.

Median processor seconds (all threads), share of the best possible energy lost, and how many
of the ten nearest cosine neighbours of the exact factors are kept (500 words).
The matrices are that of the default corpus and one that is made up, with Zipf's
frequencies, topics and noise; or they are given as .npz files:

    python3 -m benchmarks.svd [matrix.npz …]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array, load_npz
from scipy.sparse.linalg import svds

from core.counts.measures import Association
from core.counts.ppmi import associate
from core.lowrank.truncated import TOLERANCE, truncated_svd
from core.vectors.search.exact import top_k_batch

RANK = 100
WORDS = 500
REPEATS = 3


def table(paths: tuple[str, ...] = (), rank: int = RANK) -> list[dict[str, Any]]:
    """One row a method and matrix; ratios are the peer's time over ours."""
    named = {Path(path).stem: csr_array(load_npz(path)) for path in paths}
    if not named:
        named["default corpus"] = associate(Association())
        named["made up, V = 12 000"] = ppmi(12_000, 3_000_000)
    rows = []
    for name, matrix in named.items():
        rows += compare(name, matrix.astype(np.float32), rank)
    return rows


def compare(name: str, M: csr_array, rank: int) -> list[dict[str, Any]]:
    from sklearn.utils.extmath import randomized_svd

    start = np.random.default_rng(0).standard_normal(min(M.shape))
    exact = timed(lambda: svds(M.astype(np.float64), k=rank, v0=start))
    methods: dict[str, Callable[[], Any]] = {
        "block Krylov (ours)": lambda: ours(M, rank),
        "the same, tol = 1e-2": lambda: ours(M, rank, 1e-2),
        "sklearn randomized_svd, auto": lambda: randomized_svd(M, rank, random_state=0),
        "scipy svds, float32": lambda: svds(M, k=rank, v0=start.astype(np.float32)),
        "scipy svds, float64": lambda: exact[2],
    }
    ours(M[: M.shape[0] // 4, : M.shape[1] // 4], 5)  # compiled, threads started
    taken: dict[str, list[Any]] = {method: [] for method in methods}
    for _ in range(REPEATS):  # methods take turns: a busy machine then slows all alike
        for method, run in methods.items():
            taken[method].append(exact if method.endswith("float64") else timed(run))
    rows: list[dict[str, Any]] = []
    for method, runs in taken.items():
        cpu, wall = (float(np.median([run[i] for run in runs])) for i in (0, 1))
        U, s, Vt = runs[0][2]
        rows.append(
            {
                "name": f"{name}: {method}",
                "cpu_s": round(cpu, 2),
                "wall_s": round(wall, 2),
                "gap": float(1 - np.sum(np.square(s, dtype=float)) / np.sum(exact[2][1] ** 2)),
                "neighbours_kept": overlap(U * np.sqrt(s), exact[2][0] * np.sqrt(exact[2][1])),
                "residual": residual(M, U, s, Vt),
                "ratio_cpu": round(cpu / (rows[0]["cpu_s"] if rows else cpu), 2),
                "ratio_wall": round(wall / (rows[0]["wall_s"] if rows else wall), 2),
            }
        )
    return rows


def ours(M: csr_array, rank: int, tol: float = TOLERANCE) -> tuple[Any, Any, Any]:
    svd = truncated_svd(M, rank, tol=tol)
    return svd.U, svd.s, svd.Vt


def timed(run: Callable[[], Any]) -> tuple[float, float, Any]:
    """Processor seconds, seconds and the triples, largest first."""
    cpu, wall = time.process_time(), time.perf_counter()
    U, s, Vt = run()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    order = np.argsort(-s)
    return cpu, wall, (U[:, order], s[order], Vt[order])


def residual(M: csr_array, U: Any, s: Any, Vt: Any) -> float:
    """The largest ‖Mv − σu‖ or ‖Mᵀu − σv‖, over σ₁."""
    left = np.linalg.norm(M @ Vt.T - U * s, axis=0).max()
    right = np.linalg.norm(M.T @ U - Vt.T * s, axis=0).max()
    return float(max(left, right) / s[0])


def overlap(W: Any, E: Any) -> float:
    """Share of the ten nearest neighbours by cosine in E that W has too."""
    chosen = np.random.default_rng(1).choice(len(W), WORDS, replace=False)
    lists = []
    for X in (W, E):
        unit = X / np.maximum(np.linalg.norm(X, axis=1, keepdims=True), 1e-30)
        lists.append(top_k_batch(unit, unit[chosen], 10, skip=chosen)[0])
    same = (lists[0][:, :, None] == lists[1][:, None, :]).any(axis=2)
    return round(float(same.mean()), 4)


def ppmi(V: int, pairs: int, topics: int = 400, seed: int = 0) -> csr_array:
    """The PPMI matrix of made-up pairs: half met within a topic, half by chance."""
    rng = np.random.default_rng(seed)
    p = 1 / (10 + np.arange(V))
    p /= p.sum()
    topic = rng.integers(topics, size=V)
    one, other = rng.choice(V, pairs, p=p), rng.choice(V, pairs, p=p)
    for t in range(topics):  # the partner comes from the same topic
        members = np.flatnonzero(topic == t)
        among = np.flatnonzero((topic[one] == t) & (rng.random(pairs) < 0.5))
        other[among] = rng.choice(members, len(among), p=p[members] / p[members].sum())
    n = coo_array((np.ones(2 * pairs), (np.r_[one, other], np.r_[other, one])), shape=(V, V))
    counts = n.tocsr().tocoo()
    marginal: np.ndarray = np.asarray(counts.sum(axis=0)).ravel()
    row, column = counts.coords
    value = np.log(counts.data * marginal.sum() / (marginal[row] * marginal[column]))
    keep = value > 0
    kept = coo_array((value[keep].astype(np.float32), (row[keep], column[keep])), shape=(V, V))
    return csr_array(kept.tocsr())


if __name__ == "__main__":
    for line in table(tuple(sys.argv[1:])):
        print(line)
