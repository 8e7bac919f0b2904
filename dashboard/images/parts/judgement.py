"""How well clusters agree with labels the model never saw, and the baselines to beat."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.items.data import Loaded
from core.latent.addition import added
from core.latent.baselines import METHODS, NAMES, SPREAD, Baseline, Scores, Spread, baseline, spread
from core.latent.judgement import judge, silhouette
from core.latent.published import PUBLISHED
from core.latent.tried import TRIED
from core.messages import Message, message
from dashboard.images.figures.judgement import confusion
from dashboard.images.parts import vae_run
from dashboard.language import say
from dashboard.markdown import marked
from dashboard.ui import downloads, live_run
from dashboard.ui.captions import answer, caption, chain_strip, measured
from dashboard.ui.figure import show_figure
from dashboard.ui.live_run import LiveRun
from dashboard.ui.work import errors_shown, obtain

TRANSFER = (
    "The defaults were chosen on the digits. On the 10,000 test images of MNIST they gave, with "
    "dense layers, 30 epochs and two seeds, accuracies of 0.953 and 0.954 and NMIs of 0.900 and "
    "0.901, the graph's clusters alone 0.954 and 0.902: the model keeps what it starts from."
)
COLUMNS = ("accuracy", "purity", "NMI", "ARI")
GRAPH, UMAP = NAMES["diffusion"], NAMES["umap"]
VERDICTS = {
    "nothing": "no gain beyond the luck of the items.",
    "gain": "a gain beyond the luck of the items; of another seed nothing is known.",
    "loss": "a loss beyond the luck of the items; of another seed nothing is known.",
}
WAIT = {"umap": "a few seconds", "spectral": "a few seconds"}


def agreement(run: LiveRun, data: Loaded) -> None:
    """Scores and the confusion matrix of the trained model."""
    last, K = run.trained.result, run.spec.components
    width = silhouette(last.mean, last.cluster)
    shape = "–" if np.isnan(width) else f"{width:.3f}"
    card = ("silhouette", shape, "of the clusters in z, −1 to 1; needs no labels")
    if not len(data.labels):
        chain_strip([card])
        st.info(
            marked(
                "{data} has no labels, so that agreement cannot be judged.",
                data=run.spec.items.label,
            )
        )
        return
    if K == 1:
        _one_cluster()
        return
    labels = data.labels[: len(last.cluster)]
    judgement = judge(last.cluster, labels, K)
    answer(
        say(
            "The {K} clusters match the labels, which training never saw, for {share:.0%} of "
            "{n:,} items.",
            K=K, share=judgement.accuracy, n=len(labels),
        )
    )  # fmt: skip
    chain_strip(
        [
            ("accuracy", f"{judgement.accuracy:.3f}", "best one-to-one matching (Hungarian)"),
            ("purity", f"{judgement.purity:.3f}", "each cluster counted for its largest label"),
            ("NMI", f"{judgement.nmi:.3f}", "normalised by the mean of the entropies"),
            ("ARI", f"{judgement.ari:.3f}", "adjusted Rand index: 0 by chance"),
            card,
        ]
    )
    show_figure(
        confusion(judgement, data.classes), "confusion",
        alt=say("Items of {n} clusters by label, matched clusters on the diagonal", n=K),
        height=int(np.clip(30 * K + 110, 260, 700)), dim=not run.fresh,
    )  # fmt: skip
    measured(
        say(
            "{n:,} items by cluster and label; the labels were not used in training. Rows are "
            "matched one to one with labels so that the diagonal is largest: accuracy is its "
            "share. Purity lets several clusters claim one label, so it is never below the "
            "accuracy. Silhouette is measured in z.",
            n=len(labels),
        )
    )
    _addition(run)
    _by_seed(run)


def _addition(run: LiveRun) -> None:
    """What the model adds to its graph, in a sentence."""
    spec = run.spec
    if spec.start != "graph" or spec.latent_model == "plain":
        return
    obtained = obtain(added, spec, "added")
    if obtained is None:
        return
    result = obtained.result
    text = say(
        "The graph clusters, the model follows: of {n:,} items it moved {moved:,} ({share:.1%}) to "
        "another cluster than the graph's.",
        n=result.items, moved=result.moved, share=result.moved / max(result.items, 1),
    )  # fmt: skip
    if result.moved and result.gained >= 0:
        text = say(
            "{text} By their labels, {gained:,} of these came to their right cluster and {lost:,} "
            "left it: {verdict}",
            text=text, gained=result.gained, lost=result.lost,
            verdict=say(VERDICTS[result.changed]),
        )  # fmt: skip
    st.markdown(text)
    with st.expander(say("What was tried so that the model adds more")):
        _tried()


def _tried() -> None:
    """Ideas by which the model might beat its graph, and what became of them."""
    ideas = [(items, idea) for items, tried in TRIED for idea in tried]
    rows = [
        {
            "items": items, "idea": idea.name, "seeds": len(idea.accuracy),
            "accuracy": _range(idea.accuracy), "NMI": _range(idea.nmi),
            "moved": idea.moved, "rightly": idea.gained, "wrongly": idea.lost,
        }
        for items, idea in ideas
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    shown = table.assign(
        items=[say(items) for items, _ in ideas], idea=[say(idea.name) for _, idea in ideas]
    )
    downloads.table(table, "tried", "tried", on_screen=shown)
    caption(
        say(
            "Settings fixed beforehand; median over seeds, in brackets the lowest and highest; "
            "items moved from the graph's cluster, and how many of them came to the cluster of "
            "their label or left it, medians. The luck of the seed is in the ranges; that of the "
            "data is not. None beats the graph by more than that; “guided by the graph to the "
            "end” is the program's model."
        )
    )


def _range(values: tuple[float, ...]) -> str:
    return f"{np.median(values):.3f} ({min(values):.3f}–{max(values):.3f})"


def _one_cluster() -> None:
    st.info(say("One cluster: there is nothing to judge by labels, nor to compare with."))


def _by_seed(run: LiveRun) -> None:
    spec = Spread(run.spec.replace(vae_seed=0))
    st.markdown(f"## {say('The same model, other seeds')}")
    if not _asked(spread.stored(spec), "spread", message("Train with {n} seeds", n=SPREAD)):
        return
    obtained = obtain(spread, spec, "spread")
    if obtained is None:
        return
    scores = obtained.result
    table = _rows([("this model", scores)])
    table["seconds"] = f"{np.median(scores.seconds):.1f}"
    downloads.table(table, "seeds", "seeds", on_screen=table.assign(method=[say("this model")]))
    caption(
        say(
            "Median over {n} seeds, in brackets the lowest and highest; seconds of training, "
            "without compiling and the start. One seed is luck; ten are a result.",
            n=len(scores.values),
        )
    )
    if run.spec.changes:
        caption(say("Every seed was steered at the same epochs as the run shown."))


def baselines(run: LiveRun, data: Loaded) -> None:
    """Ordinary clusterings of the same items in the same table, and published figures."""
    rows: list[tuple[str, Scores]] = []
    spec = Spread(run.spec.replace(vae_seed=0))
    if run.spec.components == 1:
        _one_cluster()
    elif len(data.labels):
        if spread.stored(spec):
            rows.append(("this model", spread(spec)))
        for method in METHODS:
            _baseline(run, method, rows)
        if rows:
            table = _rows(rows)
            shown = table.assign(method=[say(name) for name, _ in rows])
            downloads.table(table, "baselines", "baselines", on_screen=shown)
            caption(
                say(
                    "Median over seeds (3 for the baselines), in brackets the lowest and highest, "
                    "of {data}, K = {K}.",
                    data=say(run.spec.items.label),
                    K=run.spec.components,
                )
            )
            _against(run, dict(rows))
            measured(say(TRANSFER))
    else:
        st.info(marked("{data} has no labels to judge by.", data=run.spec.items.label))
    st.markdown(f"## {say('Published, for reference')}")
    figures = pd.DataFrame(
        PUBLISHED,
        columns=["method", "MNIST, accuracy / NMI %", "Fashion-MNIST, the same", "source"],
    )
    shown = figures.assign(
        **{
            name: [
                say(row[i]) if i in (0, 3) or "purity" in row[i] else row[i] for row in PUBLISHED
            ]
            for i, name in enumerate(figures.columns)
        }
    )
    downloads.table(figures, "published", "published", on_screen=shown)
    caption(say("On other data than the digits, by their authors or those named; not run here."))


def _against(run: LiveRun, scores: dict[str, Scores]) -> None:
    """The model compared with its graph and with UMAP, by the scores of the table."""
    mine = scores.get("this model")
    if mine is None:
        return
    middle = np.median(mine.values, axis=0)
    if GRAPH in scores and run.spec.start == "graph":
        off = middle - np.median(scores[GRAPH].values, axis=0)
        caption(
            say(
                "The model starts from the graph's clusters. Its medians less those of the graph's "
                "clusters alone: accuracy {accuracy:+.3f}, purity {purity:+.3f}, NMI {nmi:+.3f}, "
                "ARI {ari:+.3f}. What it adds for certain is that it generates.",
                accuracy=off[0], purity=off[1], nmi=off[2], ari=off[3],
            )
        )  # fmt: skip
    if UMAP in scores:
        umap = scores[UMAP].values[:, 0]
        apart = mine.values[:, 0].min() > umap.max() or mine.values[:, 0].max() < umap.min()
        caption(
            say(
                "Median accuracy of this model {mine:.3f}, of UMAP with a mixture {umap:.3f}; "
                "their ranges over seeds do not meet."
                if apart
                else "Median accuracy of this model {mine:.3f}, of UMAP with a mixture {umap:.3f}; "
                "their ranges over seeds meet: which is better depends on the seed.",
                mine=middle[0], umap=np.median(umap),
            )
        )  # fmt: skip


def _baseline(run: LiveRun, method: str, rows: list[tuple[str, Scores]]) -> None:
    spec = Baseline(run.spec.items, method, run.spec.clusters)
    label = message("Run: {method}", method=message(NAMES[method]))
    if method in WAIT:
        label = message("{run} ({wait})", run=label, wait=message(WAIT[method]))
    if not _asked(baseline.stored(spec), f"baseline {method}", label):
        return
    with errors_shown():
        obtained = obtain(baseline, spec, f"baseline {method}")
        if obtained is not None and obtained.fresh:
            rows.append((NAMES[method], obtained.result))


def _asked(stored: bool, name: str, label: Message) -> bool:
    """Whether a slow result is stored or was requested; if not, draw a button for it."""
    asked = live_run.watched(vae_run.TRAINER).asked
    if stored or name in asked:
        return True
    if st.button(say(label), icon=":material/play_arrow:", key=f"vae:ask:{name}"):
        asked.add(name)
        st.rerun()
    return False


def _rows(rows: list[tuple[str, Scores]]) -> pd.DataFrame:
    """One row a method: the median of each score, with its range."""
    table_rows = []
    for name, scores in rows:
        low, middle, high = np.percentile(scores.values, [0, 50, 100], axis=0)
        cells = [f"{m:.3f} ({a:.3f}–{b:.3f})" for a, m, b in zip(low, middle, high, strict=True)]
        table_rows.append([name, *cells])
    return pd.DataFrame(table_rows, columns=["method", *COLUMNS])
