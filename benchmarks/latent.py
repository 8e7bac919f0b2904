"""Training a clustering VAE beside eager PyTorch; how soon its sliders answer; how well it sorts.

The same network, batch and number of steps, digits, in items a second, first epoch left out; the
two take turns, so that a busy machine slows both. Of PyTorch there are two loops, each with the
number of threads that suits it best: the ordinary one with a `DataLoader`, which the limit is
about, and a tight one by hand (see `benchmarks.torch_vae`). Beside them stands what the matrix
products of a step alone allow, by PyTorch or NumPy, whichever multiplies faster. PyTorch is needed
here only, and is fetched into the cache folder when it is not installed. The sliders are those of
all pages of models of pictures (`benchmarks.latent_sliders`); the last row is the judgement that
matters, over ten seeds.

    python3 -m benchmarks.latent [training|sliders|clustering …]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.latent_sliders import sliders
from benchmarks.torch_peer import spoken, torch_folder
from core.items.data import load
from core.latent.baselines import SPREAD, Spread, spread
from core.latent.specs import Vae
from core.latent.training import train
from core.learning import running

EPOCHS, REPEATS = 20, 3
WIDTHS = (Vae().width, 128, 64)
SPEC = Vae(start="published", guide=0.0, vae_epochs=EPOCHS)  # no graph: the peer has none
LOOPS = {
    "ordinary": "ordinary PyTorch loop (DataLoader)",
    "tight": "tight PyTorch loop (rows of one tensor)",
    "products": "its matrix products alone",
}


def table(names: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """One row a measurement; `limit` is what must hold."""
    return [row for name in names or tuple(PARTS) for row in PARTS[name]()]


def training_speed() -> list[dict[str, Any]]:
    """Items a second of ours and of both loops of PyTorch, at each width."""
    peer, why_not = torch_folder()
    rows = [row for width in WIDTHS for row in throughput(width, peer)]
    if peer is None:
        rows.append({"what": "PyTorch", "ok": f"could not be fetched: {why_not[:90]}"})
    return rows


def throughput(width: int, peer: str | None) -> list[dict[str, Any]]:
    """Of one width: items a second, and ours over the best that each loop of PyTorch reaches."""
    data, what = load(SPEC.items), f"training, width {width}"
    spec = SPEC.replace(width=width)
    train(spec, data)  # compiled
    ours: list[float] = []
    theirs: dict[tuple[str, int], list[float]] = {}
    for seed in range(REPEATS):
        trained = train(spec.replace(vae_seed=seed + 1), data)
        steps = len(data.x) // spec.vae_batch * spec.vae_batch
        ours.append(steps * (EPOCHS - 1) / trained.seconds)
        for threads in sorted({1, os.cpu_count() or 1}) if peer is not None else ():
            for loop, speed in _peer(peer or "", seed, width, threads).items():
                theirs.setdefault((loop, threads), []).append(speed)
    middle = float(np.median(ours))
    rows = [{"what": f"{what}, JAX (ours)", "items/s": middle, "n": REPEATS}]
    for loop, said in LOOPS.items():
        found = {n: float(np.median(v)) for (name, n), v in theirs.items() if name == loop}
        if not found:
            continue
        threads, best = max(found.items(), key=lambda item: item[1])
        said = f"{what}, {said}, {threads} thread{'s' * (threads > 1)}"
        ratio = middle / best
        rows.append({"what": said, "items/s": best, "n": REPEATS, "ours / it": ratio})
        if loop == "ordinary":
            rows[-1] |= {"limit": "3", "ok": "yes" if ratio >= 3 else "no"}
    return rows


def _peer(folder: str, seed: int, width: int, threads: int) -> dict[str, float]:
    """Items a second with so many threads, of its loops and of the matrix products in them."""
    speeds: dict[str, float] = spoken("torch_vae", (EPOCHS, seed, width), folder, threads)
    return speeds


def clustering() -> list[dict[str, Any]]:
    """Ten seeds on the digits, with default settings and no label."""
    running._states.clear()
    scores = spread(Spread(seeds=SPREAD))
    accuracy, _, nmi, _ = np.median(scores.values, axis=0)
    seconds = float(np.median(scores.seconds))
    good = accuracy >= 0.9 and nmi >= 0.9 and seconds <= 10
    return [{
        "what": "digits, ten seeds: accuracy / NMI / seconds", "limit": "0.90 / 0.90 / 10",
        "median": f"{accuracy:.3f} / {nmi:.3f} / {seconds:.1f}", "n": SPREAD,
        "ok": "yes" if good else "no",
    }]  # fmt: skip


PARTS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "training": training_speed, "sliders": sliders, "clustering": clustering,
}  # fmt: skip


if __name__ == "__main__":
    from benchmarks.__main__ import show

    show(table(tuple(sys.argv[1:])))
