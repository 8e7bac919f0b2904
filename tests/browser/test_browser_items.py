"""Rows of a collection in a real browser: maps that share, names by zoom, no WebGL, other pages."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from harness import (
    ask,
    click_at,
    drag,
    draws,
    no_sideways_scroll,
    plot_area,
    wait_for_picture,
    wait_until_done,
)
from playwright.sync_api import expect

from core import uploads
from core.items.collection_specs import of_files
from core.items.filters import read, unpacked
from dashboard.figures.template import CATEGORICAL

TOPICS = (("animal", "cat"), ("animal", "dog"), ("plant", "rose"), ("plant", "oak"))
WITHOUT = """
const make = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return String(kind).includes("webgl") ? null : make.call(this, kind, ...more);
};
"""


def parquet(n: int) -> bytes:
    """Rows in four groups of two topics; the two of a topic lie close."""
    which = np.arange(n) % 4
    xy = np.array([[0, 0], [1, 0.2], [20, 0], [21, 0.2]])[which]
    xy = xy + np.random.default_rng(0).normal(0, 0.1, (n, 2))
    rows = pa.table(
        {"text": [" ".join([*TOPICS[i], "the of and in to by"] * 2) for i in which],
         "kind": [TOPICS[i][1] for i in which], "emb": xy.tolist(), "x": xy[:, 0], "y": xy[:, 1]}
    )  # fmt: skip
    file = io.BytesIO()
    pq.write_table(rows, file)
    return file.getvalue()


def link(n: int) -> str:
    """The address of such rows at their given places."""
    spec = of_files("upload", [("groups.parquet", uploads.keep("groups", parquet(n)))])
    return f"collection?{urlencode(spec.to_query() | {'layout': 'given', 'kept_k': 3})}"


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


def test_what_is_dropped_is_shown_before_it_is_mapped(
    open_page: Any, app: str, tmp_path: Path
) -> None:
    (tmp_path / "groups.parquet").write_bytes(parquet(60))
    page = open_page(f"{app}/collection?rows_from=digits")
    wait_until_done(page)
    page.get_by_role("button", name="Change").click()
    page.locator('input[type="file"]').set_input_files(tmp_path / "groups.parquet")
    expect(page.get_by_text("Nothing has been computed of it yet")).to_be_visible()
    expect(page.locator(".vs-titled b")).to_have_text(["emb", "text", "kind", "x", "y"])
    assert not page.locator(".st-key-collection").count()
    page.get_by_role("button", name="Go on").click()
    wait_for_picture(page, "collection")


def test_names_are_finer_where_one_zooms_in(open_page: Any, app: str) -> None:
    page = open_page(f"{app}/{link(200)}")
    host = wait_for_picture(page, "collection")
    names = host.locator(".vs-figure-name")
    expect(names.filter(has_text="animal").first).to_be_attached()
    assert "vs-figure-marked" not in str(host.get_attribute("class"))  # the points stay bright
    drag(page, host, (0.0, 0.4), (0.25, 0.6))
    expect(page.get_by_text("In sight: 100 rows.")).to_be_visible()
    expect(names.filter(has_text="cat").first).to_be_attached()
    expect(names.filter(has_text="animal")).to_have_count(0)


def test_without_webgl_fewer_points_are_drawn_and_it_is_said(open_page: Any, app: str) -> None:
    page = open_page(f"{app}/{link(5_000)}")
    page.add_init_script(WITHOUT)
    page.reload()
    host = wait_for_picture(page, "collection")
    note = host.locator(".vs-figure-note")
    expect(note).to_contain_text("no WebGL")
    clouds = "gd.data.filter((t) => t.customdata && t.mode === 'markers')"
    drawn = ask(host, f"{clouds}.reduce((sum, t) => sum + t.x.length, 0)")
    assert drawn <= 3_004 and f"{drawn:,} of 5,000" in str(note.text_content())
    assert ask(host, f"{clouds}.map((t) => t.type)") == ["scatter"] * 4
    assert host.locator(".scatterlayer .point").count() == drawn


def test_a_large_map_is_drawn_coloured_and_filtered_apart(
    open_page: Any, app: str, tmp_path: Path
) -> None:
    """plotly.js draws what is around the points; the pointer, the legend and files know them."""
    page = open_page(f"{app}/{link(6_000)}&row_colour=column:kind&region_names=no")
    host = wait_for_picture(page, "collection")
    wait_until_done(page)
    points = partial(expect(host).to_have_attribute, "data-points")
    points("6000")
    assert ask(host, "gd.data.every((trace) => trace.x.length <= 2)")
    assert seen(host) == list(CATEGORICAL[:4]), "each category in its colour"
    where = ask(host, "[gd._fullLayout.xaxis.d2p(20), gd._fullLayout.yaxis.d2p(0)]")
    area = plot_area(host)
    page.mouse.move(area["x"] + where[0] - 30, area["y"] + where[1])
    page.mouse.move(area["x"] + where[0], area["y"] + where[1], steps=3)
    expect(host.locator(".vs-figure-hover")).to_contain_text("plant rose")
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url("**item_row=**")
    row = int(parse_qs(urlsplit(page.url).query)["item_row"][0])
    assert row % 4 == 2, "a rose"
    wait_until_done(page)
    host.locator(".legendtoggle").first.click()
    points("4500")
    assert len(seen(host)) == 3
    host.locator('.modebar-btn[data-title="Box Select"]').click()
    drag(page, host, (0.6, 0.0), (1.0, 1.0))
    page.wait_for_url("**filters=**")
    around = read(parse_qs(urlsplit(page.url).query)["filters"][0])[0].value
    plants = np.flatnonzero(np.arange(6_000) % 4 >= 2)
    np.testing.assert_array_equal(unpacked(around), plants)
    page.get_by_role("button", name="drawn around").click()
    page.wait_for_url(lambda url: "filters" not in url)
    before = draws(host)
    page.evaluate("() => { Plotly.react = (gd) => { (window.asked ??= []).push(gd.ariaLabel) } }")
    page.get_by_role("textbox", name="Find rows").fill("plant")
    page.get_by_role("textbox", name="Find rows").press("Enter")
    expect(page.get_by_text("3,000 of 6,000 rows")).to_be_visible()
    wait_until_done(page)
    assert draws(host) > before
    assert not [label for label in page.evaluate("window.asked ?? []") if "Map of" in label]
    with page.expect_download() as waiting:
        host.get_by_role("button", name="HTML", exact=True).click()
    offline = page.context.new_page()
    offline.goto(Path(waiting.value.path()).rename(tmp_path / "map.html").as_uri())
    plot = offline.locator("#figure-0.js-plotly-plot")
    expect(plot.locator(".gl-container").first).to_be_attached()
    saved = plot.evaluate("(gd) => gd._fullData.map(({ name, x }) => [name, x.length])")
    assert {name: n for name, n in saved if n > 100} == {
        "filtered out": 3000, "oak": 1500, "rose": 1500
    }  # fmt: skip


def seen(host: Any) -> list[str]:
    """The colours of categories that are on the canvas, where many points lie on each other."""
    pixels: list[list[int]] = host.evaluate(
        """(host) => {
            const canvas = host.querySelector(".vs-figure-cloud");
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            const pixels = new Set();
            for (let i = 0; i < data.length; i += 4)
                if (data[i + 3] > 250) pixels.add(data.slice(i, i + 3).join());
            return [...pixels].map((pixel) => pixel.split(",").map(Number));
        }"""
    )

    def near(shade: str) -> bool:
        channels = [int(shade[i : i + 2], 16) for i in (1, 3, 5)]
        return any(np.allclose(pixel, channels, atol=3) for pixel in pixels)

    return [shade for shade in CATEGORICAL if near(shade)]


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
    expect(page.get_by_text("Vectors of 1,797 of 1,797 rows")).to_be_attached()
