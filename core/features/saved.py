"""Vectors by a saved model of any page: what it makes of items, whatever it was trained on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from core.adversarial import coder as game_coder
from core.adversarial import saving as games
from core.errors import SourceError
from core.features import saving as features
from core.features.snapshots import encode
from core.items.data import Loaded
from core.latent import saving as latent
from core.latent.snapshots import encode as encode_vae
from core.learning.archive import KINDS, kind_of
from core.messages import Message, message
from core.quantised import saving as codes
from core.quantised.networks import vectors
from core.quantised.snapshots import encode as encode_codes


def vectors_of(content: bytes, data: Loaded) -> tuple[Message, np.ndarray]:
    """(what the file holds, its vectors (n, d) of all items). Raises SourceError for another file,
    and for a model of items of another shape.
    """
    kind = kind_of(content)
    if kind not in _READERS:
        raise SourceError(message("This file is not a model of pictures or tables saved here."))
    read, make = _READERS[kind]
    spec, run = read(content)
    if run.shape != data.shape:
        raise SourceError(
            message(
                "The saved model takes items of {theirs}; these have {ours}. Choose the items that "
                "it was trained on, or others of their form.",
                theirs=_form(run.shape),
                ours=_form(data.shape),
            )
        )
    return KINDS[kind], np.asarray(make(spec, run, data.x), np.float32)


def _form(shape: Any) -> Message:
    if shape.axes:
        return message("{sides} numbers", sides="×".join(map(str, shape.axes)))
    return message("{n:,} numbers", n=shape.size)


def _of_codes(spec: Any, run: Any, x: np.ndarray) -> np.ndarray:
    network = run.network(spec)
    return np.asarray(vectors(spec, network)[encode_codes(spec, network, x)[0]].reshape(len(x), -1))


def _of_game(spec: Any, run: Any, x: np.ndarray) -> np.ndarray:
    return np.asarray(game_coder.encoded(run.coder(spec), jnp.asarray(x)))


def _of_vae(spec: Any, run: Any, x: np.ndarray) -> np.ndarray:
    return encode_vae(run.network(spec), x)[0]


def _of_infomax(spec: Any, run: Any, x: np.ndarray) -> np.ndarray:
    return encode(run.network(spec), x)[0]


_READERS: dict[str, tuple[Callable[[bytes], Any], Callable[[Any, Any, np.ndarray], np.ndarray]]] = {
    latent.FIRST: (latent.from_bytes, _of_vae),
    latent.KIND: (latent.from_bytes, _of_vae),
    codes.KIND: (codes.from_bytes, _of_codes),
    "vectorscope o-gan 1": (games.o_gan, _of_game),
    "vectorscope inference 1": (games.inferred, _of_game),
    features.KIND: (features.from_bytes, _of_infomax),
}
