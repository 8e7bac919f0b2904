"""Deep InfoMax beside an eager PyTorch loop; encoders before labels that none of them saw.

Speed: the same network, critics, batch and steps on the digits, in items a second, first epoch
left out; PyTorch (`benchmarks.torch_infomax`) with the number of threads that suits it best.
Accuracy: all encoders with default settings on the digits over three seeds, and on 10,000 pictures
of MNIST (`benchmarks.mnist`) with one; `limit` is the plain VAE's 5-NN, which InfoMax is to reach.
Where MNIST or PyTorch cannot be fetched, a row says so.

    python3 -m benchmarks.features [speed|digits|mnist …]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.mnist import mnist as mnist_items
from benchmarks.torch_peer import spoken, torch_folder
from core.errors import SourceError
from core.features.encoders import ENCODERS, Encoded
from core.features.judgement import EncoderContest, compared
from core.features.learner import learner
from core.features.specs import InfoMax
from core.items.data import load
from core.learning import running

EPOCHS, REPEATS, SEEDS = 20, 3, 3
SPEC = InfoMax(info_epochs=EPOCHS)
FASTER = 3  # than PyTorch's ordinary loop


def table(names: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """One row a measurement; `limit` is what must hold."""
    return [row for name in names or tuple(PARTS) for row in PARTS[name]()]


def speed() -> list[dict[str, Any]]:
    """Items a second of ours and of PyTorch's loop."""
    data, (peer, why_not) = load(SPEC.items), torch_folder()
    ours: list[float] = []
    theirs: dict[int, list[float]] = {}
    for seed in range(REPEATS + 1):  # the first compiles
        one = SPEC.replace(info_seed=seed)
        run = running.run(learner(one, data), running.unkept(one))
        n = round((1 - one.kept_back) * len(data.x)) // one.info_batch * one.info_batch
        ours += [n * (EPOCHS - 1) / run.seconds] * (seed > 0)
        for threads in sorted({1, os.cpu_count() or 1}) if peer is not None and seed else ():
            theirs.setdefault(threads, []).append(_peer(peer or "", seed, threads))
    middle = float(np.median(ours))
    rows = [{"what": "InfoMax, digits, JAX (ours)", "items/s": middle, "n": REPEATS}]
    if peer is None:
        return [*rows, {"what": "PyTorch", "ok": f"could not be fetched: {why_not[:90]}"}]
    threads, best = max(
        ((n, float(np.median(values))) for n, values in theirs.items()), key=lambda pair: pair[1]
    )
    return [
        *rows,
        {
            "what": f"the same, ordinary PyTorch loop, {threads} threads", "items/s": best,
            "n": REPEATS, "ours / it": middle / best, "limit": str(FASTER),
            "ok": "yes" if middle >= FASTER * best else "no",
        },
    ]  # fmt: skip


def _peer(folder: str, seed: int, threads: int) -> float:
    return float(spoken("torch_infomax", (EPOCHS, seed), folder, threads)["items/s"])


def digits() -> list[dict[str, Any]]:
    """All encoders on the digits."""
    return encoders(EncoderContest(Encoded(InfoMax()), feature_seeds=SEEDS))


def mnist() -> list[dict[str, Any]]:
    """All encoders on MNIST, as long as InfoMax."""
    spec = InfoMax(mnist_items(most=10_000), info_epochs=EPOCHS)
    try:
        load(spec.items)
    except SourceError as refusal:
        return [{"what": "MNIST", "ok": str(refusal)[:90]}]
    return encoders(EncoderContest(Encoded(spec, rival_epochs=EPOCHS)))


def encoders(spec: EncoderContest) -> list[dict[str, Any]]:
    """One row an encoder: means over seeds."""
    outcome, name = compared(spec), spec.encoded.infomax.items.dataset
    means = outcome.values.mean(axis=1)
    limit = means[ENCODERS.index("vae"), 0]
    rows: list[dict[str, Any]] = []
    for m, encoder in enumerate(ENCODERS):
        knn, cosine, probe, accuracy, nmi = map(float, means[m])
        row = {
            "what": f"{name}, {encoder}", "5-NN": knn, "5-NN, cosine": cosine, "probe": probe,
            "k-means": accuracy, "NMI": nmi, "seconds": float(outcome.seconds[m].mean()),
            "n": spec.feature_seeds,
        }  # fmt: skip
        if encoder == "infomax":
            row |= {"limit": f"{limit:.3f}", "ok": "yes" if knn >= limit else "no"}
        rows.append(row)
    return rows


PARTS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "speed": speed, "digits": digits, "mnist": mnist,
}  # fmt: skip


if __name__ == "__main__":
    from benchmarks.__main__ import show

    show(table(tuple(sys.argv[1:])))
