"""The README's code runs, and its commands and variables exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_python_examples_run(capsys):
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(block, {})
        assert "(" in capsys.readouterr().out, "an example prints what it found"


def test_every_variable_is_read_somewhere():
    sources = [*(ROOT / "core").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")]
    sources += [*(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]
    code = "".join(p.read_text(encoding="utf-8") for p in sources if p != Path(__file__))
    named = set(re.findall(r"`(VECTORSCOPE_\w+)`", README))
    assert named
    assert {name for name in named if f'"{name}"' not in code} == set()


def test_every_room_exists():
    rooms = re.findall(r"^\| `([a-z_/]+)` \|", README, re.MULTILINE)
    assert rooms
    assert [room for room in rooms if not (ROOT / room).is_dir()] == []
