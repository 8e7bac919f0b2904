"""The signal path in a real browser: it fits, lights up, follows the hand, and leads on."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from harness import (
    ask,
    draws,
    figure,
    plot_area,
    screenshot,
    slider,
    wait_for_picture,
    wait_until_done,
    watch_sentence,
)
from playwright.sync_api import Locator, Page, expect

from core.paths.images import ImagePath, Walked, walk

QUICK = "most=200&vae_epochs=3"
WORDS = ("counts", "pmi", "rebuilt", "vector", "near")
PICTURES = ("image", "latent", "cluster", "sample")


@pytest.fixture(scope="module")
def trained(app: str) -> Walked:
    """The small latent model, at hand before the pages ask for it."""
    return walk(ImagePath(most=200, vae_epochs=3))


@pytest.fixture
def visit(open_page: Any, app: str, trained: Walked) -> Any:
    """`visit("dim=50")` opens the first page and waits until both ways are drawn."""

    def open_(query: str = "", **more: Any) -> Page:
        page = open_page(f"{app}/?{QUICK}&{query}", **more)
        for key in (*WORDS, *PICTURES):
            wait_for_picture(page, key)
        wait_until_done(page)
        return page

    return open_


def point_at(page: Page, key: str, row: int) -> None:
    """Hold the pointer over the bar of one row."""
    host = figure(page, key)
    area = plot_area(host)
    at = ask(host, f"[gd._fullLayout.xaxis.d2p(0) + 3, gd._fullLayout.yaxis.d2p({row})]")
    page.mouse.move(area["x"] + at[0], area["y"] + at[1] - 2)
    page.mouse.move(area["x"] + at[0], area["y"] + at[1])


def lamps(page: Page, key: str) -> Locator:
    return figure(page, key).locator(".vs-figure-lit > *")


def counted(page: Page) -> dict[str, int]:
    return {key: draws(figure(page, key)) for key in WORDS}


def test_scopes_stand_side_by_side_where_there_is_room(visit: Any) -> None:
    page = visit()
    for width, height in ((390, 844), (1024, 768), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(
            """() => [...document.querySelectorAll('[class*="st-key-scope-"] .js-plotly-plot')]
                .every((gd) => gd.clientWidth && gd._fullLayout.width === gd.clientWidth)"""
        )
        tops = [figure(page, key).bounding_box()["y"] for key in WORDS]  # type: ignore[index]
        stacked = sorted(tops) == tops and len(set(tops)) == len(WORDS)
        assert stacked if width == 390 else max(tops) - min(tops) < 2


def test_dimension_draws_nothing_upstream(visit: Any) -> None:
    page = visit()
    before = counted(page)
    watch_sentence(page)
    slider(page, "Dimension d").press("ArrowLeft")
    page.wait_for_url("**dim=**")
    wait_until_done(page)
    page.wait_for_function(
        "(n) => Number(document.querySelector('.st-key-near .vs-figure').dataset.draws) > n",
        arg=before["near"],
    )
    after = counted(page)
    assert {key for key in WORDS if after[key] > before[key]} == {"rebuilt", "vector", "near"}
    slider(page, "Which digit").press("ArrowRight")
    page.wait_for_url("**digit=4**")
    wait_until_done(page)
    assert counted(page) == after
    slider(page, "Window L (tokens)").press("ArrowRight")
    page.wait_for_url("**window=**")
    wait_until_done(page)
    assert page.evaluate("window.sentenceGone") == 0


def test_context_lights_up_in_all_scopes_without_a_run(visit: Any) -> None:
    page = visit()
    before = counted(page)
    page.evaluate(
        """() => { const app = document.querySelector('.stApp'); window.ran = 0;
            new MutationObserver(() => window.ran++)
                .observe(app, { attributeFilter: ['data-test-script-state'] }); }"""
    )
    point_at(page, "counts", 3)
    for key in ("counts", "pmi", "rebuilt"):
        expect(lamps(page, key)).to_have_count(1)
    expect(figure(page, "vector").locator(".vs-figure-lit polyline")).to_have_count(1)
    shared = ask(figure(page, "near"), "gd.data[0].customdata.length")
    assert 0 < lamps(page, "near").count() <= shared
    lit = {figure(page, key).get_attribute("data-lit") for key in WORDS}
    name = ask(figure(page, "counts"), "gd.data[0].customdata[3]")
    assert lit == {f"c:{name}"}
    screenshot(page, "path-lit")
    box = lamps(page, "pmi").first.bounding_box()
    middle = ask(
        figure(page, "pmi"),
        "gd.getBoundingClientRect().top + gd._fullLayout.yaxis._offset"
        " + gd._fullLayout.yaxis.d2p(3)",
    )
    assert box and abs(box["y"] + box["height"] / 2 - middle) < 1.5, "the band is on its row"
    point_at(page, "near", 0)
    near = ask(figure(page, "near"), "gd.data[0].customdata[0]")
    expect(figure(page, "near")).to_have_attribute("data-lit", f"n:{near}")
    expect(figure(page, "vector")).to_have_attribute("data-lit", f"n:{near}")
    page.mouse.move(5, 5)
    for key in WORDS:
        expect(lamps(page, key)).to_have_count(0)
    assert page.evaluate("window.ran") == 0 and counted(page) == before


def test_click_opens_the_page_behind(visit: Any) -> None:
    page = visit("source=lee-news&window=4&path_word=police")
    point_at(page, "pmi", 3)
    name = ask(figure(page, "pmi"), "gd.data[0].customdata[3]")
    expect(lamps(page, "pmi")).to_have_count(1)
    page.mouse.down()
    page.mouse.up()
    expect(page.get_by_role("heading", name="PMI heatmap", level=1)).to_be_attached()
    page.wait_for_url(f"**/heatmap?**window=4&**cell_word=police&cell_context={name}")
    wait_until_done(page)
    expect(page.locator(".vs-lines tr").first).to_be_visible()


def test_button_opens_the_page_behind(visit: Any) -> None:
    page = visit("path_word=river")
    page.get_by_role("button", name="Open Neighbours").click()
    page.wait_for_url("**/neighbours?expression=river")
    wait_for_picture(page, "neighbours")


def test_point_of_the_latent_map_is_followed(visit: Any) -> None:
    page = visit()
    host = figure(page, "latent")
    area = plot_area(host)
    at = ask(
        host,
        "[gd._fullLayout.xaxis.d2p(gd._fullData[0].x[50]), "
        "gd._fullLayout.yaxis.d2p(gd._fullData[0].y[50])]",
    )
    page.mouse.move(area["x"] + at[0], area["y"] + at[1])
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url("**digit=**")
    wait_until_done(page)
    item = parse_qs(urlparse(page.url).query)["digit"][0]
    expect(page.locator(".st-key-scope-image .vs-scope em")).to_have_text(f"item {item}")
    ringed = ask(host, "[gd._fullData[1].x[0], gd._fullData[1].y[0]]")
    chosen = ask(host, f"[gd._fullData[0].x[{item}], gd._fullData[0].y[{item}]]")
    assert ringed == chosen and item != "3"
