"""The pseudo-inverse as the limit of the ridge: (AᵀA + εI)⁻¹Aᵀ → A⁺."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.lowrank import pseudoinverse
from core.lowrank.bases import energy
from core.matrices import load
from dashboard import state
from dashboard.language import say
from dashboard.mathematics.figures import spectrum
from dashboard.mathematics.parts.approximation import Subject
from dashboard.mathematics.views import LowRankView, Road
from dashboard.ui import controls
from dashboard.ui.captions import measured
from dashboard.ui.figure import show_figure

RIDGES = 10.0 ** np.arange(-12, 0.01, 0.25)
SUBSPACES = {"random": "random", "cosine": "slow cosines", "first": "first columns of M"}


def show(subject: Subject, rank: int) -> None:
    """The limit (AᵀA + εI)⁻¹Aᵀ → A⁺, and what the product with it misses."""
    st.markdown(
        say(
            r"The best $B$ for a given $A$ is $A^+M$, and $A^+=\lim_{\varepsilon\to0}"
            r"(A^\top A+\varepsilon I)^{-1}A^\top$."
        )
    )
    left, right = st.columns([1, 1.6], gap="large")
    with left:
        if state.spec(Road).road == "projection":  # the panel has this control
            kind = state.spec(Road).subspace
        else:
            kind = controls.pick(Road, "subspace", "Columns of A", names=SUBSPACES)
        controls.choose(
            LowRankView, "epsilon", "Ridge ε / σ₁(A)²", [float(f"{e:.4g}") for e in RIDGES],
            format=lambda e: f"{e:.1e}",
        )  # fmt: skip
    epsilon = state.spec(LowRankView).epsilon
    M = load(subject.matrix).values
    k = min(rank, M.shape[0])
    A = pseudoinverse.subspace(kind, M, min(k, M.shape[1]), state.spec(Road).repetition)
    scale = float(np.linalg.norm(A, 2)) ** 2 or 1.0
    grid = np.append(RIDGES, epsilon) * scale
    inverses = pseudoinverse.ridge(A, RIDGES * scale)
    norm = float(np.sqrt(energy(M))) or 1.0
    errors = pseudoinverse.ridge_errors(A, M, grid) / norm
    with left:
        measured(
            say(
                "A: {m:,} × {k:,}, {kind}. At ε = {epsilon:.1e} σ₁² the product misses {there:.4g} "
                "of the norm, in the limit {limit:.4g}. Each of A's directions is damped by "
                "σ²/(σ² + ε): a well-conditioned A forgives a large ε, an ill-conditioned one "
                "does not.",
                m=A.shape[0],
                k=A.shape[1],
                kind=say(SUBSPACES[kind]),
                epsilon=epsilon,
                there=errors[-2],
                limit=errors[-1],
            )
        )
    with right:
        show_figure(
            spectrum.ridge_limit(inverses, np.delete(errors, -2), epsilon, scale),
            "ridge",
            alt=say(
                "Distance of the ridge inverse from the pseudo-inverse, and error, over epsilon"
            ),
            height=380,
            dim=subject.dim,
            follow="setting:epsilon",
        )
