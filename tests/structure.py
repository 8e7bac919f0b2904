"""The project as a graph of files: `from structure import …`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


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
