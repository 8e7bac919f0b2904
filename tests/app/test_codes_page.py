"""The page Codes: the plane without training, training, one picture, methods and samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from opening import (
    array,
    captions,
    errors,
    figure,
    figures,
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

from core.items.data import load
from core.quantised import Codes, Items, fit, plane
from core.quantised.methods import Methods, compared
from core.quantised.prior import CodePrior, fit_prior
from core.quantised.saving import to_bytes
from core.quantised.snapshots import decode
from dashboard import state
from dashboard.images.figures import codes_plane
from dashboard.images.parts import codes_dragged, codes_picture

SMALL = Codes(Items(most=200), codebook=10, code_dim=3, code_width=4, code_epochs=4, code_batch=32)
LINK = SMALL.to_query()


@pytest.fixture(scope="module")
def trained() -> Any:
    return fit(SMALL)


def texts(at: AppTest) -> str:
    return " ".join(m.value for m in at.markdown)


def test_the_plane_needs_no_training() -> None:
    at = open_page("codes", turn="40")
    assert {"codes_pair", "codes_cells", "codes_moves", "codes_boxes"} == set(figures(at))
    assert "cosine 0.77" in texts(at)
    at = put(at, turn=120, size_ratio=0.5)
    assert "Over-rotated" in texts(at) and "cosine -0.50" in texts(at).replace("−", "-")
    line = figure(at, "codes_pair")["data"][5]  # what the rotation trick passes on to z
    ends = np.stack([array(line["x"])[:2], array(line["y"])[:2]], axis=1)
    np.testing.assert_allclose(ends[1] - ends[0], plane.pair(120, 0.5, 75).rotation, atol=1e-6)
    at = put(at, turn=20, size_ratio=0.1)
    assert "Vanishing" in texts(at)


def test_codes_of_the_plane_are_moved_by_hand() -> None:
    at = open_page("codes", plane_codes="5", plane_draw="3", plane_places="5.3 1:0.5:-0.25 9:1:1")
    codes = plane.codebook(5, 3)
    codes[1] = 0.5, -0.25
    shown = figure(at, "codes_cells")["data"][-1]
    np.testing.assert_allclose(array(shown["x"]), codes[:, 0], atol=1e-6)
    assert "codes:back" in [b.key for b in at.button]
    at = put(at, plane_draw=4)
    shown = figure(at, "codes_cells")["data"][-1]
    np.testing.assert_allclose(array(shown["x"]), plane.codebook(5, 4)[:, 0], atol=1e-6)
    assert "codes:back" not in [b.key for b in at.button], "another draw is another codebook"
    assert codes_dragged.read_places("5.3 1:0.5:-0.25 x 1:9:0", 5, 3) == {1: (0.5, -0.25)}
    assert codes_dragged.write_places({1: (0.5, -0.25)}, 5, 3) == "5.3 1:0.5:-0.25"


def test_a_model_is_saved_loaded_and_taken_to_the_collection(trained: Any) -> None:
    content = to_bytes(SMALL, trained)
    at = open_page("codes")
    at.file_uploader(key="codes-model-file").set_value(("m.safetensors", content, ""))
    at = open_tab(settled(at.run()), "codes", "Training")
    assert at.query_params["code_dim"] in ("3", ["3"]) and "code_copies" in figures(at)
    at.button(key="codes:collection").click()
    assert page_of(settled(at.run())) == "collection" and not errors(at)


def test_figures_are_valid() -> None:
    """Plotly itself accepts the plain dictionaries, with one code and with many."""
    import plotly.graph_objects as go

    for K in (1, 2, 40):
        book = plane.codebook(K, 1)
        go.Figure(codes_plane.cells(book, "turned", np.array([1.0, 0.0]), ("a", "b")))
        moved = plane.moved("simvq", book, book)
        go.Figure(codes_plane.moves(book, book, {"a": moved}))
    go.Figure(codes_plane.pair(plane.pair(100, 2, 10)))
    go.Figure(codes_plane.boxes((2, 16)))


def test_training_elsewhere_starts_nothing() -> None:
    link = SMALL.replace(code_seed=4).to_query() | {"codes_train": "yes"}
    at = open_tab(open_page("codes", **link), "codes", "Training")
    settings(at).update({name: True for name in state.BY_HAND if name != "codes_train"})
    at = settled(at.run())
    assert "codes:Train" in [b.key for b in at.button] and not at.get("progress")


def test_train_shows_losses_use_and_copies() -> None:
    spec = SMALL.replace(code_seed=3)
    at = open_tab(open_page("codes", **spec.to_query()), "codes", "Training")
    assert not figures(at)
    at.button(key="codes:Train").click()
    run_while(at.run(), lambda: "codes:Pause" in [b.key for b in at.button])
    at = settled(at)
    assert {"code_losses", "code_use", "code_copies", "code_frequencies"} <= set(figures(at))
    assert any("4 epochs in" in line for line in captions(at))
    result = fit(spec)
    np.testing.assert_allclose(
        array(figure(at, "code_losses")["data"][0]["y"]), result.history.parts[:, 0], rtol=1e-5
    )
    use = [shot.usage(10).perplexity for shot in result.snapshots]
    np.testing.assert_allclose(array(figure(at, "code_use")["data"][1]["y"]), use, rtol=1e-5)


def test_the_scrubber_is_the_page_s_own(trained: Any) -> None:
    at = open_tab(open_page("codes", **LINK), "codes", "Training")
    assert "vae-epoch" not in at.session_state
    at.session_state["codes-epoch"] = 2
    at = settled(at.run())
    assert "Codes used after epoch 2:" in texts(at) and at.query_params["shown_epoch"] in (
        "2",
        ["2"],
    )


def test_a_code_changed_by_hand(trained: Any) -> None:
    own = trained.result.codes[5]
    other = (int(own[2]) + 1) % 10
    at = open_page("codes", **LINK, coded_item="5", cell="2", code_edits=f"2:{other} 99:1 x")
    at = open_tab(at, "codes", "One picture")
    assert "**1** of 16 codes are changed" in texts(at)
    codes = own.copy()
    codes[2] = other
    before, after = decode(SMALL, trained.network(SMALL), np.stack([own, codes]).astype(int))
    differs = int((np.abs(before - after) > 0.02).sum())
    assert f"{differs} of 64 numbers" in texts(at)
    at.session_state["codes:other"] = int(own[2])
    at = settled(at.run())
    assert "Item 5 is **16 codes**" in texts(at)
    assert codes_picture.read_edits("3:9 3:10 17:1 a:b", 16, 10) == {3: 9}


@pytest.mark.slow
def test_methods_and_samples(trained: Any) -> None:
    small = SMALL.replace(code_epochs=1)
    scores = compared(Methods(small, 2))
    assert scores.values.shape == (4, 2, 4) and np.isfinite(scores.values).all()
    at = open_page("codes", **small.to_query(), method_seeds="2")
    at = open_tab(at, "codes", "Methods")
    said = texts(at)
    assert "A tie" in said or "copies best" in said
    prior = fit_prior(CodePrior(SMALL))
    at = open_tab(open_page("codes", **LINK), "codes", "Samples")
    assert "code_samples" in figures(at) and f"**{prior.bits:.0f} bits**" in texts(at)
    at = open_tab(at, "codes", "Code")
    printed = run(script(at))
    np.testing.assert_array_equal(printed[2], trained.history.parts)
    np.testing.assert_allclose(printed[-4:-1], [prior.bits, prior.independent, prior.fixed])


def test_bad_levels_are_told_where_they_are_set() -> None:
    at = open_page("codes", quantiser="fsq")
    at = put(at, levels="16 16 16 16")
    assert any("65,536" in line for line in errors(at))


def test_more_codes_than_vectors_is_told(trained: Any) -> None:
    few = SMALL.replace(most=20, codebook=512)
    at = open_tab(open_page("codes", **few.to_query()), "codes", "Training")
    at.button(key="codes:Train").click()
    run_while(at.run(), lambda: "codes:Pause" in [b.key for b in at.button])
    assert any("above the 320 vectors" in line for line in errors(settled(at)))
    assert len(load(few.items).x) == 20
