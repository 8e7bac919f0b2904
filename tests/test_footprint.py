"""Files stay short; a page, a model and a name of others are known in one place."""

from __future__ import annotations

import ast
import re

import pytest
from structure import (
    ROOT,
    module,
    names,
    offenders,
    sources,
)

from core.kinds import Kind
from core.vectors import kinds as vectors
from dashboard.navigation import PAGES, SCRIPTS

LONGEST = 400  # lines


def listed(node: ast.AST) -> set[str]:
    """The texts that a literal dictionary, tuple, list or set names."""
    if isinstance(node, ast.Dict):
        parts = [key for key in node.keys if key is not None]
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        parts = [part.elts[0] if isinstance(part, ast.Tuple) and part.elts else part
                 for part in node.elts]  # fmt: skip
        parts = [part.args[0] if isinstance(part, ast.Call) and part.args else part
                 for part in parts]  # fmt: skip
    else:
        return set()
    return {part.value for part in parts if isinstance(part, ast.Constant)}


def test_pages_are_listed_once() -> None:
    """In the navigation; two tests say beside what is done on each."""
    done = {"tests.app.looked_at", "tests.browser.test_browser_journeys"}
    for path in sources("dashboard", "benchmarks", "tests", "docs"):
        if module(path) == "dashboard.navigation" or module(path) in done:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            several = listed(node) & set(PAGES)
            assert len(several) < len(PAGES) / 2, f"{path}:{node.lineno} lists {several}"  # type: ignore[attr-defined]


def test_a_page_is_known_by_its_row_only() -> None:
    """Its sentence stands there, and its script neither begins nor heads the page."""
    texts = {path: path.read_text(encoding="utf-8") for path in sources("dashboard", "benchmarks")}
    for page in PAGES.values():
        places = {module(path) for path, text in texts.items() if page.subtitle in text}
        room = SCRIPTS[page.file].partition("/")[0]
        assert places == {f"dashboard.rows.{room}"}, page.file
    scripts = [ROOT / "dashboard" / script for script in SCRIPTS.values()]
    assert offenders(scripts, "dashboard.ui.header") == []


def test_a_session_remembers_in_slots_only() -> None:
    """What is named in session state is the key of a widget; the rest is in `dashboard.slots`."""
    widgets = {"stage-text", "sweeps-tabs"} | {"k"}  # of an example
    bare = re.compile(r'session_state(?:\.(?:get|setdefault|pop)\(|\[)"([^"]+)"')
    texts = (path.read_text(encoding="utf-8") for path in sources("dashboard"))
    assert {name for text in texts for name in bare.findall(text)} == widgets


def test_nothing_is_changed_for_other_threads_and_back() -> None:
    """One server answers everybody: what one of its threads restores, another has set."""
    switches = {"warnings.catch_warnings", "socket.setdefaulttimeout"}
    named = {
        f"{module(path)}: {switch}"
        for path in sources("core", "dashboard")
        for switch in switches
        if switch in path.read_text(encoding="utf-8")
    }
    assert named == set()


@pytest.mark.parametrize("folder", ["core", "dashboard", "benchmarks", "tests"])
def test_files_are_short_nouns(folder: str) -> None:
    files = [*sources(folder), *(ROOT / folder).rglob("*.css")]
    files += [path for path in (ROOT / folder).rglob("*.js") if "static" not in path.parts]
    for path in files:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= LONGEST, f"{path.relative_to(ROOT)} has {lines} lines; split it"
        assert path.stem not in ("utils", "util", "helpers", "helper", "misc"), path


INNER_NAMES = {  # of plotly.js and of Streamlit, each known to one module
    "plotly_inner.js": r"\._[a-z]|\b_(full|offset|length)\w*|gl-container|xtitle|calcdata|d2p",
    "streamlit_dom.js": r"data-test|testScript|st-key-|--st-|\bst[A-Z]\w+",
}


@pytest.mark.parametrize("home", INNER_NAMES)
def test_names_that_others_may_change_are_known_to_one_module(home: str) -> None:
    """Where they are tested, too: tests/browser/test_inner_names.py."""
    for path in (ROOT / "dashboard" / "ui" / "components").glob("*.js"):
        code = re.sub(r"^\s*(//|/?\*).*", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        names = re.findall(INNER_NAMES[home], code)
        assert bool(names) == (path.name == home), f"{path.name}: {names}"


# Pages and measures about one kind of model may name it; whatever holds for all asks the rows.
ABOUT_ONE = {
    "Word2Vec": {"dashboard/vectors/keywords.py"},
    "Glove": {"core/vectors/evaluate/freedom.py", "dashboard/vectors/explain.py"},
}


HOMES = ("core/vectors/specs.py", "core/vectors/__init__.py", "core/vectors/models/")


@pytest.mark.parametrize("kind", [kind for kind in vectors.KINDS if not kind.live])
def test_a_kind_of_model_is_named_where_it_lives(kind: Kind) -> None:
    """A new one is a spec, a trainer and a row; PPMI-SVD is every page's own chain."""
    homes = (*HOMES, "core/vectors/rows/", *ABOUT_ONE.get(kind.class_name, ()))
    strangers = []
    for path in sources("core", "dashboard"):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(homes) and kind.class_name in names(path):
            strangers.append(name)
    assert strangers == []


def test_no_class_is_known_by_its_name() -> None:
    """`type(spec).__name__ == "Glove"` is a table in disguise: the rows are the table."""
    ladders = []
    for path in sources("core", "dashboard"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare):
                sides = [node.left, *node.comparators]
                sides += [e for side in sides for e in getattr(side, "elts", ())]
                named = any(getattr(side, "attr", "") == "__name__" for side in sides)
                if named and any(isinstance(side, ast.Constant) for side in sides):
                    ladders.append(f"{module(path)}:{node.lineno}")
    assert ladders == []
