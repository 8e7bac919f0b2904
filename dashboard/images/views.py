"""What the pages on latent models show: settings that are theirs, not a model's."""

from __future__ import annotations

from dataclasses import dataclass, fields

from core import specs
from core.adversarial.mixture import HALF_STEPS
from core.errors import SpecError
from core.latent.specs import Vae
from core.messages import message
from core.specs import Spec

COLOURS = ("cluster", "label", "doubt")


LAST = 2000  # an epoch no run goes beyond: the last one


@dataclass(frozen=True)
class LatentView(Spec):
    """What is shown of a latent model while and after it trains."""

    train_now: bool = specs.flag(False, "train whenever settings change; a link cannot set it")
    shown_epoch: int = specs.integer(LAST, 0, LAST, "the stored epoch that is shown")
    map_colour: str = specs.choice("cluster", COLOURS, "what colours the latent map")
    map_axes: str = specs.choice("pca", ("pca", "umap"), "how z is laid out in a plane")
    temperature: float = specs.number(
        1.0, 0.0, 2.0, r"$z=\mu_y+\tau\epsilon$: 0 is the centre, 1 the prior itself."
    )
    draw: int = specs.integer(0, 0, 9999, "number of the draw of random ε")
    enlarged: int = specs.integer(-1, -1, 49, "the cluster shown alone; −1 shows all")
    base_item: int = specs.integer(0, 0, 4999, "the item whose z is moved")
    moved: str = specs.text("", 1000, "offsets of z, such as 0:1.5 3:-2")
    walk_from: int = specs.integer(0, 0, 49, "the cluster a walk starts from")
    walk_to: int = specs.integer(1, 0, 49, "the cluster it goes to")
    draws_shown: int = specs.integer(1000, 1, 5000, "M: weights of the density shown")
    density_item: int = specs.integer(0, 0, 4999, "the item whose density is shown")
    annealed: bool = specs.flag(
        False, "chains that go from the posterior to q(x|z) q(z) in 30 steps, besides plain draws"
    )


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
    b_vae_seed: int = specs.as_in(Vae, "vae_seed", 1)
    b_latent_model: str = specs.as_in(Vae, "latent_model", "vade")
    b_start: str = specs.as_in(Vae, "start", "published")
    b_clusters: int = specs.as_in(Vae, "clusters", 12)
    b_latent: int = specs.as_in(Vae, "latent", 4)
    b_precision: float = specs.as_in(Vae, "precision", 10.0)
    b_classifier: str = specs.as_in(Vae, "classifier", "free")
    b_divergence: str = specs.as_in(Vae, "divergence", "sampled")
    b_guide: float = specs.as_in(Vae, "guide", 0.0)
    b_vae_epochs: int = specs.as_in(Vae, "vae_epochs", 20)
    b_vae_rate: float = specs.as_in(Vae, "vae_rate", 0.0005)
    b_vae_batch: int = specs.as_in(Vae, "vae_batch", 64)
    b_width: int = specs.as_in(Vae, "width", 64)
    b_layer_kind: str = specs.as_in(Vae, "layer_kind", "dense")

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
    temperature: float = specs.as_in(LatentView, "temperature", 1.0)
    draw: int = specs.as_in(LatentView, "draw", 0)


assert {f"b_{name}" for name in DIFFERENCES} == {f.name for f in fields(SecondRun)} - {"differs"}


PULLS = ("straight", "turned", "rotation")


@dataclass(frozen=True)
class PlaneView(Spec):
    """The quantisers in the plane, which nothing is trained for."""

    turn: int = specs.integer(40, 0, 180, "the angle between z and its code q, degrees")
    size_ratio: float = specs.number(1.0, 0.05, 3.0, "‖q‖/‖z‖: how long the code is, z being 1")
    wanted: int = specs.integer(
        75, 0, 359, "the direction of minus the gradient at q, degrees from z"
    )
    plane_codes: int = specs.integer(9, 1, 40, "codes in the plane")
    plane_draw: int = specs.integer(66, 0, 99, "number of the random draw of the codes")
    plane_places: str = specs.text(
        "", 1000, "codes moved by hand, such as 9.66 3:0.5:-0.2: 9 codes of draw 66, and places"
    )
    plane_held: int = specs.integer(0, 0, 39, "the code that can be dragged")
    plane_pull: str = specs.choice(
        "turned",
        PULLS,
        "Straight-through: that of q. Rotated: turned back and scaled, at any angle. Guarded: "
        "rotated up to 90°, straight-through beyond, as it is trained here.",
    )
    first_levels: int = specs.integer(5, 2, 16, "FSQ: levels of the first dimension")
    second_levels: int = specs.integer(4, 2, 16, "FSQ: levels of the second dimension")


@dataclass(frozen=True)
class CodesView(Spec):
    """What is shown of a trained autoencoder with codes."""

    codes_train: bool = specs.as_in(LatentView, "train_now", False)
    shown_epoch: int = specs.as_in(LatentView, "shown_epoch", LAST)
    coded_item: int = specs.integer(0, 0, 4999, "the item whose codes are shown")
    cell: int = specs.integer(0, 0, 1023, "the place of the grid whose code is changed")
    code_edits: str = specs.text("", 2000, "codes changed by hand, such as 0:12 5:3")
    method_seeds: int = specs.integer(3, 2, 20, "runs of each method, with seeds 0, 1, 2, …")
    sharpness: float = specs.number(
        1.0, 0.1, 2.0, "temperature τ of the samples: probabilities to the power 1/τ"
    )
    sample_draw: int = specs.integer(0, 0, 9999, "number of the draw of the samples")


SCENES = ("plane", "mixture", "dirac", "items", "inference")


@dataclass(frozen=True)
class GeneratorsView(Spec):
    """What is shown of games between a generator and a discriminator."""

    scene: str = specs.choice(
        "plane",
        SCENES,
        "Plane: points that can be seen whole; EM fits a mixture to them, without a game. Two "
        "numbers: the smallest game, its flow drawn. Items: pictures or rows of a table.",
    )
    games_train: bool = specs.as_in(LatentView, "train_now", False)
    ogan_train: bool = specs.as_in(LatentView, "train_now", False)
    inference_train: bool = specs.as_in(LatentView, "train_now", False)
    shown_epoch: int = specs.as_in(LatentView, "shown_epoch", LAST)
    heat: bool = specs.flag(True, "D as colour: blue where it says real, orange where generated")
    arrows: bool = specs.flag(
        True, "For some generated points, the direction in which D's gradient pulls them."
    )
    warped: bool = specs.flag(False, "Where G takes the square grid of z.")
    mixed_half: int = specs.integer(
        5, 0, HALF_STEPS, "half steps of EM that are done: E, M, E, M, …"
    )
    pen_x: float = specs.number(0.0, -1.6, 1.6, "where the pen is that draws points, x₁")
    pen_y: float = specs.number(0.0, -1.6, 1.6, "where the pen is that draws points, x₂")
    copied_item: int = specs.integer(0, 0, 4999, "the first item that is copied, of eight")
    path_to: int = specs.integer(1, 0, 4999, "the item that the path ends at")
    sample_draw: int = specs.integer(0, 0, 9999, "number of the draw of z")


@dataclass(frozen=True)
class FeaturesView(Spec):
    """What is shown of encoders that learn without labels."""

    features_train: bool = specs.as_in(LatentView, "train_now", False)
    shown_epoch: int = specs.as_in(LatentView, "shown_epoch", LAST)
    feature_query: int = specs.integer(
        0, 0, 4999, "the held-out item whose nearest neighbours are shown"
    )
    near_by: str = specs.choice(
        "euclidean",
        ("euclidean", "cosine"),
        "Nearest by distance, or by the angle between vectors, whatever their lengths.",
    )
