"""NN-descent in a process of its own.

Its kernels hold the interpreter's lock, for tens of seconds where rows are many: in the server's
process no page would answer meanwhile. It can be ended at any time, and its memory is given back.

(Dong, Charikar & Li 2011, by pynndescent, which umap-learn brings.)
"""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.cache import folder
from core.progress import OnStep, report

ROOT = Path(__file__).resolve().parents[3]
VECTORS, ROWS, SAID = "vectors.npy", "rows.npy", "said"
LOOK = 0.2  # seconds between two looks at the process
ITERATION = re.compile(r"(\d+)\s+/\s+(\d+)\s*$", re.M)  # as the library reports one


def descended(X: NDArray[np.float32], k: int, on_step: OnStep) -> NDArray[np.int32]:
    """About the k nearest rows by cosine of each row of X (N, d): (N, k), nearest first, the row
    itself among them; −1 where fewer were found.

    Raises MemoryError where the system ended the process, OSError on a full disk.
    """
    folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder(), prefix="descent-") as name:
        place = Path(name)
        np.save(place / VECTORS, X)
        with (place / SAID).open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-c", "from core.vectors.search.descent import main; main()",
                 name, str(k)],
                stdout=said, stderr=said, cwd=ROOT,
            )  # fmt: skip
        try:
            while process.poll() is None:
                report(on_step, _share(place), "finding near neighbours by NN-descent")
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(LOOK)
        finally:
            process.kill()
            process.wait()
        if process.returncode == -signal.SIGKILL:
            raise MemoryError
        if process.returncode:
            raise RuntimeError((place / SAID).read_text()[-2_000:])
        return np.asarray(np.load(place / ROWS), np.int32)


def _share(place: Path) -> float:
    """The share of the iterations at most that have begun."""
    begun = ITERATION.findall((place / SAID).read_text(errors="replace"))
    return int(begun[-1][0]) / int(begun[-1][1]) if begun else 0.0


def main() -> None:
    """Read the vectors from the folder named on the command line, write their neighbours there."""
    from pynndescent import NNDescent

    place, k = Path(sys.argv[1]), int(sys.argv[2])
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    near, _ = NNDescent(
        np.load(place / VECTORS), metric="cosine", n_neighbors=k, random_state=0,
        low_memory=True, verbose=True,
    ).neighbor_graph  # fmt: skip
    np.save(place / ROWS, near.astype(np.int32))
