"""Names that plotly.js and Streamlit keep to themselves: they still mean what they meant.

Two modules know them, `plotly_inner.js` and `streamlit_dom.js`; what these say is compared
with what is on the screen.
"""

from __future__ import annotations

from typing import Any

import pytest
from harness import ask, figure, plot_area, slider, wait_for_picture, wait_until_idle
from playwright.sync_api import Locator, Page, expect

from dashboard.ui import browser_code

MODULES = browser_code.module()
POINTS = """
    const { x, y } = inner.frameOf(gd);
    const box = gd.getBoundingClientRect();
    const seen = [...gd.querySelectorAll(".scatterlayer .point")].map((point) => {
        const { left, right, top, bottom } = point.getBoundingClientRect();
        return [(left + right) / 2 - box.left, (top + bottom) / 2 - box.top];
    });
    const [{ x: xs, y: ys }] = inner.tracesOf(gd);
    const by = (way) => Array.from(xs, (v, i) => [x.start + x[way](v), y.start + y[way](ys[i])]);
    return { seen, pixel: by("pixel"), dragged: by("dragged") };
"""
LYING_COLOUR_BAR = """
    const place = document.body.appendChild(document.createElement("div"));
    const title = { text: "above", side: "top" };
    const colorbar = { orientation: "h", y: 1, yanchor: "bottom", title };
    const cells = { type: "heatmap", z: [[1, 2], [3, 4]], colorbar };
    const layout = { width: 500, height: 300, xaxis: { title: { text: "across" } } };
    await Plotly.newPlot(place, [cells], layout);
    const across = [...place.querySelectorAll("text")].find((e) => e.textContent === "across");
    const moved = () => [across, across.parentElement].map((e) => getComputedStyle(e).transform);
"""


def inner(host: Locator, body: str) -> Any:
    """Run `body`, in which `gd` is the plot and `inner` the module that knows plotly.js."""
    start = (
        "const { plotly_inner: inner } = await import(module);"
        "const gd = host.querySelector('.js-plotly-plot');"
    )
    return host.evaluate(f"async (host, module) => {{ {start} {body} }}", MODULES)


def same_places(places: dict[str, Any], way: str) -> None:
    assert len(places["seen"]) == 60
    for place, seen in zip(places[way], places["seen"], strict=True):
        assert place == pytest.approx(seen, abs=1.5)


def test_places_on_the_axes_are_those_of_the_points(page: Page) -> None:
    spiral = figure(page, "spiral")
    before = inner(spiral, POINTS)
    ranges = "{ 'xaxis.range': [-90, 70], 'yaxis.range': [-80, 75] }"
    inner(spiral, f"await Plotly.relayout(gd, {ranges})")
    after = inner(spiral, POINTS)
    assert before["seen"] != after["seen"]
    for places in (before, after):
        same_places(places, "pixel")
        same_places(places, "dragged")
    assert inner(spiral, "return inner.frameOf(gd).y.range") == [-80, 75]


def test_places_follow_while_an_axis_is_dragged(page: Page) -> None:
    spiral = figure(page, "spiral")
    spiral.scroll_into_view_if_needed()
    ask(spiral, "Plotly.relayout(gd, { dragmode: 'pan' })")
    before = inner(spiral, POINTS)
    area = plot_area(spiral)
    page.mouse.move(area["x"] + 0.5 * area["w"], area["y"] + 0.5 * area["h"])
    page.mouse.down()
    page.mouse.move(area["x"] + 0.7 * area["w"], area["y"] + 0.6 * area["h"], steps=5)
    page.wait_for_function(
        "(x) => document.querySelector('.st-key-spiral .point').getBoundingClientRect().x > x",
        arg=before["seen"][0][0] + spiral.bounding_box()["x"] + 0.15 * area["w"],
    )
    during = inner(spiral, POINTS)
    page.mouse.up()
    assert during["seen"][0][0] == pytest.approx(before["seen"][0][0] + 0.2 * area["w"], abs=2)
    same_places(during, "dragged")


def test_frame_is_the_picture(page: Page) -> None:
    """Its size, its type, and the rectangle in which a heatmap has its cells."""
    places = inner(
        figure(page, "wave"),
        """const { width, height, font, x, y } = inner.frameOf(gd);
        const rect = (e) => e.getBoundingClientRect();
        const whole = rect(gd.querySelector(".main-svg"));
        const cells = rect(gd.querySelector(".hm image"));
        const label = gd.querySelector(".ytick text");
        return {
            frame: [width, height, x.start, y.start, x.length, y.length],
            seen: [whole.width, whole.height, cells.left - whole.left, cells.top - whole.top,
                cells.width, cells.height],
            font, shown: getComputedStyle(label).fontFamily,
        };""",
    )  # fmt: skip
    assert places["frame"] == pytest.approx(places["seen"], abs=1.5)
    assert places["font"].split(",")[0].strip('"') == places["shown"].split(",")[0].strip('"')


def test_what_has_no_axes_has_no_frame(page: Page) -> None:
    body = """
        const place = document.body.appendChild(document.createElement("div"));
        const before = inner.isDrawn(place);
        await Plotly.newPlot(place, [{ type: "parcoords", dimensions: [{ values: [1, 2] }] }], {});
        return [before, inner.isDrawn(place), inner.frameOf(place)];
    """
    assert inner(figure(page, "wave"), body) == [False, True, None]


def test_points_in_webgl_have_a_layer(open_page: Any, gallery: str) -> None:
    page = open_page(f"{gallery}?kept=1")
    cloud = wait_for_picture(page, "cloud", "20:0:0")
    layer = """
        const [layer, box] = [inner.pointsOf(gd), gd.getBoundingClientRect()];
        const canvas = layer.querySelector("canvas").getBoundingClientRect();
        const above = [...gd.querySelectorAll(".main-svg")].at(-1);
        const order = layer.compareDocumentPosition(above);
        return [canvas.width - box.width, canvas.height - box.height,
            order === Node.DOCUMENT_POSITION_FOLLOWING];
    """
    assert inner(cloud, layer) == [pytest.approx(0, abs=1), pytest.approx(0, abs=1), True]


def test_titles_of_axes_are_put_back(page: Page) -> None:
    """A lying bar of colours moves the title of the axis: that is undone in pages and in slides."""
    wave = figure(page, "wave")
    rule = """
        const sheet = document.head.appendChild(document.createElement("style"));
        const before = moved();
        sheet.textContent = inner.STEADY_TITLES;
        const after = moved();
        sheet.remove();
        return [before, after];
    """
    before, after = inner(wave, LYING_COLOUR_BAR + rule)
    assert before[0] != "none", "plotly.js moves it no longer: the rule can go"
    assert after == ["none", "none"]
    removed = "inner.steadyTitles(place); return moved();"
    assert inner(wave, LYING_COLOUR_BAR + removed) == ["none", "none"]


def streamlit(host: Locator, body: str) -> Any:
    """Run `body`, in which `dom` is the module that knows Streamlit's elements."""
    start = "const { streamlit_dom: dom } = await import(module);"
    return host.evaluate(f"async (host, module) => {{ {start} {body} }}", MODULES)


def test_the_script_starts_and_ends(open_page: Any, gallery: str) -> None:
    page = open_page(f"{gallery}?slow=0.5")
    wave = wait_for_picture(page, "wave", "5")
    wait_until_idle(page)
    watch = """
        window.states = [];
        window.stop = dom.onScriptChange(() => window.states.push(dom.isIdle()));
        return dom.isIdle();
    """
    assert streamlit(wave, watch) is True
    slider(page, "Phase").press("ArrowRight")
    page.wait_for_function("window.states.includes(false)")
    wait_for_picture(page, "wave", "6")
    page.wait_for_function("window.states.at(-1) === true")
    page.evaluate("window.stop(); window.states = []")
    slider(page, "Phase").press("ArrowRight")
    expect(page.get_by_text("phase=7 ")).to_be_visible()
    assert page.evaluate("window.states") == []


def test_rows_of_columns_and_containers_with_keys(page: Page) -> None:
    wave = figure(page, "wave")
    around = """
        const names = (element) => ["wave", "spiral"].filter((name) => element.contains(
            document.querySelector(`.vs-figure-plot[aria-label*="${name}" i]`)));
        return [names(dom.columnsAround(host)), names(dom.containerOf(host, "wav"))];
    """
    assert streamlit(wave, around) == [["wave", "spiral"], ["wave"]]
    button = page.get_by_role("button", name="Phase to 30")
    assert streamlit(button, "return dom.columnsAround(host)") is None
    assert streamlit(wave, "return dom.containerOf(host, 'spiral')") is None


@pytest.mark.parametrize(
    ("scheme", "ink", "link"), [("light", "#1d2426", "#0b6a6a"), ("dark", "#dce5df", "#3ddc84")]
)
def test_values_of_the_theme(
    open_page: Any, gallery: str, scheme: str, ink: str, link: str
) -> None:
    """As .streamlit/config.toml has them."""
    page = open_page(gallery, scheme=scheme)
    names = ["text-color", "link-color", "border-color", "border-color-light", "font",
             "secondary-background-color"]  # fmt: skip
    read = f"return {names}.map((name) => dom.themeValue(getComputedStyle(host), name));"
    values = streamlit(wait_for_picture(page, "wave"), read)
    assert [value.lower() for value in values[:2]] == [ink, link]
    assert all(values)
