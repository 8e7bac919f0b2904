"""The whole product, a row a page: server, browser, bytes, memory, and twenty users at once.

Each page is opened by a link and its main slider moved to and fro with the keyboard; both
positions are known by then, as they are to whoever plays with a slider. `server`: from the
report of the slider to the last message that answers it; `click`: from the key press to two
frames after the last picture; both on the page's clock, in ms, of 30 steps. `bytes`: what the
websocket brought for a step. `growth`: MB by which the server's memory rose over the last half
of 200 more steps; the first half may fill caches. `crowd`: twenty users open the page at once,
over the websocket alone (their browsers would take the cores): the median until its script has
run, in ms. `load`: the machine's; above its number of cores other work was waiting too.
BENCH_PAGES=heatmap,map measures those alone.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Locator

from benchmarks.browser import Visit, chromium, served, visit

SERVER, CLICK, GROWTH = 100.0, 400.0, 10.0  # limits: ms, ms, MB
STEPS, INTERACTIONS, USERS = 30, 200, 20
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
SPENT = "() => bench.heard - bench.sent.find((t) => t >= bench.pressed)"


@dataclass(frozen=True)
class Main:
    """A page and its main slider, by its label; the first one of the page where that is ""."""

    page: str
    label: str = ""
    query: str = ""


PAGES = (
    Main("path", "Window L (tokens)"),
    Main("heatmap", "Window L (tokens)"),
    Main("neighbours", "Dimension d"),
    Main("map"),
    Main("corpus", "Minimum count"),
    Main("explain", "‖a‖, in mean norms"),
    Main("compare", "Neighbours k"),
    Main("lowrank", "Rank r"),
    Main("similar"),
    Main("latent_samples", "Temperature τ", "train_now=yes&vae_epochs=3"),
)


def table() -> list[dict]:
    rows = []
    wanted = [page for page in os.environ.get("BENCH_PAGES", "").split(",") if page]
    with (
        tempfile.TemporaryDirectory() as name,
        chromium() as browser,
        served(Path(name)) as (address, _),
    ):
        for main in PAGES:
            if not wanted or main.page in wanted:
                rows.append(_row(browser, address, main))
                print(f"  {rows[-1]}", file=sys.stderr, flush=True)
    return rows


def _row(browser: Browser, address: str, main: Main) -> dict:
    where = f"{address}/{'' if main.page == 'path' else main.page}?{main.query}"
    row: dict = {"page": main.page}
    with visit(browser) as seen:
        seen.page.add_init_script(WIRE)
        try:
            seen.open(where)
            thumb = _slider(seen, main)
            row["slider"] = main.label or thumb.get_attribute("aria-label")
            keys = ("ArrowRight", "ArrowLeft")
            for key in keys * 2:
                _step(seen, thumb, key)
            steps = [_step(seen, thumb, keys[i % 2]) for i in range(STEPS)]
        except Exception as error:  # a page that does not answer is a row too
            return row | {"ok": f"no: {str(error).splitlines()[0][:80]}"}
        server, click, sizes = zip(*steps, strict=True)
        row |= _figures("server", server) | _figures("click", click)
        row["bytes"] = round(float(np.median(sizes)))
        half = 0.0
        for i in range(INTERACTIONS):
            if i == INTERACTIONS // 2:
                half = _memory(address)
            _step(seen, thumb, keys[i % 2], quick=True)
        row["growth"] = round(_memory(address) - half, 1)
    with ThreadPoolExecutor(1) as aside:  # this thread has a loop already, Playwright's
        times, errors = aside.submit(asyncio.run, _crowd(address, main)).result()
    row |= {"crowd": round(float(np.median(times))) if times else "", "errors": errors}
    good = (row["server p95"] <= SERVER, row["click p95"] <= CLICK, row["growth"] <= GROWTH)
    told = ("server", "click", "growth")
    failed = [name for name, fine in zip(told, good, strict=True) if not fine]
    row["ok"] = (
        "no: " + ", ".join(failed + ["errors"] * bool(errors)) if failed or errors else "yes"
    )
    return row | {"load": round(os.getloadavg()[0], 1)}


def _figures(name: str, values: tuple[float, ...]) -> dict[str, float]:
    middle, high = np.percentile(values, [50, 95])
    return {name: round(float(middle)), f"{name} p95": round(float(high))}


def _slider(seen: Visit, main: Main) -> Locator:
    return seen.slider(main.label) if main.label else seen.page.get_by_role("slider").first


def _step(seen: Visit, thumb: Locator, key: str, quick: bool = False) -> tuple[float, float, int]:
    """(ms of the server, ms until the picture, bytes) of a key press on the slider."""
    known, seen.received[:] = len(seen.pictures()), []
    thumb.focus()
    seen.page.keyboard.press(key)
    if quick:  # the next step need not wait for quiet
        seen.page.wait_for_function("(n) => bench.pictures.length > n", arg=known, polling=20)
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


async def _crowd(address: str, main: Main) -> tuple[list[float], int]:
    """Milliseconds until the page's script has run, for users who come at once; and errors."""
    found = await asyncio.gather(*(_user(address, main) for _ in range(USERS)))
    return [took for took, _ in found], sum(errors for _, errors in found)


async def _user(address: str, main: Main) -> tuple[float, int]:
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from tornado.httpclient import HTTPRequest
    from tornado.websocket import websocket_connect

    request = HTTPRequest(
        address.replace("http", "ws", 1) + "/_stcore/stream",
        headers={"Sec-WebSocket-Protocol": "streamlit"},
    )
    link = await websocket_connect(request, max_message_size=1 << 28)
    start, errors = time.perf_counter(), 0
    state = BackMsg()
    state.rerun_script.query_string = main.query
    state.rerun_script.page_name = "" if main.page == "path" else main.page
    await link.write_message(state.SerializeToString(), binary=True)
    while True:
        data = await asyncio.wait_for(link.read_message(), 120)
        if not isinstance(data, bytes):
            return 1000 * (time.perf_counter() - start), errors + 1  # the server hung up
        told = ForwardMsg.FromString(data)
        errors += told.delta.new_element.WhichOneof("type") == "exception"
        if told.WhichOneof("type") == "script_finished":
            link.close()
            return 1000 * (time.perf_counter() - start), errors
