"""Rows that models are trained on, or that are explored: pictures, tables, their labels."""

from typing import TYPE_CHECKING

from core.gathering import gather

if TYPE_CHECKING:
    from core.items.collection import open_table
    from core.items.collection_specs import Collection, with_roles

__all__ = ["Collection", "open_table", "with_roles"]

gather(__name__)
