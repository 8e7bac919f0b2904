"""Every spec of the program survives JSON, a link and a change, wherever it is declared."""

from __future__ import annotations

import ast
import dataclasses
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from core import specs
from core.errors import SpecError
from core.segmentation.specs import Discovery
from core.specs import Spec

ROOT = Path(__file__).resolve().parents[2]
REWRITTEN = {"measure", "swept", "axes", "objectives", "reference", *specs.declared(Discovery)}
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


class TestEverySpec:
    def test_all_are_looked_at(self) -> None:
        assert {"Vectored", "Judged", "SecondRun", "Baseline"} <= {k.__name__ for k in CLASSES}

    def test_none_shares_its_name(self) -> None:
        names = [kind.__name__ for kind in CLASSES]
        assert sorted(set(names)) == names, "JSON tells specs apart by their names"

    def test_no_two_runs_share_their_steering(self) -> None:
        """The session has one value for each name: one run's changes would be another's."""
        by_run = {}
        for kind in WITH_DEFAULT:
            if steered := getattr(kind(), "steered", None):
                changed = dict(steered(3, "rate", 0.002).leaves())
                by_run[kind.__name__] = {n for n, v in kind().leaves() if changed[n] != v}
        assert {"Vae", "Codes", "Gan", "OGan", "Sentences"} <= set(by_run)
        names = [name for fields in by_run.values() for name in fields]
        assert len(names) == len(set(names)) == len(by_run), by_run

    @pytest.mark.parametrize("kind", CLASSES)
    def test_field_names_are_unique_along_the_chain(self, kind: type[Spec]) -> None:
        names = names_along(kind)
        assert len(names) == len(set(names))
        assert "spec" not in names  # JSON keeps the class name there

    @pytest.mark.parametrize("kind", CLASSES)
    @settings(max_examples=15, suppress_health_check=[HealthCheck.filter_too_much])
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
    @settings(max_examples=15, suppress_health_check=[HealthCheck.filter_too_much])
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
    @settings(max_examples=15, suppress_health_check=[HealthCheck.filter_too_much])
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
