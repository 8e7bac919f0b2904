"""Small series of two kinds and small trainings on them: `from made_series import …`."""

from __future__ import annotations

from typing import Any

import numpy as np

from core import uploads
from core.series.specs import OwnSeries, SeriesNet, SeriesParting, Spectra

TINY = Spectra(spectra_count=80, spectra_points=64, snr=30.0, resolution=100.0, star_share=0.4)


def small(data: Spectra | OwnSeries = TINY, **more: Any) -> SeriesNet:
    spec = SeriesNet(
        SeriesParting(data), blocks=1, channels=2, vector_dim=4, net_epochs=3, cross_epochs=2,
        net_batch=16,
    )  # fmt: skip
    return spec.replace(**more)


def waves(n: int = 24, length: int = 20) -> tuple[np.ndarray, list[str]]:
    """Slow and fast sines with noise, and their names."""
    rng = np.random.default_rng(0)
    t = np.arange(length)
    names = ["slow" if i % 2 else "fast" for i in range(n)]
    rows = [np.sin(t * (0.3 if i % 2 else 1.7) + i) + 0.1 * rng.normal(size=length)
            for i in range(n)]  # fmt: skip
    return np.array(rows), names


def csv(heading: str | None, rows: np.ndarray, names: list[str], separator: str = ",") -> bytes:
    """A table with the class first."""
    lines = [
        separator.join([name, *(f"{value:.4f}" if np.isfinite(value) else "" for value in row)])
        for name, row in zip(names, rows, strict=True)
    ]
    return "\n".join(([heading] if heading else []) + lines).encode()


def own(name: str, content: bytes, **more: Any) -> OwnSeries:
    digest = uploads.keep(name, content)
    return OwnSeries(series_name=name, series_digest=digest, **more)
