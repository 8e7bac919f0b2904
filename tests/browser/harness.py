"""What browser tests wait for and look at: `from harness import …`."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

SCREENSHOTS = Path(__file__).parents[2] / "test-output" / "screenshots"
LIMIT = 60_000  # ms; a ceiling, not a delay


def wait_until_idle(page: Page) -> None:
    """Wait until the script has run and nothing is left to run."""
    app = page.locator('.stApp[data-test-script-state="notRunning"]')
    expect(app).to_be_attached(timeout=LIMIT)


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


def no_sideways_scroll(page: Page) -> None:
    """Nothing sticks out to the right of the window."""
    wide = page.evaluate(
        """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
            .filter(Boolean).map((e) => e.scrollWidth - e.clientWidth)"""
    )
    assert max(wide) <= 0, f"{max(wide)} px too wide at {page.viewport_size}"


def screenshot(page: Page, name: str) -> Path:
    """Save what is visible to test-output/screenshots/<name>.png."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    return path
