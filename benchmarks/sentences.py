"""Sentences: what a margin is worth over seeds, and the ways to compare texts beside it."""

from __future__ import annotations

import time
from typing import Any

from core.cache import anew
from core.sequences.contest import RIVALS, compete, contest_of
from core.sequences.judgement import judge
from core.sequences.lee import agree
from core.sequences.methods import METHODS
from core.sequences.specs import Sentences
from core.sequences.training import fit

SEEDS = 5
SETS = ("kept back", "new groups")


def table() -> list[dict[str, Any]]:
    """Shares with a mate nearest, of the default texts; r with people; seconds of a training."""
    spec = Sentences()
    started = time.perf_counter()
    with anew(("core.text",)):
        trained = fit(spec)
    rows: list[dict[str, Any]] = [
        {"what": "training", "seconds": time.perf_counter() - started,
         "seconds in epochs": trained.seconds}
    ]  # fmt: skip
    judged, people = judge(spec), agree(spec)
    for method, agreed in zip(METHODS, people.of, strict=True):
        row: dict[str, Any] = {"what": method, "r with people": agreed.value}
        for place, name in enumerate(SETS):
            share = judged.of(method, place).share(1)
            row |= {name: share.value, f"{name}, low": share.low, f"{name}, high": share.high}
        rows.append(row)
    outcome = compete(contest_of(spec, SEEDS))
    for rival in RIVALS:
        row = {"what": f"{rival}, {SEEDS} seeds"}
        for place, name in enumerate(SETS):
            mean = outcome.of(rival, place, 1)
            row |= {name: mean.value, f"{name}, low": mean.low, f"{name}, high": mean.high}
        rows.append(row)
    row = {"what": "AM-Softmax − softmax"}
    for place, name in enumerate(SETS):
        ahead = outcome.ahead("am-softmax", "softmax", place, 1)
        row |= {name: ahead.value, f"{name}, low": ahead.low, f"{name}, high": ahead.high}
    return [*rows, row]
