"""What is trained: two networks that play against each other, on points of a plane or items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from core import specs
from core.adversarial.drawing import read_drawn
from core.fields import checked
from core.items.specs import Items
from core.learning import steering
from core.learning.specs import Callbacks
from core.learning.steering import Change
from core.specs import Spec

PLANES = ("ring", "grid", "moons", "spiral", "drawn", "picture")
GAMES = ("non-saturating", "saturating", "least squares", "wgan-gp")
PLAYERS = ("both", "discriminator", "generator")
CHANGEABLE = ("rate", "rate_g", "anchor", "d_updates", "g_updates", "only")


class Steered(NamedTuple):
    """What holds in an epoch: the rates of D and G, λ, and the players' updates.

    only: 0 both players move; 1 one update of D alone; 2 one update of G alone (`PLAYERS`).
    """

    rate: float
    rate_g: float
    anchor: float
    d_updates: float
    g_updates: float
    only: float


@dataclass(frozen=True)
class Plane(Spec):
    """Points of a plane, drawn from a known distribution."""

    plane_kind: str = specs.choice("ring", PLANES, "where the real points lie")
    plane_modes: int = specs.integer(
        8,
        2,
        36,
        "Gaussians of the ring; of the grid, the nearest square number. Curves are "
        "cut into as many pieces, drawings and pictures into as many parts.",
    )
    spread: float = specs.number(
        0.05, 0.01, 0.5, "σ of each Gaussian, or of the noise around a curve, place or pixel"
    )
    plane_drawn: str = specs.text(
        "", 2000, "places drawn by hand, four hexadecimal digits each: x, then y"
    )
    plane_digit: int = specs.integer(
        3, 0, 1796, "the digit whose dark pixels are the places, where no picture is given"
    )
    picture_name: str = specs.text("", 300, "name of a picture whose dark pixels are the places")
    picture_digest: str = specs.text("", 64, "its SHA-256")
    points: int = specs.integer(2000, 1, 20_000, "real points to learn from")
    plane_seed: int = specs.integer(0, 0, 9999, "seed of the real points")

    def __post_init__(self) -> None:
        super().__post_init__()
        read_drawn(self.plane_drawn)


@dataclass(frozen=True)
class Gan(Spec):
    r"""A generator G and a discriminator D on points of a plane.

    An epoch is `gan_updates` updates, dealt to D and G in turn; D goes first. `anchor` is λ of
    $\lambda\lVert G(z)-G_o(z)\rVert^2$, the term that stands for KL(q(x)‖q°(x)) and that
    the standard GAN drops; G_o is G as it was up to `held` rounds ago.
    """

    plane: Plane = specs.nested(Plane)
    game: str = specs.choice(
        "non-saturating",
        GAMES,
        r"What G minimises. Non-saturating: $-\ln D(G(z))$. Saturating: $\ln(1-D(G(z)))$. Least "
        r"squares: $(D(G(z))-1)^2$. WGAN-GP: $-D(G(z))$, where D pays for gradients.",
    )
    anchor: float = specs.number(
        1.0,
        0.0,
        1000.0,
        r"λ of $\lambda\lVert G(z)-G_o(z)\rVert^2$, the term that the standard GAN drops: it "
        "keeps the new generator near the old one, on which D was trained. 0 is the standard GAN.",
    )
    held: int = specs.integer(
        10,
        1,
        1000,
        "Rounds for which the old generator $G_o$ stays the same. At 1, with one update of G a "
        "round, the term has no gradient: G leaves $G_o$ only in the step that it should slow.",
    )
    penalty: float = specs.number(
        1.0, 0.0, 1000.0, r"WGAN-GP: weight of $(\lVert\nabla_x D\rVert-c)^2$"
    )
    slope: float = specs.number(
        1.0, 0.0, 10.0, "WGAN-GP: c, the norm that gradients of D are drawn to"
    )
    noise: int = specs.integer(2, 1, 32, "dimensions of z; the warped grid is of the first two")
    gan_width: int = specs.integer(64, 4, 512, "units of each of two hidden layers, in G and in D")
    rate_d: float = specs.number(0.001, 1e-5, 10.0, "learning rate of D")
    rate_g: float = specs.number(0.001, 1e-5, 10.0, "learning rate of G")
    momentum: float = specs.number(
        0.9,
        0.0,
        0.99,
        r"β₁ of Adam, for both players. In a game momentum drives players past each "
        "other: 0.5 is customary, 0.9 is Adam's own.",
    )
    d_updates: int = specs.integer(1, 1, 10, "updates of D in a round")
    g_updates: int = specs.integer(1, 1, 10, "updates of G in a round")
    gan_batch: int = specs.integer(128, 1, 2048, "points in an update")
    gan_updates: int = specs.integer(100, 2, 1000, "updates in an epoch, those of D and of G")
    gan_epochs: int = specs.integer(60, 1, 2000, "epochs")
    gan_seed: int = specs.integer(0, 0, 9999, "seed of the networks, of z and of the batches")
    gan_changes: str = specs.text("", 2000, "changes made while it ran")

    def __post_init__(self) -> None:
        super().__post_init__()
        for change in self.steering:
            if change.name == "only":
                checked("only", float, {"low": 0, "high": len(PLAYERS) - 1}, change.value)
            else:
                self.replace(gan_changes="", **{_field(change.name): _value(change)})

    @property
    def epochs(self) -> int:
        """How many epochs the run has."""
        return self.gan_epochs

    @property
    def callbacks(self) -> Callbacks:
        """None: a loss of a game does not fall, so no epoch can be called the best by it."""
        return Callbacks()

    @property
    def run_key(self) -> str:
        """What two specs share whose runs begin alike: all but their length and steering."""
        return self.replace(gan_epochs=1, gan_changes="").key

    @property
    def steering(self) -> tuple[Change, ...]:
        """The changes, by epoch. Raises SpecError where they cannot be read."""
        return steering.read(self.gan_changes, CHANGEABLE)

    def steered(self, epoch: int, name: str, value: float) -> Gan:
        """This run, with a change after `epoch` epochs; a later one of the same kind is dropped."""
        changes = steering.write(self.steering, Change(epoch, name, value))
        return self.replace(gan_changes=changes)

    def alone(self, epoch: int, player: str) -> Gan:
        """This run, in which the epoch after `epoch` is one update of one player of `PLAYERS`."""
        once = self.steered(epoch, "only", PLAYERS.index(player))
        return once.steered(epoch + 1, "only", 0)

    def at(self, epoch: int) -> Steered:
        """What holds in the epoch with this number, counted from 1."""
        now = Steered(self.rate_d, self.rate_g, self.anchor, self.d_updates, self.g_updates, only=0)
        for change in self.steering:
            if change.epoch < epoch:
                now = now._replace(**{change.name: change.value})
        return now


def _field(name: str) -> str:
    return "rate_d" if name == "rate" else name


def _value(change: Change) -> float:
    whole = change.name.endswith("_updates") and change.value == int(change.value)
    return int(change.value) if whole else change.value


class Guided(NamedTuple):
    """What holds in an epoch of an O-GAN: the learning rate, and the weight of ρ."""

    rate: float
    rho_weight: float


@dataclass(frozen=True)
class OGan(Spec):
    r"""A GAN whose discriminator is an encoder too (Su, arXiv 1903.01931), on items.

    D(x) is the mean of E(x)'s numbers; what is left of E(x) without its mean and length is the
    code, and is correlated with the z that an item was generated from.
    """

    items: Items = specs.nested(Items)
    ogan_latent: int = specs.integer(32, 3, 128, "d: the dimension of z, and of E(x)")
    ogan_width: int = specs.integer(256, 8, 1024, "units of each of two hidden layers, in G and E")
    rho_weight: float = specs.number(
        1.0, 0.0, 10.0, r"Weight of $\rho(z, E(G(z)))$: 0 is a GAN that does not encode."
    )
    ogan_rate: float = specs.number(0.0005, 1e-5, 10.0, "learning rate of Adam, for both networks")
    ogan_momentum: float = specs.number(0.5, 0.0, 0.99, "β₁ of Adam")
    ogan_batch: int = specs.integer(64, 1, 1024, "items in an update")
    ogan_updates: int = specs.integer(100, 1, 1000, "updates in an epoch")
    ogan_epochs: int = specs.integer(50, 1, 2000, "epochs")
    ogan_seed: int = specs.integer(0, 0, 9999, "seed of the networks, of z and of the batches")
    ogan_changes: str = specs.text("", 2000, "changes made while it ran")

    def __post_init__(self) -> None:
        super().__post_init__()
        for change in self.steering:
            name = "ogan_rate" if change.name == "rate" else change.name
            self.replace(ogan_changes="", **{name: change.value})

    @property
    def epochs(self) -> int:
        """How many epochs the run has."""
        return self.ogan_epochs

    @property
    def callbacks(self) -> Callbacks:
        """None: see `Gan.callbacks`."""
        return Callbacks()

    @property
    def run_key(self) -> str:
        """What two specs share whose runs begin alike: all but their length and steering."""
        return self.replace(ogan_epochs=1, ogan_changes="").key

    @property
    def steering(self) -> tuple[Change, ...]:
        """The changes, by epoch. Raises SpecError where they cannot be read."""
        return steering.read(self.ogan_changes, Guided._fields)

    def steered(self, epoch: int, name: str, value: float) -> OGan:
        """This run, with a change after `epoch` epochs; a later one of the same kind is dropped."""
        changes = steering.write(self.steering, Change(epoch, name, value))
        return self.replace(ogan_changes=changes)

    def at(self, epoch: int) -> Guided:
        """What holds in the epoch with this number, counted from 1."""
        now = Guided(self.ogan_rate, self.rho_weight)
        for change in self.steering:
            if change.epoch < epoch:
                now = now._replace(**{change.name: change.value})
        return now
