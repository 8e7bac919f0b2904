"""What is trained: the items (pictures or rows of a table), and a latent-variable model of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from core import specs
from core.items.specs import Items
from core.learning import steering
from core.learning.specs import Callbacks
from core.learning.steering import Change
from core.specs import Spec

MODELS = ("plain", "clusters", "vade")
LAYERS = ("auto", "dense", "convolutions")
STARTS = ("graph", "warm", "published")
CHANGEABLE = ("rate", "precision")


class Steered(NamedTuple):
    """What holds in an epoch: the learning rate, before a schedule, and λ."""

    rate: float
    precision: float


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
        "layers; other pictures do where they are chosen. Convolutions cluster as well "
        "in as many epochs and copy more exactly, but on a CPU an epoch takes them over "
        "ten times as long: choose dense layers there to see MNIST learnt in seconds.",
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
    callbacks: Callbacks = specs.nested(Callbacks)

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
    def epochs(self) -> int:
        """How many epochs the run has."""
        return self.vae_epochs

    @property
    def run_key(self) -> str:
        """What two specs share whose runs begin alike: all but their length and steering."""
        return self.replace(vae_epochs=1, changes="").key

    @property
    def steering(self) -> tuple[Change, ...]:
        """The changes, by epoch. Raises SpecError where they cannot be read."""
        return steering.read(self.changes, CHANGEABLE)

    def steered(self, epoch: int, name: str, value: float) -> Vae:
        """This run, with a change after `epoch` epochs; a later one of the same kind is dropped."""
        return self.replace(changes=steering.write(self.steering, Change(epoch, name, value)))

    def at(self, epoch: int) -> Steered:
        """Learning rate and λ of the epoch with this number, counted from 1."""
        now = Steered(self.vae_rate, self.precision)
        for change in self.steering:
            if change.epoch < epoch:
                now = now._replace(**{change.name: change.value})
        return now


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
