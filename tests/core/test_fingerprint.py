"""A result is filed under the code that made it: all of that, and nothing else."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import core
from core import fingerprint

ON_DEMAND = ("astropy", "model2vec", "sentence_transformers")  # imported where they are installed

FOLDER = Path(core.__file__).parent
FILES = sorted(FOLDER.rglob("*.py"))
RESULTS = [
    ".".join(("core", *path.relative_to(FOLDER).with_suffix("").parts))
    for path in FILES
    if re.search(r"^@cached$", path.read_text(), re.MULTILINE)
]
NEEDED = {  # what a module's results depend on
    "text.reading": ("tables.encodings", "tables.records", "text.wikitext", "messages", "specs"),
    "text.tokens": ("text.reading", "text.tokenisers", "text.numbering", "text.kernels"),
    "text.vocabulary": ("text.tokens", "text.words", "text.spread", "text.shards", "cluster"),
    "counts.cooccurrence": (
        "text.vocabulary",
        "counts.counting",
        "counts.kernels",
        "counts.spread",
    ),
    "vectors.models.factorised": ("counts.ppmi", "counts.spread_ppmi", "lowrank.truncated"),
    "vectors.models.word2vec": ("text.tokens", "vectors.models.model"),
    "vectors.models.glove": ("counts.cooccurrence", "vectors.models.glove_kernels"),
    "vectors.evaluate.explained": (
        *("vectors.models.windows", "vectors.models.glove", "vectors.models.simpler_glove"),
        *("vectors.models.explicit", "vectors.models.ppmi_svd"),
    ),
    "matrices.loading": ("counts.ppmi", "matrices.market", "matrices.synthetic"),
    "latent.training": ("latent.loss", "latent.networks", "latent.starts", "items.data"),
    "latent.density": ("latent.training", "latent.loss"),
    "maps.projection": ("layouts.umap", "layouts.kernels", "vectors.search.exact"),
    "compare.pairs": ("compare.geometry", "vectors.search.graph"),
    "sweeps.measuring": ("latent.training", "matrices.approximation", "vectors.evaluate.scores"),
}
NEEDLESS = {  # what they must not depend on: a change there would compute them anew for nothing
    "text.reading": ("text.tokens", "text.tokenisers", "text.concordance", "cluster"),
    "text.tokens": ("text.concordance", "text.growth", "text.words", "text.spread", "cluster"),
    "text.vocabulary": ("text.concordance", "text.growth", "text.preview", "counts.specs"),
    "counts.cooccurrence": (
        *("text.concordance", "counts.association", "counts.measures", "counts.ppmi"),
        *("counts.spread_ppmi", "counts.resampling", "counts.selection", "counts.ordering"),
    ),
    "vectors.models.factorised": (
        *("counts.association", "text.concordance", "vectors.search.neighbours"),
        *("vectors.models.glove", "vectors.models.word2vec", "vectors.evaluate.scores"),
    ),
    "vectors.models.word2vec": (
        *("vectors.models.glove", "vectors.models.weighted", "vectors.models.windows"),
        *("vectors.models.fitting", "vectors.kinds", "counts.cooccurrence"),
    ),
    "vectors.models.glove": (
        *("vectors.models.simpler_glove", "vectors.models.word2vec", "vectors.models.fitting"),
        "vectors.kinds",
    ),
    "vectors.models.explicit": ("vectors.models.weighted", "vectors.kinds"),
    "matrices.loading": ("counts.association", "matrices.curves", "matrices.approximation"),
    "latent.training": (
        *("latent.judgement", "latent.density", "latent.information", "latent.pairs"),
        *("latent.projection", "latent.sampling", "latent.saving", "layouts.umap"),
    ),
    "latent.density": ("latent.judgement", "latent.information", "latent.projection"),
    "maps.projection": ("maps.trust", "maps.stability", "compare.geometry", "latent.training"),
    "compare.pairs": ("compare.stability", "compare.versus", "counts.association"),
}


@pytest.mark.parametrize("module", NEEDED)
def test_depends_on_what_it_needs(module: str) -> None:
    needed = {f"core.{name}" for name in (module, *NEEDED[module])}
    assert needed <= set(fingerprint.dependencies(f"core.{module}"))


@pytest.mark.parametrize("module", NEEDLESS)
def test_depends_on_nothing_else(module: str) -> None:
    dependencies = fingerprint.dependencies(f"core.{module}")
    assert [name for name in NEEDLESS[module] if f"core.{name}" in dependencies] == []


def test_what_a_kind_is_called_moves_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row's imports count, its text does not: no comparison is made anew for a sentence."""
    before = fingerprint.fingerprint("core.vectors.evaluate.explained")
    files = fingerprint.dependencies("core.vectors.evaluate.explained")
    read = fingerprint._source

    def edited(part: str) -> str:
        def source(path: Path, changed: int) -> fingerprint.Source:
            unchanged = read(path, changed)
            return (
                unchanged._replace(text=unchanged.text + b"#") if path == files[part] else unchanged
            )

        monkeypatch.setattr(fingerprint, "_source", source)
        return fingerprint.fingerprint("core.vectors.evaluate.explained")

    assert edited("core.vectors.rows.squares") == edited("core.kinds") == before
    assert edited("core.vectors.models.simpler_glove") != before


def test_every_module_named_exists() -> None:
    for table in (NEEDED, NEEDLESS):
        for name in {*table, *(name for names in table.values() for name in names)}:
            assert (FOLDER / f"{name.replace('.', '/')}.py").is_file(), name
    assert {f"core.{name}" for name in (*NEEDED, *NEEDLESS)} <= set(RESULTS)


@pytest.mark.parametrize("module", RESULTS)
def test_depends_on_no_gathering_and_no_machinery(module: str) -> None:
    """Neither on a package's `__init__`, nor on what keeps results and reports progress."""
    dependencies = fingerprint.dependencies(module)
    assert [name for name, path in dependencies.items() if path.name == "__init__.py"] == []
    assert not fingerprint.APART & set(dependencies)


def test_reaches_no_code_by_a_name_made_when_it_runs() -> None:
    """Such code would not be seen."""
    paths = {path for module in RESULTS for path in fingerprint.dependencies(module).values()}
    named = [path for path in paths if re.search(r"import_module|__import__", path.read_text())]
    assert named == []


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A `core` of a few files, in which fingerprints are taken."""
    monkeypatch.setattr(fingerprint, "__file__", str(tmp_path / "fingerprint.py"))
    (tmp_path / "room").mkdir()
    for name, text in {
        "__init__": "",
        "leaf": "ONE = 1\n",
        "aside": "",
        "cache": "",
        "plain": "def make():\n    from core.leaf import ONE\n    return ONE\n",
        "gathered": "from core.room import (\n    first,  # not second\n    FIRST as F,\n)\n",
        "direct": "import numpy as np, core.room.first as one\nfrom core import leaf, cache\n",
        "room/__init__": "from core.room.first import one as FIRST\nfrom core.room import second\n",
        "room/first": "one = 1\n",
        "room/second": "from core import aside\ntwo = 2\n",
    }.items():
        (tmp_path / f"{name}.py").write_text(text)
    fingerprint._file_of_core.cache_clear()
    yield tmp_path
    fingerprint._file_of_core.cache_clear()


@pytest.mark.parametrize(
    ("module", "needed"),
    [
        ("core.leaf", ["core.leaf"]),
        ("core.plain", ["core.leaf", "core.plain"]),
        ("core.gathered", ["core.gathered", "core.room.first"]),
        ("core.direct", ["core.direct", "core.leaf", "core.room.first"]),
        ("core.room.second", ["core.aside", "core.room.second"]),
    ],
)
def test_changes_with_what_is_needed_only(package: Path, module: str, needed: list[str]) -> None:
    assert sorted(fingerprint.dependencies(module)) == needed
    before = fingerprint.fingerprint(module)
    assert fingerprint.fingerprint(module) == before
    for path in sorted(package.rglob("*.py")):
        name = ".".join(("core", *path.relative_to(package).with_suffix("").parts))
        text = path.read_text()
        path.write_text(f"{text}# changed\n")
        assert (fingerprint.fingerprint(module) != before) == (name in needed), name
        path.write_text(text)
        assert fingerprint.fingerprint(module) == before


def test_imports_nothing_to_find_it(package: Path) -> None:
    fingerprint.fingerprint("core.plain")
    assert "core.leaf" not in sys.modules


def test_is_the_same_in_another_process() -> None:
    code = "from core.fingerprint import fingerprint as f; print(f('core.text.tokens'))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=FOLDER.parent, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == fingerprint.fingerprint("core.text.tokens")


def test_sees_every_import() -> None:
    for path in FILES:
        expected = set()
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                expected |= {(alias.name, "", "") for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                expected |= {(node.module, a.name, a.asname or a.name) for a in node.names}
        assert {tuple(one) for one in fingerprint._imports(path)} == expected, path


def test_of_several_threads_at_once() -> None:
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(fingerprint.fingerprint, ["core.counts.association"] * 100))
    assert len(digests) == 1


def test_of_every_library_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint.fingerprint("core.counts.counting")
    real = fingerprint._version
    for library in fingerprint.libraries("core.counts.counting"):
        monkeypatch.setattr(
            fingerprint, "_version", lambda name, new=library: "0" if name == new else real(name)
        )
        assert fingerprint.fingerprint("core.counts.counting") != before, library
    monkeypatch.setattr(fingerprint, "_version", real)
    assert fingerprint.fingerprint("core.counts.counting") == before
    monkeypatch.setattr(fingerprint.platform, "python_version", lambda: "2.7")
    assert fingerprint.fingerprint("core.counts.counting") != before


@pytest.mark.parametrize(
    ("module", "libraries", "without"),
    [
        ("text.reading", {"charset_normalizer", "mwparserfromhell", "numpy"}, {"jax", "numba"}),
        ("text.tokens", {"jieba", "opencc-python-reimplemented", "pyarrow", "numba"}, {"jax"}),
        ("counts.counting", {"numba", "llvmlite", "scipy"}, {"jax", "scikit-learn"}),
        ("items.data", {"pandas", "pillow", "scikit-learn"}, {"gensim", "jieba"}),
        ("latent.training", {"jax", "jaxlib", "equinox", "optax"}, {"gensim", "jieba"}),
        ("vectors.evaluate.explained", {"gensim", "optax", "pyarrow"}, {"pillow", "pandas"}),
    ],
)
def test_knows_the_libraries(module: str, libraries: set[str], without: set[str]) -> None:
    known = set(fingerprint.libraries(f"core.{module}"))
    assert libraries <= known and not without & known


def test_every_library_has_a_version() -> None:
    for module in RESULTS:
        for library in fingerprint.libraries(module):
            assert library in ON_DEMAND or importlib.metadata.version(library), library
