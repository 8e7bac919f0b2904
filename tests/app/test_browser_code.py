"""What the browser runs is one file, named after its content."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from graphlib import CycleError
from pathlib import Path

import plotly
import pytest
import streamlit as st

from dashboard.figures.template import TEMPLATE
from dashboard.ui import browser_code, plotly_js
from dashboard.ui.bundle import bundle


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Two modules of which one imports the other, its markup, and an empty static folder."""
    folder = tmp_path / "components"
    folder.mkdir()
    (folder / "figure.js").write_text(
        'import markup from "./figure.html";\nimport { px } from "./marks.js";\n'
        "export default function () {\n  return markup.repeat(px);\n}\n"
    )
    (folder / "marks.js").write_text("export const px = 1;\n")
    (folder / "figure.html").write_text("<p>")
    (folder / "types.d.ts").write_text("export type Mark = object;\n")
    monkeypatch.setattr(browser_code, "_SOURCES", folder)
    monkeypatch.setattr(browser_code, "_STATIC", tmp_path / "static")
    forget()
    yield folder
    forget()


def forget() -> None:
    browser_code.code.cache_clear()
    browser_code._name.cache_clear()


def served(folder: Path) -> dict[str, str]:
    static = folder.parent / "static"
    return {str(p.relative_to(static)): p.read_text() for p in static.rglob("*") if p.is_file()}


def test_modules_are_one_file(sources: Path) -> None:
    address = browser_code.module()
    assert served(sources) == {address.removeprefix("/app/static/"): browser_code.code()}
    component = browser_code.component("figure")
    assert f'import(new URL("{address}", ' in component and "code.figure.default" in component


def test_each_comes_after_what_it_imports(sources: Path) -> None:
    code = browser_code.code()
    for before, after in (("$marks = ", "{ px } = $marks;"), ('"<p>"', "markup = $figure_html;")):
        assert 0 < code.index(before) < code.index(after)
    assert "return { px };" in code and "return { default: $default };" in code
    assert code.endswith("export { $marks as marks, $figure as figure };\n")


def test_the_template_is_sent_with_them(sources: Path) -> None:
    assert f"$template_json = {json.dumps(TEMPLATE)};" in browser_code.code()


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ('import * as all from "./b.js";\n', ValueError, "cannot bundle `import \\* as"),
        ("export let n = 1;\n", ValueError, "a.js: cannot bundle"),
        ('import { n } from "./gone.js";\n', ValueError, "gone.js"),
        ('import { n } from "./b.js";\n', CycleError, "cycle"),
    ],
)
def test_what_cannot_be_bundled_is_refused(text: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        bundle({"a.js": text, "b.js": 'import { m } from "./a.js";\n'})


@pytest.mark.parametrize("name", ["figure.js", "marks.js", "new.js", "figure.html"])
def test_a_change_of_any_file_is_another_address(sources: Path, name: str) -> None:
    before = browser_code.module()
    forget()
    assert browser_code.module() == before
    (sources / name).write_text("export const px = 2;\n")
    forget()
    assert browser_code.module() != before
    assert before.removeprefix("/app/static/") in served(sources), "others may serve the old one"


def test_what_nobody_uses_any_more_is_deleted(sources: Path) -> None:
    """Only what this app put there, and only once no server has started with it for long."""
    current = browser_code.module().removeprefix("/app/static/")
    static = sources.parent / "static"
    (static / "components-0123").mkdir()
    for name in ("components-0123/figure.js", "components-4567.js", "plotly-6.0.0.min.js",
                 "plotly-7.0.0.min.js", "half.part", "favicon.png"):  # fmt: skip
        (static / name).write_text("")
    old = time.time() - browser_code.UNUSED - 60
    for path in (*static.glob("components-[04]*"), *static.glob("*.min.js"), static / "half.part",
                 static / "favicon.png", static / current):  # fmt: skip
        os.utime(path, (old, old))
    (static / "components-recent.js").write_text("")
    browser_code.sweep("plotly-7.0.0.min.js")
    assert set(served(sources)) == {
        current, "components-recent.js", "plotly-7.0.0.min.js", "favicon.png"
    }  # fmt: skip
    assert (static / current).stat().st_mtime > old + 60, "it is marked as used"


def test_below_a_path_of_the_server(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": "lens/one/"}.get)
    assert browser_code.module().startswith("/lens/one/app/static/components-")


def test_percent_has_a_gap_in_figures_as_in_texts() -> None:
    """Each place where plotly.js is changed is there once, in the version that is installed."""
    plain = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes()
    changed = plotly_js.code()
    for old, new in plotly_js.GAP:
        assert plain.count(old) == 1 and changed.count(new) == 1
