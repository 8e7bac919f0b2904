"""Settings that several pages call by one name."""

from __future__ import annotations

from opening import errors, go, open_page, settings

from dashboard.images.views import LatentView
from dashboard.vectors.views import ExplainView


def test_one_name_with_two_meanings_keeps_two_values() -> None:
    """`moved` is a length on one page and a list of offsets on another."""
    assert type(LatentView().moved) is not type(ExplainView().moved)
    at = open_page("explain", moved="3.0")
    assert settings(at)["moved"] == 3.0
    go(at, "latent_samples")
    assert not errors(at)
    assert settings(at).get("moved", "") == ""
    settings(at)["moved"] = "0:1.5"
    go(at, "explain")
    assert not errors(at)
    assert settings(at)["moved"] == 3.0
    go(at, "latent_samples")
    assert settings(at)["moved"] == "0:1.5"


def test_what_is_declared_alike_is_shared() -> None:
    at = open_page("heatmap", window="7", source="lee-news")
    go(at, "neighbours")
    assert at.session_state["setting:window"] == 7


def test_pages_in_any_order_show_no_error() -> None:
    at = open_page("models", source="lee-news")
    for page in ("lowrank", "similar", "explain", "latent", "models", "neighbours", "heatmap"):
        go(at, page)
        assert not errors(at), page
