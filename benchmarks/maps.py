"""Maps and comparisons at full size: 50 000 words laid out, judged, compared, recoloured.

Limits: UMAP of 50 000 words 60 s, the first of a session 15 s with nothing compiled yet;
recolouring or choosing a word among 50 000 400 ms from click to picture, the first time after
the page was opened as well; the ten nearest of one word among 400 000 × 300 100 ms. Two models
of 50 000 words are compared in the background. umap-learn lays the same neighbours out beside
ours, of fewer words.

    python3 -m benchmarks.maps [layout|first|library|pair|nearest|browser …]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from benchmarks.browser import Visit

N, DIM = 50_000, 100
FEWER = 15_000  # words for umap-learn, which takes minutes for all
SIZES = (50_000, 20_000, 5_000)  # of the maps that are clicked on
CLICKS = 8  # of each kind on each map
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


@contextmanager
def cache_in(folder: str) -> Iterator[None]:
    """Results and models of this process are kept there."""
    before = os.environ.get("VECTORSCOPE_CACHE")
    os.environ["VECTORSCOPE_CACHE"] = folder
    try:
        yield
    finally:
        if before is None:
            del os.environ["VECTORSCOPE_CACHE"]
        else:
            os.environ["VECTORSCOPE_CACHE"] = before


def put(id: str, V: np.ndarray) -> None:
    """Vectors (n, d) as a model on the shelf, with frequencies that fall as words' do."""
    from core.vectors.models.model import Model
    from core.vectors.store import shelf

    counts = (5e6 / np.arange(1, len(V) + 1)).astype(np.int64)
    shelf.put(Model([f"word{i}" for i in range(len(V))], counts, V), id, id, "file")


def layout() -> list[dict[str, Any]]:
    """Neighbours, layout and trust of 50 000 words, each for itself."""
    from core.layouts import layout as laid_out
    from core.maps import trust
    from core.maps.drawing import pca
    from core.vectors.search.graph import neighbours_among, overlap

    X = vectors()
    near_row, near = timed(
        "50,000 × 100: exact neighbours, k = 20", lambda: neighbours_among(X, 20)
    )
    apart = np.maximum(1 - near.cosines[:, :14], 0)
    rows = np.ascontiguousarray(near.rows[:, :14])
    umap_row, xy = timed(
        "50,000: UMAP layout, 200 epochs (ours)",
        lambda: laid_out(rows, apart, pca(X)[0], 0.1, 0),
    )
    true = np.ascontiguousarray(near.rows[:, :10])
    drawn = trust.nearest_on_map(xy, 10)
    umap_row["kept"] = round(float(overlap(true, drawn).mean()), 4)
    trust_row, _ = timed(
        "50,000: trust of every word", lambda: trust.own_terms(trust.ranks_of(X, xy, true, drawn))
    )
    whole = {"name": "50,000: UMAP map in all", "limit_s": 60.0}
    parts = (near_row, umap_row, trust_row)
    for unit in ("cpu_s", "wall_s"):
        whole[unit] = round(sum(row[unit] for row in parts), 2)
    return [*parts, whole]


def library() -> list[dict[str, Any]]:
    """The layout by umap-learn of the same neighbours beside ours, of fewer words: it is slow."""
    from core.layouts import layout as ours
    from core.maps import trust
    from core.maps.drawing import pca
    from core.vectors.search.graph import neighbours_among, overlap

    X = vectors(FEWER)
    near = neighbours_among(X, 14)
    apart, start = np.maximum(1 - near.cosines, 0), pca(X)[0]
    own = np.arange(FEWER, dtype=np.int32)[:, None]
    knn = np.hstack([own, near.rows]), np.hstack([np.zeros((FEWER, 1), np.float32), apart])

    def by_library() -> np.ndarray:
        from umap import UMAP

        model = UMAP(precomputed_knn=knn, metric="cosine", random_state=0, n_jobs=1, init=start)
        return np.asarray(model.fit_transform(X))

    rows, true = [], np.ascontiguousarray(near.rows[:, :10])
    for who, draw in (
        ("ours", lambda: ours(near.rows, apart, start, 0.1, 0)),
        ("umap-learn, import and compilation included", by_library),
    ):
        row, xy = timed(f"{FEWER:,}: UMAP layout by {who}", draw)
        rows.append(
            row | {"kept": round(float(overlap(true, trust.nearest_on_map(xy, 10)).mean()), 4)}
        )
    rows[1]["times ours"] = round(rows[1]["wall_s"] / rows[0]["wall_s"], 1)
    return rows


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
    """Two models of 50 000 words as the page compares them: a job in the background.

    `reports` is how often its progress was another one, `silence_s` the longest time it was not.
    """
    from core import jobs
    from core.compare import Pair, ShelvedBoth, compare
    from core.vectors import Shelved

    A = vectors()
    B = A + 0.08 * np.random.default_rng(1).standard_normal(A.shape, np.float32)
    with tempfile.TemporaryDirectory() as folder, cache_in(folder):
        for id, V in (("a", A), ("b", B)):
            put(id, np.asarray(V / np.linalg.norm(V, axis=1)[:, None], np.float32))
        began = changed = time.perf_counter()
        spec = Pair(ShelvedBoth(Shelved("a"), Shelved("b")))
        job, seen, silence = jobs.submit(compare, spec), [0.0], 0.0
        while not job.wait(0.02):
            if job.fraction != seen[-1]:
                seen.append(job.fraction)
                silence, changed = max(silence, time.perf_counter() - changed), time.perf_counter()
        wall = time.perf_counter() - began
        found = job.result()
    return [
        {"name": "two models of 50,000 × 100: overlap@10, Procrustes, RSA, CKA, as a job",
         "wall_s": round(wall, 2), "reports": len(seen) - 1, "silence_s": round(silence, 2),
         "overlap@10": round(found.mean_overlap(10).value, 4),
         "rsa": round(found.alike.rsa.value, 4)}
    ]  # fmt: skip


def nearest() -> list[dict[str, Any]]:
    """The ten nearest of one word among 400 000 × 300, median of 40."""
    from core.vectors.search.exact import top_k
    from core.vectors.search.quantised import encode

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
    from core.vectors import Shelved
    from core.vectors.store import shelf

    id = f"bench{N}x{DIM}"
    if shelf.find(id) is None:
        put(id, vectors())
    for n in SIZES:
        judge(Trust(Map(Cloud(Shelved(id), map_words=n))))
    rows = []
    with served(Path(cache.folder())) as (address, _), chromium() as program:
        for n in SIZES:
            with visit(program) as seen:
                seen.open(f"{address}/map?model={id}&map_words={n}")
                rows += clicks(seen, n)
    return rows


def clicks(seen: Visit, n: int) -> list[dict[str, Any]]:
    """Choose words on the map that is open, then recolour it: click to picture.

    The first click comes a second after the page's first picture: sooner nobody can look.
    """
    page = seen.page
    page.evaluate("addEventListener('pointerdown', (e) => (bench.pressed = e.timeStamp), true)")
    spent: dict[str, list[float]] = {"a word chosen": [], "recoloured": []}

    def time_click(what: str, click: Callable[[], Any]) -> None:
        known = len(seen.pictures())
        click()
        spent[what].append(seen.settle(known)[-1] - page.evaluate("bench.pressed"))

    box = page.locator(".st-key-map .nsewdrag").first.bounding_box()
    assert box is not None
    time.sleep(1.0)
    x, y, wide, tall = (box[side] for side in ("x", "y", "width", "height"))
    for share in np.linspace(0.42, 0.58, 1 + CLICKS):
        place = x + share * wide, y + share * tall
        time_click("a word chosen", partial(page.mouse.click, *place))
    colours = ("Frequency", "Vector norm", "Few torn away", "Hubness")
    for i in range(1 + CLICKS):
        page.get_by_role("combobox", name="Colour").click()
        option = page.get_by_role("option", name=colours[i % len(colours)])
        option.wait_for()
        time_click("recoloured", option.click)
    rows = []
    for what, times in spent.items():
        name = f"map of {n:,} words in Chromium, {what}"
        rows += [
            {"name": f"{name}, the first time", "wall_s": round(times[0] / 1e3, 3), "limit_s": 0.4},
            {"name": f"{name}: click to picture",
             "wall_s": round(float(np.median(times[1:])) / 1e3, 3),
             "p95_s": round(float(np.percentile(times[1:], 95)) / 1e3, 3), "limit_s": 0.4},
        ]  # fmt: skip
    return rows


PARTS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "layout": layout, "library": library, "first": first, "pair": pair, "nearest": nearest,
    "browser": browser,
}  # fmt: skip


if __name__ == "__main__":
    for line in table(tuple(sys.argv[1:])):
        print(line)
