"""How soon the app answers: at its start, and at each step of a slider.

Browser figures run from the key press, by its own time stamp, to two frames
after the last picture it caused, all on the page's clock; the bytes are those
of the websocket. Script figures are reruns of the same page for the same
changes in `streamlit.testing`. CPU is the server's, over all its threads. A
step is "new" where the text is counted, or the matrix factorised, for the first
time. `load` is the machine's load average when the row was done: above the
number of cores, other work was waiting too, and only `least` and CPU say much.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser

from benchmarks.browser import COLD, ROOT, WARM, Visit, chromium, served, start, visit

PICTURE, SCRIPT = 400.0, 100.0  # limits: ms
UP, DOWN = "ArrowRight", "ArrowLeft"


@dataclass(frozen=True)
class Walk:
    """Steps along one slider: from the settings `start`, the keys in turn."""

    what: str
    page: str
    name: str
    label: str
    start: tuple[tuple[str, str], ...]
    keys: tuple[str, ...]

    @property
    def query(self) -> str:
        """The address the walk starts from."""
        return f"/{self.page}?" + "&".join(f"{name}={value}" for name, value in self.start)


def _walks() -> list[Walk]:
    """The main sliders. A walk that follows its own trail back meets known settings."""
    heat = "heatmap"
    window, count = (heat, "window", "Window L (tokens)"), (heat, "min_count", "Minimum count")
    shift, near = ("shift", "Shift k"), "neighbours"
    flat = (("window", "1"), ("weighting", "flat"))
    return [
        Walk("window, new counts", *window, (("window", "1"),), (UP,) * 19),
        Walk("window, new counts", *window, flat, (UP,) * 19),
        Walk("window, known counts", *window, (), (UP,) * 15 + (DOWN,) * 15),
        Walk("shift", heat, *shift, (), (UP,) * 32),
        Walk("smoothing", heat, "smoothing", "Context smoothing α", (), (DOWN,) * 32),
        Walk("min_count, new counts", *count, (), (UP,) * 30),
        Walk("min_count, known counts", *count, (("min_count", "45"),), (DOWN,) * 30),
        Walk("dim", near, "dim", "Dimension d", (), (DOWN,) * 12 + (UP,) * 12 + (DOWN,) * 8),
        Walk("k", near, "k", "How many", (), (UP,) * 30),
        Walk("shift, new SVD", near, *shift, (), (UP,) * 30),
        Walk("shift, known SVD", near, *shift, (("shift", "4.5"),), (DOWN,) * 30),
    ]  # fmt: skip


def table() -> list[dict[str, Any]]:
    rows = []
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        rows += _starts(browser, folder)
        with served(folder / "steps") as (address, _), visit(browser) as seen:
            rows += _steps(seen, address)
            rows += _drags(seen, address)
    with tempfile.TemporaryDirectory() as name:
        said = subprocess.run(
            [sys.executable, "-m", "benchmarks.app", name],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True,
        ).stdout  # fmt: skip
        rows += json.loads(said)
    return rows


def _row(
    what: str, limit: float, unit: str, figures: Sequence[float], **more: object
) -> dict[str, Any]:
    middle, high = np.percentile(figures, [50, 95])
    return {
        "what": what,
        "limit": f"{limit:g} {unit}",
        "least": float(min(figures)),
        "median": float(middle),
        "p95": float(high),
        "n": len(figures),
        "ok": "yes" if high <= limit else "median only" if middle <= limit else "no",
        "load": round(os.getloadavg()[0], 1),
        **more,
    }


def _say(row: dict[str, Any]) -> None:
    """Each row as soon as it is there: all of them together take minutes."""
    print(f"  {row['what']}: {row['median']:.4g}", file=sys.stderr, flush=True)


def _starts(browser: Browser, folder: Path) -> list[dict[str, Any]]:
    """Seconds from the launch of the server to the first picture on the screen."""

    start(
        browser, folder / "unmeasured"
    )  # puts plotly.js into its place, and files into the page cache
    rows = []
    warm, path, heat = folder / "unmeasured", "start, signal path", "start, heatmap"
    for what, limit, n, make in (
        (f"{heat}, counts cached", WARM, 5, lambda i: (warm, "heatmap")),
        (f"{path}, all cached", WARM, 5, lambda i: (warm,)),
        (f"{heat}, nothing cached", COLD, 2, lambda i: (folder / f"cold{i}", "heatmap")),
        (f"{path}, nothing cached", COLD, 2, lambda i: (folder / f"cool{i}",)),
        ("… and nothing compiled", COLD, 1, lambda i: (folder / f"bare{i}", "", folder / "numba")),
    ):
        starts = [start(browser, *make(i)) for i in range(n)]
        seconds, cpu = [s.seconds for s in starts], float(np.median([s.cpu for s in starts]))
        bar = "bar seen" if all(s.bar for s in starts) else "no bar"
        rows.append(_row(what, limit, "s", seconds, CPU=cpu, note=bar))
        _say(rows[-1])
    return rows


def _steps(seen: Visit, address: str) -> list[dict[str, Any]]:
    """Milliseconds from a key press to the finished picture."""
    rows: dict[str, dict[str, Any]] = {}
    steps: dict[str, list[tuple[float, int]]] = {}
    for walk in _walks():
        what = f"{walk.page}: {walk.what}"
        seen.open(address + walk.query)
        if "new" not in walk.what:
            for key in (walk.keys[0], UP if walk.keys[0] == DOWN else DOWN):
                seen.step(walk.label, key)  # warm up: there and back
        steps.setdefault(what, []).extend(seen.step(walk.label, key) for key in walk.keys)
        times, sizes = zip(*steps[what], strict=True)
        rows[what] = _row(what, PICTURE, "ms", times, bytes=round(float(np.median(sizes))))
        if not seen.same_when_reloaded():
            rows[what]["note"] = "WRONG DATA"
        _say(rows[what])
    return list(rows.values())


def _drags(seen: Visit, address: str) -> list[dict[str, Any]]:
    """Pictures a second while a thumb is dragged, and what becomes of a zoom."""
    window = "Window L (tokens)"
    rows = []
    for what, query in (
        ("new", "/heatmap?weighting=linear"),
        ("known", "/heatmap?weighting=linear"),
    ):
        seen.open(address + query)
        rate = seen.drag(window, 2.0)
        rows.append({"what": f"drag of window for 2 s, {what} counts", "limit": "pictures/s"}
                    | {"median": rate, "n": 1, "load": round(os.getloadavg()[0], 1)})  # fmt: skip
    zoomed = seen.zoom()
    seen.step(window, UP)
    kept = seen.range() == zoomed
    return [*rows, {"what": "zoom survives a step", "ok": "yes" if kept else "no"}]


def _script(cache: str) -> list[dict[str, Any]]:
    """Milliseconds of a rerun of the script for each step of the same walks."""
    os.environ["VECTORSCOPE_CACHE"] = cache
    from streamlit.testing.v1 import AppTest

    from core.counts.measures import Association
    from core.specs import limits
    from core.vectors.specs import PpmiSvd, Query
    from dashboard.ui.live_slider import log_stops, stops

    def along(name: str) -> list[float]:
        kind = Query if name == "k" else PpmiSvd if name == "dim" else Association
        low, high = limits(kind, name)["low"], limits(kind, name)["high"]
        if name in ("window", "k"):
            return stops(low, 50 if name == "k" else high, 1)
        if name == "smoothing":
            return stops(low, high, 0.01)
        values = log_stops(
            low,
            {"min_count": 200, "dim": 300}.get(name, high),
            type(low)(1) if name != "shift" else 0.1,
        )
        return sorted({*values, kind().leaf(name)})

    from dashboard.navigation import SCRIPTS

    rows: dict[str, dict[str, Any]] = {}
    times: dict[str, list[tuple[float, float]]] = {}
    for walk in _walks():
        at = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=120)
        at.switch_page(SCRIPTS[walk.page]).run()

        def step(name: str, value: object, at: AppTest = at) -> tuple[float, float]:
            at.session_state[f"setting:{name}"] = value
            wall, cpu = time.perf_counter(), time.process_time()
            at.run()
            took = 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)
            while at.get("progress"):
                time.sleep(0.05)
                at.run()
            return took

        values = along(walk.name)
        for name, value in walk.start:
            step(name, value if name == "weighting" else type(values[0])(value))
        place = values.index(at.session_state[f"setting:{walk.name}"])
        what = f"script, {walk.page}: {walk.what}"
        for key in walk.keys:
            place += 1 if key == UP else -1
            times.setdefault(what, []).append(step(walk.name, values[place]))
        assert not at.exception, at.exception
        wall, cpu = zip(*times[what], strict=True)
        rows[what] = _row(what, SCRIPT, "ms", wall, CPU=float(np.median(cpu)))
    return list(rows.values())


if __name__ == "__main__":
    print(json.dumps(_script(sys.argv[1])))
