"""Training a clustering VAE beside the ordinary eager PyTorch loop; how soon its sliders answer.

The same network, batch and number of steps, digits, in items a second, first epoch left out; the
two take turns, so that a busy machine slows both. Beside them stands what the matrix products of a
step alone allow, by PyTorch or NumPy, whichever multiplies faster: what a loop saves is the rest.
PyTorch is needed here only, and is fetched into the cache folder when it is not installed. Slider
rows are reruns of the page's script; the last row is the judgement that matters, over ten seeds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from core import cache
from core.latent import training
from core.latent.baselines import SPREAD, Spread, spread
from core.latent.data import load
from core.latent.specs import Vae
from core.latent.training import fit, train

ROOT = Path(__file__).resolve().parents[1]
EPOCHS, REPEATS = 20, 3
WIDTHS = (Vae().width, 128, 64)
WHEELS = "https://download.pytorch.org/whl/cpu"
SPEC = Vae(start="published", guide=0.0, vae_epochs=EPOCHS)  # no graph: the peer has none
SLIDERS = {
    "latent": ("vae-epoch", [1, 5, 10, 20, 30, 40, 50, 60]),
    "latent_samples": ("setting:temperature", [0.1 * i for i in range(1, 20)]),
}


def table() -> list[dict[str, Any]]:
    return [*(row for width in WIDTHS for row in throughput(width)), *sliders(), clustering()]


def throughput(width: int) -> list[dict[str, Any]]:
    """Items a second of both, and their ratio; PyTorch with the number of threads it does best."""
    data, what = load(SPEC.items), f"training, width {width}"
    spec = SPEC.replace(width=width)
    train(spec, data)  # compiled
    peer, why_not = torch_folder()
    ours: list[float] = []
    theirs: dict[int, list[float]] = {n: [] for n in sorted({1, os.cpu_count() or 1})}
    products: list[float] = []
    for seed in range(REPEATS):
        found = train(spec.replace(vae_seed=seed + 1), data)
        steps = len(data.x) // spec.vae_batch * spec.vae_batch
        ours.append(steps * (EPOCHS - 1) / found.seconds)
        for threads in theirs if peer is not None else ():
            measured = _peer(peer or "", seed, width, threads)
            theirs[threads].append(measured["items_per_second"])
            products.append(measured["products"])
    middle = float(np.median(ours))
    rows = [{"what": f"{what}, JAX (ours)", "items/s": middle, "n": REPEATS}]
    if peer is None:
        said = f"PyTorch could not be fetched: {why_not[:90]}"
        return [*rows, {"what": f"{what}, PyTorch", "ok": said}]
    peers = {threads: float(np.median(found)) for threads, found in theirs.items()}
    for threads, speed in peers.items():
        name = f"{what}, PyTorch, eager, {threads} thread{'s' * (threads > 1)}"
        rows.append({"what": name, "items/s": speed, "n": REPEATS})
    best, bound = max(peers.values()), float(np.max(products))
    rows.append({"what": f"{what}, its matrix products alone", "items/s": bound,
                 "ratio": bound / best, "n": len(products)})  # fmt: skip
    ratio = middle / best
    rows.append({"what": f"{what}, ours over PyTorch's best", "ratio": ratio, "limit": "3",
                 "ok": "yes" if ratio >= 3 else "no"})  # fmt: skip
    return rows


def torch_folder() -> tuple[str | None, str]:
    """Where PyTorch is importable from ("" where it is installed, or None), and why it is not.

    What PYTHONPATH names counts as installed.
    """
    folder, said = cache.folder() / "benchmark-torch", ""
    for place in ("", str(folder)):
        done = subprocess.run([sys.executable, "-c", "import torch"], env=_environment(place),
                              capture_output=True, check=False)  # fmt: skip
        if done.returncode == 0:
            return place, ""
        if not place:
            command = [sys.executable, "-m", "pip", "install", "-q", "--retries", "1", "torch"]
            fetched = subprocess.run([*command, "--target", str(folder), "--index-url", WHEELS],
                                     capture_output=True, text=True, check=False)  # fmt: skip
            said = (fetched.stderr.strip().splitlines() or [""])[-1]
    return None, said


def _environment(folder: str) -> dict[str, str]:
    path = filter(None, [folder, str(ROOT), os.environ.get("PYTHONPATH")])
    return os.environ | {"PYTHONPATH": os.pathsep.join(path)}


def _peer(folder: str, seed: int, width: int, threads: int) -> dict[str, float]:
    """Items a second with so many threads, of its loop and of the matrix products in it."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.torch_vae", *map(str, (EPOCHS, seed, width))],
        env=_environment(folder) | {"OMP_NUM_THREADS": str(threads)},
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout)
    return found


def sliders() -> list[dict[str, Any]]:
    """Milliseconds of a rerun of the page for each step of a slider."""
    from streamlit.testing.v1 import AppTest

    fit(Vae())
    rows = []
    walks = [(page, *walk) for page, walk in SLIDERS.items()]
    walks.append(("latent_samples", "z:0", [0.1 * i for i in range(-15, 15)]))
    for page, key, values in walks:
        at = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=300)
        at.switch_page(f"app_pages/{page}.py").run()
        if key == "z:0":
            at.session_state["latent-samples-tabs"] = "Traversal"
        at.run()
        while at.get("progress"):
            time.sleep(0.05)
            at.run()
        wall, cpu = [], []
        for value in [values[-1], values[0], *values]:
            at.session_state[key] = value
            begun = time.perf_counter(), time.process_time()
            at.run()
            wall.append(1000 * (time.perf_counter() - begun[0]))
            cpu.append(1000 * (time.process_time() - begun[1]))
        assert not at.exception, at.exception
        times = wall[2:]  # the first two compile
        median, high = np.percentile(times, [50, 95])
        rows.append(
            {
                "what": f"slider, {page}: {key}", "limit": "100 ms", "median": float(median),
                "p95": float(high), "CPU": float(np.median(cpu[2:])), "n": len(times),
                "ok": "yes" if high <= 100 else "median only" if median <= 100 else "no",
                "load": round(os.getloadavg()[0], 1),
            }
        )  # fmt: skip
    return rows


def clustering() -> dict[str, Any]:
    """Ten seeds on the digits, with default settings and no label."""
    training._states.clear()
    scores = spread(Spread(seeds=SPREAD))
    accuracy, _, nmi, _ = np.median(scores.values, axis=0)
    seconds = float(np.median(scores.seconds))
    good = accuracy >= 0.9 and nmi >= 0.9 and seconds <= 10
    return {
        "what": "digits, ten seeds: accuracy / NMI / seconds", "limit": "0.90 / 0.90 / 10",
        "median": f"{accuracy:.3f} / {nmi:.3f} / {seconds:.1f}", "n": SPREAD,
        "ok": "yes" if good else "no",
    }  # fmt: skip
