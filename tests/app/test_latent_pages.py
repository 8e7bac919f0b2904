"""The pages of the latent models, opened by links and driven by their widgets."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from opening import (
    ROWS,
    array,
    captions,
    errors,
    figure,
    figures,
    hypertext,
    infos,
    open_page,
    open_tab,
    page_of,
    put,
    script,
    settled,
    slot,
)
from training_run import (
    LINK,
    SMALL,
    keys,
    nothing_under_way,  # noqa: F401
    press,
    run,
    waited,
)

from core.items.files import store_items
from core.latent import fit, judge, load
from core.latent import training as runs
from core.latent.baselines import Baseline, Spread, baseline, spread
from core.latent.projection import umap_map
from core.latent.sampling import decode, from_clusters
from core.latent.saving import to_bytes
from core.learning import running
from dashboard.figures.mosaic import mosaic
from dashboard.ui.live_run import Families

PAGES = ("latent", "latent_samples", "latent_judgement")


@pytest.fixture(scope="module")
def trained() -> Any:
    return fit(SMALL)


@pytest.mark.parametrize("page", PAGES)
def test_before_training(page: str) -> None:
    at = open_page(page, **(LINK | {"vae_seed": "91"}))
    assert {"vae:Train", "vae:One epoch"} <= set(keys(at)) and not errors(at)
    assert set(figures(at)) == {"items"}


def test_train_shows_everything() -> None:
    spec = SMALL.replace(vae_seed=5)
    at = press(open_page("latent", **spec.to_query()), "Train")
    assert {"latent_map", "loss", "sizes", "samples"} <= set(figures(at))
    assert at.query_params["train_now"] == ["yes"] or at.query_params["train_now"] == "yes"
    assert any("6 epochs in" in line for line in captions(at))
    trained = fit(spec)
    last = trained.snapshots[-1]
    assert list(array(figure(at, "sizes")["data"][0]["y"])) == list(
        np.bincount(last.cluster, minlength=4)
    )
    np.testing.assert_allclose(
        array(figure(at, "loss")["data"][0]["y"]), trained.losses[:, 0], rtol=1e-6
    )


def test_a_link_trains_nothing_until_somebody_asks() -> None:
    spec = SMALL.replace(vae_seed=6)
    at = waited(open_page("latent", **(spec.to_query() | {"train_now": "yes"})))
    assert "vae:Train" in keys(at) and "train_now" not in at.query_params
    assert runs.so_far(spec) is None and not fit.stored(spec)
    press(at, "Train")
    assert "latent_map" in figures(at) and "vae:Train" not in keys(at)


def test_step_pause_resume_and_start_over() -> None:
    spec = SMALL.replace(vae_seed=7)
    at = press(open_page("latent", **spec.to_query()), "One epoch")
    assert any("Paused after epoch 1 of 6" in line for line in captions(at))
    assert not fit.stored(spec)
    press(at, "One epoch")
    assert any("Paused after epoch 2 of 6" in line for line in captions(at))
    press(at, "Resume")
    assert any("6 epochs in" in line for line in captions(at))
    running._states.clear()
    np.testing.assert_array_equal(
        fit(spec).losses, runs.train(spec, load(spec.items)).losses, "stepping changes nothing"
    )
    spec = SMALL.replace(vae_seed=8)
    at = press(open_page("latent", **spec.to_query()), "One epoch")
    at.button(key="vae:Start over").click()
    settled(at.run())
    assert "vae:Train" in keys(at) and "items" in figures(at)
    assert "train_now" not in at.query_params


def test_steering_while_paused() -> None:
    spec = SMALL.replace(vae_seed=9)
    at = press(open_page("latent", **spec.to_query()), "One epoch")
    at.session_state["vae-now:rate"] = 0.01
    settled(at.run())
    assert at.query_params["changes"] in ("1 rate 0.01", ["1 rate 0.01"])
    press(at, "Resume")
    steered = spec.steered(1, "rate", 0.01)
    np.testing.assert_allclose(
        array(figure(at, "loss")["data"][0]["y"]), fit(steered).losses[:, 0], rtol=1e-6
    )
    put(at, vae_seed=10)
    assert "changes" not in at.query_params, "steering belongs to the run it was made in"


def test_scrubber_shows_the_epoch(trained: Any) -> None:
    at = open_page("latent", shown_epoch="2", **LINK)
    network = trained.network(SMALL, 2)
    assert trained.snapshots[2].epoch == 2 and "after epoch 2," in hypertext(at)
    sizes = list(array(figure(at, "sizes")["data"][0]["y"]))
    assert sizes == list(np.bincount(trained.snapshots[2].cluster, minlength=4))
    before = figure(at, "samples")["data"][0]["source"]
    at.session_state["vae-epoch"] = 6
    settled(at.run())
    assert "after epoch 6," in hypertext(at)
    assert figure(at, "samples")["data"][0]["source"] != before
    assert "shown_epoch" not in at.query_params and network is not None


def test_animation_plays_to_the_end(trained: Any) -> None:
    at = open_page("latent", **LINK)
    at.button(key="vae:play").click()
    at.run()
    for _ in range(20):
        if not slot(at, Families).by_name["vae"].playing:
            break
        at.run()
    assert not slot(at, Families).by_name["vae"].playing and "after epoch 6," in hypertext(at)


@pytest.mark.parametrize("colour", ["cluster", "label", "doubt"])
def test_map(trained: Any, colour: str) -> None:
    at = open_page("latent", map_colour=colour, **LINK)
    options, shown = figures(at)["latent_map"]
    points = [t for t in shown["data"] if "hovertemplate" in t]
    items = np.concatenate([array(t["customdata"]) for t in points])
    assert sorted(items) == list(range(200))
    sheet = options["pictures"]
    assert sheet["columns"] ** 2 >= 200 and (sheet["width"], sheet["height"]) == (8, 8)
    _, outlines = (t for t in shown["data"] if "hovertemplate" not in t)
    numbers = shown["layout"]["annotations"]
    assert np.isnan(array(outlines["x"])).sum() == len(numbers) == 4, "one a cluster"
    if colour == "label":
        labels = load(SMALL.items).labels
        for trace in points:
            (label,) = {labels[i] for i in array(trace["customdata"])}
            assert trace["name"] == f"label {label}"


@pytest.mark.slow
def test_umap_of_the_codes(trained: Any) -> None:
    at = open_page("latent", map_axes="umap", **LINK)
    points = [t for t in figure(at, "latent_map")["data"] if t["type"] == "scattergl"]
    expected = umap_map(SMALL)
    for trace in points:
        np.testing.assert_allclose(array(trace["x"]), expected[array(trace["customdata"]), 0])
    assert "laid out by UMAP" in hypertext(at)


@pytest.mark.parametrize("page", PAGES)
def test_no_exception_in_any_tab(trained: Any, page: str) -> None:
    at = open_page(page, **LINK)
    for name in ROWS[page].tabs:
        open_tab(at, page, name)
        assert not errors(at), name


def test_samples_page(trained: Any) -> None:
    at = open_page("latent_samples", temperature="0.5", **LINK)
    one = figure(at, "cluster_samples")["data"][0]["source"]
    put(at, temperature=1.0)
    assert figure(at, "cluster_samples")["data"][0]["source"] != one
    at.button(key="vae:resample").click()
    settled(at.run())
    assert at.query_params["draw"] in ("1", ["1"])
    put(at, enlarged=2)
    assert "cluster_alone" in figures(at) and "cluster_samples" not in figures(at)
    put(at, clusters=2)
    assert not errors(at), "the enlarged cluster may not be there any more"


def test_judgement_page_shows_what_core_finds(trained: Any) -> None:
    at = open_page("latent_judgement", **LINK)
    judgement = judge(trained.snapshots[-1].cluster, load(SMALL.items).labels, 4)
    shown = dict(re.findall(r"<small>([^<]+)</small><b>([^<]+)</b>", hypertext(at)))
    assert (
        shown["accuracy"] == f"{judgement.accuracy:.3f}" and shown["NMI"] == f"{judgement.nmi:.3f}"
    )
    assert shown["purity"] == f"{judgement.purity:.3f}" and shown["ARI"] == f"{judgement.ari:.3f}"
    spread(Spread(SMALL, 10).replace(vae_epochs=6))
    settled(at.run())
    table = next(table for table in (frame.value for frame in at.dataframe) if "method" in table)
    assert "–" in table["accuracy"].iloc[0] and list(table["method"]) == ["this model"]


def test_density_refuses_what_is_no_likelihood() -> None:
    spec = SMALL.replace(likelihood="bernoulli", vae_epochs=1)
    fit(spec)
    at = open_tab(open_page("latent_judgement", **spec.to_query()), "latent_judgement", "Density")
    assert "make them binary" in errors(at)[0] and "convergence" not in figures(at)


def test_code_gives_what_is_shown(trained: Any) -> None:
    at = open_tab(open_page("latent", **LINK), "latent", "Code")
    losses, cluster, samples = run(script(at))
    np.testing.assert_array_equal(losses, trained.losses)
    network = trained.network(SMALL)
    np.testing.assert_array_equal(samples, decode(network, from_clusters(network, 16, 1.0, 0)))
    np.testing.assert_array_equal(cluster, trained.snapshots[-1].cluster)


def drawn(pictures: np.ndarray, **more: Any) -> str:
    """The image that a mosaic of these pictures is."""
    rows = [""] * len(pictures)
    hover = np.full(pictures.shape[:2], "")
    shown = mosaic(pictures, load(SMALL.items).picture, rows=rows, hover=hover, **more)
    source: str = shown.data[0].source
    return source


def test_code_gives_the_samples_the_traversal_and_the_walks(trained: Any) -> None:
    link = LINK | {
        "temperature": "0.7", "draw": "3", "base_item": "17", "moved": "0:1.5 2:-0.5 77:1 x:y",
        "walk_from": "2", "walk_to": "3", "shown_epoch": "4",
    }  # fmt: skip
    at = open_page("latent_samples", **link)
    first = figure(at, "cluster_samples")["data"][0]["source"]
    printed = run(script(open_tab(at, "latent_samples", "Code")))
    generated, held, item, *both, kl, ways, lengths = printed
    network = trained.network(SMALL, 4)
    np.testing.assert_array_equal(generated, decode(network, from_clusters(network, 12, 0.7, 3)))
    x = load(SMALL.items).x
    grid = np.full((4, 24, x.shape[1]), np.nan, np.float32)
    grid[:, :12] = generated
    for k, ends in enumerate(held):
        for start, members in zip((12, 18), ends, strict=True):
            grid[k, start : start + len(members)] = x[members]
    assert drawn(grid, split=12) == first
    open_tab(at, "latent_samples", "Traversal")
    assert figure(at, "traversal")["data"][0]["source"] == drawn(np.stack([item, *both])[None],
                                                                 split=1)  # fmt: skip
    order = np.argsort(-kl)
    np.testing.assert_allclose(array(figure(at, "kl")["data"][0]["y"]), kl[order], rtol=1e-6)
    open_tab(at, "latent_samples", "Walks")
    assert figure(at, "walk")["data"][0]["source"] == drawn(ways)
    a, b, arc, straight = lengths[0, 0], lengths[0, -1], lengths[0, 6], lengths[1, 6]
    lengths_text = (
        f"at the ends {a:.1f} and {b:.1f}, half way {arc:.1f} on the arc and {straight:.1f}"
    )
    assert lengths_text in hypertext(at)


def test_code_gives_the_cluster_that_is_shown_alone(trained: Any) -> None:
    at = open_page("latent_samples", enlarged="1", **LINK)
    shown = figure(at, "cluster_alone")["data"][0]["source"]
    (generated, *_) = run(script(open_tab(at, "latent_samples", "Code")))
    assert drawn(generated.reshape(6, 16, -1)) == shown


def test_code_gives_the_judgement_and_the_baselines(empty_cache: Path) -> None:
    judgement = judge(fit(SMALL).snapshots[-1].cluster, load(SMALL.items).labels, 4)
    at = open_page("latent_judgement", **LINK)
    shown = dict(re.findall(r"<small>([^<]+)</small><b>([^<]+)</b>", hypertext(at)))
    *scores, width, addition = run(script(open_tab(at, "latent_judgement", "Code")))
    assert scores == [judgement.accuracy, judgement.purity, judgement.nmi, judgement.ari]
    assert shown["silhouette"] == ("–" if np.isnan(width) else f"{width:.3f}")
    sentence = f"of {addition.items} items it moved {addition.moved} "
    open_tab(at, "latent_judgement", "Clusters")
    assert any(sentence in block.value for block in at.markdown)
    for method in ("k-means", "mixture"):
        baseline(Baseline(SMALL.items, method, 4))
    spread(Spread(SMALL, 10).replace(vae_seed=0))
    open_tab(at, "latent_judgement", "Baselines")
    table = at.dataframe[0].value
    by_seed, *named = run(script(open_tab(at, "latent_judgement", "Code")))[6:]
    assert named[::2] == ["k-means", "mixture"]
    expected = [np.median(values[:, 0]) for values in (by_seed, *named[1::2])]
    assert [float(cell.split()[0]) for cell in table["accuracy"]] == [
        pytest.approx(value, abs=5e-4) for value in expected
    ]


@pytest.mark.parametrize(
    ("query", "pattern"),
    [
        ({"clusters": "50", "most": "20"}, "above the 20 items"),
        ({"dataset": "upload"}, "Give a file above, under “Change”"),
        ({"latent": "5000"}, "not possible"),
        ({"changes": "7 width 3"}, "not possible|do not fit"),
    ],
)
def test_impossible_settings_are_explained(query: dict[str, str], pattern: str) -> None:
    at = waited(open_page("latent", **(LINK | query | {"vae_seed": "33"})))
    if "most" in query:
        press(at, "Train")
    messages = errors(at) + [w.value.replace("\\", "") for w in (*at.warning, *at.info)]
    assert any(re.search(pattern, line) for line in messages), messages


def test_a_link_may_go_beyond_the_usual_sliders() -> None:
    beyond = {"clusters": "40", "vae_epochs": "2000", "latent": "60", "vae_seed": "1234"}
    at = waited(open_page("latent", **(LINK | beyond)))
    now = {name: at.query_params[name] for name in beyond}
    assert {name: str(v[0] if isinstance(v, list) else v) for name, v in now.items()} == beyond


def test_latents_open_as_a_collection(trained: Any) -> None:
    at = settled(press(open_page("latent", **LINK), "collection"))
    assert page_of(at) == "collection" and not errors(at)
    assert len(trained.snapshots[-1].mean) == sum(
        len(array(t["customdata"])) for t in figure(at, "collection")["data"] if "text" in t
    )


def test_published_recipe_is_one_switch() -> None:
    at = open_page("latent", **LINK)
    at.toggle(key="vae-published").set_value(True)
    settled(at.run())
    assert at.query_params["start"] in ("published", ["published"])
    assert at.query_params["precision"] in ("2.5", ["2.5"])
    at.toggle(key="vae-published").set_value(False)
    settled(at.run())
    assert "start" not in at.query_params


def test_pictures_of_ones_own_without_labels() -> None:
    rng = np.random.default_rng(0)
    file = io.BytesIO()
    np.savez(file, x=rng.random((60, 6, 5)))
    items = store_items("mine.npz", file.getvalue())
    spec = SMALL.replace(**dict(items.leaves()), clusters=2, vae_epochs=1)
    fit(spec)
    at = open_page("latent_judgement", **spec.to_query())
    assert any("has no labels" in info for info in infos(at)) and not errors(at)
    at = open_page("latent", **spec.to_query())
    assert "latent_map" in figures(at)


def test_a_saved_model_is_shown_as_it_was_saved() -> None:
    """Its settings become the page's, and no training is offered."""
    spec = SMALL.replace(vae_seed=44)
    data = load(spec.items)
    trained = runs.train(spec, data)
    content = to_bytes(spec, trained)
    running._states.clear()
    at = open_page("latent", **LINK)
    at.file_uploader(key="vae-model-file").set_value(("m.safetensors", content, ""))
    settled(at.run())
    assert at.query_params["vae_seed"] in ("44", ["44"]) and not errors(at)
    assert "vae:Train" not in keys(at) and not fit.stored(spec)
    sizes = list(array(figure(at, "sizes")["data"][0]["y"]))
    assert sizes == list(np.bincount(trained.snapshots[-1].cluster, minlength=4))
    at.file_uploader(key="vae-model-file").set_value(("m.safetensors", content[:99], ""))
    settled(at.run())
    assert "damaged" in errors(at)[0]


def test_the_device_is_told_and_none_is_pinned(trained: Any) -> None:
    import jax

    at = open_page("latent", **LINK)
    device = jax.devices()[0]
    known = f"{device.device_kind} ({device.platform})"
    device_text = "on CPU" if device.platform == "cpu" else f"on {known}"
    assert any(device_text in line for line in captions(at))
    root = Path(__file__).parents[2]
    for path in [*root.glob("core/**/*.py"), *root.glob("dashboard/**/*.py")]:
        text = path.read_text(encoding="utf-8")
        for pin in ("JAX_PLATFORM", "jax_platform", "jax.default_device", 'devices("cpu")'):
            assert pin not in text, f"{path} pins the device"
