"""A small table of reviews in two classes, and a small training on it."""

from __future__ import annotations

from typing import Any

import numpy as np

from core import uploads
from core.sequences.labels import LabelTable
from core.text_classes.specs import Division, LabelledTexts, Reading, TextClasses

GOOD, BAD = "lovely kind warm clean bright", "dirty cold rude noisy broken"
REST = "room staff food bed street lift window door"


def rows(each: int = 60) -> list[tuple[str, str]]:
    """Texts of two classes, all different, each with two words that tell its class."""
    rng = np.random.default_rng(0)
    lines = []
    for i in range(each):
        for label, words in (("good", GOOD), ("bad", BAD)):
            told, rest = rng.choice(words.split(), 2), rng.choice(REST.split(), 3)
            lines.append((f"{' '.join(rng.permutation([*told, *rest]))} no {i}{label[0]}", label))
    return lines


def table(lines: list[tuple[str, str]], name: str = "reviews.csv") -> LabelledTexts:
    """The texts of a table with these rows."""
    content = "text,label\n" + "\n".join(f'"{text}","{label}"' for text, label in lines)
    return of_file(name, content.encode())


def of_file(name: str, content: bytes) -> LabelledTexts:
    """The texts of a file with columns “text” and “label”."""
    return LabelledTexts("table", LabelTable(name, uploads.keep(name, content), "text", "label"))


def small(texts: LabelledTexts, **more: Any) -> TextClasses:
    """A training of a moment."""
    spec = TextClasses(
        Division(Reading(texts, 40), 80), token_dim=8, body_dim=16, class_epochs=6, class_batch=8,
        class_rate=0.02, rarest_token=1,
    )  # fmt: skip
    return spec.replace(**more)
