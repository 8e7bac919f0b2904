"""Every page, in one language and theme each: it fits, and everybody can read and reach it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from harness import (
    LOOKS,
    fits,
    no_sideways_scroll,
    screenshot,
    slider,
    violations,
    wait_until_done,
)
from playwright.sync_api import expect

from dashboard.language import TAGS, catalogue
from dashboard.navigation import FIRST, PAGES, address

SIZES = ((390, 844), (1024, 768), (1440, 900))
QUICK = {  # what these pages train or repeat by themselves, shorter
    "lowrank": "seeds=1",
    "start": "most=200&vae_epochs=3",
    "path": "most=200&vae_epochs=3",
    "text_classes": "train_texts=300&read_characters=20",
}


@pytest.mark.parametrize("name", PAGES)
def test_page(open_page: Any, app: str, name: str) -> None:
    """As it is at first, in one of the looks; `test_browser_journeys` takes the other."""
    language, scheme = LOOKS[list(PAGES).index(name) % 2 - 1]
    page = open_page(f"{app}/{address(name)}?lang={language}&{QUICK.get(name, '')}", scheme=scheme)
    wait_until_done(page)
    title = PAGES[name].title
    expect(page.get_by_role("heading", level=1)).to_have_text(
        title if language == "en" else catalogue(language)[title]
    )
    assert page.evaluate("document.documentElement.lang") == TAGS[language]
    assert not violations(page)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        wait_until_done(page)
        fits(page)
        screenshot(page, f"{name}-{language}-{scheme}-{width}")


def test_the_first_page_answers_to_its_name(open_page: Any, app: str) -> None:
    page = open_page(f"{app}/{FIRST}?source=lee-news&window=7&{QUICK['path']}")
    wait_until_done(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(PAGES[FIRST].title)
    expect(page.get_by_text("Page not found")).to_have_count(0)
    slider(page, "Window L (tokens)").press("ArrowRight")
    page.wait_for_url(re.compile(r"window=8"))
    page.locator(".st-key-context").get_by_role("link").click()
    page.wait_for_url(lambda url: url.startswith(f"{app}/?"))
    wait_until_done(page)


def test_a_number_says_what_it_means_where_it_is_tapped(open_page: Any, app: str) -> None:
    page = open_page(f"{app}/corpus", width=390, height=844)
    wait_until_done(page)
    card = page.locator(".vs-chain > div").nth(5)
    meaning = card.locator("i")
    assert meaning.bounding_box()["width"] <= 1  # type: ignore[index]
    card.click()
    page.mouse.move(0, 0)
    said, below = meaning.bounding_box(), card.bounding_box()
    assert said and below and said["width"] > 200 and said["y"] > below["y"]
    no_sideways_scroll(page)
    screenshot(page, "card-tapped")
