"""Models as files: what is written comes back, and nothing else is believed."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from safetensors.numpy import load, save

from core.errors import SourceError
from core.latent import Items, Vae, fit
from core.latent.sampling import decode, from_clusters
from core.latent.saving import from_bytes, to_bytes

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
    found: dict[str, str] = json.loads(content[8 : 8 + length])["__metadata__"]
    return found


def changed(**values: str) -> Callable[[bytes], bytes]:
    return lambda content: save(load(content), header(content) | values)


def without(name: str) -> Callable[[bytes], bytes]:
    def of(content: bytes) -> bytes:
        return save({k: v for k, v in load(content).items() if k != name}, header(content))

    return of


def not_a_number(content: bytes) -> bytes:
    arrays = {k: v.copy() for k, v in load(content).items()}
    arrays["weight.0"][:] = np.nan
    return save(arrays, header(content))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda content: content[:-9], "damaged"),
        (lambda content: b"", "damaged"),
        (lambda content: b"PK" + content, "damaged"),
        (lambda content: save({"x": np.zeros(3)}), "no latent model saved here"),
        (changed(spec=SMALL.replace(width=32).to_json()), "do not fit"),
        (changed(spec="{}"), "damaged"),
        (changed(size="9999999999"), "9,999,999,999 numbers make a picture"),
        (changed(epoch="2"), "do not fit"),
        (changed(epoch="77"), "not those"),
        (without("weight.0"), "do not fit|damaged"),
        (without("mean"), "damaged"),
        (not_a_number, "do not fit"),
    ],
)
def test_other_files_are_refused(spoil: Callable[[bytes], bytes], said: str) -> None:
    with pytest.raises(SourceError, match=said):
        from_bytes(spoil(to_bytes(SMALL, fit(SMALL))))
