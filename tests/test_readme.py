"""What README and CONTRIBUTING say is so: code runs; commands, paths and names exist."""

from __future__ import annotations

import importlib
import re
import tomllib
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from dashboard import __main__ as commands
from dashboard.navigation import SECTIONS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TEXTS = {
    path.name: path.read_text(encoding="utf-8")
    for path in (*ROOT.glob("README*.md"), ROOT / "CONTRIBUTING.md", ROOT / "docs" / "cluster.md")
}
MADE = ("test-output/", "benchmarks/results", ".venv", "site/")  # by a run, and ignored by git
NAMED = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"```.*?```", re.DOTALL)
DOTTED = re.compile(r"(?:core|dashboard|benchmarks)(?:\.\w+)+")
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?|[\w-]+\.(?:py|md|txt|toml)")


@cache
def code() -> str:
    """All Python of the project, but for this file."""
    folders = ("core", "dashboard", "tests", "benchmarks", "docs")
    paths = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return "\n".join(p.read_text(encoding="utf-8") for p in paths if p != Path(__file__))


def named(text: str) -> set[str]:
    """What stands in backticks within the text's sentences."""
    return set(NAMED.findall(FENCED.sub("", text)))


def test_python_examples_run(capsys):
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(block, {})
        assert "(" in capsys.readouterr().out, "an example prints what it found"


@pytest.mark.parametrize("name", TEXTS)
def test_every_variable_is_read_somewhere(name):
    variables = {word for word in named(TEXTS[name]) if word.startswith("VECTORSCOPE_")}
    assert {word for word in variables if f'"{word.split("=")[0]}"' not in code()} == set()


@pytest.mark.parametrize("name", TEXTS)
def test_every_path_exists(name):
    linked = re.findall(r"\]\((?!https?:|#)([^)\s]+)\)", TEXTS[name])
    paths = {word for word in named(TEXTS[name]) if PATH.fullmatch(word)}
    paths = {path for path in paths if not path.startswith(MADE)}
    here = ROOT / "docs" if name == "cluster.md" else ROOT
    missing = [path for path in linked if not (here / path).exists()]
    missing += [path for path in paths if not (ROOT / path).exists()]
    assert missing == []


@pytest.mark.parametrize("name", TEXTS)
def test_every_dotted_name_exists(name):
    for word in named(TEXTS[name]):
        if DOTTED.fullmatch(word):
            module, _, attribute = word.rpartition(".")
            assert hasattr(importlib.import_module(module), attribute), word


@pytest.mark.parametrize("name", TEXTS)
def test_every_name_stands_in_the_code(name):
    words = {word for word in named(TEXTS[name]) if re.fullmatch(r"[A-Za-z_]\w*(\(\))?", word)}
    lost = {w for w in words if not re.search(rf"\b{w.removesuffix('()')}\b", code())}
    assert lost == set()


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_exists(name):
    said = re.findall(r"python3 -m dashboard(?: (\w+))?", TEXTS[name])
    known = {c for c in said if c and not callable(getattr(commands, c, None))}
    targets = re.findall(r"^([a-z ]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    made = set(re.findall(r"`make (\w+)`", TEXTS[name])) - set(" ".join(targets).split())
    assert known == set() and made == set()


def test_the_last_version_is_the_one_declared():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    heads = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    last = next(head for head in heads if head != "Unreleased")
    assert re.fullmatch(re.escape(declared) + r" - \d{4}-\d\d-\d\d", last)


def test_every_room_exists():
    rooms = re.findall(r"^\| `([a-z_/]+)` \|", README, re.MULTILINE)
    assert rooms
    assert [room for room in rooms if not (ROOT / room).is_dir()] == []


@pytest.mark.parametrize("name", [name for name in TEXTS if name.startswith("README")])
def test_every_page_has_its_row(name):
    """In the order of the navigation, under the name of its section."""
    from dashboard.language import catalogue

    known = catalogue("zh") if name == "README.zh.md" else {}
    rows = re.findall(r"^\|([^|]*)\| \*\*([^|]*)\*\* \|", TEXTS[name], re.MULTILINE)
    wanted = [
        (section if room is rooms[0] else "", room.title)
        for section, rooms in SECTIONS.items()
        for room in rooms
    ]
    found = [(section.strip(), title) for section, title in rows]
    assert found == [(known.get(s, s), known.get(title, title)) for s, title in wanted]


def test_pictures_are_small_and_all_shown():
    pictures = list((ROOT / "docs" / "screenshots").glob("*.png"))
    shown = set(re.findall(r"docs/screenshots/([\w-]+\.png)", README))
    assert shown == {path.name for path in pictures}
    assert max(path.stat().st_size for path in pictures) < 250_000
    assert sum(path.stat().st_size for path in pictures) < 1_400_000


def test_pictures_are_of_settings_that_exist():
    """A link of the script that no page understands would photograph a warning."""
    from core.specs import declared
    from dashboard.navigation import FIRST, kinds
    from docs.screenshots import SHOTS

    for shot in SHOTS.values():
        page, _, query = shot.link.partition("?")
        names = {name for kind in kinds(page or FIRST) for name in declared(kind)} | {"lang"}
        assert set(dict(parse_qsl(query))) <= names
