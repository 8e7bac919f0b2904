"""The page Features: InfoMax trained and steered, neighbours by every encoder, the verdict."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from looked_at import FEATURES, LINEUP, compare_quickly
from opening import (
    array,
    errors,
    figure,
    figures,
    infos,
    open_page,
    open_tab,
    page_of,
    put,
    run_while,
    script,
    settings,
    settled,
)
from streamlit.testing.v1 import AppTest
from training_run import nothing_under_way, run  # noqa: F401

from core.features import fit
from core.features.encoders import ENCODERS, vectors
from core.features.judgement import agreement
from core.features.snapshots import parted
from core.features.training import so_far
from core.items.data import load
from core.spaces.specs import Space
from dashboard import state

CONTEST = LINEUP
SMALL = CONTEST.encoded.infomax
LINK = FEATURES


@pytest.fixture(scope="module")
def outcome() -> Any:
    return compare_quickly()


def texts(at: AppTest) -> str:
    return " ".join(m.value for m in at.markdown)


def press(at: AppTest, label: str) -> AppTest:
    at.button(key=f"features:{label}").click()
    at.run()
    keys = [b.key for b in at.button]
    run_while(at, lambda: bool(at.get("progress")) or "features:Pause" in keys_of(at))
    assert keys
    return settled(at)


def keys_of(at: AppTest) -> list[str]:
    return [b.key for b in at.button if b.key]


def test_trained_steered_and_scrubbed() -> None:
    spec = SMALL.replace(info_seed=70)
    at = press(open_page("features", **spec.to_query()), "One epoch")
    assert {"estimates", "voted", "z_moments"} == set(figures(at)) and not errors(at)
    at.session_state["features-now:local_weight"] = 0.5
    at = settled(at.run())
    assert at.query_params["info_changes"] in ("1 local_weight 0.5", ["1 local_weight 0.5"])
    press(at, "Resume")
    steered = spec.replace(info_changes="1 local_weight 0.5")
    trained = fit(steered)
    curves = figure(at, "estimates")["data"]
    np.testing.assert_allclose(array(curves[1]["y"]), trained.estimates[:, 0], rtol=1e-5)
    data, shot = load(spec.items), trained.result
    rows = parted(steered, 160).held_out
    mine = agreement(shot.mean[rows], data.labels[rows], 5).score
    assert f"name {100 * mine:.1f}\u00a0% of" in texts(at) and "After epoch 3" in texts(at)
    at.session_state["features-epoch"] = 0
    at = settled(at.run())
    assert "Before training" in texts(at)
    assert so_far(steered) is not None
    put(at, info_seed=71)
    assert "info_changes" not in at.query_params


def test_a_link_starts_nothing() -> None:
    at = open_page(
        "features", **(SMALL.replace(info_seed=72).to_query() | {"features_train": "yes"})
    )
    assert "features:Train" in keys_of(at) and set(figures(at)) == {"items"}
    settings(at).update({name: True for name in state.BY_HAND if name != "features_train"})
    assert "features:Train" in keys_of(settled(at.run()))


def test_neighbours_by_every_encoder(outcome: Any) -> None:
    at = open_tab(open_page("features", feature_query="7", **LINK), "features", "Neighbours")
    picture = figure(at, "gallery")
    assert len(picture["layout"]["yaxis"]["ticktext"]) == len(ENCODERS)
    data, held = load(SMALL.items), parted(SMALL, 160).held_out
    V = vectors(CONTEST.judged("infomax").encoded).V[held]
    order = np.argsort(np.linalg.norm(V - V[7], axis=1))[1:11]
    own = data.labels[held[7]]
    assert f"InfoMax: {(data.labels[held[order]] == own).sum()} of 10" in texts(at)
    hover = picture["data"][1]["text"][ENCODERS.index("infomax")]
    assert hover[1].startswith(f"item {held[order[0]]} ")
    put(at, near_by="cosine")
    assert "1 − cos" in figure(at, "gallery")["data"][1]["text"][0][1]


def test_the_verdict_and_its_code(outcome: Any) -> None:
    at = open_tab(open_page("features", **LINK), "features", "Judged")
    mine = outcome.values[ENCODERS.index("infomax"), 0, 0]
    assert f"names {100 * mine:.1f}\u00a0% rightly" in texts(at) and not errors(at)
    traces = figure(at, "scores")["data"]
    np.testing.assert_allclose(array(traces[0]["x"]), outcome.values[:, 0, 0])
    code = script(open_tab(at, "features", "Code"))
    printed = run(code)
    np.testing.assert_array_equal(printed[-1], outcome.values)


def test_an_encoder_opens_as_a_collection(outcome: Any) -> None:
    at = open_tab(open_page("features", **LINK), "features", "Neighbours")
    at.button(key="features:open:infomax").click()
    at = settled(at.run())
    assert page_of(at) == "collection"
    assert settings(at)["embedding"] == "infomax"
    assert Space().embedding == ""


def test_nothing_is_trained_unasked() -> None:
    at = open_page("features", **(LINK | {"info_seed": "73"}))
    for name in ("Neighbours", "Judged"):
        at = open_tab(at, "features", name)
        assert any("6 trainings" in text for text in infos(at))
    assert not at.get("progress") and not figures(at)
