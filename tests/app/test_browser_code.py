"""What the browser runs lies in a folder that is named after its content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from dashboard.ui import browser_code


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Two modules of which one imports the other, and an empty static folder."""
    folder = tmp_path / "components"
    folder.mkdir()
    (folder / "figure.js").write_text('import { px } from "./marks.js";\n')
    (folder / "marks.js").write_text("export const px = 1;\n")
    (folder / "types.d.ts").write_text("export type Mark = object;\n")
    monkeypatch.setattr(browser_code, "_SOURCES", folder)
    monkeypatch.setattr(browser_code, "_STATIC", tmp_path / "static")
    browser_code._folder.cache_clear()
    yield folder
    browser_code._folder.cache_clear()


def served(folder: Path) -> dict[str, str]:
    static = folder.parent / "static"
    return {str(p.relative_to(static)): p.read_text() for p in static.rglob("*") if p.is_file()}


def test_modules_lie_beside_each_other(sources: Path) -> None:
    address = browser_code.module("figure")
    start, folder, name = address.rsplit("/", 2)
    assert (start, name) == ("/app/static", "figure.js")
    assert served(sources) == {
        f"{folder}/{path.name}": path.read_text() for path in sources.glob("*.js")
    }
    assert browser_code.modules() == [address, address.replace("figure.js", "marks.js")]
    assert f'import(new URL("{address}", ' in browser_code.component("figure")


@pytest.mark.parametrize("name", ["figure.js", "marks.js", "new.js"])
def test_a_change_of_any_module_is_another_address(sources: Path, name: str) -> None:
    """Also of one that is only imported: a relative path has no mark of its own."""
    before = browser_code.module("figure")
    browser_code._folder.cache_clear()
    assert browser_code.module("figure") == before
    (sources / name).write_text("export const px = 2;\n")
    browser_code._folder.cache_clear()
    assert browser_code.module("figure") != before
    assert before.removeprefix("/app/static/") in served(sources), "others may serve the old one"


def test_another_process_is_faster(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def rename(partial: Path, target: Path) -> None:
        target.mkdir()
        (target / "figure.js").write_text("theirs")
        raise FileExistsError(target)

    monkeypatch.setattr(Path, "rename", rename)
    browser_code.module("figure")
    assert list(served(sources).values()) == ["theirs"]


def test_below_a_path_of_the_server(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": "lens/one/"}.get)
    assert browser_code.module("figure").startswith("/lens/one/app/static/components-")
