"""Settings of the pages on texts."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.segmentation.specs import Discovery
from core.specs import Spec
from core.text.discovery import Discovered
from core.text.specs import SOURCES, Source


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
