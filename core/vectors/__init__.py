"""Word vectors: factorised association matrices, neighbours, expressions."""

from core.vectors.factorised import factorise, vectors
from core.vectors.nearest import nearest
from core.vectors.specs import PpmiSvd, Query

__all__ = ["PpmiSvd", "Query", "factorise", "nearest", "vectors"]
