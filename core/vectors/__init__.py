"""Word vectors: factorised and trained models, the shelf they stand on, neighbours, scores."""

from core.vectors.factorised import factorise, vectors
from core.vectors.model import fit, space
from core.vectors.nearest import nearest
from core.vectors.shelf import model_of
from core.vectors.specs import PpmiSvd, Query
from core.vectors.trainings import Explicit, Glove, Shelved, SimplerGlove, Word2Vec

__all__ = [
    "Explicit", "Glove", "PpmiSvd", "Query", "Shelved", "SimplerGlove", "Word2Vec",
    "factorise", "fit", "model_of", "nearest", "space", "vectors",
]  # fmt: skip
