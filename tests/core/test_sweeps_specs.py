"""What a sweep is: its texts, its fields, the settings it chooses."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import numpy as np
import pytest

from core.errors import SpecError
from core.registry import BY_CLASS
from core.specs import Spec
from core.sweeps.axes import fields, parse
from core.sweeps.proposals import STARTUP, propose
from core.sweeps.specs import Sweep
from core.sweeps.targets import read, write
from core.vectors.specs import PpmiSvd, SimplerGlove, Word2Vec

VAE = "Vae?vae_epochs=2&latent=4"


def settings(sweep: Sweep, value: Any = lambda params: 0.0) -> list[dict[str, Any]]:
    proposed: list[dict[str, Any]] = []
    for place in range(sweep.settings):
        proposed.append(propose(sweep, place, [(params, value(params)) for params in proposed]))
    return proposed


def test_a_sweep_survives_json_and_a_link() -> None:
    sweep = Sweep(swept=VAE, axes="latent = 2 .. 20 log; start = graph, warm", sampler="sobol",
                  trials=7, objectives="NMI, seconds")  # fmt: skip
    assert Sweep.from_json(sweep.to_json()) == sweep
    again, notices = Sweep.from_query(sweep.to_query())
    assert (again, notices, again.key) == (sweep, [], sweep.key)
    assert Sweep(trials=8, swept=VAE, axes="latent = 2, 3", objectives="NMI").key != sweep.key


def test_one_sweep_has_one_spelling() -> None:
    a = Sweep(swept="PpmiSvd?dim=50&window=5", axes="window=2,3;  dim = 20..50 log")
    b = Sweep(swept="PpmiSvd?dim=50", axes="association.counts.window = 2, 3; dim = 20 .. 50 log")
    assert a == b and a.key == b.key


@pytest.mark.parametrize("name", BY_CLASS)
def test_every_field_that_declares_its_values_can_be_swept(name: str) -> None:
    kind = type(read(name))
    leaves = {field.path: field for field in fields(kind)}
    plain = {leaf for leaf, value in kind().leaves() if not isinstance(value, str)}
    assert plain <= {field.name for field in leaves.values()}
    for field in leaves.values():
        if field.options:
            values = ", ".join({True: "yes", False: "no"}.get(o, str(o)) for o in field.options)
            assert parse(f"{field.path} = {values}", kind)[0].points() == field.options
        else:
            low, high = field.limits["low"], field.limits["high"]
            (axis,) = parse(f"{field.path} = {low!r} .. {high!r} in 3", kind)
            assert axis.points()[0] == low and axis.points()[-1] == high
            assert all(type(value) is field.kind for value in axis.points())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("windw = 2, 3", "no field `windw`"),
        ("window = 9 .. 2", "empty"),
        ("window = 2 .. 2", "empty"),
        ("window =", "gives no values"),
        ("window", "gives no values"),
        ("window = ,", "0 values"),
        ("window = 2.5", "not a whole number"),
        ("window = 2, 99", "outside 1 to 20"),
        ("smoothing = 0 .. 1 log", "above 0"),
        ("smoothing = 0 .. x", "not a number"),
        ("smoothing = nan", "outside"),
        ("weighting = flat, round", "not known"),
        ("add_context = maybe", "yes or no"),
        ("window = 2; association.counts.window = 3", "twice"),
        ("window = 1 .. 9 in 1", "2 to 200"),
        ("window = 1 .. 3 .. 5", "range"),
        ("", "at least one"),
        ("source = upload; name = x", "no field `name`"),
    ],
)
def test_impossible_axes_are_refused_with_a_reason(text: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        Sweep(axes=text)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"swept": "Nothing"}, "names nothing"),
        ({"swept": "PpmiSvd?colour=3"}, "no field colour"),
        ({"swept": "PpmiSvd?dim=9999"}, "not possible"),
        ({"objectives": "accuracy"}, "is not an objective of PpmiSvd"),
        ({"objectives": " "}, "No objective is chosen"),
        ({"objectives": "overlap@10"}, "needs a reference"),
        ({"axes": "dim = 2 .. 500 in 199; window = 1 .. 20 in 20"}, "3,980 settings"),
        ({"swept": "Word2Vec", "axes": "seed = 1, 2"}, "repeated, not swept"),
        ({"swept": "Word2Vec?seed=10000", "axes": "dim = 5, 6"}, "exceed"),
    ],
)
def test_impossible_sweeps_are_refused_with_a_reason(change: dict[str, str], said: str) -> None:
    with pytest.raises(SpecError, match=said):
        Sweep(**change)


def test_a_damaged_link_falls_back_and_says_so() -> None:
    sweep, notices = Sweep.from_query({"axes": "windw = 2"})
    assert sweep == Sweep() and "no field" in notices[0]


def test_specs_are_written_as_in_links() -> None:
    for spec in (PpmiSvd().replace(window=3), Word2Vec(noise=0.5), SimplerGlove(truncate=False)):
        assert read(write(spec)) == spec


def test_a_grid_is_every_combination_once() -> None:
    sweep = Sweep(axes="window = 2, 5; smoothing = 0 .. 1 in 3; add_context = no, yes")
    combinations = [tuple(params.values()) for params in settings(sweep)]
    assert combinations == list(itertools.product((2, 5), (0.0, 0.5, 1.0), (False, True)))


@pytest.mark.parametrize("sampler", ["random", "sobol"])
def test_random_values_are_even_over_ranges(sampler: str) -> None:
    sweep = Sweep(axes="window = 1 .. 4; shift = 1 .. 50 log; weighting = flat, linear",
                  sampler=sampler, trials=512)  # fmt: skip
    proposed = settings(sweep)
    windows = Counter(params["association.counts.window"] for params in proposed)
    assert set(windows) == {1, 2, 3, 4}
    assert min(windows.values()) > 512 / 4 * (0.95 if sampler == "sobol" else 0.7)
    logs = np.log([params["association.shift"] for params in proposed]) / np.log(50)
    assert abs(logs.mean() - 0.5) < (0.01 if sampler == "sobol" else 0.05)
    other = settings(Sweep(**{**_values(sweep), "sampling_seed": 1, "trials": 20}))
    assert other != proposed[:20]


def test_whole_numbers_on_a_log_range_each_own_an_interval() -> None:
    (axis,) = parse("dim = 2 .. 8 log", PpmiSvd)
    u = (np.arange(100_000) + 0.5) / 100_000
    share = Counter(axis.at(x) for x in u)
    for n in range(2, 9):
        expected = np.log((n + 0.5) / (n - 0.5)) / np.log(8.5 / 1.5)
        assert share[n] / 1e5 == pytest.approx(expected, abs=1e-4)


def test_tpe_is_a_function_of_what_earlier_batches_found() -> None:
    sweep = Sweep(axes="dim = 10 .. 300; shift = 1 .. 50 log", sampler="tpe", trials=28)
    proposed = settings(sweep, _near)
    assert settings(sweep, _near) == proposed
    earlier = [(params, _near(params)) for params in proposed]
    place = 18  # the third of its batch of four, 16 to 19
    same_batch = [*earlier[:16], (proposed[16], None), (proposed[17], 1e9)]
    assert propose(sweep, place, same_batch) == proposed[place]
    assert (
        propose(sweep, place, [(p, -v) for p, v in earlier[:16]] + same_batch[16:])
        != (proposed[place])
    )
    assert len({tuple(params.values()) for params in proposed}) == 28


def test_tpe_repeats_nothing_while_there_is_something_else() -> None:
    sweep = Sweep(axes="dim = 10, 20, 30; window = 1, 2, 3, 4", sampler="tpe", trials=14)
    tried: list[tuple[dict[str, object], float | None]] = []
    for place in range(14):
        params = propose(sweep, place, tried)
        assert propose(sweep, place, tried) == params
        tried.append((params, float(params["dim"])))
    assert len({tuple(params.values()) for params, _ in tried[:12]}) == 12


def test_tpe_goes_where_it_is_better() -> None:
    sweep = Sweep(axes="dim = 10 .. 300; shift = 1 .. 50 log", sampler="tpe", trials=48)
    values = [_near(params) for params in settings(sweep, _near)]
    assert np.median(values[-20:]) > np.median(values[:STARTUP]) + 30
    lower = Sweep(**{**_values(sweep), "objectives": "seconds"})
    values = [_near(params) for params in settings(lower, _near)]
    assert np.median(values[-20:]) < np.median(values[:STARTUP])


def test_a_batch_of_failures_is_no_obstacle() -> None:
    sweep = Sweep(axes="dim = 10 .. 300", sampler="tpe", trials=24)
    assert len(settings(sweep, lambda params: None)) == 24


def test_seeds_are_those_after_the_base_s_own() -> None:
    sweep = Sweep(swept="Word2Vec?seed=5", axes="dim = 5, 6", repeats=3)
    assert sweep.seeds == (5, 6, 7)
    assert sweep.at({"dim": 6}, 7) == Word2Vec(dim=6, seed=7)
    assert Sweep(repeats=3).seeds == (0,)  # nothing is random in it


def _near(params: dict[str, Any]) -> float:
    return -abs(params["dim"] - 100.0) - 5 * params["association.shift"]


def _values(spec: Spec) -> dict[str, Any]:
    return dict(spec.leaves())
