"""A small latent model and its buttons: `from training_run import …`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from opening import run_while, settled
from streamlit.testing.v1 import AppTest

from core.latent import Items, Vae
from core.learning import running

SMALL = Vae(Items(most=200), clusters=4, latent=3, width=16, vae_epochs=6, vae_batch=64)
LINK = SMALL.to_query()


@pytest.fixture(autouse=True)
def nothing_under_way() -> Iterator[None]:
    yield
    running._states.clear()


def press(at: AppTest, label: str) -> AppTest:
    at.button(key=f"vae:{label}").click()
    return waited(at.run())


def waited(at: AppTest) -> AppTest:
    """Until no run is under way any more."""
    run_while(at, lambda: bool(at.get("progress")) or "vae:Pause" in keys(at))
    return settled(at)


def keys(at: AppTest) -> list[str]:
    return [b.key for b in at.button if b.key]


def run(code: str) -> list[Any]:
    """What the code prints."""
    printed: list[Any] = []
    exec(code, {"print": lambda *values: printed.extend(values)})
    return printed
