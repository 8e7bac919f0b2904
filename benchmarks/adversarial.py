"""Whether the term that the standard GAN drops keeps modes; how well an O-GAN's codes hold digits.

Ten seeds of the ring and of the grid at each λ, and three of the O-GAN with default settings. Its
limits are the figures that a prototype in PyTorch reached, .84 and .070 of a variance of .293 in
96 s, and somewhat more. The models that encode stand side by side, and each family's speed beside
that of an ordinary loop in PyTorch (`benchmarks.torch_games`).

    python3 -m benchmarks.adversarial [modes|codes|encoders|speed …]
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.torch_peer import spoken, torch_folder
from core.adversarial import Claim, Gan, Inference, OGan, Plane, Rivals, rivals, run_claim
from core.adversarial.inference import advance_inference
from core.adversarial.learner import learner as game_learner
from core.adversarial.orthogonal import advance_items
from core.adversarial.rivals import MODELS
from core.learning import running

SEEDS = 3
EPOCH = 100  # updates
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


def encoders() -> list[dict[str, Any]]:
    """What copies miss, and how well samples and codes are told, of each model that encodes."""
    made = rivals(Rivals())
    rows = []
    for m, name in enumerate(MODELS):
        missed, told, prior = made.values[m].mean(axis=0)
        rows.append({
            "what": f"{name}, digits, {made.values.shape[1]} seeds: variance missed",
            "reached": f"{missed:.3f} ± {made.values[m, :, 0].std(ddof=1):.3f}",
            "told apart": told, "codes from z": prior,
            "seconds": float(made.seconds[m].mean()),
        })  # fmt: skip
    return rows


def speed(updates: int = 2000, width: int = 0) -> list[dict[str, Any]]:
    """Updates a second of each family, ours and of eager PyTorch, on one thread and on all.

    width: units a layer; 0: each family's default.
    """
    folder, why_not = torch_folder()
    rows: list[dict[str, Any]] = []
    for name in ("plane", "o-gan", "aae", "ali"):
        own, units = _ours(name, updates, width)
        row = {"what": f"{name}, {units} units a layer, updates/s", "ours": own}
        if folder is None:
            rows.append(row | {"ok": f"PyTorch could not be fetched: {why_not[:70]}"})
            continue
        threads = sorted({1, os.cpu_count() or 1})
        theirs = max(spoken("torch_games", (name, updates, units), folder, n) for n in threads)
        ratio = own / theirs
        rows.append(row | {"PyTorch": theirs, "ours / it": ratio, "limit": "3",
                           "ok": "yes" if ratio >= 3 else "no"})  # fmt: skip
    return rows


def _ours(name: str, updates: int, width: int) -> tuple[float, int]:
    """(updates a second after the first epoch, units a layer)."""
    epochs = max(updates // EPOCH, 2)
    if name == "plane":
        game = Gan(gan_updates=EPOCH, gan_epochs=epochs, anchor=0.0)
        spec: Any = game.replace(gan_width=width or game.gan_width)
        run: Any = running.run(game_learner(spec), running.unkept(spec))
        return EPOCH * (run.epoch - 1) / run.seconds, spec.gan_width
    if name == "o-gan":
        spec = OGan(ogan_updates=EPOCH, ogan_epochs=epochs)
        spec = spec.replace(ogan_width=width or spec.ogan_width)
        run = advance_items(spec)
        return EPOCH * (run.epoch - 1) / run.seconds, spec.ogan_width
    spec = Inference(inference_model=name, inference_updates=EPOCH, inference_epochs=epochs)
    spec = spec.replace(inference_width=width or spec.inference_width)
    run = advance_inference(spec)
    return EPOCH * (run.epoch - 1) / run.seconds, spec.inference_width


PARTS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "modes": modes, "codes": codes, "encoders": encoders, "speed": speed,
}  # fmt: skip


if __name__ == "__main__":
    from benchmarks.__main__ import show

    show(table(tuple(sys.argv[1:])))
