"""Models fitted by weighted least squares to the pairs that met."""

from __future__ import annotations

from typing import Any

from core.kinds import Control, Variant
from core.messages import Message, message
from core.specs import Spec
from core.vectors.rows.common import DIM, JUDGED, row
from core.vectors.specs import Glove, SimplerGlove


def _glove() -> Any:
    from core.vectors.models.glove import train

    return train


def _glove_target() -> Any:
    from core.vectors.models.glove import target

    return target


def _held_out(spec: Spec) -> Message:
    return message(
        "2 % of the pairs are held out: their loss tells of the fit, not of how good the vectors "
        "are. One thread, the same at every run."
    )


_WEIGHTS = (
    Control(
        "x_max", message("x_max"), step=0.1, high=1000.0, log=True, format="{:.1f}",
    ),
    Control("power", message("Weight exponent p"), step=0.05, high=1.5, format="{:.2f}"),
)  # fmt: skip
_SOBOL = {**JUDGED, "sampler": "sobol", "trials": 8, "repeats": 2}
_SQUARES = message("½ f (ψ − target)², mean")
GLOVE = row(
    Glove,
    key="glove",
    name=message("GloVe"),
    load_fit=_glove,
    load_target=_glove_target,
    variants=(
        Variant(
            formula=r"\begin{gathered}J = \tfrac12\sum_{ij} f(X_{ij})\big("
            r"\langle w_i, c_j\rangle + b_i + \tilde b_j - \log X_{ij}\big)^2\\ "
            r"f(x)=\min\big(1,(x/x_{\max})^{p}\big)\end{gathered}",
            sentence=message(
                "Weighted least squares on log counts, by AdaGrad."
            ),
            unit=_SQUARES,
        ),
    ),
    steps="epochs",
    estimate=_held_out,
    start={
        **_SOBOL, "swept": "Glove?dim=50&epochs=10",
        "axes": "x_max = 5 .. 100 log; eta = 0.05 .. 0.5 log",
    },
    controls=(
        DIM,
        *_WEIGHTS,
        Control("epochs", message("Epochs"), high=100, log=True),
        Control(
            "eta", message("Learning rate η"), step=0.001, high=0.5, log=True, format="{:.3f}",
            more=True,
        ),
        Control(
            "adagrad", message("AdaGrad keeps a sum for each"), more=True,
            names={"row": message("vector"), "coordinate": message("number")},
        ),
        Control(
            "squared", message("AdaGrad sums the squares of"), more=True,
            names={"gradient": message("the gradient"), "step": message("the step, as Stanford")},
        ),
    ),
)  # fmt: skip


def _simpler() -> Any:
    from core.vectors.models.simpler_glove import train

    return train


def _simpler_target() -> Any:
    from core.vectors.models.simpler_glove import target

    return target


SIMPLER = row(
    SimplerGlove,
    key="simpler",
    name=message("Simpler GloVe"),
    load_fit=_simpler,
    load_target=_simpler_target,
    variants=(
        Variant(
            formula=r"J = \tfrac12\sum_{i\ne j} f(X_{ij})\big(\langle v_i, v_j\rangle - "
            r"\mathrm{PMI}_{ij}\big)^2",
            sentence=message(
                "One vector a word, fitted to PMI itself; the missing diagonal leaves ‖v‖ free "
                "to follow −log P(w)."
            ),
            unit=_SQUARES,
            pmi=True,
        ),
    ),
    steps="epochs",
    estimate=_held_out,
    start={
        **_SOBOL, "swept": "SimplerGlove?dim=50&epochs=10",
        "axes": "x_max = 5 .. 100 log; truncate = no, yes",
    },
    controls=(
        DIM,
        *_WEIGHTS,
        Control("truncate", message("Weights end at 1")),
        Control("epochs", message("Epochs"), high=100, log=True),
        Control("two_vectors", message("A second vector as context"), more=True),
        Control(
            "step", message("Learning rate η"), step=0.001, high=0.5, log=True, format="{:.3f}",
            more=True,
        ),
    ),
)  # fmt: skip

KINDS = (GLOVE, SIMPLER)
