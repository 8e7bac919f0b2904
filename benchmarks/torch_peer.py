"""PyTorch for benchmarks: where it is, fetched once if need be, and a peer's script run with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from core import cache

ROOT = Path(__file__).resolve().parents[1]
WHEELS = "https://download.pytorch.org/whl/cpu"


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


def spoken(script: str, arguments: tuple[object, ...], folder: str, threads: int) -> Any:
    """What a script of this folder prints as JSON, run with PyTorch on so many threads."""
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{script}", *map(str, arguments)],
        env=_environment(folder) | {"OMP_NUM_THREADS": str(threads)},
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)
