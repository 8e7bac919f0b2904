"""Rows of a collection in a real browser: two maps with one ring, and the pages of words."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from harness import ask, click_at, no_sideways_scroll, wait_for_picture, wait_until_done
from playwright.sync_api import expect

PLACE = """(() => {
  const { x, y } = gd._fullData.find((trace) => trace.customdata);
  const { xaxis, yaxis } = gd._fullLayout, { left, top } = gd.getBoundingClientRect();
  return [left + xaxis._offset + xaxis.d2p(x[40]), top + yaxis._offset + yaxis.d2p(y[40])];
})()"""
SAME = """() => {
  const figures = ["a", "b"].map((k) => document.querySelector(`.st-key-two_${k} .vs-figure`));
  const lit = figures.map((figure) => figure.dataset.lit);
  return lit[0] && lit[0] === lit[1];
}"""


def test_a_row_pointed_at_is_ringed_on_both_maps(open_page: Any, app: str) -> None:
    page = open_page(f"{app}/two_embeddings?rows_from=digits&b_dims=8")
    one, _ = (wait_for_picture(page, key) for key in ("two_a", "two_b"))
    wait_until_done(page)
    x, y = ask(one, PLACE)
    page.mouse.move(x - 2, y - 2)
    page.mouse.move(x, y)
    page.wait_for_selector(".st-key-two_b .vs-figure-lit circle", state="attached")
    page.wait_for_function(SAME)
    page.mouse.move(5, 5)
    page.wait_for_selector(".st-key-two_b .vs-figure-lit circle", state="detached")


def test_a_row_leads_to_its_neighbour_and_on_to_the_map(open_page: Any, app: str) -> None:
    page = open_page(f"{app}/neighbours?model=items:digits&expression=%2317")
    host = wait_for_picture(page, "neighbours")
    wait_until_done(page)
    first = ask(host, "gd.data[0].customdata[0]")
    titles = ask(host, "gd.data[1].text")
    assert titles[0] == first[0] and first[0].endswith(f"· #{first[4]}")
    click_at(page, host, first[3] / 2, 0)
    page.wait_for_url(f"**expression=%23{first[4]}**")
    wait_until_done(page)
    query = parse_qs(urlsplit(page.url).query)
    assert len(query["model"][0]) == 16, "a link names it by its id on the shelf"
    no_sideways_scroll(page)
    page.goto(f"{app}/map?model={query['model'][0]}&map_word=%23{first[4]}")
    placed = wait_for_picture(page, "map")
    assert ask(placed, "gd.data[0].x.length") == 1797
    expect(page.get_by_text("Vectors of 1,797 of 1,797 rows")).to_be_visible()
