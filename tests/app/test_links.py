"""Settings in the URL, across pages, and under the back button."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from opening import (
    PAGES,
    bars,
    errors,
    figure,
    figures,
    go,
    heat,
    open_page,
    open_tab,
    page_of,
    put,
    settings,
    settled,
    slot,
    warnings,
)

from core.vectors import PpmiSvd
from core.vectors.store import shelf
from dashboard.state import Place
from dashboard.ui.live_slider import Thumbs

NEWS = {"source": "lee-news"}  # quick to compute


class TestLinks:
    def test_seed_the_widgets(self) -> None:
        at = open_page(
            window="9", shift="3.0", measure="ppmi", keep_gaps="yes", row_list="war army",
            order="clustered",
        )  # fmt: skip
        assert at.session_state["setting:window"] == 9
        assert at.session_state["setting:shift"] == 3.0
        assert at.toggle(key="setting:keep_gaps").value is True
        assert at.text_input(key="setting:row_list").value == "war army"
        assert at.selectbox(key="setting:order").value == "clustered"
        assert at.get_by_key("setting:measure").value == "ppmi"
        assert heat(at).shape == (2, 2)

    @pytest.mark.parametrize("page", PAGES)
    def test_impossible_values_are_named_and_defaults_used(self, page: str) -> None:
        at = open_page(page, min_count="0", tokeniser="<b>klingon</b>", lowercase="maybe")
        assert len(warnings(at)) == 3 and not errors(at)
        assert "`min_count=0` in the link is not possible; using 5." in warnings(at)
        assert figures(at)
        assert at.query_params == {}

    @pytest.mark.parametrize(
        "value", ["99", "-1", "abc", "nan", "1e9", "5.5", "", "5;drop", "٣٤٥", "5" * 5000]
    )
    def test_impossible_windows(self, value: str) -> None:
        at = open_page(window=value)
        assert at.session_state["setting:window"] == 5 and len(warnings(at)) == 1

    @pytest.mark.parametrize(
        ("page", "requested", "used"),
        [
            ("heatmap", {"window": "9"}, {}),
            ("neighbours", {"dim": "400"}, {"dim": 300}),
            ("neighbours", {"k": "60", "dim": "301"}, {"k": 50, "dim": 300}),
            ("map", {"trust_k": "80", "map_words": "300"}, {"trust_k": 50}),
            ("corpus", {"min_count": "300"}, {"min_count": 200}),
        ],
    )
    def test_what_a_slider_does_not_reach_is_named(
        self, page: str, requested: dict[str, str], used: dict[str, int]
    ) -> None:
        """The spec allows it, the slider ends before it: the page shows something else."""
        at = open_page(page, **NEWS, **requested)
        expected = [
            f"`{name}={requested[name]}` goes beyond what can be chosen here; using {value}."
            for name, value in used.items()
        ]
        assert sorted(warnings(at)) == sorted(expected) and not errors(at)
        for name, value in used.items():
            assert at.session_state[f"setting:{name}"] == value
            assert at.query_params[name] == str(value)
        settled(at.run())
        assert sorted(warnings(at)) == sorted(expected), "until a setting changes"
        assert not warnings(put(put(at, min_count=7), min_count=6))

    def test_a_slider_in_a_tab_says_it_there(self) -> None:
        link = NEWS | {"map_words": "300", "hub_k": "70"}
        at = open_tab(open_page("map", **link), "map", "Hubs")
        expected = ["`hub_k=70` goes beyond what can be chosen here; using 50."]
        assert warnings(at) == expected and at.query_params["hub_k"] in ("50", ["50"])
        settled(at.run())
        assert warnings(at) == expected
        put(put(at, hub_k=49), hub_k=48)
        assert not warnings(at)

    def test_a_measure_that_is_not_offered_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(shelf, "folder", lambda: tmp_path)
        entry = shelf.train(PpmiSvd(dim=5).replace(source="lee-news", min_count=20))
        at = open_page("neighbours", model=entry.id, similarity="pmi", expression="police")
        expected = "`similarity=pmi` goes beyond what can be chosen here; using cosine."
        assert warnings(at) == [expected] and len(bars(at)) > 5
        at = put(put(at, model=""), similarity="pmi")
        assert not warnings(put(at, model=entry.id)), "whoever chose it here sees it change"

    def test_foreign_parameters_are_ignored(self) -> None:
        at = open_page(utm_source="x", embed_me="yes", __class__="y")
        assert not warnings(at) and at.query_params == {}

    def test_source_without_file(self) -> None:
        at = open_page(source="upload")
        assert "do not fit together" in warnings(at)[0] and "heatmap" in figures(at)

    def test_upload_that_is_gone(self) -> None:
        at = open_page(source="upload", name="lost.txt", digest="0" * 64)
        assert "“lost.txt” is no longer stored; upload it again." in errors(at)
        assert not figures(at)

    def test_digest_is_no_path(self) -> None:
        at = open_page(source="upload", name="x.txt", digest="../../etc/passwd")
        assert "is not an uploaded file" in errors(at)[0]

    def test_file_where_none_may_be_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("VECTORSCOPE_FILES", raising=False)
        at = open_page(source="file", name="/etc/passwd", digest="0" * 64)
        assert "switched off" in errors(at)[0]

    def test_notice_stays_until_something_is_changed(self) -> None:
        """A page that is still computing runs again by itself; the notice must outlive that."""
        at = open_page(window="99")
        settled(at.run())
        assert len(warnings(at)) == 1
        put(put(at, shift=2.0), shift=3.0)
        assert not warnings(at)

    def test_pages_share_the_settings(self) -> None:
        shared = NEWS | {"lowercase": "no"}
        more = {"window": "9", "weighting": "flat"}
        at = open_page(row_list="Sydney Labor's war", **more, **shared)
        go(at, "neighbours")
        put(at, expression="Sydney", dim=60)
        assert at.query_params == shared | more | {"dim": "60", "expression": "Sydney"}
        assert put(go(at, "corpus")).query_params == shared | {"search": "Palestinian"}
        put(go(at, "heatmap"))
        assert at.query_params == shared | more | {"dim": "60", "row_list": "Sydney Labor's war"}
        assert at.get_by_key("setting:weighting").value == "flat"

    def test_every_setting_survives_the_other_pages(self) -> None:
        """Widgets of another page are other widgets, even under the same key."""
        query = {
            "source": "lee-news", "tokeniser": "whitespace", "lowercase": "no", "min_count": "3",
            "window": "7", "weighting": "linear", "side": "right", "boundary": "document",
            "keep_gaps": "yes", "subsample": "0.001", "measure": "npmi", "smoothing": "0.75",
            "row_mode": "frequency", "row_first": "50", "row_count": "12", "order": "frequency",
            "limit": "3.5", "least_g2": "4.0",
        }  # fmt: skip
        at = open_page(**query)
        assert at.query_params == query
        for page in ("corpus", "neighbours", "corpus", "heatmap"):
            go(at, page)
        assert put(at).query_params == query

    def test_link_of_one_page_gives_the_same_picture_again(self) -> None:
        at = put(open_page(), window=8, smoothing=0.75, row_list="war peace army sea")
        again = open_page(**at.query_params)
        assert figure(again, "heatmap") == figure(at, "heatmap")
        assert again.query_params == at.query_params

    def test_settings_are_not_published_while_a_slider_is_held(self) -> None:
        at = open_page()
        thumb = slot(at, Thumbs).by_key["setting:window"]
        thumb.dragged = True
        put(at, window=9)
        assert at.query_params == {} and heat(at) is not None
        thumb.dragged = False
        assert put(at).query_params == {"window": "9"}


class TestHistory:
    """What the browser's back button brings: the same session, an older address."""

    @pytest.fixture
    def back(self, monkeypatch: pytest.MonkeyPatch) -> Any:
        def press(at: Any, page: str, **query: str) -> Any:
            at.query_params.clear()
            at.query_params.update(query)
            with monkeypatch.context() as patch:
                patch.setattr("dashboard.state._by_history", lambda: True)
                return go(at, page)

        return press

    def test_older_setting(self, back: Any) -> None:
        at = put(open_page(), window=9, measure="ppmi")
        back(at, "heatmap")
        assert at.session_state["setting:window"] == 5 and at.query_params == {}
        assert at.get_by_key("setting:measure").value == "pmi"
        back(at, "heatmap", window="9", measure="ppmi")
        assert at.session_state["setting:window"] == 9
        assert at.get_by_key("setting:measure").value == "ppmi"

    def test_other_page(self, back: Any) -> None:
        at = put(go(put(open_page(**NEWS), window=9), "neighbours"), window=3)
        back(at, "heatmap", window="9", **NEWS)
        assert at.session_state["setting:window"] == 9

    def test_bare_address_of_the_navigation(self, back: Any) -> None:
        """It was left by the navigation and means the settings that the page came with."""
        at = go(put(open_page(**NEWS), window=9), "neighbours")
        back(at, "neighbours")
        assert at.query_params == NEWS | {"window": "9", "expression": "palestinian"}

    def test_late_address_changes_nothing(self) -> None:
        """A widget's run may carry the address of the setting before."""
        at = put(open_page(), window=9)
        at.query_params.clear()
        put(at, shift=2.0)
        assert at.query_params == {"window": "9", "shift": "2.0"}
        at.query_params.clear()
        settled(at.run())  # a run of nobody's, such as at the end of a computation
        assert at.query_params == {"window": "9", "shift": "2.0"}


class TestLeaving:
    ASKED = ("heatmap", "neighbours", {})  # as a click leaves it, whose own run was overtaken

    def test_a_page_asked_for_is_opened_by_the_next_run(self) -> None:
        at = open_page(window="7", **NEWS)
        slot(at, Place).leaving = self.ASKED
        assert page_of(at.run()) == "neighbours"
        assert slot(at, Place).leaving is None
        assert settings(at)["window"] == 7
        assert page_of(go(at, "heatmap")) == "heatmap"

    def test_who_went_elsewhere_meanwhile_stays_there(self) -> None:
        at = open_page(**NEWS)
        slot(at, Place).leaving = self.ASKED
        assert page_of(go(at, "corpus")) == "corpus"
        assert page_of(go(at, "heatmap")) == "heatmap"
