"""The nearest texts to a typed one, by each method."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.errors import QueryError
from core.messages import message
from core.progress import OnStep, part, report, run_on
from core.sequences.groups import grouped
from core.sequences.methods import METHODS, Vectors, baselines, read_texts, vectors
from core.sequences.retrieval import cosines
from core.sequences.specs import Sentences
from core.sequences.splitting import KNOWN, NEW, TRAINED, split
from core.sequences.training import fit
from core.text import tokenisers

MOST_CHARACTERS = 20_000
"""Of a typed text: beyond it nothing is read anyway, and cutting it would take seconds."""


@dataclass(frozen=True)
class Index:
    """All texts of a split by each method: dense (n, d) or CSR (n, V) rows of length 1."""

    rows: tuple[Any, ...]


@dataclass(frozen=True)
class Near:
    """The nearest texts of one method: numbers among the split's texts, and cosines (k,).

    known: whether the method knows anything of the typed text; without that nothing is near.
    """

    method: str
    texts: NDArray[np.int64]
    cosines: NDArray[np.float32]
    known: bool


@dataclass(frozen=True)
class Answers:
    """What was read of the typed text, and each method's nearest texts.

    read, all: how many tokens were read, of how many; unknown: those read that are in no
    vocabulary.
    """

    read: int
    all: int
    unknown: int
    near: tuple[Near, ...]


@cached
def index(spec: Sentences, on_step: OnStep = run_on) -> Index:
    """The vectors of all texts, trained on or not, by each method."""
    fit(spec, part(on_step, 0.0, 0.6))
    baselines(spec.parting, part(on_step, 0.6, 0.9))
    texts = read_texts(spec.parting, split(spec.parting), TRAINED, KNOWN, NEW)
    rows = []
    for i, method in enumerate(METHODS):
        report(on_step, 0.9 + 0.1 * i / len(METHODS), "placing every text")
        rows.append(_ways(spec)[method](texts))
    return Index(tuple(rows))


@lru_cache(maxsize=4)
def _ways(spec: Sentences) -> dict[str, Vectors]:
    """The methods, ready to be asked; what they consist of is stored already."""
    return vectors(spec.parting, baselines(spec.parting), fit(spec).network(spec))


def nearest(spec: Sentences, text: str, k: int) -> Answers:
    """The k nearest texts by each method, other than the very same tokens.

    Raises QueryError for a text without a token, and for one of too many characters.
    """
    if len(text) > MOST_CHARACTERS:
        raise QueryError(
            message(
                "The text has {n:,} characters, the limit is {most:,}; only the first {read} "
                "tokens are read anyway. Paste its beginning.",
                n=len(text),
                most=MOST_CHARACTERS,
                read=spec.parting.longest,
            )
        )
    tokens = tokenisers.split(text, spec.parting.groups.text)
    if not tokens:
        raise QueryError(message("There is no word in this text; type a sentence."))
    read = tokens[: spec.parting.longest]
    known = baselines(spec.parting).tokens.index
    stored, parted, texts = index(spec), split(spec.parting), grouped(spec.parting.groups).tokens
    same = [
        i for i, place in enumerate(parted.places) if texts[place][: spec.parting.longest] == read
    ]
    near = []
    for method, rows in zip(METHODS, stored.rows, strict=True):
        asked = _ways(spec)[method]([read])
        cosine = cosines(asked, rows)[0]
        cosine[same] = -np.inf
        order = np.argsort(-cosine, kind="stable")[: min(k, len(cosine) - len(same))]
        somewhere = bool(abs(asked).sum() > 0)
        near.append(Near(method, order, cosine[order], somewhere))
    return Answers(len(read), len(tokens), sum(t not in known for t in read), tuple(near))
