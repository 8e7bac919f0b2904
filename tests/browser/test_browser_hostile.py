"""Words, names and tours that are programs: a real browser shows them as text and runs nothing."""

from __future__ import annotations

from urllib.parse import urlencode

import numpy as np
import pytest
from conftest import OpenPage
from harness import screenshot, wait_until_done
from playwright.sync_api import Page

from core import uploads
from core.text.shelf import store_upload
from core.vectors.store import exports, shelf
from core.vectors.store.loading import VectorFile, keep
from dashboard import tours
from dashboard.navigation import PAGES, address

IMAGE = "<img/src=x/onerror=window.pwned=1>"
LINK = "<a/href='javascript:window.pwned=1'>x</a>"
MARKDOWN = "[x](javascript:window.pwned=1)"
EVIL = [
    IMAGE, LINK, MARKDOWN, "<script>window.pwned=1</script>", "<b>bold</b>",
    "$\\\\href{javascript:1}{x}$",
    "\u202eevil", "%{y}", "![x](http://example.org/x.png)", "a" * 1500,
    "<svg/onload=window.pwned=1>",
    "</script><script>window.pwned=1</script>", "{{constructor}}", "`code`", ":red[e]",
]  # fmt: skip
NAME = '"><script>window.pwned=1<' + "|script>.txt"
SHOWN_ON = [name for name, row in PAGES.items() if row.subject in ("texts", "vectors")]
"""Other pages draw neither words of a text nor its name."""
ALIEN = """() => ({
  pwned: window.pwned,
  elements: document.querySelectorAll(
    'img[src="x"], img[src*="example.org"], svg[onload], a[href^="javascript"]').length,
  scripts: [...document.scripts].filter((s) => s.textContent.includes("pwned")).length,
})"""


@pytest.fixture(scope="module")
def links(cache_folder: object) -> dict[str, str]:
    """An uploaded text of such words, a model of them, and what opens both."""
    rng = np.random.default_rng(0)
    plain = [f"w{n}" for n in range(80)]
    words = [*EVIL, *plain]
    text = "\n".join(" ".join(rng.choice(words, 14)) for _ in range(600))
    source = store_upload(NAME, text.encode())
    vectors = exports.word2vec_text(words, rng.standard_normal((len(words), 12), np.float32))
    model = keep(VectorFile(name=NAME, digest=uploads.keep(NAME, vectors)))[0].id
    assert shelf.load(model).words == words
    query = {
        "source": "upload", "name": source.name, "digest": source.digest, "tokeniser": "whitespace",
        "lowercase": "no", "min_count": "1", "row_mode": "frequency", "row_first": "1",
        "row_count": "40", "search": IMAGE, "expression": IMAGE, "word": IMAGE,
        "cell_word": IMAGE, "cell_context": LINK, "kind": "ppmi", "most": "200", "vae_epochs": "3",
    }  # fmt: skip
    return query | {"shelved": model}


@pytest.mark.parametrize("page_name", SHOWN_ON)
def test_words_and_names_are_text(
    app: str, open_page: OpenPage, links: dict[str, str], page_name: str
) -> None:
    query = {k: v for k, v in links.items() if k != "shelved"}
    page = open_page(f"{app}/{address(page_name)}?{urlencode(query)}")
    wait_until_done(page)
    clean(page)
    screenshot(page, f"hostile-{page_name}")


def test_words_of_a_model_are_text(app: str, open_page: OpenPage, links: dict[str, str]) -> None:
    for at, query in {
        "neighbours": {"model": links["shelved"], "expression": f'"{IMAGE}"'},
        "models": {"models-tabs": "Gallery", "model": links["shelved"]},
        "map": {"model": links["shelved"]},
    }.items():
        page = open_page(f"{app}/{at}?{urlencode(query)}")
        wait_until_done(page)
        clean(page)


def test_a_tour_is_text(app: str, open_page: OpenPage) -> None:
    tour = tours.keep(
        f"# {IMAGE}\n{LINK}\n\n## {MARKDOWN}\nopen: corpus?source=lee-news\n{IMAGE} {EVIL[3]}\n\n"
        f"question: {IMAGE}\nanswer: {LINK}\n".encode()
    )
    page = open_page(f"{app}/corpus?{urlencode(tour.link(1))}")
    wait_until_done(page)
    clean(page)
    assert IMAGE in page.locator(".st-key-stage").inner_text()


def clean(page: Page) -> None:
    """Nothing ran, nothing of the kind is an element, and what was planted stands there as text."""
    found = page.evaluate(ALIEN)
    assert found == {"pwned": None, "elements": 0, "scripts": 0}, found
