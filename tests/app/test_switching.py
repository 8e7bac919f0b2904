"""The language switched there and back, by a browser that goes on answering with old labels."""

from __future__ import annotations

from typing import Any

import pytest
from opening import open_page, settings, settled, upload

CHINESE = "我来到北京清华大学，研究自然语言处理。他们在学校里学习数学和物理。\n" * 20
OPENED = {
    "corpus": {"source": "lee-news"},
    "collection": {"rows_from": "digits", "row_colour": "trust"},
    "codes": {"dataset": "digits"},
    "heatmap": {"order": "clustered"},
    "lowrank": {"kind": "digits"},
}


def switch(at: Any, *languages: str) -> None:
    """Switch to one language after the other; no setting may change.

    A browser tells the label chosen in a list in each run, and keeps it while the list is folded
    away, whatever the labels are by then. AppTest would take it from the labels of now.
    """
    told: dict[str, str | list[str]] = {}
    before = dict(settings(at))
    for language in languages:
        for box in at.selectbox:
            if box.index is not None:
                told.setdefault(box.id, box.options[box.index])
        for box in at.multiselect:
            told.setdefault(box.id, [box.options[i] for i in box.indices])
        at.button(key="language-switch").click()
        for _ in range(2):  # the switch, and the run of another control
            states = at._tree.get_widget_states()
            for state in states.widgets:
                if isinstance(label := told.get(state.id), str):
                    state.string_value = label
                elif label is not None:
                    state.string_array_value.data[:] = label
            at._run(states)
            assert not at.exception, at.exception
            lost = {name: v for name, v in before.items() if settings(at).get(name) != v}
            assert lost == {}
        assert settled(at).query_params.get("lang", "en") == language


@pytest.mark.parametrize("page", OPENED)
def test_a_language_switched_twice_loses_nothing(page: str) -> None:
    at = open_page(page, **OPENED[page])
    assert set(OPENED[page].items()) <= set(settings(at).items())
    switch(at, "zh", "en", "zh", "en")


def test_how_a_text_is_cut_outlives_a_switch() -> None:
    at = open_page("corpus", **upload("own.txt", CHINESE, tokeniser="chinese"), lang="zh")
    switch(at, "en", "zh")
    assert at.query_params["tokeniser"] == "chinese"
    assert not at.warning
