"""What the pages of comparisons show, and where a sweep of each kind begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core import specs
from core.specs import Spec
from core.sweeps.specs import DEFAULT_AXES


@dataclass(frozen=True)
class CompareView(Spec):
    """How deep the lists are compared, and which word is looked at."""

    overlap_k: int = specs.integer(
        10, 1, 50, "Of each word's k nearest in A: how many are among its k nearest in B?"
    )
    compared_word: str = specs.text("", 200, "the word whose two lists are shown")
    repeated: str = specs.choice("a", ("a", "b"), "which of the two is made again and again")


@dataclass(frozen=True)
class SweepView(Spec):
    """Which objective is looked at, and over which fields."""

    judged_by: str = specs.text("", 100, "the objective that is shown; empty: the first")
    contour_x: str = specs.text("", 60, "one field of the contour; empty: the first")
    contour_y: str = specs.text("", 60, "the other field; empty: the second")


NAMES = {
    "PpmiSvd": "PPMI-SVD",
    "Word2Vec": "SGNS or CBOW",
    "Glove": "GloVe",
    "SimplerGlove": "Simpler GloVe",
    "Explicit": "Explicit factorisation",
    "Vae": "VAE clusters",
    "Approximation": "Low-rank approximation",
    "Trust": "Map of words",
}
_WORDS = "WordSim-353, seconds"
STARTS: dict[str, dict[str, Any]] = {  # settings of a `Sweep`, a few minutes each at most
    "PpmiSvd": {"swept": "PpmiSvd?dim=50", "axes": DEFAULT_AXES, "objectives": _WORDS},
    "Word2Vec": {
        "swept": "Word2Vec?dim=50&passes=2",
        "axes": "window = 2, 5, 10; negatives = 2, 10",
        "objectives": _WORDS, "repeats": 2,
    },
    "Glove": {
        "swept": "Glove?dim=50&epochs=10",
        "axes": "x_max = 5 .. 100 log; eta = 0.02 .. 0.2 log",
        "objectives": _WORDS, "sampler": "sobol", "trials": 8, "repeats": 2,
    },
    "SimplerGlove": {
        "swept": "SimplerGlove?dim=50&epochs=10",
        "axes": "x_max = 5 .. 100 log; truncate = no, yes",
        "objectives": _WORDS, "sampler": "sobol", "trials": 8, "repeats": 2,
    },
    "Explicit": {
        "swept": "Explicit?size=500&dim=50&iterations=50",
        "axes": "objective = sgns, mle; negatives = 1, 5, 15",
        "objectives": _WORDS, "repeats": 2,
    },
    "Vae": {
        "swept": "Vae?vae_epochs=15",
        "axes": "latent = 2, 5, 10; precision = 10.0, 40.0",
        "objectives": "accuracy, NMI, reconstruction error, seconds", "repeats": 3,
    },
    "Approximation": {
        "swept": "Approximation?method=randomised",
        "axes": "rank = 5, 20, 80; shown.curves.power = 0, 1, 2; shown.curves.oversampling = 0, 10",
        "objectives": "error, seconds", "repeats": 5,
    },
    "Trust": {
        "swept": "Trust?map_words=1000",
        "axes": "map.map_method = pca, umap, t-sne; map.cloud.vectors.dim = 25, 100",
        "objectives": "trust, seconds", "repeats": 2,
    },
}  # fmt: skip
