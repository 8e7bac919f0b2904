"""Training whatever a spec describes."""

from __future__ import annotations

from typing import cast

from core.cache import Computation
from core.progress import OnStep, run_on
from core.specs import Spec
from core.vectors.kinds import kind_of
from core.vectors.models.model import Model


def _trainer(spec: Spec) -> Computation[Model]:
    return cast("Computation[Model]", kind_of(spec).load_fit())


def _fit(spec: Spec, on_step: OnStep = run_on) -> Model:
    """Train the model that a spec of `core.vectors.specs` describes; each is computed once.

    Raises SpecError for a spec of something else.

    >>> fit(Glove(dim=50, epochs=5)).word.shape                     # doctest: +SKIP
    """
    return _trainer(spec)(spec, on_step)


# The trainers keep the results: `fit` answers as a `cached` function does, and keeps none.
_fit.ready = lambda spec: _trainer(spec).ready(spec)  # type: ignore[attr-defined]
_fit.stored = lambda spec: _trainer(spec).stored(spec)  # type: ignore[attr-defined]
fit = cast("Computation[Model]", _fit)
