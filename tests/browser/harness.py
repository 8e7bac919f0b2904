"""What browser tests wait for and look at: `from harness import …`."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, TimeoutError, expect

SCREENSHOTS = Path(__file__).parents[2] / "test-output" / "screenshots"
LIMIT = 120_000  # ms; a ceiling, not a delay
CUT_OFF = """() => [...document.querySelectorAll(".js-plotly-plot")].filter((gd) => gd.offsetParent)
.flatMap((gd) => {
    const rect = (e) => e.getBoundingClientRect();
    const all = (selector) => [...gd.querySelectorAll(selector)].filter(
        (e) => rect(e).width && getComputedStyle(e).opacity !== "0");
    const box = rect(gd);
    const out = all(".main-svg text").filter((e) => {
        const { left, right, top, bottom } = rect(e);
        return Math.max(box.left - left, right - box.right, box.top - top,
            bottom - box.bottom) > 2;
    });
    const shared = (a, b) => Math.min(
        Math.min(a.right, b.right) - Math.max(a.left, b.left),
        Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
    const over = ["x", "y"].flatMap((axis) => all(`.${axis}title`).filter((title) =>
        all(`.${axis}tick text`).some((e) => shared(rect(title), rect(e)) > 3)));
    return [...out, ...over].map((e) => e.textContent);
})"""  # the words that stick out of a figure, and the titles on labels
FITS = """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
    .filter(Boolean).every((e) => e.scrollWidth <= e.clientWidth)"""
# Between a key and the run that it asks for, the page stands as if it were done.
NOTE_ANSWERS = """window.WebSocket = class extends WebSocket {
    constructor(...of) {
        super(...of);
        this.addEventListener("message", () => { window.unanswered = false; });
    }
    send(data) {
        window.unanswered = true;
        super.send(data);
    }
}"""
IDLE = """document.querySelector('.stApp[data-test-script-state="notRunning"]')
            && !window.unanswered"""
LOOKS = (("en", "light"), ("zh", "dark"))
EXCEPTIONS = {  # by axe's rule: the part of Streamlit's own that breaks it, and why it does no harm
    # role=presentation with a name: the button inside, which opens files, bears the same name
    "presentation-role-conflict": "stFileUploaderDropzone",
}
expect.set_options(timeout=LIMIT)


def wait_until_idle(page: Page) -> None:
    """Wait until the script has run and nothing is left to run."""
    page.wait_for_function(f"() => {IDLE}", timeout=LIMIT)


def figure(page: Page, key: str) -> Locator:
    """The figure shown under this key."""
    return page.locator(f".st-key-{key} .vs-figure")


def wait_for_picture(page: Page, key: str, token: str | None = None) -> Locator:
    """Wait until the picture (with this token, if given) is drawn; return the figure."""
    host = figure(page, key)
    if token is None:
        expect(host).to_have_attribute("data-draws", re.compile(r"^\d+$"), timeout=LIMIT)
    else:
        expect(host).to_have_attribute("data-token", token, timeout=LIMIT)
    return host


def navigate(page: Page, name: str) -> None:
    """Choose a page in the navigation, whichever section it is in."""
    links = page.get_by_test_id("stTopNavDropdownLink")
    for section in page.get_by_test_id("stTopNavSection").all():
        section.click()
        expect(links.first).to_be_visible()
        wanted = links.filter(has_text=name)
        if wanted.count():
            wanted.click()
            return
        page.keyboard.press("Escape")
        expect(links).to_have_count(0)
    raise AssertionError(f"no page is called {name}")


def no_sideways_scroll(page: Page) -> None:
    """Nothing sticks out to the right of the window."""
    wide = page.evaluate(
        """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
            .filter(Boolean).map((e) => e.scrollWidth - e.clientWidth)"""
    )
    assert max(wide) <= 0, f"{max(wide)} px too wide at {page.viewport_size}"


def nothing_cut_off(page: Page) -> None:
    """No word of a figure sticks out of it, and no axis's title stands on its labels.

    Asked until it is so: a figure follows its window a moment after the page has."""
    with contextlib.suppress(TimeoutError):
        page.wait_for_function(f"() => !({CUT_OFF})().length", timeout=15_000)
    found = page.evaluate(CUT_OFF)
    assert not found, f"cut off, or upon each other, at {page.viewport_size}: {found}"


def fits(page: Page) -> None:
    """Nothing sticks out to the right, once the pictures have followed the window."""
    with contextlib.suppress(TimeoutError):
        page.wait_for_function(FITS, timeout=15_000)
    no_sideways_scroll(page)
    nothing_cut_off(page)


def violations(page: Page) -> list[str]:
    """Whatever axe-core finds, minor things too, but for what Streamlit alone can mend."""
    page.emulate_media(reduced_motion="reduce")
    found = Axe().run(page).response["violations"]
    page.emulate_media(reduced_motion="no-preference")
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in found
        for node in rule["nodes"]
        if EXCEPTIONS.get(rule["id"], "no part") not in node["html"]
    ]


def screenshot(page: Page, name: str) -> Path:
    """Save what is visible to test-output/screenshots/<name>.png."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    return path


GD = "(host) => host.querySelector('.js-plotly-plot')"


def ask(host: Locator, expression: str) -> Any:
    """Evaluate an expression about `gd`, the plot inside a figure."""
    return host.evaluate(f"(host) => {{ const gd = ({GD})(host); return {expression}; }}")


def draws(host: Locator) -> int:
    """How often the figure was drawn."""
    return int(host.get_attribute("data-draws") or 0)


def ranges(host: Locator) -> list[float]:
    """What part of both axes is shown."""
    return [*ask(host, "gd._fullLayout.xaxis.range"), *ask(host, "gd._fullLayout.yaxis.range")]


def plot_area(host: Locator) -> dict[str, float]:
    """The rectangle inside the axes, in px of the window."""
    host.scroll_into_view_if_needed()
    return ask(
        host,
        """(({ left, top }, { l, t, w, h }) => ({ x: left + l, y: top + t, w, h }))
            (gd.getBoundingClientRect(), gd._fullLayout._size)""",
    )


def drag(page: Page, host: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag between two places given as fractions of the plot area."""
    area = plot_area(host)
    page.mouse.move(area["x"] + start[0] * area["w"], area["y"] + start[1] * area["h"])
    page.mouse.down()
    page.mouse.move(area["x"] + end[0] * area["w"], area["y"] + end[1] * area["h"], steps=8)
    page.mouse.up()


def click_at(page: Page, host: Locator, x: float, y: float) -> None:
    """Click the place that has these coordinates on the axes."""
    area = plot_area(host)
    at = ask(host, f"[gd._fullLayout.xaxis.d2p({x}), gd._fullLayout.yaxis.d2p({y})]")
    page.mouse.click(area["x"] + at[0], area["y"] + at[1])


def slider(page: Page, label: str) -> Locator:
    """The live slider with this label."""
    return page.get_by_role("slider", name=label)


def thumb_at(thumb: Locator, share: float) -> tuple[float, float]:
    """Where in the window the thumb is when it stands at this share of its way."""
    thumb.scroll_into_view_if_needed()
    box = thumb.bounding_box()
    assert box
    return box["x"] + 7 + share * (box["width"] - 14), box["y"] + box["height"] / 2


def watch_sentence(page: Page) -> None:
    """From now on, note in `window.sentenceGone` how often the sentence above a figure is away.

    What stands below it then moves up and down under the hand.
    """
    page.evaluate(
        """() => { window.sentenceGone = 0;
            new MutationObserver(() => {
                window.sentenceGone += !document.querySelector('.vs-answer'); })
                .observe(document.querySelector('.stMain'), { childList: true, subtree: true });
        }"""
    )


def wait_until_done(page: Page) -> None:
    """Wait until nothing runs, nothing is computed, and every picture is that of its settings."""
    page.wait_for_function(
        f"""() => {IDLE}
            && !document.querySelector('[data-testid="stProgress"], .vs-figure[aria-busy="true"]')
            && !document.querySelector('[data-testid="stSkeleton"]')""",
        timeout=LIMIT,
    )
    expect(page.get_by_test_id("stException")).to_have_count(0)
