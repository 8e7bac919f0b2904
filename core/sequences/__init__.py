"""Sequences of tokens: encoders of sentences, and the other ways to compare texts."""

from typing import TYPE_CHECKING

from core.gathering import gather

if TYPE_CHECKING:
    from core.sequences.circle import Circle
    from core.sequences.judgement import judge
    from core.sequences.specs import Parting, Sentences, TextGroups
    from core.sequences.training import fit

__all__ = ["Circle", "Parting", "Sentences", "TextGroups", "fit", "judge"]

gather(__name__)
