"""Series: spectra made from physics or a file's, sorted into classes by dilated convolutions."""

from typing import TYPE_CHECKING

from core.gathering import gather

if TYPE_CHECKING:
    from core.series.data import load
    from core.series.judgement import SeriesContest, judge
    from core.series.physics import clean, marked, single, wavelengths
    from core.series.saliency import saliency
    from core.series.specs import Falling, OwnSeries, SeriesNet, SeriesParting, Spectra
    from core.series.splitting import split
    from core.series.training import fit

__all__ = [
    "Falling",
    "OwnSeries",
    "SeriesContest",
    "SeriesNet",
    "SeriesParting",
    "Spectra",
    "clean",
    "fit",
    "judge",
    "load",
    "marked",
    "saliency",
    "single",
    "split",
    "wavelengths",
]  # fmt: skip

gather(__name__)
