"""A field may hold one of several specs, and two of a kind: names stay unambiguous."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from meals import Bread, Meal

from core import specs
from core.errors import SpecError
from core.specs import Spec


@dataclass(frozen=True)
class Soup(Spec):
    """Another dish, which has bread with it, too."""

    bread: Bread = specs.nested(Bread)
    hot: bool = specs.flag(True, "straight from the pot")


@dataclass(frozen=True)
class Takeaway(Spec):
    """What somebody else cooks; without a name there is none."""

    shop: str = specs.text("", 20)
    grain: str = specs.choice("rye", ("rye", "wheat"))


@dataclass(frozen=True)
class Lunch(Spec):
    """One of three dishes, and another for a guest, or none."""

    dish: Meal | Soup | Takeaway = specs.one_of(Meal, Soup, Takeaway, key="dish_kind", by=("shop",))
    guest: Bread | Soup = specs.one_of(
        Bread, Soup, key="kind", names=("dry", "wet"), prefix="guest_", help="what a guest has"
    )
    tip: int = specs.integer(1, 0, 9)


class TestAlternatives:
    def test_a_key_tells_which_and_the_default_needs_none(self) -> None:
        assert Lunch().to_query() == {}
        assert Lunch(Meal(Bread(slices=3))).to_query() == {"slices": "3"}
        assert Lunch(Soup(Bread(slices=3))).to_query() == {"dish_kind": "soup", "slices": "3"}
        assert Lunch.from_query({"dish_kind": "soup", "note": "x", "tip": "2"}) == (
            Lunch(Soup(), tip=2),
            [],
        )

    def test_a_filled_field_tells_which_without_a_key(self) -> None:
        assert Lunch.from_query({"shop": "Wu"}) == (Lunch(Takeaway("Wu")), [])
        assert Lunch.from_query({"shop": "Wu", "dish_kind": "soup"})[0] == Lunch(Takeaway("Wu"))
        assert Lunch.from_query({"shop": "", "dish_kind": "soup"})[0] == Lunch(Soup())
        assert Lunch.from_query({"dish_kind": "takeaway"}) == (Lunch(), [])
        with pytest.raises(SpecError, match="`shop` is empty"):
            Lunch(Takeaway())

    def test_a_prefix_keeps_names_apart(self) -> None:
        lunch = Lunch(guest=Soup(Bread("wheat"), hot=False))
        link = {"guest_kind": "wet", "guest_grain": "wheat", "guest_hot": "no"}
        assert lunch.to_query() == link and Lunch.from_query(link) == (lunch, [])
        assert (lunch.leaf("grain"), lunch.leaf("guest_grain")) == ("rye", "wheat")
        assert lunch.replace(guest_slices=7, slices=1) == Lunch(
            Meal(Bread(slices=1)), Soup(Bread("wheat", 7), False)
        )

    def test_another_alternative_keeps_what_both_have(self) -> None:
        lunch = Lunch(Meal(Bread(slices=3), note="x")).replace(dish_kind="soup", hot=False)
        assert lunch == Lunch(Soup(Bread(slices=3), hot=False))
        assert lunch.replace(shop="Wu", grain="wheat") == Lunch(Takeaway("Wu", "wheat"))
        assert lunch.replace(note="never mind") == lunch
        with pytest.raises(SpecError, match="`dish_kind=pie` is not known"):
            lunch.replace(dish_kind="pie")
        with pytest.raises(SpecError, match="Lunch has no field pie"):
            lunch.replace(pie=1)

    @pytest.mark.parametrize(
        ("link", "lunch", "notice"),
        [
            ({"dish_kind": "pie"}, Lunch(), "`dish_kind=pie`"),
            ({"guest_kind": "pie"}, Lunch(), "`guest_kind=pie` in the link is not possible"),
            ({"guest_slices": "99"}, Lunch(), "`guest_slices=99`"),
            ({"shop": "x" * 21, "slices": "3"}, Lunch(Meal(Bread(slices=3))), "`shop="),
        ],
    )
    def test_the_impossible_falls_back(self, link: Any, lunch: Lunch, notice: str) -> None:
        spec, notices = Lunch.from_query(link)
        assert spec == lunch and len(notices) == 1 and notice in notices[0]

    def test_what_is_declared_covers_every_alternative(self) -> None:
        declared = specs.declared(Lunch)
        assert declared["hot"].path == "dish.hot" and declared["hot"].options == (False, True)
        assert declared["dish_kind"].options == ("meal", "soup", "takeaway")
        assert declared["guest_kind"].path == "guest.guest_kind"
        assert specs.limits(Lunch, "guest_kind")["help"] == "what a guest has"
        assert specs.defaults(Lunch)["guest_kind"] == "dry"
        assert {leaf.path for leaf in specs.walk(Lunch)} >= {
            "dish.bread.grain",
            "dish.grain",
            "guest.guest_grain",
            "guest.bread.guest_grain",
        }

    def test_what_does_not_belong_is_refused(self) -> None:
        with pytest.raises(SpecError, match="must be a Meal or Soup or Takeaway spec"):
            Lunch(Bread())  # type: ignore[arg-type]
        with pytest.raises(SpecError):
            Lunch.from_json('{"spec":"Lunch","dish":{"spec":"Bread"}}')


class TestDeclarations:
    """A spec whose flat form could mean two things is refused where it is declared."""

    def test_a_name_twice_along_a_chain(self) -> None:
        with pytest.raises(TypeError, match="`grain` means two things; give it a prefix"):

            @dataclass(frozen=True)
            class Two(Spec):
                first: Bread = specs.nested(Bread)
                second: Bread = specs.nested(Bread)

        with pytest.raises(TypeError, match="`slices`"):

            @dataclass(frozen=True)
            class Thick(Meal):
                slices: int = specs.integer(1, 1, 2)

        with pytest.raises(TypeError, match="`spec`"):

            @dataclass(frozen=True)
            class Named(Spec):
                spec: int = specs.integer(1, 1, 2)

    def test_two_of_a_kind_with_a_prefix(self) -> None:
        @dataclass(frozen=True)
        class Two(Spec):
            first: Bread = specs.nested(Bread)
            second: Bread = specs.nested(Bread, prefix="b_")

        two = Two().replace(slices=3, b_slices=4)
        assert two == Two(Bread(slices=3), Bread(slices=4))
        assert Two.from_query(two.to_query()) == (two, []) and two.leaf("b_slices") == 4

    def test_alternatives_that_mean_another_thing_by_a_name(self) -> None:
        @dataclass(frozen=True)
        class Loaf(Spec):
            slices: int = specs.integer(20, 1, 40)

        with pytest.raises(TypeError, match="`slices` is not alike"):

            @dataclass(frozen=True)
            class Either(Spec):
                bread: Bread | Loaf = specs.one_of(Bread, Loaf, key="what")

    def test_a_field_as_another_spec_has_it(self) -> None:
        @dataclass(frozen=True)
        class Guest(Spec):
            b_slices: int = specs.as_in(Meal, "slices", 3)

        assert specs.limits(Guest, "b_slices") == specs.limits(Meal, "slices")
        assert Guest().b_slices == 3
        with pytest.raises(SpecError, match="`b_slices=13` is above 12"):
            Guest(13)
