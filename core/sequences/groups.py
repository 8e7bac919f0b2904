"""Texts and their groups: the sentences of documents, or the rows of a table by a label."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.errors import SourceError
from core.messages import message
from core.progress import OnStep, part, report, run_on
from core.sequences.labels import labelled
from core.sequences.specs import TextGroups
from core.text import tokenisers
from core.text.reading import read

I64 = NDArray[np.int64]
SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[^a-z])|(?<=[。！？])[”’」』）]*|\n+")
SEVERAL = 2
"""Fewest groups, and fewest texts of one: with fewer there is nothing to tell apart, or to find."""


@dataclass(frozen=True)
class Grouped:
    """n texts and the group of each.

    texts: n strings; tokens: their tokens, as n lists; group: (n,) int64; names: of the groups.
    duplicates: texts that repeat an earlier one, token by token, and were left out; short: those
    with too few tokens; unlabelled: rows without a text or a label; single: groups of one text,
    left out.
    """

    texts: list[str]
    tokens: list[list[str]]
    group: I64
    names: list[str]
    duplicates: int = 0
    short: int = 0
    unlabelled: int = 0
    single: int = 0


def sentences(text: str) -> list[str]:
    """A text cut at the ends of lines and sentences.

    >>> sentences("It rained. So we stayed at home! 下雨了。我们在家。")
    ['It rained.', 'So we stayed at home!', '下雨了。', '我们在家。']
    """
    return [piece.strip() for piece in SENTENCE_END.split(text) if piece and piece.strip()]


@cached
def grouped(spec: TextGroups, on_step: OnStep = run_on) -> Grouped:
    """Read, cut and group the texts; a text that occurs twice is kept once.

    Raises SourceError where there are fewer than two groups of two texts.
    """
    if spec.grouping == "labels":
        texts, labels, unlabelled = labelled(spec.label_table, part(on_step, 0.0, 0.5))
        shortest = 1
    else:
        texts, labels = _documents(spec, part(on_step, 0.0, 0.5))
        unlabelled, shortest = 0, spec.shortest
    seen: set[tuple[str, ...]] = set()
    kept: list[int] = []
    tokens: list[list[str]] = []
    duplicates = short = 0
    for i, text in enumerate(texts):
        if not i % 2000:
            report(on_step, 0.5 + 0.5 * i / len(texts), "cutting texts into tokens")
        pieces = tokenisers.split(text, spec.text)
        if len(pieces) < shortest:
            short += 1
        elif tuple(pieces) in seen:
            duplicates += 1
        else:
            seen.add(tuple(pieces))
            kept.append(i)
            tokens.append(pieces)
    return _several(
        [texts[i] for i in kept], tokens, [labels[i] for i in kept],
        Grouped([], [], np.zeros(0, np.int64), [], duplicates, short, unlabelled),
    )  # fmt: skip


def _several(
    texts: list[str], tokens: list[list[str]], labels: list[str], counts: Grouped
) -> Grouped:
    """The groups of two texts and more, in the order of their first text."""
    number: dict[str, int] = {}
    group = np.array([number.setdefault(label, len(number)) for label in labels], np.int64)
    sizes = np.bincount(group, minlength=len(number))
    several = sizes >= SEVERAL
    if several.sum() < SEVERAL:
        raise SourceError(
            message(
                "Two groups with two texts or more are needed; these {texts:,} different texts "
                "have {n:,}. Choose another column for the labels, or several documents: a zip of "
                "files, or a table with one a row.",
                n=int(several.sum()),
                texts=len(texts),
            )
        )
    places = np.flatnonzero(several[group])
    renumbered = np.cumsum(several) - 1
    return Grouped(
        [texts[i] for i in places], [tokens[i] for i in places], renumbered[group[places]],
        [name for name, wanted in zip(number, several, strict=True) if wanted],
        counts.duplicates, counts.short, counts.unlabelled, int((~several).sum()),
    )  # fmt: skip


def _documents(spec: TextGroups, on_step: OnStep) -> tuple[list[str], list[str]]:
    """The sentences of each document, and the documents' names, numbered where two are alike."""
    raw = read(spec.text.origin, on_step)
    texts: list[str] = []
    labels: list[str] = []
    starts = raw.document_starts
    taken: set[str] = set()
    for i, name in enumerate(raw.document_names):
        label = name if name not in taken else f"{name} ({i + 1})"
        taken.add(label)
        pieces = sentences(raw.decode(int(starts[i]), int(starts[i + 1])))
        texts += pieces
        labels += [label] * len(pieces)
    return texts, labels
