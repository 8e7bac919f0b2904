"""Which texts are trained on, watched and tested: no two parts share what is read of a text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.cache import cached
from core.errors import SpecError
from core.messages import message
from core.progress import OnStep, run_on
from core.text_classes.specs import Division
from core.text_classes.texts import I64, classified, spelled
from core.text_classes.tokens import characters

TRAINED, WATCHED, TEST, UNUSED = 0, 1, 2, 3
MOST_SHARE = 0.9  # of all texts, to train on
MOST_WATCHED, WATCHED_SHARE = 600, 0.2  # texts, and their share of those not trained on
FEWEST_TEST, MOST_TEST = 1000, 6000  # texts, where there are so many


@dataclass(frozen=True)
class Divided:
    """n texts that are used.

    places: (n,) their numbers among the classified texts; label: (n,) int64; part: (n,) int8:
    TRAINED, WATCHED, TEST or UNUSED; names: of the classes; alike: texts left out because all that
    is read of them was read before; torn: texts left out because others that begin alike have
    another label.
    """

    places: I64
    label: I64
    part: NDArray[np.int8]
    names: list[str]
    alike: int
    torn: int = 0

    @property
    def used(self) -> I64:
        """The texts that are of a part, ascending."""
        return self.rows(TRAINED, WATCHED, TEST)

    def rows(self, *parts: int) -> I64:
        """The texts of some parts, ascending."""
        return np.flatnonzero(np.isin(self.part, parts))


@cached
def divide(spec: Division, on_step: OnStep = run_on) -> Divided:
    """Draw the parts, each class alike.

    Watched texts show how a training goes on; those of the test are looked at only at its end.
    Raises SourceError for texts that cannot be used, SpecError where too few are left.
    """
    texts = classified(spec.reading.labelled, on_step)
    begun = [spelled(text) for text in characters(spec.reading)]
    first, labels = dict[str, int](), dict[str, set[int]]()
    for i, letters in enumerate(begun):
        first.setdefault(letters, i)
        labels.setdefault(letters, set()).add(int(texts.label[i]))
    clear = [i for letters, i in first.items() if len(labels[letters]) == 1]
    torn = sum(len(labels[letters]) > 1 for letters in begun)
    places = np.array(sorted(clear), np.int64)
    label = texts.label[places]
    sizes = np.bincount(label, minlength=len(texts.names))
    if (sizes < 2).any():
        raise SpecError(
            message(
                "The texts of “{name}” are alike in their first {n} characters; raise "
                "`read_characters`.",
                name=texts.names[int(sizes.argmin())][:40],
                n=spec.reading.read_characters,
            ),
            "read_characters",
        )
    share = min(spec.train_texts / len(places), MOST_SHARE)
    rank = _ranks(label, np.random.default_rng((spec.division_seed, 0xD1E)))
    trained = np.clip(np.rint(share * sizes), 1, sizes - 1)
    rest = sizes - trained
    watched = np.minimum(WATCHED_SHARE, MOST_WATCHED / max(rest.sum(), 1)) * rest
    watched = np.minimum(np.floor(watched), rest - 1)
    left = rest - watched
    tested = np.ceil(left * min(most_tested(spec.train_texts) / max(left.sum(), 1), 1.0))
    ends = np.cumsum([trained, watched, tested], axis=0)
    part = (rank >= ends[:, label]).sum(axis=0)
    return Divided(
        places,
        label,
        part.astype(np.int8),
        texts.names,
        len(texts.texts) - len(places) - torn,
        torn,
    )


def most_tested(trained: int) -> int:
    """How many texts judge at most: as many as are trained on, within limits."""
    return min(max(trained, FEWEST_TEST), MOST_TEST)


def _ranks(label: I64, rng: np.random.Generator) -> I64:
    """The place of each text among those of its class, in an order drawn: (n,)."""
    order = rng.permutation(len(label))
    grouped = order[np.argsort(label[order], kind="stable")]
    sizes = np.bincount(label)
    starts = np.repeat(np.cumsum(sizes) - sizes, sizes)
    rank = np.empty(len(label), np.int64)
    rank[grouped] = np.arange(len(label)) - starts
    return rank
