"""What is shared on the disk: ways to write it again and again, and to tell whether it is right."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from core import cache, leftovers, specs, uploads
from core.counts.specs import Counts
from core.errors import SourceError
from core.progress import OnStep, run_on
from core.specs import Spec
from core.sweeps import Sweep, load, run, running, storage
from core.sweeps.worker import work
from core.text.specs import Corpus
from core.vectors import Glove
from core.vectors.models.fitting import fit
from core.vectors.models.model import Model
from core.vectors.store import shelf

SWEEP = Sweep(
    swept="Approximation?kind=synthetic&height=30&width=20&method=randomised&power=0&rank=3",
    axes="rank = 1 .. 12", sampler="tpe", trials=12, repeats=2, objectives="error",
)  # fmt: skip
FILES, MODELS = 40, 40


@dataclass(frozen=True)
class Number(Spec):
    """What the cached results are made of."""

    number: int = specs.integer(0, 0, 10_000, "the seed of a result")


@cache.cached
def numbers(spec: Number, on_step: OnStep = run_on) -> np.ndarray:
    """Four megabytes that follow from the spec, and take long enough to have a file."""
    time.sleep(cache.QUICK)
    return np.random.default_rng(spec.number).random(500_000)


@dataclass(frozen=True)
class Task:
    """write(n): the n-th thing to write; wrong(): what on the disk is not what it must be."""

    name: str
    write: Callable[[int], Any]
    wrong: Callable[[], list[str]]


class Here:
    """Runs of a sweep in this process."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)

    def submit(self, task: dict[str, Any]) -> Future[dict[str, Any]]:
        """Start a run."""
        return self._pool.submit(work, task)

    def labelled(self, stage: Any) -> Any:
        """The stage as it is."""
        return stage

    def close(self) -> None:
        """End the thread."""
        self._pool.shutdown(cancel_futures=True)


def _content(n: int) -> bytes:
    return np.random.default_rng(n % FILES).bytes(3_000_000)


def _upload(n: int) -> None:
    uploads.keep("a.txt", _content(n))


def _wrong_uploads() -> list[str]:
    paths = (cache.folder() / "uploads").glob("*")
    return [
        path.name
        for path in paths
        if path.suffix != ".part" and hashlib.sha256(path.read_bytes()).hexdigest() != path.name
    ]


def _compute_for_a_page(n: int) -> None:
    """A result that is used before its file is written; some files are waited for."""
    with cache.written_later():
        numbers(Number(n % FILES))
    if n % 8 == 0:
        cache.wait_until_written()


def _wrong_results() -> list[str]:
    cache.forget_memory()
    return [
        str(n)
        for n in range(FILES)
        if numbers.stored(Number(n))
        and not np.array_equal(numbers(Number(n)), np.random.default_rng(n).random(500_000))
    ]


def _model(n: int) -> Model:
    words = [f"w{i}" for i in range(5000)]
    vectors = np.random.default_rng(n).random((5000, 50), np.float32)
    return Model(words, np.ones(5000, np.int64), vectors)


def _shelve(n: int) -> None:
    n %= MODELS
    if shelf.find(f"m{n}") is not None:
        shelf.delete(f"m{n}")
    shelf.put(_model(n), f"m{n}", f"model {n}", "text")
    shelf.note(f"m{n}", {"SimLex-999": {"value": n}})


def _wrong_models() -> list[str]:
    shelf._loaded.cache_clear()
    return shelf.damaged() + [
        entry.id
        for entry in shelf.entries()
        if not np.array_equal(shelf.load(entry.id).word, _model(int(entry.id[1:])).word)
    ]


def _training(n: int) -> Glove:
    news = Corpus().replace(source="lee-news", min_count=20)
    return Glove(Counts(news), dim=20, epochs=2, seed=n)


def _train(n: int) -> None:
    shelf.train(_training(n))


def _wrong_trainings() -> list[str]:
    shelf._loaded.cache_clear()
    return shelf.damaged() + [
        entry.id
        for entry in shelf.entries()
        if entry.training is None or shelf.load(entry.id).dim != entry.dim
    ]


def _sweep(n: int) -> None:
    running.workers = Here
    if run(SWEEP).complete:
        with suppress(SourceError):  # the other process has begun it again
            storage.delete(SWEEP.key)


@functools.cache
def _undisturbed() -> list[dict[str, Any]]:
    """The runs of the sweep when nobody interrupts it, made in a folder and process of its own."""
    with tempfile.TemporaryDirectory() as name:
        lines = subprocess.run(
            [sys.executable, "-c", "from benchmarks.siege.work import print_runs; print_runs()"],
            env=os.environ | {"VECTORSCOPE_CACHE": name},
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
    return [json.loads(line) for line in lines.splitlines()]


def print_runs() -> None:
    """Run the whole sweep and print a line a run."""
    running.workers = Here
    for row in run(SWEEP).rows():
        print(json.dumps(row))


def _wrong_sweep() -> list[str]:
    rows = load(SWEEP).rows()
    places = [(row["setting"], row["seed"]) for row in rows]
    doubled = ["a run stands twice"] if len(places) != len(set(places)) else []
    return doubled + [f"run {places[n]}" for n, row in enumerate(rows) if row not in _undisturbed()]


def prepared() -> None:
    """Count what the trainings share before anything is attacked."""
    fit(_training(0))


TASKS = (
    Task("training", _train, _wrong_trainings),
    Task("cache write", lambda n: numbers(Number(n % FILES)), _wrong_results),
    Task("later cache write", _compute_for_a_page, _wrong_results),
    Task("upload", _upload, _wrong_uploads),
    Task("shelf write", _shelve, _wrong_models),
    Task("sweep", _sweep, _wrong_sweep),
)


def left_over() -> int:
    """Half-written things that nobody owns; they are removed."""
    return leftovers.remove()
