"""The app in a real browser, timed inside the page: what `benchmarks.app` measures with."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from dashboard.language import SENSE

ROOT = Path(__file__).parents[1]
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
COLD, WARM = 20.0, 2.5  # s, limits from the launch of the server to the first picture
PATIENCE = 300_000  # ms; a ceiling, not a delay
HERTZ = 60  # moves a second of a dragging hand
QUIET = 0.12  # seconds without a picture, after which the last one was the answer
# A picture is finished two frames after Plotly says that it has drawn: then it is on the screen.
WATCH = """
window.bench = { pressed: 0, pictures: [], bar: false };
addEventListener("keydown", (e) => (bench.pressed = e.timeStamp), true);
new MutationObserver(() => requestAnimationFrame(() => requestAnimationFrame(
  () => bench.pictures.push(performance.now()),
))).observe(document, { subtree: true, attributeFilter: ["data-draws"] });
"""
WATCH_BAR = """
new MutationObserver((changes) => {
  bench.bar ||= !!document.querySelector('[data-testid="stProgress"]');
}).observe(document, { subtree: true, childList: true });
"""
SETTLED = """(n) => bench.pictures.length > n
  && document.querySelector('.stApp[data-test-script-state="notRunning"]')
  && document.querySelector('.vs-figure[aria-busy="false"]')"""
SHOWN = """() => JSON.stringify(document.querySelector(".vs-figure-plot").data.map(
  ({ x, y, z, text }) => [x, y, z, text]))"""
RANGE = "() => String(document.querySelector('.vs-figure-plot').layout.xaxis.range)"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium that VECTORSCOPE_CHROMIUM names, or is on the path, or is Playwright's own."""
    path = os.environ.get("VECTORSCOPE_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def served(cache: Path, more: Mapping[str, str] | None = None) -> Iterator[tuple[str, float]]:
    """The app started as its users start it: (address, when it was launched, in epoch seconds)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    launched = time.time()
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            "dashboard/serve.py",
            "--server.port",
            str(port),
        ],
        cwd=ROOT,
        env=os.environ | {"VECTORSCOPE_CACHE": str(cache)} | dict(more or {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while server.poll() is None and not _listens(port):
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port}", launched
    finally:
        server.terminate()
        server.wait(timeout=60)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Visit:
    """A page of the app, open in a browser that has never seen it before."""

    page: Page
    received: list[int] = field(default_factory=list)  # bytes of each websocket message

    def open(self, address: str) -> None:
        """Go there and wait until its picture is finished."""
        self.page.goto(address, wait_until="commit")
        self.settle(0)

    def settle(self, pictures: int) -> list[float]:
        """Wait for more than so many pictures and for quiet; when each was finished, in page ms."""
        while True:
            self.page.wait_for_function(SETTLED, arg=pictures, polling=30, timeout=PATIENCE)
            before = self.pictures()
            time.sleep(QUIET)
            if self.page.evaluate(SETTLED, pictures) and self.pictures() == before:
                return before

    def pictures(self) -> list[float]:
        """When each picture since the page was opened was finished, in page ms."""
        finished: list[float] = self.page.evaluate("bench.pictures")
        return finished

    def first_picture(self) -> float:
        """When the first picture was finished, in epoch seconds."""
        return float(self.page.evaluate("(performance.timeOrigin + bench.pictures[0]) / 1000"))

    def saw_bar(self) -> bool:
        """Whether a progress bar was ever shown, if the visit watches for one."""
        return bool(self.page.evaluate("bench.bar"))

    def slider(self, label: str) -> Locator:
        """The slider with this label, as `say` would show it."""
        return self.page.get_by_role("slider", name=label.partition(SENSE)[0], exact=True)

    def step(self, label: str, key: str) -> tuple[float, int]:
        """Press a key on a slider: ms until the last picture it caused, bytes that came for it."""
        known, self.received[:] = len(self.pictures()), []
        self.slider(label).focus()
        self.page.keyboard.press(key)
        pictures = self.settle(known)
        return pictures[-1] - self.page.evaluate("bench.pressed"), sum(self.received)

    def same_when_reloaded(self) -> bool:
        """Whether the page at this address, opened anew, shows the same data."""
        shown = self.page.evaluate(SHOWN)
        self.open(self.page.url)
        return bool(self.page.evaluate(SHOWN) == shown)

    def drag(self, label: str, seconds: float) -> float:
        """Drag a slider's thumb to and fro without a stop, as a mouse does: pictures a second."""
        box = self.slider(label).bounding_box()
        assert box is not None
        mouse, y = self.page.mouse, box["y"] + box["height"] / 2
        where = float(self.slider(label).input_value()) / float(
            self.slider(label).get_attribute("max") or 1
        )
        mouse.move(box["x"] + 8 + where * (box["width"] - 16), y)
        mouse.down()
        known, start = len(self.pictures()), time.perf_counter()
        while (elapsed := time.perf_counter() - start) < seconds:
            place = (where + elapsed / seconds) % 1.0
            mouse.move(box["x"] + 8 + place * (box["width"] - 16), y)
            time.sleep(1 / HERTZ)
        drawn = len(self.pictures()) - known
        mouse.up()
        self.settle(known)
        return drawn / elapsed

    def zoom(self) -> str:
        """Zoom into the picture with the mouse; the range it then has."""
        box = self.page.locator(".vs-figure .nsewdrag").first.bounding_box()
        assert box is not None
        for share, act in ((0.3, self.page.mouse.down), (0.7, self.page.mouse.up)):
            place = box["x"] + share * box["width"], box["y"] + share * box["height"]
            self.page.mouse.move(*place, steps=5)
            act()
        self.settle(len(self.pictures()) - 1)
        return self.range()

    def range(self) -> str:
        """What the horizontal axis shows."""
        return str(self.page.evaluate(RANGE))


@contextmanager
def visit(browser: Browser, *, bar: bool = False) -> Iterator[Visit]:
    """A visit with an empty browser cache; `bar`: look out for a progress bar."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH + (WATCH_BAR if bar else ""))
    seen = Visit(page)
    page.on("websocket", lambda socket: socket.on(
        "framereceived", lambda message: seen.received.append(len(message))
    ))  # fmt: skip
    yield seen
    context.close()


@dataclass(frozen=True)
class Start:
    """A start of the server: how long it took to the first picture, and what that cost."""

    seconds: float
    bar: bool  # whether a progress bar was seen
    cpu: float  # s, of the server


def start(browser: Browser, cache: Path, page: str = "", numba: Path | None = None) -> Start:
    """Launch the server, open the page, wait for its picture."""
    more = {"NUMBA_CACHE_DIR": str(numba)} if numba else {}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with visit(browser, bar=True) as seen, served(cache, more) as (address, launched):
        seen.open(f"{address}/{page}")
        took, bar = seen.first_picture() - launched, seen.saw_bar()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)  # of the server, which has ended
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Start(took, bar, cpu)
