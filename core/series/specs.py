"""The settings of series: spectra made from physics or a file's, and the network that sorts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from core import specs
from core.errors import SpecError
from core.learning import steering
from core.learning.specs import Callbacks
from core.learning.steering import Change
from core.messages import Message, message
from core.specs import Spec
from core.tables.options import TableOptions

KINDS = ("star", "galaxy", "quasar", "unknown")
MEDIA = ("vacuum", "air")
UNEVEN = ("refuse", "cut", "stretch")
F1_FORMS = ("true", "printed")
CHANGEABLE = ("rate", "soft")


@dataclass(frozen=True)
class Spectra(Spec):
    """Synthetic spectra, made from physics: no telescope has seen any of them.

    Wavelengths are evenly spaced in their logarithm from 3,690 to 9,100 Å, as LAMOST's are.
    """

    spectra_count: int = specs.integer(2400, 40, 20_000, "How many spectra are made.")
    spectra_points: int = specs.integer(
        256, 64, 2600, "Points of a spectrum; the contest of 2018 had 2,600."
    )
    resolution: float = specs.number(
        200.0,
        50.0,
        5000.0,
        "R = λ/Δλ, Δλ the width at half height that the spectrograph gives a line of no width. A "
        "lower R makes lines wider and flatter, of the same area.",
    )
    snr: float = specs.number(
        4.0,
        0.3,
        100.0,
        "The middle signal-to-noise ratio of a point; each spectrum has from half to twice of it, "
        "one of an unknown object a third of that.",
    )
    star_share: float = specs.number(
        0.6,
        0.25,
        0.97,
        "The share of stars; the other three kinds share the rest evenly. Where stars are many, "
        "accuracy says little and macro-F1 much.",
    )
    calibration: float = specs.number(
        0.3,
        0.0,
        1.0,
        "How wrong the continuum is: the spread of the logarithm of a smooth factor, different in "
        "each spectrum. At 0 the shape of the continuum gives the kind away.",
    )
    medium: str = specs.choice(
        "vacuum",
        MEDIA,
        "What wavelengths are measured in. In air they are shorter by about 0.03 %; redshift acts "
        "on those in vacuum.",
    )
    sky_seed: int = specs.integer(0, 0, 9999, "seed of everything random in the spectra")

    @property
    def label(self) -> Message:
        """The name of the data as shown to people."""
        return message("synthetic spectra")


@dataclass(frozen=True)
class OwnSeries(Spec):
    """Series of a file, one a row, each with its class."""

    series_from: str = specs.choice("upload", ("upload", "file"), "where the file lies")
    series_name: str = specs.text("", 300, "name of the file")
    series_digest: str = specs.text("", 64, "what pins its content")
    class_column: str = specs.text(
        "", 200, "The column that holds the classes; empty: the one that looks like it."
    )
    uneven: str = specs.choice(
        "refuse",
        UNEVEN,
        "What becomes of series of different lengths. Cut: all end where the shortest does. "
        "Stretch: each is stretched to the length of the longest, between its points linearly.",
    )
    most_series: int = specs.integer(5000, 4, 50_000, "So many first series are used at most.")
    series_table: TableOptions = specs.nested(TableOptions, prefix="series_table_", silent=True)

    @property
    def label(self) -> Message:
        """The name of the data as shown to people."""
        return message("{name}", name=self.series_name or message("upload"))


@dataclass(frozen=True)
class SeriesParting(Spec):
    """Which series are trained on: all that needs no network."""

    data: Spectra | OwnSeries = specs.one_of(
        Spectra, OwnSeries, key="series", names=("spectra", "own")
    )
    tested: float = specs.number(
        0.5, 0.05, 0.9, "The share of each class that is never trained on, and judged by."
    )
    series_seed: int = specs.integer(
        0, 0, 9999, "seed of the split, the start of the network and the order of the batches"
    )


class Steered(NamedTuple):
    """What holds in an epoch: the learning rate, before a schedule, and the share of soft F1."""

    rate: float
    soft: float


@dataclass(frozen=True)
class Falling(Callbacks):
    """Callbacks by which the learning rate falls along a cosine, if nothing else is chosen.

    With a constant rate macro-F1 jumps by some hundredths from one epoch to the next, as a rare
    class has few series.
    """

    rate_schedule: str = specs.as_in(Callbacks, "rate_schedule", "cosine")
    decay_epochs: int = specs.as_in(Callbacks, "decay_epochs", 30)


@dataclass(frozen=True)
class SeriesNet(Spec):
    """Dilated convolutions with residuals that sort series into classes.

    (Su 2018, kexue.fm/archives/5505.) Blocks of three convolutions of width 3, their taps 1, 2
    and 4 points apart, each added to what it reads, then the larger of every two points. Trained
    with cross-entropy first, then with soft macro-F1. Widths and rates are ours: the source gives
    none. `net_changes` holds what was changed while it ran, such as "12 rate 0.0005; 20 soft 1".
    """

    parting: SeriesParting = specs.nested(SeriesParting)
    blocks: int = specs.integer(4, 1, 7, "Blocks; each halves the number of points.")
    channels: int = specs.integer(
        8, 2, 64, "Channels of the first block; twice as many in the second, four times after it."
    )
    vector_dim: int = specs.integer(
        32, 2, 256, "The length of the last layer's vector, which stands for a series in maps."
    )
    cross_epochs: int = specs.integer(
        22, 0, 500, "Epochs with cross-entropy, before those with soft macro-F1."
    )
    f1_form: str = specs.choice(
        "true",
        F1_FORMS,
        "True: 1 − the mean over classes of 2Σyŷ/Σ(y+ŷ). As printed: −log Σ ½Σyŷ/Σ(y+ŷ), which is "
        "−log of the true one plus a constant, 0 for four classes.",
    )
    added_noise: float = specs.number(
        0.4,
        0.0,
        3.0,
        "Noise added to a series in each step, other noise each time, in units of the series' own "
        "spread: the network must not learn the noise of a series by heart.",
    )
    net_epochs: int = specs.integer(30, 1, 500, "passes over the training series")
    net_rate: float = specs.number(0.003, 1e-5, 1.0, "learning rate of Adam")
    net_batch: int = specs.integer(32, 2, 2048, "series in a step")
    net_changes: str = specs.text("", 2000, "changes made while it ran")
    callbacks: Falling = specs.nested(Falling)

    def __post_init__(self) -> None:
        super().__post_init__()
        for change in self.steering:
            if change.name == "rate":
                self.replace(net_changes="", net_rate=change.value)
            elif not 0 <= change.value <= 1:
                raise SpecError(
                    message(
                        "`soft={value:g}` in `net_changes` must lie between 0 and 1.",
                        value=change.value,
                    ),
                    "net_changes",
                )

    @property
    def epochs(self) -> int:
        """How many epochs the run has."""
        return self.net_epochs

    @property
    def run_key(self) -> str:
        """What two specs share whose runs begin alike: all but their length and steering."""
        return self.replace(net_epochs=1, net_changes="").key

    @property
    def steering(self) -> tuple[Change, ...]:
        """The changes, by epoch. Raises SpecError where they cannot be read."""
        return steering.read(self.net_changes, CHANGEABLE)

    def steered(self, epoch: int, name: str, value: float) -> SeriesNet:
        """This run, with a change after `epoch` epochs; a later one of the same kind is dropped."""
        return self.replace(net_changes=steering.write(self.steering, Change(epoch, name, value)))

    def at(self, epoch: int) -> Steered:
        """Learning rate and share of soft F1 in the epoch with this number, counted from 1."""
        now = Steered(self.net_rate, float(epoch > self.cross_epochs))
        for change in self.steering:
            if change.epoch < epoch:
                now = now._replace(**{change.name: change.value})
        return now
