"""A tour that is recorded from the pages one is on: edited, played, refused by line."""

from __future__ import annotations

from opening import errors, go, open_page, page_of, put, settled

from dashboard import tours
from dashboard.slots import key
from dashboard.ui.recording import Recording


def test_views_become_steps_that_play() -> None:
    at = open_page("heatmap", source="lee-news", lang="zh")
    at = put(at, window=3)
    at.button(key="record").click()
    at = settled(at.run())
    go(at, "corpus")
    at.button(key="record").click()
    at = settled(at.run())
    text = at.session_state[key(Recording)].text
    tour = tours.parse(text)
    assert [step.page for step in tour.steps] == ["heatmap", "corpus"]
    assert {"source": "lee-news", "window": "3"}.items() <= dict(tour.steps[0].settings).items()
    go(at, "tours")
    area = at.text_area(key="recorded-text")
    area.set_value(text.replace("window=3", "wimdow=3"))
    at = settled(at.run())
    assert "wimdow" in errors(at)[0]
    area = at.text_area(key="recorded-text")
    area.set_value(text)
    at = settled(at.run())
    assert not errors(at)
    at.button(key="recorded-play").click()
    at = settled(at.run())
    assert page_of(at) == "heatmap" and at.query_params["window"] == "3"
    assert at.query_params["step"] == "1"


def test_pages_that_show_nothing_are_not_recorded() -> None:
    assert all(button.key != "record" for button in open_page("tours").button)
