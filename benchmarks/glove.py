"""GloVe's speed: processor seconds of one core until the same held-out loss.

The same records, split and start for all. What each peer's loss is after 5 epochs, ours
are run to, an epoch more where they need it, the time between two epochs interpolated.
Peers: NumPy minibatches and, where VECTORSCOPE_GLOVE names the program built with -Ofast,
Stanford's trainer. One vector a word has another objective (PMI): its speed is told in
records, both directions counted, its loss beside that of two vectors on that objective.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.counts.cooccurrence import count
from core.counts.specs import Counts
from core.vectors.models import glove, glove_kernels, simpler_glove, weighted
from core.vectors.models.model import FLAT
from core.vectors.models.weighted import Records
from core.vectors.specs import Glove, SimplerGlove

EPOCHS = 5
DIM = 100
ETA = np.float32(0.05)
ETA_ROW = np.float32(
    0.06
)  # one sum a vector adapts less: at 0.06 it is where the others are at 0.05
BATCH = 20_000
SAME = 1.005  # losses that count as equal


@dataclass(frozen=True)
class Run:
    """Processor seconds and held-out loss after 0, 1, … epochs over `records`."""

    name: str
    records: int
    cpu: list[float]
    loss: list[float]

    @property
    def speed(self) -> float:
        """Millions of records a processor second."""
        return self.records * (len(self.cpu) - 1) / self.cpu[-1] / 1e6

    def until(self, loss: float) -> float:
        """Processor seconds until that loss; NaN where it is never reached."""
        for k in range(1, len(self.loss)):
            if self.loss[k] <= loss:
                part = (self.loss[k - 1] - loss) / (self.loss[k - 1] - self.loss[k])
                return self.cpu[k - 1] + max(part, 0.0) * (self.cpu[k] - self.cpu[k - 1])
        return self.cpu[-1] if self.loss[-1] <= SAME * loss else float("nan")


def table() -> list[dict[str, Any]]:
    """One row a trainer."""
    counts = count(Counts())
    trained, _, held = _split(glove.records_of(Glove(dim=DIM, x_max=10.0), counts))
    size = counts.size
    ours = [
        _run("GloVe, ours, a sum for each vector", trained, held, _by_row, _two(size), EPOCHS + 1),
        _run("GloVe, ours, a sum for each number", trained, held, _by_number, _two(size, True),
             EPOCHS + 1),
    ]  # fmt: skip
    peers = [_run("GloVe, NumPy minibatches", trained, held, _numpy, _two(size, True), EPOCHS)]
    if program := os.environ.get("VECTORSCOPE_GLOVE"):
        peers.append(_stanford(program, trained, held, size))
    rows = [_row(run, peers) for run in (*ours, *peers)]
    twice, once = _plain(counts)
    penalty = once.loss[-1] / twice.loss[-1] - 1
    rows += [_row(twice, peers, equal=False), _row(once, peers, equal=False, credit=2)]
    rows[-1]["loss_penalty"] = f"{100 * penalty:+.1f} % of two"
    return rows


def _row(run: Run, peers: list[Run], *, equal: bool = True, credit: int = 1) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": run.name,
        "Mrecords_per_core_s": round(credit * run.speed, 2),
        "epochs": len(run.loss) - 1,
        "held_out_loss": round(run.loss[-1], 5),
    }
    for peer in peers:
        said = "numpy" if "NumPy" in peer.name else "stanford"
        row[f"records_to_{said}"] = round(credit * run.speed / peer.speed, 2)
        if equal:
            row[f"at_equal_loss_to_{said}"] = round(peer.cpu[-1] / run.until(peer.loss[-1]), 2)
    return row


def _plain(counts: Any) -> tuple[Run, Run]:
    """PMI as inner product, of two vectors a word and of one."""
    one = SimplerGlove(dim=DIM, x_max=10.0)
    once, _, out = _split(simpler_glove.records_of(one, counts))
    twice, _, out_two = _split(simpler_glove.records_of(one.replace(two_vectors=True), counts))

    def single() -> Any:
        W = _two(counts.size)()[0]
        G = np.ones(counts.size, np.float32)
        return [W, W, FLAT, FLAT, G, G]

    def double() -> Any:
        W, C, *_ = _two(counts.size)()
        G = [np.ones(counts.size, np.float32) for _ in range(2)]
        return [W, C, FLAT, FLAT, *G]

    def step(r: Records, a: Any) -> None:
        plain: Any = glove_kernels.plain_by_row
        plain(*r.parts, a[0], a[1], a[4], a[5], ETA)

    return (
        _run("PMI, ours, two vectors a word", twice, out_two, step, double, EPOCHS),
        _run("PMI, ours, one vector a word", once, out, step, single, EPOCHS),
    )


def _split(records: Records) -> tuple[Records, Records, Records]:
    return weighted.split(records, np.random.default_rng(0))


def _two(size: int, coordinate: bool = False) -> Callable[[], Any]:
    """W, C, two biases, and what AdaGrad sums for each of them."""

    def start() -> Any:
        rng = np.random.default_rng(1)
        W, C = (rng.random((size, DIM), np.float32) - 0.5 for _ in range(2))
        b = [np.zeros(size, np.float32) for _ in range(2)]
        shape = (size, DIM) if coordinate else (size,)
        G = [np.ones(n, np.float32) for n in (shape, shape, size, size)]
        return [W / np.float32(DIM), C / np.float32(DIM), *b, *G]

    return start


def _run(
    name: str, records: Records, held: Records, step: Callable[[Records, Any], None],
    start: Callable[[], Any], epochs: int,
) -> Run:  # fmt: skip
    """Train, the losses between the epochs not timed."""
    step(records.select(slice(0, 1000)), start())  # compiled
    arrays = start()
    cpu, loss = [0.0], [weighted.mean_loss(held, *arrays[:4])]
    for _ in range(epochs):
        began = time.process_time()
        step(records, arrays)
        cpu.append(cpu[-1] + time.process_time() - began)
        loss.append(weighted.mean_loss(held, *arrays[:4]))
    return Run(name, len(records), cpu, loss)


def _by_row(r: Records, a: Any) -> None:
    step: Any = glove_kernels.two_by_row
    step(*r.parts, *a, ETA_ROW)


def _by_number(r: Records, a: Any) -> None:
    step: Any = glove_kernels.two_by_coordinate
    step(*r.parts, *a, ETA)


def _numpy(records: Records, a: Any) -> None:
    """What one writes first: minibatches, per-coordinate AdaGrad, np.add.at for repeated words."""
    W, C, b, bc, GW, GC, Gb, Gbc = a
    for low in range(0, len(records), BATCH):
        i, j, t, f = records.select(slice(low, low + BATCH)).parts
        w, c = W[i], C[j]
        g = f * (np.einsum("rd,rd->r", w, c) + b[i] + bc[j] - t)
        by_w, by_c = g[:, None] * c, g[:, None] * w
        for G, at, by in ((GW, i, by_w), (GC, j, by_c), (Gb, i, g), (Gbc, j, g)):
            np.add.at(G, at, by * by)
        for X, G, at, by in ((W, GW, i, by_w), (C, GC, j, by_c), (b, Gb, i, g), (bc, Gbc, j, g)):
            np.subtract.at(X, at, ETA * by / np.sqrt(G[at]))


def _stanford(program: str, trained: Records, held: Records, size: int) -> Run:
    """Stanford's trainer, one thread, on the same records in the same order."""
    kind = np.dtype([("word1", "<i4"), ("word2", "<i4"), ("val", "<f8")])
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        data = np.empty(len(trained), kind)
        data["word1"], data["word2"] = trained.rows + 1, trained.columns + 1
        data["val"] = np.exp(trained.target.astype(np.float64))
        data.tofile(place / "records.bin")
        (place / "vocab.txt").write_text("".join(f"w{i} 1\n" for i in range(size)))
        command = [
            program, "-input-file", "records.bin", "-vocab-file", "vocab.txt", "-save-file", "out",
            "-vector-size", str(DIM), "-iter", str(EPOCHS), "-threads", "1", "-x-max", "10",
            "-eta", str(float(ETA)), "-binary", "1", "-model", "0", "-seed", "1", "-verbose", "0",
        ]  # fmt: skip
        began = os.times()
        subprocess.run(command, cwd=place, check=True, capture_output=True)
        ended = os.times()
        cpu = ended.children_user + ended.children_system
        cpu -= began.children_user + began.children_system
        raw = np.fromfile(place / "out.bin", "<f8").reshape(-1, DIM + 1).astype(np.float32)
    V = len(raw) // 2
    W, C = np.ascontiguousarray(raw[:V, :DIM]), np.ascontiguousarray(raw[V:, :DIM])
    b, bc = raw[:V, DIM].copy(), raw[V:, DIM].copy()
    inside = (held.rows < V) & (held.columns < V)
    before = weighted.mean_loss(held, *_two(size)()[:4])
    after = weighted.mean_loss(held.select(inside), W, C, b, bc)
    steps = [k / EPOCHS for k in range(EPOCHS + 1)]
    return Run(
        "GloVe, Stanford's, -Ofast", len(trained), [cpu * part for part in steps],
        [before] * EPOCHS + [after],
    )  # fmt: skip
