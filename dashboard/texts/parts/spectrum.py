"""One spectrum made from physics, and its lines: no training."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import streamlit as st

from core.series.line_lists import F64
from core.series.physics import Mark, Objects, marked, single, wavelengths
from core.series.specs import Spectra
from core.series.synthetic import seen
from dashboard import state
from dashboard.language import paragraph, say
from dashboard.texts.figures.spectra import spectrum
from dashboard.texts.views import SpectraView
from dashboard.ui import controls
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure

KINDS = {"star": "Star", "galaxy": "Galaxy", "quasar": "Quasar", "unknown": "Unknown"}
NAMED = {"star": "a star", "galaxy": "a galaxy", "quasar": "a quasar",
         "unknown": "an unknown object"}  # fmt: skip
AXES = {"vacuum": "wavelength in vacuum, Å", "air": "wavelength in air, Å"}
CLEAR = 5.0  # times the noise: a line that is hard to doubt


def choices() -> None:
    """What is drawn: its kind, and the numbers that this kind has."""
    kind = controls.pick(SpectraView, "shown_kind", "Kind", names=KINDS, compact=False)
    if kind in ("galaxy", "quasar"):
        controls.slider(SpectraView, "redshift", "Redshift z", step=0.01, format="{:.2f}")
        controls.slider(
            SpectraView, "line_strength", "Emission lines, times the usual", step=0.1,
            format="{:.1f}",
        )  # fmt: skip
    if kind in ("star", "unknown"):
        controls.slider(SpectraView, "temperature", "Temperature (K)", step=100, format="{:,.0f}")
    if kind == "quasar":
        controls.slider(
            SpectraView, "power_slope", "Slope of the continuum", step=0.1, format="{:.1f}"
        )


def shown(spec: Spectra, view: SpectraView) -> Objects:
    """The object that the settings describe."""
    kind = view.shown_kind
    far = kind in ("galaxy", "quasar")
    return single(
        kind,
        view.redshift if far else 0.0,
        view.temperature if kind != "galaxy" else 5000.0,
        view.power_slope if kind == "quasar" else 0.0,
        view.line_strength,
        4500.0 if kind == "quasar" else 450.0,
        spec.snr,
    )


def code(spec: Spectra, view: SpectraView) -> str:
    """Lines that compute what is drawn."""
    one = shown(spec, view)
    values = ", ".join(
        repr(float(getattr(one, name)[0]))
        for name in ("redshift", "temperature", "slope", "strength", "speed", "snr")
    )
    return (
        f"wavelength = wavelengths({spec.spectra_points})\n"
        f"shown = single({view.shown_kind!r}, {values})\n"
        f"print(clean(shown, wavelength, {spec.resolution!r}, {spec.medium!r}))\n"
        f"print(marked(shown, wavelength, {spec.resolution!r}, {spec.medium!r}))\n"
    )


def draw(spec: Spectra) -> None:
    """The spectrum, its lines, and in a sentence where they are and how many can be told."""
    view = state.spec(SpectraView)
    one, axis = shown(spec, view), wavelengths(spec.spectra_points)
    marks = marked(one, axis, spec.resolution, spec.medium)
    st.markdown(answer(view, marks))
    made_of = (
        "spectrum", spec.replace(spectra_count=40, sky_seed=0),
        view.shown_kind, view.redshift, view.temperature, view.power_slope, view.line_strength,
        view.spectrum_draw,
    )  # fmt: skip
    show_figure(
        partial(_picture, spec, view, axis, marks), "spectrum", made_of=made_of, height=380,
        alt=say(
            "A synthetic spectrum of {kind} from 3,690 to 9,100 Å with {n} lines marked",
            kind=say(NAMED[view.shown_kind]), n=len(marks),
        ),
    )  # fmt: skip
    caption(
        say(
            "Synthetic: a black body or a power law, lines of known area widened by motion and by "
            "the spectrograph, noise, more of it at three lines of the night sky (5,579, 6,302 and "
            "6,366 Å); no telescope has seen it. Dotted: where each line of the list is seen, "
            "λ(1 + z). Among those the network learns from, continua are also wrong by a smooth "
            "factor, and S/N varies."
        )
    )


def _picture(spec: Spectra, view: SpectraView, axis: F64, marks: list[Mark]) -> object:
    rng = np.random.default_rng(view.spectrum_draw)
    exact = spec.replace(calibration=0.0)
    clean, noisy = seen(shown(spec, view), axis, exact, rng)
    return spectrum(axis, clean[0], noisy[0], marks, say(AXES[spec.medium]))


def answer(view: SpectraView, marks: list[Mark]) -> str:
    """Where the clearest line is seen, and how many stand out from the noise."""
    kind = say(NAMED[view.shown_kind])
    if not marks:
        if view.shown_kind == "unknown":
            return say(
                "**{kind}: a continuum without lines.** Nothing in it tells how far it is, or what "
                "it is.",
                kind=_upper(kind),
            )
        return say(
            "**{kind} at z = {z:.2f} shows none of its lines here**: all of them are seen beyond "
            "the ends of the axis.",
            kind=_upper(kind), z=view.redshift,
        )  # fmt: skip
    best = max(marks, key=lambda mark: abs(mark.significance))
    clear = sum(abs(mark.significance) >= CLEAR for mark in marks)
    if view.shown_kind in ("galaxy", "quasar"):
        first = say(
            "**{kind} at z = {z:.2f}: {line}, emitted at {rest:,.0f} Å, is seen at {at:,.0f} Å.**"
            if best.significance > 0
            else "**{kind} at z = {z:.2f}: {line}, absorbed at {rest:,.0f} Å, is seen at "
            "{at:,.0f} Å.**",
            kind=_upper(kind), z=view.redshift, line=_line(best), rest=best.rest, at=best.at,
        )  # fmt: skip
    else:
        first = say(
            "**{kind} of {T:,.0f} K: its clearest line is {line} at {at:,.0f} Å.**",
            kind=_upper(kind), T=view.temperature, line=_line(best), at=best.at,
        )  # fmt: skip
    second = say(
        "Of {n} lines in sight {clear} {clear:stands|stand} out from the noise by five times or "
        "more; the clearest by {most:,.0f}.",
        n=len(marks), clear=clear, most=math.floor(abs(best.significance)),
    )  # fmt: skip
    return paragraph(first, second)


def _line(mark: Mark) -> str:
    """The name of a line for Markdown, which reads brackets."""
    return mark.name.replace("[", "\\[").replace("]", "\\]")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
