"""Every result that has a digest, by name; nothing is computed before its entry is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks.digests import (
    descents,
    families,
    images,
    mathematics,
    matrices,
    models,
    series,
    spaces,
    texts,
)

QUICK = ("text cut ", "text meetings ", "counts window ", "pmi matrix ", "matrix file ", "order ")
"""Beginnings of the names of what takes seconds together."""


def all_entries() -> Mapping[str, Callable[[], object]]:
    """Names and what computes them. A result may build on an earlier one by the cache."""
    return {
        **texts.entries(),
        **models.entries(),
        **spaces.entries(),
        **matrices.entries(),
        **descents.entries(),
        **images.entries(),
        **families.entries(),
        **mathematics.entries(),
        **series.entries(),
    }
