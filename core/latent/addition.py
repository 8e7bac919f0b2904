"""What a clustering model adds to the graph whose clusters it starts from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from core.cache import cached
from core.errors import SpecError
from core.items.data import load
from core.latent import graph
from core.latent.judgement import judge
from core.latent.specs import Vae
from core.latent.training import fit
from core.messages import message
from core.progress import OnStep, part, report, run_on

SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Addition:
    """How many items are in another cluster than the graph put them into.

    items: those that are compared; moved: of them. gained, lost: how many of the moved ones have
    the label that their cluster stands for only in the model, and only in the graph; −1 without
    labels.
    """

    items: int
    moved: int
    gained: int = -1
    lost: int = -1

    @property
    def changed(self) -> str:
        """What the moves were worth beyond the luck of the items, by a sign test at 5 %: "gain",
        "loss" or "nothing"."""
        from scipy.stats import binomtest

        moves = self.gained + self.lost
        if moves <= 0 or binomtest(self.gained, moves).pvalue > SIGNIFICANT:
            return "nothing"
        return "gain" if self.gained > self.lost else "loss"


@cached
def added(spec: Vae, on_step: OnStep = run_on) -> Addition:
    """Compare the model's clusters with those of its graph.

    Clusters are matched one to one so that most items stay; so are clusters and labels, apart for
    the graph and for the model. Raises SpecError for a model that starts from no graph.
    """
    if spec.latent_model == "plain" or spec.start != "graph":
        raise SpecError(message("This model starts from no graph: `start=graph` does."), "start")
    data = load(spec.items)
    cluster = fit(spec, part(on_step, 0.0, 0.5)).result.cluster
    report(on_step, 0.5, "joining each item to its nearest")
    target = graph.clusters(data.x, data.picture, spec.clusters, spec.vae_seed)[: len(cluster)]
    table = np.zeros((spec.clusters, spec.clusters), np.int64)
    np.add.at(table, (target, cluster), 1)
    _, same = linear_sum_assignment(-table)
    moved = same[target] != cluster
    if not len(data.labels):
        return Addition(len(cluster), int(moved.sum()))
    labels = data.labels[: len(cluster)]
    before, after = (
        (judge(of, labels, spec.clusters).match[of] == labels)[moved] for of in (target, cluster)
    )
    gained, lost = int((after & ~before).sum()), int((before & ~after).sum())
    return Addition(len(cluster), int(moved.sum()), gained, lost)
