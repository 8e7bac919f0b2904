"""Words discovered in letters alone: n-grams, three methods, and how well they cut."""

from core.segmentation.specs import Discovery

__all__ = ["Discovery"]
