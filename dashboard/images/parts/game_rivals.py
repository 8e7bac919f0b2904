"""The tab “Models compared”: the models that encode, with the same sizes, updates and seeds."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.adversarial.likeness import floor
from core.adversarial.rivals import MEASURES, MODELS, Rivals, Standings, rivals
from core.intervals import ties
from core.items.data import load
from dashboard import state
from dashboard.figures.mosaic import height, mosaic, shape
from dashboard.images.parts.game_families import OGAN
from dashboard.language import paragraph, percent_sign, say
from dashboard.markdown import marked
from dashboard.spec_code import constructor
from dashboard.ui import captions, controls, live_run
from dashboard.ui.captions import caption, facts
from dashboard.ui.figure import show_figure
from dashboard.ui.work import obtain

NAMES = {"o-gan": "O-GAN", "aae": "AAE", "ali": "ALI, BiGAN", "vae": "VAE"}
UPDATES = [200, 500, 1000, 2000, 4000, 10_000, 20_000]
HEAD = ("model", "variance missed", "told apart", "codes from z", "seconds")


def show() -> None:
    """The table, once somebody asks for it."""
    left, middle, right = st.columns([1, 1, 1], gap="medium")
    with left:
        controls.slider(Rivals, "rival_latent", "Dimensions of z")
    with middle:
        controls.choose(Rivals, "rival_updates", "Updates of each model", UPDATES, format="{:,}")
    with right:
        controls.slider(Rivals, "rival_seeds", "Seeds of each model", high=10)
    asked = state.spec(Rivals)
    stored, runs = rivals.stored(asked), live_run.watched(OGAN.trainer)
    if st.button(
        say("Train all models"), icon=":material/play_arrow:", type="primary", disabled=stored,
        key="rivals:train",
    ):  # fmt: skip
        runs.asked.add(asked.key)
    if not stored and asked.key not in runs.asked:
        st.info(
            marked(
                "Four models with {S} seeds each, the same items, sizes and updates: {n} runs.",
                S=asked.rival_seeds, n=len(MODELS) * asked.rival_seeds,
            )
        )  # fmt: skip
        return
    obtained = obtain(rivals, asked, "game rivals")
    if obtained is not None:
        _table(obtained.spec, obtained.result)


def _table(spec: Rivals, standings: Standings) -> None:
    data = load(spec.items)
    by_chance = floor(data.x, 0) if len(data.x) > 3 else np.array([0.0, 1.0])
    st.markdown(answer(standings, by_chance))
    best, tied = ties(standings.values[..., MEASURES.index("missed")])
    rows = []
    for m, name in enumerate(MODELS):
        mark = " ★" if m == best and not tied else " ≈" if m in (best, *tied) else ""
        scores = [_spread(100 * column, ".0f") + percent_sign() for column in standings.values[m].T]
        rows.append([say(NAMES[name]) + mark, *scores, _spread(standings.seconds[m], ".1f")])
    facts(HEAD, rows)
    caption(
        say(
            "Means ± standard deviations over {S} seeds. ★ what copies best, ≈ not to be told from "
            "it (95 %, all pairs at once). Told apart: generated from real items, as in the game; "
            "codes from z: half were they distributed alike. Seconds of training alone, on this "
            "machine as it was.",
            S=standings.values.shape[1],
        )
    )
    if (updates := spec.updates(len(data.x))) < spec.rival_updates:
        caption(
            say(
                "Of so few items a VAE has at most {updates:,} updates; so have the others here.",
                updates=updates,
            )
        )
    if standings.stopped.any():
        st.warning(
            marked(
                "Runs that ended early: {n}; of such the last good epoch counts.",
                n=int(standings.stopped.sum()),
            )
        )
    n = standings.copies.shape[1]
    _pictures(
        data.picture, np.concatenate([data.x[None, :n], standings.copies]),
        [say("x"), *map(say, NAMES.values())], "rival_copies",
        say("Items, and what comes back from their codes, by model"),
    )  # fmt: skip
    _pictures(
        data.picture, standings.samples, [*map(say, NAMES.values())], "rival_samples",
        say("Samples of each model, from the same z"),
    )  # fmt: skip
    caption(say("Above: items, and what comes back from their codes. Below: samples, of seed 0."))


def _pictures(
    picture: tuple[int, ...], grid: np.ndarray, rows: list[str], key: str, alt: str
) -> None:
    R, C, D = grid.shape
    hover = np.array([[name] * C for name in rows], object)
    show_figure(
        mosaic(grid, picture, rows=rows, hover=hover), key, alt=alt,
        height=height(R, C, picture, D), shape=shape(R, C, picture, D),
    )  # fmt: skip


def answer(standings: Standings, by_chance: np.ndarray) -> str:
    """Who copies best, and whose samples pass best, with the numbers."""
    missed = standings.values[..., MEASURES.index("missed")]
    told = standings.values[..., MEASURES.index("told")].mean(axis=1)
    least = np.rint(100 * told) == np.rint(100 * told.min())  # as it is said
    best, tied = ties(missed)
    name, S = say(NAMES[MODELS[best]]), missed.shape[1]
    if tied:
        others = "; ".join(say(NAMES[MODELS[m]]) for m in tied)
        first = marked(
            "**A tie:** {best} copies best and misses {missed:.0%} of the variance, but over {S} "
            "seeds it cannot be told from {others}.",
            best=name, missed=float(missed[best].mean()), S=S, others=others,
        )  # fmt: skip
    else:
        first = marked(
            "**{best} copies best:** it misses {missed:.0%} of the variance, less than all others "
            "beyond the luck of {S} seeds.",
            best=name, missed=float(missed[best].mean()), S=S,
        )  # fmt: skip
    second = marked(
        "The samples of {model} are told from real items least, {told:.0%}; two real samples are, "
        "{low:.0%} to {high:.0%}.",
        model=captions.listed([say(NAMES[MODELS[m]]) for m in np.flatnonzero(least)]),
        told=float(told.min()),
        low=by_chance[0], high=by_chance[-1],
    )  # fmt: skip
    return paragraph(first, second)


def _spread(values: np.ndarray, form: str) -> str:
    return f"{values.mean():{form}} ± {values.std(ddof=1):{form}}"


def code(spec: Rivals) -> str:
    """Python that gives the table, where it is trained; else nothing."""
    if not rivals.stored(spec):
        return ""
    names = "Items, Rivals" if spec.items != type(spec.items)() else "Rivals"
    return (
        f"\nfrom core.adversarial import {names}, rivals\n\n"
        f"print(rivals({constructor(spec)}).values)\n"
    )
