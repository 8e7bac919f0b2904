"""Spectra, a small network on them, and the methods beside it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from core.series.data import load
from core.series.judgement import SeriesContest, judge
from core.series.neighbours import agreement
from core.series.physics import marked, single, wavelengths
from core.series.specs import SeriesNet, SeriesParting, Spectra
from core.series.splitting import split
from core.series.training import fit

DATA = Spectra(spectra_count=120, spectra_points=64, snr=20.0)
NET = SeriesNet(
    SeriesParting(DATA), blocks=2, channels=4, vector_dim=8, net_epochs=4, cross_epochs=2,
)  # fmt: skip


def entries() -> dict[str, Callable[[], object]]:
    """Names and what computes them."""
    return {
        "series spectra": partial(load, DATA),
        "series lines": lambda: marked(single("quasar", 2.0), wavelengths(256), 200.0),
        "series split": partial(split, NET.parting),
        "series network": partial(fit, NET),
        "series judged": partial(judge, SeriesContest(NET, 100)),
        "series neighbours": partial(agreement, NET),
    }
