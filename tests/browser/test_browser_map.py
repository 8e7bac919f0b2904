"""The map in a real browser: labels that never touch, clicks, the lasso, and a view that stays."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from harness import (
    ask,
    click_at,
    drag,
    figure,
    no_sideways_scroll,
    ranges,
    screenshot,
    slider,
    wait_for_picture,
    wait_until_done,
)
from playwright.sync_api import Locator, Page, expect

LINK = "source=lee-news&dim=20&map_words=1000"


@pytest.fixture
def visit(open_page: Any, app: str) -> Any:
    """`visit("map_word=police")` opens the map and waits for its picture."""

    def open_(query: str = "", **more: Any) -> Page:
        page = open_page(f"{app}/map?{LINK}&{query}", **more)
        wait_until_done(page)
        wait_for_picture(page, "map")
        return page

    return open_


def labels(host: Locator) -> dict[str, list[float]]:
    """Where each word is written: [left, right, top, bottom] in px."""
    found: list[Any] = ask(
        host,
        """Array.from(gd.querySelectorAll('.vs-figure-labels text'), (e) => {
            const r = e.getBoundingClientRect();
            return [e.textContent, r.left, r.right, r.top, r.bottom]; })""",
    )
    assert len({word for word, *_ in found}) == len(found)
    return {word: box for word, *box in found}


def touching(boxes: list[list[float]]) -> int:
    return sum(
        a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]
        for i, a in enumerate(boxes)
        for b in boxes[:i]
    )


def zoom(page: Page, host: Locator) -> None:
    """Zoom into the middle of the map, and wait for the labels of what is seen then."""
    before, written = ranges(host), "".join(labels(host))
    drag(page, host, (0.4, 0.4), (0.6, 0.6))
    page.wait_for_function(
        """([x, written]) => { const host = document.querySelector('.st-key-map .vs-figure');
            const gd = host.querySelector('.js-plotly-plot');
            return gd._fullLayout.xaxis.range[0] !== x
                && host.querySelector('.vs-figure-labels').textContent !== written; }""",
        arg=[before[0], written],
    )


def test_labels_never_touch_and_there_are_more_of_them_closer_up(visit: Any) -> None:
    page = visit()
    host = figure(page, "map")
    whole = labels(host)
    assert len(whole) > 20 and touching(list(whole.values())) == 0
    zoom(page, host)
    closer = labels(host)
    assert touching(list(closer.values())) == 0
    assert len(set(closer) - set(whole)) > 5, "words that had no room before"


def test_view_survives_colours_and_a_choice(visit: Any) -> None:
    page = visit()
    host = figure(page, "map")
    zoom(page, host)
    seen = ranges(host)
    page.get_by_role("combobox", name="Colour").click()
    page.get_by_role("option", name="Frequency").click()
    page.wait_for_url("**map_colour=frequency**")
    wait_until_done(page)
    assert ranges(host) == pytest.approx(seen)
    word = page.get_by_role("combobox", name="Find a word")
    word.fill("poli")
    page.get_by_role("option", name="police", exact=True).click()
    page.wait_for_url("**map_word=police**")
    wait_until_done(page)
    assert ranges(host) == pytest.approx(seen)
    slider(page, "Neighbours k of the trust").press("ArrowRight")
    page.wait_for_url("**trust_k=11**")
    wait_until_done(page)
    assert ranges(host) == pytest.approx(seen)


def test_click_joins_a_word_to_its_true_neighbours(visit: Any) -> None:
    page = visit()
    host = figure(page, "map")
    marks = host.locator(".vs-figure-marks")
    expect(marks.locator("*")).to_have_count(0)
    # the word farthest to the right: nothing lies on top of it
    row = ask(host, "gd._fullData[0].x.indexOf(Math.max(...gd._fullData[0].x))")
    word, x, y = ask(
        host, f"[gd._fullData[0].text[{row}], gd._fullData[0].x[{row}], gd._fullData[0].y[{row}]]"
    )
    click_at(page, host, x, y)
    page.wait_for_url("**map_word=**")
    wait_until_done(page)
    expect(page.get_by_text("true neighbours are among its 10 nearest on the map")).to_be_attached()
    assert word in page.url
    assert marks.locator("path").evaluate_all(
        "(all) => all.map((p) => p.getAttribute('d')).join('')"
    )
    near, torn = (marks.locator(shape).count() for shape in ("circle", 'polygon[stroke-width="1"]'))
    assert near + torn > 10, "its ten neighbours, false ones and itself"
    expect(host.locator(".vs-figure-key span")).not_to_have_count(0)
    assert labels(host)[word], "the chosen word is written first"
    screenshot(page, "map-word")


def test_lasso_gives_a_table_and_the_way_to_its_heatmap(visit: Any) -> None:
    page = visit()
    host = figure(page, "map")
    host.hover()
    host.locator('[data-val="select"]').click()
    drag(page, host, (0.42, 0.42), (0.58, 0.58))
    page.wait_for_url("**lasso=**")
    wait_until_done(page)
    page.get_by_role("tab", name="Lasso").click()
    expect(page.get_by_text("words drawn around")).to_be_attached()
    expect(page.get_by_text("Nearest to their mean")).to_be_attached()
    screenshot(page, "map-lasso")
    page.get_by_role("button", name="PMI heatmap of").click()
    wait_for_picture(page, "heatmap")
    expect(page.get_by_role("heading", name="PMI heatmap", level=1)).to_be_attached()
    rows = ask(figure(page, "heatmap"), "gd.layout.yaxis.ticktext")
    assert 2 <= len(rows) <= 60


def test_lasso_takes_the_words_inside_its_line_and_no_others(visit: Any) -> None:
    page = visit()
    host = figure(page, "map")
    host.hover()
    host.locator('[data-val="lasso"]').click()
    box = host.locator(".nsewdrag").first.bounding_box()
    assert box is not None
    # a triangle: half of the box around it is outside
    corners = [(0.3, 0.3), (0.7, 0.3), (0.3, 0.7), (0.3, 0.3)]
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=12)
    page.mouse.up()
    page.wait_for_url("**lasso=**")
    wait_until_done(page)
    shares = ask(
        host,
        """(() => { const [t, { xaxis, yaxis }] = [gd._fullData[0], gd._fullLayout];
            return Array.from(t.x, (x, i) => [t.text[i], xaxis.d2p(x) / xaxis._length,
                                              yaxis.d2p(t.y[i]) / yaxis._length]); })()""",
    )
    edge = 0.01  # a drag goes in steps of a pixel
    inside = {w for w, x, y in shares if x > 0.3 + edge and y > 0.3 + edge and x + y < 1 - edge}
    near = {w for w, x, y in shares if x > 0.3 - edge and y > 0.3 - edge and x + y < 1 + edge}
    words = set(parse_qs(urlsplit(page.url).query)["lasso"][0].split())
    assert len(inside) > 3 and inside <= words <= near
    page.get_by_role("tab", name="Lasso").click()
    expect(page.get_by_text(f"{len(words):,} words drawn around")).to_be_attached()
    expect(page.get_by_text("Nearest to their mean")).to_be_attached()
    page.get_by_role("button", name="PMI heatmap of").click()
    wait_for_picture(page, "heatmap")
    rows = ask(figure(page, "heatmap"), "gd.layout.yaxis.ticktext")
    assert len(rows) >= 2 and set(rows) <= words


def test_null_control_is_one_click_away(visit: Any) -> None:
    page = visit("", width=390, height=844)
    page.get_by_text("Null control", exact=True).click()
    expect(page.get_by_text("Shuffled vectors (NULL CONTROL)")).to_be_attached()
    wait_until_done(page)
    no_sideways_scroll(page)
    screenshot(page, "map-null-390")
