"""A digest of the code that a result depends on: another version's results do not count."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import platform
import re
import sys
from pathlib import Path
from typing import NamedTuple

IMPORT = re.compile(
    r"^[ \t]*(?:from\s+([\w.]+)\s+import\s+(\([^)]*\)|.*)|import\s+(.*))", re.MULTILINE
)
COMMENT = re.compile(r"#.*")
# They store results, name them, report progress and refuse; they change no number.
APART = frozenset({"core.budget", "core.cache", "core.fingerprint", "core.progress"})
# They say which module computes what, and its name: their text changes no number.
ROWS = (
    "core.families", "core.kinds", "core.registry", "core.vectors.kinds", "core.vectors.rows."
)  # fmt: skip
# The distributions of a library that has another name, or for which another one computes.
DISTRIBUTIONS = {
    "PIL": ("pillow",),
    "gensim": ("gensim", "scipy"),
    "jax": ("jax", "jaxlib"),
    "numba": ("numba", "llvmlite"),
    "opencc": ("opencc-python-reimplemented",),
    "sklearn": ("scikit-learn", "scipy"),
    "umap": ("umap-learn",),
}


class Import(NamedTuple):
    """`from module import thing as name`; thing and name are "" for `import module`."""

    module: str
    thing: str = ""
    name: str = ""


class Source(NamedTuple):
    """A module's text and what it imports, also inside functions."""

    text: bytes
    imports: tuple[Import, ...]


def fingerprint(module: str) -> str:
    """A digest of `dependencies`, `libraries` and Python's version: the code of a result."""
    digest = hashlib.blake2b(digest_size=8)
    for name, path in sorted(dependencies(module).items()):
        if name.startswith(ROWS):  # what they import is among the dependencies
            continue
        digest.update(name.encode() + b"\0" + _source(path, path.stat().st_mtime_ns).text)
    digest.update(f"python={platform.python_version()}".encode())
    for library in libraries(module):
        digest.update(f"{library}={_version(library)}".encode())
    return digest.hexdigest()


def dependencies(module: str) -> dict[str, Path]:
    """The module and every one of `core` that it imports, directly or not, and their files.

    Of a package only what is imported from it counts, not what else its `__init__` gathers:
    `from core.counts import count` leads to the module that defines `count`.
    """
    files: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = None if name in files or name in APART else _file(name)
        if path is None:
            continue
        files[name] = path
        waiting += [_origin(one) for one in _imports(path) if _root(one.module) == "core"]
    return files


def libraries(module: str) -> list[str]:
    """The distributions that a result depends on, sorted; NumPy always.

    Libraries that only store results are not among them.
    """
    names = {"numpy"}
    for path in dependencies(module).values():
        names |= {_root(one.module) for one in _imports(path)}
    names -= {"core", *sys.stdlib_module_names}
    return sorted({owner for name in names for owner in DISTRIBUTIONS.get(name, (name,))})


@functools.cache
def _version(library: str) -> str:
    """The installed version of a distribution, "" where there is none."""
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _root(module: str) -> str:
    return module.partition(".")[0]


def _imports(path: Path) -> tuple[Import, ...]:
    return _source(path, path.stat().st_mtime_ns).imports


@functools.cache
def _source(path: Path, changed: int) -> Source:
    """A file, read once for each time that it `changed`: many results depend on the same few."""
    text = path.read_bytes()
    return Source(text, tuple(_imported(text.decode())))


def _imported(text: str) -> list[Import]:
    """Everything that a module imports.

    Read with a regular expression: Python 3.11's `ast.parse` fails now and
    then (SystemError) when two threads call it at once.
    """
    imports: list[Import] = []
    for module, things, modules in IMPORT.findall(text):
        for part in COMMENT.sub("", things or modules).strip("()\n\t ").split(","):
            words = part.split()
            if module and words:
                imports.append(Import(module, words[0], words[-1]))
            elif words:
                imports.append(Import(words[0]))
    return imports


def _origin(one: Import) -> str:
    """The module that defines what an import of `core` names, past a package's `__init__`."""
    inner = f"{one.module}.{one.thing}"
    if one.thing and _file(inner):
        return inner
    path = _file(one.module)
    if one.thing and path and path.name == "__init__.py":
        for other in _imports(path):
            if other.name == one.thing and _root(other.module) == "core":
                return _origin(other)
    return one.module


def _file(name: str) -> Path | None:
    """The path of a module's source. Nothing is imported to find it: some imports are slow."""
    if _root(name) == "core":
        return _file_of_core(name)
    origin = getattr(sys.modules.get(name), "__file__", None)
    return Path(origin) if origin else None


@functools.cache
def _file_of_core(name: str) -> Path | None:
    stem = Path(__file__).parent.joinpath(*name.split(".")[1:])
    for path in (stem.with_name(f"{stem.name}.py"), stem / "__init__.py"):
        if path.is_file():
            return path
    return None
