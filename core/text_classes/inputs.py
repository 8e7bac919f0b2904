"""The texts as a network sees them: rows of numbers, and which of them it may learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core import specs
from core.cache import cached
from core.progress import OnStep, report, run_on
from core.sequences.padding import I32, Tokens, frequent
from core.specs import Spec
from core.text import tokenisers
from core.text_classes.division import TRAINED, Divided, divide
from core.text_classes.specs import Division, TextClasses
from core.text_classes.tokens import characters, word_rule

EVERY = 500  # texts between two reports


@dataclass(frozen=True)
class Inputs:
    """ids: (n, T) int32, the texts of `divided`, padded; tokens: those met in training."""

    ids: I32
    tokens: Tokens
    divided: Divided


@dataclass(frozen=True)
class Words(Spec):
    """The words of the texts of a division that are used."""

    division: Division = specs.nested(Division)


@cached
def words(spec: Words, on_step: OnStep = run_on) -> list[list[str]]:
    """The words of the beginning of each text that is used, in the order of the division."""
    reading, divided = spec.division.reading, divide(spec.division)
    begun, rule = characters(reading), word_rule(reading)
    places = divided.places[divided.used]
    cut = []
    for done, i in enumerate(places):
        if not done % EVERY:
            report(on_step, done / len(places), "cutting texts into words")
        cut.append(tokenisers.split(begun[i], rule)[: reading.read_words])
    return cut


def inputs(spec: TextClasses, on_step: OnStep = run_on) -> Inputs:
    """Number the tokens; the vocabulary is that of the texts trained on alone."""
    divided = divide(spec.division, on_step)
    texts = read(spec, divided, on_step)
    tokens = frequent((texts[i] for i in divided.rows(TRAINED)), spec.rarest_token)
    return Inputs(tokens.padded(texts, longest(spec, texts)), tokens, divided)


def read(spec: TextClasses, divided: Divided, on_step: OnStep = run_on) -> list[Sequence[str]]:
    """The tokens of the texts of a division, in its order; of unused ones there need be none."""
    if spec.text_input == "words":
        texts: list[Sequence[str]] = [()] * len(divided.places)
        for row, cut in zip(divided.used, words(Words(spec.division), on_step), strict=True):
            texts[row] = cut
        return texts
    begun = characters(spec.division.reading)
    return [begun[i] for i in divided.places]


def longest(spec: TextClasses, texts: Sequence[Sequence[str]]) -> int:
    """T: the tokens of the longest text that are read."""
    reading = spec.division.reading
    most = reading.read_words if spec.text_input == "words" else reading.read_characters
    return min(max(map(len, texts), default=1) or 1, most)
