"""The pages in a real browser: they open, fit, follow the hand, and do what a click asks for."""

from __future__ import annotations

import csv
import io
import json
import urllib.request
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from harness import (
    ask,
    click_at,
    drag,
    figure,
    navigate,
    no_sideways_scroll,
    ranges,
    screenshot,
    slider,
    thumb_at,
    wait_for_picture,
    wait_until_done,
)
from playwright.sync_api import Locator, Page, expect

from dashboard.ui import browser_code

WINDOW = "Window L (tokens)"
FIGURES = {"heatmap": "heatmap", "neighbours": "neighbours", "map": "map", "corpus": "growth"}
SIZES = ((390, 844), (1024, 768), (1440, 900))


@pytest.fixture
def visit(open_page: Any, app: str) -> Any:
    """`visit("neighbours?dim=50")` opens a page and waits for its finished picture."""

    def open_(path: str = "heatmap", **more: Any) -> Page:
        page = open_page(f"{app}/{path}", **more)
        wait_until_done(page)
        for key in FIGURES[path.split("?")[0]], "compared":
            if figure(page, key).count():
                wait_for_picture(page, key)
        return page

    return open_


def resize(page: Page, key: str, width: int, height: int) -> None:
    """Change the window's size and wait until the picture fits it."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function(
        """([key, most]) => {
            const gd = document.querySelector(`.st-key-${key} .js-plotly-plot`);
            const width = gd.clientWidth;
            return width && width < most && gd._fullLayout.width === width;
        }""",
        arg=[key, width],
    )


def cells(host: Locator) -> list[list[float | None]]:
    """The values of the heatmap's cells."""
    return ask(host, "Array.from(gd.calcdata[0][0].z, (row) => Array.from(row))")


def neighbours_shown(page: Page, key: str = "neighbours") -> list[str]:
    return ask(figure(page, key), "gd.data[0].customdata.map((d) => d[0])")


def word_in_trail(page: Page, word: str) -> Locator:
    return page.get_by_role("button", name=word, exact=True)


def test_picture_follows_the_drag_and_the_address_its_end(visit: Any) -> None:
    page = visit("heatmap?window=5")
    address, host, thumb = page.url, figure(page, "heatmap"), slider(page, WINDOW)
    before, steps = cells(host), page.evaluate("history.length")
    page.mouse.move(*thumb_at(thumb, 4 / 19))
    page.mouse.down()
    for value in (7, 9, 12):
        page.mouse.move(*thumb_at(thumb, (value - 1) / 19), steps=4)
        expect(page.get_by_text(f"within {value} tokens,")).to_be_attached()
        wait_until_done(page)
        assert cells(host) != before, "the picture is that of the place passed through"
        before = cells(host)
        assert page.url == address, "nothing passed through is a step of the back button"
    page.mouse.up()
    page.wait_for_url("**/heatmap?window=12")
    expect(page.get_by_text("within 12 tokens,")).to_be_attached()
    assert page.evaluate("history.length") == steps + 1


def test_figure_left_while_it_is_drawn_is_purged_when_that_is_done(visit: Any) -> None:
    """plotly.js draws in steps, and fails at the next one where the figure is purged."""
    page = visit("heatmap")
    page.evaluate(
        """() => {
            const { react, purge } = Plotly;
            window.purged = [];
            Plotly.react = async (gd, ...more) => {
                Plotly.react = react;
                gd.drawing = true;
                await new Promise((go) => (window.goOn = go));
                await react(gd, ...more);
                gd.drawing = false;
            };
            Plotly.purge = (gd) => { window.purged.push(Boolean(gd.drawing)); purge(gd); };
        }"""
    )
    slider(page, WINDOW).press("ArrowLeft")
    page.wait_for_function("() => Boolean(window.goOn)")
    navigate(page, "Corpus")
    expect(page.get_by_role("heading", name="Corpus", level=1)).to_be_attached()
    assert page.evaluate("window.purged") == []
    page.evaluate("window.goOn()")
    page.wait_for_function("window.purged.length")
    assert page.evaluate("window.purged") == [False]


def test_zoom_survives_another_shift(visit: Any) -> None:
    page = visit()
    host = figure(page, "heatmap")
    before, values = ranges(host), cells(host)
    drag(page, host, (0.25, 0.25), (0.6, 0.7))
    page.wait_for_function(
        "(x) => document.querySelector('.st-key-heatmap .js-plotly-plot')"
        "._fullLayout.xaxis.range[0] !== x",
        arg=before[0],
    )
    zoomed = ranges(host)
    thumb = slider(page, "Shift k")
    for _ in range(4):
        thumb.press("ArrowRight")
    expect(page.get_by_text("shifted by log 1.4")).to_be_attached()
    wait_until_done(page)
    assert ranges(host) == zoomed and cells(host) != values
    page.get_by_role("textbox", name="Row words").fill("war peace army")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "document.querySelector('.st-key-heatmap .js-plotly-plot')"
        "._fullLayout.xaxis.range[1] === 2.5"
    )


def test_cell_opens_its_evidence_and_its_link_the_same(visit: Any, open_page: Any) -> None:
    page = visit("heatmap?window=4&row_list=north+south+greek+latin")
    click_at(page, figure(page, "heatmap"), 1, 0)
    lines = page.locator(".vs-lines tr")
    expect(lines).to_have_count(8)
    wait_until_done(page)
    for line in lines.all():
        marks = [mark.lower() for mark in line.locator("mark").all_text_contents()]
        assert sorted(marks) == ["north", "south"]
    page.wait_for_url("**cell_word=north&cell_context=south**")
    screenshot(page, "heatmap-evidence")
    pasted = visit(page.url.split("/", 3)[3])
    expect(pasted.locator(".vs-lines tr")).to_have_count(8)
    assert pasted.locator(".vs-lines").inner_html() == page.locator(".vs-lines").inner_html()
    assert pasted.locator(".vs-chain").inner_text() == page.locator(".vs-chain").inner_text()
    assert cells(figure(pasted, "heatmap")) == cells(figure(page, "heatmap"))
    assert pasted.url == page.url
    expect(slider(pasted, WINDOW)).to_have_attribute("aria-valuetext", "4")


def test_bar_becomes_the_next_query(visit: Any) -> None:
    page = visit("neighbours")
    first, *_ = words = neighbours_shown(page)
    click_at(page, figure(page, "neighbours"), 0.1, 0)
    expect(page.get_by_role("textbox", name="Word or expression")).to_have_value(first)
    expect(page.get_by_text(f"“{first}” is nearest to")).to_be_attached()
    wait_until_done(page)
    assert neighbours_shown(page) != words
    page.wait_for_url(f"**/neighbours?expression={first}")
    word_in_trail(page, "music").click()
    expect(page.get_by_text("“music” is nearest to")).to_be_attached()
    wait_until_done(page)
    assert neighbours_shown(page) == words
    expect(word_in_trail(page, first)).to_be_visible()
    expect(word_in_trail(page, "music")).to_have_count(0)


def test_near_spelling_is_taken(visit: Any) -> None:
    page = visit("neighbours")
    box = page.get_by_role("textbox", name="Word or expression")
    box.fill("phylosophy")
    box.press("Enter")
    expect(page.get_by_text("“phylosophy” is not in the vocabulary")).to_be_visible()
    page.get_by_role("button", name="philosophy", exact=True).click()
    expect(box).to_have_value("philosophy")
    expect(page.get_by_text("“philosophy” is nearest to")).to_be_attached()


def test_lists_are_joined_by_lines(visit: Any) -> None:
    page = visit("neighbours")
    page.get_by_text("Compare with a second list").click()
    page.get_by_text("Show list B").click()
    host = wait_for_picture(page, "compared")
    wait_until_done(page)
    drawn = "gd.querySelectorAll('.scatterlayer .trace path.js-line').length"
    both = ask(host, "gd.data.filter((trace) => trace.type === 'scatter').length")
    assert ask(host, drawn) == both > 0
    expect(page.get_by_text(f"{both} of 15 words are in both lists")).to_be_attached()
    no_sideways_scroll(page)
    screenshot(page, "neighbours-compared")
    resize(page, "compared", *SIZES[0])
    no_sideways_scroll(page)


def saved(page: Page, button: Locator, folder: Path) -> tuple[str, bytes]:
    """Press a download button: the name and the content of the file."""
    with page.expect_download() as waiting:
        button.click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path.name, path.read_bytes()


def test_saving_a_table_and_vectors(visit: Any, tmp_path: Path) -> None:
    page = visit("neighbours?dim=20")
    name, content = saved(page, page.get_by_role("button", name="Table as CSV"), tmp_path)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert name == "neighbours.csv" and [r["word"] for r in rows] == neighbours_shown(page)
    page.get_by_role("tab", name="Vectors").click()
    button = page.get_by_role("button", name="Vectors in word2vec text format")
    name, content = saved(page, button, tmp_path)
    head, *lines = content.decode().splitlines()
    size, dim = map(int, head.split())
    assert (name, dim) == ("vectors.txt", 20) and len(lines) == size > 5000
    word, *numbers = lines[0].split()
    assert word == "the" and len([float(n) for n in numbers]) == 20


def test_saving_the_picture(visit: Any, tmp_path: Path) -> None:
    page = visit()
    host = figure(page, "heatmap")
    for kind in ("PNG", "SVG", "HTML"):
        button = host.get_by_role("button", name=kind, exact=True)
        name, content = saved(page, button, tmp_path)
        assert name == f"pmi-heatmap.{kind.lower()}"
        if kind == "PNG":
            assert content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) > 10_000
        elif kind == "SVG":
            assert "philosophy" in "".join(ET.fromstring(content).itertext())
        else:
            assert b"Plotly.react(" in content and b"philosophy" in content
    page.get_by_role("tab", name="Table").click()
    button = page.get_by_role("button", name="Table as CSV")
    _, content = saved(page, button, tmp_path)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == 26 * 26
    shown = cells(host)[0][1]
    assert shown is not None and float(rows[1]["pmi"]) == pytest.approx(shown, abs=1e-5)


def test_uploading(visit: Any, tmp_path: Path) -> None:
    text = tmp_path / "pets & co.txt"
    text.write_text("The cat sat on the mat; the dog sat on the cat.\n" * 40)
    page = visit("corpus?source=lee-news&search=police")
    page.get_by_role("button", name="Change").click()
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(text)
    expect(page.locator(".vs-context")).to_contain_text("pets & co.txt")
    wait_until_done(page)
    page.wait_for_url("**source=upload&name=pets+%26+co.txt&digest=**")
    screenshot(page, "corpus-upload")
    page.keyboard.press("Escape")
    expect(page.locator(".vs-chain")).to_contain_text("480")
    address = page.url
    page.reload()
    wait_until_done(page)
    expect(page.locator(".vs-context")).to_contain_text("pets & co.txt")
    assert page.url == address
    navigate(page, "PMI heatmap")
    wait_for_picture(page, "heatmap")
    wait_until_done(page)
    assert "cat" in json.dumps(ask(figure(page, "heatmap"), "gd.layout.yaxis.ticktext"))


def test_the_page_itself_names_what_it_needs(app: str) -> None:
    """So that a browser fetches it while Streamlit's own script is still on its way."""
    with urllib.request.urlopen(app) as answer:
        script, modules = answer.headers["link"].split(", ")
    assert script.endswith(".min.js>; rel=preload; as=script")
    assert modules == f"<{browser_code.module()}>; rel=modulepreload"
    for link in (script, modules):
        with urllib.request.urlopen(app + link.split(">")[0].removeprefix("<")) as answer:
            assert "javascript" in answer.headers["content-type"]
            assert "immutable" in answer.headers["cache-control"]
            assert (b"plotly.js v" in answer.read(200)) == (link == script)
