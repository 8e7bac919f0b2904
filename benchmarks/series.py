"""Spectra: macro-F1 of the network and of the other methods by noise, over seeds."""

from __future__ import annotations

import time
from typing import Any

from core.cache import anew
from core.series.judgement import METHODS
from core.series.luck import luck_of, over_seeds
from core.series.specs import SeriesNet
from core.series.training import fit

SEEDS = 3
NOISES = (2.0, 4.0, 8.0)  # the middle one is the default
KERNELS = 1000
PUBLISHED = 10_000


def table() -> list[dict[str, Any]]:
    """Seconds of the default training, then macro-F1 with intervals by S/N and method."""
    started = time.perf_counter()
    with anew():
        trained = fit(SeriesNet())
    rows: list[dict[str, Any]] = [
        {"what": "training", "seconds": time.perf_counter() - started,
         "seconds in epochs": trained.seconds}
    ]  # fmt: skip
    for snr in NOISES:
        net = SeriesNet().replace(snr=snr)
        kernels = PUBLISHED if snr == SeriesNet().leaf("snr") else KERNELS
        outcome = over_seeds(luck_of(net, kernels, SEEDS))
        for method in METHODS:
            mean, lead = outcome.of(method), outcome.ahead(method)
            row: dict[str, Any] = {
                "what": f"S/N {snr:g}, {method}", "macro-F1": mean.value, "low": mean.low,
                "high": mean.high,
            }  # fmt: skip
            if method == "rocket":
                row["kernels"] = kernels
            if method != "network":
                row |= {"network ahead": lead.value, "lead low": lead.low, "lead high": lead.high}
            rows.append(row)
    return rows
