"""Word-vector models: GloVe's speed at equal held-out loss, and scores with their coverage.

Scores: PPMI-SVD, simpler GloVe and GloVe of one corpus; the sample in gensim's wheel, or
texts named in VECTORSCOPE_WORDS_CORPUS (a file for which this takes half an hour or more
at 20 M tokens; another half with VECTORSCOPE_WORDS_SGNS=1) and, for Chinese,
VECTORSCOPE_WORDS_CHINESE, with lists of pairs and analogies beside it.
Speed: see `benchmarks.glove`.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import glove as glove_speed
from core.counts.association import associate
from core.counts.specs import Counts
from core.lowrank.truncated import TOLERANCE, truncated_svd
from core.text.shelf import file_source
from core.text.specs import Corpus, Source, Text
from core.text.vocabulary import vocabulary
from core.vectors.benchmarks import ANALOGY_SETS, PAIR_SETS, pairs_of, questions_of, read_pairs
from core.vectors.factorised import cut
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
    rows = glove_speed.table()
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
