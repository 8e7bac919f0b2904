"""The page "Descent" in a real browser: its start is dragged, by hand and by keys."""

from __future__ import annotations

from typing import Any

import pytest
from harness import ask, figure, slider, wait_for_picture, wait_until_done
from playwright.sync_api import Page, expect


def test_the_start_goes_with_the_hand_and_with_the_keys(open_page: Any, app: str) -> None:
    page: Page = open_page(f"{app}/descent?racers=gd+momentum")
    wait_until_done(page)
    wait_for_picture(page, "surface")
    grip = page.locator(".st-key-surface .vs-figure-grip")
    host = figure(page, "surface")
    host.scroll_into_view_if_needed()
    width, box = float(ask(host, "gd._fullLayout.xaxis._length")), grip.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 9):  # two units of an axis of six, to the right
        page.mouse.move(x + step / 24 * width, y)
        assert "start_x" not in page.url, "the address waits until the hand lets go"
    page.mouse.up()
    page.wait_for_url("**start_x=*")
    wait_until_done(page)
    start = float(page.url.split("start_x=")[1].split("&")[0])
    assert start == pytest.approx(0.0, abs=0.05)
    expect(slider(page, "Start θ₁")).to_have_attribute("aria-valuetext", f"{start:.2f}")
    placed = grip.bounding_box()
    assert placed and placed["x"] - box["x"] == pytest.approx(width / 3, abs=4)
    grip.press("ArrowUp")
    page.wait_for_url("**start_y=1.24*")
    wait_until_done(page)
