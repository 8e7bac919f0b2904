"""One word, or one picture, followed through every step of its way."""

from typing import TYPE_CHECKING

from core.gathering import gather

if TYPE_CHECKING:
    from core.paths.words import WordPath, approximated, counted

__all__ = ["WordPath", "approximated", "counted"]

gather(__name__)
