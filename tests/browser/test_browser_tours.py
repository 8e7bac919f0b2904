"""The stage in a real browser: keys, links, no frame, hidden answers, one's own file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from harness import (
    ask,
    figure,
    no_sideways_scroll,
    screenshot,
    slider,
    wait_for_picture,
    wait_until_done,
)
from playwright.sync_api import Page, expect

from dashboard import tours

STEP = "neighbours?expression=north&tour=why-cosine-is-not-relatedness&step=1"
OWN = """# <b>Mine</b>
A tour of my own.

## <img src=x onerror=alert(1)> One
open: neighbours?expression=war
Look at <script>alert(1)</script>.

## Two
open: neighbours?expression=river
point: lake
Now this.
notes: Breathe.
"""


@pytest.fixture
def staged(open_page: Any, app: str) -> Any:
    def open_(path: str = STEP, **more: Any) -> Page:
        page = open_page(f"{app}/{path}", **more)
        wait_for_picture(page, "neighbours")
        wait_until_done(page)
        return page

    return open_


def title(page: Page) -> Any:
    return page.locator(".vs-stage-text h1")


def test_arrow_keys_go_on_and_back(staged: Any) -> None:
    page = staged()
    expect(title(page)).to_have_text("Opposites are neighbours")
    expect(page.locator("[data-pointed=south] .vs-figure-pointer")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(title(page)).to_have_text("Exchange or accompany")
    expect(page.locator("[data-pointed=carolina]")).to_be_visible()
    page.wait_for_url("**similarity=pmi&**step=2")
    wait_until_done(page)
    address = page.url
    page.keyboard.press("ArrowLeft")
    expect(title(page)).to_have_text("Opposites are neighbours")
    page.wait_for_url("**step=1")
    wait_until_done(page)
    page.keyboard.press("ArrowLeft")  # there is nothing before the first
    expect(title(page)).to_have_text("Opposites are neighbours")
    page.goto(address)
    expect(title(page)).to_have_text("Exchange or accompany")
    wait_for_picture(page, "neighbours")
    assert re.search(r"similarity=pmi.*step=2", page.url)


def test_arrow_keys_of_a_slider_are_the_slider_s(staged: Any) -> None:
    page = staged()
    expect(slider(page, "How many")).to_be_hidden()  # the step does not speak of it
    page.keyboard.press("c")
    slider(page, "How many").press("ArrowRight")
    page.wait_for_url("**k=16&tour=**step=1")
    wait_until_done(page)
    expect(title(page)).to_have_text("Opposites are neighbours")


def test_a_list_that_the_step_speaks_of_stays_in_chinese(staged: Any) -> None:
    tour = "tour=why-cosine-is-not-relatedness&step=6&lang=zh"
    page = staged(f"neighbours?expression=war&similarity=inner+product&{tour}")
    expect(page.get_by_role("combobox", name="度量", exact=True)).to_be_visible()
    expect(page.locator(".st-key-setting-window-slider")).to_be_hidden()


def test_answer_is_hidden_until_asked_for(staged: Any) -> None:
    page = staged()
    answer = page.get_by_text("Hardly. Sentences about")
    expect(answer).to_be_hidden()
    page.get_by_text("Would a better corpus").click()
    expect(answer).to_be_visible()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("Neither alone.")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_frame_and_everything_fits(staged: Any, scheme: str) -> None:
    page = staged(scheme=scheme)
    for width, height in ((390, 844), (1024, 768), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        expect(page.get_by_test_id("stHeader")).to_be_hidden()
        page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")  # resized
        no_sideways_scroll(page)
        expect(title(page)).to_be_visible()
        expect(page.locator(".st-key-panel")).to_be_hidden()
        screenshot(page, f"stage-{scheme}-{width}")
    words = title(page).bounding_box()
    picture = figure(page, "neighbours").bounding_box()
    assert ask(figure(page, "neighbours"), "gd._fullLayout.xaxis.tickfont.size") > 15
    assert words and picture and words["x"] + words["width"] <= picture["x"]
    page.get_by_role("link", name="Leave").click()
    page.wait_for_url("**/tours")
    expect(page.get_by_test_id("stHeader")).to_be_visible()
    expect(page.locator(".vs-tour")).to_have_count(len(tours.shipped()))
    screenshot(page, f"tours-{scheme}")


def test_notes_and_a_file_that_plays_alone(staged: Any, tmp_path: Path) -> None:
    link = tours.keep(OWN.encode()).address(2)
    page = staged(link)
    with page.context.expect_page() as opened:
        page.keyboard.press("n")
    notes = opened.value
    expect(notes.locator("body")).to_contain_text("Breathe.")
    notes.keyboard.press("ArrowLeft")  # turns the stage's steps
    expect(title(page)).to_have_text("<img src=x onerror=alert(1)> One")
    expect(notes.locator("body")).to_contain_text("Next: Two")
    wait_until_done(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save for offline").click()
    file = tmp_path / "tour.html"
    download.value.save_as(file)
    page.goto(file.as_uri())
    heading = page.locator("section:visible h1")
    expect(heading).to_have_text("<img src=x onerror=alert(1)> One")
    expect(page.locator("section:visible .js-plotly-plot")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(heading).to_have_text("Two")
    drawn = page.locator("section:visible .js-plotly-plot")
    expect(drawn.locator(".annotation-arrow-g")).to_have_count(1)  # at the lake
    expect(drawn.locator(".ytick text").first).to_be_visible()
    screenshot(page, "tour-offline")


def test_own_tour_is_text_and_a_wrong_one_is_told_by_its_line(
    open_page: Any, app: str, tmp_path: Path
) -> None:
    page = open_page(f"{app}/tours")
    file = tmp_path / "mine.md"
    file.write_text(OWN.replace("expression=war", "expresion=war"))
    chooser = page.get_by_test_id("stFileUploaderDropzoneInput")
    chooser.set_input_files(file)
    wrong = page.get_by_text("Line 5: the page neighbours has no setting")
    expect(wrong).to_be_visible()
    mended = tmp_path / "mended.md"
    mended.write_text(OWN)
    chooser.set_input_files(mended)
    expect(wrong).to_be_hidden()
    mine = page.locator(".vs-tour", has_text="A tour of my own.")
    expect(mine.locator("h2")).to_have_text("<b>Mine</b>")
    page.get_by_role("button", name="Start").last.click()
    expect(title(page)).to_have_text("<img src=x onerror=alert(1)> One")
    expect(page.locator(".vs-stage-text .said")).to_have_text("Look at <script>alert(1)</script>.")
    assert page.locator(".vs-stage-text img, .vs-stage-text script").count() == 0
    wait_until_done(page)
    page.keyboard.press("ArrowRight")
    expect(title(page)).to_have_text("Two")


def test_on_a_phone_the_words_stay_in_sight_until_one_asks_for_the_picture(staged: Any) -> None:
    page = staged(width=390, height=844)
    pointed = page.locator("[data-pointed=south] .vs-figure-pointer path")
    expect(pointed).to_be_attached()
    expect(title(page)).to_be_in_viewport()
    page.get_by_role("button", name="See it in the picture").click()
    expect(pointed).to_be_in_viewport()
