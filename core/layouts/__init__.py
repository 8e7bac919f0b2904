"""Layouts of points in the plane in which neighbours stay near."""

from typing import TYPE_CHECKING

from core.gathering import gather

if TYPE_CHECKING:
    from core.layouts.umap import layout

__all__ = ["layout"]

gather(__name__)
