"""A typed text: its probabilities, and what each of its tokens moves.

Each token in turn is replaced by the unknown one, and the network asked again. Effects do not add
up to what the whole text gives: "not good" loses more by either word than both together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.errors import QueryError
from core.messages import message
from core.sequences.padding import UNKNOWN
from core.text_classes.inputs import Inputs, inputs
from core.text_classes.networks import Network, predict
from core.text_classes.specs import TextClasses
from core.text_classes.tokens import beginning, spans, word_rule
from core.text_classes.training import fit

MOST_CHARACTERS = 20_000
"""Of a typed text: beyond it nothing is read anyway."""
PIECES = {"convolution": 126, "lstm": 30}
"""Into how many pieces a text is cut at most: what 100 ms are enough for."""


@dataclass(frozen=True)
class Moved:
    """What a network says of a text.

    text: what was read of it; spans: P pieces, [start, end) in it; probabilities: (C,) of the
    whole text, blind: (C,) of a text of as many unknown tokens; without: (P, C) with a piece
    hidden; unknown: how many of its tokens are unknown; tokens: how many it has; cut: whether
    more was typed than is read.
    """

    text: str
    spans: list[tuple[int, int]]
    probabilities: NDArray[np.float64]
    blind: NDArray[np.float64]
    without: NDArray[np.float64]
    unknown: int
    tokens: int
    cut: bool

    @property
    def best(self) -> int:
        """The class that the text most likely has."""
        return int(self.probabilities.argmax())

    def effects(self, label: int) -> NDArray[np.float64]:
        """By how much each piece raises the probability of a class: (P,)."""
        return np.asarray(self.probabilities[label] - self.without[:, label])


def moved(spec: TextClasses, typed: str) -> Moved:
    """Ask the trained network of a spec about a text, and about the text without each piece.

    Raises QueryError for a text without a token, and for one of too many characters.
    """
    if len(typed) > MOST_CHARACTERS:
        raise QueryError(
            message(
                "The text has {n:,} characters, the limit is {most:,}; only the first {read} are "
                "read anyway. Paste its beginning.",
                n=len(typed),
                most=MOST_CHARACTERS,
                read=spec.division.reading.read_characters,
            )
        )
    texts, network = _ready(spec)
    reading, T = spec.division.reading, texts.ids.shape[1]
    text = beginning(typed, reading.read_characters)
    is_cut = len(beginning(typed, reading.read_characters + 1)) > len(text)
    all_tokens = spans(text, spec.text_input, word_rule(reading))
    of_tokens = all_tokens[:T]
    if not of_tokens:
        raise QueryError(message("There is no word in this text; type a sentence."))
    tokens = [text[a:b] for a, b in of_tokens]
    whole = texts.tokens.padded([tokens], T)[0]
    n = len(tokens)
    pieces = np.array_split(np.arange(n), min(n, PIECES[spec.text_body]))
    rows = np.repeat(whole[None], len(pieces) + 2, axis=0)
    rows[1, :n] = UNKNOWN
    for row, piece in zip(rows[2:], pieces, strict=True):
        row[piece] = UNKNOWN
    logs, _, _ = predict(network, rows, PIECES[spec.text_body] + 2)
    p = np.exp(logs.astype(np.float64))
    return Moved(
        text, [(of_tokens[i[0]][0], of_tokens[i[-1]][1]) for i in pieces], p[0], p[1], p[2:],
        int((whole[:n] == UNKNOWN).sum()), n, is_cut or len(of_tokens) < len(all_tokens),
    )  # fmt: skip


@lru_cache(maxsize=4)
def _ready(spec: TextClasses) -> tuple[Inputs, Network]:
    """What the network was trained on, and itself; both are stored."""
    return inputs(spec), fit(spec).network(spec)
