"""Digests of descents, walkers and batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from core.mathematics.batches import Batches, batch_ends
from core.mathematics.descent import Descent, descend
from core.mathematics.escape import Escape, escape
from core.mathematics.surfaces import SURFACES, Terrain
from core.mathematics.walkers import Landscape, Walkers, walk


def entries() -> Mapping[str, Callable[[], object]]:
    """Paths on every surface, and what noise does."""
    paths = {f"descent {name}": partial(_paths, Terrain(name)) for name in SURFACES}
    heavy = Landscape(motion="kramers", breadth=2.0)
    return {
        **paths,
        "walkers": partial(walk, Walkers()),
        "walkers with mass": partial(walk, Walkers(heavy)),
        "escape": partial(escape, Escape()),
        "escape with mass": partial(escape, Escape(heavy)),
        "batches": partial(batch_ends, Batches()),
    }


def _paths(terrain: Terrain) -> object:
    paths = descend(Descent(terrain))
    return paths.theta, paths.losses
