"""How many dimensions the slider offers, and those that it will soon need."""

from __future__ import annotations

from core.vectors.models.factorised import factorise
from core.vectors.specs import PpmiSvd, rank_ahead
from dashboard.ui.work import ahead

MOST = 300
MOST_AHEAD = 20_000  # words; to decompose more takes too long to be done unasked


def compute_ahead(spec: PpmiSvd, place: str) -> None:
    """Compute more dimensions of what this place shows, where the slider will soon need them."""
    more, factors = rank_ahead(spec.dim), None
    if more is not None and factorise.ready(spec.factors):
        words = len(factorise(spec.factors).U)
        if more <= MOST and more < words <= MOST_AHEAD:
            factors = spec.factors.replace(rank=more)
    ahead(factorise, factors, place)
