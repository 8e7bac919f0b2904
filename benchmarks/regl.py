"""regl-scatterplot, with which other viewers draw, in the browser that ours is timed in.

It draws points that are in the page already, without a server: its times are of drawing alone.
VECTORSCOPE_REGL names a folder in which `npm install regl-scatterplot` was run.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Route

SITE = "http://regl.invalid/"  # answered from the folder
MODULE = "regl-scatterplot/dist/regl-scatterplot.esm.js"
PAGE = """<canvas style="width: 900px; height: 620px"></canvas>
<script src="/regl/dist/regl.js"></script>
<script type="importmap">{"imports": {
  "regl": "data:text/javascript,export default window.createREGL",
  "pub-sub-es": "/pub-sub-es/dist/index.js"
}}</script>"""
SET_UP = """async ([x, y, kind]) => {
  const canvas = document.querySelector("canvas");
  const { default: make } = await import("/regl-scatterplot/dist/regl-scatterplot.esm.js");
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const drawn = () => frame().then(frame);
  const timed = async (work) => {
    const began = performance.now();
    await work();
    await drawn();
    return performance.now() - began;
  };
  const plot = make({ canvas, width: 900, height: 620, pointSize: 3 });
  const shades = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00"];
  plot.set({ colorBy: "valueA", pointColor: shades });
  const points = (turn) => ({ x, y, z: kind.map((k) => (k + turn) % 5) });
  await plot.draw(points(0));
  await drawn();
  const times = { recoloured: [], filtered: [], "a row chosen": [] };
  for (let i = 1; i <= 7; i++) {
    times.recoloured.push(await timed(() => plot.draw(points(i))));
    const some = kind.flatMap((k, row) => (k === i % 5 ? [row] : []));
    times.filtered.push(await timed(() => plot.filter(some)));
    times.filtered.push(await timed(() => plot.unfilter()));
    times["a row chosen"].push(await timed(() => plot.select([i * 10])));
  }
  return times;
}"""


def modules() -> Path | None:
    """The folder of its modules, if there is one."""
    folder = Path(os.environ.get("VECTORSCOPE_REGL", "/none"), "node_modules")
    return folder if (folder / MODULE).is_file() else None


def rival(program: Browser, xy: np.ndarray, kind: np.ndarray) -> dict[str, list[float]]:
    """ms of each repetition of recolouring, filtering and choosing among places (n, 2)."""
    folder = modules()
    assert folder is not None
    context = program.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if path:
            route.fulfill(path=folder / path, content_type="text/javascript")
        else:
            route.fulfill(body=PAGE, content_type="text/html")

    page.route(f"{SITE}**", answer)
    page.goto(SITE)
    scaled = 2 * (xy - xy.min(axis=0)) / np.ptp(xy, axis=0) - 1
    x, y = (scaled[:, c].round(4).tolist() for c in (0, 1))
    times: dict[str, list[Any]] = page.evaluate(SET_UP, [x, y, kind.tolist()])
    context.close()
    return times
