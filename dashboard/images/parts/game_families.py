"""The families of games on items: how each is trained and saved, and what its page calls it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.adversarial import inference, orthogonal, saving
from core.adversarial.orthogonal import advance_items, fit_items
from dashboard.images.parts import saved_runs
from dashboard.images.parts.generator_panel import CODE_WEIGHTS, RHO_WEIGHTS
from dashboard.images.parts.vae_run import RATES
from dashboard.spec_code import constructor
from dashboard.ui.live_run import Dial, Trainer


@dataclass(frozen=True)
class Family:
    """noise: the z of samples, (spec, n, number of the draw); read: a saved run; fit: the name of
    the function that trains it, for code.
    """

    trainer: Trainer
    noise: Callable[[Any, int, int], Any]
    read: Callable[[bytes], tuple[Any, Any]]
    fit: str

    def code(self, spec: Any) -> str:
        """Python that trains the model and gives its scores and copies."""
        kind = type(spec).__name__
        own_items = spec.items != type(spec.items)()
        names = sorted([kind, self.fit, *(["Items"] if own_items else [])], key=_order)
        return (
            f"from core.adversarial import {', '.join(names)}\n"
            "from core.adversarial.coder import copied\n"
            "from core.items.data import load\n\n"
            f"spec = {constructor(spec)}\n"
            f"trained = {self.fit}(spec)\n"
            "last = trained.snapshots[-1]\n"
            "print(last.rho, last.error, last.told)\n"
            "print(copied(trained.coder(spec), load(spec.items).x[:8]))\n"
        )


def _order(name: str) -> tuple[bool, str]:
    return name.islower(), name


OGAN = Family(
    Trainer(
        "ogan", fit_items, advance_items, orthogonal.so_far, "ogan_epochs", "ogan_changes",
        "ogan_train",
        dials=(
            Dial("rate", "Learning rate from here on", RATES),
            Dial("rho_weight", "Weight of ρ from here on", RHO_WEIGHTS),
        ),
        given=saved_runs.given("ogan"),
    ),
    orthogonal.noise,
    saving.o_gan,
    "fit_items",
)  # fmt: skip
INFERENCE = Family(
    Trainer(
        "inference", inference.fit_inference, inference.advance_inference, inference.so_far,
        "inference_epochs", "inference_changes", "inference_train",
        dials=(
            Dial("rate", "Rate of E and G from here on", RATES),
            Dial("rate_judge", "Rate of D from here on", RATES),
            Dial(
                "code_weight", "λ from here on", CODE_WEIGHTS,
                used=lambda spec: spec.inference_model == "aae",
            ),
        ),
        given=saved_runs.given("inference"),
    ),
    inference.noise,
    saving.inferred,
    "fit_inference",
)  # fmt: skip
