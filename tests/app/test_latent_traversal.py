"""The sliders that move z: they follow the address, and it follows them."""

from __future__ import annotations

import pytest
from opening import figure, open_page, open_tab, settled, warnings
from training_run import LINK, SMALL, nothing_under_way  # noqa: F401

from core.latent import fit


@pytest.fixture(scope="module", autouse=True)
def trained() -> None:
    fit(SMALL)


def test_traversal() -> None:
    at = open_tab(open_page("latent_samples", moved="0:1.5", **LINK), "latent_samples", "Traversal")
    assert at.session_state["z:0"] == 1.5
    before = figure(at, "traversal")["data"][0]["source"]
    at.session_state["z:0"] = -1.0
    settled(at.run())
    assert figure(at, "traversal")["data"][0]["source"] != before
    assert at.query_params["moved"] in ("0:-1.0", ["0:-1.0"])
    at.button(key="vae:back").click()
    settled(at.run())
    assert "moved" not in at.query_params


def test_sliders_of_z_follow_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the back button, a tour or another link: what they said before does not outlive it."""
    at = open_tab(open_page("latent_samples", moved="0:1.5", **LINK), "latent_samples", "Traversal")
    at.session_state["z:1"] = 2.0
    settled(at.run())
    at.query_params["moved"] = "0:-1.0"
    with monkeypatch.context() as patch:
        patch.setattr("dashboard.state._by_history", lambda: True)
        settled(at.run())
    assert [at.session_state[f"z:{i}"] for i in range(2)] == [-1.0, 0.0]
    assert at.query_params["moved"] in ("0:-1.0", ["0:-1.0"])


def test_impossible_moves_of_a_link_are_named() -> None:
    link = LINK | {"moved": "0:1.5 1:99 77:1 2:nan <b>x</b>"}
    at = open_tab(open_page("latent_samples", **link), "latent_samples", "Traversal")
    assert [at.session_state[f"z:{i}"] for i in range(3)] == [1.5, 3, 0]
    [warning] = warnings(at)
    assert warning.startswith("Not possible in the link: 1:99, 77:1, 2:nan, <b>x</b>.")
    assert warnings(settled(at.run())) == [warning], "also after a run that nobody asked for"
    at.session_state["z:0"] = 0.5
    assert not warnings(settled(at.run()))


def test_what_the_sliders_said_is_no_link(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dimensions with a slider are others at another epoch."""
    link = LINK | {"moved": "0:1.5 1:1 2:0.5"}
    at = open_tab(open_page("latent_samples", **link), "latent_samples", "Traversal")
    monkeypatch.setattr("dashboard.images.parts.traversal.MOVABLE", 1)
    assert not warnings(settled(at.run()))
