"""A setting is a value: it validates itself, and survives JSON and the URL."""

from __future__ import annotations

import dataclasses
import importlib
import json
import math
import pkgutil
from dataclasses import dataclass
from typing import Any, get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import core
from core import specs
from core.errors import SpecError
from core.specs import Spec


def spec_classes() -> list[type[Spec]]:
    """Every spec of the package, whichever `specs` module it lives in."""
    found: set[type[Spec]] = set()
    for module in pkgutil.walk_packages(core.__path__, "core."):
        if module.name.endswith(".specs"):
            for thing in vars(importlib.import_module(module.name)).values():
                if isinstance(thing, type) and issubclass(thing, Spec) and thing is not Spec:
                    found.add(thing)
    return sorted(found, key=lambda kind: kind.__name__)


CLASSES = spec_classes()


def fields_along(kind: type[Spec]) -> list[str]:
    """Names of all fields of a chain, nested specs included."""
    names = []
    for field in dataclasses.fields(kind):
        names.append(field.name)
        inner = get_type_hints(kind)[field.name]
        if issubclass(inner, Spec):
            names += fields_along(inner)
    return names


def values(kind: type, meta: Any) -> st.SearchStrategy[Any]:
    """Values that a plain field allows."""
    if kind is bool:
        return st.booleans()
    if "options" in meta:
        return st.sampled_from(meta["options"])
    if kind is int:
        return st.integers(meta["low"], meta["high"])
    if kind is float:
        return st.floats(meta["low"], meta["high"])
    return st.text(st.characters(codec="utf-8"), max_size=min(meta["longest"], 40))


@st.composite
def any_spec(draw: st.DrawFn, kind: type[Spec]) -> Spec:
    """A spec of this kind; where a combination is impossible, its default instead."""
    chosen = {}
    for field in dataclasses.fields(kind):
        inner = get_type_hints(kind)[field.name]
        if issubclass(inner, Spec):
            chosen[field.name] = draw(any_spec(inner))
        else:
            chosen[field.name] = draw(values(inner, field.metadata))
    try:
        return kind(**chosen)
    except SpecError:
        return kind()


@dataclass(frozen=True)
class Bread(Spec):
    """An innermost spec."""

    grain: str = specs.choice("rye", ("rye", "wheat"))
    slices: int = specs.integer(2, 1, 12)
    toasted: bool = specs.flag(False)


@dataclass(frozen=True)
class Meal(Spec):
    """A spec that contains one, and refuses one combination."""

    bread: Bread = specs.nested(Bread)
    butter: float = specs.number(0.5, 0.0, 3.0)
    note: str = specs.text("", 20)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.bread.slices > 10 and self.butter > 2:
            raise SpecError("that is too much butter", "butter")


class TestEverySpec:
    @pytest.mark.parametrize("kind", CLASSES)
    def test_field_names_are_unique_along_the_chain(self, kind: type[Spec]) -> None:
        names = fields_along(kind)
        assert len(names) == len(set(names))
        assert "spec" not in names  # JSON keeps the class name there

    @pytest.mark.parametrize("kind", CLASSES)
    @settings(max_examples=25)
    @given(data=st.data())
    def test_survives_json_and_url(self, kind: type[Spec], data: st.DataObject) -> None:
        spec = data.draw(any_spec(kind))
        assert kind.from_json(spec.to_json()) == spec
        assert kind.from_query(spec.to_query()) == (spec, [])

    @pytest.mark.parametrize("kind", CLASSES)
    @settings(max_examples=25)
    @given(data=st.data())
    def test_equal_means_same_hash_json_and_key(
        self, kind: type[Spec], data: st.DataObject
    ) -> None:
        one, other = data.draw(any_spec(kind)), data.draw(any_spec(kind))
        again = kind.from_json(one.to_json())
        assert (hash(again), again.key) == (hash(one), one.key)
        assert (one == other) == (one.to_json() == other.to_json()) == (one.key == other.key)

    @pytest.mark.parametrize("kind", CLASSES)
    @settings(max_examples=25)
    @given(data=st.data())
    def test_never_crashes_on_a_strange_link(self, kind: type[Spec], data: st.DataObject) -> None:
        names = st.sampled_from([name for name, _ in kind().leaves()])
        odd = st.sampled_from(["", "nan", "-inf", "-0", "1e999", "9" * 400, "yes", "²"])
        query = data.draw(st.dictionaries(names, odd | st.text(max_size=30)))
        spec, notices = kind.from_query(query)
        assert isinstance(spec, kind)
        assert all(isinstance(notice, str) and "\n" not in notice[-40:] for notice in notices)

    @pytest.mark.parametrize("kind", CLASSES)
    def test_default_is_an_empty_query(self, kind: type[Spec]) -> None:
        assert kind().to_query() == {}
        assert kind.from_query({}) == (kind(), [])

    @pytest.mark.parametrize("kind", CLASSES)
    def test_key_is_sixteen_hex_digits(self, kind: type[Spec]) -> None:
        assert len(kind().key) == 16
        int(kind().key, 16)


class TestBadValues:
    @pytest.mark.parametrize(
        ("make", "message", "field"),
        [
            (lambda: Bread(slices=99), "`slices=99` is above 12; choose 1 to 12.", "slices"),
            (lambda: Bread(slices=0), "`slices=0` is below 1; choose 1 to 12.", "slices"),
            (lambda: Bread(slices=1234567), "`slices=1234567` is above 12", "slices"),
            (lambda: Bread(slices=10**400), "more than 19 digits", "slices"),
            (lambda: Bread(slices=2.0), "must be a int", "slices"),
            (lambda: Bread(slices=True), "must be a int", "slices"),
            (lambda: Bread(slices=np.arange(3)), "must be a int", "slices"),
            (lambda: Bread(grain="oat"), "choose one of rye, wheat", "grain"),
            (lambda: Bread(toasted=1), "must be a bool", "toasted"),
            (lambda: Meal(butter=math.nan), "finite", "butter"),
            (lambda: Meal(butter=math.inf), "finite", "butter"),
            (lambda: Meal(butter=10**400), "finite", "butter"),
            (lambda: Meal(butter="1"), "must be a float", "butter"),
            (lambda: Meal(butter=3.5), "`butter=3.5` is above 3; choose 0 to 3.", "butter"),
            (lambda: Meal(note="x" * 21), "has 21 characters; shorten it to 20", "note"),
            (lambda: Meal(note="\udce9"), "not valid Unicode", "note"),
            (lambda: Meal(bread=None), "must be a Bread spec", "bread"),
        ],
    )
    def test_refused_with_value_limit_and_remedy(self, make: Any, message: str, field: str) -> None:
        with pytest.raises(SpecError) as refusal:
            make()
        assert message in str(refusal.value)
        assert refusal.value.field == field

    @pytest.mark.parametrize(
        "source",
        [
            "",
            "null",
            "[]",
            "3",
            "{}",
            '{"spec":"Bread"}',
            '{"spec":"Meal","jam":1}',
            '{"spec":"Meal","bread":3}',
            '{"spec":"Meal","bread":{"spec":"Meal"}}',
            '{"spec":"Meal","butter":NaN}',
            '{"spec":"Meal","butter":1e999}',
            '{"spec":["Meal"]}',
        ],
    )
    def test_json_of_something_else_is_refused(self, source: str) -> None:
        with pytest.raises(SpecError):
            Meal.from_json(source)

    def test_frozen(self) -> None:
        with pytest.raises(dataclasses.FrozenInstanceError):
            Bread().slices = 3  # type: ignore[misc]


class TestValues:
    def test_numpy_scalars_become_pythons(self) -> None:
        meal = Meal(
            Bread(grain=np.str_("wheat"), slices=np.int64(3), toasted=np.bool_(True)),
            butter=np.float32(1.5),
            note=np.str_("cut"),
        )
        assert meal == Meal(Bread("wheat", 3, True), 1.5, "cut")
        kinds = [type(value) for _, value in meal.leaves()]
        assert kinds == [str, int, bool, float, str]
        assert Meal(butter=np.int64(2)) == Meal(butter=2) == Meal(butter=2.0)
        assert Meal(butter=np.array(1.0)) == Meal(butter=1.0)

    def test_whole_numbers_and_minus_zero_make_the_same_key(self) -> None:
        assert Meal(butter=1).to_json() == Meal(butter=1.0).to_json()
        assert Meal(butter=-0.0).key == Meal(butter=0.0).key

    def test_specs_of_different_kinds_differ(self) -> None:
        @dataclass(frozen=True)
        class Roll(Spec):
            slices: int = specs.integer(2, 1, 12)

        assert Roll() != Bread()
        assert Roll().key != Bread().key

    def test_json_is_canonical_and_plain(self) -> None:
        assert json.loads(Meal(note="naïve 中").to_json()) == {
            "spec": "Meal",
            "bread": {"spec": "Bread", "grain": "rye", "slices": 2, "toasted": False},
            "butter": 0.5,
            "note": "naïve 中",
        }
        assert "naïve 中" in Meal(note="naïve 中").to_json()

    def test_missing_json_fields_take_their_defaults(self) -> None:
        assert Meal.from_json('{"spec":"Meal","note":"x"}') == Meal(note="x")


class TestLinks:
    def test_only_what_differs_is_written(self) -> None:
        assert Meal(Bread(slices=3, toasted=True), 0.25).to_query() == {
            "slices": "3",
            "toasted": "yes",
            "butter": "0.25",
        }

    def test_impossible_values_fall_back_with_a_notice_each(self) -> None:
        query = {"slices": "99", "toasted": "true", "butter": "much", "grain": "wheat", "page": "x"}
        meal, notices = Meal.from_query(query)
        assert meal == Meal(Bread("wheat"))
        assert notices == [
            "`slices=99` in the link is not possible; using 2.",
            "`toasted=true` in the link is not possible; using no.",
            "`butter=much` in the link is not possible; using 0.5.",
        ]

    def test_impossible_combination_falls_back_to_the_defaults(self) -> None:
        meal, notices = Meal.from_query({"slices": "12", "butter": "2.5"})
        assert meal == Meal()
        assert len(notices) == 1 and "too much butter" in notices[0]

    @pytest.mark.parametrize("digits", [20, 400, 5000])
    def test_a_gigantic_number_is_a_notice_too(self, digits: int) -> None:
        meal, notices = Meal.from_query({"slices": "9" * digits, "butter": "9" * digits})
        assert meal == Meal() and len(notices) == 2

    def test_long_nonsense_is_cut_in_the_notice(self) -> None:
        _, notices = Meal.from_query({"grain": "x" * 1000})
        assert len(notices[0]) < 120


class TestChain:
    def test_replace_reaches_inside(self) -> None:
        meal = Meal(note="x").replace(slices=4, butter=1)
        assert meal == Meal(Bread(slices=4), 1.0, "x")
        assert meal.replace(bread=Bread()) == Meal(butter=1.0, note="x")
        assert meal.replace() == meal

    def test_replace_validates(self) -> None:
        with pytest.raises(SpecError, match="above 12"):
            Meal().replace(slices=13)
        with pytest.raises(SpecError, match="Meal has no field jam"):
            Meal().replace(jam=1)

    def test_leaves_innermost_first(self) -> None:
        assert [name for name, _ in Meal().leaves()] == [
            "grain",
            "slices",
            "toasted",
            "butter",
            "note",
        ]
        assert Meal().leaf("grain") == "rye"

    def test_limits_are_found_along_the_chain(self) -> None:
        assert specs.limits(Meal, "slices")["high"] == 12
        assert specs.limits(Meal, "grain")["options"] == ("rye", "wheat")
        with pytest.raises(KeyError):
            specs.limits(Meal, "jam")
