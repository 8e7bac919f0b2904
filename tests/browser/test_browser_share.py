"""Sharing a page in a real browser: its link, its figures as files, its numbers as code."""

from __future__ import annotations

import json
import struct
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import nbformat
import pytest
from harness import (
    ask,
    figure,
    no_sideways_scroll,
    screenshot,
    wait_for_picture,
    wait_until_done,
)
from playwright.sync_api import Browser, Locator, Page, expect

from core.text.shelf import store_upload

SIMILAR = "similar?a11=1.7&a12=0.3"
HOSTILE = ("</script><svg/onload=alert(1)>", "<img/src=x/onerror=alert(1)>", "-->", "<b>${x}</b>")
NAME = "<img src=x onerror=alert(1)>'\"&.txt"


@pytest.fixture
def visit(open_page: Any, serve: Any) -> Any:
    """Opens a page that is quick to compute; nothing has to be at hand for it."""
    app = serve(Path(__file__).parents[2] / "dashboard" / "serve.py")

    def open_(path: str = SIMILAR, key: str = "given_grid", **more: Any) -> Page:
        page = open_page(f"{app}/{path}", **more)
        wait_until_done(page)
        wait_for_picture(page, key)
        return page

    return open_


def saved(page: Page, button: Locator, folder: Path) -> Path:
    """Press a button that saves a file; where it is."""
    with page.expect_download() as waiting:
        button.click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def save_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Save", exact=True)


def test_link_is_copied(visit: Any) -> None:
    page = visit()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    expect(page.locator(".vs-share [role=status]")).to_have_text("Link copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert "a11=1.7" in page.url and "a12=0.3" in page.url
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()


def test_link_is_selected_where_copying_is_refused(visit: Any) -> None:
    page = visit()
    page.evaluate(
        """() => {
            navigator.clipboard.writeText = () => Promise.reject(new Error("refused"));
            document.execCommand = () => false;
        }"""
    )
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("did not allow it").last).to_be_visible()
    field = page.get_by_label("Link to this page")
    expect(field).to_be_focused()
    chosen = "(e) => e.value.slice(e.selectionStart, e.selectionEnd)"
    assert field.evaluate(chosen) == page.url
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_panel_fits_and_answers_keys(visit: Any, scheme: str) -> None:
    page = visit(width=390, height=844, scheme=scheme)
    save_button(page).focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog")
    expect(panel).to_be_visible()
    expect(panel.get_by_role("row")).to_have_count(2)
    box = panel.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
    page.keyboard.press("Tab")
    expect(page.get_by_label("Link to this page")).to_be_focused()
    page.keyboard.press("Tab")
    expect(panel.get_by_role("button").first).to_be_focused()
    no_sideways_scroll(page)
    screenshot(page, f"share-{scheme}-390")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    page.set_viewport_size({"width": 1440, "height": 900})
    save_button(page).click()
    expect(panel).to_be_visible()
    no_sideways_scroll(page)
    screenshot(page, f"share-{scheme}-1440")


def test_slides(visit: Any, tmp_path: Path) -> None:
    page = visit()
    row = figure(page, "own_grid")
    png = saved(page, row.get_by_role("button", name="PNG"), tmp_path).read_bytes()
    assert png[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", png[16:24]) == (1920, 1080)
    assert len(png) > 20_000, "there is something on it"
    svg = ET.parse(saved(page, row.get_by_role("button", name="SVG"), tmp_path)).getroot()
    assert (svg.get("width"), svg.get("height")) == ("1920", "1080")
    texts = [e.text or "" for e in svg if e.tag.endswith("}text")]
    assert texts[0] == "In the grid of P: B = P⁻¹AP"
    assert "the same map is B." in " ".join(texts[1:])
    (plot,) = (e for e in svg if e.tag.endswith("}svg"))
    zoom = float(plot.get("width", 0)) / float(plot.get("viewBox", "0 0 1 1").split()[2])
    assert zoom >= 2, "its type can be read from the last row"


def test_page_of_all_figures_works_offline(visit: Any, browser: Browser, tmp_path: Path) -> None:
    """Made of a text of hostile words in a file with a hostile name."""
    line = " ".join(f"{word} cat dog" for word in HOSTILE)
    source = store_upload(NAME, f"{line}\n".encode() * 30)
    query = {
        "source": "upload", "name": source.name, "digest": source.digest, "tokeniser": "whitespace",
        "row_mode": "frequency", "row_count": "6", "row_first": "1", "min_count": "1",
    }  # fmt: skip
    page = visit(f"heatmap?{urlencode(query)}", "heatmap")
    shown = ask(figure(page, "heatmap"), "gd.calcdata[0][0].z.length")
    save_button(page).click()
    file = saved(page, page.get_by_role("button", name="All figures as one"), tmp_path)
    assert file.name == "heatmap.html" and file.stat().st_size > 3_000_000
    text = file.read_text(encoding="utf-8")
    assert text.count("Plotly.react(") == 1 and text.count("plotly.js v") == 1
    context = browser.new_context(offline=True, color_scheme="dark")
    problems: list[str] = []
    alone = context.new_page()
    alone.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    alone.on("pageerror", lambda e: problems.append(str(e)))
    alone.on("dialog", lambda d: (problems.append(f"dialog {d.message}"), d.dismiss()))
    alone.on("request", lambda r: problems.append(r.url) if r.url.startswith("http") else None)
    alone.goto(file.as_uri())
    plot = alone.locator("#figure-0")
    expect(plot.locator(".heatmaplayer .hm").first).to_be_attached()
    assert plot.evaluate("(gd) => gd.calcdata[0][0].z.length") == shown == 6
    box = plot.locator(".nsewdrag").first.bounding_box()
    assert box
    for share in (0.4, 0.5):
        alone.mouse.move(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"])
    expect(plot.locator(".hoverlayer .hovertext")).to_be_visible()
    dark = alone.evaluate("getComputedStyle(document.body).backgroundColor")
    alone.emulate_media(color_scheme="light")
    assert alone.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    expect(alone.get_by_role("heading", name="PMI heatmap")).to_be_visible()
    expect(alone.locator("figcaption")).to_contain_text("White is zero.")
    measured = alone.locator("figure details")
    expect(measured.locator("summary")).to_have_text("How this was measured")
    expect(measured).to_contain_text("PMI of co-occurrence")
    expect(alone.locator("header code")).to_have_text(page.url.split("/", 3)[3])
    assert "127.0.0.1" not in alone.locator("header").inner_text(), "it leads nowhere elsewhere"
    alone.locator("summary").last.click()
    expect(alone.get_by_role("cell", name=NAME, exact=True).first).to_be_visible()
    assert alone.locator("img, [onload], [onerror]").count() == 0
    alone.screenshot(path=str(tmp_path / "offline.png"))
    context.close()
    assert problems == []


def test_script_and_notebook(visit: Any, tmp_path: Path) -> None:
    page = visit()
    page.get_by_role("tab", name="Code").click()
    script = saved(page, page.get_by_role("button", name="Script"), tmp_path)
    notebook = saved(page, page.get_by_role("button", name="Notebook"), tmp_path)
    assert (script.name, notebook.name) == ("vectorscope-similar.py", "vectorscope-similar.ipynb")
    text = script.read_text(encoding="utf-8")
    assert f"# {page.url}\n" in text and "#     a11 = 1.7\n" in text
    printed: list[Any] = []
    exec(text, {"print": lambda *values: printed.extend(values)})
    assert printed[1].trace == pytest.approx(printed[2].trace)
    cells = nbformat.reads(notebook.read_text(encoding="utf-8"), as_version=4)
    nbformat.validate(cells)
    about, code = cells["cells"]
    assert page.url in about["source"] and text.endswith(f"\n{code['source']}\n")
    assert json.loads(notebook.read_text(encoding="utf-8"))["nbformat"] == 4
