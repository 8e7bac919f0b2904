"""Collections at full size: opened, searched, laid out, doubted, and handled in a browser.

Limits: 200 000 × 384 opened from Parquet in 5 s; 200 000 × 1 536 with at most 1.5 times the vectors
in memory; 1 000 000 × 64 opened, laid out by PCA and packed, every row a point; exact neighbours
of all rows at a third of scikit-learn's time by brute force; approximate ones with a recall of at
least .95; UMAP of 200 000 in 300 s; Doubt and contours of 50 000 × 768 in 60 s; recolouring,
filtering and selecting 300 ms at 50 000 points, 800 ms at 200 000, and 1.5 times what
regl-scatterplot, which other viewers draw with, takes in the same browser, where VECTORSCOPE_REGL
names a folder in which it was installed by npm.

    python3 -m benchmarks.items [open|memory|million|neighbours|approximate|umap|doubt|browser …]

VECTORSCOPE_ITEMS_SHARE: which part of the rows is taken, 1 by default; .01 tries everything out.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.maps import cache_in, timed, vectors

if TYPE_CHECKING:
    from benchmarks.browser import Visit

SHARE = float(os.environ.get("VECTORSCOPE_ITEMS_SHARE", "1"))
SIZES = 200_000, 200_000, 50_000, 1_000_000
LARGE, WIDE, HALF, MILLION = (max(int(n * SHARE), 300) for n in SIZES)
QUERIES = 2_000  # rows whose neighbours are timed beside scikit-learn's, against all
K = 15
CLICKS = 6  # of each kind on each map
SLICE = 20_000  # rows of a file that are made at once
GENRES = ("rock", "pop", "jazz", "folk", "blues")


def table(names: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """One row a measurement; `limit` is what must hold."""
    return [row for name in names or tuple(PARTS) for row in PARTS[name]()]


def write(path: Path, n: int, d: int) -> None:
    """A Parquet file of titles, labels, numbers, places and vectors of d numbers."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer = None
    for start in range(0, n, SLICE):
        m = min(SLICE, n - start)
        V = vectors(m, d, seed=start)
        rows = range(start, start + m)
        part = pa.table(
            {
                "title": [f"A song of {GENRES[i % 5]} and of number {i}" for i in rows],
                "genre": [GENRES[i % 5] for i in rows],
                "year": [1950 + i % 70 for i in rows],
                "x": V[:, 0],
                "y": V[:, 1],
                "emb": pa.FixedSizeListArray.from_arrays(pa.array(V.ravel()), d),
            }
        )
        writer = writer or pq.ParquetWriter(path, part.schema)
        writer.write_table(part)
    if writer is not None:
        writer.close()


def opened(path: str) -> None:
    """Open a file in this process and print what it took; the process is a fresh one."""
    from core.items import open_table

    peak, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.01):
            peak[0] = max(peak[0], anonymous())

    before = anonymous()
    threading.Thread(target=watch, daemon=True).start()
    began = time.perf_counter()
    rows = open_table(path)
    table_s = time.perf_counter() - began
    given = rows.vectors()
    wall = time.perf_counter() - began
    done.set()
    size = given.matrix.nbytes
    print(json.dumps({"table_s": table_s, "wall_s": wall, "bytes": size,
                      "times": (peak[0] - before) / size}))  # fmt: skip


def mapped(path: str) -> None:
    """Open a file, lay it out by PCA and pack its picture; print what each took, in a process of
    their own."""
    from core.items import open_table
    from core.spaces import Place, Space, place
    from dashboard.items.figures.collection import MappedRows, hollow_map
    from dashboard.items.parts.collection_cloud import parts
    from dashboard.items.parts.collection_colours import of_column
    from dashboard.ui.packing import pack, pack_part_once

    began = time.perf_counter()
    table = open_table(path)
    table.vectors()
    opened_s = time.perf_counter() - began
    placed = place(Place(Space(table.spec)))
    genre = next(column for column in table.columns if column.name == "genre")
    rows = MappedRows(placed.rows, placed.xy, None, np.ones(len(placed.rows), bool))
    colour = of_column(table, genre, placed.rows)
    size = len(pack(hollow_map(rows, colour, ("", ""), "map"), "map").json)
    kept = parts("map", rows, colour)
    size += sum(len(pack_part_once(part.make, part.name)) for part in kept)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"opened_s": opened_s, "wall_s": time.perf_counter() - began,
                      "points": len(kept[0].make()["x"]),
                      "sent_MB": size / 1e6, "peak_GB": peak / 1e9}))  # fmt: skip


def anonymous() -> int:
    """Bytes of this process's memory that are not pages of files."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon"))


def fresh(n: int, d: int, work: str = "opened") -> dict[str, Any]:
    """What opening a file of n rows of d numbers takes a process that has opened none before.

    work: the function of this module that opens it.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rows.parquet")
        write(path, n, d)
        code = f"from benchmarks.items import {work}; {work}({str(path)!r})"
        more = {"VECTORSCOPE_CACHE": str(Path(folder, "cache"))}
        run = subprocess.run(
            [sys.executable, "-c", code], env=os.environ | more, check=True, capture_output=True
        )
    result: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return result


def opening() -> list[dict[str, Any]]:
    """A Parquet file of 200 000 × 384, until its vectors are at hand."""
    took = fresh(LARGE, 384)
    name = f"{LARGE:,} × 384 opened from Parquet"
    return [{"name": name, "wall_s": round(took["wall_s"], 2),
             "columns_s": round(took["table_s"], 2), "limit_s": 5.0}]  # fmt: skip


def memory() -> list[dict[str, Any]]:
    """The memory that opening 200 000 × 1 536 takes at the peak, in times the vectors."""
    took = fresh(WIDE, 1_536)
    name = f"{WIDE:,} × 1,536: memory at the peak, times the vectors"
    return [{"name": name, "times": round(took["times"], 2), "limit_times": 1.5,
             "wall_s": round(took["wall_s"], 2)}]  # fmt: skip


def million() -> list[dict[str, Any]]:
    """1 000 000 × 64 until its picture is packed, every row a point; memory includes the file's
    pages that are mapped."""
    took = fresh(MILLION, 64, "mapped")
    name = f"{MILLION:,} × 64: opened, laid out by PCA, packed"
    return [{"name": name} | {what: round(value, 2) for what, value in took.items()}]


def neighbours() -> list[dict[str, Any]]:
    """The 15 exact neighbours of some rows among all, ours and scikit-learn's brute force."""
    from sklearn.neighbors import NearestNeighbors

    from core.vectors.search.exact import top_k_batch
    from core.vectors.search.graph import neighbours_among

    X = vectors(LARGE, 384)
    some = np.arange(min(QUERIES, LARGE))
    neighbours_among(X[:200], K)  # compiles
    name = f"{len(some):,} of {LARGE:,} × 384: {K} exact neighbours"
    ours, mine = timed(f"{name}, ours", lambda: top_k_batch(X, X[some], K, skip=some))
    search = NearestNeighbors(n_neighbors=K + 1, algorithm="brute", metric="cosine", n_jobs=-1)
    search.fit(X)
    theirs, found = timed(
        f"{name}, scikit-learn", lambda: search.kneighbors(X[some], return_distance=False)
    )
    theirs["times ours"] = round(theirs["wall_s"] / ours["wall_s"], 2)
    theirs["limit_times"] = 3.0
    theirs["agree"] = float((np.sort(found[:, 1:], 1) == np.sort(mine[0], 1)).mean())
    ours["all_rows_s"] = round(ours["wall_s"] * LARGE / len(some), 1)
    return [ours, theirs]


def approximate() -> list[dict[str, Any]]:
    """The 20 neighbours of all rows by NN-descent, and their measured recall."""
    from core.vectors.search.approximate import RECALL, approximate_neighbours

    X = vectors(LARGE, 384)
    row, near = timed(
        f"{LARGE:,} × 384: neighbours by NN-descent", lambda: approximate_neighbours(X, 20)
    )
    return [row | {"recall": round(near.recall, 4), "least": RECALL}]


def umap() -> list[dict[str, Any]]:
    """UMAP of 200 000 rows whose neighbours are known, and with finding them."""
    from core.layouts import layout as laid_out
    from core.maps.drawing import pca
    from core.vectors.search.approximate import approximate_neighbours

    X = vectors(LARGE, 64)
    search, near = timed(
        f"{LARGE:,} × 64: neighbours by NN-descent", lambda: approximate_neighbours(X, 20)
    )
    apart = np.maximum(1 - near.cosines[:, :14], 0)
    rows = np.ascontiguousarray(near.rows[:, :14])
    row, _ = timed(
        f"{LARGE:,}: UMAP layout (ours)", lambda: laid_out(rows, apart, pca(X)[0], 0.1, 0)
    )
    wall = round(search["wall_s"] + row["wall_s"], 1)
    return [search, row, {"name": f"{LARGE:,}: UMAP in all", "wall_s": wall, "limit_s": 300.0}]


def doubt() -> list[dict[str, Any]]:
    """Doubt of 50 000 × 768, and the contours of their map."""
    from core.items import open_table
    from core.maps.density import regions
    from core.spaces import Place, Space, place
    from core.spaces.doubts import Alike, Labelled, find_alike, judge_labels

    with tempfile.TemporaryDirectory() as folder, cache_in(str(Path(folder, "cache"))):
        path = Path(folder, "rows.parquet")
        write(path, HALF, 768)
        rows = open_table(path)
        rows.vectors()
        space = Space(rows.spec)
        where = Place(space)
        labels, _ = timed(
            f"{HALF:,} × 768: labels", lambda: judge_labels(Labelled(where, label_column="genre"))
        )
        alike, _ = timed(f"{HALF:,} × 768: duplicates", lambda: find_alike(Alike(space)))
        xy = place(where).xy
        contours, _ = timed(f"{HALF:,}: contours", lambda: regions(xy))
    wall = round(sum(row["wall_s"] for row in (labels, alike, contours)), 1)
    whole = {"name": f"{HALF:,} × 768: Doubt and contours", "wall_s": wall, "limit_s": 60.0}
    return [labels, alike, contours, whole]


def browser() -> list[dict[str, Any]]:
    """Recolouring, filtering and choosing among 50 000 and 200 000 points, in Chromium."""
    from urllib.parse import urlencode

    from benchmarks import regl
    from benchmarks.browser import chromium, served, visit
    from core.items import open_table
    from core.spaces import Kept, Place, Space, judge
    from core.spaces.places import settled_place

    rows = []
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder, "cache")
        queries = {}
        with cache_in(str(cache)):
            for n, limit in ((HALF, 0.3), (LARGE, 0.8)):
                path = Path(folder, f"rows{n}.parquet")
                write(path, n, 16)
                spec = open_table(path).spec
                where = settled_place(Place(Space(spec), "given"))
                judge(Kept(where))
                view = {"layout": "given", "row_colour": "column:genre", "region_names": "no"}
                queries[n] = urlencode(spec.to_query() | view), limit
        with served(cache) as (address, _), chromium() as program:
            for n, (query, limit) in queries.items():
                with visit(program) as seen:
                    seen.open(f"{address}/collection?{query}")
                    ours = hand(seen, n, limit)
                if regl.modules() is not None:
                    compare(ours, regl.rival(program, vectors(n, 2), np.arange(n) % 5))
                rows += ours
    return rows


def compare(ours: list[dict[str, Any]], theirs: dict[str, list[float]]) -> None:
    """Put regl-scatterplot's time beside ours of the same act."""
    for row, times in zip(ours, theirs.values(), strict=True):
        row["regl_s"] = round(float(np.median(times[1:])) / 1e3, 3)
        row["times"] = round(row["wall_s"] / max(row["regl_s"], 1e-3), 1)
        row["limit_times"] = 1.5


def hand(seen: Visit, n: int, limit: float) -> list[dict[str, Any]]:
    """What a hand does on the map that is open, from the click to the picture."""
    page = seen.page
    page.evaluate("addEventListener('pointerdown', (e) => (bench.pressed = e.timeStamp), true)")
    spent: dict[str, list[float]] = {"recoloured": [], "filtered": [], "a row chosen": []}

    def time_click(what: str, click: Callable[[], Any]) -> None:
        known = len(seen.pictures())
        click()
        spent[what].append(seen.settle(known)[-1] - page.evaluate("bench.pressed"))

    time.sleep(1.0)
    colours = ("year", "genre", "Hubness")
    for i in range(1 + CLICKS):
        page.get_by_role("combobox", name="Colour").click()
        option = page.get_by_role("option", name=colours[i % len(colours)])
        option.wait_for()
        time_click("recoloured", option.click)
    for i in range(1 + CLICKS // 2):
        field = page.get_by_role("textbox", name="Find rows")
        field.fill(f"number {i + 1}")
        time_click("filtered", partial(field.press, "Enter"))
        time_click("filtered", page.locator("[class*=st-key-chip] button").first.click)
    box = page.locator(".st-key-collection .nsewdrag").first.bounding_box()
    assert box is not None
    x, y, wide, tall = (box[side] for side in ("x", "y", "width", "height"))
    for share in np.linspace(0.44, 0.56, 1 + CLICKS):
        place = x + share * wide, y + share * tall
        time_click("a row chosen", partial(page.mouse.click, *place))
    return [
        {"name": f"map of {n:,} rows in Chromium, {what}",
         "wall_s": round(float(np.median(times[1:])) / 1e3, 3),
         "p95_s": round(float(np.percentile(times[1:], 95)) / 1e3, 3), "limit_s": limit}
        for what, times in spent.items()
    ]  # fmt: skip


PARTS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "open": opening, "memory": memory, "million": million, "neighbours": neighbours,
    "approximate": approximate, "umap": umap, "doubt": doubt, "browser": browser,
}  # fmt: skip


if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        for line in PARTS[part]():  # each as it is known: all take an hour
            print(line, flush=True)
