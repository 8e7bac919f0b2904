"""What a model adds to its graph: counted item by item."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from core.errors import SpecError
from core.items.data import load
from core.items.specs import Items
from core.latent import graph
from core.latent.addition import added
from core.latent.specs import Vae
from core.latent.training import fit

SPEC = Vae(Items(most=150), clusters=4, vae_epochs=2, latent_model="clusters", guide=0.0).replace(
    width=16
)


def test_moves_are_counted_by_the_best_matching() -> None:
    cluster, data = fit(SPEC).result.cluster, load(SPEC.items)
    target = graph.clusters(data.x, data.picture, 4, SPEC.vae_seed)
    moved = min(int((np.array(to)[target] != cluster).sum()) for to in permutations(range(4)))
    result = added(SPEC)
    assert (result.items, result.moved) == (150, moved) and moved > 0
    assert 0 <= result.gained + result.lost <= moved


def test_a_model_without_a_graph_adds_to_none() -> None:
    with pytest.raises(SpecError, match="starts from no graph"):
        added(SPEC.replace(start="published"))
