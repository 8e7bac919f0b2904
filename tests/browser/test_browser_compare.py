"""Two models in a real browser: a word's two lists, and the tabs below."""

from __future__ import annotations

from typing import Any

import pytest
from harness import (
    ask,
    click_at,
    figure,
    no_sideways_scroll,
    screenshot,
    wait_for_picture,
    wait_until_done,
)
from playwright.sync_api import Page, expect

LINK = "source=lee-news&dim=20&b_dim=20&b_window=6&pair_words=400"


@pytest.fixture
def visit(open_page: Any, app: str) -> Any:
    """Opens the page and waits for its pictures."""

    def open_(**more: Any) -> Page:
        page = open_page(f"{app}/compare?{LINK}", **more)
        wait_until_done(page)
        wait_for_picture(page, "changes")
        wait_for_picture(page, "lists")
        return page

    return open_


def test_a_clicked_word_shows_its_two_lists_joined(visit: Any) -> None:
    page = visit()
    host, lists = figure(page, "changes"), figure(page, "lists")
    # the most frequent word is far to the right: nothing lies on top of it
    word, x, y = ask(
        host,
        """(({ x, y, text }) => { const i = x.indexOf(Math.max(...x));
            return [text[i], x[i], y[i]]; })(gd._fullData[0])""",
    )
    click_at(page, host, x, y)
    page.wait_for_url(f"**compared_word={word}*")
    wait_until_done(page)
    expect(page.get_by_role("heading", name=word, exact=True)).to_be_visible()
    a, b = ask(lists, "gd._fullData.filter((t) => t.type === 'bar').map((t) => [...t.text])")
    joined = ask(lists, "gd._fullData.filter((t) => t.mode === 'lines').length")
    assert len(a) == len(b) == 10
    assert 0 < joined == len(set(a) & set(b))
    assert word not in {*a, *b}
    screenshot(page, "compare-word")


@pytest.mark.parametrize("width", [1440, 390])
def test_tabs(visit: Any, width: int) -> None:
    page = visit(width=width, height=900 if width > 1000 else 844)
    no_sideways_scroll(page)
    for tab, said in (
        ("Words", "shared words by how much they changed"),
        ("Code", "Pair("),
        ("Provenance", "result name"),
    ):
        page.get_by_role("tab", name=tab, exact=True).click()
        wait_until_done(page)
        expect(page.get_by_text(said).first).to_be_attached()
        no_sideways_scroll(page)
        screenshot(page, f"compare-{tab.lower()}-{width}")
