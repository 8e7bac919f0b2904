"""Items and runs that come to nothing: each is explained where it was asked for."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from opening import (
    array,
    captions,
    errors,
    figure,
    figures,
    go,
    hypertext,
    open_page,
    put,
    run_while,
    settled,
)
from training_run import LINK, SMALL, keys, nothing_under_way, press, waited  # noqa: F401

from core.items.files import store_items
from core.learning import running


def test_a_link_fetches_nothing_until_asked_by_hand(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tries: list[object] = []

    def fail(request: object, **_: object) -> None:
        tries.append(request)
        raise OSError("Name or service not known")

    monkeypatch.setattr("urllib.request.urlopen", fail)
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    at = open_page("latent", dataset="mnist", most="101")
    run_while(at, lambda: not errors(at))
    at = settled(at.run())
    assert len(errors(at)) == 1 and "is not on this machine" in errors(at)[0]
    put(at, latent=5)
    go(at, "latent_samples")
    put(at, most=500)
    assert not tries, "nor do other settings, pages or counts"
    at.button(key="fetch:mnist_784").click()
    waited(at.run())
    assert tries and "needs the network once" in errors(at)[0]
    tries.clear()
    waited(at.run())
    assert not tries, "each attempt is asked for"
    at.selectbox(key="items-choice").set_value("digits")
    waited(at.run())
    assert not errors(at)


def npz(x: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez(file, x=x)
    return file.getvalue()


def pictures(*shapes: tuple[int, int]) -> bytes:
    """A zip of random pictures of these sizes."""
    from PIL import Image

    packed = io.BytesIO()
    rng = np.random.default_rng(0)
    with zipfile.ZipFile(packed, "w") as archive:
        for number, shape in enumerate(shapes):
            picture = io.BytesIO()
            Image.fromarray(rng.integers(0, 256, shape, np.uint8)).save(picture, "PNG")
            archive.writestr(f"{number}.png", picture.getvalue())
    return packed.getvalue()


GREY = np.random.default_rng(0).random((9, 4, 4)).astype(np.float32)
HOLED = GREY.copy()
HOLED[2, 1, 0] = np.nan
UNUSABLE = {
    "one sample": ("one.npz", npz(GREY[:1]), "holds 1 item; at least 2 are needed"),
    "constant pictures": ("same.npz", npz(np.ones((9, 4, 4))), "All 9 items .* are the same"),
    "NaN pixels": (
        "holed.npz",
        npz(HOLED),
        "missing or infinite: 1 in all, the first in item 3, place 5",
    ),
    "sizes that differ": ("two.zip", pictures((5, 4), (3, 4)), "differ in size: .* Scale them"),
    "no pictures": ("x.zip", pictures(), "holds no picture"),
    "not what it says": ("x.npz", b"nonsense", "not of the kind its name suggests"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_items_that_cannot_be_used_are_explained(case: str) -> None:
    name, content, pattern = UNUSABLE[case]
    at = open_page("latent", **(SMALL.to_query() | {"dataset": "upload"}))
    at.file_uploader(key="vae-upload").set_value([(name, content, "")])
    waited(at.run())
    assert len(errors(at)) == 1 and re.search(pattern, errors(at)[0]), errors(at)
    assert not {"items", "latent_map"} & set(figures(at)) and "vae:Train" not in keys(at)
    good = [("good.npz", npz(GREY), "")]
    at.file_uploader(key="vae-upload").set_value(good)
    waited(at.run())
    assert not errors(at) and "items" in figures(at), "and a better file is taken"


def test_how_a_table_is_read_is_overruled() -> None:
    at = open_page("latent", **(SMALL.to_query() | {"dataset": "upload"}))
    rows = "".join(f"{i},{i * i % 7}.5\n" for i in range(30))
    at.file_uploader(key="vae-upload").set_value([("rows.csv", rows.encode(), "")])
    at = waited(at.run())
    assert any("30 rows of 2 numbers were read" in text for text in captions(at))
    (heading,) = [box for box in at.selectbox if box.label == "First row"]
    at = waited(heading.select("yes").run())
    assert any("29 rows of 2 numbers were read" in text for text in captions(at)), captions(at)


def test_an_upload_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one file of 2 GB would be: its size alone is counted, and nothing of it is kept."""
    from core import cache
    from core.items import limits

    monkeypatch.setattr(limits, "LIMIT", 1000)
    kept = set((cache.folder() / "uploads").glob("*"))
    at = open_page("latent", **(SMALL.to_query() | {"dataset": "upload"}))
    for batch in ([("big.npz", bytes(2000))], [("a.idx", bytes(600)), ("b.idx", bytes(600))]):
        at.file_uploader(key="vae-upload").set_value([(*file, "") for file in batch])
        waited(at.run())
        assert any(re.search("the limit is .* Upload a part of it", e) for e in errors(at))
    assert set((cache.folder() / "uploads").glob("*")) == kept


def test_more_clusters_than_uploaded_items() -> None:
    spec = SMALL.replace(**dict(store_items("few.npz", npz(GREY)).leaves()), clusters=10)
    for start in ("graph", "warm", "published"):
        at = press(open_page("latent", **spec.replace(start=start).to_query()), "Train")
        assert errors(at) == ["`clusters=10` is above the 9 items; choose 1 to 9."]
        put(at, clusters=2)
        assert not errors(waited(at)) and "latent_map" in figures(at)


def test_a_diverging_run_stops_and_keeps_its_last_good_epoch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its fourth epoch has an infinite learning rate, for whatever makes a run diverge."""
    epoch, calls = running._epoch, []

    def fourth_fails(*arguments: Any) -> Any:
        calls.append(1)
        *rest, now = arguments
        return epoch(*rest, now if len(calls) < 4 else now._replace(rate=now.rate * np.inf))

    monkeypatch.setattr(running, "_epoch", fourth_fails)
    spec = SMALL.replace(vae_seed=21, vae_rate=0.002)
    at = press(open_page("latent", **spec.to_query()), "Train")
    messages = [line for line in errors(at) if "Diverged" in line]
    assert (
        len(messages) == 1 and "Diverged in epoch 4: the loss is no longer a number" in messages[0]
    )
    assert "(learning rate 0.002, λ = 40). Epoch 3 is kept; lower the learning rate" in messages[0]
    losses = array(figure(at, "loss")["data"][0]["y"])
    assert len(losses) == 3 and np.isfinite(losses).all() and "after epoch 3," in hypertext(at)
    assert {"latent_map", "sizes", "samples"} <= set(figures(at))
    assert "vae:Pause" not in keys(at), "nothing runs any more"


def test_a_dead_run_is_told_and_can_be_steered_back_to_life() -> None:
    """A stop of the slider at which nothing overflows, and nothing is learnt."""
    at = press(open_page("latent", **SMALL.replace(vae_seed=22, vae_rate=10.0).to_query()), "Train")
    messages = [line for line in errors(at) if "Dead in epoch 1" in line]
    assert (
        len(messages) == 1 and "(learning rate 10, λ = 40). Epoch 0 is kept; lower" in messages[0]
    )
    assert {"latent_map", "sizes", "samples"} <= set(figures(at)), "what is kept is shown"
    at.session_state["vae-now:rate"] = 0.002
    waited(at.run())
    assert not errors(at), "what was wrong is mended"
    press(at, "Resume")
    assert not errors(at) and len(array(figure(at, "loss")["data"][0]["y"])) == SMALL.vae_epochs
