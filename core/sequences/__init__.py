"""Sequences of tokens: encoders of sentences, and the other ways to compare texts."""

from core.sequences.circle import Circle
from core.sequences.judgement import judge
from core.sequences.specs import Parting, Sentences, TextGroups
from core.sequences.training import fit

__all__ = ["Circle", "Parting", "Sentences", "TextGroups", "fit", "judge"]
