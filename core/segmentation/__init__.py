"""Words discovered in letters alone: n-grams, methods, scores; and templates of words."""

from core.segmentation.specs import Discovery, TemplateRules

__all__ = ["Discovery", "TemplateRules"]
