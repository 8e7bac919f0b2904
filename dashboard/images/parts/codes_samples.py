"""Samples of a prior over codes, beside codes drawn independently, and real items."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.items.data import Loaded
from core.quantised import prior
from core.quantised.prior import CodePrior, Prior, fit_prior
from core.quantised.snapshots import decode
from core.quantised.training import fit
from dashboard import state
from dashboard.figures.mosaic import height, mosaic, shape
from dashboard.images.parts import code_run
from dashboard.images.views import CodesView
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.ui import controls, live_run
from dashboard.ui.captions import caption
from dashboard.ui.figure import show_figure
from dashboard.ui.live_run import LiveRun
from dashboard.ui.work import obtain

SAMPLES = 16
MEASURED = 64  # samples whose distances to real items are compared


def draw(run: LiveRun, data: Loaded) -> None:
    """The samples, once the prior is trained, which somebody must ask for."""
    if not (run.fresh and fit.stored(run.spec)):
        st.info(say("Train the model first: the prior learns its codes."))
        return
    asked = CodePrior(run.spec)
    runs = live_run.watched(code_run.TRAINER)
    if not fit_prior.stored(asked) and asked.key not in runs.asked:
        st.info(
            say(
                "A small transformer learns which code follows which, place after place, from the "
                "codes of the trained model."
            )
        )
        if st.button(say("Train the prior"), icon=":material/play_arrow:", type="primary"):
            runs.asked.add(asked.key)
            st.rerun()
        return
    obtained = obtain(fit_prior, asked, "codes prior")
    if obtained is not None and obtained.fresh:
        _samples(run, data, asked, obtained.result)


def _samples(run: LiveRun, data: Loaded, spec: CodePrior, learnt: Prior) -> None:
    left, right = st.columns([2, 1], vertical_alignment="bottom", gap="medium")
    with left:
        temperature = controls.slider(
            CodesView, "sharpness", "Temperature τ", step=0.05, format="{:.2f}"
        )
    if right.button(say("Resample"), icon=":material/casino:", width="stretch"):
        state.put("sample_draw", (state.get("sample_draw", 0) + 1) % 10_000)
    number = int(state.get("sample_draw", 0))
    network, G = prior.restored(spec, learnt), learnt.frequencies.shape[0]
    decoder, D = run.trained.network(run.spec), data.x.shape[1]
    drawn = (
        prior.sampled(network, G, MEASURED, temperature, number),
        prior.independent(learnt, MEASURED, number),
    )
    of_prior, of_control = (decode(run.spec, decoder, codes) for codes in drawn)
    real = data.x[: len(run.trained.result.codes)]
    shown = np.random.default_rng(number).permutation(len(real))[:SAMPLES]
    near, near_control = (prior.nearest_items(x, real) for x in (of_prior, of_control))
    st.markdown(
        marked(
            "The prior needs **{bits:.0f} bits** for an item that it did not see, independent "
            "codes {independent:.0f}, codes of fixed length {fixed:.0f}. Its samples are "
            "{own:.3g} from the nearest real item (median, squared), independent codes "
            "{control:.3g}, copies of real items {copies:.3g}.",
            bits=learnt.bits, independent=learnt.independent, fixed=learnt.fixed,
            own=float(np.median(near[1])), control=float(np.median(near_control[1])),
            copies=_copied(run, decoder, real, shown),
        )
    )  # fmt: skip
    rows = np.stack(
        [
            of_prior[:SAMPLES],
            real[near[0][:SAMPLES]],
            of_control[:SAMPLES],
            _filled(real[shown], SAMPLES),
        ]
    )
    names = [say("prior"), say("nearest real"), say("independent"), say("real")]
    hover = np.array([[name] * SAMPLES for name in names], dtype=object)
    hover[1] = [
        say("item {i}, squared distance {d:.2f}", i=int(i), d=float(d))
        for i, d in zip(near[0][:SAMPLES], near[1][:SAMPLES], strict=True)
    ]
    show_figure(
        mosaic(rows, data.picture, rows=names, hover=hover), "code_samples",
        alt=say("Samples of the prior, the real item nearest to each, independent codes, real"),
        height=height(4, SAMPLES + 1, data.picture, D),
        shape=shape(4, SAMPLES + 1, data.picture, D),
    )  # fmt: skip
    caption(
        say(
            "Below each sample the real item nearest to it: where the two are alike, the prior "
            "copies. Independent codes have the right frequencies at each place, and nothing else. "
            "A tenth of the items is held out from the prior, none from the autoencoder."
        )
    )


def _copied(run: LiveRun, decoder: object, real: np.ndarray, rows: np.ndarray) -> float:
    """Median squared distance of decoded real items to the nearest real item."""
    codes = run.trained.result.codes[rows]
    copies = decode(run.spec, decoder, codes)  # type: ignore[arg-type]
    return float(np.median(prior.nearest_items(copies, real)[1]))


def _filled(x: np.ndarray, n: int) -> np.ndarray:
    """(n, D), NaN where there are fewer items."""
    out = np.full((n, x.shape[1]), np.nan, np.float32)
    out[: len(x)] = x
    return out
