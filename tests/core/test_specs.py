"""A setting is a value: it validates itself, and survives JSON and the URL."""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from meals import Bread, Meal

from core import specs
from core.errors import SpecError
from core.specs import Spec


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
