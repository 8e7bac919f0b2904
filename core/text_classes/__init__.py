"""Classes of texts: what a network or a linear model reads of them, characters or words."""

from typing import TYPE_CHECKING

from core.gathering import gather

if TYPE_CHECKING:
    from core.sequences.labels import LabelTable
    from core.text_classes.comparison import Comparison, compare
    from core.text_classes.occlusion import moved
    from core.text_classes.specs import Division, LabelledTexts, Reading, TextClasses
    from core.text_classes.training import fit

__all__ = [
    "Comparison", "Division", "LabelTable", "LabelledTexts", "Reading", "TextClasses", "compare",
    "fit", "moved",
]  # fmt: skip

gather(__name__)
