"""The series of a spec, checked: synthetic spectra, or the rows of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from core import uploads
from core.cache import cached
from core.errors import SourceError
from core.messages import message
from core.progress import OnStep, report, run_on
from core.series.files import check_classes, check_length, check_several, even, read_rows
from core.series.rows import F64
from core.series.specs import KINDS, OwnSeries, Spectra
from core.series.synthetic import make
from core.tables.aside import SetAside

SINGLE = 1
ALIKE = 5  # decimals of scaled series by which they are compared


@dataclass(frozen=True)
class Series:
    """n series of L points: x (n, L) float32 as measured; label: (n,) int32, indices of classes.

    axis: (L,) where the points lie: Å of spectra, else the file's own, or 1, 2, …; is_wavelength:
    whether these are Å of synthetic spectra; truth: what is known of each besides, (n,) each; ids:
    (n,) names, or (); alike: series left out that repeat an earlier one, in whatever unit.
    """

    x: np.ndarray
    label: np.ndarray
    classes: tuple[str, ...]
    axis: F64
    is_wavelength: bool = False
    truth: Mapping[str, np.ndarray] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    alike: int = 0
    columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()

    def name(self, i: int) -> str:
        """What a series is called: as in its file, else by its number from 1."""
        return self.ids[i] if self.ids else str(i + 1)


@cached
def load(spec: Spectra | OwnSeries, on_step: OnStep = run_on) -> Series:
    """The series of a spec. Raises SourceError with what is wrong and what helps."""
    report(on_step, 0.0, message("reading {data}", data=spec.label))
    return _synthetic(spec, on_step) if isinstance(spec, Spectra) else _own(spec)


def _synthetic(spec: Spectra, on_step: OnStep) -> Series:
    made = make(spec, on_step)
    objects = made.objects
    truth = {"redshift": objects.redshift, "S/N": objects.snr}
    return Series(made.flux, objects.kind.astype(np.int32), KINDS, made.wavelength, True, truth)


def _own(spec: OwnSeries) -> Series:
    rows, name = read_rows(spec), uploads.base_name(spec.series_name)
    aside = list(rows.set_aside)
    values, texts = rows.values, np.array(rows.labels, dtype=object)
    empty = ~np.isfinite(values).any(axis=1)
    nameless = np.array([not text for text in texts], bool)
    usable = ~(empty | nameless)
    for why, bad in (
        (message("It has no numbers."), empty),
        (message("It has no class."), nameless & ~empty),
    ):
        aside += [SetAside(message("series {n:,}", n=int(i) + 1), why) for i in np.flatnonzero(bad)]
    counts = Counter(texts[usable].tolist())
    check_classes(counts, name)
    alone = usable & np.array([counts[text] == SINGLE for text in texts], bool)
    aside += _alone(texts, np.flatnonzero(alone))
    usable &= ~alone
    check_several(Counter({text: n for text, n in counts.items() if n > SINGLE}), name)
    x, note = even(values[usable], spec.uneven, name)
    check_length(x.shape[1], name)
    with np.errstate(over="ignore"):
        if not np.isfinite(x.astype(np.float32)).all():
            text = message("“{name}” has numbers beyond 10³⁸; scale them down.", name=name)
            raise SourceError(text)
    which = _alike(x)
    torn = _torn(which, texts[usable])
    aside += [
        SetAside(
            message("series {n:,}", n=int(i) + 1),
            message("Another one that is equal once scaled has another class."),
        )
        for i in np.flatnonzero(usable)[torn]
    ]
    different = np.sort(np.unique(which, return_index=True)[1])
    different = different[~torn[different]]
    places = np.flatnonzero(usable)[different]
    x = x[different].astype(np.float32)
    left = Counter(texts[places].tolist())
    check_several(Counter({text: n for text, n in left.items() if n > SINGLE}), name)
    kept = np.array([left[text] > SINGLE for text in texts[places]], bool)
    aside += _alone(texts, places[~kept])
    x, places = x[kept], places[kept]
    classes, label = np.unique(texts[places].astype(str), return_inverse=True)
    fits = len(rows.axis) == x.shape[1] and not note
    axis = rows.axis if fits else np.arange(1.0, x.shape[1] + 1)
    notes = (*rows.notes, note) if note else rows.notes
    return Series(
        x, label.astype(np.int32), tuple(map(str, classes)), axis,
        ids=tuple(rows.ids[i] for i in places) if rows.ids else (),
        alike=int((~torn).sum()) - len(different),
        columns=rows.columns, notes=notes, set_aside=tuple(aside),
    )  # fmt: skip


def _alone(texts: np.ndarray, places: np.ndarray) -> list[SetAside]:
    """Why series at these places, the only ones of their classes, are not used."""
    return [
        SetAside(
            message("series {n:,}", n=int(i) + 1),
            message(
                "Its class “{name}” has no other: one is needed to learn from and one to judge by.",
                name=texts[i][:80],
            ),
        )
        for i in places
    ]


def _alike(x: F64) -> np.ndarray:
    """(n,), the same number for series that are equal once scaled.

    A network sees nothing else of them: a copy in another unit would be on both sides of a split.
    """
    rounded = standardised(x).round(ALIKE) + 0.0  # no −0
    return np.unique(rounded, axis=0, return_inverse=True)[1].reshape(-1)


def _torn(which: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """(n,) bool, series whose copies do not all have their class: nobody can tell these apart."""
    kinds = np.unique(texts.astype(str), return_inverse=True)[1]
    pairs = np.unique(np.stack([which, kinds]), axis=1)
    return np.asarray((np.bincount(pairs[0]) > 1)[which])


def scaled(x: np.ndarray) -> np.ndarray:
    """Series (n, L), each brought to mean 0 and variance 1, float32; constant ones to zeros."""
    return standardised(x).astype(np.float32)


def standardised(x: np.ndarray) -> F64:
    """The same as `scaled`, float64."""
    x = x.astype(np.float64)
    centred = x - x.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    return np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 0)
