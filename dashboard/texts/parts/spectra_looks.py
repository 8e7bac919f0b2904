"""Where along a test series the network looks, and what its first kernels measure."""

from __future__ import annotations

from functools import lru_cache, partial

import numpy as np
import pandas as pd
import streamlit as st

from core.messages import message
from core.series.data import Series
from core.series.learner import Trained
from core.series.networks import read
from core.series.physics import Mark, Objects, marked
from core.series.saliency import FORMS, kernel_forms, near_lines, saliency, share_near
from core.series.specs import SeriesNet, Spectra
from core.series.splitting import split
from core.series.synthetic import population
from core.series.training import fit
from dashboard.language import paragraph, say
from dashboard.markdown import marked as escaped
from dashboard.texts.figures import spectra as figures
from dashboard.texts.parts import spectra_run
from dashboard.texts.parts.spectra_epochs import class_name
from dashboard.texts.parts.spectrum import AXES
from dashboard.texts.views import SpectraView
from dashboard.ui import controls, downloads, live_run
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure

AMONG = {"wrong": "Taken for another class", "right": "Taken for what it is", "all": "All"}
FAR = 0.005  # a redshift that is not that of a star
NAMES = {"level": "level", "slope": "slope‹of a series›", "curvature": "curvature"}


def is_trained(spec: SeriesNet) -> bool:
    """Whether there is a network to look at; else says that there is none."""
    untrained = say("Train the network first: this is about the trained one.")
    return live_run.is_complete(spectra_run.TRAINER, spec, untrained)


def looks(spec: SeriesNet) -> None:
    """A test series and the pull of its points."""
    if not is_trained(spec):
        return
    trained: Trained = fit(spec)
    parted, said = split(spec.parting), trained.result.said
    among = controls.pick(SpectraView, "looked_among", "Test series", names=AMONG)
    right = said == parted.series.label[parted.tested]
    places = np.flatnonzero({"wrong": ~right, "right": right}.get(among, right | ~right))
    if not len(places):
        st.info(say("There is no such test series."))
        return
    number = controls.slider(SpectraView, "looked_at", "Which of them", high=max(len(places), 2))
    m = int(places[min(number, len(places)) - 1])
    i = int(parted.tested[m])
    x = parted.x[i : i + 1]
    answers, slopes, marks = _looked(spec, i)
    st.markdown(sentence(parted.series, i, answers, slopes, marks))
    show_figure(
        partial(
            figures.looked_at, parted.series.axis, x[0], slopes, marks, axis_title(spec)
        ),
        "looked_at", made_of=("looked at", spec, m), height=440,
        alt=say("Test series {n}, and how much each of its points pulls at the answer", n=i + 1),
    )  # fmt: skip
    caption(
        say(
            "The slope of log p of the answer at each point of the series (of mean 0 and variance "
            "1): above, its size as colour; below, with its sign. It says how the answer would "
            "change with that point alone; where the network is sure, all slopes are small, so "
            "that they are drawn against the largest."
        )
    )
    downloads.csv(
        message("Series and slopes as CSV"),
        lambda: pd.DataFrame({"at": parted.series.axis, "value": x[0], "slope": slopes}),
        "series.csv", "looked-at",
    )  # fmt: skip


@lru_cache(maxsize=64)
def _looked(spec: SeriesNet, i: int) -> tuple[np.ndarray, np.ndarray, list[Mark]]:
    """(probabilities (C,), slopes (L,), lines) of a series: the page asks whenever it moves."""
    x, network = split(spec.parting).x[i : i + 1], fit(spec).network(spec)
    answers = read(network, x)[1][0]
    slopes = saliency(network, x, np.array([answers.argmax()]))[0]
    return answers, slopes, marks_of(spec, i)


def marks_of(spec: SeriesNet, i: int) -> list[Mark]:
    """The lines of a synthetic spectrum within the axis, by what it is; of others none."""
    data = spec.parting.data
    if not isinstance(data, Spectra):
        return []
    objects: Objects = population(data).take(slice(i, i + 1))
    axis = split(spec.parting).series.axis
    return marked(objects, axis, data.resolution, data.medium)


def axis_title(spec: SeriesNet) -> str:
    """What the axis of a series is called."""
    data = spec.parting.data
    return say(AXES[data.medium]) if isinstance(data, Spectra) else say("place along the series")


def sentence(
    series: Series, i: int, answers: np.ndarray, slopes: np.ndarray, marks: list[Mark]
) -> str:
    """What the series is, what it is taken for, and how much of the pull is near lines."""
    k, own = int(answers.argmax()), int(series.label[i])
    first = escaped(
        "**Series {name}, {own}, is taken for {said} with p = {p:.2f}.**",
        name=series.name(i), own=class_name(series, own), said=class_name(series, k),
        p=float(answers[k]),
    )  # fmt: skip
    parts = [first]
    if "redshift" in series.truth:
        z, snr = (float(series.truth[name][i]) for name in ("redshift", "S/N"))
        noise = say("S/N {snr:.1f}.", snr=snr)
        parts.append(noise if z < FAR else say("z = {z:.2f}, S/N {snr:.1f}.", z=z, snr=snr))
    if marks:
        near = near_lines(series.axis, [mark.at for mark in marks])
        pull, points = share_near(slopes, near)
        parts.append(
            say(
                "{pull:.0%} of the pull is near its lines, where {points:.0%} of the points are.",
                pull=pull, points=points,
            )
        )  # fmt: skip
    return paragraph(*parts)


def first_layer(spec: SeriesNet) -> None:
    """The kernels of the first layer, by what they measure."""
    if not is_trained(spec):
        return
    trained: Trained = fit(spec)
    weights = np.asarray(trained.network(spec).first.weight)[:, 0].T
    forms = kernel_forms(weights)
    counts = np.bincount(forms.argmax(axis=1), minlength=len(FORMS))
    st.markdown(
        escaped(
            "**Of {n} first kernels {curvature} measure mostly curvature, by which a line differs "
            "from its surroundings, {slope} slope, {level} level.**",
            n=len(weights), curvature=int(counts[2]), slope=int(counts[1]), level=int(counts[0]),
        )
    )  # fmt: skip
    show_figure(
        partial(figures.kernels, weights, forms, [say(NAMES[form]) for form in FORMS]),
        "kernels", made_of=("kernels", spec), height=320,
        alt=say("The three weights of each of {n} kernels of the first layer", n=len(weights)),
    )  # fmt: skip
    caption(
        say(
            "Each kernel is three weights, for a point and its neighbours. Its square is shared "
            "out among level (1, 1, 1), slope (−1, 0, 1) and curvature (1, −2, 1), which are "
            "orthogonal; the colour is the largest share."
        )
    )
    table = pd.DataFrame(weights, columns=["before", "at", "after"])
    for f, form in enumerate(FORMS):
        table[form] = forms[:, f]
    downloads.table(table, "kernels", "kernels")
