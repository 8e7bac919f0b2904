"""Whether the term that the standard GAN drops keeps modes; how well an O-GAN's codes hold digits.

Ten seeds of the ring and of the grid at each λ, and three of the O-GAN with default settings. Its
limits are the figures that a prototype in PyTorch reached, .84 and .070 of a variance of .293 in
96 s, and somewhat more.

    python3 -m benchmarks.adversarial [modes|codes …]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from core.adversarial import Claim, Gan, OGan, Plane, run_claim
from core.adversarial.orthogonal import advance_items
from core.learning import running

SEEDS = 3
RHO, MISSED, SECONDS = 0.87, 0.055 / 0.293, 30


def table(names: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """One row a measurement; `limit` is what must hold."""
    return [row for name in names or tuple(PARTS) for row in PARTS[name]()]


def modes() -> list[dict[str, Any]]:
    """Runs that cover all modes, and modes covered, at each λ."""
    rows: list[dict[str, Any]] = []
    for plane in (Plane(), Plane("grid", plane_modes=25)):
        outcome = run_claim(Claim(Gan(plane)))
        whole = (outcome.covered == outcome.modes).sum(axis=1)
        gain = np.vstack([np.zeros(3), outcome.gain(outcome.covered)])
        for i, value in enumerate(outcome.values):
            mean, low, high = gain[i]
            rows.append({
                "what": f"{plane.plane_kind}, λ = {value:g}: runs that cover all modes",
                "runs": f"{whole[i]} of {outcome.covered.shape[1]}",
                "modes": f"{outcome.covered[i].mean():.1f} of {outcome.modes}",
                "more than at λ = 0": f"{mean:.1f} [{low:.1f}, {high:.1f}]" if i else "",
                "JS, nats": float(outcome.js[i].mean()),
            })  # fmt: skip
        if plane.plane_kind == "ring":
            best = int(whole.max())
            rows.append({"what": "ring, best λ", "limit": "9 of 10", "runs": f"{best} of 10",
                         "ok": "yes" if best >= 9 else "no"})  # fmt: skip
    return rows


def codes() -> list[dict[str, Any]]:
    """ρ, the share of the variance that copies miss, and seconds, for each seed."""
    rows = []
    for seed in range(SEEDS):
        running._states.clear()
        begun = time.perf_counter()
        run = advance_items(OGan(ogan_seed=seed))
        whole, last = time.perf_counter() - begun, run.result
        missed = last.error / run.variance
        good = last.rho >= RHO and missed <= MISSED and run.seconds <= SECONDS
        rows.append({
            "what": f"O-GAN, digits, seed {seed}: ρ / variance missed / seconds",
            "limit": f"{RHO} / {MISSED:.3f} / {SECONDS}",
            "reached": f"{last.rho:.3f} / {missed:.3f} / {run.seconds:.1f}",
            "with compiling, s": whole, "told apart": last.told, "ok": "yes" if good else "no",
        })  # fmt: skip
    return rows


PARTS: dict[str, Callable[[], list[dict[str, Any]]]] = {"modes": modes, "codes": codes}


if __name__ == "__main__":
    from benchmarks.__main__ import show

    show(table(tuple(sys.argv[1:])))
