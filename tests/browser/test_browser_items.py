"""Two maps of the same rows, which share what is pointed at, in a real browser."""

from __future__ import annotations

from typing import Any

from harness import ask, wait_for_picture, wait_until_done

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
