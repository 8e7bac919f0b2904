"""Imports point one way, and in no circle."""

from __future__ import annotations

import ast

import pytest
from structure import (
    ROOT,
    circles,
    imports,
    module,
    offenders,
    sources,
    steps,
    tree,
)

from dashboard.navigation import ROOMS, SCRIPTS

SECTIONS = [room.lower() for room in ROOMS]


BASE = {
    *(
        "core",
        "core.errors",
        "core.specs",
        "core.cache",
        "core.cluster",
        "core.jobs",
        "core.kinds",
        "core.progress",
    ),
    *(
        "core.arrays",
        "core.budget",
        "core.buffers",
        "core.chains",
        "core.fields",
        "core.files",
        "core.fingerprint",
        "core.lanes",
        "core.lengths",
        "core.messages",
        "core.procrustes",
        "core.threads",
        "core.uploads",
    ),
}


ALLOWED = {  # what each room of `core` may import of `core`
    "tables": {"tables"},
    "segmentation": {"segmentation"},
    "text": {"text", "tables", "segmentation"},
    "counts": {"counts", "text", "tables"},
    "lowrank": {"lowrank"},
    "mathematics": {"mathematics"},
    "vectors": {"vectors", "learning", "counts", "text", "tables", "lowrank"},
    "matrices": {"matrices", "vectors", "learning", "counts", "text", "tables", "lowrank"},
    "layouts": {"layouts"},
    "items": {"items", "tables", "text"},
    "learning": {"learning", "items"},
    "latent": {"latent", "learning", "items", "layouts"},
    "quantised": {"quantised", "learning", "items"},
    "adversarial": {"adversarial", "latent", "layouts", "learning", "items"},
    "features": {
        "features",
        "adversarial",
        "latent",
        "quantised",
        "learning",
        "items",
        "spaces",
        "vectors",
    },
    "maps": {"maps", "layouts", "vectors", "learning", "counts", "text", "lowrank"},
    "reading": {
        "reading",
        "tables",
        "text",
        "counts",
        "lowrank",
        "matrices",
        "vectors",
        "items",
        "learning",
    },
    "spaces": {
        "spaces",
        "maps",
        "layouts",
        "items",
        "vectors",
        "learning",
        "counts",
        "text",
        "lowrank",
    },
    "compare": {
        "compare",
        "spaces",
        "maps",
        "layouts",
        "items",
        "vectors",
        "learning",
        "counts",
        "text",
        "lowrank",
    },
    "sequences": {
        "sequences",
        "learning",
        "items",
        "vectors",
        "counts",
        "text",
        "tables",
        "lowrank",
    },
    "series": {"series", "learning", "items", "text", "tables"},
    "text_classes": {
        "text_classes",
        "sequences",
        "learning",
        "items",
        "vectors",
        "counts",
        "text",
        "tables",
        "lowrank",
    },
    "paths": {"paths", "vectors", "counts", "text", "lowrank", "latent", "learning", "items"},
    "sweeps": {
        "sweeps",
        "spaces",
        "maps",
        "matrices",
        "latent",
        "learning",
        "items",
        "vectors",
        "counts",
        "text",
        "lowrank",
    },
}


def test_core_knows_no_user_interface() -> None:
    assert offenders(sources("core"), "streamlit", "plotly", "dashboard", "benchmarks") == []


def test_figures_know_no_streamlit() -> None:
    files = [path for path in sources("dashboard") if "figures" in path.parts]
    assert offenders(files, "streamlit", "dashboard.ui", "dashboard.state", "dashboard.app") == []


FLOORS = ("chain", "ui", "")


FRAME = {"dashboard.app", "dashboard.serve", "dashboard.__main__"}


@pytest.mark.parametrize("floor", FLOORS)
def test_arrows_of_the_dashboard_point_down(floor: str) -> None:
    folder = ROOT / "dashboard" / floor
    files = sorted(folder.glob("*.py")) if not floor else sources(f"dashboard/{floor}")
    files = [path for path in files if module(path) not in FRAME]
    above = [*SECTIONS, *FLOORS[: FLOORS.index(floor)], *([] if floor else ["figures"])]
    assert files
    assert offenders(files, *FRAME, *(f"dashboard.{name}" for name in above)) == []


def test_shared_figures_know_no_section() -> None:
    above = [f"dashboard.{name}" for name in (*SECTIONS, "chain", "ui")]
    assert offenders(sources("dashboard/figures"), *above) == []


@pytest.mark.parametrize("section", SECTIONS)
def test_sections_know_nothing_of_each_other(section: str) -> None:
    others = [f"dashboard.{other}" for other in SECTIONS if other != section]
    assert offenders(sources(f"dashboard/{section}"), "dashboard.app", *others) == []


def test_pages_know_nothing_of_each_other() -> None:
    pages = [module(ROOT / "dashboard" / script) for script in SCRIPTS.values()]
    assert offenders(sources("dashboard"), *pages) == []


@pytest.mark.parametrize("room", ALLOWED)
def test_rooms_of_core_import_one_way(room: str) -> None:
    others = {path.name for path in (ROOT / "core").iterdir() if path.is_dir()} - ALLOWED[room]
    assert offenders(sources(f"core/{room}"), *(f"core.{other}" for other in others)) == []


def test_core_imports_in_no_circle() -> None:
    graph = {module(path): steps(path) for path in sources("core")}
    assert circles(graph) == set()


def test_rooms_of_core_stand_in_an_order() -> None:
    assert circles({room: allowed - {room} for room, allowed in ALLOWED.items()}) == set()


def test_circles_are_seen() -> None:
    graph = {"a": "b", "b": "cd", "c": "b", "d": "e", "e": "", "f": "f"}
    assert circles(graph) == {frozenset("bc"), frozenset("f")}


def test_core_imports_what_a_module_defines_from_that_module() -> None:
    """What a package's `__init__` gathers is for notebooks: behind it, a result depends on all.

    It is imported where it is asked for (`core.gathering`), not with the package.
    """
    gathering = {module(path) for path in sources("core") if path.name == "__init__.py"}
    for path in sources("core"):
        assert not steps(path) & gathering, path
        body = tree(path).body
        if path.name == "__init__.py":
            kinds = (ast.Expr, ast.ImportFrom, ast.If, ast.Assign)
            assert all(isinstance(node, kinds) for node in body)
            at_once = {node.module for node in body if isinstance(node, ast.ImportFrom)}
            assert at_once <= {"typing", "core.gathering"}, path


def test_every_room_of_core_has_a_rule() -> None:
    rooms = {path.parent.name for path in (ROOT / "core").glob("*/*.py")}
    assert rooms <= set(ALLOWED)


def test_lowrank_needs_only_the_base() -> None:
    bases = {f"{name}." for name in BASE - {"core", "core.jobs"}}
    for path in sources("core/lowrank"):
        for name in imports(path):
            if name.startswith("core."):
                assert f"{name}.".startswith((*bases, "core.lowrank.")), f"{path}: {name}"


def test_the_base_of_core_needs_no_room() -> None:
    files = [path for path in sources("core") if module(path) in BASE]
    assert len(files) == len(BASE)
    assert offenders(files, *(f"core.{room}" for room in ALLOWED)) == []


LISTS = {"selectbox", "multiselect", "radio", "select_slider"}  # of Streamlit


def test_lists_have_a_key_in_each_language() -> None:
    """A list tells the label chosen, which the list of another language would not know."""

    def worded(value: ast.AST) -> bool:  # `state.worded(…)`, or `state.seed(…, listed=…)`
        nodes = list(ast.walk(value))
        return any(getattr(node, "attr", "") == "worded" for node in nodes) or any(
            isinstance(node, ast.keyword) and node.arg == "listed" for node in nodes
        )

    bare = []
    for path in sources("dashboard"):
        for function in (n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef)):
            nodes = list(ast.walk(function))
            good = {
                getattr(part, "id", "")
                for node in nodes
                if isinstance(node, ast.Assign) and worded(node.value)
                for target in node.targets
                for part in ast.walk(target)
            }
            for call in nodes:
                if not isinstance(call, ast.Call) or getattr(call.func, "attr", "") not in LISTS:
                    continue
                given = {keyword.arg: keyword.value for keyword in call.keywords}
                if "format_func" not in given or "accept_new_options" in given:
                    continue  # what is shown is what is told, whatever the language
                key = given.get("key", call.func)
                if not worded(key) and getattr(key, "id", None) not in good:
                    bare.append(f"{module(path)}:{call.lineno}")
    assert bare == []
