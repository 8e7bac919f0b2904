"""Word-vector models: scores with their coverage, and GloVe's speed at equal held-out loss.

Scores: PPMI-SVD, simpler GloVe and GloVe of one corpus; the sample in gensim's wheel, or
texts named in VECTORSCOPE_WORDS_CORPUS (a file for which this takes half an hour or more
at 20 M tokens) and, for Chinese, VECTORSCOPE_WORDS_CHINESE with pair lists beside it.
Speed: records per processor second of one core and loss after 5 epochs on the same split,
ours beside NumPy minibatches and, where VECTORSCOPE_GLOVE names the program built with
-Ofast, Stanford's trainer.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from core.counts.association import associate
from core.counts.cooccurrence import count
from core.counts.specs import Counts
from core.lowrank.truncated import TOLERANCE, truncated_svd
from core.text.shelf import file_source
from core.text.specs import Corpus, Source, Text
from core.text.vocabulary import vocabulary
from core.vectors import glove, glove_kernels
from core.vectors.benchmarks import ANALOGY_SETS, PAIR_SETS, pairs_of, questions_of, read_pairs
from core.vectors.factorised import cut
from core.vectors.glove import Records
from core.vectors.model import fit, space
from core.vectors.scores import Sheet, analogies, scored, similarity
from core.vectors.trainings import Glove, PpmiSvd, SimplerGlove

EPOCHS = 5
DIM = 100
ETA = np.float32(0.05)
ETA_ROW = np.float32(
    0.06
)  # one sum a vector adapts less: at 0.06 it is where the others are at 0.05
BATCH = 20_000


def table() -> list[dict[str, Any]]:
    """Speed first, then scores."""
    rows = speed()
    english = os.environ.get("VECTORSCOPE_WORDS_CORPUS")
    rows += scores(corpus(english) if english else Corpus(), 300 if english else 100)
    if chinese := os.environ.get("VECTORSCOPE_WORDS_CHINESE"):
        rows += chinese_scores(Path(chinese))
    return rows


def corpus(path: str, tokeniser: str = "words") -> Corpus:
    """A file as a corpus, words met 20 times or more."""
    os.environ["VECTORSCOPE_FILES"] = str(Path(path).parent)
    source: Source = file_source(Path(path).name)
    return Corpus(Text(source, tokeniser=tokeniser), min_count=20, max_words=200_000)


def models(corpus: Corpus, dim: int) -> tuple[PpmiSvd, SimplerGlove, Glove]:
    """What is compared: flat counts within 5 tokens, as the baseline has it."""
    flat = Counts(corpus, window=5, weighting="flat", boundary="document")
    harmonic = Counts(corpus, window=10, boundary="document")
    svd = PpmiSvd(dim=dim)
    return (
        svd.replace(**dict(flat.leaves())),
        SimplerGlove(flat, dim=dim, epochs=15),
        Glove(harmonic, dim=dim, epochs=15),
    )


def scores(corpus: Corpus, dim: int) -> list[dict[str, Any]]:
    rows = []
    for spec in models(corpus, dim):
        began = time.process_time()
        fit(spec)
        cpu = time.process_time() - began
        rows.append(line(f"{type(spec).__name__}, {dim}-d", cpu, scored(spec)))
    rows.insert(1, closer(models(corpus, dim)[0], dim))
    return rows


def closer(spec: PpmiSvd, dim: int) -> dict[str, Any]:
    """The same vectors from an SVD ten times closer to the exact one, which the baseline is."""
    words = vocabulary(spec.association.counts.corpus)
    began = time.process_time()
    svd = truncated_svd(associate(spec.association), dim, tol=TOLERANCE / 10)
    cpu = time.process_time() - began
    made = cut(svd, dim)
    similar = [similarity(made, words, pairs_of(name), name) for name in PAIR_SETS]
    (google,) = ANALOGY_SETS
    found = analogies(made, words, questions_of(google), google)
    return line(f"PpmiSvd, {dim}-d, SVD to 1e-4", cpu, Sheet(similar, found))


def line(name: str, cpu: float, sheet: Sheet) -> dict[str, Any]:
    """One row, printed at once: the next may take long."""
    row: dict[str, Any] = {"name": name, "cpu_s": round(cpu, 1)}
    for score in (*sheet.similarity, sheet.analogies["3CosAdd"][0]):
        row[score.name] = f"{score.value:.3f} ({score.covered}/{score.total})"
    row["3CosMul"] = round(sheet.analogies["3CosMul"][0].value, 3)
    print("  ", row, flush=True)
    return row


def chinese_scores(path: Path) -> list[dict[str, Any]]:
    """wordsim-240 and -297 of PPMI-SVD; the lists lie beside the text."""
    spec = models(corpus(str(path), "chinese"), 300)[0]
    made = fit(spec)
    row: dict[str, Any] = {"name": "PpmiSvd, 300-d, Chinese"}
    for name in ("wordsim-240-zh.txt", "wordsim-297-zh.txt"):
        pairs = read_pairs((path.parent / name).read_text("utf-8").splitlines(), name)
        pairs = [pair for pair in pairs if pair.a != pair.b]
        score = similarity(space(made), made.vocabulary, pairs, name)
        row[name.removesuffix(".txt")] = f"{score.value:.3f} ({score.covered}/{score.total})"
    return [row]


def speed() -> list[dict[str, Any]]:
    """One core, the same records, start and split for all."""
    counts = count(Counts())
    spec = Glove(dim=DIM, x_max=10.0)
    trained, _, held = glove.split(glove.glove_records(spec, counts), np.random.default_rng(0))
    rows: list[dict[str, Any]] = []

    def measure(name: str, records: Records, out: Records, run: Callable[[Records, Any], None],
                start: Any, credit: int = 1) -> None:  # fmt: skip
        run(records.taken(slice(0, 1000)), start())  # compiled
        arrays = start()
        began = time.process_time()
        for _ in range(EPOCHS):
            run(records, arrays)
        cpu = time.process_time() - began
        loss = glove.mean_loss(out, *arrays[:4])
        rows.append({
            "name": f"GloVe, {name}", "Mrecords_per_core_s":
            round(credit * EPOCHS * len(records) / cpu / 1e6, 2), "held_out_loss": round(loss, 5),
        })  # fmt: skip

    def two(coordinate: bool = False) -> Callable[[], Any]:
        def start() -> Any:
            rng = np.random.default_rng(1)
            W, C = (rng.random((counts.size, DIM), np.float32) - 0.5 for _ in range(2))
            b = [np.zeros(counts.size, np.float32) for _ in range(2)]
            shape = (counts.size, DIM) if coordinate else (counts.size,)
            G = [np.ones(n, np.float32) for n in (shape, shape, counts.size, counts.size)]
            return [W / np.float32(DIM), C / np.float32(DIM), *b, *G]

        return start

    measure("ours, a sum for each vector", trained, held,
            lambda r, a: glove_kernels.two_by_row(*r.parts, *a, ETA_ROW), two())  # fmt: skip
    measure("ours, a sum for each number", trained, held,
            lambda r, a: glove_kernels.two_by_coordinate(*r.parts, *a, ETA), two(True))  # fmt: skip
    measure("NumPy minibatches", trained, held, _numpy, two(True))
    simpler = glove.pmi_records(SimplerGlove(dim=DIM, x_max=10.0), counts)
    once, _, out = glove.split(simpler, np.random.default_rng(0))
    both = SimplerGlove(dim=DIM, x_max=10.0, two_vectors=True)
    twice, _, out_two = glove.split(glove.pmi_records(both, counts), np.random.default_rng(0))

    def single() -> Any:
        W, _, *_rest = two()()
        G = np.ones(counts.size, np.float32)
        return [W, W, glove.FLAT, glove.FLAT, G, G]

    def double() -> Any:
        W, C, *_rest = two()()
        G = [np.ones(counts.size, np.float32) for _ in range(2)]
        return [W, C, glove.FLAT, glove.FLAT, *G]

    def plain(r: Records, a: Any) -> None:
        glove_kernels.plain_by_row(*r.parts, a[0], a[1], a[4], a[5], ETA)

    measure("PMI, two vectors a word", twice, out_two, plain, double)
    measure("PMI, one vector a word (both directions counted)", once, out, plain, single, 2)
    if program := os.environ.get("VECTORSCOPE_GLOVE"):
        rows.append(_stanford(program, trained, held, counts.size))
    peers = {row["name"]: row["Mrecords_per_core_s"] for row in rows}
    for row in rows:
        row["times_numpy"] = round(
            row["Mrecords_per_core_s"] / peers["GloVe, NumPy minibatches"], 1
        )
        if stanford := peers.get("GloVe, Stanford's, -Ofast"):
            row["times_stanford"] = round(row["Mrecords_per_core_s"] / stanford, 2)
    return rows


def _numpy(records: Records, a: Any) -> None:
    """What one writes first: minibatches, per-coordinate AdaGrad, np.add.at for repeated words."""
    W, C, b, bc, GW, GC, Gb, Gbc = a
    for low in range(0, len(records), BATCH):
        i, j, t, f = records.taken(slice(low, low + BATCH)).parts
        w, c = W[i], C[j]
        g = f * (np.einsum("rd,rd->r", w, c) + b[i] + bc[j] - t)
        by_w, by_c = g[:, None] * c, g[:, None] * w
        for G, at, by in ((GW, i, by_w), (GC, j, by_c), (Gb, i, g), (Gbc, j, g)):
            np.add.at(G, at, by * by)
        for X, G, at, by in ((W, GW, i, by_w), (C, GC, j, by_c), (b, Gb, i, g), (bc, Gbc, j, g)):
            np.subtract.at(X, at, ETA * by / np.sqrt(G[at]))


def _stanford(program: str, trained: Records, held: Records, size: int) -> dict[str, Any]:
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
    return {
        "name": "GloVe, Stanford's, -Ofast",
        "Mrecords_per_core_s": round(EPOCHS * len(trained) / cpu / 1e6, 2),
        "held_out_loss": round(glove.mean_loss(held.taken(inside), W, C, b, bc), 5),
    }
