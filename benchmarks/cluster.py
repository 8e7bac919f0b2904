"""Counting, PPMI and SVD in one process and on two local worker processes, window 5, rank 100.

Each way runs in a process of its own, after a small text that compiles and loads
everything. Vocabulary, counts and singular values of the two are compared. CPU is
user + system time, that of the workers included; memory is the peak of a process, of
the larger worker for the cluster; bytes moved are those through the loopback interface.
The last row is no measurement: it is derived, what 1 TB would take at these rates.

The text is the file that VECTORSCOPE_CLUSTER_CORPUS names (plain, or .xz), else one
that is made up. `python -m benchmarks.cluster one|two FILE` measures one way.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import lzma
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

RANK = 100
TERABYTE = 1e12
CORES = 64  # of the imagined cluster
HOUR = 0.05  # what a core costs there for an hour, with 8 GB of memory, in US dollars
SPREAD = 2.0  # assumed loss against perfect scaling


STEPS = ("text", "counts", "PPMI and SVD")


def measured(source: str, usage: Callable[[], dict[str, tuple[float, int]]]) -> dict[str, Any]:
    """Wall and CPU seconds of the three steps, and what tells whether results are equal."""
    from core.counts import Association, Counts, count
    from core.text import Corpus, Text, vocabulary
    from core.text.shelf import file_source
    from core.vectors import PpmiSvd, factorise

    def steps(name: str) -> dict[str, Any]:
        corpus = Corpus(Text(file_source(name)))
        factors = PpmiSvd(Association(Counts(corpus)), dim=RANK).factors
        clock = [(time.perf_counter(), sum(cpu for cpu, _ in usage().values()))]

        def lap(result: Any) -> Any:
            clock.append((time.perf_counter(), sum(cpu for cpu, _ in usage().values())))
            return result

        words, counts = lap(vocabulary(corpus)), lap(count(Counts(corpus)))
        svd = lap(factorise(factors))
        laps = list(pairwise(clock))
        return {
            "wall": [after[0] - before[0] for before, after in laps],
            "CPU": [after[1] - before[1] for before, after in laps],
            "tokens": words.all_tokens, "words": len(words.words), "cells": counts.matrix.nnz,
            "digest": digest(counts.matrix), "sigma": svd.s.tolist(), "method": svd.method,
        }  # fmt: skip

    steps("small.txt")
    before = loopback()
    found = steps(source)
    return found | {"moved": loopback() - before, "peak": max(peak for _, peak in usage().values())}


def digest(matrix: Any) -> str:
    made = hashlib.blake2b(digest_size=8)
    for part in (matrix.indptr, matrix.indices, matrix.data):
        made.update(part.tobytes())
    return made.hexdigest()


def loopback() -> int:
    """Bytes sent so far within this machine; 0 where the system does not tell."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/net/dev").read_text().splitlines():
            if line.strip().startswith("lo:"):
                return int(line.split()[1])
    return 0


def usage() -> tuple[float, int]:
    """CPU seconds and peak kilobytes of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime, used.ru_maxrss


def child(way: str, path: str) -> None:
    """Measure one way, in the folder of a file, and print it."""
    folder = Path(path).parent
    os.environ["VECTORSCOPE_FILES"] = str(folder)
    os.environ["VECTORSCOPE_MAX_TEXT_GB"] = "1000"
    with tempfile.TemporaryDirectory(dir=folder) as cache:
        os.environ["VECTORSCOPE_CACHE"] = cache
        if way == "one":
            found = measured(Path(path).name, lambda: {"": usage()})
        else:
            from distributed import LocalCluster

            from core import cluster

            with LocalCluster(
                n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
            ) as local:
                os.environ[cluster.VARIABLE] = local.scheduler_address
                on = cluster.connect()

                def everywhere() -> dict[str, tuple[float, int]]:
                    here = usage()[0], 0  # of the client, whose memory is another matter
                    return {"client": here, **on.client.run(usage)}

                found = measured(Path(path).name, everywhere)
    print(json.dumps(found))


def table() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as name:
        path = prepared(Path(name))
        ways = {"one process, all its threads": "one", "two worker processes": "two"}
        found = {label: run(way, path) for label, way in ways.items()}
        size = path.stat().st_size
    return rows(found, size)


def run(way: str, path: Path) -> dict[str, Any]:
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.cluster", way, str(path)],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return dict(json.loads(said.splitlines()[-1]))


def prepared(folder: Path) -> Path:
    """The text as a plain file in a folder, and a small one beside it."""
    path = folder / "text.txt"
    if given := os.environ.get("VECTORSCOPE_CLUSTER_CORPUS"):
        opened: Any = lzma.open if given.endswith(".xz") else open
        with opened(given, "rb") as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
    else:
        from benchmarks.counting import _write_text, corpus

        _write_text(folder, corpus())
        (folder / "corpus.txt").rename(path)
    with path.open("rb") as source:
        (folder / "small.txt").write_bytes(source.read(1 << 21).rpartition(b"\n")[0])
    return path


def rows(found: dict[str, dict[str, Any]], size: int) -> list[dict[str, Any]]:
    first, *others = found.values()
    for other in others:
        same = all(other[key] == first[key] for key in ("tokens", "words", "cells", "digest"))
        assert same, "the counts differ"
        error = max(abs(a - b) / a for a, b in zip(first["sigma"], other["sigma"], strict=True))
        assert error < 1e-3, "the singular values differ"
    made: list[dict[str, Any]] = []
    for label, one in found.items():
        walls = {f"{step}, wall s": wall for step, wall in zip(STEPS, one["wall"], strict=True)}
        cpus = {f"{step}, CPU s": cpu for step, cpu in zip(STEPS, one["CPU"], strict=True)}
        made.append(
            {
                "method": label,
                **walls,
                **cpus,
                "M tokens / s, text and counts": one["tokens"] / sum(one["wall"][:2]) / 1e6,
                "peak MB": round(one["peak"] / 1024),
                "MB moved": round(one["moved"] / 1e6) if label != next(iter(found)) else 0,
                "tokens": one["tokens"],
                "cells": one["cells"],
            }
        )
    made.append({"method": "estimate for 1 TB", **estimate(found["two worker processes"], size)})
    return made


def estimate(one: dict[str, Any], size: int) -> dict[str, Any]:
    """What 1 TB would take, DERIVED from the CPU seconds on two workers.

    Text and counts grow with the text; PPMI and SVD with the cells, which are at most
    words². Assumed: CORES cores as fast as these, SPREAD times as much CPU for want of
    perfect scaling, cells filled to a half of words² at 1 TB, HOUR dollars for a core.
    """
    linear = sum(one["CPU"][:2]) * TERABYTE / size
    cells = max(one["words"] ** 2 / 2 / one["cells"], 1.0)
    core_hours = SPREAD * (linear + one["CPU"][2] * cells) / 3600
    return {
        "core hours": core_hours,
        f"hours on {CORES} cores": core_hours / CORES,
        "US dollars": core_hours * HOUR,
    }


if __name__ == "__main__":
    child(sys.argv[1], sys.argv[2])
