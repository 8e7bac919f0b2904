"""Two runs on the same items: whose clusters are whose, and how alike their latents lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from core import specs
from core.cache import cached
from core.errors import SpecError
from core.items.data import load
from core.latent.snapshots import Snapshot, Trained
from core.latent.specs import Vae
from core.latent.training import fit, train
from core.messages import message
from core.procrustes import overlay
from core.progress import OnStep, part, report, run_on
from core.specs import Spec

PAIRS = 5
ONE_POINT = 1e-12  # codes whose squares sum to less are all the same
NAMES = ("matched", "ARI", "NMI", "residual")


@dataclass(frozen=True)
class RunPair(Spec):
    """Two runs on the same items, and how many seeds of each the spread is over."""

    first: Vae = specs.nested(Vae)
    second: Vae = specs.nested(Vae, prefix="b_")
    pairs: int = specs.integer(PAIRS, 2, 30, "seeds: the pair's own, and those after them")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.first.items != self.second.items:
            raise SpecError(message("Only runs on the same items can be compared."), "second")


@dataclass(frozen=True)
class Compared:
    """How two clusterings of the same n items agree, and how their latents do.

    table: (A, B) items in cluster a of the first and b of the second. match: (A,) the cluster of
    the second that the best one-to-one matching gives each of the first, or −1. aligned: (n, D)
    the second's codes moved, turned and scaled onto the first's, D the larger dimension; residual:
    what is left, ‖A − s B R‖² / ‖A‖² of centred codes, 0 to 1; chance: the same where the items
    of the second are shuffled; scale: s, 0 where all codes of a run are the same.
    """

    table: np.ndarray
    match: np.ndarray
    matched: float
    ari: float
    nmi: float
    aligned: np.ndarray
    residual: float
    chance: float
    scale: float

    @property
    def numbers(self) -> tuple[float, float, float, float]:
        """In the order of NAMES."""
        return self.matched, self.ari, self.nmi, self.residual

    @property
    def renamed(self) -> np.ndarray:
        """(B,) the name of each cluster of the second: its partner's, or one after the last."""
        A, B = self.table.shape
        names = np.full(B, -1)
        names[self.match[self.match >= 0]] = np.flatnonzero(self.match >= 0)
        alone = names < 0
        names[alone] = A + np.arange(alone.sum())
        return names


def compare(first: Snapshot, second: Snapshot) -> Compared:
    """Match the clusters (Hungarian), and lay the second's codes onto the first's."""
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    a, b = first.cluster, second.cluster
    table = np.zeros((first.responsibility.shape[1], second.responsibility.shape[1]), np.int64)
    np.add.at(table, (a, b), 1)
    row, column = linear_sum_assignment(-table)
    match = np.full(len(table), -1)
    match[row] = np.where(table[row, column] > 0, column, -1)  # empty ones are nobody's partner
    laid = overlay(second.mean, first.mean, ONE_POINT)
    shuffled = np.random.default_rng(0).permutation(len(b))
    return Compared(
        table,
        match,
        float(table[row, column].sum() / len(a)),
        float(adjusted_rand_score(a, b)),
        float(normalized_mutual_info_score(a, b)),
        laid.points,
        laid.residual,
        overlay(second.mean[shuffled], first.mean, ONE_POINT).residual,
        laid.scale,
    )


@cached
def pair_spread(spec: RunPair, on_step: OnStep = run_on) -> np.ndarray:
    """NAMES of the pair and of those with the next seeds: (pairs, 4)."""
    rows = []
    for i in range(spec.pairs):
        snapshots = []
        stage = message("pair {i} of {n}", i=i + 1, n=spec.pairs)
        for side, run in enumerate((spec.first, spec.second)):
            start, end = ((2 * i + side + more) / (2 * spec.pairs) for more in (0, 1))
            report(on_step, start, stage)
            seed = (run.vae_seed + i) % 10_000
            step = part(on_step, start, end, stage.template, **stage.values)
            snapshots.append(_trained(run.replace(vae_seed=seed), step).result)
        rows.append(compare(*snapshots).numbers)
    return np.array(rows)


def _trained(spec: Vae, on_step: OnStep) -> Trained:
    """The run, kept only where it is already."""
    return fit(spec) if fit.stored(spec) else train(spec, load(spec.items), on_step)
