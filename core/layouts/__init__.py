"""Layouts of points in the plane in which neighbours stay near."""

from core.layouts.umap import layout

__all__ = ["layout"]
