"""Maps and comparisons at full size: 50 000 words laid out, judged, compared, recoloured.

Limits: UMAP of 50 000 words 60 s, the first of a session 15 s with nothing compiled yet;
recolouring or choosing a word among 50 000 400 ms from click to picture; the ten nearest of
one word among 400 000 × 300 100 ms. umap-learn lays the same neighbours out beside ours.

    python3 -m benchmarks.maps [layout|first|library|pair|nearest|browser …]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from benchmarks.browser import Visit

N, DIM = 50_000, 100
SIZES = (50_000, 20_000, 5_000)  # of the maps that are clicked on
FIRST = """
from core.maps import Cloud, Map, place
from core.vectors import PpmiSvd
place(Map(Cloud(PpmiSvd(dim=50), map_words=5000), "umap"))
"""


def table(names: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """One row a measurement; `limit` is what must hold."""
    return [row for name in names or tuple(PARTS) for row in PARTS[name]()]


def vectors(n: int = N, d: int = DIM, seed: int = 0) -> np.ndarray:
    """Unit vectors in a thousand loose clusters, as words have topics."""
    rng = np.random.default_rng(seed)
    V = rng.standard_normal((1000, d), dtype=np.float32)[rng.integers(1000, size=n)]
    V += 1.5 * rng.standard_normal((n, d), dtype=np.float32)
    return np.asarray(V / np.linalg.norm(V, axis=1)[:, None], np.float32)


def timed(name: str, work: Callable[[], Any], limit: float = 0.0) -> tuple[dict[str, Any], Any]:
    """A row of processor and wall seconds, and what was made."""
    cpu, wall = time.process_time(), time.perf_counter()
    made = work()
    row = {
        "name": name,
        "cpu_s": round(time.process_time() - cpu, 3),
        "wall_s": round(time.perf_counter() - wall, 3),
    }
    return (row | {"limit_s": limit} if limit else row), made


def layout() -> list[dict[str, Any]]:
    """Neighbours, layout and trust of 50 000 words, each for itself."""
    from core.maps import trust, umap
    from core.maps.projection import pca
    from core.vectors.graph import neighbours_among, overlap

    X = vectors()
    near_row, near = timed(
        "50,000 × 100: exact neighbours, k = 20", lambda: neighbours_among(X, 20)
    )
    apart = np.maximum(1 - near.cosines[:, :14], 0)
    rows = np.ascontiguousarray(near.rows[:, :14])
    umap_row, xy = timed(
        "50,000: UMAP layout, 200 epochs (ours)",
        lambda: umap.layout(rows, apart, pca(X)[0], 0.1, 0),
    )
    true = np.ascontiguousarray(near.rows[:, :10])
    drawn = trust.nearest_on_map(xy, 10)
    umap_row["kept"] = round(float(overlap(true, drawn).mean()), 4)
    trust_row, _ = timed("50,000: trust of every word", lambda: trust.own_terms(X, xy, true, drawn))
    whole = {"name": "50,000: UMAP map in all", "limit_s": 60.0}
    parts = (near_row, umap_row, trust_row)
    for unit in ("cpu_s", "wall_s"):
        whole[unit] = round(sum(row[unit] for row in parts), 2)
    return [*parts, whole]


def library() -> list[dict[str, Any]]:
    """The same layout by umap-learn, of neighbours found beforehand."""
    from core.maps import trust
    from core.maps.projection import pca
    from core.vectors.graph import neighbours_among, overlap

    X = vectors()
    near = neighbours_among(X, 20)
    own = np.arange(N, dtype=np.int32)[:, None]
    knn = (
        np.hstack([own, near.rows[:, :14]]),
        np.hstack([np.zeros((N, 1), np.float32), np.maximum(1 - near.cosines[:, :14], 0)]),
    )

    def draw() -> np.ndarray:
        from umap import UMAP

        model = UMAP(precomputed_knn=knn, metric="cosine", random_state=0, n_jobs=1,
                     init=pca(X)[0])  # fmt: skip
        return np.asarray(model.fit_transform(X))

    row, xy = timed("50,000: UMAP layout by umap-learn, import included", draw)
    true = np.ascontiguousarray(near.rows[:, :10])
    row["kept"] = round(float(overlap(true, trust.nearest_on_map(xy, 10)).mean()), 4)
    return [row]


def first() -> list[dict[str, Any]]:
    """The first UMAP of a fresh process: 5000 words, vectors known, nothing compiled."""
    from core.vectors import PpmiSvd
    from core.vectors import vectors as made

    made(PpmiSvd(dim=50))
    rows = []
    for name, kept in (("nothing compiled", False), ("compiled before", True)):
        with tempfile.TemporaryDirectory() as folder:
            more = {} if kept else {"NUMBA_CACHE_DIR": folder}
            code = f"import core.maps.projection as p; p.place = p.place.__wrapped__\n{FIRST}"
            code = code.replace("place(Map", "from core.maps.projection import place\nplace(Map")
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], env=os.environ | more, check=True)
            wall = round(time.perf_counter() - began, 2)
            limit = 15.0
            rows.append({"name": f"first UMAP, 5,000 words, {name}", "wall_s": wall,
                         "limit_s": limit})  # fmt: skip
    return rows


def pair() -> list[dict[str, Any]]:
    """Overlap and geometry of two models of 50 000 words."""
    from core.compare.geometry import alike
    from core.vectors.graph import neighbours_among, overlap

    A = vectors()
    B = A + 0.08 * np.random.default_rng(1).standard_normal(A.shape, np.float32)
    B = np.asarray(B / np.linalg.norm(B, axis=1)[:, None], np.float32)
    rows_, lists = timed(
        "two models of 50,000 × 100: neighbours of all words in both, k = 50",
        lambda: [neighbours_among(X, 50) for X in (A, B)],
    )
    rows_["overlap@10"] = round(
        float(overlap(lists[0].rows[:, :10], lists[1].rows[:, :10]).mean()), 4
    )
    geometry, found = timed("the same: Procrustes, RSA, CKA, intervals", lambda: alike(A, B))
    geometry["rsa"] = round(found.rsa.value, 4)
    return [rows_, geometry]


def nearest() -> list[dict[str, Any]]:
    """The ten nearest of one word among 400 000 × 300, median of 40."""
    from core.vectors.quantised import encode
    from core.vectors.search import top_k

    X = vectors(400_000, 300)
    codes = encode(X)
    queries = X[:: len(X) // 40][:40]
    found: dict[str, list[float]] = {"with codes": [], "plain scan": []}
    top_k(X, queries[0], 10, codes=codes)
    for q in queries:
        for name, rounded in (("with codes", codes), ("plain scan", None)):
            began = time.perf_counter()
            top_k(X, q, 10, codes=rounded)
            found[name].append(time.perf_counter() - began)
    return [
        {"name": f"10 nearest of one word among 400,000 × 300, {name}",
         "wall_s": round(float(np.median(times)), 4), "limit_s": 0.1}
        for name, times in found.items()
    ]  # fmt: skip


def browser() -> list[dict[str, Any]]:
    """Recolouring a map of 50 000 words and choosing a word on it, in Chromium."""
    from benchmarks.browser import chromium, served, visit
    from core import cache
    from core.maps import Cloud, Map, Trust, judge
    from core.vectors import Shelved, shelf
    from core.vectors.model import Model

    id = f"bench{N}x{DIM}"
    if shelf.find(id) is None:
        counts = (5e6 / np.arange(1, N + 1)).astype(np.int64)
        shelf.put(Model([f"word{i}" for i in range(N)], counts, vectors()), id, id, "file")
    for n in SIZES:
        judge(Trust(Map(Cloud(shelved=Shelved(id), map_words=n))))
    rows = []
    with served(Path(cache.folder())) as (address, _), chromium() as program:
        for n in SIZES:
            with visit(program) as seen:
                seen.open(f"{address}/map?model={id}&map_words={n}")
                rows += clicks(seen, n)
    return rows


def clicks(seen: Visit, n: int) -> list[dict[str, Any]]:
    """Recolour the map that is open, then choose words on it: click to picture."""
    page = seen.page
    page.evaluate("addEventListener('pointerdown', (e) => (bench.pressed = e.timeStamp), true)")
    spent: dict[str, list[float]] = {"recoloured": [], "a word chosen": []}

    def time_click(what: str, click: Callable[[], Any]) -> None:
        known = len(seen.pictures())
        click()
        spent[what].append(seen.settle(known)[-1] - page.evaluate("bench.pressed"))

    for colour in ("Frequency", "Vector norm", "Few torn away", "Hubness") * 3:
        page.get_by_role("combobox", name="Colour").click()
        option = page.get_by_role("option", name=colour)
        option.wait_for()
        time_click("recoloured", option.click)
    box = page.locator(".st-key-map .nsewdrag").first.bounding_box()
    assert box is not None
    x, y, wide, tall = (box[side] for side in ("x", "y", "width", "height"))
    for share in np.linspace(0.44, 0.56, 12):
        place = x + share * wide, y + share * tall
        time_click("a word chosen", lambda place=place: page.mouse.click(*place))
    return [
        {"name": f"map of {n:,} words in Chromium, {what}: click to picture",
         "wall_s": round(float(np.median(times)) / 1e3, 3),
         "p95_s": round(float(np.percentile(times, 95)) / 1e3, 3), "limit_s": 0.4}
        for what, times in spent.items()
    ]  # fmt: skip


PARTS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "layout": layout, "library": library, "first": first, "pair": pair, "nearest": nearest,
    "browser": browser,
}  # fmt: skip


if __name__ == "__main__":
    for line in table(tuple(sys.argv[1:])):
        print(line)
