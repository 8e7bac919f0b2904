"""Ten trainings at once, and a newcomer: fair work, and what reading a text holds.

Ten visitors each start a training of a VAE in one process, through the queue that serves the
pages. `newcomer s`: how long a heatmap's counts, never computed before, take meanwhile, the
median and the worst of several; `alone s`: one of them without the trainings. `all done s`:
until the last of the ten has ended. `peak MB`: the most anonymous memory of a process of its own
that reads a text and cuts it into tokens; a text of distinct words is refused early. `ok` tells
whether the limits hold: a newcomer waits 3 s at most, and no reader holds more than its budget
and the 0.3 GB of libraries.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

TRAININGS, NEWCOMERS = 10, 5
WAIT, LIBRARIES_MB = 3.0, 300
EVERY = 0.02  # s between two looks at the memory
TEXTS = {  # million bytes of text
    "few words": 200,
    "a word a line": 100,
    "distinct words": 200,
}


def table() -> list[dict[str, Any]]:
    rows = []
    with tempfile.TemporaryDirectory() as name:
        os.environ["VECTORSCOPE_CACHE"] = str(Path(name) / "cache")
        rows.append(_trainings())
        for kind in TEXTS:
            lines = subprocess.run(
                [sys.executable, "-m", "benchmarks.fair", kind, name],
                capture_output=True, text=True, check=True,
            ).stdout  # fmt: skip
            rows.append(_reading(kind, *lines.splitlines()))
    return rows


def _trainings() -> dict[str, Any]:
    from core import jobs
    from core.counts.cooccurrence import count
    from core.counts.specs import Counts
    from core.latent.specs import Vae
    from core.latent.training import fit

    def newcomer(number: int) -> float:
        start = time.monotonic()
        job = jobs.submit(count, Counts(window=2 + number), f"newcomer {number}:heatmap")
        while not job.wait(1):
            pass
        job.result()
        return time.monotonic() - start

    newcomer(0)  # reads and cuts the text
    alone = newcomer(1)
    start = time.monotonic()
    runs = [
        jobs.submit(fit, Vae(vae_seed=seed), f"visitor {seed}:latent", long=True)
        for seed in range(TRAININGS)
    ]
    waits = []
    for number in range(NEWCOMERS):
        time.sleep(1.0)
        waits.append(newcomer(2 + number))
    for run in runs:
        while not run.wait(1):
            pass
        run.result()
    return {
        "what": f"{TRAININGS} trainings and a newcomer",
        "alone s": alone,
        "newcomer s": float(np.median(waits)),
        "worst s": max(waits),
        "all done s": time.monotonic() - start,
        "limit": f"{WAIT:g} s",
        "ok": "yes" if max(waits) <= WAIT else "no",
        "load": round(os.getloadavg()[0], 1),
    }


def _reading(kind: str, peak: str, seconds: str, most: str, result: str) -> dict[str, Any]:
    limit = float(most) + LIBRARIES_MB
    return {
        "what": f"reading {TEXTS[kind]} MB: {kind}",
        "peak MB": float(peak),
        "all done s": float(seconds),
        "limit": f"{limit:.0f} MB",
        "ok": "yes" if float(peak) <= limit else "no",
        "note": result[:60],
    }


def read(kind: str, folder: Path) -> None:
    """Read a text in this process, and print its peak, seconds, budget and result."""
    os.environ["VECTORSCOPE_FILES"] = str(folder)
    os.environ["VECTORSCOPE_CACHE"] = str(folder / "reading")
    from core import budget
    from core.errors import CoreError
    from core.text import shelf
    from core.text.specs import Text
    from core.text.tokens import tokenise

    file = folder / "text.txt"
    number = 0
    with file.open("wb") as text:
        while text.tell() < TEXTS[kind] * 1e6:
            several = range(number, number + 100_000)
            number += 100_000
            words = [b"w%x" % (n if kind == "distinct words" else n % 1000) for n in several]
            text.write((b"\n" if kind == "a word a line" else b" ").join(words) + b"\n")
    peaks = [0]
    threading.Thread(target=_watch, args=(peaks,), daemon=True).start()
    start = time.monotonic()
    try:
        result = f"{len(tokenise(Text(shelf.file_source(file.name))).ids):,} tokens"
    except CoreError as error:
        result = f"refused: {error}"
    print(peaks[0] / 1e6, time.monotonic() - start, budget.reading() / 1e6, result, sep="\n")


def _watch(peaks: list[int]) -> None:
    """Keep the most anonymous memory of this process, in bytes; of Linux."""
    while True:
        (line,) = (
            line
            for line in Path("/proc/self/status").read_text().splitlines()
            if line.startswith("RssAnon")
        )
        peaks[0] = max(peaks[0], int(line.split()[1]) << 10)
        time.sleep(EVERY)


if __name__ == "__main__":
    read(sys.argv[1], Path(sys.argv[2]))
