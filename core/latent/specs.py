"""What is trained: the items (pictures or rows of a table), and a latent-variable model of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core import specs
from core.errors import SpecError
from core.items.specs import Items
from core.messages import message
from core.specs import Spec

MODELS = ("plain", "clusters", "vade")
LAYERS = ("auto", "dense")
STARTS = ("graph", "warm", "published")
CHANGEABLE = ("rate", "precision")
_CHANGE = re.compile(r"(\d+) (\w+) ([0-9.eE+-]+)")


@dataclass(frozen=True)
class Change:
    """From the epoch after `epoch` on, a learning rate or precision other than the spec's."""

    epoch: int
    name: str
    value: float


@dataclass(frozen=True)
class Vae(Spec):
    """A variational autoencoder, plain or with clusters, and how it is trained.

    `changes` holds what was changed while it ran, such as "12 rate 0.0005; 30 precision 80":
    so a run steered by hand is a setting like any other, and can be repeated.
    """

    items: Items = specs.nested(Items)
    latent_model: str = specs.choice(
        "clusters",
        MODELS,
        r"Clusters: $q(z)=\frac1K\sum_y N(\mu_y, I)$. VaDE: weights $\pi_y$ and "
        "diagonal variances are learnt too. Plain: $N(0, I)$.",
    )
    clusters: int = specs.integer(10, 1, 50, "K: how many clusters")
    latent: int = specs.integer(10, 1, 64, "d: the dimension of z")
    precision: float = specs.number(
        40.0,
        0.1,
        1000.0,
        r"$\lambda = 1/\sigma_x^2$ in $\frac{\lambda}{2}\lVert x-\hat x\rVert^2$: large "
        "values want exact pictures, small ones a simple z.",
    )
    likelihood: str = specs.choice(
        "gaussian",
        ("gaussian", "bernoulli"),
        "Of a pixel, given z. A Bernoulli likelihood is one of zeros and ones; on grey "
        "pixels its cross-entropy is no likelihood.",
    )
    layer_kind: str = specs.choice(
        "auto",
        LAYERS,
        "Fitting: pictures of 28×28 go through convolutions, all else through dense "
        "layers. Convolutions cluster as well in as many epochs and copy more exactly, "
        "but on a CPU an epoch takes them over ten times as long: choose dense layers "
        "there to see MNIST learnt in seconds.",
    )
    width: int = specs.integer(256, 8, 1024, "units of each dense layer, 16 times the channels")
    start: str = specs.choice(
        "graph",
        STARTS,
        "Graph: clusters of the neighbour graph start the model and guide it. "
        "Autoencoder: k-means on its codes. As published: all centres at 0.",
    )
    classifier: str = specs.choice(
        "tied",
        ("tied", "free"),
        r"tied: $p(y|z)\propto\pi_y N(z;\mu_y, I)$. free: a network of its own.",
    )
    divergence: str = specs.choice(
        "analytic",
        ("analytic", "sampled"),
        r"analytic: $\frac12\sum(\sigma^2+(m-\mu_y)^2-1-\ln\sigma^2)$, weighted by "
        "$p(y|z)$ of one sample. sampled: of that sample alone, as published.",
    )
    guide: float = specs.number(
        10.0,
        0.0,
        100.0,
        "Weight of the cross-entropy between $p(y|z)$ and the graph's clusters, for a "
        "picture and for the same moved by a pixel; D/64 times that for items of D > "
        "64 numbers. Only with the start “Graph”.",
    )
    vae_epochs: int = specs.integer(60, 1, 2000, "passes over the data")
    vae_rate: float = specs.number(0.001, 1e-5, 10.0, "learning rate of Adam")
    vae_batch: int = specs.integer(128, 1, 4096, "items in a step")
    vae_seed: int = specs.integer(0, 0, 9999, "seed of everything random")
    changes: str = specs.text("", 2000, "changes made while it ran")

    def __post_init__(self) -> None:
        super().__post_init__()
        for change in self.steering:
            specs.limits(Vae, _field(change.name))
            self.replace(changes="", **{_field(change.name): change.value})

    @property
    def components(self) -> int:
        """K of the prior: a plain model has one component."""
        return 1 if self.latent_model == "plain" else self.clusters

    @property
    def steering(self) -> tuple[Change, ...]:
        """The changes, by epoch. Raises SpecError where they cannot be read."""
        found = []
        for part in filter(None, (p.strip() for p in self.changes.split(";"))):
            match = _CHANGE.fullmatch(part)
            if match is None or match[2] not in CHANGEABLE:
                raise SpecError(
                    message(
                        "`changes` holds “{part}”; write such as “12 rate 0.0005”, names are "
                        "{names}.",
                        part=part[:40],
                        names=", ".join(CHANGEABLE),
                    ),
                    "changes",
                )
            try:
                found.append(Change(int(match[1]), match[2], float(match[3])))
            except ValueError as error:
                raise SpecError(
                    message("`changes` holds “{text}”, not a number.", text=match[3]), "changes"
                ) from error
        return tuple(sorted(found, key=lambda change: change.epoch))

    def steered(self, epoch: int, name: str, value: float) -> Vae:
        """This run, with a change after `epoch` epochs; a later one of the same kind is dropped."""
        kept = [c for c in self.steering if not (c.name == name and c.epoch >= epoch)]
        kept.append(Change(epoch, name, value))
        said = "; ".join(f"{c.epoch} {c.name} {c.value:g}" for c in kept)
        return self.replace(changes=said)

    def at(self, epoch: int) -> tuple[float, float]:
        """(learning rate, λ) of the epoch with this number, counted from 1."""
        now = {"rate": self.vae_rate, "precision": self.precision}
        for change in self.steering:
            if change.epoch < epoch:
                now[change.name] = change.value
        return now["rate"], now["precision"]


AS_PUBLISHED = {
    "latent_model": "clusters",
    "start": "published",
    "classifier": "free",
    "divergence": "sampled",
    "precision": 2.5,
    "guide": 0.0,
}
"""The recipe of bojone/vae, vae_keras_cluster.py, but for the size of the networks."""


def _field(name: str) -> str:
    return "vae_rate" if name == "rate" else name
