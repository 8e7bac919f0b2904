"""The Python shown on a page gives the numbers shown on it, and the provenance its settings."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from opening import (
    bars,
    captions,
    figure,
    go,
    heat,
    hypertext,
    open_page,
    open_tab,
    put,
    script,
    upload,
)

from core.specs import Spec
from core.vectors import PpmiSvd

UPLOAD = "The cat's on the mat; the dog, the cat and the bird. Don't!\n" * 40
SETTINGS: dict[str, dict[str, str]] = {
    "default": {},
    "news": {
        "source": "lee-news", "window": "3", "weighting": "linear", "measure": "npmi",
        "smoothing": "0.75", "min_count": "3", "row_list": "police australia government",
        "column_mode": "frequency", "expression": "police - 0.5*court", "dim": "30",
        "similarity": "euclidean", "k": "7",
    },
    "news, first order": {
        "source": "lee-news", "expression": "police", "similarity": "conditional",
        "alpha": "0.5", "least": "1.0", "exclude_inputs": "no", "measure": "ppmi", "shift": "5.0",
        "row_mode": "partners", "row_word": "police", "side": "left", "keep_gaps": "yes",
    },
    "upload": {"row_mode": "frequency", "expression": '"don\'t"', "dim": "4"},
}  # fmt: skip


def run(code: str) -> list[Any]:
    """What the code prints."""
    printed: list[Any] = []
    exec(code, {"print": lambda *values: printed.extend(values)})
    return printed


@pytest.fixture(params=SETTINGS)
def link(request: pytest.FixtureRequest) -> dict[str, str]:
    if request.param == "upload":
        return upload("pets & 'co'.txt", UPLOAD, **SETTINGS["upload"])
    return SETTINGS[request.param]


def test_heatmap(link: dict[str, str]) -> None:
    at = open_tab(open_page(**link), "heatmap", "Code")
    (value,) = run(script(at))
    np.testing.assert_allclose(heat(at), value, rtol=1e-5, atol=1e-6)


def test_neighbours(link: dict[str, str]) -> None:
    at = open_tab(open_page("neighbours", **link), "neighbours", "Code")
    (printed,) = run(script(at))
    assert [word for word, _ in printed] == [word for word, _ in bars(at)]
    np.testing.assert_allclose([s for _, s in printed], [s for _, s in bars(at)], rtol=1e-5)


def test_how_often_neighbours_come_back() -> None:
    link = {"source": "lee-news", "min_count": "10", "dim": "10", "k": "6"}
    again = {"steady": "yes", "repeats": "2", "expression": "Police"}
    at = open_tab(open_page("neighbours", **link, **again), "neighbours", "Code")
    printed, times = run(script(at))
    labels = figure(at, "neighbours")["layout"]["yaxis"]["ticktext"]
    assert labels == [f"{word} <i>{n}/2</i>" for (word, _), n in zip(printed, times, strict=True)]
    other = open_tab(put(at, similarity="inner product"), "neighbours", "Code")
    assert "found_again" not in script(other)


def test_corpus(link: dict[str, str]) -> None:
    at = open_tab(open_page("corpus", **link), "corpus", "Code")
    size, words, dropped = run(script(at))
    cards = dict(re.findall(r"<small>([\w ]+)</small><b>([\d,.%\s]+)</b>", hypertext(at)))
    tokens = int(cards["tokens read"].replace(",", ""))
    assert cards["kept words"] == f"{size:,}" and len(words) == min(size, 20)
    assert cards["dropped tokens"] == f"{100 * (dropped / tokens):.1f}\u00a0%"


def test_provenance_names_every_setting() -> None:
    at = open_tab(open_page(**SETTINGS["news"]), "heatmap", "Provenance")
    table = at.dataframe[0].value
    settings = dict(zip(table["setting"], table["value"], strict=True))
    assert (
        settings["window"] == "3"
        and settings["weighting"] == "linear"
        and settings["lowercase"] == "yes"
    )
    name = re.search(r"Association · result name (\w{16})", "\n".join(captions(at)))
    assert name is not None
    query = {k: v for k, v in SETTINGS["news"].items() if k in settings}
    spec: Spec = PpmiSvd.from_query(query)[0].association
    assert name[1] == spec.key


def test_code_follows_the_settings() -> None:
    at = open_page("neighbours", source="lee-news", expression="police")
    open_tab(put(at, window=3), "neighbours", "Code")
    assert "window=3" in at.code[0].value
    at = open_tab(go(at, "corpus"), "corpus", "Code")
    assert 'source="lee-news"' in at.code[0].value.replace("'", '"')
