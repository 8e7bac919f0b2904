"""What the web site is made of: the guides of the project's folder, and a page for each room of
`core`, written by its docstrings. MkDocs calls `on_files`, mkdocstrings `Doctests`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import griffe
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
GUIDES = {
    "README.md": "index.md",
    "README.zh.md": "README.zh.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "CHANGELOG.md": "CHANGELOG.md",
    "LICENSE": "LICENSE",
}  # where each lies in the site
TITLES = {
    "Vectorscope": "index.md",
    "简体中文": "README.zh.md",
    "On a cluster": "cluster.md",
    "Contributing": "CONTRIBUTING.md",
    "Changes": "CHANGELOG.md",
}
# What a package re-exports is described once, where it is defined.
PACKAGE = "::: {}\n    options:\n      heading_level: 1\n      members: false\n"
LINK = re.compile(r"\]\((?:\./)?([^)\s#:]+)")
DOCTEST = re.compile(r"(?:^>>> .*\n(?:^.*\S.*(?:\n|\Z))*)+", re.MULTILINE)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the guides, their links turned to where they lie in the site, and the reference."""
    for name, place in GUIDES.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, place, content=LINK.sub(_moved, text)))
    pages = {}
    for room, modules in rooms().items():
        text = PACKAGE.format(room) + "".join(f"\n::: {module}\n" for module in modules)
        pages[room] = f"reference/{room}.md"
        files.append(File.generated(config, pages[room], content=text))
    entries = [{title: page} for title, page in TITLES.items()]
    config.nav = [*entries, {"Reference": [{room: page} for room, page in pages.items()]}]
    return files


def rooms() -> dict[str, list[str]]:
    """The modules of each package of `core`."""
    packages = sorted(path.parent for path in (ROOT / "core").rglob("__init__.py"))
    return {
        ".".join(folder.relative_to(ROOT).parts): [
            ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for path in sorted(folder.glob("*.py"))
            if path.stem != "__init__"
        ]
        for folder in packages
    }


def _moved(link: re.Match[str]) -> str:
    path = link[1].removeprefix("docs/")
    return f"]({GUIDES.get(path, path)}"


class Doctests(griffe.Extension):
    """Sets the examples of docstrings as code: in Markdown, `>>>` quotes a quote of a quote."""

    def on_instance(self, *, obj: griffe.Object, **kwargs: Any) -> None:
        if obj.docstring:
            obj.docstring.value = DOCTEST.sub(_fenced, obj.docstring.value + "\n").rstrip()


def _fenced(example: re.Match[str]) -> str:
    return f"```pycon\n{example[0].rstrip()}\n```\n"
