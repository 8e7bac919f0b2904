"""Which texts are trained on: groups never trained on, and texts kept back of the other groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.errors import SpecError
from core.messages import message
from core.progress import OnStep, run_on
from core.sequences.groups import I64, grouped
from core.sequences.padding import I32, Tokens, frequent
from core.sequences.specs import Parting

TRAINED, KNOWN, NEW = 0, 1, 2
PARTS = ("trained", "known", "new")
"""Trained on; kept back, of a group that is trained on; of a group never trained on."""


@dataclass(frozen=True)
class Split:
    """n texts that are used, and what each is used for.

    places: (n,) their numbers among the grouped texts; ids: (n, longest) int32, padded; group:
    (n,) int64, the C trained groups first; part: (n,) int8, an index of PARTS; tokens: the
    vocabulary, of the trained texts alone; names: of the groups. alike: texts left out because
    all that is read of them was read before.
    """

    places: I64
    ids: I32
    group: I64
    part: NDArray[np.int8]
    tokens: Tokens
    names: list[str]
    trained_groups: int
    alike: int

    def rows(self, *parts: int) -> I64:
        """The texts of some parts, ascending."""
        return np.flatnonzero(np.isin(self.part, parts))


@cached
def split(spec: Parting, on_step: OnStep = run_on) -> Split:
    """Draw the parts. No two texts are alike in what an encoder reads of them, their first tokens.

    Raises SourceError for texts that cannot be used, SpecError where too little is left.
    """
    texts = grouped(spec.groups, on_step)
    rng = np.random.default_rng((spec.sentence_seed, 0x5E27))
    different, alike = _different([tokens[: spec.longest] for tokens in texts.tokens])
    order = rng.permutation(different)
    places = np.sort(order[_rank(texts.group[order]) < spec.groups.most_each])
    sizes = np.bincount(texts.group[places], minlength=len(texts.names))
    usable = np.flatnonzero(sizes >= 2)
    C = len(usable)
    new = round(spec.new_groups * C) if spec.new_groups else 0
    if C - new < 2:
        raise SpecError(
            message(
                "With {new} of {all} groups never trained on, {left} is left to train on, and two "
                "are needed; lower `new_groups`.",
                new=new,
                all=C,
                left=C - new,
            ),
            "new_groups",
        )
    ordered = rng.permutation(usable)
    trained = np.sort(ordered[new:])
    names = [*trained, *np.sort(ordered[:new])]
    number = np.full(len(texts.names), -1)
    number[names] = np.arange(C)
    places = places[number[texts.group[places]] >= 0]
    group = number[texts.group[places]].astype(np.int64)
    shuffled = rng.permutation(len(places))
    rank = np.empty(len(places), np.int64)
    rank[shuffled] = _rank(group[shuffled])
    back = np.minimum(np.rint(spec.kept_back * sizes[names]), sizes[names] - 1)
    part = np.where(rank < back[group], KNOWN, TRAINED)
    part[group >= len(trained)] = NEW
    read = [texts.tokens[i][: spec.longest] for i in places]
    tokens = frequent((read[i] for i in np.flatnonzero(part == TRAINED)), spec.rarest)
    longest = max(map(len, read))
    return Split(
        places, tokens.padded(read, longest), group, part.astype(np.int8), tokens,
        [texts.names[i] for i in names], len(trained), alike,
    )  # fmt: skip


def _different(texts: list[list[str]]) -> tuple[I64, int]:
    """The first of each set of equal texts, and how many others there are."""
    first: dict[tuple[str, ...], int] = {}
    for i, tokens in enumerate(texts):
        first.setdefault(tuple(tokens), i)
    return np.array(sorted(first.values()), np.int64), len(texts) - len(first)


def _rank(group: I64) -> I64:
    """The place of each element among those of its group, in order: (n,)."""
    order = np.argsort(group, kind="stable")
    sizes = np.bincount(group)
    starts = np.cumsum(sizes) - sizes
    rank = np.empty(len(group), np.int64)
    rank[order] = np.arange(len(group)) - np.repeat(starts, sizes)
    return rank
