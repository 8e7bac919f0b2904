"""Settings in a real browser: address, back button, other pages, other browsers, quick hands."""

from __future__ import annotations

import re
from typing import Any

import pytest
from harness import (
    figure,
    navigate,
    slider,
    thumb_at,
    wait_for_picture,
    wait_until_done,
)
from playwright.sync_api import Page, expect
from test_browser_pages import WINDOW, cells, visit  # noqa: F401  (a fixture)


def stands_at(page: Page, value: int, query: str | None = None) -> None:
    """Slider, caption and address tell of this window, and go on telling."""
    expect(slider(page, WINDOW)).to_have_attribute("aria-valuetext", str(value))
    wanted = query if query is not None else f"window={value}"
    expect(page).to_have_url(re.compile(rf"/\w*{re.escape(f'?{wanted}' if wanted else '')}$"))
    wait_until_done(page)
    expect(slider(page, WINDOW)).to_have_attribute("aria-valuetext", str(value))


def step(page: Page, value: int) -> None:
    slider(page, WINDOW).press("ArrowRight")
    stands_at(page, value)


def test_back_and_forward_at_once(visit: Any) -> None:  # noqa: F811
    """Also within the seconds after a change."""
    page = visit()
    step(page, 6)
    step(page, 7)
    page.go_back()
    stands_at(page, 6)
    page.go_back()
    stands_at(page, 5, "")
    expect(page.get_by_text("within 5 tokens,")).to_be_attached()
    page.go_forward()
    stands_at(page, 6)
    page.go_forward()
    stands_at(page, 7)
    step(page, 8)


def test_back_to_the_page_before(visit: Any) -> None:  # noqa: F811
    page = visit()
    step(page, 6)
    before = cells(figure(page, "heatmap"))
    page.get_by_text("flat", exact=True).click()
    page.wait_for_url("**/heatmap?window=6&weighting=flat")
    navigate(page, "Neighbours")
    page.wait_for_url("**/neighbours?window=6&weighting=flat")
    wait_until_done(page)
    for _ in range(2):  # the navigation leaves a step of its own behind
        if "/neighbours" in page.url:
            page.go_back()
            stands_at(page, 6, "window=6&weighting=flat")
    wait_for_picture(page, "heatmap")
    expect(page.get_by_role("radio", name="flat")).to_be_checked()
    page.go_back()
    stands_at(page, 6)
    expect(page.get_by_role("radio", name="1/d")).to_be_checked()
    wait_until_done(page)
    assert cells(figure(page, "heatmap")) == before


def test_pages_share_the_settings(visit: Any) -> None:  # noqa: F811
    page = visit("heatmap?lowercase=no&source=lee-news&row_list=Sydney+police")
    step_query = "source=lee-news&lowercase=no&window=6"
    slider(page, WINDOW).press("ArrowRight")
    page.wait_for_url(f"**/heatmap?{step_query}&row_list=Sydney+police")
    navigate(page, "Neighbours")
    page.wait_for_url(f"**/neighbours?{step_query}*")  # with a word of the text's own
    wait_until_done(page)
    navigate(page, "Corpus")
    page.wait_for_url("**/corpus?source=lee-news&lowercase=no*")
    wait_until_done(page)
    navigate(page, "PMI heatmap")
    page.wait_for_url(f"**/heatmap?{step_query}&row_list=Sydney+police")
    stands_at(page, 6, f"{step_query}&row_list=Sydney+police")


def test_reload_keeps_the_picture(visit: Any) -> None:  # noqa: F811
    page = visit("heatmap?row_list=war+army+greek+latin")
    slider(page, WINDOW).press("End")
    page.wait_for_url("**window=20**")
    wait_until_done(page)
    before, address = cells(figure(page, "heatmap")), page.url
    page.reload()
    wait_for_picture(page, "heatmap")
    wait_until_done(page)
    assert page.url == address and cells(figure(page, "heatmap")) == before


@pytest.mark.parametrize("steps", [2, 12])
def test_quick_steps_never_jump_back(visit: Any, steps: int) -> None:  # noqa: F811
    """The thumb, once moved on, is never set to an older place."""
    page = visit("heatmap?window=2")
    thumb = slider(page, WINDOW)
    thumb.evaluate(
        """(input) => {
            const own = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
            window.seen = [];
            const look = () => {
                const now = Number(own.get.call(input));
                if (now !== window.seen.at(-1)) window.seen.push(now);
                requestAnimationFrame(look);
            };
            look();
        }"""
    )
    thumb.focus()
    for _ in range(steps):
        page.keyboard.press("ArrowRight")
    stands_at(page, 2 + steps)
    expect(page.get_by_text(f"within {2 + steps} tokens,")).to_be_attached()
    seen = page.evaluate("window.seen")
    assert seen == sorted(seen) and seen[-1] == 1 + steps


def test_step_during_the_run_of_another_control(visit: Any) -> None:  # noqa: F811
    """A click whose run still carries the old address takes nothing back."""
    page = visit()
    slider(page, WINDOW).press("ArrowRight")
    page.get_by_role("radio", name="flat").click(force=True)
    page.get_by_role("tab", name="Code").click()
    expect(page).to_have_url(re.compile(r"\?window=6&weighting=flat$"))
    stands_at(page, 6, "window=6&weighting=flat")
    expect(page.get_by_role("radio", name="flat")).to_be_checked()
    expect(page.get_by_text("window=6").first).to_be_visible()


def test_back_after_a_drag_is_one_step(visit: Any) -> None:  # noqa: F811
    page = visit("heatmap?window=3")
    thumb = slider(page, WINDOW)
    page.mouse.move(*thumb_at(thumb, 2 / 19))
    page.mouse.down()
    page.mouse.move(*thumb_at(thumb, 16 / 19), steps=25)
    page.mouse.up()
    stands_at(page, 17)
    page.go_back()
    stands_at(page, 3)


def test_impossible_link_is_explained(visit: Any) -> None:  # noqa: F811
    page = visit("heatmap?window=99&measure=magic&row_list=war+army")
    notice = page.get_by_text("in the link is not possible")
    expect(notice).to_have_count(2)
    stands_at(page, 5, "row_list=war+army")
    expect(notice).to_have_count(2)


def test_two_browsers_ask_for_the_same_at_once(visit: Any) -> None:  # noqa: F811
    """Both join one computation, and both get its result."""
    one, two = visit("heatmap?row_list=war+army"), visit("heatmap?row_list=war+army")
    for page in (one, two):
        slider(page, "Minimum count").focus()
    one.keyboard.press("End")
    two.keyboard.press("End")
    for page in (one, two):
        expect(page).to_have_url(re.compile("min_count=200"))
        wait_until_done(page)
        expect(page.get_by_text("words counted")).to_be_attached()
    assert cells(figure(one, "heatmap")) == cells(figure(two, "heatmap"))


def test_cancelling_and_starting_again(visit: Any, open_page: Any, app: str) -> None:  # noqa: F811
    page = open_page(f"{app}/neighbours?dim=300&window=20&weighting=flat&min_count=2")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Stopped.")).to_be_visible()
    expect(page.get_by_test_id("stProgress")).to_have_count(0)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_test_id("stProgress").or_(figure(page, "neighbours"))).to_be_visible()
    expect(page.get_by_text("Stopped.")).to_have_count(0)
    navigate(page, "Corpus")  # the job goes on; the page does not wait
    wait_for_picture(page, "growth")
