"""The split of items into training and held-out ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import SpecError
from core.messages import message


@dataclass(frozen=True)
class Split:
    """Indices of the training rows (n₁,) and the held-out rows (n₂,), ascending."""

    trained: np.ndarray
    held_out: np.ndarray


def split(n: int, share: float, seed: int, groups: Sequence[object] = ()) -> Split:
    """Hold out about `share` of n rows, chosen by `seed`; with groups (n,), whole groups only.

    Rows of one group (the windows of one recording, the pages of one book) are alike: if some
    were trained on and others held out, the held-out loss would be too low. Groups are drawn
    until the share is reached. Raises SpecError where one side would be empty.

    >>> split(10, 0.3, seed=0).held_out.size
    3
    """
    if groups and len(groups) != n:
        raise ValueError(f"{len(groups)} groups for {n} rows")
    names = [str(group) for group in groups] if groups else range(n)
    _, group, sizes = np.unique(np.array(names), return_inverse=True, return_counts=True)
    order = np.random.default_rng((seed, 0x5917)).permutation(len(sizes))
    quota = max(round(share * n), 1) if share > 0 else 0
    before = np.concatenate([[0], np.cumsum(sizes[order])[:-1]])
    chosen = order[before < quota]
    out = np.isin(group, chosen)
    if share > 0 and out.all():
        raise SpecError(
            message(
                "Holding out {share:.0%} of {n:,} rows leaves none to train on; hold out less, "
                "or give more rows or groups.",
                share=share,
                n=n,
            )
        )
    return Split(np.flatnonzero(~out), np.flatnonzero(out))
