"""A table of texts in four groups, and small trainings on it: `from grouped_rows import …`."""

from __future__ import annotations

from typing import Any

import numpy as np

from core import uploads
from core.sequences.labels import LabelTable
from core.sequences.specs import Parting, Sentences, TextGroups

SUBJECTS = {"sea": "ship wave harbour sail salt", "bread": "flour oven yeast crust dough"}
MORE = {"law": "court judge trial jury verdict", "sky": "star moon orbit comet planet"}


def rows(per_group: int = 12) -> list[tuple[str, str]]:
    """Texts of four groups with words of their own, all different."""
    rng = np.random.default_rng(0)
    return [
        (f"the {' '.join(rng.choice(words.split(), 4))} number {i} {name}{i}", name)
        for name, words in (SUBJECTS | MORE).items()
        for i in range(per_group)
    ]


def csv(lines: list[tuple[str, str]], name: str = "rows.csv") -> TextGroups:
    """The groups of a table of texts and labels."""
    content = "text,label\n" + "\n".join(f'"{text}","{label}"' for text, label in lines)
    return of_file(name, content.encode())


def of_file(name: str, content: bytes, text: str = "text", label: str = "label") -> TextGroups:
    digest = uploads.keep(name, content)
    return TextGroups(grouping="labels", label_table=LabelTable(name, digest, text, label))


def small(groups: TextGroups, **more: Any) -> Sentences:
    spec = Sentences(Parting(groups, new_groups=0.3, rarest=1), sentence_dim=4, embedding_dim=4,
                     sentence_epochs=2, sentence_batch=8)  # fmt: skip
    return spec.replace(**more)
