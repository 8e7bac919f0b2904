"""Word vectors: factorised and trained models, the shelf they stand on, neighbours, scores."""

from typing import TYPE_CHECKING

from core.gathering import gather

if TYPE_CHECKING:
    from core.vectors.models.factorised import factorise, vectors
    from core.vectors.models.fitting import fit
    from core.vectors.models.model import space
    from core.vectors.search.nearest import nearest
    from core.vectors.specs import Explicit, Glove, PpmiSvd, Query, Shelved, SimplerGlove, Word2Vec
    from core.vectors.store.shelf import model_of

__all__ = [
    "Explicit", "Glove", "PpmiSvd", "Query", "Shelved", "SimplerGlove", "Word2Vec",
    "factorise", "fit", "model_of", "nearest", "space", "vectors",
]  # fmt: skip

gather(__name__)
