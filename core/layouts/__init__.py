"""Points in the plane that keep near what is near."""

from core.layouts.umap import layout

__all__ = ["layout"]
