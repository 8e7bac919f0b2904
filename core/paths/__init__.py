"""One word, or one picture, followed through every step of its way."""

from core.paths.words import WordPath, approximated, counted

__all__ = ["WordPath", "approximated", "counted"]
