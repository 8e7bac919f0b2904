"""Codes on MNIST: use, error and time of each quantiser, beside the prototype in PyTorch.

6,000 pictures, 7×7 codes, K = 256, 5 epochs, three seeds; all else is the default, so that codes
that nobody chose for 50 steps move (without that 28 to 48 % of them are used with the rotation
trick). The prototype's numbers are of one seed on another, busy machine. `ok` says what must hold:
used ≥ 97 % and error ≤ 6.4 with the rotation trick, error ≤ 5.5 with FSQ, 20 s of training at most,
the first epoch, which compiles, left out. Where MNIST (`benchmarks.mnist`) cannot be fetched, a row
says so. Below stand pictures a second, beside an ordinary loop in eager PyTorch
(`benchmarks.torch_codes`).

    python3 -m benchmarks.quantised [training|speed …]
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.mnist import mnist
from benchmarks.torch_peer import spoken, torch_folder
from core.errors import SourceError
from core.items.data import load
from core.quantised.methods import measured
from core.quantised.specs import QUANTISERS, Codes
from core.quantised.training import train

PROTOTYPE = {  # used and error, z normalised
    "straight": (0.98, 7.02), "rotation": (1.00, 6.42), "simvq": (0.99, 6.80), "fsq": (0.95, 5.51),
}  # fmt: skip
LIMITS = {"rotation": (0.97, 6.4), "fsq": (0.0, 5.5)}
SECONDS, SEEDS = 20.0, 3


def table(names: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """One row a quantiser and seed, then one a quantiser beside PyTorch."""
    spec = Codes(mnist(6000), codebook=256, levels="4 4 4 4", code_epochs=5)
    return [row for name in names or tuple(PARTS) for row in PARTS[name](spec)]


def speed(spec: Codes) -> list[dict[str, Any]]:
    """Pictures a second of training, ours and of eager PyTorch (`benchmarks.torch_codes`)."""
    folder, why_not = torch_folder()
    try:
        data = load(spec.items)
    except SourceError:  # the row of `training` says so
        return []
    out = []
    for name in ("straight", "rotation", "fsq"):
        trained = train(spec.replace(quantiser=name), data)
        pictures = len(data.x) // spec.code_batch * spec.code_batch
        own = pictures * (trained.epoch - 1) / trained.seconds
        row: dict[str, Any] = {"quantiser": name, "pictures/s": own}
        if folder is None:
            out.append(row | {"ok": f"PyTorch could not be fetched: {why_not[:70]}"})
            continue
        asked = (name, len(data.x), spec.code_epochs)
        threads = sorted({1, os.cpu_count() or 1})
        theirs = max(spoken("torch_codes", asked, folder, n) for n in threads)
        out.append(row | {"PyTorch's": theirs, "ours / it": own / theirs, "ok": own >= 3 * theirs})
    return out


def training(spec: Codes) -> list[dict[str, Any]]:
    """Use, error and seconds of each quantiser and seed."""
    try:
        data = load(spec.items)
    except SourceError as refusal:
        return [{"quantiser": "all", "ok": str(refusal)[:90]}]
    out = []
    for name in QUANTISERS:
        for seed in range(SEEDS):
            one = spec.replace(quantiser=name, code_seed=seed)
            begun = time.perf_counter()
            trained = train(one, data)
            whole = time.perf_counter() - begun
            used, perplexity, error, _ = measured(one, trained, data.x)
            least, most = LIMITS.get(name, (0.0, float("inf")))
            theirs = PROTOTYPE[name]
            out.append(
                {
                    "quantiser": name, "seed": seed, "used": used, "perplexity": perplexity,
                    "error": error, "seconds": trained.seconds, "with all else, s": whole,
                    "prototype used": theirs[0], "prototype error": theirs[1],
                    "ok": used >= least and error <= most and trained.seconds <= SECONDS,
                }
            )  # fmt: skip
    return out


PARTS: dict[str, Callable[[Codes], list[dict[str, Any]]]] = {"training": training, "speed": speed}


if __name__ == "__main__":
    from benchmarks.__main__ import show

    show(table(tuple(sys.argv[1:])))
