"""Rows that models are trained on, or that are explored: pictures, tables, their labels."""

from core.items.collection import open_table
from core.items.collection_specs import Collection, with_roles

__all__ = ["Collection", "open_table", "with_roles"]
