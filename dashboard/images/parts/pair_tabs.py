"""The tabs of two latent runs on the same items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import streamlit as st

from core.items.data import Loaded
from core.latent.judgement import judge
from core.latent.pairs import PAIRS, Compared, RunPair, pair_spread
from core.latent.sampling import decode, from_clusters
from core.latent.snapshots import Trained
from core.latent.specs import Vae
from dashboard.figures.latent import latent_map
from dashboard.figures.mosaic import height, mosaic, shape
from dashboard.images.figures.latent_pair import crossed
from dashboard.images.parts.latent_notices import NOTHING, information_ceiling, steered
from dashboard.images.parts.latent_shown import (
    axes_of,
    cluster_names,
    hover_texts,
    pictures,
    temperature_slider,
)
from dashboard.images.parts.vae_run import imports
from dashboard.images.views import PairView
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.slots import slot
from dashboard.spec_code import constructor
from dashboard.ui import code_tab, controls, downloads
from dashboard.ui.captions import answer, caption, chain_strip, facts, measured
from dashboard.ui.figure import show_figure
from dashboard.ui.work import obtain

ALIKE = 0.5  # ARI: from here on the sentence calls two clusterings alike
GENERATED = 9  # samples a row, of each run
COLOURED = {"own": "Own cluster", "first": "Cluster of A", "label": "Label"}
MEANING = {
    "matched": "share of items in clusters that are each other's partner (Hungarian)",
    "ARI": "adjusted Rand index of the two clusterings: 0 by chance, 1 the same",
    "NMI": "normalised mutual information of the two clusterings",
    "residual": "of the latents, once moved, turned and scaled (Procrustes): 0 the same, 1 unlike",
}


@dataclass
class Asked:
    """Slow computations that were requested: pairs of runs to train, and pairs to try seeds of."""

    runs: set[str] = field(default_factory=set)
    spreads: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Both:
    """Runs A and B, trained to their ends, and how they compare."""

    a: Vae
    b: Vae
    trained_a: Trained
    trained_b: Trained
    comparison: Compared
    data: Loaded

    @property
    def pair(self) -> RunPair:
        return RunPair(self.a, self.b)


def numbers(both: Both) -> None:
    """Agreement of the two, with its spread where other seeds were trained."""
    spread = pair_spread(both.pair) if pair_spread.stored(both.pair) else None
    cards = []
    for i, (name, meaning) in enumerate(MEANING.items()):
        score = f"{both.comparison.numbers[i]:.3f}"
        if spread is not None:
            score += f" ({spread[:, i].min():.3f}–{spread[:, i].max():.3f})"
        cards.append((name, score, meaning))
    ari = float(both.comparison.numbers[list(MEANING).index("ARI")])
    answer(
        say(
            "Runs A and B cluster the same {n:,} items alike: ARI {ari:.2f}, where 1 is the same "
            "and 0 is chance."
            if ari >= ALIKE
            else "Runs A and B cluster the same {n:,} items differently: ARI {ari:.2f}, where 1 is "
            "the same and 0 is chance.",
            n=len(both.comparison.aligned), ari=ari,
        )
    )  # fmt: skip
    cards.append(("residual by chance", f"{both.comparison.chance:.3f}", "B's items shuffled"))
    chain_strip(cards)
    measured(
        say(
            "Run A against run B on the same {n:,} items, after epochs {a} and {b}; no label is "
            "used. ARI and NMI do not depend on the matching; one pair of runs: the tab “Seeds” "
            "tells the spread."
            if spread is None
            else "Run A against run B on the same {n:,} items, after epochs {a} and {b}; no label "
            "is used. ARI and NMI do not depend on the matching; in brackets lowest and highest "
            "over {pairs} pairs of seeds.",
            n=len(both.comparison.aligned),
            a=both.trained_a.kept,
            b=both.trained_b.kept,
            pairs=both.pair.pairs,
        )
    )
    if changes := steered(both.a, both.trained_a):
        st.info(marked("Run A was steered: {changes}. Run B was not.", changes=changes))


def silent(both: Both) -> None:
    """Warn that a run's z carries no information, however structured its scaled means look."""
    for name, spec, trained in (("A", both.a, both.trained_a), ("B", both.b, both.trained_b)):
        if (most := information_ceiling(spec, trained, -1)) < NOTHING:
            spread = trained.result.mean.std(axis=0).max()
            st.warning(
                marked(
                    "The z of run {run} tells (almost) nothing, at most {most:.4f} nats of an "
                    "item: the means shown are spread by {spread:.2g} at most in any dimension, z "
                    "around its mean by about 1. Laid onto the other run they are scaled up; what "
                    "structure they show is lost in z itself.",
                    run=name, most=most, spread=spread,
                )
            )  # fmt: skip


def clusters(both: Both) -> None:
    """The confusion of the two clusterings, and how each does by the labels."""
    A, B = both.comparison.table.shape
    show_figure(
        crossed(both.comparison), "pair_crossed",
        alt=say(
            "Items by {a} clusters of run A and {b} of run B, partners on the diagonal", a=A, b=B
        ),
        height=int(np.clip(30 * A + 110, 260, 700)),
    )  # fmt: skip
    caption(
        say(
            "Items by their cluster in A (rows) and in B (columns); columns are ordered so that "
            "partners stand on the diagonal. A row with two large numbers is a cluster that B "
            "splits."
        )
    )
    if len(both.data.labels):
        scores = []
        for spec, trained in ((both.a, both.trained_a), (both.b, both.trained_b)):
            cluster = trained.result.cluster
            judgement = judge(cluster, both.data.labels[: len(cluster)], spec.components)
            cells = [
                f"{v:.3f}"
                for v in (judgement.accuracy, judgement.purity, judgement.nmi, judgement.ari)
            ]
            scores.append([*cells, f"{trained.seconds:.1f} s"])
        names = (say("accuracy"), say("purity"), "NMI", "ARI", say("training"))
        facts(("by the labels", "run A", "run B"), zip(names, *scores, strict=True))


def samples(both: Both) -> None:
    """Generated pictures of partners, row by row."""
    left, right = st.columns([3, 1], vertical_alignment="bottom", gap="medium")
    temperature, draw = temperature_slider(PairView, left, right, "pair")
    comparison = both.comparison
    generated = [
        decode(network, from_clusters(network, GENERATED, temperature, draw))
        for network in (both.trained_a.network(both.a), both.trained_b.network(both.b))
    ]
    partners = [(a, int(comparison.match[a])) for a in range(len(comparison.match))]
    partners += [(-1, b) for b in range(len(generated[1])) if b not in comparison.match]
    grid = np.full((len(partners), 2 * GENERATED, generated[0].shape[2]), np.nan, np.float32)
    names, texts = [], np.full(grid.shape[:2], "", dtype=object)
    hover = say("run {run}, cluster {k}, generated")
    for row, (a, b) in enumerate(partners):
        for start, run, k in ((0, 0, a), (GENERATED, 1, b)):
            if k >= 0:
                grid[row, start : start + GENERATED] = generated[run][k]
                texts[row, start : start + GENERATED] = hover.format(run="AB"[run], k=k)
        names.append(f"{a if a >= 0 else '–'} ↔ {b if b >= 0 else '–'}")
    show_figure(
        mosaic(
            grid, both.data.picture, rows=names, hover=texts, split=GENERATED,
            heads=(say("run A, generated"), say("run B, its partner")),
        ),
        "pair_samples",
        alt=say("Samples of {n} pairs of clusters, A left and B right", n=len(partners)),
        height=height(len(partners), 2 * GENERATED + 1, both.data.picture, grid.shape[2]) + 24,
        shape=shape(len(partners), 2 * GENERATED + 1, both.data.picture, grid.shape[2]),
    )  # fmt: skip
    measured(
        say(
            "Generated, not real: the mean of q(x|z) at z = μ + τε, μ the cluster's centre, τ = "
            "{temperature:g}. A row is a cluster of A and its partner in B; – where there is none. "
            "Each run has a z of its own, so that the same column means nothing across the gap.",
            temperature=temperature,
        )
    )


def latents(both: Both) -> None:
    """Both latents in the plane of A's, B's laid onto A's."""
    options = [o for o in COLOURED if o != "label" or len(both.data.labels)]
    colour = controls.pick(
        PairView, "pair_colour", "Maps coloured by", names=COLOURED, options=options
    )
    a, b = both.trained_a.result, both.trained_b.result
    W, origin = axes_of(a)
    placed = (a.mean - origin) @ W
    more = both.comparison.aligned.shape[1] - len(W)
    wide, middle = np.pad(W, ((0, more), (0, 0))), np.pad(origin, (0, more))
    laid = (both.comparison.aligned - middle) @ wide
    everywhere = np.concatenate([placed, laid])
    margin = 0.05 * np.ptp(everywhere, axis=0) + 0.2
    extent = np.stack([everywhere.min(axis=0) - margin, everywhere.max(axis=0) + margin])
    if colour == "label":
        groups = (both.data.labels[: len(placed)],) * 2
        names: Sequence[str] = both.data.classes
    else:
        own = both.comparison.renamed[b.cluster]
        groups = (a.cluster, own if colour == "own" else a.cluster)
        names = cluster_names(
            int(max(a.responsibility.shape[1], both.comparison.renamed.max() + 1))
        )
    silent(both)
    columns = st.columns(2, gap="medium")
    for column, name, places, group, snapshot in zip(
        columns, "AB", (placed, laid), groups, (a, b), strict=True
    ):
        with column:
            st.markdown(f"## {say('Run A' if name == 'A' else 'Run B, laid onto A')}")
            figure = latent_map(
                places, group, names, hover_texts(snapshot, both.data),
                axes=(say("first principal axis of A's z"), say("second")), extent=extent,
                uirevision=f"{both.a.key}{both.b.key}",
            )  # fmt: skip
            figure.update_layout(showlegend=False, dragmode="pan")
            show_figure(
                figure, f"pair_map_{name}", height=430, pictures=pictures(both.a.items),
                alt=say(
                    "Codes of {n} items in run {run}, coloured by {by}",
                    n=len(places), run=name, by=say(COLOURED[colour]),
                ),
            )  # fmt: skip
    colour_meanings = {
        "own": "Colours: each run's own clusters, partners alike; B's clusters without a partner "
        "come after A's.",
        "first": "Colours: A's clusters in both, so that mixed colours on the right are items that "
        "B keeps elsewhere.",
        "label": "Colours: labels, which no model saw.",
    }
    measured(
        say(
            "Means of p(z|x) of {n:,} items on the principal axes of A's. B's codes are moved, "
            "turned and scaled by {scale:.3g} onto A's as well as can be (orthogonal Procrustes), "
            "which leaves "
            "{residual:.3f} of A's spread in all {d} dimensions; with B's items shuffled it "
            "leaves {chance:.3f}. {colours}",
            n=len(placed),
            scale=both.comparison.scale,
            residual=both.comparison.residual,
            d=both.comparison.aligned.shape[1],
            chance=both.comparison.chance,
            colours=say(colour_meanings[colour]),
        )
    )


def seeds(both: Both) -> None:
    """The same two settings with the next seeds."""
    pair = both.pair
    asked = slot(Asked).spreads
    if not pair_spread.stored(pair) and pair.key not in asked:
        wait = PAIRS * (both.trained_a.seconds + both.trained_b.seconds)
        st.caption(
            marked(
                "Trains both settings with {n} seeds each, the first being those shown: some "
                "{seconds:,.0f} s, starting and compiling not counted.",
                n=PAIRS,
                seconds=max(wait, 1),
            )
        )
        label = say("Train {n} pairs", n=PAIRS)
        if not st.button(label, icon=":material/play_arrow:", key="pair:spread"):
            return
        asked.add(pair.key)
    obtained = obtain(pair_spread, pair, "pairs")
    if obtained is None or not obtained.fresh:
        return
    table = pd.DataFrame(obtained.result, columns=list(MEANING)).round(4)
    first = [(s.vae_seed + i) % 10_000 for i in range(len(table)) for s in (both.a, both.b)]
    table.insert(
        0, "seeds of A, B", [f"{a}, {b}" for a, b in zip(first[::2], first[1::2], strict=True)]
    )
    low, middle, high = np.percentile(obtained.result, [0, 50, 100], axis=0)
    facts(
        ("over the pairs", "median", "lowest", "highest"),
        [(say(n), *(f"{v[i]:.3f}" for v in (middle, low, high))) for i, n in enumerate(MEANING)],
    )
    downloads.table(table, "pairs", "pairs")
    caption(
        say(
            "A difference between two settings means something only where it is larger than the "
            "one between two seeds of the same setting: choose “Another seed” to see that."
        )
    )


def code(both: Both) -> None:
    code_tab.show(
        f"from core.latent import {imports(both.a, both.b)}, fit\n"
        "from core.latent.pairs import compare\n\n"
        f"a = {constructor(both.a)}\n"
        f"b = {constructor(both.b)}\n"
        "comparison = compare(fit(a).result, fit(b).result)\n"
        "print(comparison.table, comparison.match, *comparison.numbers)\n"
    )


def provenance(both: Both) -> None:
    """The settings of both, those that differ marked."""
    other = dict(both.b.leaves())
    table = pd.DataFrame(
        [(n, str(v), str(other[n]), "" if v == other[n] else "≠") for n, v in both.a.leaves()],
        columns=["setting", "run A", "run B", "differs"],
    )
    downloads.table(table, "two-runs", "pair-provenance")
    st.caption(
        marked(
            "Result names {a} and {b}; trained on {device_a} and {device_b}.",
            a=both.a.key,
            b=both.b.key,
            device_a=both.trained_a.device,
            device_b=both.trained_b.device,
        )
    )
