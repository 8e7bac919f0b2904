"""The two components in a real browser: drag, zoom, click, save, resize, light and dark."""

from __future__ import annotations

import struct
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from harness import (
    ask,
    drag,
    draws,
    figure,
    no_sideways_scroll,
    plot_area,
    ranges,
    screenshot,
    slider,
    wait_for_picture,
    wait_until_idle,
)
from playwright.sync_api import Locator, Page, expect


def zoom(page: Page, host: Locator) -> list[float]:
    """Zoom with the mouse; return the ranges after it."""
    before = ranges(host)
    drag(page, host, (0.25, 0.3), (0.6, 0.8))
    page.wait_for_function(
        "([key, x]) => document.querySelector(`.st-key-${key} .js-plotly-plot`)"
        "._fullLayout.xaxis.range[0] !== x",
        arg=["wave", before[0]],
    )
    return ranges(host)


def test_picture_follows_the_drag(page: Page) -> None:
    """The picture changes while the button is still down, and ends where the thumb does."""
    wave = figure(page, "wave")
    box = slider(page, "Phase").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 7 + 0.1 * (box["width"] - 14), middle)
    page.mouse.down()
    for stop in (10, 20, 40):
        page.mouse.move(box["x"] + 7 + stop / 50 * (box["width"] - 14), middle, steps=5)
        wait_for_picture(page, "wave", str(stop))
        expect(slider(page, "Phase")).to_have_js_property("value", str(stop))
    page.mouse.up()
    wait_until_idle(page)
    expect(page.get_by_text("phase=40")).to_be_visible()
    expect(wave).to_have_attribute("data-token", "40")


def test_fast_drag_ends_at_the_thumb(page: Page) -> None:
    """Positions that the server had no time for are dropped, never the last one.

    And no echo of an older position ever moves the thumb under the hand.
    """
    slider(page, "Phase").evaluate(
        """(input) => {
            const name = "valueAsNumber";
            const own = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, name);
            const get = () => own.get.call(input);
            window.jumps = [];
            const set = (v) => {
                if (v !== get()) window.jumps.push(v);
                own.set.call(input, v);
            };
            Object.defineProperty(input, name, { get, set });
        }"""
    )
    box = slider(page, "Phase").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 7, middle)
    page.mouse.down()
    for x in (0.9, 0.2, 1.0, 0.0, 0.7, 0.5):
        page.mouse.move(box["x"] + 7 + x * (box["width"] - 14), middle, steps=20)
    page.mouse.up()
    wait_for_picture(page, "wave", "25")
    wait_until_idle(page)
    expect(slider(page, "Phase")).to_have_js_property("value", "25")
    runs = int((page.get_by_text("runs=").text_content() or "").removeprefix("runs="))
    assert runs < 100, "each of 120 positions was sent"
    assert page.evaluate("window.jumps") == []


def test_slow_computation_does_not_starve_the_picture(open_page: Any, gallery: str) -> None:
    """While the hand keeps moving, pictures are finished all the same."""
    page = open_page(f"{gallery}?slow=0.3")
    wave = wait_for_picture(page, "wave", "5")
    before = draws(wave)
    box = slider(page, "Phase").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 7 + 0.1 * (box["width"] - 14), middle)
    page.mouse.down()
    moves = 0
    while draws(wave) < before + 3 and moves < 2000:
        moves += 1
        page.mouse.move(box["x"] + 7 + (moves % 50) / 50 * (box["width"] - 14), middle)
    assert draws(wave) >= before + 3
    page.mouse.up()


def test_zoom_survives_and_one_draw_a_move(page: Page) -> None:
    wave = figure(page, "wave")
    node = wave.element_handle()
    zoomed = zoom(page, wave)
    assert zoomed[1] - zoomed[0] < 30
    slider(page, "Phase").focus()
    for value in range(6, 12):
        before = draws(wave)
        page.keyboard.press("ArrowRight")
        wait_for_picture(page, "wave", str(value))
        wait_until_idle(page)
        assert draws(wave) == before + 1
    assert ranges(wave) == zoomed
    assert wave.evaluate("(now, then) => now === then", node)
    screenshot(page, "components-zoomed")
    area = plot_area(wave)
    page.mouse.dblclick(area["x"] + area["w"] / 2, area["y"] + area["h"] / 2)
    page.wait_for_function(
        "document.querySelector('.st-key-wave .js-plotly-plot')._fullLayout.xaxis.range[1] > 49"
    )


def test_unchanged_figure_is_not_drawn_again(page: Page) -> None:
    spiral = figure(page, "spiral")
    before = draws(spiral)
    slider(page, "Phase").press("ArrowRight")
    wait_for_picture(page, "wave", "6")
    wait_until_idle(page)
    assert draws(spiral) == before


def test_keyboard(page: Page) -> None:
    thumb = slider(page, "Phase")
    thumb.focus()
    for key, value in [
        ("ArrowRight", 6),
        ("ArrowLeft", 5),
        ("PageUp", 10),
        ("PageDown", 5),
        ("End", 50),
        ("Home", 0),
    ]:
        page.keyboard.press(key)
        wait_for_picture(page, "wave", str(value))
        expect(thumb).to_have_attribute("aria-valuetext", str(value))
        expect(page.get_by_text(f"phase={value} ")).to_be_visible()


def test_slider_moved_by_python(page: Page) -> None:
    page.get_by_role("button", name="Phase to 30").click()
    wait_for_picture(page, "wave", "30")
    expect(slider(page, "Phase")).to_have_js_property("value", "30")
    slider(page, "Phase").press("ArrowRight")
    wait_for_picture(page, "wave", "31")


def test_log_and_choice(page: Page) -> None:
    expect(slider(page, "Points")).to_have_attribute("aria-valuetext", "60 pts")
    slider(page, "Points").press("End")
    wait_for_picture(page, "spiral", "500")
    slider(page, "Place").press("ArrowLeft")
    expect(page.get_by_text("place=left")).to_be_visible()
    slider(page, "Place").press("End")
    expect(figure(page, "spiral")).to_have_attribute("aria-busy", "true")
    slider(page, "Place").press("Home")
    expect(figure(page, "spiral")).to_have_attribute("aria-busy", "false")


def test_help_is_reachable(page: Page) -> None:
    tip = page.get_by_role("tooltip")
    expect(tip.first).to_be_hidden()
    page.get_by_role("button", name="Help").first.focus()
    expect(tip.first).to_be_visible()
    screenshot(page, "components-help")
    expect(slider(page, "Phase")).to_have_attribute(
        "aria-description", "Moves the wave.\nTry a drag."
    )


def test_click_names_the_cell(page: Page) -> None:
    wave = figure(page, "wave")
    area = plot_area(wave)
    row, column = 12, 33
    page.mouse.click(
        area["x"] + (column + 0.5) / 50 * area["w"], area["y"] + (50 - row - 0.5) / 50 * area["h"]
    )
    expect(page.get_by_text(f"clicked={row}/{column}", exact=True)).to_be_visible()
    # One run only: the next one knows nothing of the click.
    slider(page, "Phase").press("ArrowRight")
    wait_for_picture(page, "wave", "6")
    expect(page.get_by_text("clicked=None")).to_be_visible()


def test_click_and_box_on_points(page: Page) -> None:
    spiral = figure(page, "spiral")
    spiral.scroll_into_view_if_needed()
    area = plot_area(spiral)
    x, y = ask(
        spiral,
        """(({ xaxis, yaxis }, { x, y }) => [xaxis.d2p(x), yaxis.d2p(y)])
            (gd._fullLayout, gd.calcdata[0][40])""",
    )
    page.mouse.click(area["x"] + x, area["y"] + y)
    expect(page.get_by_text("clicked=40", exact=True)).to_be_visible()
    spiral.hover()
    spiral.locator('[data-title="Box Select"]').click()
    drag(page, spiral, (0.01, 0.01), (0.99, 0.99))
    expect(page.get_by_text("selected=60")).to_be_visible()


def test_modebar_is_trimmed(page: Page) -> None:
    """Above all, nothing that posts the data to somebody's server."""
    titles = ".modebar-btn:not([data-title=''])"
    for key, extra in (("wave", []), ("spiral", ["Box Select", "Lasso Select"])):
        buttons = figure(page, key).locator(titles)
        names = [button.get_attribute("data-title") for button in buttons.all()]
        assert names == ["Zoom", "Pan", *extra, "Reset axes"]


def test_hover_reports_nothing(page: Page) -> None:
    wave = figure(page, "wave")
    area = plot_area(wave)
    runs = page.get_by_text("runs=").text_content()
    for i in range(10):
        page.mouse.move(area["x"] + (i + 0.5) / 10 * area["w"], area["y"] + 0.5 * area["h"])
    expect(wave.locator(".hoverlayer .hovertext")).to_be_visible()
    wait_until_idle(page)
    assert page.get_by_text("runs=").text_content() == runs


def test_markup_in_labels_is_text(page: Page) -> None:
    """A word may look like HTML; it is shown, not obeyed."""
    wave = figure(page, "wave")
    texts = ask(wave, "[...gd.querySelectorAll('.ytick text')].map((e) => e.textContent)")
    assert "<b>bold</b>" in texts
    area = plot_area(wave)
    page.mouse.move(area["x"] + 0.5 * area["w"], area["y"] + 0.5 / 50 * area["h"])
    hover = wave.locator(".hoverlayer .hovertext")
    expect(hover).to_contain_text('<a href="https://x.y">"q" & r</a>')
    assert ask(wave, "gd.querySelectorAll('a[href^=http]').length") == 0


def test_alternative_text(page: Page) -> None:
    expect(page.get_by_role("figure", name="Wave at phase 5")).to_be_visible()
    slider(page, "Phase").press("ArrowRight")
    expect(page.get_by_role("figure", name="Wave at phase 6")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_theme(open_page: Any, gallery: str, scheme: str) -> None:
    """Text has the theme's colour, and follows when the theme is switched live."""
    page = open_page(gallery, scheme=scheme)
    ink = {"light": "rgb(29, 36, 38)", "dark": "rgb(220, 229, 223)"}
    wave = wait_for_picture(page, "wave", "5")
    wait_for_picture(page, "spiral", "60")
    tick = wave.locator(".ytick text").first
    expect(tick).to_have_css("fill", ink[scheme])
    area = plot_area(wave)
    page.mouse.move(area["x"] + 0.5 * area["w"], area["y"] + 0.5 * area["h"])
    expect(wave.locator(".hoverlayer .hovertext text").first).to_have_css("fill", ink[scheme])
    screenshot(page, f"components-{scheme}-wide")
    other = "dark" if scheme == "light" else "light"
    page.emulate_media(color_scheme=other)
    expect(tick).to_have_css("fill", ink[other])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone(open_page: Any, gallery: str, scheme: str) -> None:
    page = open_page(gallery, scheme=scheme, width=390, height=844)
    wait_for_picture(page, "wave", "5")
    wait_for_picture(page, "spiral", "60")
    no_sideways_scroll(page)
    screenshot(page, f"components-{scheme}-390")


def test_resize(page: Page) -> None:
    wave = figure(page, "wave")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(
        """() => { const gd = document.querySelector('.st-key-wave .js-plotly-plot');
            return gd.clientWidth < 390 && gd._fullLayout.width === gd.clientWidth; }"""
    )
    no_sideways_scroll(page)
    assert ask(wave, "gd._fullLayout.height") == 460


@pytest.mark.parametrize("format", ["png", "svg", "html"])
def test_save(page: Page, open_page: Any, tmp_path: Path, format: str) -> None:
    """Saved files are whole, on white, a slide or a page, with the zoom kept."""
    page.emulate_media(color_scheme="dark")
    wave = figure(page, "wave")
    expect(wave.locator(".ytick text").first).to_have_css("fill", "rgb(220, 229, 223)")
    zoomed = zoom(page, wave)
    with page.expect_download() as waiting:
        wave.get_by_role("button", name=format.upper(), exact=True).click()
    assert waiting.value.suggested_filename == f"a wave.{format}"
    path = tmp_path / f"wave.{format}"
    waiting.value.save_as(path)
    content = path.read_bytes()
    if format == "png":
        assert content[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", content[16:24]) == (1920, 1080)
    elif format == "svg":
        root = ET.fromstring(content)
        assert root.tag.endswith("svg") and root.get("width") == "1920"
        assert b"rgb(29, 36, 38)" in content, "the ink of paper"
        assert root[0].get("fill") == "#FFFFFF", "the white of paper, behind it all"
    else:
        offline = page.context.new_page()
        offline.route("http*://**", lambda route: route.abort())
        offline.goto(path.as_uri())
        plot = offline.locator("#figure-0.js-plotly-plot")
        expect(plot.locator(".ytick text").first).to_have_css("fill", "rgb(29, 36, 38)")
        assert plot.evaluate("(gd) => gd._fullLayout.xaxis.range") == zoomed[:2]
        assert plot.evaluate("(gd) => gd._fullLayout.paper_bgcolor") == "#FFFFFF"
        screenshot(offline, "components-saved-html")
