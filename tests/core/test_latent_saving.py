"""Models as files: what is written comes back, and nothing else is believed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load, save

from core.errors import SourceError
from core.items.collection import table_of
from core.items.data import Loaded
from core.items.data import load as load_items
from core.items.values import categories
from core.latent import Items, Vae, fit
from core.latent.exports import as_collection, renamed
from core.latent.sampling import decode, from_clusters
from core.latent.saving import from_bytes, to_bytes
from core.latent.snapshots import Snapshot, encode

SMALL = Vae(Items(most=100), clusters=3, latent=3, width=16, vae_epochs=3, vae_batch=50)


@pytest.mark.parametrize(
    "spec",
    [
        SMALL,
        SMALL.replace(latent_model="vade", start="published"),
        SMALL.replace(classifier="free", start="published").steered(1, "rate", 0.01),
    ],
)
def test_what_is_saved_comes_back(spec: Vae) -> None:
    trained = fit(spec)
    again, back = from_bytes(to_bytes(spec, trained))
    assert again == spec and back.epoch == trained.epoch and back.shape == trained.shape
    np.testing.assert_array_equal(back.losses, trained.losses)
    np.testing.assert_array_equal(back.snapshots[-1].cluster, trained.snapshots[-1].cluster)
    z = from_clusters(trained.network(spec), 4, 1.0, 0)
    np.testing.assert_array_equal(decode(back.network(again), z), decode(trained.network(spec), z))


def header(content: bytes) -> dict[str, str]:
    length = int.from_bytes(content[:8], "little")
    metadata: dict[str, str] = json.loads(content[8 : 8 + length])["__metadata__"]
    return {name: value for name, value in metadata.items() if name != "digest"}


def changed(**values: str) -> Callable[[bytes], bytes]:
    return lambda content: save(load(content), header(content) | values)


def without(name: str) -> Callable[[bytes], bytes]:
    def of(content: bytes) -> bytes:
        return save({k: v for k, v in load(content).items() if k != name}, header(content))

    return of


def not_a_number(content: bytes) -> bytes:
    arrays = {k: v.copy() for k, v in load(content).items()}
    arrays["weight.prior_mean"][:] = np.nan
    return save(arrays, header(content))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda content: content[:-9], "damaged"),
        (lambda content: b"", "damaged"),
        (lambda content: b"PK" + content, "damaged"),
        (lambda content: save({"x": np.zeros(3)}), "not a latent model saved here"),
        (changed(spec=SMALL.replace(width=32).to_json()), "do not fit"),
        (changed(spec="{}"), "damaged"),
        (changed(size="9999999999"), "9,999,999,999 numbers, which do not fill"),
        (changed(epoch="2"), "do not fit"),
        (changed(epoch="77"), "not those"),
        (without("weight.prior_mean"), "do not fit|damaged"),
        (without("mean"), "damaged"),
        (not_a_number, "do not fit"),
    ],
)
def test_other_files_are_refused(spoil: Callable[[bytes], bytes], said: str) -> None:
    with pytest.raises(SourceError, match=said):
        from_bytes(spoil(to_bytes(SMALL, fit(SMALL))))


def test_a_flipped_bit_is_damage() -> None:
    content = to_bytes(SMALL, fit(SMALL))
    for place in (len(content) - 5, len(content) // 2):
        flipped = bytearray(content)
        flipped[place] ^= 1
        with pytest.raises(SourceError, match="damaged or changed since"):
            from_bytes(bytes(flipped))
    spec, _ = from_bytes(save(load(content), header(content)))
    assert spec == SMALL, "files of earlier versions have no digest"


SAVED = Path(__file__).parent / "saved"


@pytest.mark.parametrize("name", ["latent_vade", "latent_free"])
def test_files_of_the_first_kind_still_open(name: str) -> None:
    """Written before weights had names; what is in them is read here without our code."""
    content = (SAVED / f"{name}.safetensors").read_bytes()
    arrays = load(content)
    assert header(content)["kind"].endswith(" 1")
    spec, back = from_bytes(content)
    assert json.loads(header(content)["spec"])["vae_epochs"] == spec.vae_epochs == back.epoch
    for i, weight in enumerate(back.result.weights):
        np.testing.assert_array_equal(weight, arrays[f"weight.{i}"])
    np.testing.assert_array_equal(back.losses, arrays["losses"])
    np.testing.assert_array_equal(back.result.mean, arrays["mean"])
    network = back.network(spec)
    mean, logvar, responsibility = encode(network, load_items(spec.items).x)
    np.testing.assert_allclose(mean, arrays["mean"], atol=1e-5)
    np.testing.assert_allclose(logvar, arrays["logvar"], atol=1e-5)
    np.testing.assert_allclose(responsibility, arrays["responsibility"], atol=1e-5)
    again, twice = from_bytes(to_bytes(spec, back))
    assert again == spec
    np.testing.assert_array_equal(twice.result.weights[0], back.result.weights[0])


def test_weights_have_names() -> None:
    content = to_bytes(SMALL, fit(SMALL))
    network = fit(SMALL).network(SMALL)
    arrays = load(content)
    np.testing.assert_array_equal(arrays["weight.encoder.weights[1]"], network.encoder.weights[1])
    np.testing.assert_array_equal(arrays["weight.prior_mean"], network.prior_mean)


def test_a_file_holds_what_the_callbacks_recorded() -> None:
    spec = SMALL.replace(ema_decay=0.9, evaluate_every=1, watched="held_out", keep_best=True)
    trained = fit(spec)
    again, back = from_bytes(to_bytes(spec, trained))
    assert again == spec and (back.kept, back.best) == (trained.kept, trained.best)
    np.testing.assert_array_equal(back.history.evaluated, trained.history.evaluated)
    for one, other in zip(back.result.averaged, trained.result.averaged, strict=True):
        np.testing.assert_array_equal(one, other)


def test_latents_are_a_collection() -> None:
    snapshot, items = fit(SMALL).snapshots[-1], load_items(SMALL.items)
    table = table_of(as_collection(items, snapshot))
    assert table.names("embedding") == ["latent", "input"]
    assert table.names("picture") == ["picture"]
    np.testing.assert_array_equal(table.vectors("input").matrix, items.x[: len(table)])
    assert {"cluster", "label"} <= set(table.names("category"))
    np.testing.assert_array_equal(table.vectors().matrix, snapshot.mean.astype(np.float32))
    labels = categories(table, "label")
    wanted = [items.classes[c] for c in items.labels[: len(table)]]
    assert [labels.names[c] for c in labels.codes] == wanted
    page = Image.open(io.BytesIO(table.arrow.column("picture")[3].as_py()))
    np.testing.assert_allclose(1 - np.asarray(page).ravel() / 255, items.x[3], atol=1 / 255)


def test_columns_of_the_table_are_not_lost_to_those_of_the_collection() -> None:
    own = {"cluster": ("north", "south"), "latent": ("yes", "no"), "cluster (table)": ("a", "b")}
    items = Loaded(np.eye(2, dtype=np.float32), np.array([1, 0]), ("x", "y"), (), (), columns=own)
    snapshot = Snapshot(1, (), np.eye(2), np.zeros((2, 2)), np.eye(2))
    stored = table_of(as_collection(items, snapshot)).arrow
    assert stored.column("cluster").to_pylist() == ["cluster 0", "cluster 1"]
    assert stored.column("cluster (table)").to_pylist() == ["a", "b"]
    assert stored.column(renamed(items)["cluster"]).to_pylist() == ["north", "south"]
    assert stored.column("latent (table)").to_pylist() == ["yes", "no"]
