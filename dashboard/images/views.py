"""What the pages on latent models show: settings that are theirs, not a model's."""

from __future__ import annotations

from dataclasses import dataclass, fields

from core import specs
from core.errors import SpecError
from core.latent.specs import LAYERS, MODELS, STARTS, Vae
from core.messages import message
from core.specs import Spec

COLOURS = ("cluster", "label", "doubt")


LAST = 2000  # an epoch no run goes beyond: the last one


@dataclass(frozen=True)
class LatentView(Spec):
    """What is shown of a latent model while and after it trains."""

    train_now: bool = specs.flag(False, "train as soon as the page opens")
    shown_epoch: int = specs.integer(LAST, 0, LAST, "the stored epoch that is shown")
    map_colour: str = specs.choice("cluster", COLOURS, "what colours the latent map")
    map_axes: str = specs.choice("pca", ("pca", "umap"), "how z is laid out in a plane")
    temperature: float = specs.number(1.0, 0.0, 2.0, "τ: how far from the centre samples are drawn")
    draw: int = specs.integer(0, 0, 9999, "number of the draw of random ε")
    enlarged: int = specs.integer(-1, -1, 49, "the cluster shown alone; −1 shows all")
    base_item: int = specs.integer(0, 0, 4999, "the item whose z is moved")
    moved: str = specs.text("", 1000, "offsets of z, such as 0:1.5 3:-2")
    walk_from: int = specs.integer(0, 0, 49, "the cluster a walk starts from")
    walk_to: int = specs.integer(1, 0, 49, "the cluster it goes to")
    draws_shown: int = specs.integer(1000, 1, 5000, "M: weights of the density shown")
    density_item: int = specs.integer(0, 0, 4999, "the item whose density is shown")


PAIR_COLOURS = ("own", "first", "label")
DIFFERENCES = {
    "vae_seed": "Seed",
    "latent_model": "Prior of z",
    "start": "Start of the clusters",
    "clusters": "Clusters K",
    "latent": "Latent dimension d",
    "precision": "Precision λ",
    "classifier": "Classifier p(y|z)",
    "divergence": "KL of z",
    "guide": "Pull of the graph",
    "vae_epochs": "Epochs",
    "vae_rate": "Learning rate",
    "vae_batch": "Batch",
    "width": "Units a layer",
    "layer_kind": "Layers",
}


@dataclass(frozen=True)
class SecondRun(Spec):
    """Run B: like run A but for the settings named in `differs`, whose values follow as b_…"""

    differs: str = specs.text("vae_seed", 300, "settings in which run B differs, between spaces")
    b_vae_seed: int = specs.integer(1, 0, 9999, "B's seed of everything random")
    b_latent_model: str = specs.choice("vade", MODELS, "B's prior")
    b_start: str = specs.choice("published", STARTS, "where B's clusters come from")
    b_clusters: int = specs.integer(12, 1, 50, "B's K")
    b_latent: int = specs.integer(4, 1, 64, "B's dimension of z")
    b_precision: float = specs.number(10.0, 0.1, 1000.0, "B's λ")
    b_classifier: str = specs.choice("free", ("tied", "free"), "B's p(y|z)")
    b_divergence: str = specs.choice("sampled", ("analytic", "sampled"), "B's KL(z)")
    b_guide: float = specs.number(0.0, 0.0, 100.0, "B's weight of the graph's clusters")
    b_vae_epochs: int = specs.integer(20, 1, 2000, "B's passes over the data")
    b_vae_rate: float = specs.number(0.0005, 1e-5, 10.0, "B's learning rate")
    b_vae_batch: int = specs.integer(64, 1, 4096, "B's items in a step")
    b_width: int = specs.integer(64, 8, 1024, "B's units of each hidden layer")
    b_layer_kind: str = specs.choice("dense", LAYERS, "B's layers")

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in self.differs.split():
            if name not in DIFFERENCES:
                raise SpecError(
                    message(
                        "`differs` names “{name}”; there are {names}.",
                        name=name[:40],
                        names=", ".join(DIFFERENCES),
                    ),
                    "differs",
                )

    def run(self, first: Vae) -> Vae:
        """Run B, for this run A. Steering by hand is A's own."""
        values = {name: self.leaf(f"b_{name}") for name in self.differs.split()}
        return first.replace(changes="", **values)


@dataclass(frozen=True)
class PairView(Spec):
    """How two runs are drawn beside each other."""

    pair_colour: str = specs.choice("own", PAIR_COLOURS, "what colours both maps")
    temperature: float = specs.number(1.0, 0.0, 2.0, "τ: how far from the centre samples are drawn")
    draw: int = specs.integer(0, 0, 9999, "number of the draw of random ε")


assert {f"b_{name}" for name in DIFFERENCES} == {f.name for f in fields(SecondRun)} - {"differs"}
