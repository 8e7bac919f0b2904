"""Names of files and models that are Markdown: on no page do they become links or pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from opening import hypertext, open_page, upload
from shelving import own_shelf  # noqa: F401  a shelf of each test's own
from speaking import _nodes
from streamlit.testing.v1 import AppTest

from core import uploads
from core.vectors.store import exports, shelf
from core.vectors.store.loading import VectorFile, keep
from dashboard.navigation import PAGES

NAME = "![x](http://example.org/x.png) www.example.org me@example.org"
LINK = re.compile(r"!\[|\]\(|https?:/|www\.|[\w]@[a-z]|https?\\:/|www\\\.", re.IGNORECASE)
NOT_MARKDOWN = {"html", "code", "arrow_data_frame", "bidi_component", "selectbox", "multiselect"}


@pytest.fixture(scope="module")
def link() -> dict[str, str]:
    """Uploads of such names for every page that takes one, as the parameters of a link."""
    rng = np.random.default_rng(0)
    words = [f"w{n}" for n in range(60)]
    text = "\n".join(" ".join(rng.choice(words, 12)) for _ in range(300))
    rows = "".join(f"{','.join(f'{x:.3f}' for x in row)}\n" for row in rng.random((40, 6)))
    table = uploads.keep(f"{NAME}.csv", rows.encode())
    return upload(f"{NAME}.txt".replace("/", "∕"), text, min_count="1", row_mode="frequency") | {
        "name": f"{NAME}.txt", "kind": "upload", "file_name": f"{NAME}.csv", "file_digest": table,
        "dataset": "upload", "dataset_name": f"{NAME}.csv", "dataset_digest": table,
        "map_words": "50", "vae_epochs": "2", "most": "40", "dim": "5", "row_count": "5",
        "train_texts": "300", "read_characters": "20",
    }  # fmt: skip


def model() -> str:
    """The id of a model on the shelf that has such a name, and words like it."""
    words = [NAME, *(f"w{n}" for n in range(60))]
    vectors = exports.word2vec_text(words, np.eye(len(words), 8, dtype=np.float32) + 0.1)
    entry = keep(VectorFile(name="own.txt", digest=uploads.keep("own.txt", vectors)))[0]
    shelf.rename(entry.id, NAME)
    return entry.id


def markdown(at: AppTest) -> Iterator[str]:
    """Every text that Streamlit shows as Markdown."""
    for node in _nodes(at._tree):
        proto, kind = getattr(node, "proto", None), getattr(node, "type", "")
        if proto is None:
            continue
        for field in ("help",) if kind in NOT_MARKDOWN else ("label", "help", "body", "text"):
            value = getattr(proto, field, "")
            if isinstance(value, str):
                yield value
        if kind not in NOT_MARKDOWN:
            for option in getattr(proto, "options", ()):
                yield option if isinstance(option, str) else getattr(option, "content", "")


SLOW = ("path", "compare")  # they compute the most


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, marks=pytest.mark.slow if page in SLOW else ()) for page in PAGES],
)
def test_names_stay_names(link: dict[str, str], page: str) -> None:
    at = open_page(page, **(link | {"model": model()}))
    texts = list(markdown(at))
    if page in ("heatmap", "latent", "lowrank", "models"):
        assert any("x\\.png" in text for text in texts) or "x.png" in hypertext(at), "it is shown"
    assert not [text for text in texts if LINK.search(re.sub(r"`[^`]*`", "", text))]
