"""Figures of which a part stays in the browser, and marks that are drawn above it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from harness import ask, drag, draws, plot_area, slider, wait_for_picture, wait_until_idle
from playwright.sync_api import Locator, Page, expect

from dashboard.ui import browser_code


def test_points_are_kept_while_colours_change(open_page: Any, gallery: str, tmp_path: Path) -> None:
    """What stays crosses the wire once, and what changes is the picture's."""
    page = open_page(f"{gallery}?kept=1")
    cloud = wait_for_picture(page, "cloud", "20:0:0")
    wait_until_idle(page)
    shown = "[gd._fullData[0].x.length, gd._fullData[0].text[3]]"
    shade = "gd._fullData[0].marker.color[3]"  # by channels: red, green, blue
    assert ask(cloud, shown) == [20, "t3"]
    assert ask(cloud, shade) == pytest.approx([0, 0, 0.6], abs=1 / 255)  # 3 of 10
    assert ask(cloud, "gd.querySelectorAll('.colorbar, .cb').length") >= 1
    assert ask(cloud, "gd.querySelectorAll('.vs-figure-labels text').length") > 5
    before = draws(cloud)
    slider(page, "Shade").press("ArrowRight")
    wait_for_picture(page, "cloud", "20:1:0")
    wait_until_idle(page)
    assert ask(cloud, shown) == [20, "t3"] and draws(cloud) == before + 1
    assert ask(cloud, shade) == pytest.approx([0, 0, 0.8], abs=1 / 255)
    slider(page, "Cloud").press("ArrowRight")  # other points: the kept ones are not used again
    wait_for_picture(page, "cloud", "21:1:0")
    assert ask(cloud, shown) == [21, "t3"]
    assert ask(cloud, shade) == pytest.approx([0, 0, 0.8], abs=1 / 255)
    plot = saved_plot(page, cloud, tmp_path / "cloud.html")
    assert plot.evaluate("(gd) => [gd._fullData[0].x[20], gd._fullData[0].text[20]]") == [20, "t20"]
    assert plot.evaluate("(gd) => gd._fullData[0].marker.color[3]") == 4, "a file keeps the numbers"


def test_marks_stand_above_points_that_are_not_drawn_again(
    open_page: Any, gallery: str, tmp_path: Path
) -> None:
    """Over their point also after a zoom; as a trace of a saved file."""
    page = open_page(f"{gallery}?kept=1")
    cloud = wait_for_picture(page, "cloud", "20:0:0")
    page.evaluate("() => { Plotly.react = (gd) => { (window.asked ??= []).push(gd.ariaLabel) } }")
    slider(page, "Mark").press("ArrowRight")
    wait_for_picture(page, "cloud", "20:0:1")
    assert "Cloud" not in (page.evaluate("window.asked") or []), (
        "plotly.js is not asked for the points again"
    )
    star, key = cloud.locator(".vs-figure-marks polygon"), cloud.locator(".vs-figure-key")
    expect(key).to_have_text("here")
    words = cloud.locator(".vs-figure-marks ~ .vs-figure-labels text")
    expect(words.first, "words are written above the marks").to_be_attached()

    def is_over(x: float, y: float) -> None:
        at = ask(cloud, f"[gd._fullLayout.xaxis.d2p({x}), gd._fullLayout.yaxis.d2p({y})]")
        area, box = plot_area(cloud), star.bounding_box()
        assert box and box["x"] + box["width"] / 2 == pytest.approx(area["x"] + at[0], abs=2)
        assert box["y"] + box["height"] / 2 == pytest.approx(area["y"] + at[1], abs=2)

    is_over(3, 3)
    drag(page, cloud, (0.05, 0.1), (0.6, 0.9))
    page.wait_for_function("document.querySelector('.st-key-cloud .js-plotly-plot')"
                           "._fullLayout.xaxis.range[1] < 15")  # fmt: skip
    is_over(3, 3)
    plot = saved_plot(page, cloud, tmp_path / "marked.html")
    assert plot.evaluate("(gd) => [gd.data[1].name, gd.data[1].x[0]]") == ["here", 3]
    slider(page, "Mark").press("ArrowLeft")
    wait_for_picture(page, "cloud", "20:0:0")
    expect(star).to_have_count(0)
    expect(key).to_have_text("")


def test_what_was_lost_on_its_way_is_asked_for(open_page: Any, gallery: str) -> None:
    page = open_page(f"{gallery}?kept=1")
    cloud = wait_for_picture(page, "cloud", "20:0:0")
    page.evaluate(
        "async (modules) => (await import(modules)).kept_parts.kept.delete('cloud')",
        browser_code.module(),
    )
    slider(page, "Shade").press("ArrowRight")
    wait_for_picture(page, "cloud", "20:1:0")
    assert ask(cloud, "gd._fullData[0].x.length") == 20


def saved_plot(page: Page, host: Locator, path: Path) -> Locator:
    """The first figure of a figure's HTML file, opened from the disk."""
    with page.expect_download() as waiting:
        host.get_by_role("button", name="HTML", exact=True).click()
    offline = page.context.new_page()
    offline.goto(Path(waiting.value.path()).rename(path).as_uri())
    plot = offline.locator("#figure-0.js-plotly-plot")
    expect(plot.locator(".gl-container").first).to_be_attached()
    return plot
