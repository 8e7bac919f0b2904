"""What code a result depends on: results of other code are not this code's."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import re
import sys
from pathlib import Path

IMPORT = re.compile(
    r"^\s*(?:from\s+(core(?:\.\w+)*)\s+import\s+(\([^)]*\)|.*)|import\s+(.*))", re.MULTILINE
)
LIBRARIES = (
    *("numpy", "scipy", "numba", "gensim", "jieba", "mwparserfromhell"),
    "opencc-python-reimplemented",
    *("scikit-learn", "jax", "jaxlib", "equinox", "optax"),
)


def fingerprint(module: str) -> str:
    """A digest of the code a result depends on.

    That is the source of the module, of every `core` module it imports,
    directly or not, and the versions of the numerical libraries.
    """
    seen: dict[str, bytes] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = None if name in seen else _file(name)
        if path is None:
            continue
        seen[name], imports = _source(path, path.stat().st_mtime_ns)
        waiting += imports
    digest = hashlib.blake2b(digest_size=8)
    for name in sorted(seen):
        digest.update(name.encode() + b"\0" + seen[name])
    for library in LIBRARIES:
        try:
            digest.update(f"{library}={importlib.metadata.version(library)}".encode())
        except importlib.metadata.PackageNotFoundError:
            continue
    return digest.hexdigest()


@functools.cache
def _source(path: Path, changed: int) -> tuple[bytes, list[str]]:
    """A module's source and its imports; many results depend on the same few modules."""
    source = path.read_bytes()
    return source, _imports(source)


def _imports(source: bytes) -> list[str]:
    """What a module imports from `core`: names of modules, and of things in them.

    Read with a regular expression: Python 3.11's `ast.parse` fails now and
    then (SystemError) when two threads call it at once.
    """
    found: list[str] = []
    for module, things, plain in IMPORT.findall(source.decode()):
        found += re.findall(r"\bcore[\w.]*", plain)
        if module:
            found += [module, *(f"{module}.{thing}" for thing in re.findall(r"\w+", things))]
    return found


def _file(name: str) -> Path | None:
    """Where a module's source is. Nothing is imported to find it: some imports are slow."""
    if name.split(".")[0] != "core":
        origin = getattr(sys.modules.get(name), "__file__", None)
        return Path(origin) if origin else None
    stem = Path(__file__).parent.joinpath(*name.split(".")[1:])
    for path in (stem.with_name(f"{stem.name}.py"), stem / "__init__.py"):
        if path.is_file():
            return path
    return None
