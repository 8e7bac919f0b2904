"""How likely each item is under a model, and how much information z has about it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.items.data import Loaded
from core.latent import density as densities_of
from core.latent.annealing import Annealed, annealed
from core.latent.density import (
    Densities,
    bits_per_dimension,
    expected,
    log_weights,
    running,
    scan,
    uncertainty,
)
from core.latent.information import Bottleneck, informed, squeeze
from core.messages import message
from dashboard.figures.mosaic import height, mosaic, shape
from dashboard.images.figures.judgement import bottleneck, convergence, densities, information_bars
from dashboard.images.parts import vae_run
from dashboard.images.views import LatentView
from dashboard.language import number, say
from dashboard.markdown import marked
from dashboard.ui import controls, live_run
from dashboard.ui.captions import caption, chain_strip, measured
from dashboard.ui.figure import show_figure
from dashboard.ui.live_run import LiveRun
from dashboard.ui.work import obtain

LEAST = 24  # least likely items shown
FEW = 0.05  # a share of draws that count below which an estimate is called low


@st.cache_data(max_entries=64, show_spinner=False)
def _weights(key: str, item: int, _run: LiveRun, _x: np.ndarray) -> np.ndarray:
    """ln w of one item, for as long as the app runs: a slider only looks at fewer of them."""
    spec = _run.spec
    return log_weights(
        _run.trained.network(spec), spec.likelihood == "bernoulli",
        spec.at(_run.trained.kept).precision, _x, densities_of.MOST, spec.vae_seed,
    )  # fmt: skip


def density(run: LiveRun, data: Loaded) -> None:
    """ln p(x) by importance weighting, and the least likely items."""
    spec = run.spec
    densities_of.check(spec, data)
    st.latex(
        r"\ln p(x)\approx\ln\frac1M\sum_{i=1}^M\frac{q(x|z_i)\,q(z_i)}{p(z_i|x)},\quad "
        r"z_i\sim p(z|x)"
    )
    left, right = st.columns(2, gap="medium")
    most = min(len(data.x), 5000) - 1
    with left:
        item = controls.slider(LatentView, "density_item", "Item", high=most)
    with right:
        M = controls.slider(LatentView, "draws_shown", "Draws M", log=True, format="{:,}")
    D = data.x.shape[1]
    log_w = _weights(spec.key, item, run, data.x[item])
    bound, ess = running(log_w)
    log_p, error = bound[M - 1], uncertainty(ess[M - 1], M)
    off = "" if np.isnan(error) else f" ± {error:.2f}"
    chain_strip(
        [
            (
                "ln p(x), estimated",
                say("{x:,.2f}{off} nats", x=log_p, off=off),
                message("of M = {M:,} draws, ± one standard error", M=M),
            ),
            ("bits per dimension", f"{bits_per_dimension(log_p, D):.3f}", "−ln p(x)/(D ln 2)"),
            ("effective samples", say("{n:,.1f} of {M:,}", n=ess[M - 1], M=M), "(Σw)²/Σw²"),
            ("ELBO", say("{x:,.2f} nats", x=log_w.mean()), "the bound with M = 1, its mean"),
        ]
    )
    _loose(run, item, float(ess[M - 1]), M)
    show_figure(
        convergence(bound, *expected(log_w), M, "nats"), "convergence",
        alt=say("Estimates of ln p(x) of item {i} against the number of draws", i=item),
        height=320,
    )  # fmt: skip
    measured(
        say(
            "Item {i}, {draws:,} draws from p(z|x), by log-sum-exp. One estimate may lie on "
            "either side of ln p(x); its expectation is a lower bound that grows with M, and the "
            "mean over groups, which shows it, never falls: it climbs to ln p(x) from the ELBO. "
            "This is a probability of zeros and ones. Few effective samples mean that the bound "
            "is still loose, and the standard error, √(1/effective − 1/M), too small."
            if spec.likelihood == "bernoulli"
            else "Item {i}, {draws:,} draws from p(z|x), by log-sum-exp. One estimate may lie on "
            "either side of ln p(x); its expectation is a lower bound that grows with M, and the "
            "mean over groups, which shows it, never falls: it climbs to ln p(x) from the ELBO. "
            "This is a density of numbers in the unit of the data (the grey scale from 0 to 1), "
            "so that it may exceed 1 and bits per dimension may be negative. Few effective "
            "samples mean that the bound is still loose, and the standard error, "
            "√(1/effective − 1/M), too small.",
            i=item,
            draws=densities_of.MOST,
        )
    )
    _least(run, data, item)


def _loose(run: LiveRun, item: int, ess: float, M: int) -> None:
    """Says where few draws count, and offers a better proposal."""
    if ess < FEW * M:
        st.markdown(
            marked(
                "Only {n:,.0f} of {M:,} draws count: the estimate probably lies lower than its "
                "standard error says. Annealing shows by how much.",
                n=ess,
                M=M,
            )
        )
    if not controls.toggle(LatentView, "annealed", "Annealed estimate"):
        return
    spec = Annealed(run.spec, item=item)
    obtained = obtain(annealed, spec, "annealed")
    if obtained is None:
        return
    estimate = obtained.result
    chain_strip(
        [
            (
                "ln p(x), annealed",
                say("{x:,.2f}{off} nats", x=estimate.log_p, off=f" ± {estimate.error:.2f}"),
                message("of {n:,} chains of {steps} steps, ± one standard error",
                        n=spec.chains, steps=spec.bridges),
            ),
            ("effective chains", say("{n:,.1f} of {M:,}", n=estimate.ess, M=spec.chains),
             "(Σw)²/Σw²"),
            ("moves accepted", number(estimate.accepted, ".0%"), "of the steps along the chains"),
        ]
    )  # fmt: skip


def _least(run: LiveRun, data: Loaded, item: int) -> None:
    spec = Densities(run.spec)
    st.markdown(f"## {say('The least likely items')}")
    obtained = obtain(scan, spec, "densities")
    if obtained is None:
        return
    log_p, ess = obtained.result.log_p, float(np.median(obtained.result.ess))
    order = np.argsort(log_p)[:LEAST]
    hover = say("item {i}: {log_p:.1f} nats")
    columns = min(len(order), LEAST // 2)
    rows = -(-len(order) // columns)
    grid = np.full((rows * columns, data.x.shape[1]), np.nan, np.float32)
    grid[: len(order)] = data.x[order]
    texts = np.full(rows * columns, "", dtype=object)
    texts[: len(order)] = [hover.format(i=i, log_p=log_p[i]) for i in order]
    show_figure(
        mosaic(
            grid.reshape(rows, columns, -1), data.picture, rows=[""] * rows,
            hover=texts.reshape(rows, columns),
        ),
        "least_likely", alt=say("The {n} items with the lowest density", n=len(order)),
        height=height(rows, LEAST, data.picture, data.x.shape[1]) + 20,
        shape=shape(rows, columns, data.picture, data.x.shape[1]), dim=not obtained.fresh,
    )  # fmt: skip
    show_figure(
        densities(log_p, float(log_p[min(item, len(log_p) - 1)])), "densities",
        alt=say("Distribution of ln p(x) over {n} items", n=len(log_p)), height=230,
        dim=not obtained.fresh,
    )  # fmt: skip
    caption(
        say(
            "ln p(x) of the first {n:,} items, estimated with M = {draws}: mean {mean:,.1f} nats, "
            "{bits:.2f} bits per dimension. Half of the items have at most {ess:.0f} effective "
            "samples: the fewer, the lower the estimate lies. They were trained on, so that "
            "new items will be less likely. Above: the least likely first; orange: the item "
            "chosen.",
            n=len(log_p),
            draws=spec.draws,
            ess=ess,
            mean=log_p.mean(),
            bits=bits_per_dimension(float(log_p.mean()), data.x.shape[1]),
        )
    )


def information(run: LiveRun, data: Loaded) -> None:
    """The KL that the loss pays, in two parts, by dimension and over λ."""
    st.latex(r"\mathbb E_x KL\big(p(z|x)\,\|\,q(z)\big)=I(x,z)+KL\big(p(z)\,\|\,q(z)\big)")
    obtained = obtain(informed, run.spec, "information")
    if obtained is None:
        return
    result = obtained.result

    def nats(x: float) -> str:
        return say("{x:.2f} nats", x=x)

    chain_strip(
        [
            ("E KL(p(z|x) ‖ q(z))", nats(result.mutual + result.mismatch), "what is paid"),
            ("I(x, z)", nats(result.mutual), "what z tells of x"),
            ("KL(p(z) ‖ q(z))", nats(result.mismatch), "codes that stray from the prior"),
            ("ln n", nats(result.most), "I(x, z) can not be more: p(z) knows n items"),
        ]
    )
    show_figure(
        information_bars(result), "information",
        alt=say("Mutual information and mismatch of each dimension of z"), height=300,
        dim=not obtained.fresh,
    )  # fmt: skip
    caption(
        say(
            "Each coordinate alone, one sample of z for each of the first items; p(z) is their "
            "mean. Coordinates share information, so that the bars do not add up to the whole. "
            "Bars a little below 0 are noise of the sampling: neither part can be negative."
        )
    )
    st.markdown(f"## {say('Over λ: the bottleneck')}")
    spec = Bottleneck(run.spec.replace(changes=""))
    asked = live_run.watched(vae_run.TRAINER).asked
    if not squeeze.stored(spec) and "bottleneck" not in asked:
        label = say("Train at six values of λ")
        if st.button(label, icon=":material/play_arrow:", key="vae:squeeze"):
            asked.add("bottleneck")
            st.rerun()
        return
    swept = obtain(squeeze, spec, "bottleneck")
    if swept is None:
        return
    show_figure(
        bottleneck(swept.result, result.most), "bottleneck",
        alt=say("Mutual information and mismatch against the precision of reconstruction"),
        height=320, dim=not swept.fresh,
    )  # fmt: skip
    caption(
        say(
            "The same model trained at six λ. Small λ: pictures may be vague, and z tells little. "
            "Large λ: z tells all it can (dotted: ln n), and pays for codes far from the prior."
        )
    )
    if run.spec.changes:
        caption(say("Trained without the steering of the run shown: each λ holds throughout."))
    lost = swept.result.precision[np.isnan(swept.result.mutual)]
    if len(lost):
        named = ", ".join(f"{precision:g}" for precision in lost)
        st.warning(
            marked(
                "Left out, because training diverged or died there: λ = {named}. Lower the "
                "learning rate.",
                named=named,
            )
        )
