"""Saved games and models with codes: what is written comes back, and nothing else is believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from safetensors.numpy import load, save

from core.adversarial import Inference, Items, OGan, inference, orthogonal
from core.adversarial import saving as games
from core.adversarial.coder import encoded
from core.adversarial.exports import as_collection as of_game
from core.errors import SourceError
from core.items.collection import table_of
from core.items.data import load as load_items
from core.progress import run_on
from core.quantised import Codes
from core.quantised import exports as code_exports
from core.quantised import saving as codes
from core.quantised.learner import learner as quantised
from core.quantised.networks import vectors
from core.quantised.snapshots import decode

FEW = Items(most=60)
CODES = Codes(FEW, codebook=6, code_dim=2, code_width=4, code_epochs=2, code_batch=30)
O_GAN = OGan(FEW, ogan_latent=3, ogan_width=8, ogan_batch=8, ogan_updates=3, ogan_epochs=2)
AAE = Inference(FEW, inference_latent=3, inference_width=8, inference_batch=8, inference_updates=3,
                inference_epochs=2)  # fmt: skip


def begun(learner: Any) -> Any:
    """A run that might have had two epochs: to be written, it need not have learnt anything."""
    _, run = learner.init(run_on)
    history, last = run.history, replace(run.result, epoch=2)
    rng = np.random.default_rng(0)
    for _ in range(2):
        history = history.longer(rng.random(len(history.terms), np.float32), 0.5, 0.01)
    return replace(run, history=history, snapshots=(last,), kept=2, seconds=1.5)


@pytest.fixture(scope="module")
def trained() -> Any:
    data = load_items(FEW)
    return {
        "codes": begun(quantised(CODES, data)),
        "ogan": begun(orthogonal.learner(O_GAN, data)),
        "aae": begun(inference.learner(AAE, data)),
    }


def header(content: bytes) -> dict[str, str]:
    length = int.from_bytes(content[:8], "little")
    metadata: dict[str, str] = json.loads(content[8 : 8 + length])["__metadata__"]
    return {name: value for name, value in metadata.items() if name != "digest"}


def test_codes_come_back(trained: Any) -> None:
    run = trained["codes"]
    spec, back = codes.from_bytes(codes.to_bytes(CODES, run))
    assert spec == CODES and (back.epoch, back.kept, back.places) == (2, 2, run.places)
    np.testing.assert_array_equal(back.result.codes, run.result.codes)
    np.testing.assert_array_equal(back.history.parts, run.history.parts)
    some = run.result.codes[:4]
    np.testing.assert_array_equal(
        decode(spec, back.network(spec), some), decode(CODES, run.network(CODES), some)
    )


@pytest.mark.parametrize("name", ["ogan", "aae"])
def test_games_come_back(trained: Any, name: str) -> None:
    run, spec, read = (
        (trained[name], O_GAN, games.o_gan) if name == "ogan" else
        (trained[name], AAE, games.inferred)
    )  # fmt: skip
    again, back = read(games.to_bytes(spec, run))
    assert again == spec and type(back) is type(run) and back.variance == run.variance
    assert (back.result.rho, back.result.told) == (run.result.rho, run.result.told)
    x = jnp.asarray(load_items(FEW).x[:5])
    np.testing.assert_array_equal(encoded(back.coder(spec), x), encoded(run.coder(spec), x))


def test_a_model_of_another_kind_is_refused_by_name(trained: Any) -> None:
    of_codes, of_aae = codes.to_bytes(CODES, trained["codes"]), games.to_bytes(AAE, trained["aae"])
    with pytest.raises(SourceError, match="holds a model with codes, not an AAE or ALI: load it"):
        games.inferred(of_codes)
    with pytest.raises(SourceError, match="holds an AAE or ALI, not a model with codes"):
        codes.from_bytes(of_aae)
    with pytest.raises(SourceError, match="holds an AAE or ALI, not an O-GAN"):
        games.o_gan(of_aae)


def changed(**values: str) -> Callable[[bytes], bytes]:
    return lambda content: save(load(content), header(content) | values)


def altered(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[bytes], bytes]:
    def of(content: bytes) -> bytes:
        arrays = load(content)
        return save(arrays | {name: change(arrays[name].copy())}, header(content))

    return of


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda content: content[:-9], "damaged"),
        (lambda content: save({"x": np.zeros(3)}), "is not a model with codes saved here"),
        (changed(spec=CODES.replace(code_width=8).to_json()), "do not fit"),
        (changed(epoch="1"), "do not fit"),
        (changed(epoch="9"), "do not fit"),
        (changed(size="9999999999"), "9,999,999,999 numbers, which do not fill"),
        (altered("codes", lambda a: a + np.int16(6)), "do not fit"),
        (altered("codes", lambda a: a[:, :-1].copy()), "do not fit"),
        (altered("losses", lambda a: a * np.float32("nan")), "do not fit"),
    ],
)
def test_other_files_are_refused(trained: Any, spoil: Callable[[bytes], bytes], said: str) -> None:
    with pytest.raises(SourceError, match=said):
        codes.from_bytes(spoil(codes.to_bytes(CODES, trained["codes"])))


def test_codes_and_latents_are_spaces_of_items(trained: Any) -> None:
    data, run = load_items(FEW), trained["codes"]
    table = table_of(code_exports.as_collection(data, CODES, run))
    rows = np.array(table.arrow["item"].to_pylist())
    assert rows.tolist()[:2] == ["item 0", "item 1"] and len(rows) == 60
    book, grid = vectors(CODES, run.network(CODES)), run.result.codes
    wanted = np.concatenate([book[k] for k in grid[7]])
    np.testing.assert_allclose(code_exports.embedded(CODES, run)[7], wanted, rtol=1e-6)
    assert table.arrow["codes"][7].as_py() == " ".join(map(str, grid[7]))
    coder = trained["aae"].coder(AAE)
    table = table_of(of_game(data, coder, "aae.parquet"))
    assert table.arrow.num_rows == 60 and "label" in table.arrow.column_names
