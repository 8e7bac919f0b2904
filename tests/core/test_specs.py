"""A setting is a value: it validates itself, and survives JSON and the URL."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from core import specs
from core.errors import SpecError
from core.specs import Spec

ROOT = Path(__file__).resolve().parents[2]
REWRITTEN = {"measure", "swept", "axes", "objectives", "reference"}
"""Fields that a spec brings to one spelling, or sets itself."""


def modules() -> Iterator[str]:
    """Every module of the program that can be imported without running a page."""
    for path in sorted([*ROOT.glob("core/**/*.py"), *ROOT.glob("dashboard/**/*.py")]):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        runs = bool(tree.body) and ast.unparse(tree.body[-1]) == "main()"
        if runs or path.name in ("__main__.py", "app.py"):
            classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
            assert all("Spec" not in map(ast.unparse, node.bases) for node in classes), path
        else:
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def spec_classes() -> list[type[Spec]]:
    """Every spec of the program, wherever it is declared."""
    for name in sorted(modules(), key=lambda name: name.count(".")):  # as the packages order it
        importlib.import_module(name)
    kinds, below = set(), [Spec]
    while below:
        inherited = below.pop().__subclasses__()
        below += inherited
        kinds |= {k for k in inherited if k.__module__.startswith(("core.", "dashboard."))}
    return sorted(kinds, key=lambda kind: (kind.__name__, kind.__module__))


def has_default(kind: type[Spec]) -> bool:
    """Whether a spec can be made of nothing: that of a file cannot."""
    try:
        kind()
    except SpecError:
        return False
    return True


CLASSES = spec_classes()
WITH_DEFAULT = [kind for kind in CLASSES if has_default(kind)]


def names_along(kind: type[Spec]) -> list[str]:
    """Names of all fields of a chain as a link has them, each alternative's own once."""
    names = []
    for field in dataclasses.fields(kind):
        names.append(field.name)
        if held := field.metadata.get("held"):
            inner = {name for one in held.kinds for name in set(names_along(one))}
            names += [held.prefix + name for name in inner]
            names += [held.prefix + held.key] if held.key else []
    return names


def values(kind: type, field: Any) -> st.SearchStrategy[Any]:
    """Values that a plain field allows."""
    limits = field.metadata
    if kind is bool:
        return st.booleans()
    if "options" in limits:
        return st.sampled_from(limits["options"])
    if kind is int:
        return st.integers(limits["low"], limits["high"])
    if kind is float:
        return st.floats(limits["low"], limits["high"])
    texts = st.text(st.characters(codec="utf-8"), max_size=min(limits["longest"], 40))
    return st.just(field.default) | texts


@st.composite
def any_spec(draw: st.DrawFn, kind: type[Spec]) -> Spec:
    """A spec of this kind; where a combination is impossible, its default instead."""
    chosen = {}
    for field in dataclasses.fields(kind):
        if held := field.metadata.get("held"):
            chosen[field.name] = draw(any_spec(draw(st.sampled_from(held.kinds))))
        else:
            chosen[field.name] = draw(values(get_type_hints(kind)[field.name], field))
    try:
        return kind(**chosen)
    except SpecError:
        return kind() if has_default(kind) else reject()


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
    def test_all_are_looked_at(self) -> None:
        assert {"Vectored", "Judged", "SecondRun", "Baseline"} <= {k.__name__ for k in CLASSES}

    def test_none_shares_its_name(self) -> None:
        names = [kind.__name__ for kind in CLASSES]
        assert sorted(set(names)) == names, "JSON tells specs apart by their names"

    @pytest.mark.parametrize("kind", CLASSES)
    def test_field_names_are_unique_along_the_chain(self, kind: type[Spec]) -> None:
        names = names_along(kind)
        assert len(names) == len(set(names))
        assert "spec" not in names  # JSON keeps the class name there

    @pytest.mark.parametrize("kind", CLASSES)
    @settings(max_examples=15)
    @given(data=st.data())
    def test_survives_json_url_and_leaves(self, kind: type[Spec], data: st.DataObject) -> None:
        spec = data.draw(any_spec(kind))
        again = kind.from_json(spec.to_json())
        assert (again, hash(again), again.key) == (spec, hash(spec), spec.key)
        assert kind.from_query(spec.to_query()) == (spec, [])
        leaves = dict(spec.leaves())
        assert len(leaves) == len(list(spec.leaves())) and set(leaves) <= set(specs.declared(kind))
        assert all(spec.leaf(name) == value for name, value in leaves.items())
        assert spec.replace(**leaves) == spec
        assert kind not in WITH_DEFAULT or kind().replace(**leaves) == spec

    @pytest.mark.parametrize("kind", CLASSES)
    @settings(max_examples=15)
    @given(data=st.data())
    def test_equal_means_same_json_and_one_change_changes_one_leaf(
        self, kind: type[Spec], data: st.DataObject
    ) -> None:
        spec, other = data.draw(any_spec(kind)), data.draw(any_spec(kind))
        equal = spec == other
        assert equal == (spec.to_json() == other.to_json()) == (spec.key == other.key)
        changes = list(other.leaves())
        if not changes:
            return
        name, value = data.draw(st.sampled_from(changes))
        try:
            changed = spec.replace(**{name: value})
        except SpecError:  # it does not go with the others
            return
        if name not in dict(spec.leaves()):  # of another alternative; it may mean that one
            assert changed == spec or changed.leaf(name) == value
        elif [n for n, _ in changed.leaves()] == [n for n, _ in spec.leaves()]:
            expected = dict(spec.leaves()) | {name: value}
            differ = {n for n, v in changed.leaves() if v != expected[n]}
            assert differ <= REWRITTEN

    @pytest.mark.parametrize("kind", WITH_DEFAULT)
    @settings(max_examples=15)
    @given(data=st.data())
    def test_never_crashes_on_a_strange_link(self, kind: type[Spec], data: st.DataObject) -> None:
        names = st.sampled_from([*specs.declared(kind), "nothing"])
        odd = st.sampled_from(["", "nan", "-inf", "-0", "1e999", "9" * 400, "yes", "²"])
        query = data.draw(st.dictionaries(names, odd | st.text(max_size=30)))
        spec, notices = kind.from_query(query)
        assert isinstance(spec, kind)
        assert all(isinstance(notice, str) and "\n" not in notice[-40:] for notice in notices)
        assert kind.from_query(spec.to_query()) == (spec, [])

    @pytest.mark.parametrize("kind", WITH_DEFAULT)
    def test_default_is_an_empty_query(self, kind: type[Spec]) -> None:
        assert kind().to_query() == {}
        assert kind.from_query({}) == (kind(), [])
        assert dict(kind().leaves()).items() <= specs.defaults(kind).items()

    @pytest.mark.parametrize("kind", WITH_DEFAULT)
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
        ("link", "lunch", "said"),
        [
            ({"dish_kind": "pie"}, Lunch(), "`dish_kind=pie`"),
            ({"guest_kind": "pie"}, Lunch(), "`guest_kind=pie` in the link is not possible"),
            ({"guest_slices": "99"}, Lunch(), "`guest_slices=99`"),
            ({"shop": "x" * 21, "slices": "3"}, Lunch(Meal(Bread(slices=3))), "`shop="),
        ],
    )
    def test_the_impossible_falls_back(self, link: Any, lunch: Lunch, said: str) -> None:
        made, notices = Lunch.from_query(link)
        assert made == lunch and len(notices) == 1 and said in notices[0]

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
