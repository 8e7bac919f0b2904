"""How many rows would be hubs if everybody's neighbours were drawn by lot.

Of m rows each then stands in B(m − 1, k/(m − 1)) of the lists of k neighbours.
"""

from __future__ import annotations

from typing import NamedTuple


class Lots(NamedTuple):
    """limit: lists that by lot at most one row in all is expected to exceed; expected: how many
    rows exceed it then. The limit is a whole number: mostly fewer than one do."""

    limit: int
    expected: float


def hubs_by_lot(m: int, k: int) -> Lots:
    """The limit beyond which one of m rows is a hub, and how many would be by lot.

    >>> limit, expected = hubs_by_lot(1797, 10)
    >>> limit, round(expected, 2)
    (22, 0.51)
    """
    from scipy.stats import binom

    share = k / (m - 1)
    limit = int(binom.ppf(1 - 1 / m, m - 1, share))
    return Lots(limit, float(m * binom.sf(limit, m - 1, share)))
