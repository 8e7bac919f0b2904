"""The whole product, a row a page: server, browser, bytes, memory, and a room of users at once.

`cold s` and `warm s`: from the launch of the server to the first picture, with nothing and with
everything computed before. Each page is opened by a link and its main slider moved with the
keyboard; a page without a slider is opened only. `server`: ms from the report of the slider until a
user without a browser, alone on a server of his own, has the whole answer, at positions that nobody
has been at, at most 30; `late`: how often that answer was a progress bar. Neither where a button or
a tab leads to the slider, for these take a hand. In the browser, whose drawing takes the same
cores, on the page's clock: `answer`, from the report of the slider until the page has looked at the
last message, and `click`, from the key press to two frames after the last picture; 30 steps to and
fro between two known positions. `fresh`: `answer` at new positions, as far as the slider goes.
`bytes`: what the websocket brought for a step. `visit`: kB that it brought to somebody who opens
the page for the first time, all computed. `growth`: MB by which the server's memory rose over the
last half of 200 more steps; the first half may fill caches. `crowd 20`, `crowd 50`: so many users
open the page at once, over the websocket alone (their browsers would take the cores): ms until its
script has run; `moved 10`: ten of them move the slider at once. `server MB`: its memory after that.
`load`: the machine's; above its number of cores other work was waiting too. What goes beyond the
limits of the first row is named in the last column.
BENCH_PAGES=heatmap,map measures those alone.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from playwright.sync_api import Browser, Locator, TimeoutError

from benchmarks.browser import COLD, PATIENCE, Visit, chromium, served, start, visit
from benchmarks.crowd import Crowd, alone, gather
from dashboard import navigation
from dashboard.navigation import PAGES
from dashboard.page_row import Page, Slider

LIMITS = {
    "warm s": 2.5, "server p95": 100.0, "click p95": 400.0, "visit": 400.0,
    "late": 0, "growth": 10.0, "crowd 20": 1000.0, "crowd 20 p95": 2000.0, "crowd 50": 3000.0,
    "moved 10": 500.0, "errors": 0,
}  # fmt: skip
STEPS, INTERACTIONS = 30, 200
T = TypeVar("T")
WIRE = """
const Plain = WebSocket;
bench.sent = []; bench.heard = 0;
window.WebSocket = class extends Plain {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", () => (bench.heard = performance.now()));
  }
  send(data) { bench.sent.push(performance.now()); super.send(data); }
};
"""
STILL = """() => document.querySelector('.stApp[data-test-script-state="notRunning"]')
  && document.querySelector("h1") && !document.querySelector(
    '[data-testid="stProgress"], [data-testid="stSkeleton"], .vs-figure[aria-busy="true"]')"""
SPENT = "() => bench.heard - bench.sent.find((t) => t >= bench.pressed)"


STARTS = {"start": 3, "heatmap": 3}  # warm starts of the server that are timed


def table() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [{"page": "limit", "cold s": COLD} | LIMITS]
    wanted = [page for page in os.environ.get("BENCH_PAGES", "").split(",") if page]
    pages = [page for page in PAGES.values() if not wanted or page.file in wanted]
    with tempfile.TemporaryDirectory() as where, chromium() as browser:
        folder, starts = Path(where), {}
        start(browser, folder / "unmeasured")  # puts files into the page cache
        for name in [page.file for page in pages if page.file in STARTS]:
            starts[name] = _starts(browser, folder, name)
        with served(folder / "steps") as (address, _):
            for page in pages:
                row: dict[str, Any] = {"page": page.file} | starts.get(page.file, {})
                row |= _row(browser, folder, address, page)
                failed = [what for what, limit in LIMITS.items() if row.get(what, 0) > limit]
                verdict = row.pop("ok", f"no: {', '.join(failed)}" if failed else "yes")
                rows.append(row | {"load": round(os.getloadavg()[0], 1), "ok": verdict})
                print(f"  {rows[-1]}", file=sys.stderr, flush=True)
    return rows


def _starts(browser: Browser, folder: Path, page: str) -> dict[str, float]:
    """Seconds from the launch of the server to the first picture: nothing cached, and warm."""
    where = navigation.address(page)
    cold = start(browser, folder / page, where).seconds
    warm = [start(browser, folder / page, where).seconds for _ in range(STARTS[page])]
    return {"cold s": round(cold, 1), "warm s": round(float(np.median(warm)), 2)}


def _row(browser: Browser, folder: Path, address: str, page: Page) -> dict[str, Any]:
    slider = page.slider or Slider("")
    where = f"{address}/{navigation.address(page.file)}?{slider.query}"
    row: dict[str, Any] = {"slider": slider.label or "none"}
    with visit(browser) as seen:
        seen.page.add_init_script(WIRE)
        try:
            _opened(seen, where, slider)
            if slider.label and not (slider.button or slider.tab):
                row |= _alone(folder, page)
            if slider.label:
                row |= _steps(seen, address, slider.label)
        except Exception as error:  # a page that does not answer is a row too
            return row | {"ok": f"no: {str(error).splitlines()[0][:80]}"}
    few, many = (_beside(gather(address, page, users)) for users in (20, 50))
    return row | _crowds(few, many, _memory(address))


def _beside(coroutine: Coroutine[Any, Any, T]) -> T:
    """What it returns, in another thread: this one has a loop already, Playwright's."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, coroutine).result()


def _alone(folder: Path, page: Page) -> dict[str, float]:
    """The latencies of a server that knows nothing but what the page shows at first."""
    with served(folder / f"alone-{page.file}") as (address, _):
        user = _beside(alone(address, page, STEPS))
    if user.errors:
        raise RuntimeError(f"{user.errors} errors as one user moved the slider")
    return _figures("server", tuple(user.moved)) | {"late": sum(user.late)} if user.moved else {}


def _crowds(few: Crowd, many: Crowd, memory: float) -> dict[str, Any]:
    """What two crowds saw; `memory`: MB of the server once they have left."""
    middle, high = np.percentile(few.opened, [50, 95])
    moved = {"moved 10": round(float(np.median(few.moved)))} if few.moved else {}
    return {
        "visit": round(float(np.median(few.sizes)) / 1000),
        "crowd 20": round(float(middle)), "crowd 20 p95": round(float(high)),
        "crowd 50": round(float(np.median(many.opened))), **moved,
        "errors": few.errors + many.errors, "server MB": round(memory),
    }  # fmt: skip


def _opened(seen: Visit, where: str, slider: Slider) -> None:
    """Wait until the page has computed all that it computes by itself."""
    seen.page.goto(where, wait_until="commit")
    seen.page.wait_for_function(STILL, polling=100, timeout=PATIENCE)
    button = seen.page.get_by_test_id("stMain").get_by_role(
        "button", name=slider.button
    )  # “Train A and B”, or what is left
    if slider.button and button.count():
        button.first.click()
        seen.page.get_by_role("tab").first.wait_for(timeout=PATIENCE)
        seen.page.wait_for_function(STILL, polling=100, timeout=PATIENCE)
    if slider.tab:
        seen.page.get_by_role("tab", name=slider.tab, exact=True).click()
        seen.slider(slider.label).wait_for(timeout=PATIENCE)
        seen.page.wait_for_function(STILL, polling=100, timeout=PATIENCE)


def _steps(seen: Visit, address: str, label: str) -> dict[str, Any]:
    """Latencies of steps to and fro, their bytes, and the growth over many more."""
    keys, thumb = ("ArrowRight", "ArrowLeft"), seen.slider(label)
    if thumb.evaluate("({ value, max }) => Number(value) >= Number(max)"):
        keys = keys[::-1]  # at its end it cannot be moved on, and no picture would come
    fresh = [_step(seen, thumb, keys[0])[0] for _ in range(_room(thumb, keys[0]))]
    for key in keys[::-1] * 2:  # from wherever that ended there is a step back
        _step(seen, thumb, key)
    keys = keys[::-1]
    steps = [_step(seen, thumb, keys[i % 2]) for i in range(STEPS)]
    answer, click, sizes = zip(*steps, strict=True)
    half = 0.0
    for i in range(INTERACTIONS):
        if i == INTERACTIONS // 2:
            half = _memory(address)
        _step(seen, thumb, keys[i % 2], quick=True)
    grown = round(_memory(address) - half, 1)
    middle = round(float(np.median(sizes)))
    return (
        (_figures("fresh", tuple(fresh)) if fresh else {})
        | _figures("answer", answer)
        | _figures("click", click)
        | {"bytes": middle, "growth": grown}
    )


def _room(thumb: Locator, key: str) -> int:
    """Steps that the thumb can still go this way, at most as many as are measured."""
    ahead = "value, max" if key == "ArrowRight" else "min: value, value: max"
    return min(STEPS, int(thumb.evaluate(f"({{ {ahead} }}) => Number(max) - Number(value)")))


def _figures(name: str, values: tuple[float, ...]) -> dict[str, float]:
    middle, high = np.percentile(values, [50, 95])
    return {name: round(float(middle)), f"{name} p95": round(float(high))}


def _step(seen: Visit, thumb: Locator, key: str, quick: bool = False) -> tuple[float, float, int]:
    """(ms until the answer, ms until the picture, bytes) of a key press on the slider."""
    known, seen.received[:] = len(seen.pictures()), []
    thumb.focus()
    seen.page.keyboard.press(key)
    if quick:  # the next step need not wait for quiet; one that undid the last draws nothing
        with suppress(TimeoutError):
            seen.page.wait_for_function(
                "(n) => bench.pictures.length > n", arg=known, polling=20, timeout=1000
            )
        return 0.0, 0.0, 0
    pictures = seen.settle(known)
    clicked = pictures[-1] - seen.page.evaluate("bench.pressed")
    return seen.page.evaluate(SPENT), clicked, sum(seen.received)


def _memory(address: str) -> float:
    """MB that the server at this address holds."""
    port = address.rpartition(":")[2]
    said = subprocess.run(["ps", "-eo", "rss,args"], capture_output=True, text=True, check=True)
    lines = [line for line in said.stdout.splitlines() if f"--server.port {port}" in line]
    return sum(int(line.split()[0]) for line in lines) / 1024
