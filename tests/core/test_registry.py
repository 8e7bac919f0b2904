"""The rows of kinds: complete, agreeing with the specs, and enough to train what they name."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import pytest

from core.errors import SpecError
from core.kinds import Kind
from core.registry import BY_CLASS, KINDS
from core.specs import Spec, limits
from core.sweeps import Sweep
from core.sweeps.measuring import MEASURES
from core.sweeps.targets import OBJECTIVES, SECONDS
from core.text.specs import Corpus
from core.vectors import fit
from core.vectors import kinds as vectors
from core.vectors.rows.common import OVERLAP

PARAMETER = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
WORDS = pytest.mark.parametrize("kind", vectors.KINDS, ids=lambda kind: kind.key)


def test_names_are_unique() -> None:
    for name in ("key", "class_name", "name"):
        assert len({getattr(kind, name) for kind in KINDS}) == len(KINDS), name


@PARAMETER
def test_a_row_names_what_there_is(kind: Kind, empty_cache: Any) -> None:
    assert kind.spec.__name__ == kind.class_name and issubclass(kind.spec, Spec)
    names = [name for name, _ in kind.spec().leaves()]
    assert kind.seed in names or not (kind.seed or any("seed" in name for name in names))
    assert not kind.steps or limits(kind.spec, kind.steps)["low"] == 1
    assert not kind.load_fit().stored(kind.spec())


@PARAMETER
def test_a_sweep_begins_where_the_row_says(kind: Kind) -> None:
    sweep = Sweep(**kind.start)
    assert type(sweep.base) is kind.spec and set(sweep.judged) <= set(kind.objectives)
    assert set(kind.objectives) <= set(OBJECTIVES)
    assert {*MEASURES, SECONDS, OVERLAP} >= set(kind.objectives)


@WORDS
def test_all_settings_have_one_variant(kind: Kind) -> None:
    """However the fields are set that a variant depends on."""
    names = sorted({name for variant in kind.variants for name in variant.when})
    options = [limits(kind.spec, name)["options"] for name in names]
    seen = []
    for values in itertools.product(*options):
        chosen = dict(zip(names, values, strict=True))
        fitting = [v for v in kind.variants if v.when.items() <= chosen.items()]
        assert fitting == [kind.variant(kind.spec().replace(**chosen))]
        assert bool(fitting[0].unit) == bool(kind.steps)
        seen += fitting
    assert {id(v) for v in seen} == {id(v) for v in kind.variants}


@WORDS
def test_every_field_has_one_control(kind: Kind) -> None:
    """The chain's own fields are controlled by the chain."""
    own = [field.name for field in dataclasses.fields(kind.spec)]
    own = [name for name in own if not isinstance(getattr(kind.spec(), name), Spec)]
    controlled = [control.name for control in kind.controls]
    assert kind.live or sorted(controlled) == sorted(set(own) - {kind.seed})
    for control in kind.controls:
        known = limits(kind.spec, control.name)
        assert set(control.names) <= set(known.get("options", ()))
        assert control.high is None or known["low"] < control.high <= known["high"]
        assert all(known["low"] <= stop <= known["high"] for stop in control.stops)
        if control.only:
            field, value = control.only
            before = controlled[: controlled.index(control.name)]
            assert field in before and value in limits(kind.spec, field)["options"]


def test_a_title_says_what_differs_from_the_defaults() -> None:
    word2vec, explicit = BY_CLASS["Word2Vec"], BY_CLASS["Explicit"]
    spec = word2vec.spec().replace(architecture="cbow", window=2)
    assert word2vec.title(spec) == "word2vec CBOW 100-d, window 2, wikipedia-sample"
    spec = explicit.spec().replace(objective="mle", temperature=3.0)
    assert explicit.title(spec) == (
        "Explicit factorisation MLE 100-d, temperature 3, wikipedia-sample"
    )


@pytest.mark.parametrize("ask", [fit, fit.ready, fit.stored])
def test_what_no_row_knows_is_not_trained(ask: Any) -> None:
    with pytest.raises(SpecError, match="does not describe a model"):
        ask(Corpus())
