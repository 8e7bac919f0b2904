"""Imports point one way, files stay short, and nothing is used that is not required."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from dashboard.navigation import SCRIPTS
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
        "core.progress",
    ),
    *("core.arrays", "core.fingerprint", "core.messages", "core.uploads"),
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
def imports(path: Path) -> frozenset[str]:
    """Every module a file imports, also inside functions; `from a import b` gives a and a.b."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
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


def test_shared_parts_know_no_pages() -> None:
    files = sources("dashboard/ui", "dashboard/chain", "dashboard/figures")
    files += sorted((ROOT / "dashboard").glob("*.py"))
    assert offenders(files, *(f"dashboard.{section}" for section in SECTIONS)) == []


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
