"""Words discovered in letters alone: n-grams, methods, scores; and templates of words."""

from typing import TYPE_CHECKING

from core.gathering import gather

if TYPE_CHECKING:
    from core.segmentation.specs import Discovery, TemplateRules

__all__ = ["Discovery", "TemplateRules"]

gather(__name__)
