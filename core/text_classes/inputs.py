"""The texts as a network sees them: rows of numbers, and which of them it may learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.progress import OnStep, run_on
from core.sequences.padding import I32, Tokens, frequent
from core.text_classes.division import TRAINED, Divided, divide
from core.text_classes.specs import TextClasses
from core.text_classes.tokens import Words, characters, words


@dataclass(frozen=True)
class Inputs:
    """ids: (n, T) int32, the texts of `divided`, padded; tokens: those met in training."""

    ids: I32
    tokens: Tokens
    divided: Divided


def inputs(spec: TextClasses, on_step: OnStep = run_on) -> Inputs:
    """Number the tokens; the vocabulary is that of the texts trained on alone."""
    divided = divide(spec.division, on_step)
    texts = read(spec, divided, on_step)
    tokens = frequent((texts[i] for i in divided.rows(TRAINED)), spec.rarest_token)
    return Inputs(tokens.padded(texts, longest(spec, texts)), tokens, divided)


def read(spec: TextClasses, divided: Divided, on_step: OnStep = run_on) -> list[Sequence[str]]:
    """The tokens of the texts of a division, in its order."""
    reading = spec.division.reading
    if spec.text_input == "words":
        cut: Sequence[Sequence[str]] = words(Words(reading), on_step)
    else:
        cut = characters(reading)
    return [cut[i] for i in divided.places]


def longest(spec: TextClasses, texts: Sequence[Sequence[str]]) -> int:
    """T: the tokens of the longest text that are read."""
    reading = spec.division.reading
    most = reading.read_words if spec.text_input == "words" else reading.read_characters
    return min(max(map(len, texts), default=1) or 1, most)
