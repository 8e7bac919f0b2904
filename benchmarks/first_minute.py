"""What a newcomer sees of every page, before anything is touched: pictures, and what is in sight.

Each page is opened with the sample, with a text of one's own (gensim's Lee news, as a file that
somebody drops), or with a table of one's own (scikit-learn's wines), whichever it draws, in a
window of a laptop and in one of a phone. `subject`: what the bar says that is looked at; `answer`:
the first sentence with the result; `figures`: the share of the window that figures take;
`messages`: errors and warnings in sight. The pictures lie in test-output/first-minute; a page
passes where somebody who has never seen it can tell from them what it shows, and of which data.
BENCH_PAGES=heatmap,map takes those alone.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlencode

from playwright.sync_api import Browser, TimeoutError

from benchmarks.browser import ROOT, chromium, served
from benchmarks.product import STILL
from dashboard import navigation
from dashboard.navigation import PAGES
from dashboard.page_row import Page

FOLDER = ROOT / "test-output" / "first-minute"
SIZES = ((1440, 900), (390, 844))
PATIENCE = 120_000  # ms
OWN = {
    "text": ("texts", "vectors"),
    "table": ("collection", "items"),
}
"""Which subjects are of one's own."""
IN_SIGHT = """() => {
  const inside = (e) => {
    const { top, bottom, left, right } = e.getBoundingClientRect();
    const high = Math.min(bottom, innerHeight) - Math.max(top, 0);
    return Math.max(high, 0) * Math.max(Math.min(right, innerWidth) - Math.max(left, 0), 0);
  };
  const all = (selector) => [...document.querySelectorAll(selector)].filter((e) => inside(e) > 0);
  const area = (list) => list.reduce((sum, e) => sum + inside(e), 0) / (innerWidth * innerHeight);
  const text = (e) => (e?.innerText ?? "").replace(/\\s+/g, " ").trim();
  const answers = '.vs-answer, [data-testid="stMain"] [data-testid="stMarkdownContainer"] strong';
  return {
    subject: text(document.querySelector(".st-key-context")),
    answer: text(all(answers)[0]?.closest("p")).slice(0, 90),
    figures: Math.round(100 * area(all(".vs-figure[data-draws]"))),
    messages: all('[data-testid="stAlert"], [data-testid="stException"]').length,
  };
}"""


def table() -> list[dict[str, Any]]:
    wanted = [page for page in os.environ.get("BENCH_PAGES", "").split(",") if page]
    pages = [page for page in PAGES.values() if not wanted or page.file in wanted]
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows = []
    with tempfile.TemporaryDirectory() as where:
        cache = Path(os.environ.get("VECTORSCOPE_CACHE") or where)
        with mock.patch.dict(os.environ, {"VECTORSCOPE_CACHE": str(cache)}):
            links = own()
        with served(cache) as (address, _), chromium() as browser:
            for page in pages:
                for data, query in _opened(page, links):
                    link = f"{address}/{navigation.address(page.file)}?{urlencode(query)}"
                    rows += _seen(browser, link, page.file, data)
                    print(f"  {rows[-2:]}", file=sys.stderr, flush=True)
    return rows


def own() -> dict[str, dict[str, str]]:
    """A text and a table as somebody brings them, as settings of a link, by what they are."""
    from sklearn.datasets import load_wine

    from core import uploads
    from core.items.collection_specs import of_files
    from core.text.shelf import store_upload

    news = files("gensim.test.test_data").joinpath("lee_background.cor").read_bytes()
    text = store_upload("my-news.txt", news)
    wines = load_wine(as_frame=True)
    written = io.StringIO()
    names = wines.target_names[wines.target]
    wines.data.assign(wine=names).to_csv(written, index=False)
    digest = uploads.keep("my-wines.csv", written.getvalue().encode())
    collection = of_files("upload", [("my-wines.csv", digest)]).to_query()
    items = {"dataset": "upload", "dataset_name": "my-wines.csv", "dataset_digest": digest}
    return {
        "text": {"source": "upload", "name": text.name, "digest": text.digest},
        "collection": dict(collection),
        "items": items,
    }


def _opened(page: Page, links: dict[str, dict[str, str]]) -> Iterator[tuple[str, dict[str, str]]]:
    """With which data a page is opened, and its settings."""
    yield "sample", {}
    if page.subject in OWN["text"]:
        yield "text", links["text"]
    if page.subject in OWN["table"]:
        yield "table", links[page.subject]


def _seen(browser: Browser, link: str, page: str, data: str) -> list[dict[str, Any]]:
    rows = []
    for width, height in SIZES:
        context = browser.new_context(viewport={"width": width, "height": height})
        tab = context.new_page()
        tab.goto(link, wait_until="commit")
        row: dict[str, Any] = {"page": page, "data": data, "width": width}
        try:
            tab.wait_for_function(STILL, polling=100, timeout=PATIENCE)
        except TimeoutError:
            row["late"] = "yes"
        tab.wait_for_timeout(500)  # ms, for the last picture
        tab.screenshot(path=FOLDER / f"{page}-{data}-{width}.png")
        rows.append(row | tab.evaluate(IN_SIGHT))
        context.close()
    return rows
