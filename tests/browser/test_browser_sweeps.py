"""A sweep in a real browser: started, watched, judged, and its best run opened elsewhere."""

from __future__ import annotations

from typing import Any

from harness import (
    ask,
    figure,
    no_sideways_scroll,
    screenshot,
    wait_for_picture,
    wait_until_done,
    wait_until_idle,
)
from playwright.sync_api import expect

LINK = (  # a sweep that no other test starts: what one computed, all have
    "swept=Approximation%3Fkind%3Dsynthetic%26height%3D31%26width%3D20%26method%3Drandomised"
    "&axes=rank+%3D+2%2C+5%2C+9&objectives=error&repeats=2"
)


def test_a_sweep_is_started_watched_and_its_best_run_opened(open_page: Any, app: str) -> None:
    page = open_page(f"{app}/sweeps?{LINK}")
    page.get_by_role("button", name="Start").click()
    host = wait_for_picture(page, "sweep_ranking")
    wait_until_done(page)
    expect(page.get_by_text("has the best error")).to_be_visible()
    expect(page.get_by_text("Complete: 3 settings × 2 seeds")).to_be_visible()
    assert ask(host, "gd.data[0].x.length") == 1
    no_sideways_scroll(page)
    screenshot(page, "sweeps")
    page.get_by_role("tab", name="Parallel").click()
    wait_for_picture(page, "sweep_parallel")
    page.reload()  # its address is the sweep
    wait_for_picture(page, "sweep_ranking")
    wait_until_done(page)
    page.get_by_role("button", name="Low rank").click()
    expect(page.get_by_role("heading", name="Low rank", exact=True)).to_be_visible()
    wait_until_idle(page)


def test_a_phone_shows_it_without_sideways_scroll(open_page: Any, app: str) -> None:
    page = open_page(f"{app}/sweeps?{LINK}", width=390, height=844)
    wait_until_done(page)
    no_sideways_scroll(page)
    expect(
        page.get_by_role("button", name="Start").or_(figure(page, "sweep_ranking"))
    ).to_be_visible()
