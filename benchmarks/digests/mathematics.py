"""Integrals and their bounds, the evidence of one x, and mixtures fitted by EM."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from core.mathematics.bounds import INTEGRANDS, Integral, bounded, ratios
from core.mathematics.evidence import DECODERS, Evidence, climb, elbo, landscape, tighten
from core.mathematics.mixture import Mixture, ascend


def entries() -> dict[str, Callable[[], object]]:
    """By name, all that the page Bounds shows."""
    return {
        **{f"integral {kind}": partial(_integral, Integral(kind)) for kind in INTEGRANDS},
        **{f"evidence {decoder}": partial(_evidence, Evidence(decoder)) for decoder in DECODERS},
        "mixture": partial(ascend, Mixture()),
        "mixture of eight": partial(ascend, Mixture(sampled=60, components=8, start=3)),
    }


def _integral(integral: Integral) -> object:
    return bounded(integral), ratios(integral)


def _evidence(evidence: Evidence) -> object:
    return elbo(evidence), landscape(evidence.potential), climb(evidence), tighten(evidence)
