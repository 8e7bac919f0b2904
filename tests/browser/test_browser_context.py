"""The bar above every page, in a real browser: one click to a file, and it holds everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from harness import navigate, screenshot, wait_until_done
from playwright.sync_api import Page, expect

BREAD = (
    "The baker kneads the dough and bakes the bread in the oven. Flour, yeast and water become "
    "dough, and the dough becomes bread.\n\n"
) * 30
OFFERED = "[...document.querySelectorAll('#vs-completion option')].map((option) => option.value)"


def bar(page: Page) -> Any:
    return page.locator(".vs-context")


def test_a_file_is_one_click_away_and_holds_on_every_page(
    open_page: Any, app: str, tmp_path: Path
) -> None:
    text = tmp_path / "bread.txt"
    text.write_text(BREAD)
    page = open_page(f"{app}/neighbours?source=lee-news&expression=police")
    wait_until_done(page)
    expect(bar(page)).to_have_text("Text Lee news (300 stories) · Vectors PPMI-SVD 100-d")
    page.get_by_role("button", name="Change").press("Enter")
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(text)
    expect(bar(page)).to_contain_text("bread.txt")
    page.keyboard.press("Escape")
    wait_until_done(page)
    box = page.get_by_role("textbox", name="Word or expression")
    expect(box).not_to_have_value("police")
    assert box.input_value() in BREAD, "a word of the text, not of the sample"
    page.evaluate("window.kept = true")
    for name in ("Signal path", "Sweeps", "Keywords"):
        navigate(page, name)
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        expect(bar(page)).to_contain_text("bread.txt")
    page.locator(".st-key-context").get_by_role("link").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("Try the sample")
    expect(bar(page)).to_contain_text("bread.txt")
    expect(page.locator(".vs-recent")).to_contain_text("bread.txt")
    assert page.evaluate("window.kept"), "the session goes on"
    screenshot(page, "start-own-text")


def test_a_box_completes_words_while_one_types(open_page: Any, app: str) -> None:
    page = open_page(f"{app}/neighbours?source=lee-news&expression=police")
    wait_until_done(page)
    page.reload()  # the words are counted by now
    wait_until_done(page)
    page.get_by_role("textbox", name="Word or expression").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("police + gov")
    assert page.evaluate(OFFERED)[0] == "police + government"
    page.keyboard.type("ernment")
    page.keyboard.press("Enter")
    page.wait_for_url("**expression=police+%2B+government**")


@pytest.mark.parametrize(
    ("link", "setting"),
    [("corpus?source=lee-news", "source=lee-news"), ("heatmap?order=clustered", "order=clustered")],
)
def test_the_language_goes_there_and_back(
    open_page: Any, app: str, link: str, setting: str
) -> None:
    """With the picker opened once: the browser keeps the labels of what is folded away."""
    page = open_page(f"{app}/{link}")
    wait_until_done(page)
    page.get_by_role("button", name="Change").press("Enter")
    expect(page.get_by_role("combobox", name="Or a sample")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox", name="Or a sample")).to_have_count(0)
    before = bar(page).inner_text()
    for other, changed in (("简体中文", "更换"), ("English", "Change")) * 2:
        page.get_by_role("button", name=other).click()
        expect(page.get_by_role("button", name=changed)).to_be_visible()
        wait_until_done(page)  # and no exception is shown
        assert setting in page.url
    assert bar(page).inner_text() == before
