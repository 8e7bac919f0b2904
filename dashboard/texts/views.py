"""What the pages on texts show: settings that are theirs, not a model's."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.segmentation.specs import Discovery, TemplateRules
from core.sequences.contest import LossContest
from core.series.baselines import SeriesRivals
from core.series.luck import SeedLuck
from core.series.specs import KINDS
from core.specs import Spec
from core.text.discovery import Discovered
from core.text.specs import SOURCES, Source
from core.text_classes.comparison import Comparison
from core.text_classes.doubts import Doubts
from core.text_classes.rivalry import Rivalry

LAST = 500  # an epoch no run goes beyond: the last one


@dataclass(frozen=True)
class Unspaced(Source):
    """A source of text, by default the one whose words were set apart by hand."""

    source: str = specs.choice("peoples-daily", SOURCES, "the corpus to read")
    joined: bool = specs.flag(
        True, "The spaces inside each line are taken out, so that words must be discovered."
    )


@dataclass(frozen=True)
class DiscoveryView(Spec):
    """In which text words are discovered, how, and what of it is shown."""

    origin: Unspaced = specs.nested(Unspaced)
    discovery: Discovery = specs.nested(Discovery)
    rules: TemplateRules = specs.nested(TemplateRules)
    passage_at: float = specs.number(
        50.0, 0.0, 100.0, "How far into the second half of the text the passage shown begins, in %."
    )
    typed: str = specs.text(
        "",
        2000,
        "Any text, cut by the words found in the corpus. Spaces that you type are taken for your "
        "own cuts, and compared.",
    )

    @property
    def found(self) -> Discovered:
        """What is discovered."""
        fields = {name: getattr(self.origin, name) for name in Source.__dataclass_fields__}
        return Discovered(Source(**fields), self.discovery)


@dataclass(frozen=True)
class SentenceView(Spec):
    """What is shown of an encoder of sentences, and of the margin it is trained with."""

    sentences_train: bool = specs.flag(
        False, "train whenever settings change; a link cannot set it"
    )
    circle_classes: int = specs.integer(
        5, 2, 12, "K: the classes of the drawing, evenly round a circle"
    )
    sentence_epoch: int = specs.integer(LAST, 0, LAST, "the stored epoch that is shown")
    typed_sentence: str = specs.text(
        "The king was crowned after the war.", 20_000, "the text whose nearest texts are shown"
    )
    nearest_shown: int = specs.integer(3, 1, 10, "how many nearest texts of each method")
    contest_seeds: int = specs.as_in(LossContest, "contest_seeds", 5)


@dataclass(frozen=True)
class SpectraView(Spec):
    """What is shown of spectra and of the network that sorts them."""

    spectra_train: bool = specs.flag(False, "train whenever settings change; a link cannot set it")
    shown_kind: str = specs.choice("quasar", KINDS, "what the spectrum drawn is of")
    redshift: float = specs.number(
        2.0, 0.0, 4.0, "z: every wavelength is seen 1 + z times as long as it was emitted."
    )
    temperature: float = specs.number(
        7000.0, 3000.0, 20_000.0, "T of the black body, K; it also decides which lines a star has."
    )
    power_slope: float = specs.number(
        -1.5, -3.0, 0.5, "The power of the wavelength that a quasar's continuum follows."
    )
    line_strength: float = specs.number(
        1.0, 0.0, 5.0, "Emission lines, times the usual; at 0 there are none."
    )
    spectrum_draw: int = specs.integer(0, 0, 999, "which noise is drawn")
    net_epoch: int = specs.integer(LAST, 0, LAST, "the stored epoch that is shown")
    looked_at: int = specs.integer(1, 1, 50_000, "the number of the test series that is shown")
    looked_among: str = specs.choice(
        "wrong", ("wrong", "right", "all"), "Test series taken for what they are not, or are."
    )
    method_kernels: int = specs.as_in(SeriesRivals, "kernels", 1000)
    luck_seeds: int = specs.as_in(SeedLuck, "luck_seeds", 3)


@dataclass(frozen=True)
class ClassView(Spec):
    """What is shown of a network for text classes, and of what it is compared with."""

    classes_train: bool = specs.flag(False, "train whenever settings change; a link cannot set it")
    class_epoch: int = specs.integer(LAST, 0, LAST, "the stored epoch that is shown")
    typed_review: str = specs.text(
        "房间很大，也很干净，但是服务太差了，不会再来。",
        20_000,
        "The text whose class is told. Its tokens are hidden in turn, to see what each of them "
        "moves.",
    )
    near_texts: int = specs.as_in(Doubts, "near_texts", 10)
    rivalry_seeds: int = specs.as_in(Rivalry, "rivalry_seeds", 3)
    sum_model: str = specs.as_in(Comparison, "sum_model", "")
