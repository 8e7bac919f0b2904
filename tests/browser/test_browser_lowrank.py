"""The low-rank pages in a real browser: they fit, the marker follows the hand, words lead on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from harness import (
    ask,
    click_at,
    figure,
    screenshot,
    slider,
    thumb_at,
    wait_for_picture,
    wait_until_done,
)
from playwright.sync_api import Page, expect

from core.matrices import Curves, Shown, curves, factors

SMALL = "kind=synthetic&height=60&width=50&seeds=1"


@pytest.fixture
def visit(open_page: Any, app: str) -> Any:
    """`visit("similar")` opens a page and waits for its finished picture."""

    def open_(path: str, key: str, **more: Any) -> Page:
        page = open_page(f"{app}/{path}", **more)
        wait_until_done(page)
        wait_for_picture(page, key)
        return page

    return open_


def marker(page: Page) -> float:
    """Where the vertical line of the error curves stands."""
    return float(ask(figure(page, "errors"), "gd.layout.shapes.find(s => s.name === 'follow').x0"))


def test_marker_goes_with_the_thumb_and_pictures_follow(visit: Any) -> None:
    page = visit(f"lowrank?{SMALL}&rank=20", "errors")
    assert marker(page) == 20
    before = ask(figure(page, "approximation"), "gd._fullData[0].z.length")
    thumb = slider(page, "Rank r")
    page.mouse.move(*thumb_at(thumb, 0.3))
    page.mouse.down()
    page.mouse.move(*thumb_at(thumb, 0.1), steps=3)
    held = int(thumb.get_attribute("aria-valuetext") or 0)
    assert marker(page) == held < 20, "before the hand lets go, and without the server"
    page.mouse.up()
    page.wait_for_url(f"**rank={held}**")
    wait_until_done(page)
    expect(page.get_by_text(f"Rank {held} keeps")).to_be_attached()
    assert marker(page) == held
    assert ask(figure(page, "approximation"), "gd._fullData[0].z.length") == before
    assert ask(figure(page, "approximation"), "gd.layout.title.text") == f"Rank {held}"


def test_photograph_is_drawn_and_marked(visit: Any) -> None:
    spec = Curves(seeds=1)
    for compute, of in ((curves, spec), (factors, Shown(spec, "cur pivoted"))):
        compute(of)  # at hand when the server asks
    page = visit("lowrank?road=cur&rank=30&seeds=1", "errors")
    for key in ("original", "approximation", "residual"):
        host = wait_for_picture(page, key)
        shown = "gd.querySelector('.imagelayer image, .im image').getAttribute('href').slice(0, 15)"
        assert ask(host, shown) == "data:image/png;"
    expect(page.get_by_text("30 columns and 30 rows")).to_be_attached()
    screenshot(page, "lowrank-cur")


def test_a_lost_word_leads_to_its_neighbours(visit: Any) -> None:
    page = visit("lowrank?kind=ppmi&words=200&seeds=1&rank=8&source=lee-news", "errors")
    page.get_by_role("tab", name="Words", exact=True).click()
    host = wait_for_picture(page, "losing")
    wait_until_done(page)
    word = ask(host, "gd.data[0].customdata[9]")
    share = ask(host, "gd._fullData[0].x[9]")
    click_at(page, host, max(share / 2, 1), 9)
    expect(page.get_by_role("textbox", name="Word or expression")).to_have_value(word)
    wait_until_done(page)
    assert "source=lee-news" in page.url


def test_a_file_is_uploaded_and_a_bad_one_explained(visit: Any, tmp_path: Path) -> None:
    page = visit(f"lowrank?{SMALL}", "errors")
    page.get_by_role("button", name="Change").click()
    box = page.get_by_test_id("stFileUploaderDropzoneInput")
    bad = tmp_path / "bad.csv"
    bad.write_text("1,2\n3,x\n")
    box.set_input_files(bad)
    expect(page.get_by_text("holds text where numbers belong")).to_be_visible()
    good = tmp_path / "good.npy"
    np.save(good, np.arange(12.0).reshape(3, 4))
    box.set_input_files(good)
    page.wait_for_url("**kind=upload**")
    wait_until_done(page)
    expect(page.locator(".vs-context")).to_contain_text("good.npy")
    assert ask(figure(page, "original"), "gd._fullData[0].z.length") > 0


def test_a_dragged_basis_changes_b_only(visit: Any) -> None:
    page = visit("similar", "own_grid")
    facts = page.locator(".vs-facts").first
    before = facts.inner_text()
    frobenius = page.locator(".vs-facts").nth(1)
    changed = frobenius.inner_text()
    thumb = slider(page, "p₁₂")
    for _ in range(5):
        thumb.press("ArrowLeft")
    page.wait_for_url("**p12=-0.9**")
    wait_until_done(page)
    assert facts.inner_text() == before and frobenius.inner_text() != changed
