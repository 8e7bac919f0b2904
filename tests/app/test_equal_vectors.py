"""Vectors that are all equal: every page that takes a space shows them, or says why it cannot."""

from __future__ import annotations

import pytest
from opening import captions, errors, figures, hypertext, open_page
from shelving import loaded, own_shelf  # noqa: F401


@pytest.fixture(scope="module")
def equal() -> str:
    return "\n".join(f"w{i} 1 2 3" for i in range(60))


LINKS = {
    "map": {"map_words": "60", "map_colour": "hubness"},
    "neighbours": {"expression": "w1"},
    "scores": {"first": "w1", "second": "w2", "third": "w3"},
}


@pytest.mark.parametrize("page", LINKS)
def test_a_page_shows_them(page: str, equal: str) -> None:
    at = open_page(page, model=loaded(equal).id, **LINKS[page])
    text = " ".join([hypertext(at), *captions(at)])
    assert "nan %" not in text and not errors(at)
    if page == "map":
        assert figures(at) and "one point" in text


def test_a_method_that_cannot_lay_them_out(equal: str) -> None:
    link = {"map_words": "60", "map_method": "t-sne", "perplexity": "5"}
    assert "same direction" in errors(open_page("map", model=loaded(equal).id, **link))[0]
