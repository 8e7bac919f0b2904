"""The kinds of word-vector models: what is derived from these rows is written nowhere else."""

from __future__ import annotations

from core.kinds import Kind, kind_in
from core.specs import Spec
from core.vectors.rows import factorisations, predictive, squares

KINDS = (*predictive.KINDS, *squares.KINDS, *factorisations.KINDS)
"""In the order of the screen; the first is the one that is offered first."""
SPECS = tuple(kind.spec for kind in KINDS)
PPMI_SVD = factorisations.PPMI_SVD


def kind_of(spec: Spec) -> Kind:
    """The row of a word-vector model. Raises SpecError for the spec of anything else."""
    return kind_in(KINDS, type(spec).__name__)
