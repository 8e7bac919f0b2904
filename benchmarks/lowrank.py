"""All ranks of every low-rank method at once, against scipy.linalg.interpolative rank by rank.

A 1500 × 1000 matrix, processor seconds with one BLAS thread; each step uses what those
before it made (the SVD the triangle of the pivoted QR, CR of XXᵀ the singular values).
scipy is timed at a few ranks and summed over all by the trapezium rule; then the slider.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.linalg import interpolative as peer

from core.lowrank import choosers, cur, interpolative, svd
from core.matrices import Digits, Photograph, Ppmi, approximate, load
from core.matrices.approximation import of_method
from core.matrices.products import measure_product
from core.matrices.specs import Curves, Shown
from core.threads import one_thread

APP = Path(__file__).parents[1] / "dashboard" / "app.py"
REPEATS = 3
RANKS = (1, 50, 200, 500)
SLIDER = (5, 20, 100, 300, 1000)
MOVES = (5, 9, 20, 21, 33, 40, 50, 64, 10, 3, 30)
METHODS = ("svd", "randomised", "id pivoted", "cur pivoted", "skeleton matched")


def table() -> list[dict[str, Any]]:
    """One row a step; "ratio" is scipy's time over ours."""
    M = matrix()
    with one_thread():
        steps: dict[str, Callable[[], Any]] = {
            "ID, pivoted QR": lambda: interpolative.from_pivots(M),
            "SVD": lambda: svd.errors(M, made.B),
            "CUR, optimal": lambda: crossed(M, made),
            "CR of XXᵀ, 9 methods": lambda: measure_product(M, M.T, 1, s=np.square(spectrum[:-1])),
        }
        made = steps["ID, pivoted QR"]()
        spectrum = steps["SVD"]()[1]
        for run in steps.values():
            run()
        seconds = {name: cpu(run) for name, run in steps.items()}
        rows: list[dict[str, Any]] = [
            {"name": f"all ranks: {name}", "cpu_s": round(taken, 3)}
            for name, taken in seconds.items()
        ]
        total = sum(row["cpu_s"] for row in rows)
        rows.append({"name": "all of the above", "cpu_s": round(total, 3), "limit_s": 1.0})
        rows += peers(M, rows[0]["cpu_s"], total)
        return rows + slider() + page()


def matrix() -> np.ndarray:
    """1500 × 1000, exponential spectrum, uneven columns."""
    rng = np.random.default_rng(0)
    U, _ = np.linalg.qr(rng.standard_normal((1500, 1000)))
    V, _ = np.linalg.qr(rng.standard_normal((1000, 1000)))
    M: np.ndarray = (U * np.exp(-np.arange(1000) / 60)) @ V.T
    return M * np.exp(rng.standard_normal(1000))


def crossed(M: np.ndarray, made: interpolative.Interpolation) -> np.ndarray:
    P, _, order = choosers.pivoted(M.T)
    return cur.cross(M, made, order, P).frobenius


def peers(M: np.ndarray, ours: float, total: float) -> list[dict[str, Any]]:
    """scipy's ID at some ranks, and what all 1000 would take."""
    times = []
    for rank in RANKS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            times.append(cpu(partial(peer.interp_decomp, M, rank, rand=False), 1))
    whole = float(np.trapezoid([*times, times[-1]], [*RANKS, 1000]))
    rows = [
        {"name": f"scipy interp_decomp, rank {rank}", "cpu_s": round(seconds, 3)}
        for rank, seconds in zip(RANKS, times, strict=True)
    ]
    few = float(sum(times))
    name = f"scipy, only ranks {', '.join(map(str, RANKS))}"
    rows.append({"name": name, "cpu_s": round(few, 3), "ratio": round(few / ours, 1)})
    return [
        *rows,
        {"name": "scipy, all ranks (at least)", "cpu_s": round(whole, 1),
         "ratio": round(whole / ours, 1), "ratio_all_methods": round(whole / total, 1)},
    ]  # fmt: skip


def slider() -> list[dict[str, Any]]:
    """Milliseconds of one move of the rank, the slowest of some ranks."""
    rows = []
    for spec, limit in (
        (Photograph(), 50),
        (Digits(), 50),
        (Ppmi(words=1000), 100),
    ):
        M = load(spec).values
        found = svd.decompose(M, min(M.shape))
        for method in METHODS:
            made = of_method(M, found, Shown(Curves(spec), method=method))
            moves = [cpu(partial(approximate, made, min(r, made.ranks))) for r in SLIDER]
            rows.append(
                {"name": f"slider: {type(spec).__name__} {M.shape[0]} × {M.shape[1]}, {method}",
                 "ms": round(1e3 * max(moves), 1), "limit_ms": limit}
            )  # fmt: skip
    return rows


def page() -> list[dict[str, Any]]:
    """Milliseconds of the page's answer to a move of the rank, everything on it included."""
    from streamlit.testing.v1 import AppTest

    from dashboard.mathematics.parts import approximation
    from dashboard.navigation import SCRIPTS
    from dashboard.ui import address

    began, taken = [0.0], []
    subject, publish = approximation.subject_of, address.publish

    def first(*given: Any) -> Any:
        began[0] = time.thread_time()
        return subject(*given)

    def last(*given: Any) -> None:
        publish(*given)
        taken.append(time.thread_time() - began[0])

    rows = []
    timed: Any = approximation  # of what is replaced there, mypy knows the signature
    timed_address: Any = address
    timed.subject_of, timed_address.publish = first, last
    try:
        for kind, limit in (("photograph", 50), ("digits", 50), ("ppmi", 100)):
            at = AppTest.from_file(str(APP), default_timeout=300)
            at.query_params.update({"kind": kind, "seeds": "1"})
            at.switch_page(SCRIPTS["lowrank"]).run()
            while at.get("progress"):
                at.run()
            taken.clear()
            for rank in MOVES:
                at.session_state["setting:rank"] = rank
                at.run()
            rows.append(
                {"name": f"page: a move of the rank, {kind}", "limit_ms": limit,
                 "ms": round(1e3 * float(np.median(taken)), 1),
                 "slowest_ms": round(1e3 * max(taken), 1)}
            )  # fmt: skip
    finally:
        timed.subject_of, timed_address.publish = subject, publish
    return rows


def cpu(run: Callable[[], Any], repeats: int = REPEATS) -> float:
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    return float(np.median(taken))
