"""Exact neighbour search against gensim's KeyedVectors and NumPy.

Milliseconds of processor time a query, median; every list is checked to be the same.

    python3 -m benchmarks.neighbours [400000x100 …]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from core.vectors.search.exact import top_k, top_k_batch
from core.vectors.search.quantised import encode

QUERIES = 200
K = 10
SIZES = ((50_000, 100), (400_000, 100))


def table(sizes: tuple[tuple[int, int], ...] = SIZES) -> list[dict[str, Any]]:
    """One row a method; ratios are the peer's time over ours. The residual counts wrong ids."""
    return [row for n, d in sizes for row in compare(n, d)]


def compare(n: int, d: int) -> list[dict[str, Any]]:
    from gensim.models import KeyedVectors

    rng = np.random.default_rng(0)
    # a thousand loose clusters, as words have topics
    V = rng.standard_normal((1000, d), dtype=np.float32)[rng.integers(1000, size=n)]
    V += 1.5 * rng.standard_normal((n, d), dtype=np.float32)
    inverse = 1 / np.linalg.norm(V, axis=1)
    unit = V * inverse[:, None]
    queries = unit[rng.choice(n, QUERIES, replace=False)]
    keyed = KeyedVectors(d)
    keyed.add_vectors([str(i) for i in range(n)], V)
    keyed.fill_norms()
    codes = encode(V)

    def gensim(q: Any) -> list[int]:
        return [int(word) for word, _ in keyed.similar_by_vector(q, topn=K)]

    def numpy(q: Any) -> list[int]:
        scores = unit @ q
        best = np.argpartition(-scores, K)[:K]
        found: list[int] = best[np.argsort(-scores[best])].tolist()
        return found

    def ours(q: Any) -> list[int]:
        found: list[int] = top_k(V, q, K, scale=inverse, codes=codes)[0].tolist()
        return found

    def scan(q: Any) -> list[int]:
        found: list[int] = top_k(V, q, K, scale=inverse)[0].tolist()
        return found

    single: dict[str, Callable[[Any], list[int]]] = {
        "top_k with codes (ours)": ours,
        "top_k, plain scan (ours)": scan,
        "gensim similar_by_vector": gensim,
        "numpy gemv + argpartition": numpy,
    }
    truth = [numpy(q) for q in queries]
    times = measure(single, queries, truth)
    first = next(iter(times.values()))
    rows = [
        {
            "name": f"{n:,} × {d}, one query: {name}",
            "cpu_ms": round(cpu, 3),
            "wall_ms": round(wall, 3),
            "ratio_cpu": round(cpu / first[0], 2),
            "ratio_wall": round(wall / first[1], 2),
            "residual": wrong,
        }
        for name, (cpu, wall, wrong) in times.items()
    ]
    cpu, wall = time.process_time(), time.perf_counter()
    encode(V)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    once = {"cpu_ms": round(cpu * 1e3, 3), "wall_ms": round(wall * 1e3, 3)}
    rows.append({"name": f"{n:,} × {d}, once: encode (ours)", **once})
    return rows + batch(unit, queries, truth)


def measure(
    methods: dict[str, Callable[[Any], list[int]]], queries: Any, truth: list[list[int]]
) -> dict[str, tuple[float, float, int]]:
    """Median processor and wall ms a query, methods taking turns, and the number of wrong ids."""
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in methods}
    wrong = dict.fromkeys(methods, 0)
    for q, expected in zip(queries, truth, strict=True):
        for name, find in methods.items():
            cpu, wall = time.process_time(), time.perf_counter()
            found = find(q)
            spent[name].append((time.process_time() - cpu, time.perf_counter() - wall))
            wrong[name] += len(set(expected) - set(found))
    middle = {name: np.median(both, axis=0) * 1e3 for name, both in spent.items()}
    return {name: (float(middle[name][0]), float(middle[name][1]), wrong[name]) for name in methods}


def batch(unit: Any, queries: Any, truth: list[list[int]]) -> list[dict[str, Any]]:
    """All queries at once."""

    def numpy() -> Any:
        scores = queries @ unit.T
        best = np.argpartition(-scores, K, axis=1)[:, :K]
        order = np.argsort(-np.take_along_axis(scores, best, 1), axis=1)
        return np.take_along_axis(best, order, 1)

    rows: list[dict[str, Any]] = []
    blocked = ("top_k_batch (ours)", lambda: top_k_batch(unit, queries, K)[0])
    for name, find in (blocked, ("numpy gemm + argpartition", numpy)):
        find()
        cpu, wall = time.process_time(), time.perf_counter()
        found = find()
        cpu = (time.process_time() - cpu) / len(queries) * 1e3
        wall = (time.perf_counter() - wall) / len(queries) * 1e3
        rows.append(
            {
                "name": f"{len(unit):,} × {unit.shape[1]}, {len(queries)} queries: {name}",
                "cpu_ms": round(cpu, 3),
                "wall_ms": round(wall, 3),
                "ratio_cpu": round(cpu / (rows[0]["cpu_ms"] if rows else cpu), 2),
                "ratio_wall": round(wall / (rows[0]["wall_ms"] if rows else wall), 2),
                "residual": sum(
                    len(set(a) - set(b)) for a, b in zip(truth, found.tolist(), strict=True)
                ),
            }
        )
    return rows


if __name__ == "__main__":
    sizes = tuple((int(n), int(d)) for n, d in (size.split("x") for size in sys.argv[1:]))
    for line in table(sizes or SIZES):
        print(line)
