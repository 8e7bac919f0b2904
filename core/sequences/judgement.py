"""Which way of comparing texts finds mates: the encoder beside the others, on the same texts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.cache import cached
from core.intervals import Interval
from core.progress import OnStep, part, report, run_on
from core.sequences.methods import METHODS, baselines, read_texts, vectors
from core.sequences.retrieval import Retrieval, difference, retrieve
from core.sequences.specs import Sentences
from core.sequences.splitting import KNOWN, NEW, split
from core.sequences.training import fit

ASKED = (KNOWN, NEW)
"""The parts that are asked, each apart: held-out texts of trained groups, and of new groups."""


@dataclass(frozen=True)
class Judgement:
    """By method of METHODS, then by part of ASKED, what was found. Of a part without texts, none.

    words: texts in the order of METHODS share their questions, so that hits can be compared.
    """

    found: tuple[tuple[Retrieval, ...], ...]

    def of(self, method: str, place: int) -> Retrieval:
        """What a method found in the part at this place of ASKED."""
        return self.found[METHODS.index(method)][place]

    def ahead(self, method: str, rival: str, place: int, k: int) -> Interval:
        """How much larger the share of hits of `method` is, on the same questions."""
        one, other = self.of(method, place), self.of(rival, place)
        return difference(one.rank <= k, other.rank <= k, one.group)

    def best(self, place: int, k: int) -> str:
        """The method with most hits among the k nearest, the first of equals."""
        shares = [float(np.mean(self.of(m, place).rank <= k)) for m in METHODS]
        return METHODS[int(np.argmax(shares))]


@cached
def judge(spec: Sentences, on_step: OnStep = run_on) -> Judgement:
    """Let every method find mates among the texts it has not seen."""
    trained = fit(spec, part(on_step, 0.0, 0.6))
    parted = split(spec.parting)
    ways = vectors(
        spec.parting, baselines(spec.parting, part(on_step, 0.6, 0.9)), trained.network(spec)
    )
    found: list[tuple[Retrieval, ...]] = []
    for i, method in enumerate(METHODS):
        report(on_step, 0.9 + 0.1 * i / len(METHODS), "looking for mates")
        rows = [(read_texts(spec.parting, parted, p), parted.group[parted.rows(p)]) for p in ASKED]
        found.append(tuple(retrieve(ways[method](texts), group) for texts, group in rows))
    return Judgement(tuple(found))
