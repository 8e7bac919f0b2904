"""The codes that a game's encoder gives items, as a collection."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from core.adversarial.coder import encoded
from core.items import encodings
from core.items.collection_specs import Collection
from core.items.data import Loaded

SHOWN = 5000  # items that go into the collection, the first ones


def as_collection(data: Loaded, coder: Any, name: str) -> Collection:
    """Keep a table of the codes E(x) of the first items, with labels, columns and pictures.

    coder: of an O-GAN, AAE or ALI; name: of the file.
    """
    codes = np.asarray(encoded(coder, jnp.asarray(data.x[:SHOWN])))
    return encodings.collected(data, codes, name)
