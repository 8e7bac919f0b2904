"""The ELBO of one x: its landscape, the two densities, and what more draws bring."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.mathematics.evidence import DEVIATIONS, MEANS, Elbo, Evidence, Tightened, landscape
from dashboard.figures.template import MUTED, SEQUENTIAL
from dashboard.language import say
from dashboard.mathematics.figures.bounds import (
    BEST,
    HELD,
    LEGEND,
    MARGIN,
    TRUTH,
    dot,
    follow,
    line,
)

DEPTH = 6.0  # nats below the best that the colours tell apart
TICKS = [0.03, 0.1, 0.3, 1, 3]  # of a deviation
Z = np.linspace(-3.5, 3.5, 401)


def elbo_landscape(evidence: Evidence, result: Elbo, path: np.ndarray) -> dict[str, Any]:
    """The ELBO over mean and deviation; path: (n, 2), up the gradient from the hand."""
    heights = landscape(evidence.potential)
    hover = say("mean %{x:.2f}, deviation %{y:.3f}: ELBO %{z:.3f} nats, click to hold it")
    surface = {
        "type": "heatmap", "x": MEANS, "y": DEVIATIONS, "z": heights.astype(np.float32),
        "zmin": result.best - DEPTH, "zmax": result.best, "colorscale": SEQUENTIAL,
        "zsmooth": "best", "hovertemplate": f"{hover}<extra></extra>",
        "colorbar": {"title": {"text": say("ELBO, nats")}},
    }  # fmt: skip
    climbing = line(path[:, 0], path[:, 1], say("up the gradient"), "#FFFFFF")
    climbing["line"] = {"color": "#FFFFFF", "width": 2.5, "dash": "dot"}
    return {
        "data": [
            surface,
            climbing,
            dot(result.best_mean, result.best_deviation, say("best Gaussian"), BEST, "star"),
            dot(evidence.z_mean, evidence.z_deviation, say("Gaussian held"), HELD, "circle"),
        ],
        "layout": {
            "uirevision": "elbo",
            "margin": MARGIN,
            "showlegend": False,
            "xaxis": {"title": {"text": say("mean of p(z|x)")}, "zeroline": False,
                      "range": [float(MEANS[0]), float(MEANS[-1])]},
            "yaxis": {"title": {"text": say("deviation of p(z|x)")}, "type": "log",
                      "tickvals": TICKS, "ticktext": [f"{tick:g}" for tick in TICKS],
                      "range": [float(np.log10(DEVIATIONS[0])), float(np.log10(DEVIATIONS[-1]))]},
        },
    }  # fmt: skip


def densities(evidence: Evidence, result: Elbo) -> dict[str, Any]:
    """The posterior q(z|x), the Gaussian p(z|x) that stands in for it, and the prior."""
    posterior = np.exp(-evidence.potential.value(Z) - result.log_evidence)
    s = evidence.z_deviation
    gaussian = np.exp(-0.5 * ((Z - evidence.z_mean) / s) ** 2) / (s * np.sqrt(2 * np.pi))
    prior = np.exp(-0.5 * Z**2) / np.sqrt(2 * np.pi)
    height = 1.1 * float(max(posterior.max(), prior.max(), min(gaussian.max(), 3.0)))
    hover = "z = %{x:.3g}: %{y:.3g}"
    return {
        "data": [
            line(Z, prior, say("prior q(z)"), MUTED, hover, "dot"),
            line(Z, posterior, say("posterior q(z|x)"), TRUTH, hover,
                 fill="tozeroy", fillcolor="rgba(0, 114, 178, 0.15)"),
            line(Z, gaussian, say("Gaussian p(z|x)"), HELD, hover,
                 fill="tozeroy", fillcolor="rgba(213, 94, 0, 0.15)"),
        ],
        "layout": {
            "uirevision": "densities",
            "margin": MARGIN,
            "legend": LEGEND,
            "xaxis": {"title": {"text": "z"}, "range": [float(Z[0]), float(Z[-1])]},
            "yaxis": {"title": {"text": say("density")}, "range": [0, height]},
        },
    }  # fmt: skip


def over_draws(evidence: Evidence, result: Elbo, tightened: Tightened) -> dict[str, Any]:
    """The bound with M draws, 95 % of its estimates, and the truth above."""
    M, bound, error = tightened.draws, tightened.bound, 1.96 * tightened.error
    band = np.concatenate([bound - error, (bound + error)[::-1]])
    truth = result.log_evidence
    ends = [float(M[0]), float(M[-1])]
    lowest = max(float(bound.min()), truth - 8.0)
    side = max(truth - lowest, 0.05)
    return {
        "data": [
            line(np.concatenate([M, M[::-1]]), band, say("95 %, the luck of the draws"), HELD,
                 fill="toself", fillcolor="rgba(213, 94, 0, 0.25)") | {"line": {"width": 0}},
            line(ends, [truth, truth], "ln q(x)", TRUTH, dash="dash"),
            line(ends, [result.best, result.best], say("best Gaussian, M = 1"), BEST, dash="dot"),
            line(M, bound, say("bound with M draws"), HELD,
                 say("M = %{x}: %{y:.4f} nats, click to hold it"))
            | {"mode": "lines+markers", "marker": {"color": HELD, "size": 7}},
        ],
        "layout": {
            "uirevision": "draws",
            "margin": MARGIN,
            "hovermode": "x",
            "shapes": [follow(float(evidence.importance))],
            "legend": LEGEND,
            "xaxis": {"type": "log", "title": {"text": say("draws M")},
                      "tickvals": M[::2].tolist(), "ticktext": [f"{int(m):,}" for m in M[::2]]},
            "yaxis": {"title": {"text": say("ln q(x) and its bounds, nats")},
                      "range": [lowest - 0.1 * side, truth + 0.15 * side]},
        },
    }  # fmt: skip
