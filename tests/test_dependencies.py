"""Nothing is used that is not required, and nothing slow is imported before it is needed."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

from structure import (
    ROOT,
    imports,
    module,
    offenders,
    sources,
)

COMPANIONS = {
    "llvmlite": "numba",
    "dask": "distributed",
    "griffe": "mkdocstrings",
    "starlette": "streamlit",
    "tornado": "distributed",
}  # pinned by the other to the one version that fits it


PEERS = {"torch"}  # fetched by the one benchmark that compares with it
# imported when a file or a model needs them, and only if the user installed them
ON_DEMAND = {"astropy", "h5py", "model2vec", "sentence_transformers"}


# rooms that begin with it
JAX = (
    "adversarial", "features", "latent", "learning", "quantised", "sequences", "series",
    "text_classes",
)  # fmt: skip
# imported where they are used, not before
SLOW = (
    "gensim",
    "sklearn",
    "jieba",
    "opencc",
    "umap",
    "pynndescent",
    "jax",
    "equinox",
    "optax",
    "safetensors",
    "distributed",
    "optuna",
    "sqlalchemy",
)


def test_umap_learn_has_one_door() -> None:
    """Importing it takes up to 20 s, and ours does without: one function does, when asked to."""
    files = sources("core", "dashboard", "benchmarks", "tests")
    assert {line.split()[0] for line in offenders(files, "umap")} == {
        "benchmarks.maps",
        "core.layouts.reference",
        "tests.core.test_maps_umap",
    }


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
        for name in sorted(foreign(files) - PEERS - ON_DEMAND):
            known = owners.get(COMPANIONS.get(name, name), [])
            distributions = {re.sub(r"[-_.]+", "-", owner).lower() for owner in known}
            assert distributions & allowed, f"`{name}` is imported and not in the requirements"


def test_the_bootstrap_needs_the_standard_library_only() -> None:
    assert (
        foreign([ROOT / "dashboard" / "__main__.py", ROOT / "dashboard" / "__init__.py"]) == set()
    )


def test_importing_core_is_quick() -> None:
    """Optional libraries cost seconds; they are imported by the function that needs them.

    What learns is written in JAX: these rooms begin with it.
    """
    names = [module(path) for path in sources("core") if path.parent.name not in JAX]
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
