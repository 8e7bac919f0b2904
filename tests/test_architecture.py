"""Imports point one way, files stay short, and nothing is used that is not required."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest

from core.kinds import Kind
from core.vectors import kinds as vectors
from dashboard.navigation import PAGES, SCRIPTS
from dashboard.navigation import SECTIONS as NAMED

SECTIONS = [section.lower() for section in NAMED]
ROOT = Path(__file__).resolve().parent.parent
LONGEST = 400  # lines
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
        "core.chains",
        "core.fields",
        "core.files",
        "core.fingerprint",
        "core.lengths",
        "core.messages",
        "core.procrustes",
        "core.uploads",
    ),
}
ALLOWED = {  # what each room of `core` may import of `core`
    "text": {"text"},
    "counts": {"counts", "text"},
    "lowrank": {"lowrank"},
    "vectors": {"vectors", "learning", "counts", "text", "lowrank"},
    "matrices": {"matrices", "vectors", "learning", "counts", "text", "lowrank"},
    "layouts": {"layouts"},
    "items": {"items"},
    "learning": {"learning", "items"},
    "latent": {"latent", "learning", "items", "layouts"},
    "maps": {"maps", "layouts", "vectors", "learning", "counts", "text", "lowrank"},
    "compare": {"compare", "vectors", "learning", "counts", "text", "lowrank"},
    "paths": {"paths", "vectors", "counts", "text", "lowrank", "latent", "learning", "items"},
    "sweeps": {
        "sweeps",
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
COMPANIONS = {
    "llvmlite": "numba",
    "dask": "distributed",
    "griffe": "mkdocstrings",
    "starlette": "streamlit",
    "tornado": "distributed",
}  # pinned by the other to the one version that fits it
PEERS = {"torch"}  # fetched by the one benchmark that compares with it
# imported where they are used, not before
SLOW = (
    "gensim",
    "sklearn",
    "jieba",
    "opencc",
    "umap",
    "jax",
    "equinox",
    "optax",
    "safetensors",
    "distributed",
    "optuna",
    "sqlalchemy",
)


def sources(*folders: str) -> list[Path]:
    """All Python files below some folders of the project."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def module(path: Path) -> str:
    """The dotted name of a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def modules() -> frozenset[str]:
    """Every module of `core`."""
    return frozenset(module(path) for path in sources("core"))


@cache
def steps(path: Path) -> frozenset[str]:
    """The modules that a file's imports lead to, also inside functions: a.b of `from a import b`
    where that is a file, else a."""
    known = modules()
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            inner = (f"{node.module}.{alias.name}" for alias in node.names)
            found |= {name if name in known else str(node.module) for name in inner}
    return frozenset(found & known)


def circles(graph: Mapping[str, Iterable[str]]) -> set[frozenset[str]]:
    """Groups of nodes of which each leads to each other."""
    reached: dict[str, set[str]] = {}
    for start in graph:
        waiting, reached[start] = [start], set()
        while waiting:
            new = set(graph[waiting.pop()]) - reached[start]
            reached[start] |= new
            waiting += new
    groups = (frozenset(b for b in reached[a] if a in reached[b]) for a in graph)
    return {group for group in groups if group}


@cache
def imports(path: Path) -> frozenset[str]:
    """Every module a file imports, also inside functions; `from a import b` gives a and a.b."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def offenders(files: list[Path], *forbidden: str) -> list[str]:
    """Which of the files import a forbidden module or something inside it."""
    return [
        f"{module(path)} imports {name}"
        for path in files
        for name in sorted(imports(path))
        if any(name == bad or name.startswith(f"{bad}.") for bad in forbidden)
    ]


def test_core_knows_no_user_interface() -> None:
    assert offenders(sources("core"), "streamlit", "plotly", "dashboard", "benchmarks") == []


def test_figures_know_no_streamlit() -> None:
    files = [path for path in sources("dashboard") if "figures" in path.parts]
    assert offenders(files, "streamlit", "dashboard.ui", "dashboard.state", "dashboard.app") == []


FLOORS = ("chain", "ui", "")
"""The folders that the sections stand on, the upper first; "" is the files of `dashboard`."""
FRAME = {"dashboard.app", "dashboard.serve", "dashboard.__main__"}
"""What starts the app, and stands above all."""


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
        assert places == {"dashboard.navigation"}, page.file
    scripts = [ROOT / "dashboard" / script for script in SCRIPTS.values()]
    assert offenders(scripts, "dashboard.ui.header") == []


def test_a_session_remembers_in_slots_only() -> None:
    """What is named in session state is the key of a widget; the rest is in `dashboard.slots`."""
    widgets = {"stage-text", "lesson", "sweeps-tabs"} | {"k"}  # of an example
    bare = re.compile(r'session_state(?:\.(?:get|setdefault|pop)\(|\[)"([^"]+)"')
    texts = (path.read_text(encoding="utf-8") for path in sources("dashboard"))
    assert {name for text in texts for name in bare.findall(text)} == widgets


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
    """What a package's `__init__` gathers is for notebooks: behind it, a result depends on all."""
    gathering = {module(path) for path in sources("core") if path.name == "__init__.py"}
    for path in sources("core"):
        assert not steps(path) & gathering, path
        body = tree(path).body
        if path.name == "__init__.py":
            assert all(isinstance(node, (ast.Expr, ast.ImportFrom, ast.Assign)) for node in body)


def test_every_room_of_core_has_a_rule() -> None:
    rooms = {path.parent.name for path in (ROOT / "core").glob("*/*.py")}
    assert rooms <= set(ALLOWED)


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


def test_umap_learn_is_only_compared_with() -> None:
    """Importing it takes up to 20 s, and ours does without: only comparisons may."""
    files = sources("core", "dashboard", "benchmarks", "tests")
    assert {line.split()[0] for line in offenders(files, "umap")} == {
        "benchmarks.maps",
        "tests.core.test_maps_umap",
    }


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


def requirements(name: str) -> set[str]:
    """Distributions that a requirements file names, normalised."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    found = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines if not line.startswith("-"))
    return {re.sub(r"[-_.]+", "-", match[0]).lower() for match in found if match}


def foreign(files: list[Path]) -> set[str]:
    """Top-level modules that files import from neither the project nor the standard library."""
    roots = {name.split(".")[0] for path in files for name in imports(path)}
    own = {"core", "dashboard", "benchmarks", "docs", "tests"} | {
        path.stem for path in sources("tests")
    }
    return roots - own - set(sys.stdlib_module_names)


def test_every_import_is_required() -> None:
    owners = importlib.metadata.packages_distributions()
    runtime, development = requirements("requirements.txt"), requirements("requirements-dev.txt")
    named = PEERS & foreign(sources("core", "dashboard", "tests"))
    assert named == set(), "a peer is for benchmarks only"
    for files, allowed in (
        (sources("core", "dashboard"), runtime),
        (sources("tests", "benchmarks", "docs"), runtime | development),
    ):
        for name in sorted(foreign(files) - PEERS):
            known = owners.get(COMPANIONS.get(name, name), [])
            distributions = {re.sub(r"[-_.]+", "-", owner).lower() for owner in known}
            assert distributions & allowed, f"`{name}` is imported and not in the requirements"


def test_the_bootstrap_needs_the_standard_library_only() -> None:
    assert (
        foreign([ROOT / "dashboard" / "__main__.py", ROOT / "dashboard" / "__init__.py"]) == set()
    )


def test_importing_core_is_quick() -> None:
    """Optional libraries cost seconds; they are imported by the function that needs them.

    What learns is written in JAX: these two rooms begin with it.
    """
    names = [
        module(path) for path in sources("core") if path.parent.name not in ("latent", "learning")
    ]
    code = (
        f"import importlib, sys\nfor name in {names!r}: importlib.import_module(name)\n"
        f"print(*(name for name in {SLOW!r} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr


def test_a_stored_picture_needs_no_compiled_code() -> None:
    """Loading it would be a third of a warm start."""
    code = (
        "import sys\nimport dashboard.words.parts.evidence, dashboard.words.parts.select\n"
        "import dashboard.figures.heatmap\n"
        "print('numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "False"), done.stderr


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


@cache
def names(path: Path) -> frozenset[str]:
    """Every name, and every text that is one or begins a spec's link, in a file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value.partition("?")[0])
    return frozenset(found)
