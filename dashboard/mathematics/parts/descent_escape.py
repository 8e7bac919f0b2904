"""The tabs of the page "Descent" with times of escape, and with batch sizes."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.mathematics.batches import RUNS, Batches, Ends, batch_ends
from core.mathematics.escape import Escape, Times, escape, settled
from core.mathematics.walkers import Landscape
from dashboard import state
from dashboard.language import paragraph, say
from dashboard.mathematics.figures import walkers as pictures
from dashboard.mathematics.parts.descent_noise import landscape
from dashboard.ui import controls
from dashboard.ui.captions import answer, measured
from dashboard.ui.figure import show_figure
from dashboard.ui.work import obtain


def escape_tab() -> None:
    """How long walkers take to leave their well."""
    panel, screen = st.columns([1, 2.2], gap="large")
    with panel:
        landscape(wells_only=True)
    land = state.spec(Landscape).replace(landscape="wells")
    spec = settled(Escape(land))
    with screen:
        obtained = obtain(escape, spec, "escape")
        if obtained is not None:
            times = obtained.result
            answer(_escape_sentence(obtained.spec, times))
            show_figure(
                partial(pictures.escape_times, times), "escape", made_of=obtained.spec,
                dim=not obtained.fresh, height=400,
                alt=say("Mean time to the other well over the height of the wall"),
            )  # fmt: skip
            measured(_escape_caption(obtained.spec))


def _escape_sentence(spec: Escape, times: Times) -> str:
    i = max(len(times.wall) - 2, 0)
    values = {
        "wall": times.wall[i], "mean": times.mean[i], "low": times.low[i], "high": times.high[i],
        "kramers": times.kramers[i], "growth": times.mean[i] / times.mean[0],
        "first": times.wall[0],
    }  # fmt: skip
    grows = say(
        "A wall of {wall:g} T holds a walker {growth:.0f} times as long as one of {first:g} T.",
        **values,
    )
    if spec.terrain1d.drag:
        return paragraph(
            grows,
            say(
                "Measured: {mean:.4g} ({low:.4g} to {high:.4g}); Kramers' formula: {kramers:.4g}.",
                **values,
            ),
        )
    return paragraph(
        grows,
        say(
            "Measured: {mean:.4g} ({low:.4g} to {high:.4g}); exact: {exact:.4g}; by Kramers' "
            "formula {kramers:.4g}.",
            exact=times.exact[i], **values,
        ),
    )  # fmt: skip


def _escape_caption(spec: Escape) -> str:
    walkers = say(
        "{n:,} walkers at each noise, from the bottom of the left well until they first stand at "
        "the bottom of the right one; those that had not arrived count by the time they waited.",
        n=spec.leavers,
    )
    if spec.terrain1d.drag:
        return paragraph(
            walkers,
            say(
                "Kramers: τ = (2π/ω₀) · ω₁/(√(λ²/4 + ω₁²) − λ/2) · exp(ΔL/T), with ω₀² the "
                "curvature at the bottom and ω₁² that on the wall. It is right for high walls, and "
                "too short where friction is so small that a walker takes long to gain energy."
            ),
        )
    return paragraph(
        walkers,
        say(
            "Kramers: τ = 2π/(ω₀ω₁) · exp(ΔL/T), with ω₀² the curvature at the bottom and ω₁² "
            "that on the wall: right for high walls."
        ),
    )


def batch_tab() -> None:
    """Small and large batches at equally many epochs."""
    panel, screen = st.columns([1, 2.2], gap="large")
    with panel:
        controls.slider(Batches, "batch_eta", "Step size at b = 10", log=True, step=0.01,
                        format="{:g}")  # fmt: skip
        controls.toggle(Batches, "scaled", "η grows with b")
        controls.slider(Batches, "epochs", "Epochs", log=True)
    with screen:
        obtained = obtain(batch_ends, state.spec(Batches), "batches")
        if obtained is not None:
            ends = obtained.result
            answer(_batch_sentence(obtained.spec, ends))
            show_figure(
                partial(pictures.batch_curve, ends), "batches", made_of=obtained.spec,
                dim=not obtained.fresh, height=400,
                alt=say("Loss left after equally many epochs, over the batch size"),
            )  # fmt: skip
            measured(
                say(
                    "The regression on 100 flowers, {runs} runs for each batch size, batches drawn "
                    "with replacement. Noise leaves η Cᵢᵢ/(2b(2 − ηλᵢ)) in each direction, C the "
                    "covariance of the flowers' gradients; what is left of the start shrinks by "
                    "(1 − ηλᵢ)² at a step.",
                    runs=RUNS,
                )
            )


def _batch_sentence(spec: Batches, ends: Ends) -> str:
    best = int(ends.mean.argmin())
    values = {
        "epochs": spec.epochs, "best": int(ends.batch[best]), "loss": float(ends.mean[best]),
        "single": float(ends.mean[0]), "all": float(ends.mean[-1]),
        "noise": float(ends.noise[0] / ends.theory[0]),
    }  # fmt: skip
    if spec.scaled:
        return say(
            "With η ∝ b, {epochs} epochs leave a loss of {single:.2g} at batches of 1 and of "
            "{all:.2g} at batches of 100: as long as η stays far below its limit, the batch size "
            "hardly matters, only η/b does.",
            **values,
        )
    return say(
        "After {epochs} epochs batches of {best} are lowest: {loss:.2g} above the minimum. Batches "
        "of 1 leave {single:.2g}, {noise:.0%} of it noise by theory; batches of 100, with a "
        "hundredth of the steps, leave {all:.2g}.",
        **values,
    )
