"""Figures of games: the plane with both players, their scores by epoch, λ put to the test."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.adversarial.claim import Outcome
from core.adversarial.landscape import Landscape
from core.adversarial.scores import EDGE, Chance
from core.adversarial.snapshots import Snapshot
from dashboard.figures.template import CATEGORICAL, DIVERGING, TICK_SIZE
from dashboard.images.figures.epochs import Trace, by_epoch, curve, level
from dashboard.language import say

REAL, FAKE, LINE, PULL = CATEGORICAL[0], CATEGORICAL[1], CATEGORICAL[2], CATEGORICAL[3]
SHOWN = 700  # points of each kind that are drawn
LONGEST = 0.3  # of an arrow; that of the 90th percentile
CANVAS = 65  # places of it along each side
BARB = 0.35  # of an arrow's length
BALANCED = {
    "non-saturating": (2 * np.log(2), np.log(2)),
    "saturating": (2 * np.log(2), -np.log(2)),
    "least squares": (0.5, 0.25),
}
"""The losses of D and of G where D says the same of all points; a critic's have no such level."""


def plane(
    real: np.ndarray,
    shot: Snapshot,
    scene: Landscape | None,
    game: str,
    *,
    heat: bool = True,
    arrows: bool = True,
    warped: bool = False,
    clicked: bool = False,
) -> dict[str, Any]:
    """Real and generated points, what of the landscape is chosen; a ground if `clicked`."""
    traces: list[Trace] = [canvas()] if clicked else []
    if scene is not None and heat:
        traces.append(_verdict(scene, game))
    if scene is not None and warped:
        traces.append(_lines(scene.grid, say("the grid of z, bent by G"), LINE))
    traces.append(_points(real[:SHOWN], say("real‹of a game›"), REAL, "circle"))
    traces.append(_points(shot.generated[:SHOWN], say("generated"), FAKE, "x"))
    if scene is not None and arrows:
        heads = _arrows(shot.generated[: len(scene.pulls)], scene.pulls)
        traces.append(_lines(heads, say("pull of D's gradient"), PULL, 1.6))
    return {"data": traces, "layout": axes("plane", EDGE)}


def canvas() -> Trace:
    """Nothing to be seen, but clicks on it tell where they were."""
    line = np.linspace(-EDGE, EDGE, CANVAS, dtype=np.float32)
    return {
        "type": "heatmap", "x": line, "y": line, "z": np.zeros((CANVAS, CANVAS), np.float32),
        "opacity": 0.0, "showscale": False, "hoverinfo": "none",
    }  # fmt: skip


def axes(uirevision: str, far: float) -> dict[str, Any]:
    """The layout of a picture of the plane, [−far, far]², both axes of one scale."""
    axis = {"range": [-far, far], "zeroline": False, "showgrid": False, "dtick": 0.5}
    return {
        "uirevision": uirevision,
        "margin": {"t": 34},
        "legend": {"orientation": "h", "y": 1.01, "yanchor": "bottom", "x": 0,
                   "itemsizing": "constant"},
        "xaxis": axis | {"title": {"text": "x₁"}, "constrain": "domain"},
        "yaxis": axis | {"title": {"text": "x₂"}, "scaleanchor": "x", "constrain": "domain",
                         "constraintoward": "top"},
    }  # fmt: skip


def _verdict(scene: Landscape, game: str) -> Trace:
    """D as colour: blue is real, orange generated; a critic is centred on its median."""
    verdict, low, high = scene.verdict, 0.0, 1.0
    name = "D(x)"
    if game == "wgan-gp":
        verdict = verdict - np.median(verdict)
        high = max(float(np.abs(verdict).max()), 1e-6)
        low, name = -high, say("f(x) − median")
    return {
        "type": "heatmap", "x": scene.line, "y": scene.line, "z": verdict.astype(np.float32),
        "zmin": low, "zmax": high, "colorscale": _reversed(), "opacity": 0.42,
        "colorbar": {"title": {"text": name}, "len": 0.8, "y": 1, "yanchor": "top"},
        "zsmooth": "best",
        "hovertemplate": "(%{x:.2f}, %{y:.2f}): " + name + " = %{z:.3f}<extra></extra>",
    }  # fmt: skip


def _reversed() -> list[tuple[float, str]]:
    """Orange – white – blue."""
    return [(1 - place, colour) for place, colour in reversed(DIVERGING)]


def _points(x: np.ndarray, name: str, colour: str, symbol: str) -> Trace:
    x = x.astype(np.float32)
    return {
        "type": "scattergl", "x": x[:, 0], "y": x[:, 1], "mode": "markers", "name": name,
        "marker": {"size": 5 if symbol == "circle" else 6, "color": colour, "symbol": symbol,
                   "opacity": 0.75},
        "hovertemplate": name + " (%{x:.2f}, %{y:.2f})<extra></extra>",
    }  # fmt: skip


def _lines(lines: np.ndarray, name: str, colour: str, width: float = 1.0) -> Trace:
    """Lines (n, P, 2) as one broken line."""
    gaps = np.full((len(lines), 1, 2), np.nan)
    joined = np.concatenate([lines, gaps], axis=1).reshape(-1, 2).astype(np.float32)
    return {
        "type": "scattergl", "x": joined[:, 0], "y": joined[:, 1], "mode": "lines", "name": name,
        "line": {"color": colour, "width": width}, "hoverinfo": "skip",
    }  # fmt: skip


def _arrows(start: np.ndarray, pulls: np.ndarray, longest: float = LONGEST) -> np.ndarray:
    """Arrows (n, 5, 2): shaft and two barbs, in proportion, none longer than `longest`."""
    sizes = np.linalg.norm(pulls, axis=1)
    common = max(float(np.percentile(sizes, 90)), 1e-12)
    shaft = pulls * (longest / np.maximum(sizes, common))[:, None]
    tip = start + shaft
    side = np.stack([-shaft[:, 1], shaft[:, 0]], axis=1)
    barbs = [tip - BARB * (shaft + sign * 0.6 * side) for sign in (1, -1)]
    return np.stack([start, tip, barbs[0], tip, barbs[1]], axis=1)


def divergences(shots: tuple[Snapshot, ...], chance: Chance, epoch: int) -> dict[str, Any]:
    """KL and JS by epoch, nats, and what two real samples have: the floor."""
    epochs = [shot.epoch for shot in shots]
    traces: list[Trace] = []
    for name, values, floor, colour, dash in (
        ("KL", [s.score.kl for s in shots], chance.kl, 0, "solid"),
        ("JS", [s.score.js for s in shots], chance.js, 1, "dash"),
    ):
        hover = say("{name} after epoch %{{x}}: %{{y:.3f}} nats<extra></extra>", name=name)
        traces.append(curve(epochs, values, name, colour, dash, hover))
        hover = say("{name} of two real samples: %{{y:.3f}} nats<extra></extra>", name=name)
        ends = [0, max(epochs[-1], 1)]
        by_chance = say("{name} by chance", name=name)
        traces.append(level(ends, float(floor.mean()), by_chance, colour, hover))
    axis = {"type": "log", "dtick": 1, "exponentformat": "power"}
    return by_epoch("divergences", traces, epoch, say("nats"), axis)


def covered(shots: tuple[Snapshot, ...], modes: int, epoch: int) -> dict[str, Any]:
    """Modes covered by epoch."""
    epochs = [shot.epoch for shot in shots]
    hover = say("%{{y}} of {n} modes after epoch %{{x}}<extra></extra>", n=modes)
    steps = curve(epochs, [s.score.covered for s in shots], "", 2, "solid", hover)
    steps["line"] = steps["line"] | {"shape": "hv"}
    axis = {"range": [-0.3, modes * 1.08], "dtick": max(1, -(-modes // 4))}
    return by_epoch("covered", [steps], epoch, say("modes covered of {n}", n=modes), axis)


def losses(parts: np.ndarray, game: str, epoch: int) -> dict[str, Any]:
    """D's and G's loss by epoch (E, 4), and where both stand when D can tell nothing."""
    epochs = np.arange(1, len(parts) + 1)
    traces: list[Trace] = []
    for i, (player, dash) in enumerate((("D", "solid"), ("G", "dash"))):
        hover = say("loss of {player} in epoch %{{x}}: %{{y:.3f}}<extra></extra>", player=player)
        name = say("loss of {player}", player=player)
        traces.append(curve(epochs, parts[:, i], name, i, dash, hover))
        if game in BALANCED and len(parts):
            hover = say(
                "loss of {player} where D can tell nothing: %{{y:.3f}}<extra></extra>",
                player=player,
            )
            name = say("{player} at balance", player=player)
            ends = [1, max(len(parts), 2)]
            traces.append(level(ends, BALANCED[game][i], name, i, hover))
    return by_epoch("loss", traces, epoch, say("loss"), {})


def tested(outcome: Outcome) -> dict[str, Any]:
    """Modes covered at each λ: every run a point, the mean with its interval beside."""
    names = [f"{value:g}" for value in outcome.values]
    S = outcome.covered.shape[1]
    scatter = np.linspace(-0.22, 0.12, S)
    x = (np.arange(len(names))[:, None] + scatter).ravel()
    y = outcome.covered.ravel()
    mean, half = outcome.means(outcome.covered).T
    seeds = np.tile(np.arange(S), len(names))
    places = np.arange(len(names)) + 0.28
    return {
        "data": [
            {
                "type": "scatter", "x": x, "y": y, "mode": "markers", "name": say("one run"),
                "marker": {"size": 8, "color": CATEGORICAL[0], "opacity": 0.6},
                "customdata": seeds,
                "hovertemplate": say(
                    "run %{{customdata}}: %{{y}} of {n} modes<extra></extra>", n=outcome.modes
                ),
            },
            {
                "type": "scatter", "x": places, "y": mean, "mode": "markers",
                "name": say("mean; 95 %, the luck of the seeds"),
                "marker": {"size": 9, "color": CATEGORICAL[1], "symbol": "diamond"},
                "error_y": {"type": "data", "array": half, "color": CATEGORICAL[1]},
                "hovertemplate": say("mean %{y:.2f} modes<extra></extra>"),
            },
        ],
        "layout": {
            "uirevision": "tested",
            "margin": {"t": 30},
            "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
            "xaxis": {"tickvals": list(range(len(names))), "ticktext": names,
                      "title": {"text": "λ"}, "range": [-0.5, len(names) - 0.5],
                      "showgrid": False},
            "yaxis": {"title": {"text": say("modes covered of {n}", n=outcome.modes)},
                      "range": [-0.4, outcome.modes + 0.4], "tickfont": {"size": TICK_SIZE}},
        },
    }  # fmt: skip
